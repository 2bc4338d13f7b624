//! The archive as intake's sink: rows and how far their input was read become durable in one transaction.

use arrow::array::RecordBatch;
use pollwarden_core::{Digest, Table};
use pollwarden_intake::{IntakeError, Opened, Progress, Resume, Sink, SinkError};

use crate::{
    Archive, ArchiveError,
    archive::{Stopped, Writer},
    catalogue::{Change, Contents, SourceChange},
    entry::Entry,
    resume::{Candidates, Place},
    source::{Known, Point},
};

impl Sink for Archive {
    fn resume(&mut self, opened: &mut Opened) -> Result<Resume, SinkError> {
        let (writer, contents) = self.writer()?;
        writer.begin()?;
        let candidates = Candidates::find(contents, opened.head()?);
        let name = opened.name().to_owned();
        let proven = candidates.prove(&name, |offset| prefix(opened, offset))?;
        let Some((place, point)) = proven else { return Ok(Resume::default()) };
        writer.place = place;
        Ok(resume_at(point))
    }

    /// Yes: what is half written now is read by a later run.
    fn waits_for_line_end(&self) -> bool {
        true
    }

    fn append(&mut self, table: &'static Table, batch: RecordBatch) -> Result<(), SinkError> {
        let (writer, _) = self.writer()?;
        writer.goes_on()?;
        let taken = writer.pending.append(table, batch);
        Ok(taken.inspect_err(|_| writer.stop(Stopped::Input))?)
    }

    fn commit(&mut self, progress: &Progress) -> Result<(), SinkError> {
        let (writer, contents) = self.writer()?;
        writer.goes_on()?;
        let added = writer.pending.finish().inspect_err(|_| writer.stop(Stopped::Input))?;
        Ok(writer.commit(contents, added, progress)?)
    }
}

impl Archive {
    /// Takes the next input in from its start, as a source of its own.
    pub(crate) fn begin_anew(&mut self) -> Result<(), ArchiveError> {
        self.writer()?.0.begin()
    }
}

impl Writer {
    /// Makes ready for the next input. Rows of the last one that were never committed are dropped: they will come again.
    fn begin(&mut self) -> Result<(), ArchiveError> {
        self.pending.discard();
        self.place = Place::New;
        if self.stopped == Some(Stopped::Input) {
            self.stopped = None;
        }
        self.goes_on()
    }

    pub(crate) fn goes_on(&self) -> Result<(), ArchiveError> {
        let why = match self.stopped {
            None => return Ok(()),
            Some(Stopped::Input) => "rows came after earlier ones of the same input could not be written",
            Some(Stopped::Archive) => "rows came after the catalogue could not be written",
        };
        Err(ArchiveError::OutOfTurn(why.to_owned()))
    }

    pub(crate) fn stop(&mut self, how: Stopped) {
        self.pending.discard();
        self.stopped = Some(how);
    }

    fn commit(&mut self, contents: &mut Contents, added: Vec<Entry>, progress: &Progress) -> Result<(), ArchiveError> {
        let source = change(self.place, contents, progress)?;
        let (id, now) = (source.id, source.now.is_some());
        if added.is_empty() && is_known(contents, &source) {
            return Ok(());
        }
        let change = Change { added, source: Some(source), ..Change::default() };
        // The files stay even if this fails: it may have reached the disk, and only the next opening can tell.
        self.catalogue.commit(contents, change).inspect_err(|_| self.stop(Stopped::Archive))?;
        if now {
            self.place = Place::Latest(id);
        }
        Ok(())
    }
}

fn resume_at(point: &Point) -> Resume {
    Resume {
        offset: point.offset,
        lines: point.lines,
        rows: point.rows,
        rejected: point.rejected,
        state: Some(point.state.clone()),
    }
}

/// Which source the progress is of, and what becomes of it.
fn change(place: Place, contents: &Contents, progress: &Progress) -> Result<SourceChange, ArchiveError> {
    let point = Point::of(progress);
    let end = progress.received.map(|_| (progress.name.clone(), point.clone()));
    let id = match place {
        // Nothing new in an older copy: the source itself stands where it stood.
        Place::Earlier(id, offset) if offset == progress.offset => return Ok(SourceChange { id, now: None, end }),
        Place::Latest(id) if contents.sources[&id].head == progress.head => {
            forwards(&contents.sources[&id], progress)?;
            id
        }
        _ => new_source(contents, &progress.name),
    };
    let now = Some((progress.name.clone(), progress.format.clone(), progress.head, point));
    Ok(SourceChange { id, now, end })
}

fn forwards(known: &Known, progress: &Progress) -> Result<(), ArchiveError> {
    if progress.offset >= known.point.offset {
        return Ok(());
    }
    Err(ArchiveError::OutOfTurn(format!(
        "{} was read to byte {} after byte {} had been committed",
        progress.name, progress.offset, known.point.offset
    )))
}

/// A file that was empty when last seen has now begun; any other is one more source.
fn new_source(contents: &Contents, name: &str) -> u64 {
    let empty = contents.sources.iter().find(|(_, known)| known.point.offset == 0 && known.name == name);
    empty.map_or_else(|| contents.next_source(), |(id, _)| *id)
}

/// Whether the catalogue already says just that.
fn is_known(contents: &Contents, change: &SourceChange) -> bool {
    let Some(known) = contents.sources.get(&change.id) else { return false };
    let now = change.now.as_ref().is_none_or(|(name, format, head, point)| {
        (name, format, head, point) == (&known.name, &known.format, &known.head, &known.point)
    });
    now && change.end.as_ref().is_none_or(|(name, point)| known.ends.get(name) == Some(point))
}

/// The digest of an input's first bytes; `None` where so many can't be had of it.
fn prefix(opened: &mut Opened, offset: u64) -> Result<Option<Digest>, IntakeError> {
    match opened.prefix(offset) {
        // What lies behind the damage was never taken in, and never will be.
        Err(IntakeError::Truncated { .. } | IntakeError::Damaged { .. }) => Ok(None),
        digest => digest,
    }
}
