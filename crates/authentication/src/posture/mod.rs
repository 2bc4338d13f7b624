//! What a domain publishes about its own mail, and what it should publish instead: SPF, DKIM, DMARC, MTA-STS, TLS-RPT, MX,
//! BIMI. All from the recorded snapshot; what was not recorded can't be told.

mod dkim;
mod dmarc;
mod spf;
mod transport;

use std::fmt;

use crate::dns::{DnsSnapshot, Question, Replay};
use crate::name;

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// As it should be, or a fact worth knowing.
    Informational,
    /// Could be better.
    Low,
    /// Should be mended soon.
    Medium,
    /// Others can send mail in the domain's name, or its mail will be refused.
    High,
    /// Everybody may send mail in the domain's name.
    Critical,
}

/// Which publication a statement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// Who may send (RFC 7208).
    Spf,
    /// Signing keys (RFC 6376).
    Dkim,
    /// What to do with the rest (RFC 9989).
    Dmarc,
    /// Who receives (RFC 5321).
    Mx,
    /// Encryption that can't be talked away (RFC 8461).
    MtaSts,
    /// Reports about failed encryption (RFC 8460).
    TlsRpt,
    /// A logo beside the mail.
    Bimi,
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Spf => "SPF",
            Self::Dkim => "DKIM",
            Self::Dmarc => "DMARC",
            Self::Mx => "MX",
            Self::MtaSts => "MTA-STS",
            Self::TlsRpt => "TLS-RPT",
            Self::Bimi => "BIMI",
        })
    }
}

/// A record to publish, ready to paste.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publish {
    /// At which name.
    pub name: String,
    /// The text of the TXT record.
    pub text: String,
}

/// One statement about what is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// About what.
    pub topic: Topic,
    /// How much it matters.
    pub severity: Severity,
    /// In plain words, with what to do.
    pub says: String,
    /// The rule it rests on.
    pub rule: &'static str,
    /// What to publish instead, where that can be said. Read it before you publish it: senders that you use and that the
    /// record does not name will be refused.
    pub publish: Option<Publish>,
}

/// What a domain publishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posture {
    /// The domain.
    pub domain: String,
    /// Statements, gravest first.
    pub statements: Vec<Statement>,
    /// Publications about which nothing can be said, and why.
    pub cannot_tell: Vec<(Topic, String)>,
    /// Questions to record, so that the next look can tell.
    pub not_recorded: Vec<Question>,
}

impl Posture {
    /// The gravest severity there is.
    pub fn worst(&self) -> Option<Severity> {
        self.statements.iter().map(|statement| statement.severity).max()
    }
}

/// Judges what a domain publishes. `selectors` are those seen in the office's own mail; the keys of the domain that the
/// snapshot holds are judged as well.
pub fn posture(domain: &str, selectors: &[String], dns: &DnsSnapshot) -> Posture {
    let domain = name::canonical(domain).into_owned();
    let replay = Replay::new(dns);
    let mut found = Found { statements: Vec::new(), cannot_tell: Vec::new() };
    // The longest name asked for has forty octets more.
    if !name::fits_dns(&domain) || domain.len() > 200 {
        found.cannot_tell(Topic::Mx, format!("\"{}\" is not a domain name.", crate::tags::shown(&domain)));
        return Posture { domain, statements: Vec::new(), cannot_tell: found.cannot_tell, not_recorded: Vec::new() };
    }
    transport::mx(&domain, &replay, &mut found);
    spf::judge(&domain, &replay, &mut found);
    dkim::judge(&domain, selectors, dns, &replay, &mut found);
    dmarc::judge(&domain, &replay, &mut found);
    transport::mta_sts(&domain, dns, &replay, &mut found);
    transport::tls_rpt(&domain, &replay, &mut found);
    transport::bimi(&domain, &replay, &mut found);
    found.statements.sort_by_key(|statement| std::cmp::Reverse(statement.severity));
    let asked = replay.into_asked();
    let not_recorded = asked.into_iter().filter(|(_, held)| !held).map(|(question, _)| question).collect();
    Posture { domain, statements: found.statements, cannot_tell: found.cannot_tell, not_recorded }
}

/// Statements being gathered.
struct Found {
    statements: Vec<Statement>,
    cannot_tell: Vec<(Topic, String)>,
}

impl Found {
    fn say(&mut self, topic: Topic, severity: Severity, rule: &'static str, says: impl Into<String>) {
        self.statements.push(Statement { topic, severity, says: says.into(), rule, publish: None });
    }

    fn say_publish(
        &mut self,
        topic: Topic,
        severity: Severity,
        rule: &'static str,
        says: impl Into<String>,
        publish: Publish,
    ) {
        self.statements.push(Statement { topic, severity, says: says.into(), rule, publish: Some(publish) });
    }

    fn cannot_tell(&mut self, topic: Topic, why: impl Into<String>) {
        self.cannot_tell.push((topic, why.into()));
    }
}

/// The texts at a name that begin with a version; nothing, and a note, where the snapshot can't say.
fn versioned<'a>(
    name: &str,
    version: &str,
    topic: Topic,
    dns: &Replay<'a>,
    found: &mut Found,
) -> Option<Vec<&'a [u8]>> {
    match dns.texts(name) {
        Ok(texts) => Some(texts.into_iter().filter(|text| text.starts_with(version.as_bytes())).collect()),
        Err(lack) if lack.is_void() => Some(Vec::new()),
        Err(lack) => {
            found.cannot_tell(topic, lack_in_words(&lack));
            None
        }
    }
}

fn lack_in_words(lack: &crate::dns::Lack) -> String {
    use crate::dns::Lack;
    match lack {
        Lack::NotRecorded(question) => format!("The answer to \"{question}\" was not recorded."),
        Lack::Failure(why) => format!("The DNS failed when it was asked: {why}."),
        Lack::NoSuchName | Lack::NoData => "There is no such record.".into(),
    }
}

#[cfg(test)]
mod tests;
