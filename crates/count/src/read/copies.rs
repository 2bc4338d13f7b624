//! Files of records that were read already: their cards would count twice.
//!
//! A copy may lie in the same folder under another name, packed beside its original, or in a folder of its own with or
//! without the other files of its export.

use std::cmp::Reverse;
use std::io::Read as _;

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

/// A group that gave cards.
struct Export<'a> {
    group: usize,
    held: Vec<Held<'a>>,
    /// Its other files, such as lists of candidates: the same bytes beside others may mean something else.
    beside: HashSet<Digest>,
}

/// A file that gave cards, and what it holds.
struct Held<'a> {
    source: &'a Source,
    content: Digest,
}

/// Looks for files with cards of which an earlier one of the same format has the same text, byte for byte.
pub(super) fn copies(groups: &[Group], read: &Read) -> Copies {
    let mut exports = exports(groups, read);
    unpack(groups, &mut exports);
    // The fullest export is kept: others may lack the files that say what numbers stand for.
    exports.sort_by_key(|export| Reverse(groups[export.group].inputs.len()));
    let mut copies = Copies::default();
    let mut known: HashMap<(&str, Digest), Vec<(&Export<'_>, &Held<'_>)>> = HashMap::new();
    for export in &exports {
        let group = &groups[export.group];
        let mut again = Vec::new();
        for held in &export.held {
            let there = known.entry((group.format.name(), held.content)).or_default();
            match there.iter().find(|(first, _)| export.means_the_same(first)) {
                Some((first, file)) => again.push((held, *first, *file)),
                None => there.push((export, held)),
            }
        }
        // Where each sheet has a file, its reader knows copies by their ids: sheets of two folders may be alike.
        let sheets = group.format.together() == Together::FolderWithArchives;
        match again.first() {
            Some((_, first, _)) if again.len() == export.held.len() => {
                copies.group(export.group, group, groups[first.group].name());
            }
            _ if !sheets => copies.some(group, again.iter().map(|(held, _, file)| (held.source, file.source))),
            _ => {}
        }
    }
    copies
}

impl Export<'_> {
    /// Whether the same bytes are the same records in both: in one export, in a copy, or in a copy that lacks other files.
    fn means_the_same(&self, other: &Self) -> bool {
        self.group == other.group || self.beside.is_subset(&other.beside) || other.beside.is_subset(&self.beside)
    }
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

    fn some<'a>(&mut self, group: &Group, again: impl Iterator<Item = (&'a Source, &'a Source)>) {
        let mut absent = Absent::default();
        for (copy, first) in again {
            absent.add(&format!("{} of {}", copy.name, first.name));
            self.files.insert(copy.name.clone());
        }
        let mend = "They were not read again: their cards would count twice. Remove them.";
        let expected = "each file of cast vote records once";
        self.complaints.extend(absent.complaint(group.name(), expected, "copies", mend));
    }
}

/// Groups that gave cards. Where a format cites its files after all were read, so that nobody knows which did, all of a group
/// count as if they had.
fn exports<'a>(groups: &[Group], read: &'a Read) -> Vec<Export<'a>> {
    let end = (read.records.sources.len(), read.records.cvrs.cards());
    let begin = |group: usize| read.begins.get(group).copied().unwrap_or(end);
    let then = &read.records.cards_then;
    let of_group = |group: usize| {
        let (from, to) = (begin(group), begin(group + 1));
        let gave = |at: usize| then[at] > at.checked_sub(1).map_or(0, |before| then[before]).max(from.1);
        let known = (from.0..to.0).any(gave);
        let (mut held, mut beside) = (Vec::new(), HashSet::new());
        for at in from.0..to.0 {
            let source = &read.records.sources[at];
            if gave(at) || !known {
                held.push(Held { source, content: source.digest });
            } else {
                beside.insert(source.digest);
            }
        }
        (from.1 < to.1).then_some(Export { group, held, beside })
    };
    (0..groups.len()).filter_map(of_group).collect()
}

/// Where packed and plain files of one format have as many rows, their digests are to be those of their texts.
fn unpack(groups: &[Group], exports: &mut [Export<'_>]) {
    let inputs: HashMap<&str, &Input> =
        groups.iter().flat_map(|group| &group.inputs).map(|input| (input.name(), input)).collect();
    let mut alike: HashMap<(&str, u64), Vec<&mut Held<'_>>> = HashMap::new();
    for export in exports {
        let format = groups[export.group].format.name();
        for held in &mut export.held {
            alike.entry((format, held.source.rows)).or_default().push(held);
        }
    }
    for files in alike.into_values().filter(|files| files.len() > 1) {
        let input = |held: &Held<'_>| inputs.get(held.source.name.as_str()).copied();
        let packed = files.iter().filter(|held| input(held).is_some_and(is_packed)).count();
        if packed == 0 || packed == files.len() {
            continue;
        }
        for held in files {
            // One that can't be read a second time keeps its own digest.
            held.content = input(held).and_then(digest_of_text).unwrap_or(held.content);
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
