//! How it looks: pictures instead of words, hidden text, letters of several scripts, attachments that say nothing.

use super::evidence::Evidence;
use super::fold::is_of_no_width;
use super::links::is_hidden;
use super::words::Read;
use super::{Seen, clues, who};
use crate::{Letter, Part};

/// Files that a page, a program or a document hides in.
const RISKY: &[&str] = &[
    "html", "htm", "shtml", "xhtml", "svg", "zip", "rar", "7z", "gz", "tar", "ace", "iso", "img", "vhd", "cab", "arj",
    "lnk", "url", "js", "jse", "vbs", "vbe", "wsf", "hta", "exe", "scr", "pif", "com", "bat", "cmd", "ps1", "msi",
    "jar", "docm", "xlsm", "xlsb", "pptm", "dotm", "xll", "one", "eml", "pdf", "doc", "docx", "xls", "xlsx", "rtf",
    "r00", "z", "lzh", "uue",
];

pub(super) fn look(letter: &Letter, read: &Read, evidence: &Evidence<'_>, seen: &mut Seen) {
    pictures(letter, seen);
    hidden(letter, seen);
    scripts(letter, seen);
    disguised(letter, read, seen);
    attachments(letter, evidence, seen);
    subject(letter, seen);
    if letter.fields.iter().any(|field| field.kind == "password") {
        seen.add(clues::ASKS_PASSWORD, "It has a field for a password in it.");
    }
}

/// Words of the text, no more than it takes to call it long.
fn words(letter: &Letter) -> usize {
    let is_word = |word: &&str| word.chars().any(char::is_alphabetic) && !word.contains("://");
    letter.text.split_whitespace().filter(is_word).take(400).count()
}

fn pictures(letter: &Letter, seen: &mut Seen) {
    let has_link = letter.links.iter().any(|link| link.is_web() && is_hidden(link));
    let has_picture = letter.pictures.iter().any(|picture| !picture.source.is_empty());
    if has_link && has_picture && words(letter) < 40 {
        seen.add(clues::PICTURE_ONLY, format!("It shows pictures to click on and says only {} words.", words(letter)));
    }
}

fn hidden(letter: &Letter, seen: &mut Seen) {
    let (hidden, shown) = (letter.hidden.trim().len(), letter.text.trim().len());
    if hidden > 300 && 2 * hidden > shown {
        seen.add(clues::HIDDEN_TEXT, format!("It hides a text of {hidden} letters beside the {shown} that it shows."));
    }
    if letter.broken_words > 2 {
        seen.add(
            clues::BROKEN_WORDS,
            format!("{} words are broken up by characters that nobody sees.", letter.broken_words),
        );
    }
}

fn scripts(letter: &Letter, seen: &mut Seen) {
    let name = who::shown_name(letter);
    let mut folded = super::fold::Folded::default();
    folded.push(&name, 400);
    folded.push(&letter.subject, 400);
    folded.push(&letter.text, 2_000);
    let unseen = name.chars().chain(letter.subject.chars()).filter(|c| is_of_no_width(*c) && *c != '\u{200d}').count();
    if let Some(word) = folded.mixed.first() {
        seen.add(
            clues::MIXED_SCRIPTS,
            format!("Letters of several scripts stand in “{word}”, to look like another word."),
        );
    } else if unseen > 1 {
        seen.add(clues::BROKEN_WORDS, "Its subject or its writer's name holds characters that nobody sees.");
    }
}

/// Words of a lure in the heading, written with letters that only look right: they are found in the folded text alone.
fn disguised(letter: &Letter, read: &Read, seen: &mut Seen) {
    let raw = format!("{} {}", who::shown_name(letter), letter.subject).to_lowercase();
    if raw.is_ascii() {
        return;
    }
    let is_disguised = |word: &&str| word.is_ascii() && word.len() >= 6 && !raw.contains(*word) && !word.contains(' ');
    if let Some(word) = read.english_in_heading().find(is_disguised) {
        seen.add(clues::DISGUISED, format!("The word “{word}” is written with letters that only look like it."));
    }
}

fn attachments(letter: &Letter, evidence: &Evidence<'_>, seen: &mut Seen) {
    if let Some(act) = evidence.acts.first() {
        seen.add(clues::PAYLOAD, format!("What is attached could do harm: {act}."));
    }
    if let Some(target) = evidence.qr_codes.first() {
        seen.add(clues::QR_CODE, format!("A picture holds a code to scan, which leads to {target}."));
    }
    if let Some(part) = letter.parts.iter().find(|part| is_risky(part)).filter(|_| words(letter) < 40) {
        seen.add(
            clues::BARE_ATTACHMENT,
            format!("It says little and leaves the rest to what is attached, {}.", part.name),
        );
    }
}

fn is_risky(part: &Part) -> bool {
    let ending = part.name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    ending.is_some_and(|ending| RISKY.contains(&ending.as_str()))
}

fn subject(letter: &Letter, seen: &mut Seen) {
    let subject = letter.subject.to_lowercase();
    let is_answer =
        ["re:", "fw:", "fwd:", "aw:", "wg:", "enc:", "rv:", "tr:", "sv:"].iter().any(|tag| subject.starts_with(tag));
    if is_answer && letter.in_reply_to.is_empty() && !quotes(letter) {
        seen.add(clues::FALSE_ANSWER, "It poses as an answer, and answers nothing.");
    }
    if shouts(&letter.subject) {
        seen.add(clues::SUBJECT_SHOUTS, "Its subject shouts, by capitals or by marks.");
    }
    if names_sum(&letter.subject) {
        seen.add(clues::SUBJECT_SUM, format!("Its subject names a sum: “{}”.", letter.subject));
    }
    if ends_in_code(&letter.subject) {
        seen.add(clues::SUBJECT_CODE, format!("Its subject ends in a code: “{}”.", letter.subject));
    }
    let heading = format!("{subject} {}", who::shown_name(letter).to_lowercase());
    if let Some(name) = named(letter, &heading) {
        seen.add(clues::NAMED_IN_SUBJECT, format!("It calls its reader by the address: “{name}”."));
    }
}

fn shouts(subject: &str) -> bool {
    let (capitals, small) =
        (subject.chars().filter(|c| c.is_uppercase()).count(), subject.chars().filter(|c| c.is_lowercase()).count());
    // Dingbats, arrows, pictures: signs that stand for no word.
    let is_picture =
        |c: char| matches!(c as u32, 0x2190..=0x21ff | 0x2300..=0x27bf | 0x2b00..=0x2bff | 0x1f000..=0x1faff);
    capitals >= 12 && small * 4 < capitals
        || subject.matches('!').count() > 1
        || subject.contains("***")
        || subject.chars().any(is_picture)
}

/// A currency's sign beside a number.
fn names_sum(subject: &str) -> bool {
    let is_sign = |c: char| matches!(c, '$' | '€' | '£' | '¥');
    subject.split_whitespace().any(|word| word.contains(is_sign) && word.contains(|c: char| c.is_ascii_digit()))
        || subject.contains(is_sign)
            && subject.split(is_sign).any(|side| side.trim().ends_with(|c: char| c.is_ascii_digit()))
}

/// Whether a text quotes a message.
pub(super) fn quotes(letter: &Letter) -> bool {
    letter.text.lines().take(400).filter(|line| line.starts_with('>') || line.starts_with("> ")).count() > 1
}

/// Letters and numbers mixed at a subject's end, as programs add them to make each one differ.
fn ends_in_code(subject: &str) -> bool {
    let Some(last) = subject.split_whitespace().last().filter(|_| subject.contains(' ')) else { return false };
    let (digits, letters) =
        (last.bytes().filter(u8::is_ascii_digit).count(), last.bytes().filter(u8::is_ascii_alphabetic).count());
    digits >= 5 && !last.contains(['/', ',']) || digits >= 2 && letters >= 2 && last.len() >= 7 && !last.contains('.')
}

/// The reader's address, or its part before `@`, in the heading.
fn named(letter: &Letter, heading: &str) -> Option<String> {
    let is_generic = |local: &str| ["info", "mail", "office", "admin", "contact", "list", "news"].contains(&local);
    who::own_addresses(letter).into_iter().find_map(|address| {
        let local = address.split('@').next().unwrap_or_default();
        if heading.contains(&address) {
            return Some(address.clone());
        }
        let is_own_word =
            heading.split(|c: char| !(c.is_alphanumeric() || "._-+".contains(c))).any(|word| word == local);
        let is_code = local.contains(['.', '-', '_', '+']) || local.bytes().any(|b| b.is_ascii_digit());
        (local.len() >= 4 && is_own_word && is_code && !is_generic(local)).then(|| local.to_owned())
    })
}
