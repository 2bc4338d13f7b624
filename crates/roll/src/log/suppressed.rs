//! Lists of voters who must not be on the roll as active: the dead, and those whose registration was cancelled.

use std::collections::HashMap;

use jiff::civil::Date;

use super::sheet::Row;
use crate::dates::date_in;

/// Names of files that hold such lists; a roll has the same columns.
const NAMES: [&str; 5] = ["suppress", "deceased", "cancelled", "canceled", "death"];
const REASON: &[&str] = &["reason", "reason_cd", "status_reason", "kind", "list"];
const SINCE: &[&str] =
    &["date", "since", "effective", "effective_date", "deceased_date", "date_of_death", "cancelled", "ts"];

/// Voters on such lists, by id; of several entries the earliest counts.
pub(crate) type SuppressedVoters = HashMap<String, Suppressed>;

/// Why a voter is on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Suppressed {
    pub(crate) reason: String,
    /// Since when; lists often don't say.
    pub(crate) since: Option<Date>,
}

impl Suppressed {
    pub(super) fn read(row: &Row<'_>) -> Self {
        Self { reason: row.get(REASON).to_owned(), since: date_in(row.get(SINCE)) }
    }
}

/// Whether a file's name says that it holds such a list.
pub(crate) fn is_named(name: &str) -> bool {
    let name = super::kind::base_name(name).to_ascii_lowercase();
    NAMES.iter().any(|word| name.contains(word))
}
