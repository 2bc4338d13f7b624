//! A DMARC record (RFC 9989 §4.7). Tags that are unknown or not well formed count as not there (RFC 7489 §6.3, RFC 9989
//! §4.8); mail-auth gives the whole record up.

use super::DmarcPolicy;

/// What a record says, as far as a result depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DmarcRecord {
    /// `p=`, where it is valid.
    pub(crate) policy: Option<DmarcPolicy>,
    /// `sp=`, where it is valid.
    pub(crate) below: Option<DmarcPolicy>,
    /// `np=`, where it is valid.
    pub(crate) below_absent: Option<DmarcPolicy>,
    /// `adkim=s`.
    pub(crate) strict_dkim: bool,
    /// `aspf=s`.
    pub(crate) strict_spf: bool,
    /// `psd=`: whether the name is a public suffix (`y`), or an organisation's (`n`).
    pub(crate) public_suffix: Option<bool>,
    /// `t=y`.
    pub(crate) testing: bool,
    /// Whether `rua=` names an address.
    pub(crate) has_reports: bool,
}

/// Whether a TXT record is a DMARC record: its first tag is `v=DMARC1`.
pub(crate) fn is_dmarc(text: &[u8]) -> bool {
    let first = text.split(|b| *b == b';').next().unwrap_or_default();
    let mut parts = first.splitn(2, |b| *b == b'=').map(<[u8]>::trim_ascii);
    parts.next() == Some(b"v") && parts.next() == Some(b"DMARC1")
}

impl DmarcRecord {
    /// Reads a record; of a tag that stands twice the first counts.
    pub(crate) fn read(text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text);
        let tags: Vec<(&str, &str)> = text
            .split(';')
            .filter_map(|tag| tag.split_once('='))
            .map(|(name, value)| (name.trim(), value.trim()))
            .collect();
        let get = |name: &str| tags.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value);
        let is = |name: &str, value: &str| get(name).is_some_and(|known| known.eq_ignore_ascii_case(value));
        let policy = |name: &str| get(name).and_then(DmarcPolicy::from_word);
        Self {
            policy: policy("p"),
            below: policy("sp"),
            below_absent: policy("np"),
            strict_dkim: is("adkim", "s"),
            strict_spf: is("aspf", "s"),
            public_suffix: if is("psd", "y") { Some(true) } else { is("psd", "n").then_some(false) },
            testing: is("t", "y"),
            has_reports: get("rua").is_some_and(|rua| rua.split(',').any(is_report_address)),
        }
    }

    /// Whether the record asks for anything: without a valid policy and a report address there is no DMARC (§4.7).
    pub(crate) fn speaks(&self) -> bool {
        self.policy.is_some() || self.has_reports
    }

    /// The policy for the name itself.
    pub(crate) fn own_policy(&self) -> DmarcPolicy {
        self.policy.unwrap_or(DmarcPolicy::None)
    }

    /// The policy for names below that are there.
    pub(crate) fn policy_below(&self) -> DmarcPolicy {
        self.below.unwrap_or_else(|| self.own_policy())
    }

    /// The policy for names below that are not.
    pub(crate) fn policy_below_absent(&self) -> DmarcPolicy {
        self.below_absent.unwrap_or_else(|| self.policy_below())
    }

    /// `t=y` lowers a policy by one step (§4.7).
    pub(crate) fn applied(&self, policy: DmarcPolicy) -> DmarcPolicy {
        match policy {
            DmarcPolicy::Reject if self.testing => DmarcPolicy::Quarantine,
            DmarcPolicy::Quarantine if self.testing => DmarcPolicy::None,
            other => other,
        }
    }
}

fn is_report_address(uri: &str) -> bool {
    let uri = uri.trim();
    uri.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:")) && uri.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_counts_as_not_there() {
        let record =
            DmarcRecord::read(b"v=DMARC1; p = Reject; sp=maybe; fo=9; adkim=s; nonsense; rua=mailto:a@b.example!10m");
        assert_eq!((record.policy, record.below), (Some(DmarcPolicy::Reject), None));
        assert!(record.strict_dkim && !record.strict_spf && record.has_reports);
        assert_eq!(record.policy_below_absent(), DmarcPolicy::Reject);
        assert!(!DmarcRecord::read(b"v=DMARC1; p=quarantin").speaks());
        assert!(DmarcRecord::read(b"v=DMARC1; rua=mailto:a@b.example").speaks());
    }

    #[test]
    fn a_test_is_applied_one_step_weaker() {
        let record = DmarcRecord::read(b"v=DMARC1; p=reject; t=y");
        assert_eq!(record.applied(record.own_policy()), DmarcPolicy::Quarantine);
        assert!(is_dmarc(b"v = DMARC1 ;p=none") && !is_dmarc(b"v=DMARC12") && !is_dmarc(b"p=none; v=DMARC1"));
    }
}
