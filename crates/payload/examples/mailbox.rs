//! Looks into every message of a folder, and counts the acts that a clerk would be told:
//! `cargo run --release -p pollwarden-payload --example mailbox -- FOLDER`.
#![allow(clippy::print_stdout, reason = "an example prints what it counted")]

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs};

use pollwarden_payload::{Audience, Bounds, examine};

fn main() {
    let folder = env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let mut files = Vec::new();
    list(Path::new(&folder), &mut files);
    let (mut told, mut gaps) = (BTreeMap::<String, usize>::new(), BTreeMap::<String, usize>::new());
    let mut seen = BTreeMap::<String, usize>::new();
    let mut messages = 0;
    for path in &files {
        let Ok(bytes) = fs::read(path) else { continue };
        let found = examine("message.eml", Some("message/rfc822"), &bytes, &Bounds::default());
        let mut kinds: Vec<_> =
            found.all_acts().filter(|act| act.audience == Audience::Clerk).map(|act| act.kind.name()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        messages += usize::from(!kinds.is_empty());
        for act in found.all_acts().filter(|act| act.audience == Audience::Clerk).take(1) {
            println!(
                "{}: {} {} [{}]",
                path.display(),
                act.kind.name(),
                act.shown.chars().take(80).collect::<String>(),
                act.place
            );
        }
        found.walk().for_each(|file| *seen.entry(format!("{:?}", file.kind)).or_default() += 1);
        kinds.iter().for_each(|kind| *told.entry((*kind).to_owned()).or_default() += 1);
        found.all_gaps().for_each(|gap| {
            *gaps.entry(format!("{:?} {}", gap.cause, gap.reason.chars().take(60).collect::<String>())).or_default() +=
                1
        });
    }
    println!("{messages} of {} messages have something to tell a clerk", files.len());
    seen.iter().for_each(|(kind, count)| println!("{count:>6} file: {kind}"));
    told.iter().for_each(|(kind, count)| println!("{count:>6} {kind}"));
    gaps.iter().for_each(|(gap, count)| println!("{count:>6} gap: {gap}"));
}

fn list(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() { list(&path, files) } else { files.push(path) }
    }
}
