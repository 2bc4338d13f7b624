//! What a manifest says of its batches' cast vote records.

use pollwarden_core::Complaint;

use crate::formats::rows::{Row, Rows, number, plain};

/// Y or N.
pub(super) const HAS_CVRS: &[&str] = &["cvr", "hascvr", "hascvrs", "hasrecord", "hasrecords"];
/// Numbers of cards.
pub(super) const WITHOUT: &[&str] = &[
    "cardswithoutrecords",
    "cardswithoutrecord",
    "cardswithoutcvrs",
    "cardswithoutcvr",
    "ballotswithoutrecords",
    "ballotswithoutcvrs",
    "withoutrecords",
    "withoutrecord",
    "withoutcvrs",
    "withoutcvr",
];

/// The columns that say which batches have records.
pub(super) struct Recorded {
    has_cvrs: Option<usize>,
    without: Option<usize>,
}

impl Recorded {
    pub(super) fn of(named: impl Fn(&[&str]) -> Option<usize>) -> Self {
        Self { has_cvrs: named(HAS_CVRS), without: named(WITHOUT) }
    }

    pub(super) fn is_at(&self, at: usize) -> bool {
        self.has_cvrs == Some(at) || self.is_number_at(at)
    }

    pub(super) fn is_number_at(&self, at: usize) -> bool {
        self.without == Some(at)
    }

    /// Whether a batch has records; `None` where the manifest doesn't say, or says that some of its cards have none: nobody could tell
    /// which, and each that has none counts against the reported winners.
    pub(super) fn has_cvrs(
        &self,
        rows: &Rows,
        row: &Row,
        cards: u64,
        doubts: &mut Vec<Complaint>,
    ) -> Result<Option<bool>, Box<Complaint>> {
        let wrong = |at: usize, column: &str, expected: &str| rows.complaint(row, at, column, expected);
        let said = match self.has_cvrs {
            Some(at) => Some(truth(row.get(at)).ok_or_else(|| wrong(at, "CVR", "Y or N").mend("Write Y or N."))?),
            None => None,
        };
        let Some(at) = self.without.filter(|at| !row.get(*at).is_empty()) else { return Ok(said) };
        let wrong = |expected: &str| wrong(at, "cards without records", expected);
        let has = match number(row.get(at)) {
            Some(0) => true,
            Some(without) if without == cards => false,
            Some(without) if without < cards => {
                let mend = "Which of the batch's cards have no record can't be told: it was taken for one with records. Before a draw, such \
                    cards can be laid into a batch of their own, with a line of its own.";
                doubts.push(wrong("0, or all of the batch's cards").mend(mend));
                return Ok(said.filter(|said| *said));
            }
            _ => return Err(Box::new(wrong("at most the batch's cards, in digits").mend("Correct the number."))),
        };
        match said {
            Some(said) if said != has => {
                let expected = if said { "0, as the column CVR says Y" } else { "all cards, as the column CVR says N" };
                Err(Box::new(wrong(expected).mend("Correct one of the two columns.")))
            }
            _ => Ok(Some(has)),
        }
    }
}

fn truth(cell: &[u8]) -> Option<bool> {
    match cell.to_ascii_lowercase().as_slice() {
        b"y" | b"yes" | b"true" | b"1" => Some(true),
        b"n" | b"no" | b"false" | b"0" => Some(false),
        _ => None,
    }
}

/// Whether a heading speaks of records.
pub(super) fn is_of_records(heading: &str) -> bool {
    let heading = plain(heading);
    heading.contains("record") || heading.contains("cvr")
}

/// A column of numbers that may say which cards have records.
pub(super) fn not_understood(file: &str, line: u64, heading: &str) -> Complaint {
    let found = format!("numbers under “{heading}”");
    let mend = "They were not read. To say which batches have no records, name the column “CVR” with Y or N, or “Cards without records” \
        with 0 or the batch's number of cards.";
    Complaint::about(file, "the columns of a ballot manifest", found).line(line).column(heading).mend(mend)
}
