//! What a clerk is told: severity, title, reasons, and what to do next.

use pollwarden_core::Severity;

use super::tokens::Token;
use super::{Threat, ThreatKind, tables};
use crate::{Letter, Part};

/// How bad it is if meant: by kind, then by how specific it is. `is_ready`: near, with a weapon.
pub(super) fn severity(kind: ThreatKind, named: usize, is_ready: bool, is_reported: bool, total: f64) -> Severity {
    let severity = match kind {
        ThreatKind::Harassment => return Severity::Low,
        ThreatKind::Violence if is_ready || named >= 2 => Severity::Critical,
        ThreatKind::SwattingOrBomb if named >= 1 => Severity::Critical,
        ThreatKind::Violence | ThreatKind::SwattingOrBomb => Severity::High,
        ThreatKind::Stalking if named >= 1 || total > 1.5 => Severity::High,
        ThreatKind::Doxxing if named >= 2 => Severity::High,
        ThreatKind::Veiled if named >= 2 || is_ready => Severity::High,
        _ => Severity::Medium,
    };
    // Whoever reports it has seen it; it may still need help at once.
    if is_reported { severity.min(Severity::High) } else { severity }
}

pub(super) fn title(threat: &Threat) -> String {
    let what = match threat.kind {
        ThreatKind::Violence => "threatens somebody's life or limb",
        ThreatKind::Veiled => "threatens somebody without saying how",
        ThreatKind::Stalking => "says that somebody is being followed or watched",
        ThreatKind::Doxxing => "spreads somebody's home address or private facts",
        ThreatKind::SwattingOrBomb => "speaks of a bomb, a poison or a false call to the police",
        ThreatKind::Extortion => "tries to force an official by what it holds against them",
        ThreatKind::Harassment => "abuses its reader; no threat was found in it",
    };
    let whose = if threat.is_reported { "A message passes on words of somebody who" } else { "A message" };
    format!("{whose} {what}.")
}

pub(super) fn next_step(threat: &Threat) -> String {
    if threat.kind == ThreatKind::Harassment {
        return "Keep the message as it is. You need not answer abuse. If more comes from the same writer, or if it frightens \
                anybody, tell the sheriff."
            .to_owned();
    }
    let first = match (threat.kind, threat.severity) {
        (ThreatKind::SwattingOrBomb, _) => {
            "Call 911 now. Do what the police say about leaving the building. Don't touch any letter, powder or package."
        }
        (_, Severity::Critical) => "Call 911 now if anybody may be in danger today. Get people to a safe place first.",
        (ThreatKind::Stalking, _) => "Call 911 if the writer may be near. Don't let the person named go home alone.",
        _ => "If anybody may be in danger right now, call 911.",
    };
    let whom = if threat.specifics.person.is_some() {
        "Tell the person named, and stay with them."
    } else {
        "Tell everybody whom it may mean."
    };
    format!(
        "{first} {whom} Tell the sheriff or local police today. Report it to the FBI (tips.fbi.gov, or 1-800-CALL-FBI) and \
         ask for the election crimes coordinator of your FBI field office; tell your state's fusion center too. Don't \
         answer. Don't delete or forward it: save the whole message with its headers, and write down when it came."
    )
}

/// A reason, with the words seen.
pub(super) fn reason(id: &'static str, seen: String) -> String {
    format!("{}: “{seen}”.", tables::reason(id))
}

/// What was not read for threats.
pub(super) fn unread(letter: &Letter, most_text: usize, most_attached: usize) -> Vec<&'static str> {
    let mut unread = Vec::new();
    let is_long = |part: &Part| part.declared == "text/plain" && part.bytes.len() > most_text;
    if letter.parts.iter().any(is_long) {
        unread.push("Of a long text attached to it only the beginning was read for threats.");
    }
    if letter.parts.iter().filter(|part| part.declared == "text/plain").count() > most_attached {
        unread.push("It has many attached texts: only the first were read for threats.");
    }
    if letter.parts.iter().any(|part| part.declared.starts_with("image/")) || !letter.pictures.is_empty() {
        unread.push("Words in its pictures were not read.");
    }
    if letter.parts.iter().any(|part| part.declared.starts_with("audio/") || part.declared.starts_with("video/")) {
        unread.push("Its recordings were not heard.");
    }
    if letter.parts.iter().any(|part| part.declared.starts_with("application/")) {
        unread.push("Its attached documents were not read for threats.");
    }
    if letter.enclosed.len() > most_attached || letter.enclosed.iter().any(|raw| raw.len() > 16 * most_text) {
        unread.push("Not every message attached to it was read for threats.");
    }
    unread
}

/// The words of some tokens as they are written, in one line and cut.
pub(super) fn shown(text: &str, tokens: &[Token], most: usize) -> String {
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return String::new() };
    let written = text.get(first.from..last.to).unwrap_or_default();
    let mut line = written.split_whitespace().filter(|word| *word != ">").collect::<Vec<_>>().join(" ");
    if line.chars().count() > most {
        line = line.chars().take(most).chain(['…']).collect();
    }
    line
}
