//! Scores of messages: `cargo run -p pollwarden-mail --example phish_scores -- FOLDER…`
//!
//! One line a message: points, verdict, file, and each reason with its weight.

use std::path::{Path, PathBuf};

use pollwarden_lookalike::{Protected, builtin};
use pollwarden_mail::Letter;
use pollwarden_mail::phish::{Alignment, Evidence, Imitated, score};

#[expect(clippy::print_stdout, reason = "the table is what it is for")]
fn main() -> std::io::Result<()> {
    let protected = Protected::new(builtin());
    for folder in std::env::args().skip(1) {
        for file in files(Path::new(&folder))? {
            let letter = Letter::read(&std::fs::read(&file)?);
            let imitations = Imitated::by(&letter, &protected);
            let evidence = Evidence { imitations, alignment: Alignment::by_receiver(&letter), ..Evidence::default() };
            let score = score(&letter, &evidence);
            let reasons: Vec<String> = score.reasons.iter().map(|r| format!("{} {}", r.id, r.weight)).collect();
            let said: Vec<&str> = score.reasons.iter().map(|r| r.said.as_str()).collect();
            let said = said.join(" | ").replace(['\n', '\r', '\t'], " ");
            println!("{:.2}\t{:?}\t{}\t{}\t{said}", score.points, score.verdict, file.display(), reasons.join("; "));
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
