//! A message's sketch: what is left of it when everything that differs per recipient, and everything readable, is taken away.

use jiff::Timestamp;

use super::clues::{Clue, clues};
use super::documents::pieces;
use super::fold::folded;
use super::key::GroupKey;
use super::minhash::MinHash;
use super::own::OwnWords;
use super::words::{Names, pairs};
use crate::letter::{Letter, Part};

/// Values of a text's MinHash: a standard error of 0.05.
pub(super) const TEXT_VALUES: usize = 96;
/// Values of the attachments' MinHash: a standard error of 0.09.
pub(super) const FILE_VALUES: usize = 32;
/// A text with fewer pairs is read together with its subject.
const SHORT_TEXT: usize = 12;
/// More recipients of one message are counted, not told apart.
const MOST_RECIPIENTS: usize = 2_000;

/// A message's sketch, made under a [`GroupKey`].
#[derive(Debug, Clone, PartialEq)]
pub struct Sketch {
    /// When it came, where that is known.
    pub at: Option<Timestamp>,
    pub(super) text: MinHash<TEXT_VALUES>,
    pub(super) files: MinHash<FILE_VALUES>,
    pub(super) clues: Vec<Clue>,
    pub(super) build: Build,
    /// Keyed hashes of whom it went to; they stay in the office.
    pub(super) recipients: Vec<u64>,
    /// What can be shown within the office; it stays there.
    pub(super) shown: Option<Box<Shown>>,
    pub(super) key: KeyMark,
}

/// How a message is built, keyed; 0 where there is nothing to compare.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Build {
    /// The subject, without names and numbers.
    pub(super) subject: u64,
    /// The kinds of attachments and forms.
    pub(super) payload: u64,
    /// The attachments' names, without names of people and numbers.
    pub(super) file_names: u64,
    /// The kinds of parts, and how many links and pictures.
    pub(super) shape: u64,
    /// Whether it has a link to click on.
    pub(super) has_link: bool,
    /// Whether a program wrote it in answer (RFC 3834, RFC 6522).
    pub(super) is_automatic: bool,
    /// Whether it answers another message, which it may quote.
    pub(super) is_answer: bool,
}

/// What a clerk is shown of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) sender: String,
    pub(super) sender_name: String,
    pub(super) subject: String,
    pub(super) link_hosts: Vec<String>,
    pub(super) file_names: Vec<String>,
    pub(super) is_html: bool,
}

/// Which key a sketch was made under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KeyMark {
    pub(super) check: u64,
    pub(super) is_shared: bool,
}

impl Sketch {
    /// The sketch of a message, read in an office that calls itself so.
    pub fn of(letter: &Letter, own: &OwnWords, key: &GroupKey) -> Self {
        let names = names(letter, own);
        let mut words = pairs(&letter.text, letter.is_html, &names);
        if words.len() < SHORT_TEXT {
            words.extend(pairs(&letter.subject, true, &names));
            words.sort_unstable();
            words.dedup();
        }
        let keyed = |kind: &[u8], hashes: &[u64]| -> Vec<u64> {
            hashes.iter().map(|hash| key.hash(kind, &hash.to_le_bytes())).collect()
        };
        Self {
            at: letter.at(),
            text: MinHash::of(&keyed(b"text", &words)),
            files: MinHash::of(&keyed(b"file", &pieces(&letter.parts))),
            clues: clues(letter, own, key),
            build: build(letter, &names, key),
            recipients: recipients(letter, key),
            shown: Some(Box::new(shown(letter))),
            key: KeyMark { check: key.check(), is_shared: key.is_shared() },
        }
    }

    /// Whom it went to: how many, at least one.
    pub fn recipients(&self) -> usize {
        self.recipients.len().max(1)
    }
}

/// Names that may stand in the text: of the office, of whom it is to and of whom it is from.
fn names(letter: &Letter, own: &OwnWords) -> Names {
    let mut names = own.names.clone();
    for mailbox in letter.to.iter().take(8).chain(letter.writer()) {
        names.add(&mailbox.name);
        names.add(mailbox.local());
    }
    for mailbox in letter.to.iter().take(8) {
        names.add(mailbox.domain());
    }
    letter.delivered_to.iter().take(8).for_each(|address| names.add(address));
    names
}

fn recipients(letter: &Letter, key: &GroupKey) -> Vec<u64> {
    let mut all: Vec<u64> =
        letter.recipients().iter().take(MOST_RECIPIENTS).map(|to| key.hash(b"recipient", to.as_bytes())).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn build(letter: &Letter, names: &Names, key: &GroupKey) -> Build {
    let hash = |kind: &[u8], what: &str| if what.is_empty() { 0 } else { key.hash(kind, what.as_bytes()) };
    let subject = pairs(&letter.subject, true, names);
    let subject: String = subject.iter().map(|pair| format!("{pair:x} ")).collect();
    let attached: Vec<&Part> = letter.parts.iter().filter(|part| !part.is_inline).take(20).collect();
    let is_report = letter.shape.starts_with("report");
    let web = letter.links.iter().filter(|link| link.is_web()).count();
    Build {
        subject: hash(b"subject", &subject),
        payload: hash(b"payload", &payload(letter, &attached)),
        file_names: hash(b"names", &file_names(&attached, names)),
        shape: hash(b"shape", &format!("{} {} {}", letter.shape, web.min(9), letter.pictures.len().min(9))),
        has_link: web > 0,
        is_answer: !letter.in_reply_to.is_empty(),
        is_automatic: is_report || letter.header("auto-submitted").any(|value| !value.eq_ignore_ascii_case("no")),
    }
}

fn payload(letter: &Letter, attached: &[&Part]) -> String {
    let mut kinds: Vec<String> = attached.iter().map(|part| ending(part)).collect();
    if letter.fields.iter().any(|field| field.kind == "password") {
        kinds.push("password".to_owned());
    }
    kinds.sort_unstable();
    kinds.join(",")
}

/// The ending of a part's name, else its type.
fn ending(part: &Part) -> String {
    let ending = part.name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).filter(|ending| ending.len() <= 5);
    ending.unwrap_or_else(|| part.declared.clone())
}

fn file_names(attached: &[&Part], names: &Names) -> String {
    let words = |part: &&&Part| {
        let stem = part.name.rsplit_once('.').map_or(part.name.as_str(), |(stem, _)| stem);
        let spaced: String = stem.chars().map(|c| if c.is_alphabetic() { c } else { ' ' }).collect();
        let kept: Vec<String> =
            folded(&spaced).split_whitespace().filter(|word| !names.has(word)).map(str::to_owned).collect();
        kept.join(" ")
    };
    let all: Vec<String> =
        attached.iter().take(5).collect::<Vec<_>>().iter().map(words).filter(|name| name.len() >= 4).collect();
    all.join("|")
}

fn shown(letter: &Letter) -> Shown {
    let writer = letter.writer().cloned().unwrap_or_default();
    let mut link_hosts: Vec<String> =
        letter.links.iter().filter(|l| l.is_web()).take(20).map(|l| l.host.clone()).collect();
    link_hosts.sort_unstable();
    link_hosts.dedup();
    Shown {
        sender: writer.address,
        sender_name: writer.name,
        subject: letter.subject.chars().take(200).collect(),
        link_hosts,
        file_names: letter.parts.iter().filter(|part| !part.is_inline).take(10).map(|part| part.name.clone()).collect(),
        is_html: letter.is_html,
    }
}
