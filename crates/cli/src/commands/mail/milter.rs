//! `pollwarden mail milter`: judges mail as it arrives, for Postfix or Sendmail.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use pollwarden_engine::EngineOptions;
use pollwarden_exchange::milter::{
    Envelope, Judge, JudgeError, Judgement, Listener, Message, MilterSettings, Reach, Report, Tag, serve,
};
use pollwarden_mail::campaign::GroupKey;
use pollwarden_mail::formats::Kept;
use pollwarden_mail::{Arrival, Contacts, Desk, Judged, judge_arriving};
use pollwarden_report::visible;

use super::judged;
use crate::args::Milter;
use crate::exit::Exit;
use crate::progress::Progress;
use crate::{office, read, show};

pub(super) fn run(asked: &Milter, options: &EngineOptions, progress: &Progress) -> Result<Exit> {
    let office = office::read_or_default(asked.office.office.as_deref())?;
    let desk = if asked.learn.is_empty() {
        Desk::new(&office, Contacts::of(&office.domains), Default::default(), GroupKey::within_office())
    } else {
        judged(&read::inputs(&asked.learn), &office, GroupKey::within_office(), options, progress)?.desk
    };
    let listener = Listener::bind(&place(&asked.listen), Reach::ThisMachine)
        .with_context(|| format!("--listen {}", asked.listen))?;
    let report: Arc<dyn Fn(&Report<'_>) + Send + Sync> = Arc::new(|report| show::say(&visible(&told(report))));
    let settings = MilterSettings { report: Some(report), ..MilterSettings::default() };
    let milter = serve(listener, Arc::new(Bench { desk, quarantine: asked.quarantine }), settings)?;
    show::say(&format!("Judging mail at {}. Stop with Ctrl-C.", milter.address()));
    loop {
        std::thread::park();
    }
}

/// `127.0.0.1:8899` means what Postfix writes as `inet:127.0.0.1:8899`.
fn place(listen: &str) -> String {
    let is_named = ["inet:", "unix:", "local:"].iter().any(|scheme| listen.starts_with(scheme));
    if is_named { listen.to_owned() } else { format!("inet:{listen}") }
}

fn told(report: &Report<'_>) -> String {
    match report {
        Report::NotJudged { queue_id, why, said } => {
            format!("{}: not judged, delivered: {why}. {}", queue_id.unwrap_or("a message"), said.unwrap_or_default())
        }
        Report::Held { queue_id, reason } => {
            format!("{}: held: {reason}. `postsuper -H` lets it go", queue_id.unwrap_or("a message"))
        }
        Report::Forged { queue_id, headers } => {
            format!("{}: {headers} forged headers removed", queue_id.unwrap_or("a message"))
        }
        Report::Broken(fault) => format!("A connection was given up: {fault}"),
        Report::TurnedAway => "A connection was turned away: there are too many".to_owned(),
    }
}

struct Bench {
    desk: Desk,
    quarantine: bool,
}

impl Judge for Bench {
    fn judge(&self, envelope: &Envelope, message: &Message) -> Result<Judgement, JudgeError> {
        let kept = Kept {
            source: envelope.queue_id.clone().unwrap_or_default(),
            line: None,
            raw: with_envelope(envelope, &message.bytes),
            is_cut: !message.is_whole,
        };
        // What somebody of the office sends who has signed in is its own mail.
        if envelope.login.is_some() {
            return Ok(Judgement::Deliver(vec![Tag::new("Verdict", "own")]));
        }
        let helo = envelope.helo.as_deref().unwrap_or_default();
        let arrival = Arrival::new(envelope.client_ip, helo, &envelope.mail_from, Timestamp::now());
        Ok(judgement(&judge_arriving(&self.desk, &kept, &arrival), self.quarantine))
    }
}

/// The header that the server itself will write, so that the sender's address is known.
fn with_envelope(envelope: &Envelope, message: &[u8]) -> Vec<u8> {
    let mut raw = format!("Return-Path: <{}>\r\n", one_line(&envelope.mail_from)).into_bytes();
    for recipient in &envelope.rcpt_to {
        raw.extend_from_slice(format!("Delivered-To: {}\r\n", one_line(recipient)).as_bytes());
    }
    raw.extend_from_slice(message);
    raw
}

fn one_line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

fn judgement(judged: &[Judged], quarantine: bool) -> Judgement {
    let lure = judged.iter().find_map(|message| message.lure.filter(|lure| lure.is_sure).map(|lure| (message, lure)));
    let threat = judged.iter().find_map(|message| message.threat.as_ref());
    let mut tags = Vec::new();
    let verdict = match (&lure, threat) {
        (Some((_, lure)), _) => lure.kind.name(),
        (None, Some(_)) => "threat",
        _ if judged.iter().any(|message| message.lure.is_some()) => "unsure",
        // What could not be looked at may hold anything.
        _ if judged.iter().any(|message| message.hides) => "cannot-tell",
        _ => "nothing-found",
    };
    tags.push(Tag::new("Verdict", verdict));
    if let Some(first) = judged.first() {
        tags.push(Tag::new("Points", format!("{:.1}", first.score.points)));
        let reasons =
            first.score.reasons.iter().filter(|reason| reason.weight > 0.0).take(5).map(|reason| reason.said.clone());
        let imitations =
            first.imitations.iter().take(2).map(|found| format!("Imitates {}: {}", found.party, found.why));
        tags.extend(imitations.chain(reasons).map(|said| Tag::new("Reason", said)));
    }
    match (quarantine, lure.is_some() || threat.is_some_and(|t| t.severity >= pollwarden_core::Severity::High)) {
        (true, true) => Judgement::Quarantine { reason: format!("Pollwarden: {verdict}"), tags },
        _ => Judgement::Deliver(tags),
    }
}
