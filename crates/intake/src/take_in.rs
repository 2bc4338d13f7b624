//! The way from outside bytes to tables, for every sensor: sniff, parse block by block, hand the rows to a sink.

use arrow::array::RecordBatch;
use pollwarden_core::{Complaint, Digest, Part, Source, Table};

use crate::cut::Tail;
use crate::rejected::{REJECTED, rejected_rows};
use crate::sniff::{choose, empty, no_format};
use crate::{Block, Blocks, Format, Input, IntakeError, Opened, Parsed, Parser};

/// How many decompressed bytes lie between two commits: little to repeat after a crash, large enough files in the archive.
const COMMIT_EVERY: u64 = 64 << 20;
/// How many rejected rows one input explains in words to its caller. All are counted, and all are in the rejected table.
const COMPLAINTS_KEPT: usize = 100;

/// Where rows go: the archive, or scratch space for a run over plain files.
pub trait Sink {
    /// Where to go on in this input: what an earlier run has already committed of the same bytes (under this name or, after
    /// log rotation, another). The default is to begin at the beginning.
    ///
    /// # Errors
    /// Where the sink's state can't be read.
    fn resume(&mut self, opened: &mut Opened) -> Result<Resume, SinkError> {
        let _ = opened;
        Ok(Resume::default())
    }

    /// Whether the input's further bytes will be read later. Then a plain file's last line is left alone until it has its
    /// line end, since it may be half written.
    fn waits_for_line_end(&self) -> bool {
        false
    }

    /// Takes rows. They become durable, and visible, with the next commit.
    ///
    /// # Errors
    /// Where they can't be stored (disk full, say).
    fn append(&mut self, table: &'static Table, batch: RecordBatch) -> Result<(), SinkError>;

    /// Whether rows of derived tables are enough. Then a format may hand these over, to [`derived`](Self::derived), in place
    /// of the rows they are worked out from.
    fn wants_derived_alone(&self) -> bool {
        false
    }

    /// Takes rows of derived tables.
    ///
    /// # Errors
    /// Where they can't be stored. A sink that does not want them is given none, and refuses them.
    fn derived(&mut self, part: Part) -> Result<(), SinkError> {
        Err(format!("rows of the derived table {} were not asked for", part.table.name).into())
    }

    /// Commits the rows taken since the last commit together with how far the input was read: all or nothing.
    ///
    /// # Errors
    /// Where they can't be stored.
    fn commit(&mut self, progress: &Progress) -> Result<(), SinkError>;
}

/// A sink's own error, as it stands.
pub type SinkError = Box<dyn std::error::Error + Send + Sync>;

/// Where to go on in an input.
#[derive(Debug, Clone, Default)]
pub struct Resume {
    /// Decompressed bytes already taken in.
    pub offset: u64,
    /// Lines already taken in.
    pub lines: u64,
    /// Rows already taken in.
    pub rows: u64,
    /// Rows already rejected.
    pub rejected: u64,
    /// The parser's state there.
    pub state: Option<Vec<u8>>,
}

/// How far an input was read, as committed.
#[derive(Debug, Clone)]
pub struct Progress {
    /// The input's name.
    pub name: String,
    /// The format it was read as.
    pub format: String,
    /// Digest of the first line (at most 4 KiB): finds candidates for "the same file under another name".
    pub head: Digest,
    /// Digest of the decompressed bytes up to `offset`: proves it.
    pub prefix: Digest,
    /// Decompressed bytes taken in, counted to the end of a line.
    pub offset: u64,
    /// Lines taken in.
    pub lines: u64,
    /// Rows taken in, all runs together.
    pub rows: u64,
    /// Rows rejected, all runs together.
    pub rejected: u64,
    /// The parser's state.
    pub state: Vec<u8>,
    /// Digest and length of the bytes as received, once the end was reached undamaged with no half-written line after it.
    pub received: Option<(Digest, u64)>,
}

/// What became of one input.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The source, as coverage cites it. Rows and rejected count all runs together.
    pub source: Source,
    /// Rows that are new in this run.
    pub new_rows: u64,
    /// What was wrong.
    pub complaints: Vec<Complaint>,
    /// What a reader of the answer must know of how it was read.
    pub notes: Vec<String>,
    /// Whether the whole input was read. Where it was not, a complaint says why.
    pub whole: bool,
}

/// Reads an input into a sink: finds its format, goes on where an earlier run stopped, parses block by block, and commits
/// rows together with how far it came.
///
/// `progress` is told the bytes as received, read so far.
///
/// # Errors
/// Only where the sink failed (disk full, say). What is wrong with the input is said in [`Taken`].
pub fn take_in(
    input: &Input,
    formats: &[&'static dyn Format],
    sink: &mut dyn Sink,
    progress: &mut dyn FnMut(u64),
) -> Result<Taken, SinkError> {
    match begin(input, formats, sink)? {
        Begun::Reading(mut reading) => {
            let outcome = reading.read(sink, progress)?;
            reading.finish(outcome, sink)
        }
        Begun::Over(taken) => Ok(taken),
    }
}

enum Begun {
    Reading(Box<Reading>),
    Over(Taken),
}

/// An input on its way in.
struct Reading {
    format: &'static dyn Format,
    parser: Box<dyn Parser>,
    blocks: Blocks,
    head: Digest,
    /// Rows, and rows rejected, of all runs.
    rows: u64,
    rejected: u64,
    committed: u64,
    taken: Taken,
}

fn begin(input: &Input, formats: &[&'static dyn Format], sink: &mut dyn Sink) -> Result<Begun, SinkError> {
    let taken = Taken::of(input);
    let opened = match input.open() {
        Ok(opened) => opened,
        Err(fault) => return Ok(Begun::Over(taken.broken(fault.complaint()))),
    };
    match choose(formats, opened.beginning()) {
        Some(format) => begin_as(format, opened, taken, input.is_plain_file(), sink),
        None => Ok(Begun::Over(not_read(formats, opened, taken))),
    }
}

fn begin_as(
    format: &'static dyn Format,
    mut opened: Opened,
    taken: Taken,
    may_grow: bool,
    sink: &mut dyn Sink,
) -> Result<Begun, SinkError> {
    let resume = sink.resume(&mut opened)?;
    let leave = may_grow && !opened.is_compressed() && sink.waits_for_line_end();
    let parser = match sink.wants_derived_alone() {
        true => format.begin_derived(opened.beginning()),
        false => format.begin(opened.beginning(), resume.state.as_deref()),
    };
    let head = opened.first_line();
    let from = (resume.offset, resume.lines);
    let blocks = match opened.blocks_after(from, format.blocks(), if leave { Tail::Leave } else { Tail::Take }) {
        Ok(blocks) => blocks.ahead(),
        Err(fault) => return Ok(Begun::Over(taken.broken(fault.complaint()))),
    };
    let Resume { rows, rejected, offset, .. } = resume;
    Ok(Begun::Reading(Box::new(Reading { format, parser, blocks, head, rows, rejected, committed: offset, taken })))
}

/// No format fits. The source is cited all the same.
fn not_read(formats: &[&'static dyn Format], opened: Opened, mut taken: Taken) -> Taken {
    let sample = opened.beginning();
    let (complaint, is_empty) = match sample {
        sample if sample.bytes.is_empty() && sample.whole => (empty(&sample.name), true),
        sample => (no_format(formats, sample), false),
    };
    let mut blocks = opened.all_blocks(crate::BlockOptions::default(), Tail::Take);
    if let Some(Err(fault)) = blocks.next() {
        taken.complaints.push(fault.complaint());
    }
    taken.cite(blocks);
    taken.complaints.push(complaint);
    taken.whole = is_empty;
    taken
}

impl Reading {
    /// Reads to the end, or to a fault of the input.
    fn read(&mut self, sink: &mut dyn Sink, progress: &mut dyn FnMut(u64)) -> Result<Option<IntakeError>, SinkError> {
        loop {
            let next = self.blocks.next();
            let mut parsed = Parsed::default();
            self.blocks.rejected().into_iter().for_each(|complaint| parsed.reject(complaint));
            if let Some(Ok(block)) = &next {
                self.parser.parse(block, &mut parsed);
            }
            self.store(parsed, sink)?;
            progress(self.blocks.bytes_read());
            match next {
                Some(Ok(block)) => self.step(block, sink)?,
                Some(Err(fault)) => return Ok(Some(fault)),
                None => return Ok(None),
            }
        }
    }

    fn step(&mut self, block: Block, sink: &mut dyn Sink) -> Result<(), SinkError> {
        self.blocks.recycle(block);
        if self.blocks.offset() - self.committed >= COMMIT_EVERY {
            self.committed = self.blocks.offset();
            sink.commit(&self.progress())?;
        }
        Ok(())
    }

    fn store(&mut self, parsed: Parsed, sink: &mut dyn Sink) -> Result<(), SinkError> {
        if let Some(rows) = rejected_rows(&parsed.complaints) {
            sink.append(&REJECTED, rows)?;
        }
        for batch in parsed.batches {
            self.rows += batch.num_rows() as u64;
            self.taken.new_rows += batch.num_rows() as u64;
            sink.append(self.format.table(), batch)?;
        }
        for (table, batch) in parsed.also {
            sink.append(table, batch)?;
        }
        self.rows += parsed.derived_from;
        self.taken.new_rows += parsed.derived_from;
        parsed.derived.into_iter().try_for_each(|part| sink.derived(part))?;
        self.rejected += parsed.rejected;
        let room = COMPLAINTS_KEPT.saturating_sub(self.taken.complaints.len());
        self.taken.complaints.extend(parsed.complaints.into_iter().take(room));
        Ok(())
    }

    fn progress(&self) -> Progress {
        Progress {
            name: self.taken.source.name.clone(),
            format: self.format.name().to_owned(),
            head: self.head,
            prefix: self.blocks.prefix(),
            offset: self.blocks.offset(),
            lines: self.blocks.line_count(),
            rows: self.rows,
            rejected: self.rejected,
            state: self.parser.state(),
            received: None,
        }
    }

    fn finish(mut self: Box<Self>, fault: Option<IntakeError>, sink: &mut dyn Sink) -> Result<Taken, SinkError> {
        let mut last = Parsed::default();
        self.parser.finish(&mut last);
        self.store(last, sink)?;
        let mut progress = self.progress();
        let waits = self.blocks.waits();
        self.taken.source.format = progress.format.clone();
        (self.taken.source.rows, self.taken.source.rejected) = (self.rows, self.rejected);
        self.taken.notes = self.parser.notes();
        self.taken.cite(self.blocks);
        let source = &self.taken.source;
        progress.received = (fault.is_none() && !waits).then_some((source.digest, source.length));
        sink.commit(&progress)?;
        if waits {
            let complaint = half_written(&progress);
            self.taken.complaints.insert(0, complaint);
        }
        Ok(match fault {
            Some(fault) => self.taken.broken(fault.complaint()),
            None => self.taken,
        })
    }
}

fn half_written(progress: &Progress) -> Complaint {
    Complaint::about(&progress.name, "a line end after the last line", "none; the line may still be being written")
        .line(progress.lines + 1)
        .mend("It will be read once its line end is there. If the file is finished, add an empty line to it.")
}

impl Taken {
    fn of(input: &Input) -> Self {
        Self {
            source: Source::named(input.name()),
            new_rows: 0,
            complaints: Vec::new(),
            notes: Vec::new(),
            whole: true,
        }
    }

    /// What is wrong with the whole comes before what is wrong with its lines.
    fn broken(mut self, complaint: Complaint) -> Self {
        self.complaints.insert(0, complaint);
        self.whole = false;
        self
    }

    fn cite(&mut self, blocks: Blocks) {
        let received = blocks.received();
        (self.source.digest, self.source.length) = (received.digest, received.length);
    }
}
