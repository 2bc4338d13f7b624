//! What a format is: one file in a sensor's `formats/` and one line in its list.

use arrow::array::RecordBatch;
use pollwarden_core::{Complaint, Part, Table};

use crate::{Block, BlockOptions};

/// How well a sample fits a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It is something else.
    No,
    /// It could be read, but another format may fit better.
    Maybe,
    /// It is this format.
    Yes,
}

/// The beginning of an input, decompressed: at most 64 KiB, cut after a whole line where there is one.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The input's name, as the office knows it.
    pub name: String,
    /// The bytes, without a byte-order mark.
    pub bytes: Vec<u8>,
    /// Whether the whole input is in `bytes`.
    pub whole: bool,
}

/// A format of one of a sensor's tables.
pub trait Format: Send + Sync {
    /// Its name, as shown in coverage: `combined`, `w3c-extended`, `north-carolina`.
    fn name(&self) -> &'static str;

    /// The table it fills.
    fn table(&self) -> &'static Table;

    /// How well the sample fits.
    fn sniff(&self, sample: &Sample) -> Fit;

    /// How the input is to be cut into blocks.
    fn blocks(&self) -> BlockOptions {
        BlockOptions::default()
    }

    /// Begins to read an input. `state` is what the parser said at the point where an earlier run stopped.
    fn begin(&self, sample: &Sample, state: Option<&[u8]>) -> Box<dyn Parser>;

    /// The same for someone who asks for no row of the format's table itself, but for those of tables derived from it: a
    /// format that can work these out at once need not build rows that nobody reads.
    fn begin_derived(&self, sample: &Sample) -> Box<dyn Parser> {
        self.begin(sample, None)
    }
}

/// Turns blocks of one input into rows.
pub trait Parser: Send {
    /// Parses one block; blocks come in order.
    fn parse(&mut self, block: &Block, parsed: &mut Parsed);

    /// Gives what is left after the last block.
    fn finish(&mut self, _parsed: &mut Parsed) {}

    /// What must be known to go on after the last block parsed (a header met on the way, say).
    fn state(&self) -> Vec<u8> {
        Vec::new()
    }

    /// What a reader of the answer must know of how the input was read: what was assumed, what it does not hold. Asked at
    /// the input's end; what an earlier run saw is in the state.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

/// What a block became.
#[derive(Debug, Default)]
pub struct Parsed {
    /// Rows, in the format's table's schema.
    pub batches: Vec<RecordBatch>,
    /// Rows of further tables, which say more about rows of the first.
    pub also: Vec<(&'static Table, RecordBatch)>,
    /// Rows of derived tables, in place of `batches`.
    pub derived: Vec<Part>,
    /// How many rows `derived` was worked out from.
    pub derived_from: u64,
    /// How many rows could not be read. Each has a complaint in `complaints`, or is counted here alone past the first.
    pub rejected: u64,
    /// What was wrong with them: every rejected row's complaint, in order.
    pub complaints: Vec<Complaint>,
}

impl Parsed {
    /// Counts a row that could not be read, and says why.
    pub fn reject(&mut self, complaint: Complaint) {
        self.rejected += 1;
        self.complaints.push(complaint);
    }
}
