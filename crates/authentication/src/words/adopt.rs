//! Takes a receiver's word where a check could not be replayed. A trusted word is preferred; an unverified one is taken
//! only where the office names nobody whom it trusts and the message isn't just arriving, and says so.

use super::{MethodResult, ReceiversWord, WordField};
use crate::arc::ArcResult;
use crate::authenticated::{ArcCheck, Basis, DkimCheck, DmarcCheck, SpfCheck, SpfIdentity};
use crate::dkim::DkimResult;
use crate::dmarc::{DmarcPolicy, DmarcResult};
use crate::name;
use crate::settings::Settings;
use crate::spf::SpfResult;
use crate::verdict::Judged;

/// Believes what sealers saw, where the chain holds and the newest sealer is one that the office trusts.
pub(crate) fn trust_sealers(words: &mut [ReceiversWord], arc: &ArcCheck, settings: &Settings) {
    let newest = arc.instances.last().map(|instance| instance.sealer.as_str()).unwrap_or_default();
    let trusted = settings.trusted_sealers.iter().any(|known| name::is_within(newest, &name::canonical(known)));
    if !trusted || newest.is_empty() || !arc.result.is(ArcResult::Pass) {
        return;
    }
    // The newest sealer's word is the topmost of its kind.
    if let Some(word) = words.iter_mut().find(|word| word.field == WordField::ArcAuthenticationResults) {
        word.trusted = true;
    }
}

/// Fills in SPF.
pub(crate) fn spf(check: &mut SpfCheck, words: &[ReceiversWord], takes_unverified: bool) {
    if check.result.known().is_some() {
        return;
    }
    let Some((word, found)) =
        best(words, takes_unverified, "spf", |found| SpfResult::from_word(&found.result).is_some())
    else {
        return;
    };
    let Some(result) = SpfResult::from_word(&found.result) else { return };
    let mail_from = ["smtp.mailfrom", "smtp.mfrom", "envelope-from"].iter().find_map(|name| found.property(name));
    let helo = ["smtp.helo", "helo"].iter().find_map(|name| found.property(name));
    if let Some((domain, identity)) = spoken_for(mail_from, helo) {
        (check.domain, check.identity) = (domain, identity);
    }
    if check.client_ip.is_none() {
        check.client_ip = found.property("client-ip").and_then(|ip| ip.parse().ok());
    }
    check.result = Judged::Known(result);
    check.why = says(word, "spf", &found.result);
    check.basis = basis(word);
}

/// The domain that SPF was asked about, by the word.
fn spoken_for(mail_from: Option<&str>, helo: Option<&str>) -> Option<(String, SpfIdentity)> {
    let bare = |text: &str| {
        let text = text.trim_matches(['<', '>', '"']);
        text.rsplit_once('@')
            .map_or_else(|| name::canonical(text).into_owned(), |(_, d)| name::canonical(d).into_owned())
    };
    let from = mail_from.map(bare).filter(|domain| !domain.is_empty());
    from.map(|domain| (domain, SpfIdentity::MailFrom))
        .or_else(|| helo.map(bare).filter(|domain| !domain.is_empty()).map(|domain| (domain, SpfIdentity::Helo)))
}

/// Fills in DKIM, signature by signature; where the message has no signature left, every one that the word names.
pub(crate) fn dkim(checks: &mut Vec<DkimCheck>, words: &[ReceiversWord], takes_unverified: bool) {
    if checks.is_empty() {
        checks.extend(words_alone(words, takes_unverified));
        return;
    }
    // A signature that was checked stands as it was found. Banners and rewritten links do break one after the receiver found it
    // good, but whoever replays a signed message with other words can write the same receiver's name.
    for check in checks.iter_mut().filter(|check| check.result.known().is_none()) {
        let about = |found: &MethodResult| check.domain.is_some() && is_about(found, check);
        let Some((word, found)) = best(words, takes_unverified, "dkim", about) else { continue };
        let Some(result) = DkimResult::from_word(&found.result) else { continue };
        let why = says(word, "dkim", &found.result);
        (check.result, check.why, check.basis) = (Judged::Known(result), why, basis(word));
    }
}

fn is_about(found: &MethodResult, check: &DkimCheck) -> bool {
    let selector = found.property("header.s").map(name::canonical);
    DkimResult::from_word(&found.result).is_some()
        && signing_domain(found) == check.domain
        && selector.is_none_or(|selector| Some(&*selector) == check.selector.as_deref())
}

fn signing_domain(found: &MethodResult) -> Option<String> {
    let identity = || found.property("header.i").and_then(|i| i.rsplit_once('@')).map(|(_, domain)| domain);
    let domain = found.property("header.d").or_else(identity)?;
    Some(name::canonical(domain).into_owned())
}

fn words_alone(words: &[ReceiversWord], takes_unverified: bool) -> Vec<DkimCheck> {
    let signed = |found: &MethodResult| DkimResult::from_word(&found.result).is_some_and(|r| r != DkimResult::None);
    let Some((word, _)) = best(words, takes_unverified, "dkim", signed) else { return Vec::new() };
    let found = word.results.iter().filter(|found| found.method == "dkim" && signed(found));
    found.filter_map(|found| from_word(word, found)).collect()
}

fn from_word(word: &ReceiversWord, found: &MethodResult) -> Option<DkimCheck> {
    Some(DkimCheck {
        domain: signing_domain(found),
        selector: found.property("header.s").map(|s| name::canonical(s).into_owned()),
        result: Judged::Known(DkimResult::from_word(&found.result)?),
        why: says(word, "dkim", &found.result),
        body_may_grow: false,
        testing: false,
        basis: basis(word),
    })
}

/// Fills in DMARC.
pub(crate) fn dmarc(check: &mut DmarcCheck, words: &[ReceiversWord], takes_unverified: bool) {
    if check.result.known().is_some() {
        return;
    }
    let about = |found: &MethodResult| {
        let from = found.property("header.from").map(name::canonical);
        DmarcResult::from_word(&found.result).is_some()
            && from.is_none_or(|from| Some(&*from) == check.domain.as_deref())
    };
    let Some((word, found)) = best(words, takes_unverified, "dmarc", about) else { return };
    let Some(result) = DmarcResult::from_word(&found.result) else { return };
    check.result = Judged::Known(result);
    check.policy = check.policy.or_else(|| policy(found));
    check.why = says(word, "dmarc", &found.result);
    check.basis = basis(word);
}

/// The policy as some receivers write it: `policy.dmarc=` or "(p=REJECT …)".
fn policy(found: &MethodResult) -> Option<DmarcPolicy> {
    let comment = found.comment.to_ascii_lowercase();
    let in_comment = || comment.split_whitespace().find_map(|part| part.strip_prefix("p="));
    let stated = found.property("policy.dmarc").or_else(in_comment)?;
    DmarcPolicy::from_word(stated)
}

/// The word to take: the first trusted one, else the first of all where nobody is named as trusted.
fn best<'w>(
    words: &'w [ReceiversWord],
    takes_unverified: bool,
    method: &str,
    fits: impl Fn(&MethodResult) -> bool,
) -> Option<(&'w ReceiversWord, &'w MethodResult)> {
    let find = |trusted: bool| {
        let candidates = words.iter().filter(move |word| word.trusted == trusted);
        candidates
            .flat_map(|word| word.results.iter().map(move |found| (word, found)))
            .find(|(_, found)| found.method == method && fits(found))
    };
    find(true).or_else(|| if takes_unverified { find(false) } else { None })
}

fn basis(word: &ReceiversWord) -> Basis {
    Basis::ReceiversWord { authserv_id: word.authserv_id.clone(), trusted: word.trusted }
}

fn says(word: &ReceiversWord, method: &str, result: &str) -> String {
    let who = if word.authserv_id.is_empty() { "a receiver that gives no name" } else { &word.authserv_id };
    let verified = if word.trusted { "" } else { "; nobody can say who wrote that" };
    format!("{} says {method}={}{verified}", crate::tags::shown(who), crate::tags::shown(result))
}
