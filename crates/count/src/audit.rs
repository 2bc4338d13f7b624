//! Risk-limiting audits of an election's contests, and the audit of the audit.
//!
//! The mathematics is the crate `rla`'s; here manifest, records, the draw and the board's rows are put together.

mod assertions;
mod board;
mod coming;
mod contest;
mod doubt;
mod paper;
mod plan;
mod replay;
mod run;
mod sample;
mod settings;
mod trial;
mod votes;

pub use assertions::{Assertion, Ballots, Decided};
pub use board::{
    Audited, BLANK, BoardRecords, Interpretation, NOT_FOUND, NOT_ON_CARD, PLACE_COLUMNS, is_entry_sheet,
    read_entry_sheet,
};
pub use contest::{Looked, Measured};
pub use paper::{CardPosition, MOST_CARDS, Paper, PaperFault};
pub use plan::{Planned, planned};
pub use replay::{Fate, Replay};
pub use run::{Audit, ContestAudit, Files, ReportedBy, names};
pub use sample::{Drawn, draw};
pub use settings::{AUDIT_FILE, AuditSettings, ContestSettings, DrawRule, ElectionRule, Method};
pub use trial::Trial;
pub use votes::{CardVote, chosen, ranking, vote_of, vote_read};
