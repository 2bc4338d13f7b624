//! Figures over the published corpora, whose folders are the labels. Ground truth is for measuring only: weights are
//! judgement, and nothing here is learned from.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use pollwarden_core::Digest;
use pollwarden_mail::phish::Verdict;
use pollwarden_mail::{Desk, Judged};
use pollwarden_testkit::{data_root, folders, zst};

use crate::desk::{desk, judged};
use crate::rewritten::rewritten;

/// What the published figures promise; the measured ones are better.
const LEAST_FOUND: f64 = 0.90;
const MOST_EASY: f64 = 0.001;
const MOST_HARD: f64 = 0.01;

/// Fields in which servers say what they checked, and by which they could check it again.
const CHECKS: &[&str] = &["authentication-results", "received-spf", "arc-", "dkim-signature", "x-ms-exchange-"];

struct Labelled {
    label: String,
    raw: Vec<u8>,
}

/// The messages of all archives whose name starts so, with the folder that each lies in.
fn messages(start: &str) -> Vec<Labelled> {
    let Some(root) = data_root() else { return Vec::new() };
    let is_wanted =
        |path: &&std::path::PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(start));
    folders(root.join("mail"))
        .iter()
        .filter(is_wanted)
        .filter(|path| path.extension().is_some_and(|e| e == "zst"))
        .flat_map(|path| unpacked(path))
        .collect()
}

fn unpacked(archive: &Path) -> Vec<Labelled> {
    let bytes = zst(archive);
    let mut archive = tar::Archive::new(bytes.as_slice());
    let mut found = Vec::new();
    for entry in archive.entries().expect("an archive") {
        let mut entry = entry.expect("an entry");
        let path = entry.path().expect("a path").into_owned();
        let mut raw = Vec::new();
        entry.read_to_end(&mut raw).expect("a message");
        if !raw.is_empty() {
            let label = path
                .parent()
                .and_then(Path::file_name)
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            found.push(Labelled { label, raw });
        }
    }
    found
}

/// A message's label, the half it falls in, and how it was judged.
struct Told {
    label: String,
    is_first: bool,
    judged: Judged,
}

/// Halves are drawn by digest, so that each says how steady a figure is.
fn all_judged(messages: &[Labelled], desk: &Desk) -> Vec<Told> {
    let one = |message: &Labelled| Told {
        label: message.label.clone(),
        is_first: Digest::of(&message.raw).0[0] & 1 == 0,
        judged: judged(desk, &message.raw),
    };
    messages.iter().map(one).collect()
}

/// Whether a clerk is told of it.
fn is_told(judged: &Judged) -> bool {
    judged.lure.is_some_and(|lure| lure.is_sure)
}

/// How many of a label are told, and how many there are.
fn count(judged: &[&Told], label: &str) -> (usize, usize) {
    let of_label = judged.iter().filter(|one| one.label == label);
    let found = of_label.clone().filter(|one| is_told(&one.judged)).count();
    (found, of_label.count())
}

#[expect(clippy::cast_precision_loss, reason = "counts of messages")]
fn share((found, of): (usize, usize)) -> f64 {
    if of == 0 { 0.0 } else { found as f64 / of as f64 }
}

#[expect(clippy::print_stderr, reason = "the figures are what it is for")]
fn say(line: &str) {
    eprintln!("{line}");
}

fn told(label: &str, counted: (usize, usize)) -> String {
    format!("{label} {}/{} ({:.2} %)", counted.0, counted.1, 100.0 * share(counted))
}

fn all() -> Vec<Labelled> {
    let mut all = messages("phishing-pot");
    all.extend(messages("spamassassin-2002"));
    all
}

#[test]
fn phish_are_found_and_ham_is_left_alone() {
    let (all, desk) = (all(), desk());
    if all.is_empty() {
        return say("phish corpora: skipped, not there");
    }
    let judged = all_judged(&all, &desk);
    let part = |is_wanted: fn(&&Told) -> bool| judged.iter().filter(is_wanted).collect::<Vec<_>>();
    let full = part(|_| true);
    figures("all", &full);
    figures("one half", &part(|one| one.is_first));
    figures("other half", &part(|one| !one.is_first));
    figures("by the score alone", &part(|one| one.judged.score.verdict == Verdict::Phish));
    let stripped: Vec<Labelled> = all.iter().map(without_authentication).collect();
    figures("without authentication", &all_judged(&stripped, &desk).iter().collect::<Vec<_>>());
    reasons(&full);
    false_alarms(&full);
    assert!(count(&full, "phish").1 == 0 || share(count(&full, "phish")) >= LEAST_FOUND);
    assert!(share(count(&full, "ham")) <= MOST_EASY);
    assert!(share(count(&full, "hardham")) <= MOST_HARD);
}

/// The message as a server would hand it over that checks nothing.
fn without_authentication(message: &Labelled) -> Labelled {
    let (mut raw, mut is_dropped, mut is_header) = (Vec::new(), false, true);
    for line in message.raw.split_inclusive(|byte| *byte == b'\n') {
        is_header &= !line.trim_ascii().is_empty();
        let is_field = !line.starts_with(b" ") && !line.starts_with(b"\t");
        if is_field {
            let name = line.split(|byte| *byte == b':').next().unwrap_or_default().to_ascii_lowercase();
            is_dropped = CHECKS.iter().any(|check| name.starts_with(check.as_bytes()));
        }
        if !(is_header && is_dropped) {
            raw.extend_from_slice(line);
        }
    }
    Labelled { label: message.label.clone(), raw }
}

fn figures(name: &str, judged: &[&Told]) {
    let figures = ["phish", "ham", "hardham", "spam"].map(|label| told(label, count(judged, label)));
    say(&format!("{name}: {}", figures.join(", ")));
}

fn false_alarms(judged: &[&Told]) {
    for Told { label, judged, .. } in judged.iter().filter(|one| is_told(&one.judged)) {
        if label != "phish" && label != "spam" {
            let imitated: Vec<&str> = judged.imitations.iter().map(|found| found.why.as_str()).collect();
            say(&format!("{label}, told: {:?} {imitated:?} {}", judged.lure, crate::written::told(&judged.score)));
        }
    }
}

/// How often each reason stands in phish.
fn reasons(judged: &[&Told]) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for reason in judged.iter().filter(|one| one.label == "phish").flat_map(|one| &one.judged.score.reasons) {
        *counts.entry(reason.id).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(id, count)| (std::cmp::Reverse(*count), *id));
    let top: Vec<String> = counts.iter().take(20).map(|(id, count)| format!("{id} {count}")).collect();
    say(&format!("reasons in phish: {}", top.join(", ")));
}

#[test]
fn verdicts_do_not_rest_on_dates_and_mail_programs() {
    let (all, desk) = (all(), desk());
    if all.is_empty() {
        return say("date-blind check: skipped, not there");
    }
    let mut moved = 0;
    for message in &all {
        let [before, after] = [message.raw.clone(), rewritten(&message.raw)].map(|raw| judged(&desk, &raw));
        if (before.lure, before.score.verdict) != (after.lure, after.score.verdict) {
            moved += 1;
            let told = [&before, &after].map(|one| crate::written::told(&one.score));
            say(&format!("moved ({}): {}\n    to: {}", message.label, told[0], told[1]));
        }
    }
    say(&format!("date-blind: {moved} of {} verdicts moved", all.len()));
    assert!(moved * 1_000 <= all.len(), "{moved} moved");
}

#[test]
fn test_messages_of_other_programs_never_panic() {
    let desk = desk();
    for start in ["spamassassin-test-messages", "rspamd-functional", "mail-parser-messages"] {
        let messages = messages(start);
        let told = messages.iter().filter(|message| is_told(&judged(&desk, &message.raw))).count();
        let skipped = if messages.is_empty() { " (skipped)" } else { "" };
        say(&format!("{start}: {} read, {told} told{skipped}", messages.len()));
    }
}
