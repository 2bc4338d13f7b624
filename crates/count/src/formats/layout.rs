//! Where a table has its ranks, and which words in it are no candidates: what an RCTab configuration says of ES&S
//! spreadsheets and generic CSV files, which don't say it themselves.

/// Columns and rows, from 0, and labels. Empty labels are not used.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layout {
    /// The column of the first rank (ES&S) or the first candidate (generic CSV).
    pub first_vote_column: u32,
    /// The row of the first card.
    pub first_vote_row: u32,
    /// The column of the card's id.
    pub id_column: Option<u32>,
    /// The column of the batch.
    pub batch_column: Option<u32>,
    /// The column of the precinct.
    pub precinct_column: Option<u32>,
    /// How many ranks there are; `None`: as many as columns.
    pub ranks: Option<u16>,
    /// What stands for an overvote.
    pub overvote_label: String,
    /// What stands between several choices at a rank.
    pub overvote_delimiter: String,
    /// What stands for a rank that was skipped.
    pub skipped_label: String,
    /// What stands for any undeclared write-in.
    pub write_in_label: String,
    /// Whether an empty cell is a vote for an undeclared write-in.
    pub blank_is_write_in: bool,
}
