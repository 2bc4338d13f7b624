//! Authenticated Received Chain (RFC 8617): what earlier hands say they saw, sealed one over the other.
//!
//! The structure (§5.2) is checked here on strict tag lists; mail-auth's reader lets repeated, misspelt and empty tags
//! pass. Canonical forms and signatures are mail-auth's. Whether a sealer is to be believed is another question, which
//! the office answers by the names it trusts.

use mail_auth::common::crypto::Algorithm;
use mail_auth::dkim::Canonicalization;

use crate::dkim::{BodyHashes, Keys, SignatureTags, algorithm, lookup, signer};
use crate::dns::{Question, Replay};
use crate::message::{Field, Message};
use crate::tags::{TagList, base64, without_signature};

/// Instances at most (§4.2.1).
const MAX_INSTANCES: usize = 50;
/// Octets of one field. Every seal covers all fields below it, so long ones would cost their square.
const MAX_FIELD: usize = 32 * 1024;

/// The state of the chain (RFC 8617 §4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArcResult {
    /// There is no chain.
    None,
    /// Every seal holds.
    Pass,
    /// A seal does not hold, or the chain is not well formed.
    Fail,
    /// The DNS failed at the time, so that a seal could not be checked.
    TempError,
}

impl ArcResult {
    /// As RFC 8601 writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::TempError => "temperror",
        }
    }
}

/// One sealer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArcInstance {
    /// Its place in the chain, from 1.
    pub instance: usize,
    /// The domain that sealed.
    pub sealer: String,
    /// Its selector.
    pub selector: String,
    /// What it says it saw, as written (ARC-Authentication-Results).
    pub results: String,
}

pub(crate) struct Outcome {
    /// Nothing where a sealer's key was not recorded.
    pub(crate) result: Option<ArcResult>,
    pub(crate) why: String,
    pub(crate) instances: Vec<ArcInstance>,
}

/// The three fields of one instance.
struct Set<'a> {
    results: &'a Field<'a>,
    message_signature: &'a Field<'a>,
    seal: &'a Field<'a>,
    seal_tags: TagList<'a>,
    signature_tags: TagList<'a>,
}

enum Stop {
    Fail(String),
    Temporary(String),
    NotRecorded(Question),
}

/// Checks the chain of a message.
pub(crate) fn verify(message: &Message<'_>, dns: &Replay<'_>) -> Outcome {
    let sets = match collect(message) {
        Ok(sets) if sets.is_empty() => {
            return Outcome { result: Some(ArcResult::None), why: "there is no chain".into(), instances: Vec::new() };
        }
        Ok(sets) => sets,
        Err(why) => return Outcome { result: Some(ArcResult::Fail), why, instances: Vec::new() },
    };
    let instances = sets.iter().enumerate().map(|(at, set)| set.describe(at + 1)).collect();
    let (result, why) = match check(message, &sets, dns) {
        Ok(()) => (Some(ArcResult::Pass), format!("{} seals hold", sets.len())),
        Err(Stop::Fail(why)) => (Some(ArcResult::Fail), why),
        Err(Stop::Temporary(why)) => (Some(ArcResult::TempError), why),
        Err(Stop::NotRecorded(question)) => (None, format!("a sealer's key was not recorded ({question})")),
    };
    Outcome { result, why, instances }
}

impl Set<'_> {
    fn describe(&self, instance: usize) -> ArcInstance {
        let (sealer, selector) = signer(&self.seal_tags).unwrap_or_default();
        let results = self.results.text();
        let results = results.split_once(';').map_or("", |(_, rest)| rest).trim_ascii().to_owned();
        ArcInstance { instance, sealer, selector, results }
    }
}

/// Groups the fields by instance and checks the structure (§5.2, steps 1 to 3).
fn collect<'m>(message: &'m Message<'m>) -> Result<Vec<Set<'m>>, String> {
    let seals = numbered(message, "ARC-Seal", |field| TagList::parse(field.value))?;
    let signatures = numbered(message, "ARC-Message-Signature", |field| TagList::parse(field.value))?;
    let results = numbered(message, "ARC-Authentication-Results", |field| first_tag(field))?;
    if seals.len() != signatures.len() || seals.len() != results.len() {
        return Err("the chain lacks a field of one instance".into());
    }
    let sets = seals.into_iter().zip(signatures).zip(results);
    Ok(sets
        .map(|(((seal, seal_tags), (message_signature, signature_tags)), (results, _))| Set {
            results,
            message_signature,
            seal,
            seal_tags,
            signature_tags,
        })
        .collect())
}

/// The first part of an ARC-Authentication-Results, which must be the instance (§4.1.1).
fn first_tag<'m>(field: &Field<'m>) -> Result<TagList<'m>, String> {
    let end = memchr::memchr(b';', field.value).unwrap_or(field.value.len());
    TagList::parse(&field.value[..end])
}

type Numbered<'m> = Vec<(&'m Field<'m>, TagList<'m>)>;

/// The fields of a name in order of instance, which must be 1, 2, 3 … without a gap.
fn numbered<'m>(
    message: &'m Message<'m>,
    name: &'static str,
    tags: impl Fn(&'m Field<'m>) -> Result<TagList<'m>, String>,
) -> Result<Numbered<'m>, String> {
    let mut found: Vec<(u64, &Field<'_>, TagList<'_>)> = Vec::new();
    for field in message.all(name) {
        if found.len() == MAX_INSTANCES {
            return Err(format!("the chain has more than {MAX_INSTANCES} instances"));
        }
        if field.value.len() > MAX_FIELD {
            return Err(format!("an {name} is longer than {MAX_FIELD} octets and is not checked"));
        }
        let list = tags(field).map_err(|why| format!("an {name} can't be read: {why}"))?;
        let instance = list.number("i")?.ok_or_else(|| format!("an {name} has no instance"))?;
        found.push((instance, field, list));
    }
    found.sort_by_key(|(instance, ..)| *instance);
    let in_order = found.iter().zip(1..).all(|((instance, ..), expected)| *instance == expected);
    if !in_order {
        return Err(format!("the instances of {name} are not 1 to {}", found.len()));
    }
    Ok(found.into_iter().map(|(_, field, list)| (field, list)).collect())
}

/// The newest message signature, then every seal (§5.2, steps 3 to 6).
fn check(message: &Message<'_>, sets: &[Set<'_>], dns: &Replay<'_>) -> Result<(), Stop> {
    for (at, set) in sets.iter().enumerate() {
        let expected = if at == 0 { "none" } else { "pass" };
        if set.seal_tags.get("cv") != Some(expected) {
            return Err(Stop::Fail(format!("instance {} does not say cv={expected}", at + 1)));
        }
    }
    let newest = sets.last().ok_or_else(|| Stop::Fail("there is no instance".into()))?;
    check_message_signature(message, newest, dns)?;
    for at in (0..sets.len()).rev() {
        check_seal(&sets[..=at], dns)?;
    }
    Ok(())
}

fn check_message_signature(message: &Message<'_>, set: &Set<'_>, dns: &Replay<'_>) -> Result<(), Stop> {
    let checked = check_forms(message, set, false, dns);
    // Without c= the forms are simple (RFC 6376 §3.5). Some sealers leave it out and sign the relaxed forms, and ValiMail's
    // suite has such a chain hold. It is the same text either way.
    match checked {
        Err(Stop::Fail(_)) if set.signature_tags.get("c").is_none() => check_forms(message, set, true, dns),
        checked => checked,
    }
}

fn check_forms(message: &Message<'_>, set: &Set<'_>, relaxed: bool, dns: &Replay<'_>) -> Result<(), Stop> {
    let wrong = |why: String| Stop::Fail(format!("the newest ARC-Message-Signature does not hold: {why}"));
    let tags = SignatureTags::read(&set.signature_tags).map_err(wrong)?;
    let tags = if relaxed { tags.relaxed() } else { tags };
    if tags.signed.iter().any(|name| name.eq_ignore_ascii_case("ARC-Seal")) {
        return Err(wrong("it signs an ARC-Seal".into()));
    }
    let data = tags.header_data(message, set.message_signature);
    let verified = check_key(dns, &tags.selector, &tags.domain, tags.algorithm, &data, &tags.signature);
    if !BodyHashes::new(message.body).fits(&tags).map_err(wrong)? {
        return Err(wrong("the body was changed".into()));
    }
    verified
}

/// A seal covers all fields of the chain up to its own (§5.1.1).
fn check_seal(sets: &[Set<'_>], dns: &Replay<'_>) -> Result<(), Stop> {
    let Some((own, earlier)) = sets.split_last() else { return Ok(()) };
    let wrong = |why: String| Stop::Fail(format!("the seal of instance {} does not hold: {why}", sets.len()));
    let tags = &own.seal_tags;
    if tags.get("h").is_some() {
        return Err(wrong("it has an h= tag".into()));
    }
    tags.number("t").map_err(wrong)?;
    let (domain, selector) = signer(tags).map_err(wrong)?;
    let algorithm = algorithm(tags).map_err(wrong)?;
    let signature =
        tags.needed("b").map_err(wrong).and_then(|b| base64(b).ok_or_else(|| wrong("it is not base64".into())))?;
    let stripped = without_signature(own.seal.value);
    let fields = earlier.iter().flat_map(|set| [set.results, set.message_signature, set.seal]);
    let chain = fields.chain([own.results, own.message_signature]).map(|field| (field.name, field.value));
    let mut data = Vec::with_capacity(2048);
    Canonicalization::Relaxed.canonicalize_headers(chain.chain([(own.seal.name, stripped.as_slice())]), &mut data);
    check_key(dns, &selector, &domain, algorithm, &data, &signature)
}

fn check_key(
    dns: &Replay<'_>,
    selector: &str,
    domain: &str,
    algorithm: Algorithm,
    data: &[u8],
    signature: &[u8],
) -> Result<(), Stop> {
    // RFC 8617 §4.1: the algorithms of RFC 8301 and 8463, so no SHA-1.
    if algorithm == Algorithm::RsaSha1 {
        return Err(Stop::Fail("SHA-1 signatures are not accepted".into()));
    }
    let keys = match lookup(dns, selector, domain) {
        Keys::Found(keys) => keys,
        Keys::Absent(why) => return Err(Stop::Fail(why)),
        Keys::Failed(why) => return Err(Stop::Temporary(why)),
        Keys::NotRecorded(question) => return Err(Stop::NotRecorded(question)),
    };
    let holds =
        |key: &crate::dkim::PublicKey| key.accepts(algorithm).is_ok() && key.verifies(data, signature, algorithm);
    if keys.iter().any(holds) { Ok(()) } else { Err(Stop::Fail(format!("the signature is not {domain}'s"))) }
}
