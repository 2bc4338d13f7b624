//! Whether a file in the reader's hands is one of those that the office committed to.

use crate::asked::Held;
use crate::contents::Contents;
use crate::report::Report;
use crate::visible::name;
use crate::words;

/// Of a longer name, so many characters are shown.
const NAME: usize = 200;

pub(crate) fn tell(held: Option<Held>, contents: &Contents, report: &mut Report) {
    let Some(held) = held else { return };
    let digest = held.digest();
    let same: Vec<_> = contents.bytes.iter().filter(|(_, bytes)| bytes.sha256.eq_ignore_ascii_case(&digest)).collect();
    let file = format!("The file you hold ({}, SHA-256 {digest})", bytes(held.bytes));
    match same.iter().find(|(_, bytes)| bytes.bytes == held.bytes).or(same.first()) {
        Some((index, named)) if named.bytes == held.bytes => {
            let (place, called) = (words::count(*index), name(&named.name, NAME));
            report.proven.push(format!("{file} is the one that the office entered as {called} (entry {place})."));
        }
        Some((index, named)) => {
            let place = words::count(*index);
            report.denies("The evidence contradicts itself on the file you hold.".into());
            report.why.push(format!("{file} has the digest of entry {place}, which gives it {}.", bytes(named.bytes)));
        }
        None if contents.unnamed.is_empty() && !contents.bytes.is_empty() => {
            report.denies("The file you hold is none of those that the office committed to here.".into());
            let files = words::of(contents.bytes.len(), "file", "files");
            report
                .why
                .push(format!("{file} is not among the {files} named here. One changed byte gives another digest."));
        }
        None => report.lacks(
            "Whether the file you hold is one of those entered is not shown here.",
            vec![unnamed(&file, contents)],
        ),
    }
}

fn unnamed(file: &str, contents: &Contents) -> String {
    if contents.unnamed.is_empty() {
        return format!("{file} can't be looked for: no source or file is given here.");
    }
    let places = words::places(&contents.unnamed);
    format!(
        "{file} is not among those whose digests are opened; those of {places} are not: a bundle for a court opens them."
    )
}

fn bytes(number: u64) -> String {
    format!("{} {}", words::count(number), if number == 1 { "byte" } else { "bytes" })
}
