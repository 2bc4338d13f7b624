//! Figures over the published corpora, whose folders are the labels. Ground truth is for measuring only: weights are
//! judgement, and nothing here is learned from.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use pollwarden_core::Digest;
use pollwarden_lookalike::{Protected, builtin};
use pollwarden_mail::Letter;
use pollwarden_mail::phish::{Alignment, Evidence, Imitated, Score, Verdict, score};
use pollwarden_testkit::{data_root, folders, zst};

use crate::rewritten::rewritten;

/// What the published figures promise; the measured ones are better.
const LEAST_FOUND: f64 = 0.90;
const MOST_EASY: f64 = 0.001;
const MOST_HARD: f64 = 0.01;

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

/// What is taken into account.
#[derive(Clone, Copy, PartialEq)]
enum Sight {
    Full,
    WithoutAuthentication,
    WithoutImitations,
    Alone,
}

fn judged(raw: &[u8], protected: &Protected, sight: Sight) -> Score {
    let letter = Letter::read(raw);
    let alignment =
        (matches!(sight, Sight::Full | Sight::WithoutImitations)).then(|| Alignment::by_receiver(&letter)).flatten();
    let imitations = if matches!(sight, Sight::Full | Sight::WithoutAuthentication) {
        Imitated::by(&letter, protected)
    } else {
        Vec::new()
    };
    score(&letter, &Evidence { alignment, imitations, ..Evidence::default() })
}

/// A message's label, the half it falls in, and what is found.
struct Judged {
    label: String,
    is_first: bool,
    score: Score,
}

/// Halves are drawn by digest, so that each says how steady a figure is.
fn all_judged(messages: &[Labelled], protected: &Protected, sight: Sight) -> Vec<Judged> {
    let one = |message: &Labelled| Judged {
        label: message.label.clone(),
        is_first: Digest::of(&message.raw).0[0] & 1 == 0,
        score: judged(&message.raw, protected, sight),
    };
    messages.iter().map(one).collect()
}

/// How many of a label are called a phish, and how many there are.
fn count(judged: &[&Judged], label: &str) -> (usize, usize) {
    let of_label = judged.iter().filter(|one| one.label == label);
    let found = of_label.clone().filter(|one| one.score.verdict == Verdict::Phish).count();
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
    let (all, protected) = (all(), Protected::new(builtin()));
    if all.is_empty() {
        return say("phish corpora: skipped, not there");
    }
    let full = all_judged(&all, &protected, Sight::Full);
    let part = |is_wanted: fn(&&Judged) -> bool| full.iter().filter(is_wanted).collect::<Vec<_>>();
    figures("all", &part(|_| true));
    figures("one half", &part(|one| one.is_first));
    figures("other half", &part(|one| !one.is_first));
    for (name, sight) in [
        ("without authentication", Sight::WithoutAuthentication),
        ("without imitations", Sight::WithoutImitations),
        ("the message alone", Sight::Alone),
    ] {
        figures(name, &all_judged(&all, &protected, sight).iter().collect::<Vec<_>>());
    }
    let full = part(|_| true);
    reasons(&full);
    assert!(count(&full, "phish").1 == 0 || share(count(&full, "phish")) >= LEAST_FOUND);
    assert!(share(count(&full, "ham")) <= MOST_EASY);
    assert!(share(count(&full, "hardham")) <= MOST_HARD);
}

fn figures(name: &str, judged: &[&Judged]) {
    let figures = ["phish", "ham", "hardham", "spam"].map(|label| told(label, count(judged, label)));
    say(&format!("{name}: {}", figures.join(", ")));
}

/// How often each reason stands in phish.
fn reasons(judged: &[&Judged]) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for reason in judged.iter().filter(|one| one.label == "phish").flat_map(|one| &one.score.reasons) {
        *counts.entry(reason.id).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(id, count)| (std::cmp::Reverse(*count), *id));
    let top: Vec<String> = counts.iter().take(20).map(|(id, count)| format!("{id} {count}")).collect();
    say(&format!("reasons in phish: {}", top.join(", ")));
}

#[test]
fn verdicts_do_not_rest_on_dates_and_mail_programs() {
    let (all, protected) = (all(), Protected::new(builtin()));
    if all.is_empty() {
        return say("date-blind check: skipped, not there");
    }
    let scored = |raw: &[u8]| judged(raw, &protected, Sight::Full);
    let mut moved = 0;
    for message in &all {
        let (before, after) = (scored(&message.raw), scored(&rewritten(&message.raw)));
        if before.verdict != after.verdict {
            moved += 1;
            say(&format!(
                "moved ({}): {}\n    to: {}",
                message.label,
                crate::written::told(&before),
                crate::written::told(&after)
            ));
        }
    }
    say(&format!("date-blind: {moved} of {} verdicts moved", all.len()));
    assert!(moved * 1_000 <= all.len(), "{moved} moved");
}

#[test]
fn test_messages_of_other_programs_never_panic() {
    let protected = Protected::new(builtin());
    for start in ["spamassassin-test-messages", "rspamd-functional", "mail-parser-messages"] {
        let messages = messages(start);
        let phish = messages
            .iter()
            .filter(|message| judged(&message.raw, &protected, Sight::Full).verdict == Verdict::Phish)
            .count();
        say(&format!(
            "{start}: {} read, {phish} called a phish{}",
            messages.len(),
            if messages.is_empty() { " (skipped)" } else { "" }
        ));
    }
}
