//! DMARC (RFC 9989, before it RFC 7489): does what SPF or DKIM vouch for belong to the domain that the reader sees?
//!
//! Records are read by mail-auth; the tree walk (RFC 9989 §4.10) is ours, over the recorded snapshot. RFC 7489's public
//! suffix list is not used. `pct=` was withdrawn by RFC 9989 and rolls no dice here.

use mail_auth::common::parse::TxtRecordParser;
use mail_auth::dmarc::{Alignment, Dmarc, Policy, Psd};

use crate::dns::{Lack, Question, RecordType, Replay};
use crate::name;

/// The result of DMARC (RFC 7489 §11.2, RFC 8601).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DmarcResult {
    /// The domain publishes no DMARC record.
    None,
    /// SPF or DKIM passed for the domain in From.
    Pass,
    /// Neither did.
    Fail,
    /// The DNS failed at the time.
    TempError,
    /// The record, or the From field, can't be used.
    PermError,
}

impl DmarcResult {
    /// As RFC 8601 writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::TempError => "temperror",
            Self::PermError => "permerror",
        }
    }

    /// From the word of a header, any case. Microsoft's `bestguesspass` stands for no record (`None`).
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "none" | "bestguesspass" => Self::None,
            "pass" => Self::Pass,
            "fail" => Self::Fail,
            "temperror" => Self::TempError,
            "permerror" => Self::PermError,
            _ => return None,
        })
    }
}

/// What the domain asks receivers to do with mail that fails (`p=`, `sp=`, `np=`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DmarcPolicy {
    /// Nothing.
    None,
    /// Treat it as suspicious.
    Quarantine,
    /// Refuse it.
    Reject,
}

impl DmarcPolicy {
    /// As the record writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Quarantine => "quarantine",
            Self::Reject => "reject",
        }
    }

    fn read(policy: Policy) -> Self {
        match policy {
            Policy::None | Policy::Unspecified => Self::None,
            Policy::Quarantine => Self::Quarantine,
            Policy::Reject => Self::Reject,
        }
    }
}

/// A domain that passed and belongs to the domain in From.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlignedBy {
    /// SPF passed for this domain.
    Spf(String),
    /// A signature of this domain passed.
    Dkim(String),
}

/// How an identifier stands before alignment is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Passed,
    Failed,
    Temporary,
    Unknown,
}

/// A domain that SPF or DKIM speaks for.
#[derive(Debug, Clone)]
pub(crate) struct Identifier {
    pub(crate) aligned_by: AlignedBy,
    pub(crate) standing: Standing,
}

pub(crate) struct Outcome {
    pub(crate) result: Result<DmarcResult, Option<Question>>,
    pub(crate) why: String,
    pub(crate) policy: Option<DmarcPolicy>,
    pub(crate) record_at: Option<String>,
    pub(crate) aligned_by: Vec<AlignedBy>,
}

impl Outcome {
    fn of(result: DmarcResult, why: impl Into<String>) -> Self {
        Self { result: Ok(result), why: why.into(), policy: None, record_at: None, aligned_by: Vec::new() }
    }
}

/// Judges a message whose From names these domains. `envelope_unknown` says that SPF could not be asked at all.
pub(crate) fn evaluate(
    from: &[String],
    identifiers: &[Identifier],
    envelope_unknown: bool,
    dns: &Replay<'_>,
) -> Outcome {
    let author = match from {
        [author] => author,
        [] => return Outcome::of(DmarcResult::PermError, "the From field names no domain"),
        // RFC 9989 leaves such messages to the receiver; no one domain can vouch for them.
        _ => return Outcome::of(DmarcResult::PermError, "the From field names more than one domain"),
    };
    let walk = match walk(dns, author) {
        Ok(walk) => walk,
        Err(stop) => return stop.outcome(),
    };
    let Some(found) = Found::choose(&walk, author) else {
        return Outcome::of(DmarcResult::None, format!("{author} publishes no DMARC record"));
    };
    let mut outcome = Outcome {
        policy: found.policy(author, dns),
        record_at: Some(found.name.clone()),
        ..Outcome::of(DmarcResult::Fail, String::new())
    };
    match align(author, &found, identifiers, dns) {
        Ok(aligned) => conclude(&mut outcome, author, &aligned, envelope_unknown),
        Err(stop) => {
            let stopped = stop.outcome();
            (outcome.result, outcome.why) = (stopped.result, stopped.why);
        }
    }
    outcome
}

fn conclude(outcome: &mut Outcome, author: &str, aligned: &[&Identifier], envelope_unknown: bool) {
    let any = |standing| aligned.iter().any(|identifier| identifier.standing == standing);
    let passed = aligned.iter().filter(|identifier| identifier.standing == Standing::Passed);
    outcome.aligned_by = passed.map(|identifier| identifier.aligned_by.clone()).collect();
    (outcome.result, outcome.why) = if any(Standing::Passed) {
        (Ok(DmarcResult::Pass), format!("{author} vouches for it: {}", names(&outcome.aligned_by)))
    } else if any(Standing::Unknown) {
        (Err(None), format!("whether {author} vouches for it depends on a check that can't be made"))
    } else if envelope_unknown {
        (Err(None), "SPF could vouch for it, but who delivered it is not known".into())
    } else if any(Standing::Temporary) {
        (Ok(DmarcResult::TempError), format!("the DNS failed for a check that could vouch for {author}"))
    } else {
        (Ok(DmarcResult::Fail), format!("nothing vouches for {author}, though it publishes DMARC"))
    };
}

fn names(aligned: &[AlignedBy]) -> String {
    let name = |by: &AlignedBy| match by {
        AlignedBy::Spf(domain) => format!("SPF of {domain}"),
        AlignedBy::Dkim(domain) => format!("DKIM of {domain}"),
    };
    aligned.iter().map(name).collect::<Vec<_>>().join(", ")
}

enum Stop {
    Failure(String),
    Unusable(String),
    NotRecorded(Question),
}

impl Stop {
    fn outcome(self) -> Outcome {
        match self {
            Self::Failure(why) => Outcome::of(DmarcResult::TempError, why),
            Self::Unusable(why) => Outcome::of(DmarcResult::PermError, why),
            Self::NotRecorded(question) => {
                let why = format!("a DMARC record was not recorded ({question})");
                Outcome { result: Err(Some(question)), ..Outcome::of(DmarcResult::None, why) }
            }
        }
    }
}

type Walk = Vec<(String, Dmarc)>;

/// The DNS tree walk (RFC 9989 §4.10): records of the domain and of the names above it, longest name first.
fn walk(dns: &Replay<'_>, domain: &str) -> Result<Walk, Stop> {
    let mut found = Vec::new();
    let mut labels: Vec<&str> = domain.split('.').collect();
    if labels.len() < 2 {
        return Ok(found);
    }
    loop {
        let name = labels.join(".");
        if let Some(record) = record(dns, &name)? {
            let stops = record.psd != Psd::Default;
            found.push((name, record));
            if stops {
                return Ok(found);
            }
        }
        // At most eight questions: of a longer name only the last seven labels are walked.
        let skip = if labels.len() >= 8 { labels.len() - 7 } else { 1 };
        labels.drain(..skip);
        if labels.is_empty() {
            return Ok(found);
        }
    }
}

/// The record above a domain that applies to it: where it stands, and the policy for names below.
pub(crate) fn inherited(domain: &str, dns: &Replay<'_>) -> Result<Option<(String, DmarcPolicy)>, Lack> {
    let walk = match walk(dns, domain) {
        Ok(walk) => walk,
        Err(Stop::NotRecorded(question)) => return Err(Lack::NotRecorded(question)),
        Err(Stop::Failure(why) | Stop::Unusable(why)) => return Err(Lack::Failure(why)),
    };
    let Some(found) = Found::choose(&walk, domain) else { return Ok(None) };
    Ok(found.policy(domain, dns).map(|policy| (found.name.clone(), policy)))
}

/// The DMARC records of a name. Several are as good as none (RFC 9989 §4.10.1).
pub(crate) fn texts<'a>(dns: &Replay<'a>, domain: &str) -> Result<Vec<&'a [u8]>, Lack> {
    let texts = dns.texts(&format!("_dmarc.{domain}"))?;
    Ok(texts.into_iter().filter(|text| is_dmarc(text)).collect())
}

fn is_dmarc(text: &[u8]) -> bool {
    let first = text.split(|b| *b == b';').next().unwrap_or_default();
    let mut parts = first.splitn(2, |b| *b == b'=').map(<[u8]>::trim_ascii);
    parts.next() == Some(b"v") && parts.next() == Some(b"DMARC1")
}

fn record(dns: &Replay<'_>, domain: &str) -> Result<Option<Dmarc>, Stop> {
    let texts = match texts(dns, domain) {
        Ok(texts) => texts,
        Err(Lack::NoSuchName | Lack::NoData) => return Ok(None),
        Err(Lack::Failure(why)) => return Err(Stop::Failure(format!("the DNS failed for _dmarc.{domain}: {why}"))),
        Err(Lack::NotRecorded(question)) => return Err(Stop::NotRecorded(question)),
    };
    let [text] = texts.as_slice() else { return Ok(None) };
    let parsed = Dmarc::parse(text);
    parsed.map(Some).map_err(|why| Stop::Unusable(format!("the DMARC record of {domain} can't be used: {why}")))
}

/// The record that applies, and the organisation's domain.
struct Found<'a> {
    name: &'a String,
    record: &'a Dmarc,
    organisation: String,
}

impl<'a> Found<'a> {
    /// RFC 9989 §4.10.1: the domain's own record, else its organisation's, else the last one found.
    fn choose(walk: &'a Walk, author: &str) -> Option<Self> {
        let organisation = organisation(walk, author);
        let at = |wanted: &str| walk.iter().find(|(name, _)| name == wanted);
        let (name, record) = at(author).or_else(|| at(&organisation)).or(walk.last())?;
        // Without a policy and without a report address there is no DMARC (RFC 9989 §4.7).
        let speaks = record.p != Policy::Unspecified || !record.rua.is_empty();
        speaks.then_some(Self { name, record, organisation })
    }

    /// The policy for the domain; nothing where the snapshot does not say whether the name exists.
    fn policy(&self, author: &str, dns: &Replay<'_>) -> Option<DmarcPolicy> {
        let record = self.record;
        let stated = if record.p == Policy::Unspecified || self.name == author {
            record.p
        } else if record.np == record.sp {
            record.sp
        } else {
            match dns.records(author, RecordType::A) {
                Err(Lack::NoSuchName) => record.np,
                Err(Lack::NotRecorded(_) | Lack::Failure(_)) => return None,
                Ok(_) | Err(Lack::NoData) => record.sp,
            }
        };
        let policy = DmarcPolicy::read(stated);
        // t=y lowers the policy by one step (RFC 9989 §4.7).
        Some(match policy {
            DmarcPolicy::Reject if record.t => DmarcPolicy::Quarantine,
            DmarcPolicy::Quarantine if record.t => DmarcPolicy::None,
            other => other,
        })
    }
}

/// RFC 9989 §4.10.2.
fn organisation(walk: &Walk, start: &str) -> String {
    for (name, record) in walk {
        match record.psd {
            Psd::No => return name.clone(),
            Psd::Yes if name != start => return one_label_below(name, start),
            _ => (),
        }
    }
    walk.last().map_or_else(|| start.to_owned(), |(name, _)| name.clone())
}

fn one_label_below(above: &str, start: &str) -> String {
    let extra = start.len().saturating_sub(above.len() + 1);
    let label = start.get(..extra).and_then(|rest| rest.rsplit('.').next()).unwrap_or_default();
    format!("{label}.{above}")
}

/// The identifiers that belong to the author's domain (RFC 9989 §4.10.2, §4.7 aspf, adkim).
fn align<'i>(
    author: &str,
    found: &Found<'_>,
    identifiers: &'i [Identifier],
    dns: &Replay<'_>,
) -> Result<Vec<&'i Identifier>, Stop> {
    let mut aligned = Vec::new();
    for identifier in identifiers.iter().filter(|identifier| identifier.standing != Standing::Failed) {
        let (domain, mode) = match &identifier.aligned_by {
            AlignedBy::Spf(domain) => (domain, found.record.aspf),
            AlignedBy::Dkim(domain) => (domain, found.record.adkim),
        };
        if domain == author || mode == Alignment::Relaxed && shares_organisation(domain, found, dns)? {
            aligned.push(identifier);
        }
    }
    Ok(aligned)
}

fn shares_organisation(domain: &str, found: &Found<'_>, dns: &Replay<'_>) -> Result<bool, Stop> {
    if !name::is_within(domain, &found.organisation) {
        return Ok(false);
    }
    let walk = match walk(dns, domain) {
        // Another domain's broken record is no fault of the author's.
        Err(Stop::Unusable(_)) => return Ok(*domain == found.organisation),
        other => other?,
    };
    Ok(organisation(&walk, domain) == found.organisation)
}
