//! Reads a folder of count files: finds out what each is, and has each format read its own.
//!
//! Files that belong together are those of one format in one folder (or archive). What can't be read is refused as a
//! whole, with its complaint, and nothing of it is kept; everything else is read on. A copy of what was read, byte for byte, is
//! not read again: its cards would be counted twice.

mod copies;

use std::path::Path;

use hashbrown::hash_map::Entry;
use hashbrown::{HashMap, HashSet};
use pollwarden_core::{Complaint, Digest, Source};
use pollwarden_intake::{Fit, Input, Received, find};

use copies::{Copies, copies};

use crate::Records;
use crate::formats::{self, Format, Together};
use crate::jurisdiction::Jurisdictions;

/// Reads everything at a path: a file, a folder with its folders, or an archive.
pub fn read(path: &Path) -> Records {
    let found = find(path);
    let mut records = read_inputs(&found.inputs);
    records.refused.splice(0..0, found.complaints);
    records
}

/// Reads inputs that were found already.
pub fn read_inputs(inputs: &[Input]) -> Records {
    let (mut refusals, mut said) = (Vec::new(), Vec::new());
    let mut groups = grouped(inputs, &mut refusals);
    loop {
        let mut read = read_groups(&groups);
        let copied = if read.failed.is_empty() { copies(&groups, &read) } else { Copies::default() };
        if read.failed.is_empty() && copied.is_empty() {
            read.records.complaints.extend(said);
            complain_of_twins(&groups, &mut read.records);
            read.records.refused = refusals.into_iter().map(shown).collect();
            read.records.complaints = read.records.complaints.into_iter().map(shown).collect();
            return read.records;
        }
        // A group that failed half-way, or is a copy, has left its mark: what stays is read anew without it.
        let mut out = copied.groups;
        out.extend(read.failed.iter().map(|(at, _)| *at));
        refusals.extend(read.failed.into_iter().map(|(_, complaint)| complaint));
        said.extend(copied.complaints);
        let mut at = 0..;
        groups.retain(|_| at.next().is_none_or(|at| !out.contains(&at)));
        groups.iter_mut().for_each(|group| group.inputs.retain(|input| !copied.files.contains(input.name())));
    }
}

/// Files that one format reads together.
struct Group {
    format: &'static dyn Format,
    inputs: Vec<Input>,
}

impl Group {
    /// Its first file's name stands for it.
    fn name(&self) -> &str {
        self.inputs.first().map_or("", Input::name)
    }
}

/// What was read of all groups.
struct Read {
    records: Records,
    /// Groups that can't be read.
    failed: Vec<(usize, Complaint)>,
    /// By group, its first source's place and its first card's.
    begins: Vec<(usize, usize)>,
}

/// Reads every group, and says which failed.
fn read_groups(groups: &[Group]) -> Read {
    let mut records = Records::default();
    let (mut failed, mut begins) = (Vec::new(), Vec::new());
    let manifests = groups.iter().filter(|group| group.format.name() == "ballot-manifest");
    let jurisdictions = Jurisdictions::new(manifests.flat_map(|group| &group.inputs).map(Input::name));
    for (at, group) in groups.iter().enumerate() {
        let before = (records.sources.len(), records.cvrs.cards());
        begins.push(before);
        let batches = records.manifest.batches.len();
        let jurisdiction = jurisdictions.of(group.inputs.iter().map(Input::name));
        records.cvrs.of_jurisdiction(jurisdiction);
        match group.format.read(&group.inputs, &mut records) {
            Ok(()) => {
                cite_others(group, before.0, &mut records);
                name_files(group, before.1, &mut records);
                let new = records.manifest.batches.iter_mut().skip(batches).map(|batch| &mut batch.key.jurisdiction);
                new.filter(|name| name.is_empty()).for_each(|name| jurisdiction.clone_into(name));
            }
            Err(complaint) => failed.push((at, *complaint)),
        }
    }
    Read { records, failed, begins }
}

/// Says which other files are the same, byte for byte, and were read both.
fn complain_of_twins(groups: &[Group], records: &mut Records) {
    // Manifests beside records, such as lists of parties, are alike in exports of several counties.
    let together = groups.iter().filter(|group| group.format.together() != Together::Alone);
    let beside: HashSet<&str> = together.flat_map(|group| &group.inputs).map(Input::name).collect();
    let mut first: HashMap<Digest, &str> = HashMap::new();
    let mut twins = Vec::new();
    for source in &records.sources {
        match first.entry(source.digest) {
            Entry::Occupied(twin) if source.rows > 0 || !beside.contains(source.name.as_str()) => {
                let found = format!("a copy of {}", twin.get());
                let complaint = Complaint::about(source.name.as_str(), "a file that was not read yet", found);
                twins.push(complaint.mend("Both were read. Remove one of them, unless both are wanted."));
            }
            Entry::Occupied(_) => {}
            Entry::Vacant(place) => drop(place.insert(&source.name)),
        }
    }
    records.complaints.extend(twins);
}

/// Says from which file records, batches and results are: of several that are read together, the first.
fn name_files(group: &Group, before: usize, records: &mut Records) {
    let Some(first) = group.inputs.first() else { return };
    if records.cvrs.cards() > before {
        records.record_files.push((first.name().to_owned(), before..records.cvrs.cards()));
    }
    let batches = records.manifest.batches.iter_mut().map(|batch| &mut batch.source);
    for source in batches.chain(records.results.iter_mut().map(|results| &mut results.source)) {
        if source.is_empty() {
            first.name().clone_into(source);
        }
    }
}

fn grouped(inputs: &[Input], refusals: &mut Vec<Complaint>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut at: HashMap<_, usize> = HashMap::new();
    for input in inputs {
        let format = match format_of(input) {
            Ok(format) => format,
            Err(complaint) => {
                refusals.push(*complaint);
                continue;
            }
        };
        let folder = match format.together() {
            Together::Alone => input.name(),
            Together::Folder => folder(input.name()),
            Together::FolderWithArchives => folder(input.name().split('!').next().unwrap_or_default()),
        };
        match at.entry((format.name(), folder.to_owned())) {
            Entry::Occupied(group) => groups[*group.get()].inputs.push(input.clone()),
            Entry::Vacant(place) => {
                place.insert(groups.len());
                groups.push(Group { format, inputs: vec![input.clone()] });
            }
        }
    }
    groups
}

/// The longest part of a complaint that is shown, in characters: files can have names and headings of megabytes.
const SHOWN: usize = 600;

/// A complaint that is safe to show: outside text in it commands no terminal.
pub(crate) fn shown(mut complaint: Complaint) -> Complaint {
    let texts = [&mut complaint.source, &mut complaint.expected, &mut complaint.found, &mut complaint.mend];
    for text in texts.into_iter().chain(&mut complaint.column) {
        if text.len() > SHOWN || text.contains(char::is_control) {
            let visible = text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c });
            *text = visible.take(SHOWN).collect();
        }
    }
    complaint
}

/// The folder, or the archive and the folder in it.
pub(crate) fn folder(name: &str) -> &str {
    name.rfind(['/', '!']).map_or("", |at| &name[..at])
}

fn format_of(input: &Input) -> Result<&'static dyn Format, Box<Complaint>> {
    let mut opened = input.open().map_err(|fault| Box::new(fault.complaint()))?;
    let sample = opened.sample().map_err(|fault| Box::new(fault.complaint()))?;
    let mut best = (Fit::No, None);
    for format in formats::all() {
        let fit = format.sniff(sample);
        if fit > best.0 {
            best = (fit, Some(*format));
        }
    }
    best.1.ok_or_else(|| Box::new(unknown(input.name(), &sample.bytes)))
}

fn unknown(name: &str, bytes: &[u8]) -> Complaint {
    let names: Vec<_> = formats::all().iter().map(|format| format.name()).collect();
    let line = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let found = if bytes.is_empty() {
        "nothing".to_owned()
    } else {
        format!("something that begins “{}”", Complaint::excerpt(line, 60))
    };
    Complaint::about(name, format!("one of the formats {}", names.join(", ")), found)
        .mend("It was not read. If it belongs to the count, export it again in one of these formats.")
}

/// Cites a source that was read to its end.
pub(crate) fn cite(records: &mut Records, name: &str, format: &str, received: Received, rows: u64) {
    let Received { digest, length } = received;
    records.cards_then.push(records.cvrs.cards());
    records.sources.push(Source { digest, length, format: format.to_owned(), rows, ..Source::named(name) });
}

/// Cites sources that the format did not cite itself.
fn cite_others(group: &Group, before: usize, records: &mut Records) {
    let cited: HashSet<_> = records.sources[before..].iter().map(|source| source.name.clone()).collect();
    for input in group.inputs.iter().filter(|input| !cited.contains(input.name())) {
        match input.reader() {
            Ok(reader) => cite(records, input.name(), group.format.name(), reader.received(), 0),
            Err(fault) => records.complaints.push(fault.complaint()),
        }
    }
}
