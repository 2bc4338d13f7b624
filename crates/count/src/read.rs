//! Reads a folder of count files: finds out what each is, and has each format read its own.
//!
//! Files that belong together are those of one format in one folder (or archive). What can't be read is refused as a
//! whole, with its complaint, and nothing of it is kept; everything else is read on.

use std::path::Path;

use hashbrown::hash_map::Entry;
use hashbrown::{HashMap, HashSet};
use pollwarden_core::{Complaint, Source};
use pollwarden_intake::{Fit, Input, Received, find};

use crate::Records;
use crate::jurisdiction::Jurisdictions;
use crate::formats::{self, Format, Together};

/// Reads everything at a path: a file, a folder with its folders, or an archive.
pub fn read(path: &Path) -> Records {
    let found = find(path);
    let mut records = read_inputs(&found.inputs);
    records.refused.splice(0..0, found.complaints);
    records
}

/// Reads inputs that were found already.
pub fn read_inputs(inputs: &[Input]) -> Records {
    let mut refusals = Vec::new();
    let mut groups = grouped(inputs, &mut refusals);
    loop {
        let (mut records, failed) = read_groups(&groups);
        if failed.is_empty() {
            records.refused = refusals;
            return records;
        }
        // A group that failed half-way has left its mark: what stays is read anew without it.
        refusals.extend(failed.iter().map(|(_, complaint)| complaint.clone()));
        let mut at = 0..;
        groups.retain(|_| {
            let at = at.next();
            !failed.iter().any(|(failed, _)| Some(*failed) == at)
        });
    }
}

/// Files that one format reads together.
struct Group {
    format: &'static dyn Format,
    inputs: Vec<Input>,
}

/// Reads every group, and says which failed.
fn read_groups(groups: &[Group]) -> (Records, Vec<(usize, Complaint)>) {
    let mut records = Records::default();
    let mut failed = Vec::new();
    let manifests = groups.iter().filter(|group| group.format.name() == "ballot-manifest");
    let jurisdictions = Jurisdictions::new(manifests.flat_map(|group| &group.inputs).map(Input::name));
    for (at, group) in groups.iter().enumerate() {
        let before = (records.sources.len(), records.cvrs.cards());
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
    (records, failed)
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
