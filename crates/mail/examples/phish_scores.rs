//! Scores of messages: `cargo run -p pollwarden-mail --example phish_scores -- FOLDER…`
//!
//! One line a message: points, verdict, whether a clerk is told, file, and each reason with its weight.

use std::path::{Path, PathBuf};

use pollwarden_core::Office;
use pollwarden_mail::campaign::GroupKey;
use pollwarden_mail::formats::Kept;
use pollwarden_mail::{Contacts, Desk, judge};

#[expect(clippy::print_stdout, reason = "the table is what it is for")]
fn main() -> std::io::Result<()> {
    let desk = Desk::new(&Office::default(), Contacts::default(), Default::default(), GroupKey::within_office());
    for folder in std::env::args().skip(1) {
        for file in files(Path::new(&folder))? {
            let source = file.display().to_string();
            for judged in judge(&desk, &Kept { source, line: None, raw: std::fs::read(&file)?, is_cut: false }) {
                let (score, lure) = (&judged.score, judged.lure);
                let reasons: Vec<String> = score.reasons.iter().map(|r| format!("{} {}", r.id, r.weight)).collect();
                let said: Vec<&str> = score.reasons.iter().map(|r| r.said.as_str()).collect();
                let said = said.join(" | ").replace(['\n', '\r', '\t'], " ");
                let lure = lure.map_or("-", |lure| if lure.is_sure { "told" } else { "unsure" });
                println!(
                    "{:.2}\t{:?}\t{lure}\t{}\t{}\t{said}",
                    score.points,
                    score.verdict,
                    judged.source,
                    reasons.join("; ")
                );
            }
        }
    }
    Ok(())
}

fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
