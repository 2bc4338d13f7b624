//! Reads a snapshot record by record, in one stream, for commitments and openings.

use std::borrow::Cow;
use std::collections::BTreeSet;

use pollwarden_core::{Complaint, RollSettings, Source};
use pollwarden_intake::{BlockOptions, Input};

use super::canonical::Columns;
use crate::diff::{Cutter, Fault, Raw, key};
use crate::layout::Layout;
use crate::{RollError, Snapshot};

/// How many complaints are kept in words; all are counted.
const COMPLAINTS_KEPT: usize = 10_000;

/// A record as it is read.
pub(super) struct Row<'a> {
    pub(super) layout: &'a Layout,
    pub(super) columns: &'a Columns,
    /// Without blanks around it.
    pub(super) voter_id: Cow<'a, str>,
    /// The raw fields, as many as the layout has columns.
    pub(super) raw: &'a [&'a [u8]],
    /// The part file, counted from 0, and the line in it, from 1.
    pub(super) part: usize,
    pub(super) line: u64,
}

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) sources: Vec<Source>,
    /// Names of columns, as commitments know them.
    pub(super) columns: BTreeSet<String>,
    pub(super) complaints: Vec<Complaint>,
}

impl Read {
    /// Counts a row of a part as one that could not be read, and keeps the complaint while there are few.
    pub(super) fn reject(&mut self, part: usize, complaint: Complaint) {
        self.sources[part].rejected += 1;
        if self.complaints.len() < COMPLAINTS_KEPT {
            self.complaints.push(complaint);
        }
    }
}

/// Hands on every record of a snapshot. `progress` is told of bytes read.
///
/// # Errors
/// Where a part can't be read from its beginning to its end, or the snapshot is kept in a store.
pub(super) fn read(
    snapshot: &Snapshot,
    settings: &RollSettings,
    progress: &(dyn Fn(u64) + Sync),
    each: &mut dyn FnMut(&Row<'_>),
) -> Result<Read, RollError> {
    if snapshot.kept.is_some() {
        return Err(RollError::OnlyKept { name: snapshot.shown() });
    }
    if snapshot.inputs.len() > usize::from(u16::MAX) {
        return Err(RollError::TooManyParts);
    }
    let mut read = Read::default();
    snapshot.inputs.iter().try_for_each(|input| read_part(input, settings, &mut read, progress, each))?;
    Ok(read)
}

fn read_part(
    input: &Input,
    settings: &RollSettings,
    read: &mut Read,
    progress: &(dyn Fn(u64) + Sync),
    each: &mut dyn FnMut(&Row<'_>),
) -> Result<(), RollError> {
    let broken = |cause| RollError::Broken { name: input.name.clone(), cause };
    let mut opened = input.open().map_err(broken)?;
    let Some(layout) = crate::formats::layout_of(opened.sample().map_err(broken)?, settings) else {
        return Ok(());
    };
    let columns = Columns::of(&layout);
    read.columns.extend(columns.names().cloned());
    read.sources.push(Source { format: layout.name.to_owned(), ..Source::named(&input.name) });
    let mut part = Part { layout: &layout, columns: &columns, read, each };
    let mut cutter = Cutter::new(&layout);
    let mut blocks = opened.blocks(BlockOptions::default());
    let mut told = 0;
    while let Some(block) = blocks.next() {
        let block = block.map_err(broken)?;
        cutter.feed(&block.bytes, block.offset, block.first_line, &mut |raw| part.take(raw));
        part.reject_all(blocks.rejected());
        progress(blocks.bytes_read() - told);
        told = blocks.bytes_read();
    }
    cutter.end(&mut |raw| part.take(raw));
    part.reject_all(blocks.rejected());
    let received = blocks.received();
    if let Some(source) = read.sources.last_mut() {
        (source.digest, source.length) = (received.digest, received.length);
    }
    Ok(())
}

/// One part file being read.
struct Part<'a> {
    layout: &'a Layout,
    columns: &'a Columns,
    read: &'a mut Read,
    each: &'a mut dyn FnMut(&Row<'_>),
}

impl Part<'_> {
    fn number(&self) -> usize {
        self.read.sources.len() - 1
    }

    fn reject_all(&mut self, complaints: impl IntoIterator<Item = Complaint>) {
        complaints.into_iter().for_each(|complaint| self.read.reject(self.number(), complaint));
    }

    fn take(&mut self, raw: Raw<'_>) {
        if raw.line <= self.layout.above {
            return;
        }
        let handed = key(self.layout, raw).map(drop).and_then(|()| self.hand_on(raw));
        if let Err(fault) = handed.or_else(Fault::unless_total) {
            let name = &self.read.sources[self.number()].name;
            self.reject_all([fault.complaint(self.layout, raw, name)]);
        }
    }

    /// Hands a record on, unless it has no id, or a field too many after all.
    fn hand_on(&mut self, raw: Raw<'_>) -> Result<(), Fault> {
        let part = self.number();
        let source = &mut self.read.sources[part];
        let fields: Vec<&[u8]> = self.layout.fields(raw.bytes).collect();
        if fields.len() != self.layout.columns.len() {
            return Err(Fault::Misfit);
        }
        let voter_id = trimmed(self.layout.text(fields[self.layout.key]));
        if voter_id.is_empty() {
            return Err(Fault::NoKey);
        }
        source.rows += 1;
        let (layout, columns) = (self.layout, self.columns);
        (self.each)(&Row { layout, columns, voter_id, raw: &fields, part, line: raw.line });
        Ok(())
    }
}

fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}
