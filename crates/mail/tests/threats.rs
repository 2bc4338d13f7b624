//! Threats to officials: messages with known truth written for this, and ordinary mail that must stay quiet.
//!
//! `testdata/threats/known` was at hand when the detector was made, `testdata/threats/heldout` was not looked at: its first
//! figures are in the crate's README. Ordinary mail is found below `POLLWARDEN_DATA` (or `../shared/data`).

#![allow(clippy::print_stdout, reason = "figures that a test reaches are printed")]

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use pollwarden_mail::Letter;
use pollwarden_mail::threat::{Names, ThreatKind, Threats};

struct Message {
    truth: String,
    letter: Letter,
}

fn threats() -> Threats {
    let people = ["Marta Quell", "Dwayne Oakhurst", "Lucía Ferrán"].map(String::from).to_vec();
    let places = ["410 Larch Street", "Harlow Community Center", "Tarrow"].map(String::from).to_vec();
    Threats::of(&Names { people, places })
}

/// Messages of a file: `truth | subject`, then the text; `%%` between them.
fn messages(path: &Path) -> Vec<Message> {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.split("\n%%\n").map(|block| message(block.trim())).collect()
}

fn message(block: &str) -> Message {
    let (head, body) = block.split_once('\n').expect("a line of truth and a text");
    let (truth, subject) = head.split_once(" | ").expect("truth and subject");
    let raw = format!(
        "From: someone@example.net\r\nTo: clerk@example.org\r\nSubject: {subject}\r\nDate: Tue, 3 Nov 2026 08:00:00 +0000\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
    );
    Message { truth: truth.trim().to_owned(), letter: Letter::read(raw.as_bytes()) }
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/threats").join(name)
}

fn name(kind: ThreatKind) -> &'static str {
    match kind {
        ThreatKind::Violence => "violence",
        ThreatKind::Veiled => "veiled",
        ThreatKind::Stalking => "stalking",
        ThreatKind::Doxxing => "doxxing",
        ThreatKind::SwattingOrBomb => "bomb",
        ThreatKind::Harassment => "harassment",
        ThreatKind::Extortion => "extortion",
    }
}

/// How many of a file are judged as their truth says: told or not, and (second) of the same kind.
fn measure(set: &str, file: &str) -> (usize, usize, usize) {
    let (threats, all) = (threats(), messages(&folder(set).join(file)));
    let (mut right, mut same_kind) = (0, 0);
    for Message { truth, letter } in &all {
        let found = threats.read(letter).threat;
        let said = found.as_ref().map_or("quiet", |t| if t.is_reported { "reported" } else { name(t.kind) });
        let is_right = match truth.as_str() {
            "quiet" => said == "quiet",
            "reported" => said == "reported",
            "harassment" => said != "quiet",
            _ => found.as_ref().is_some_and(|t| !t.is_reported && t.kind != ThreatKind::Harassment),
        };
        right += usize::from(is_right);
        same_kind += usize::from(said == truth);
        if !is_right || std::env::var_os("POLLWARDEN_SHOW").is_some() && said != truth {
            let why = found.iter().flat_map(|t| &t.reasons).map(|r| format!("{} {:.1} {}", r.id, r.weight, r.said));
            let why: Vec<String> = why.collect();
            println!("  {set}/{file}: {truth} judged {said}: {} / {} {why:?}", letter.subject, letter.text.trim());
        }
    }
    println!("{set}/{file}: {right} of {} right, {same_kind} by kind", all.len());
    (right, same_kind, all.len())
}

#[test]
fn threats_known_when_the_detector_was_made() {
    let files = ["threats.en.txt", "threats.es.txt", "quiet.txt", "reported.txt"];
    let wrong: usize = files.iter().map(|file| measure("known", file)).map(|(right, _, all)| all - right).sum();
    assert_eq!(wrong, 0);
}

#[test]
fn threats_written_after_the_detector() {
    for set in ["second", "third"] {
        for (file, least) in [("threats.en.txt", 75), ("threats.es.txt", 75), ("quiet.txt", 90)] {
            let (right, _, all) = measure(set, file);
            assert!(right * 100 >= all * least, "{set}/{file}: {right} of {all}");
        }
    }
}

#[test]
fn threats_held_out() {
    for (file, least) in [("threats.en.txt", 80), ("threats.es.txt", 80), ("quiet.txt", 95), ("reported.txt", 80)] {
        let (right, _, all) = measure("heldout", file);
        assert!(right * 100 >= all * least, "{file}: {right} of {all}");
    }
}

/// Every message of an archive's folders whose names hold one of these.
fn archive(name: &str, each: &mut dyn FnMut(&str, &[u8])) -> bool {
    let Some(path) = pollwarden_testkit::data_root().map(|root| root.join("mail").join(name)).filter(|p| p.is_file())
    else {
        println!("{name}: skipped, not there");
        return false;
    };
    let file = fs::File::open(path).expect("an archive");
    let mut unpacked = zstd::Decoder::new(file).expect("zstd");
    unpacked.window_log_max(27).expect("a window");
    let mut tar = tar::Archive::new(unpacked);
    for entry in tar.entries().expect("a tar") {
        let mut entry = entry.expect("an entry");
        let path = entry.path().expect("a path").to_string_lossy().into_owned();
        if path.ends_with(".eml") {
            let mut raw = Vec::new();
            entry.read_to_end(&mut raw).expect("a message");
            each(&path, &raw);
        }
    }
    true
}

#[test]
fn ordinary_mail_stays_quiet() {
    let threats = threats();
    let (mut all, mut told, mut ham_told) = (0, 0, 0);
    let mut taken = std::time::Duration::ZERO;
    archive("spamassassin-2002.tar.zst", &mut |path, raw| {
        all += 1;
        let letter = Letter::read(raw);
        let begun = std::time::Instant::now();
        let reading = threats.read(&letter);
        taken += begun.elapsed();
        let Some(found) = reading.threat else { return };
        told += 1;
        ham_told += usize::from(path.starts_with("ham/") || path.starts_with("hardham/"));
        println!("  {path}: {} {:?} {}", name(found.kind), found.severity, found.is_reported);
        found.reasons.iter().for_each(|r| println!("      {:.1} {}", r.weight, r.said));
    });
    println!(
        "spamassassin-2002: {told} of {all} told, {ham_told} of them ham; {} µs each",
        taken.as_micros() / all.max(1)
    );
    assert!(ham_told <= 2, "{ham_told}");
}

#[test]
fn phishing_is_no_threat_to_officials() {
    let threats = threats();
    let (mut all, mut told) = (0_usize, 0_usize);
    archive("phishing-pot-NC.tar.zst", &mut |path, raw| {
        all += 1;
        let Some(found) = threats.read(&Letter::read(raw)).threat else { return };
        told += 1;
        println!("  {path}: {} {:?}", name(found.kind), found.severity);
        found.reasons.iter().for_each(|r| println!("      {:.1} {}", r.weight, r.said));
    });
    println!("phishing-pot-NC: {told} of {all} told");
    assert!(told * 50 <= all, "{told} of {all}");
}
