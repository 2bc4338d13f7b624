//! Files of records that were read already: their cards would count twice.
//!
//! A copy may lie in the same folder under another name, packed beside its original, or in a folder of its own with or
//! without the other files of its export.

use std::cmp::Reverse;
use std::io::Read as _;

use hashbrown::hash_map::Entry;
use hashbrown::{HashMap, HashSet};
use pollwarden_core::{Complaint, Digest, Source};
use pollwarden_intake::Input;

use super::{Group, Read};
use crate::formats::Together;
use crate::formats::absent::Absent;

/// What is not to be read again.
#[derive(Default)]
pub(super) struct Copies {
    /// Groups without anything new.
    pub(super) groups: HashSet<usize>,
    /// Files of other groups, by name.
    pub(super) files: HashSet<String>,
    /// What to say of them.
    pub(super) complaints: Vec<Complaint>,
}

/// A file that gave cards, and what it holds.
struct Held<'a> {
    group: usize,
    source: &'a Source,
    content: Digest,
}

/// Looks for files with cards of which an earlier one of the same format has the same text, byte for byte.
pub(super) fn copies(groups: &[Group], read: &Read) -> Copies {
    let mut held = held(groups, read);
    unpack(groups, &mut held);
    let mut copies = Copies::default();
    let mut sets: HashMap<Vec<Digest>, usize> = HashMap::new();
    let mut first: HashMap<(&str, Digest), &Held<'_>> = HashMap::new();
    let mut all: Vec<&[Held<'_>]> = held.chunk_by(|a, b| a.group == b.group).collect();
    // The fullest export is kept: others may lack the files that say what numbers stand for.
    all.sort_by_key(|of_group| Reverse(groups[of_group[0].group].inputs.len()));
    for of_group in all {
        let at = of_group[0].group;
        let group = &groups[at];
        if group.format.together() == Together::FolderWithArchives {
            // A file for each sheet: its reader knows copies by their ids. Sheets of two counties may be alike.
            let mut set: Vec<Digest> = of_group.iter().map(|held| held.content).collect();
            set.sort_unstable();
            match sets.entry(set) {
                Entry::Occupied(known) => copies.group(at, group, groups[*known.get()].name()),
                Entry::Vacant(place) => drop(place.insert(at)),
            }
            continue;
        }
        let mut again = Vec::new();
        for held in of_group {
            match first.entry((group.format.name(), held.content)) {
                Entry::Occupied(known) => again.push((held, *known.get())),
                Entry::Vacant(place) => drop(place.insert(held)),
            }
        }
        match again.first() {
            Some((_, first)) if again.len() == of_group.len() => copies.group(at, group, groups[first.group].name()),
            _ => copies.some(group, &again),
        }
    }
    copies
}

impl Copies {
    pub(super) fn is_empty(&self) -> bool {
        self.groups.is_empty() && self.files.is_empty()
    }

    fn group(&mut self, at: usize, group: &Group, first: &str) {
        let expected = "cast vote records that were not read yet";
        let complaint = Complaint::about(group.name(), expected, format!("a copy of {first}"));
        self.complaints.push(complaint.mend("It was not read again: its cards would count twice. Remove one of them."));
        self.groups.insert(at);
    }

    fn some(&mut self, group: &Group, again: &[(&Held<'_>, &Held<'_>)]) {
        let mut absent = Absent::default();
        for (held, first) in again {
            absent.add(&format!("{} of {}", held.source.name, first.source.name));
            self.files.insert(held.source.name.clone());
        }
        let mend = "They were not read again: their cards would count twice. Remove them.";
        let expected = "each file of cast vote records once";
        self.complaints.extend(absent.complaint(group.name(), expected, "copies", mend));
    }
}

/// Files that gave cards. Where a format cites its files after all were read, so that nobody knows which did, all of a group.
fn held<'a>(groups: &[Group], read: &'a Read) -> Vec<Held<'a>> {
    let end = (read.records.sources.len(), read.records.cvrs.cards());
    let mut held = Vec::new();
    for group in 0..groups.len() {
        let from = read.begins.get(group).copied().unwrap_or(end);
        let to = read.begins.get(group + 1).copied().unwrap_or(end);
        if from.1 == to.1 {
            continue;
        }
        let then = &read.records.cards_then;
        let gave = |at: &usize| then[*at] > at.checked_sub(1).map_or(0, |before| then[before]).max(from.1);
        let known = (from.0..to.0).any(|at| gave(&at));
        let sources = (from.0..to.0).filter(|at| gave(at) || !known).map(|at| &read.records.sources[at]);
        held.extend(sources.map(|source| Held { group, source, content: source.digest }));
    }
    held
}

/// Where packed and plain files of one format have as many rows, their digests are to be those of their texts.
fn unpack(groups: &[Group], held: &mut [Held<'_>]) {
    let inputs: HashMap<&str, &Input> =
        groups.iter().flat_map(|group| &group.inputs).map(|input| (input.name(), input)).collect();
    let mut alike: HashMap<(&str, u64), Vec<usize>> = HashMap::new();
    for (at, held) in held.iter().enumerate() {
        alike.entry((groups[held.group].format.name(), held.source.rows)).or_default().push(at);
    }
    for places in alike.into_values().filter(|places| places.len() > 1) {
        let packed = |at: &usize| inputs.get(held[*at].source.name.as_str()).is_some_and(|input| is_packed(input));
        let packed = places.iter().filter(|at| packed(at)).count();
        if packed == 0 || packed == places.len() {
            continue;
        }
        for at in places {
            let input = inputs.get(held[at].source.name.as_str());
            // One that can't be read a second time keeps its own digest.
            held[at].content = input.and_then(|input| digest_of_text(input)).unwrap_or(held[at].content);
        }
    }
}

/// Whether a file begins as gzip, xz or zstd do.
fn is_packed(input: &Input) -> bool {
    let mut begin = [0; 4];
    let read = || std::fs::File::open(input.path()).and_then(|mut file| file.read_exact(&mut begin));
    let read = input.is_plain_file().then(read).is_some_and(|read| read.is_ok());
    read && (begin.starts_with(b"\x1f\x8b\x08") || begin == *b"\xfd7zX" || begin == *b"\x28\xb5\x2f\xfd")
}

fn digest_of_text(input: &Input) -> Option<Digest> {
    let length = std::io::copy(&mut input.reader().ok()?, &mut std::io::sink()).ok()?;
    input.open().ok()?.prefix(length).ok()?
}
