//! The whole check of one message, replayed, with the receivers' word where it can't be.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::arc;
use crate::authenticated::{
    ArcCheck, Authenticated, Basis, DkimCheck, DmarcCheck, EnvelopeFacts, SpfCheck, SpfIdentity, Unproven,
};
use crate::basis;
use crate::dkim::{self, DkimResult};
use crate::dmarc::{self, AlignedBy, DmarcResult, Identifier, Standing};
use crate::dns::{DnsSnapshot, Question, Replay};
use crate::message::{Message, domains, with_crlf};
use crate::name;
use crate::settings::Settings;
use crate::spf::{self, SpfResult, check_host};
use crate::trace::{self, Envelope, EnvelopeSource, Trace};
use crate::verdict::Judged;
use crate::words::{self, ReceiversWord, adopt};

/// Is this message from whom it says?
///
/// `raw` is the message as stored, with its header. `envelope` is what the receiver knows while the message arrives; without
/// it the trace fields are read, and what the office's machines wrote. `at` is the time of receipt; without it the receiving hop's date is taken. Nothing is asked of a network.
/// The work is bounded by the size of the message: at most sixteen signatures, fifty seals, ten SPF lookups.
pub fn authenticate(
    raw: &[u8],
    envelope: Option<&Envelope>,
    dns: &DnsSnapshot,
    at: Option<Timestamp>,
    settings: &Settings,
) -> Authenticated {
    let raw = with_crlf(raw);
    let message = Message::split(&raw);
    // Whoever knows the envelope holds the message before the office's machines write into it: all in it is the sender's.
    let is_arriving = envelope.is_some() || settings.is_arriving;
    let trace = if is_arriving { Trace::default() } else { trace::read(&message, settings) };
    let takes_unverified = !is_arriving && !settings.names_someone();
    let mut words = words::read(&message, &trace, settings);
    let facts = facts(envelope, &trace, &message, &words, at);
    let replay = Replay::new(dns);

    let arc = check_arc(&message, &replay);
    adopt::trust_sealers(&mut words, &arc, settings);

    let mut spf = check_spf(&facts, settings, &replay);
    let mut dkim: Vec<DkimCheck> = dkim::verify(&message, &replay, facts.at).into_iter().map(dkim_check).collect();
    adopt::spf(&mut spf, &words, takes_unverified);
    adopt::dkim(&mut dkim, &words, takes_unverified);
    dkim.iter_mut().for_each(basis::leave_open);

    let from_domains = domains(&message.author_addresses());
    let from_fields = message.all("From").count();
    let mut dmarc = check_dmarc(&from_domains, from_fields, &spf, &dkim, &facts, &replay);
    adopt::dmarc(&mut dmarc, &words, takes_unverified);
    basis::rest_on_open(&mut dmarc, &spf, &dkim);

    let asked = replay.into_asked();
    let not_recorded = asked.iter().filter(|(_, held)| !held).map(|(question, _)| question.clone()).collect();
    Authenticated {
        basis: basis::overall(&spf, &dkim, &dmarc),
        gaps: gaps(&message, &facts, dns, &asked),
        spf,
        dkim,
        dmarc,
        arc,
        envelope: facts,
        from_fields,
        from_domains,
        words,
        questions: asked.into_iter().map(|(question, _)| question).collect(),
        not_recorded,
    }
}

/// The questions that a check of the message has and the snapshot does not answer. Which questions follow depends on
/// the answers (an `include:` leads to the next name), so a recorder asks, merges and calls again until none is left;
/// thirty rounds are enough for any message.
pub fn questions(
    raw: &[u8],
    envelope: Option<&Envelope>,
    dns: &DnsSnapshot,
    at: Option<Timestamp>,
    settings: &Settings,
) -> Vec<Question> {
    authenticate(raw, envelope, dns, at, settings).not_recorded
}

fn facts(
    given: Option<&Envelope>,
    trace: &Trace,
    message: &Message<'_>,
    words: &[ReceiversWord],
    at: Option<Timestamp>,
) -> EnvelopeFacts {
    let at = at.or(trace.received);
    let (envelope, source) = match given {
        Some(envelope) => (Some(envelope.clone()), EnvelopeSource::Given),
        None => trace.envelope(message, words),
    };
    EnvelopeFacts { envelope, source, at }
}

fn check_spf(facts: &EnvelopeFacts, settings: &Settings, dns: &Replay<'_>) -> SpfCheck {
    let Some(envelope) = &facts.envelope else {
        return no_spf("who delivered the message is not known".into());
    };
    let null = envelope.mail_from.is_empty();
    let domain = if null { Some(name::canonical(&envelope.helo)) } else { reverse_domain(&envelope.mail_from) };
    let receiver = settings.trusted_authserv_ids.first().map_or("unknown", String::as_str);
    let query = spf::Query {
        ip: envelope.client_ip,
        helo: &envelope.helo,
        mail_from: &envelope.mail_from,
        receiver,
        at: facts.at,
    };
    let mut check = match check_host(&query, dns) {
        Ok(outcome) => SpfCheck {
            result: Judged::Known(outcome.result),
            why: outcome.why,
            explanation: outcome.explanation,
            basis: if facts.source == EnvelopeSource::Unverified {
                Basis::Unproven(Unproven::Envelope)
            } else {
                Basis::Replayed
            },
            ..no_spf(String::new())
        },
        Err(question) => no_spf(format!("a DNS answer was not recorded ({question})")),
    };
    check.domain = domain.map(Cow::into_owned).unwrap_or_default();
    check.identity = if null { SpfIdentity::Helo } else { SpfIdentity::MailFrom };
    check.client_ip = Some(envelope.client_ip);
    check
}

/// The domain of a reverse path; some receivers keep the domain alone.
fn reverse_domain(mail_from: &str) -> Option<Cow<'_, str>> {
    if mail_from.contains('@') { name::domain_of(mail_from) } else { Some(name::canonical(mail_from)) }
}

fn no_spf(why: String) -> SpfCheck {
    SpfCheck {
        result: Judged::CannotTell(why.clone()),
        domain: String::new(),
        identity: SpfIdentity::MailFrom,
        client_ip: None,
        explanation: None,
        basis: Basis::CannotTell(why.clone()),
        why,
    }
}

fn dkim_check(outcome: dkim::Outcome) -> DkimCheck {
    let (result, basis) = match outcome.result {
        Some(result) => (Judged::Known(result), Basis::Replayed),
        None => (Judged::CannotTell(outcome.why.clone()), Basis::CannotTell(outcome.why.clone())),
    };
    DkimCheck {
        domain: outcome.domain,
        selector: outcome.selector,
        result,
        why: outcome.why,
        body_may_grow: outcome.unsigned_body,
        testing: outcome.testing,
        basis,
    }
}

fn check_arc(message: &Message<'_>, dns: &Replay<'_>) -> ArcCheck {
    let outcome = arc::verify(message, dns);
    let result = match outcome.result {
        Some(result) => Judged::Known(result),
        None => Judged::CannotTell(outcome.why.clone()),
    };
    ArcCheck { result, instances: outcome.instances, why: outcome.why }
}

fn check_dmarc(
    from: &[String],
    from_fields: usize,
    spf: &SpfCheck,
    dkim: &[DkimCheck],
    facts: &EnvelopeFacts,
    dns: &Replay<'_>,
) -> DmarcCheck {
    let spf_identifier = (!spf.domain.is_empty())
        .then(|| Identifier { aligned_by: AlignedBy::Spf(spf.domain.clone()), standing: spf_standing(&spf.result) });
    let signatures = dkim.iter().filter_map(|check| {
        let domain = check.domain.clone()?;
        Some(Identifier { aligned_by: AlignedBy::Dkim(domain), standing: dkim_standing(&check.result) })
    });
    let identifiers: Vec<Identifier> = spf_identifier.into_iter().chain(signatures).collect();
    let outcome = match from_fields {
        // Which of them is shown depends on the mail program; a signature may cover another than that.
        2.. => dmarc::Outcome::of(DmarcResult::PermError, "it has more than one From field"),
        _ => dmarc::evaluate(from, &identifiers, left_open(spf, dkim, facts), dns),
    };
    let (result, basis) = match outcome.result {
        Some(result) => (Judged::Known(result), basis::dmarc_basis(spf, dkim, &outcome.aligned_by)),
        None => (Judged::CannotTell(outcome.why.clone()), Basis::CannotTell(outcome.why.clone())),
    };
    DmarcCheck {
        result,
        domain: if let [only] = from { Some(only.clone()) } else { None },
        policy: outcome.policy,
        record_at: outcome.record_at,
        aligned_by: outcome.aligned_by,
        why: outcome.why,
        basis,
    }
}

/// What could vouch for the message and has no domain to be compared with.
fn left_open(spf: &SpfCheck, dkim: &[DkimCheck], facts: &EnvelopeFacts) -> Option<&'static str> {
    if facts.envelope.is_none() && spf.result.known().is_none() {
        return Some("SPF could vouch for it, but who delivered it is not known");
    }
    let unread = dkim.iter().any(|check| check.domain.is_none() && check.result.known().is_none());
    unread.then_some("a signature that was not checked could vouch for it")
}

fn spf_standing(result: &Judged<SpfResult>) -> Standing {
    match result.known() {
        Some(SpfResult::Pass) => Standing::Passed,
        Some(SpfResult::TempError) => Standing::Temporary,
        Some(_) => Standing::Failed,
        None => Standing::Unknown,
    }
}

fn dkim_standing(result: &Judged<DkimResult>) -> Standing {
    match result.known() {
        Some(DkimResult::Pass) => Standing::Passed,
        Some(DkimResult::TempError) => Standing::Temporary,
        Some(_) => Standing::Failed,
        None => Standing::Unknown,
    }
}

/// Days between receipt and recording after which it is said: keys are often changed after months, seldom within days.
const LATE_DAYS: i64 = 7;

fn gaps(message: &Message<'_>, facts: &EnvelopeFacts, dns: &DnsSnapshot, asked: &[(Question, bool)]) -> Vec<String> {
    let mut gaps = Vec::new();
    if message.cut {
        gaps.push(format!("Only the first {} header fields were read.", crate::message::MAX_FIELDS));
    }
    if facts.source == EnvelopeSource::Unverified {
        gaps.push("Who delivered the message is taken from header fields that anyone may have written.".into());
    }
    if facts.at.is_none() {
        gaps.push("The time of receipt is not known.".into());
    }
    if days_late(facts.at, dns, asked).is_some_and(|days| days > LATE_DAYS) {
        gaps.push(format!(
            "DNS answers were recorded more than {LATE_DAYS} days after receipt; they may have been others then."
        ));
    }
    gaps
}

/// How long after receipt the latest answer in use was recorded.
fn days_late(at: Option<Timestamp>, dns: &DnsSnapshot, asked: &[(Question, bool)]) -> Option<i64> {
    let recorded = asked.iter().filter_map(|(q, _)| dns.entry(&q.name, q.record_type)?.recorded);
    Some((recorded.max()?.as_second() - at?.as_second()) / (24 * 60 * 60))
}
