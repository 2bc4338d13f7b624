//! What a case's entries say, as far as it is opened: shown entry by entry, and kept for the questions across entries.

use std::collections::HashMap;

use pollwarden_ledger::said::{Assessment, Bytes, Detail, File, Finding, Nothing, Parameters, Shared, Source, kind};
use pollwarden_ledger::{Entry, Hash, Section};
use serde::{Serialize, de::DeserializeOwned};

use crate::case::Item;
use crate::said::circle;
use crate::section::{Opened, read};
use crate::shown::{FOR, Lines, Shown, line};
use crate::visible::{name, visible};
use crate::words;

/// Of a longer label of a file, so many characters are shown where files are listed.
const LABEL: usize = 200;

#[derive(Default)]
pub(crate) struct Contents {
    pub(crate) shown: Vec<Shown>,
    /// Assessments, and what is opened of each for anybody.
    pub(crate) assessments: Vec<(u64, Option<Assessment>)>,
    /// What kind each entry is of, by its hash.
    pub(crate) kinds: HashMap<Hash, String>,
    /// Findings whose public section is opened, by their entries' hashes.
    pub(crate) findings: HashMap<Hash, Finding>,
    /// Files, as the office calls them, in the log's order.
    pub(crate) files: Vec<(u64, String)>,
    /// Which bytes sources and files were.
    pub(crate) bytes: Vec<(u64, Bytes)>,
    /// Entries of sources and files of which that is not opened.
    pub(crate) unnamed: Vec<u64>,
    /// How many sections are opened.
    pub(crate) opened: usize,
    closed: usize,
    strange: Vec<u64>,
    keys: Vec<String>,
    kinds_unknown: Vec<String>,
}

impl Contents {
    pub(crate) fn read(items: &[Item]) -> Self {
        let mut contents = Self::default();
        items.iter().for_each(|item| contents.add(item));
        contents
    }

    fn add(&mut self, item: &Item) {
        let kind = item.entry.as_ref().map_or("of another program", Entry::kind);
        self.kinds.insert(item.leaf, kind.to_owned());
        let lines = match kind {
            kind::ASSESSMENT => self.assessment(item),
            kind::SOURCE => self.source(item),
            kind::FINDING => self.finding(item),
            kind::FILE => self.file(item),
            other => self.other(other, item),
        };
        let closed = self.count(item);
        let for_clerk = lines.iter().any(|(label, text)| label == FOR && text == "clerk");
        let minor = kind == kind::FINDING && !for_clerk;
        self.shown.push(Shown { index: item.index, kind: visible(kind), lines, closed, minor });
    }

    fn count(&mut self, item: &Item) -> Vec<&'static str> {
        if !matches!(item.entry, Some(Entry::Statement(_))) {
            return Vec::new();
        }
        let closed: Vec<&str> =
            Section::ALL.into_iter().filter(|section| item.opening(*section).is_none()).map(circle).collect();
        self.opened += Section::ALL.len() - closed.len();
        self.closed += closed.len();
        closed
    }

    fn assessment(&mut self, item: &Item) -> Vec<(String, String)> {
        let public = self.take::<Assessment>(item, Section::Public);
        let _ = self.take::<Nothing>(item, Section::Office);
        let court = self.take::<Parameters>(item, Section::Court);
        let office = public.iter().map(|said| line("Office", &said.office));
        let lines = office.chain(court.iter().flat_map(Lines::lines)).collect();
        self.assessments.push((item.index, public));
        lines
    }

    fn source(&mut self, item: &Item) -> Vec<(String, String)> {
        let public = self.take::<Source>(item, Section::Public);
        let _ = self.take::<Nothing>(item, Section::Office);
        lines(public).chain(self.bytes(item)).collect()
    }

    fn file(&mut self, item: &Item) -> Vec<(String, String)> {
        let public = self.take::<File>(item, Section::Public);
        let _ = self.take::<Nothing>(item, Section::Office);
        self.files.extend(public.iter().map(|file| (item.index, name(&file.label, LABEL))));
        lines(public).chain(self.bytes(item)).collect()
    }

    fn bytes(&mut self, item: &Item) -> Vec<(String, String)> {
        let Some(bytes) = self.take::<Bytes>(item, Section::Court) else {
            self.unnamed.push(item.index);
            return Vec::new();
        };
        let lines = bytes.lines();
        if is_digest(&bytes.sha256) {
            self.bytes.push((item.index, bytes));
        } else {
            self.unnamed.push(item.index);
        }
        lines
    }

    fn finding(&mut self, item: &Item) -> Vec<(String, String)> {
        let public = self.take::<Finding>(item, Section::Public);
        let shared = self.take::<Shared>(item, Section::Office);
        let detail = self.take::<Detail>(item, Section::Court);
        self.findings.extend(public.clone().map(|finding| (item.leaf, finding)));
        lines(shared).chain(lines(public)).chain(lines(detail)).collect()
    }

    fn other(&mut self, kind: &str, item: &Item) -> Vec<(String, String)> {
        if !matches!(item.entry, Some(Entry::Rotation(_))) {
            self.kinds_unknown.push(visible(kind));
        }
        let opened = Section::ALL.into_iter().filter_map(|section| Some((section, item.opening(section)?)));
        opened.map(|(section, opening)| line(&format!("For {}", circle(section)), &opening.value)).collect()
    }

    /// What a section says, with a note of what could not be understood.
    fn take<T: Serialize + DeserializeOwned>(&mut self, item: &Item, section: Section) -> Option<T> {
        match read(item, section) {
            Opened::Closed => None,
            Opened::Strange => {
                if self.strange.last() != Some(&item.index) {
                    self.strange.push(item.index);
                }
                None
            }
            Opened::Read(said, unknown) => {
                self.keys.extend(unknown);
                Some(said)
            }
        }
    }

    /// What was not opened or not understood.
    pub(crate) fn limits(&self) -> Vec<String> {
        let mut limits = Vec::new();
        if self.closed > 0 {
            let sections =
                words::of(self.closed, "section that is not opened says", "sections that are not opened say");
            limits.push(format!("What the {sections}: the office committed to it and does not show it here."));
        }
        if !self.strange.is_empty() {
            limits.push(format!(
                "Some of {} is not of the form that this Pollwarden knows, and was passed over.",
                words::places(&self.strange)
            ));
        }
        for (unknown, what) in [(&self.keys, "keys"), (&self.kinds_unknown, "kinds of entries")] {
            let mut unknown = unknown.clone();
            unknown.sort();
            unknown.dedup();
            unknown.truncate(10);
            if !unknown.is_empty() {
                limits.push(format!(
                    "This Pollwarden does not know these {what}, and passed over what they mean: {}.",
                    words::list(&unknown)
                ));
            }
        }
        limits
    }
}

/// A digest that some file can have. An office that knew none writes zeros.
fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) && text.bytes().any(|byte| byte != b'0')
}

fn lines<T: Lines>(said: Option<T>) -> impl Iterator<Item = (String, String)> {
    said.map(|said| said.lines()).into_iter().flatten()
}
