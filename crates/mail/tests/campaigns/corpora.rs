//! A campaign among ordinary mail: nothing unrelated may join it, nor each other.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use pollwarden_mail::Letter;
use pollwarden_mail::campaign::{Campaign, GroupKey, OwnWords, Sketch, campaigns};
use pollwarden_testkit::data_root;

use crate::generate::{Chance, LURES, copy, recipients};
use crate::truth::pairs;

/// A message with what it is known as.
struct Known {
    label: String,
    letter: Letter,
}

/// Ordinary mail from many senders: 24 texts, each from one sender or from anybody.
fn ordinary(count: usize, chance: &mut Chance) -> Vec<Known> {
    let texts: Vec<&str> = include_str!("ordinary.txt").lines().collect();
    let people = recipients(200, 60, chance);
    let mut all = Vec::new();
    for at in 0..count {
        let which = at % texts.len();
        let (from, to) = (&people[chance.below(people.len())], &people[0]);
        let text = texts[which].replace("{number}", &chance.below(9_000).to_string());
        let raw = format!(
            "From: {} <{}>\r\nTo: <{}>\r\nSubject: Question {at}\r\nMessage-ID: <{at}@example.org>\r\n\r\nHello,\r\n\r\n{text}\r\n\r\nRegards,\r\n{}\r\n",
            from.name, from.address, to.address, from.name
        );
        all.push(Known { label: format!("text {which}"), letter: Letter::read(raw.as_bytes()) });
    }
    all
}

fn folder(path: &Path, label: &str, all: &mut Vec<Known>) {
    let Ok(entries) = fs::read_dir(path) else { return };
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    for file in files {
        if file.is_dir() {
            folder(&file, label, all);
        } else if let Ok(raw) = fs::read(&file) {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            all.push(Known { label: format!("{label}/{name}"), letter: Letter::read(&raw) });
        }
    }
}

/// The corpora, unpacked from `mail/*.tar.zst`, with their sketches; empty where there are none.
fn corpora() -> &'static (Vec<Known>, Vec<Sketch>) {
    static CORPORA: OnceLock<(Vec<Known>, Vec<Sketch>)> = OnceLock::new();
    CORPORA.get_or_init(|| {
        let known = unpacked();
        let sketches = sketches(&known);
        (known, sketches)
    })
}

fn unpacked() -> Vec<Known> {
    let mut all = Vec::new();
    let Some(mail) = data_root().map(|root| root.join("mail")) else { return all };
    for name in ["spamassassin-2002", "phishing-pot-NC"] {
        let Ok(packed) = fs::read(mail.join(format!("{name}.tar.zst"))) else { continue };
        let mut decoder = zstd::stream::read::Decoder::new(packed.as_slice()).expect("zstd");
        decoder.window_log_max(27).expect("a window");
        let place = tempfile::tempdir().expect("a folder");
        tar::Archive::new(decoder).unpack(place.path()).expect("an archive");
        folder(place.path(), name, &mut all);
    }
    all
}

fn sketches(known: &[Known]) -> Vec<Sketch> {
    let key = GroupKey::within_office();
    known.iter().map(|known| Sketch::of(&known.letter, &OwnWords::default(), &key)).collect()
}

#[test]
fn a_campaign_of_122_among_thousands_of_messages() {
    let mut chance = Chance(41);
    let (real, real_sketches) = corpora();
    if real.is_empty() {
        println!("skipped: no corpora");
    }
    for strength in 1..=5 {
        let mut known = ordinary(1_900, &mut chance);
        for (at, to) in recipients(122, 67, &mut chance).iter().enumerate() {
            let letter = Letter::read(&copy(LURES[0].1, to, strength, at, &mut chance));
            known.push(Known { label: "campaign".to_owned(), letter });
        }
        let all: Vec<Sketch> = sketches(&known).into_iter().chain(real_sketches.iter().cloned()).collect();
        let labels: Vec<String> = known.iter().chain(real).map(|known| known.label.clone()).collect();
        let found = campaigns(&all);
        let of_campaign: Vec<Campaign> =
            found.iter().filter(|c| c.members.iter().any(|at| labels[*at] == "campaign")).cloned().collect();
        let campaign = pairs(&labels, &of_campaign);
        let missed = 122 * 121 / 2 - campaign.right;
        let f1 = 2.0 * campaign.right as f64 / (2 * campaign.right + campaign.wrong + missed) as f64;
        println!(
            "{} messages, strength {strength}: F1 {f1:.4}, {} campaign(s), wrong pairs {}",
            all.len(),
            of_campaign.len(),
            campaign.wrong
        );
        assert_eq!(campaign.wrong, 0, "something unrelated was joined");
        assert!(f1 >= 0.99 || strength > 4, "{f1}");
    }
}

#[test]
fn ordinary_mail_of_other_texts_stays_apart() {
    let known = ordinary(1_200, &mut Chance(5));
    let labels: Vec<String> = known.iter().map(|known| known.label.clone()).collect();
    let found = campaigns(&sketches(&known));
    assert_eq!(pairs(&labels, &found).wrong, 0);
}

/// Shows what is joined in real mail, for judging by eye: there is no truth to compare with.
#[test]
fn what_is_joined_in_real_mail() {
    let (known, sketches) = corpora();
    if known.is_empty() {
        println!("skipped: no corpora");
        return;
    }
    let found = campaigns(sketches);
    let inside: usize = found.iter().map(|campaign| campaign.members.len()).sum();
    println!("{} messages: {} clusters with {inside} messages", known.len(), found.len());
    for campaign in &found {
        println!("--- {} messages, {:?}", campaign.members.len(), campaign.confidence);
        for at in campaign.members.iter().take(8) {
            let letter = &known[*at].letter;
            let from = letter.writer().map(|writer| writer.address.as_str()).unwrap_or_default();
            println!("    {} | {from} | {}", known[*at].label, letter.subject);
        }
    }
    let largest = found.first().map_or(0, |campaign| campaign.members.len());
    assert!(largest * 5 < known.len(), "a fifth of all mail is no campaign");
}
