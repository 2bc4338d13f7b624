//! What others found out about a message. Everything may be missing: "not known" is not "no".

use pollwarden_authentication::{Authenticated, Basis, DkimCheck, DkimResult, DmarcResult, SpfResult, Unproven};

use crate::{Imitation, registrable};

/// What is known besides the message itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Evidence<'a> {
    /// Whom its writer or its links pretend to be, the surest first.
    pub imitations: &'a [Imitation],
    /// Whether the writer's domain vouches for it (DMARC, or SPF and DKIM where that says nothing).
    pub alignment: Option<Alignment>,
    /// Whether that was checked by us, or by a server of the office's own: anybody can write it into a message.
    pub is_trusted: bool,
    /// Which domains vouch for it, whoever it says wrote it: those that passed DKIM or SPF, as registered.
    pub vouching: Vec<String>,
    /// What its attachments could do, in a clerk's words, such as `runs a macro when it is opened`.
    pub acts: &'a [String],
    /// Where the QR codes lead that its pictures hold.
    pub qr_codes: Vec<&'a str>,
    /// Whether the office has written to this writer's address before.
    pub is_known: bool,
    /// Whether it answers a message that the office sent.
    pub is_answer: bool,
}

impl Evidence<'_> {
    /// How far the writer's domain is known to vouch for it, from 0 to 1.
    pub(super) fn vouched(&self) -> f64 {
        match self.alignment {
            Some(Alignment::Vouched) if self.is_trusted => 1.0,
            Some(Alignment::Vouched) => 0.5,
            _ => 0.0,
        }
    }

    /// How far it is known to come from somebody whom the office has written to: an address alone can be borrowed.
    pub(super) fn known(&self) -> f64 {
        match self.alignment {
            _ if !self.is_known => 0.0,
            Some(Alignment::Disowned(_)) => 0.0,
            Some(Alignment::Vouched) => self.vouched(),
            Some(Alignment::Silent) => 0.25,
            None => 0.5,
        }
    }
}

/// Whether the domain that a message says it is from vouches for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alignment {
    /// It does: a signature or the sending server is the domain's own (RFC 7489, 3.1).
    Vouched,
    /// It says that the message is not its own, as this check shows.
    Disowned(&'static str),
    /// It neither signed it nor says which servers send for it.
    Silent,
}

impl Alignment {
    /// By what was checked, also where only the receiver's word is left.
    ///
    /// Anybody can write that word into a message. A false failure only harms its writer, and a pass counts little in a score.
    /// A signature to which anybody can add text (`l=`) vouches for nothing that is read (RFC 6376, 8.2). Where several fields or
    /// domains stand as the writer, one that vouches doesn't vouch for the others.
    pub fn of(checked: &Authenticated) -> Option<Self> {
        let dmarc = checked.dmarc.result.known();
        let spf = checked.spf.result.known();
        let is_own = |domain: &str| {
            let is_alike = |from: &String| registrable(from) == registrable(domain);
            let is_one = checked.from_fields == 1 && !checked.from_domains.is_empty();
            is_one && !domain.is_empty() && checked.from_domains.iter().all(is_alike)
        };
        let is_signed = checked.dkim.iter().any(|check| {
            let of_own = check.domain.as_deref().is_some_and(is_own);
            of_own && check.result.is(DkimResult::Pass) && !check.body_may_grow
        });
        let is_open = checked.dmarc.basis == Basis::Unproven(Unproven::OpenBody);
        match (dmarc, spf) {
            (Some(DmarcResult::Pass), _) if !is_open => Some(Self::Vouched),
            (Some(DmarcResult::Fail), _) => Some(Self::Disowned("DMARC fails")),
            (_, Some(SpfResult::Pass)) if is_own(&checked.spf.domain) => Some(Self::Vouched),
            _ if is_signed => Some(Self::Vouched),
            (_, Some(SpfResult::Fail | SpfResult::SoftFail)) => Some(Self::Disowned("SPF fails")),
            _ if checked.dkim.iter().any(|check| check.result.is(DkimResult::Fail)) => {
                Some(Self::Disowned("its signature is broken"))
            }
            (None, None) if matches!(checked.basis, Basis::CannotTell(_)) => None,
            _ => Some(Self::Silent),
        }
    }
}

/// Who vouches for a message, by what was checked.
pub(crate) struct Vouching<'a> {
    pub(crate) checked: &'a Authenticated,
    pub(crate) alignment: Option<Alignment>,
    /// The domains that do, as registered: those that passed DKIM or SPF.
    pub(crate) domains: Vec<String>,
}

impl<'a> Vouching<'a> {
    pub(crate) fn of(checked: &'a Authenticated) -> Self {
        Self { checked, alignment: Alignment::of(checked), domains: domains(checked) }
    }

    /// Whether the writer's domain vouches for it, by more than what anybody may have written into it.
    pub(crate) fn is_known(&self) -> bool {
        self.checked.basis.is_trusted() && self.alignment == Some(Alignment::Vouched)
    }

    /// Whether all ways to vouch for it were checked, and none does for a domain. What was left unchecked, or failed for the
    /// moment, might have.
    pub(crate) fn is_denied(&self, domain: &str) -> bool {
        let was_sent = self.checked.spf.result.known().is_some_and(|spf| spf != SpfResult::TempError);
        let was_signed = |check: &DkimCheck| check.result.known().is_some_and(|dkim| dkim != DkimResult::TempError);
        let is_checked = was_sent && self.checked.dkim.iter().all(was_signed);
        let is_vouched = matches!(self.alignment, None | Some(Alignment::Vouched));
        is_checked && !is_vouched && self.domains.iter().all(|own| own != registrable(domain))
    }
}

fn domains(checked: &Authenticated) -> Vec<String> {
    let signed = checked.dkim.iter().filter(|check| check.result.is(DkimResult::Pass));
    let sent = Some(checked.spf.domain.as_str()).filter(|_| checked.spf.result.is(SpfResult::Pass));
    let domains = signed.filter_map(|check| check.domain.as_deref()).chain(sent);
    domains.filter(|domain| !domain.is_empty()).map(|domain| registrable(domain).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use pollwarden_authentication::{DnsSnapshot, Settings, authenticate};

    use super::*;

    fn by(results: &str) -> Option<Alignment> {
        let raw = format!("{results}From: A <a@mail.example.net>\r\n\r\nHello\r\n");
        Alignment::of(&authenticate(raw.as_bytes(), None, &DnsSnapshot::default(), None, &Settings::default()))
    }

    #[test]
    fn the_receivers_word() {
        let word = |results: &str| by(&format!("Authentication-Results: mx.example.org; {results}\r\n"));
        assert_eq!(
            word("spf=pass smtp.mailfrom=x@example.com; dmarc=pass header.from=mail.example.net"),
            Some(Alignment::Vouched)
        );
        assert_eq!(word("spf=pass smtp.mailfrom=bounce@example.net"), Some(Alignment::Vouched));
        assert_eq!(word("spf=pass smtp.mailfrom=bounce@example.com; dkim=none"), Some(Alignment::Silent));
        assert_eq!(word("spf=softfail smtp.mailfrom=example.net"), Some(Alignment::Disowned("SPF fails")));
        assert_eq!(
            word("spf=pass smtp.mailfrom=a@example.com; dkim=fail header.d=example.net; dmarc=fail"),
            Some(Alignment::Disowned("DMARC fails"))
        );
        assert_eq!(by(""), None);
    }

    #[test]
    fn a_second_writer_is_not_vouched_for_by_the_first() {
        let spf = "Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=x@mail.example.net\r\n";
        assert_eq!(by(spf), Some(Alignment::Vouched));
        for second in ["From: B <b@mail.example.net>\r\n", "From: B <b@example.com>\r\n"] {
            assert_eq!(by(&format!("{spf}{second}")), Some(Alignment::Silent));
        }
    }

    #[test]
    fn a_signature_that_leaves_the_body_open_does_not_vouch() {
        // The hashes are of the body and of its first five bytes.
        let signed = |hash: &str| {
            let signature = "v=1; a=rsa-sha256; d=example.net; s=s1; h=From; b=AAAA; bh=";
            by(&format!(
                "Authentication-Results: mx.example.org; dkim=pass header.d=example.net; dmarc=pass header.from=mail.example.net\r\n\
                 DKIM-Signature: {signature}{hash}\r\n"
            ))
        };
        assert_eq!(signed("Ba3gj8+xBPQLJTahTfzW6RbWQ/XPgESxkCi2B66PSQg="), Some(Alignment::Vouched));
        assert_eq!(signed("GF+NsyJx/iX1Yab8k4suJkMG7DBO2lGAB9F2SCY4GWk=; l=5"), Some(Alignment::Silent));
    }
}
