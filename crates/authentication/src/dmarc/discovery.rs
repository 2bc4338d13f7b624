//! Where a domain's DMARC record stands: the tree walk (RFC 9989 §4.10), the organisation's domain, the policy.

use super::DmarcPolicy;
use super::record::{DmarcRecord, is_dmarc};
use crate::dns::{Lack, Question, RecordType, Replay};

/// What ends a walk early.
pub(super) enum Stop {
    Failure(String),
    NotRecorded(Question),
}

/// Records by name, longest name first.
pub(super) type Walk = Vec<(String, DmarcRecord)>;

/// The DNS tree walk (RFC 9989 §4.10): records of the domain and of the names above it, longest name first.
pub(super) fn walk(dns: &Replay<'_>, domain: &str) -> Result<Walk, Stop> {
    let mut found = Vec::new();
    let mut labels: Vec<&str> = domain.split('.').collect();
    if labels.len() < 2 {
        return Ok(found);
    }
    loop {
        let name = labels.join(".");
        if let Some(record) = record(dns, &name)? {
            let stops = record.public_suffix.is_some();
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
        Err(Stop::Failure(why)) => return Err(Lack::Failure(why)),
    };
    let Some(found) = Found::choose(&walk, domain) else { return Ok(None) };
    Ok(found.policy(domain, dns).map(|policy| (found.name.clone(), policy)))
}

/// The DMARC records of a name. Several are as good as none (RFC 9989 §4.10.1).
pub(crate) fn texts<'a>(dns: &Replay<'a>, domain: &str) -> Result<Vec<&'a [u8]>, Lack> {
    let texts = dns.texts(&format!("_dmarc.{domain}"))?;
    Ok(texts.into_iter().filter(|text| is_dmarc(text)).collect())
}

fn record(dns: &Replay<'_>, domain: &str) -> Result<Option<DmarcRecord>, Stop> {
    let texts = match texts(dns, domain) {
        Ok(texts) => texts,
        Err(Lack::NoSuchName | Lack::NoData) => return Ok(None),
        Err(Lack::Failure(why)) => return Err(Stop::Failure(format!("the DNS failed for _dmarc.{domain}: {why}"))),
        Err(Lack::NotRecorded(question)) => return Err(Stop::NotRecorded(question)),
    };
    let [text] = texts.as_slice() else { return Ok(None) };
    Ok(Some(DmarcRecord::read(text)))
}

/// The record that applies, and the organisation's domain.
pub(super) struct Found<'a> {
    pub(super) name: &'a String,
    pub(super) record: &'a DmarcRecord,
    pub(super) organisation: String,
}

impl<'a> Found<'a> {
    /// RFC 9989 §4.10.1: the domain's own record, else its organisation's, else the last one found.
    pub(super) fn choose(walk: &'a Walk, author: &str) -> Option<Self> {
        let organisation = organisation(walk, author);
        let at = |wanted: &str| walk.iter().find(|(name, _)| name == wanted);
        let (name, record) = at(author).or_else(|| at(&organisation)).or(walk.last())?;
        record.speaks().then_some(Self { name, record, organisation })
    }

    /// The policy for the domain; nothing where the snapshot does not say whether the name exists.
    pub(super) fn policy(&self, author: &str, dns: &Replay<'_>) -> Option<DmarcPolicy> {
        let record = self.record;
        let stated = if record.policy.is_none() || self.name == author {
            record.own_policy()
        } else if record.policy_below_absent() == record.policy_below() {
            record.policy_below()
        } else {
            match dns.records(author, RecordType::A) {
                Err(Lack::NoSuchName) => record.policy_below_absent(),
                Err(Lack::NotRecorded(_) | Lack::Failure(_)) => return None,
                Ok(_) | Err(Lack::NoData) => record.policy_below(),
            }
        };
        Some(record.applied(stated))
    }
}

/// RFC 9989 §4.10.2.
pub(super) fn organisation(walk: &Walk, start: &str) -> String {
    for (name, record) in walk {
        match record.public_suffix {
            Some(false) => return name.clone(),
            Some(true) if name != start => return one_label_below(name, start),
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
