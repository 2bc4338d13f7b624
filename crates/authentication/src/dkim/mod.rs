//! DomainKeys Identified Mail (RFC 6376, with RFC 8301 and RFC 8463): does a domain vouch for this very text?
//!
//! Canonical forms, hashes and signatures are mail-auth's. The order of the steps is ours, so that a key is taken from
//! the recorded snapshot, an expiry is judged at the time of receipt, and each refusal says why.

mod key;
mod signature;

use jiff::Timestamp;
use mail_auth::common::crypto::Algorithm;

pub(crate) use key::{GOOD_RSA, KeyFault, Keys, PublicKey, WEAKEST_RSA, lookup};
pub(crate) use signature::{BodyHashes, SignatureTags, algorithm, signer};

use crate::dns::Replay;
use crate::message::{Field, Message};
use crate::name;
use crate::tags::TagList;

/// Signatures of one message that are checked, at most. Real messages carry one to three.
pub(crate) const MAX_SIGNATURES: usize = 16;

/// The result for one signature (RFC 8601 §2.7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DkimResult {
    /// The message is not signed.
    None,
    /// The domain signed this very text.
    Pass,
    /// The text is not what was signed, or the signature is not the domain's.
    Fail,
    /// The signature is good but not acceptable.
    Policy,
    /// The signature is not well formed.
    Neutral,
    /// The DNS failed at the time.
    TempError,
    /// The signature can never be verified: no key, a withdrawn or weak one.
    PermError,
}

impl DkimResult {
    /// As RFC 8601 §2.7.1 writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Policy => "policy",
            Self::Neutral => "neutral",
            Self::TempError => "temperror",
            Self::PermError => "permerror",
        }
    }

    /// From the word of a header, any case.
    pub fn from_word(word: &str) -> Option<Self> {
        let all = [Self::None, Self::Pass, Self::Fail, Self::Policy, Self::Neutral, Self::TempError, Self::PermError];
        all.into_iter().find(|result| result.as_str().eq_ignore_ascii_case(word))
    }
}

/// What came of one signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) domain: Option<String>,
    pub(crate) selector: Option<String>,
    /// Nothing where it can't be told.
    pub(crate) result: Option<DkimResult>,
    pub(crate) why: String,
    /// Octets of the body that the signature leaves open to additions (`l=`).
    pub(crate) unsigned_body: bool,
    /// The key is marked as a test (`t=y`).
    pub(crate) testing: bool,
}

/// Checks every signature of a message, from the top. `at` is the time of receipt.
pub(crate) fn verify(message: &Message<'_>, dns: &Replay<'_>, at: Option<Timestamp>) -> Vec<Outcome> {
    let mut hashes = BodyHashes::new(message.body);
    let mut outcomes = Vec::new();
    for (index, field) in message.all("DKIM-Signature").enumerate() {
        if index == MAX_SIGNATURES {
            let why = format!("only the first {MAX_SIGNATURES} signatures are checked");
            outcomes.push(Outcome::cannot_tell(why));
            break;
        }
        outcomes.push(verify_one(message, field, &mut hashes, dns, at));
    }
    outcomes
}

impl Outcome {
    fn new(result: DkimResult, why: impl Into<String>) -> Self {
        Self { result: Some(result), ..Self::cannot_tell(why) }
    }

    fn cannot_tell(why: impl Into<String>) -> Self {
        Self { domain: None, selector: None, result: None, why: why.into(), unsigned_body: false, testing: false }
    }
}

fn verify_one(
    message: &Message<'_>,
    field: &Field<'_>,
    hashes: &mut BodyHashes<'_>,
    dns: &Replay<'_>,
    at: Option<Timestamp>,
) -> Outcome {
    let list = match TagList::parse(field.value) {
        Ok(list) => list,
        Err(why) => return Outcome::new(DkimResult::Neutral, format!("the signature can't be read: {why}")),
    };
    let named = signer(&list).ok();
    let is_open = list.get("l").is_some();
    let mut outcome = match read(&list) {
        Ok(tags) => judge(message, field, &tags, &list, hashes, dns, at),
        Err((result, why)) => Outcome::new(result, why),
    };
    (outcome.domain, outcome.selector) = named.unzip();
    // Also where the key is not there: a receiver's word about the signature has the same limit.
    outcome.unsigned_body = is_open;
    outcome
}

/// Reads and checks what stands in the signature alone (RFC 6376 §6.1.1).
fn read<'a>(list: &TagList<'a>) -> Result<SignatureTags<'a>, (DkimResult, String)> {
    let neutral = |why: String| (DkimResult::Neutral, format!("the signature can't be used: {why}"));
    if list.get("v") != Some("1") {
        return Err((DkimResult::PermError, "the signature's version is not 1".into()));
    }
    let tags = SignatureTags::read(list).map_err(neutral)?;
    if list.get("q").is_some_and(|q| !q.split(':').any(|method| method.trim_ascii() == "dns/txt")) {
        return Err(neutral("its key is not in the DNS (q=)".into()));
    }
    if !tags.signs_from() {
        return Err((DkimResult::PermError, "the From field is not signed".into()));
    }
    if tags.algorithm == Algorithm::RsaSha1 {
        return Err((DkimResult::PermError, "SHA-1 signatures can be forged and are not accepted (RFC 8301)".into()));
    }
    if identity(list, &tags).is_none() {
        return Err((DkimResult::PermError, "the identity (i=) is not of the signing domain".into()));
    }
    Ok(tags)
}

/// Whether the identity (`i=`) is of the very domain (true) or of one below it (false); nothing where it is of another.
fn identity(list: &TagList<'_>, tags: &SignatureTags<'_>) -> Option<bool> {
    let Some(identity) = list.get("i") else { return Some(true) };
    let domain = name::domain_of(identity)?;
    name::is_within(&domain, &tags.domain).then(|| *domain == *tags.domain)
}

fn judge(
    message: &Message<'_>,
    field: &Field<'_>,
    tags: &SignatureTags<'_>,
    list: &TagList<'_>,
    hashes: &mut BodyHashes<'_>,
    dns: &Replay<'_>,
    at: Option<Timestamp>,
) -> Outcome {
    // The key is looked up first, so that a snapshot made from the questions of a check always holds it.
    let keys = lookup(dns, &tags.selector, &tags.domain);
    match hashes.fits(tags) {
        Ok(true) => (),
        Ok(false) => return Outcome::new(DkimResult::Fail, "the body was changed after it was signed"),
        Err(why) => return Outcome::new(DkimResult::Neutral, format!("the signature can't be used: {why}")),
    }
    if let Some(expired) = expiry(tags, at) {
        return expired;
    }
    let keys = match keys {
        Keys::Found(keys) => keys,
        Keys::Absent(why) => return Outcome::new(DkimResult::PermError, why),
        Keys::Failed(why) => return Outcome::new(DkimResult::TempError, why),
        Keys::NotRecorded(question) => {
            return Outcome::cannot_tell(format!("the key was not recorded ({question})"));
        }
    };
    let data = tags.header_data(message, field);
    let exact = identity(list, tags) == Some(true);
    try_keys(&keys, tags, &data, exact)
}

/// An expiry is judged at the time of receipt (RFC 6376 §3.5, x=).
fn expiry(tags: &SignatureTags<'_>, at: Option<Timestamp>) -> Option<Outcome> {
    let expires = tags.expires?;
    let Some(at) = at else {
        return Some(Outcome::cannot_tell("the signature has an end, and the time of receipt is not known"));
    };
    let expired = u64::try_from(at.as_second()).is_ok_and(|now| now > expires);
    expired.then(|| Outcome::new(DkimResult::Fail, "the signature had expired when the message was received"))
}

fn try_keys(keys: &[PublicKey], tags: &SignatureTags<'_>, data: &[u8], exact: bool) -> Outcome {
    let mut refused = None;
    for key in keys {
        if let Err(why) = key.accepts(tags.algorithm) {
            refused = Some(why);
        } else if key.strict && !exact {
            refused = Some("the key is only for the very domain (t=s), and the identity is of another".into());
        } else if key.verifies(data, &tags.signature, tags.algorithm) {
            let why = format!("signed by {} (selector {})", tags.domain, tags.selector);
            return Outcome { testing: key.testing, ..Outcome::new(DkimResult::Pass, why) };
        }
    }
    match refused {
        Some(why) => Outcome::new(DkimResult::PermError, why),
        None => Outcome::new(DkimResult::Fail, "the signature does not fit the header fields and the published key"),
    }
}
