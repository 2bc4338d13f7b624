//! Risk-limiting audits of an election's contests, and the audit of the audit.
//!
//! The mathematics is the crate `rla`'s; here manifest, records, the draw and the board's rows are put together.

mod asked;
mod assertions;
mod batch_counts;
mod batch_draw;
mod batch_index;
mod batch_sheet;
mod batches;
mod beyond_paper;
mod board;
mod card_draw;
mod coming;
mod compare;
mod contest;
mod disputed;
mod doubt;
mod hand_count;
mod impossible_counts;
mod one;
mod other_report;
mod paper;
mod plan;
mod poll;
mod refusal;
mod replay;
mod reported;
mod run;
mod sample;
mod settings;
mod strata;
mod style;
mod style_bound;
mod trial;
mod unread;
mod untold;
mod votes;

pub use assertions::{Assertion, Ballots, Decided};
pub use batch_sheet::{CountedVotes, write_batch_sheet};
pub use batches::{BatchAudit, DrawnBatch};
pub(crate) use beyond_paper::beyond_paper;
pub(crate) use board::has_entry_headings;
pub use board::{
    Audited, BLANK, BoardRecords, Interpretation, NOT_FOUND, NOT_ON_CARD, PLACE_COLUMNS, is_entry_sheet,
    read_entry_sheet,
};
pub use contest::{Bets, Looked, Measured};
pub use disputed::Dispute;
pub(crate) use other_report::other_report;
pub use paper::{CardPosition, MOST_CARDS, Paper, PaperFault};
pub use plan::{Planned, planned};
pub use replay::{Fate, Replay};
pub use reported::recorded_by_batch;
pub use run::{Audit, ContestAudit, Files, ReportedBy, names};
pub use sample::{Drawn, draw};
pub use settings::{AUDIT_FILE, AuditSettings, ContestSettings, DrawRule, ElectionRule, Method, PollingRule};
pub use trial::Trial;
pub use votes::{CardVote, chosen, ranking, vote_of, vote_read};

/// The sum of votes or sizes that people wrote: no slip of a digit overflows it.
fn sum(numbers: &[u64]) -> u64 {
    numbers.iter().fold(0, |sum, number| sum.saturating_add(*number))
}
