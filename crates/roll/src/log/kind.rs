//! What a file of the office's is: told by its header, not by its name, except batch lists, which are named after their batch.

use std::path::Path;

use pollwarden_core::RollSettings;
use pollwarden_intake::{Input, Sample};

use super::entries::{BATCH_ID, FIELD, HOURS, OPERATOR, ORDER_ID};
use super::headings::{Headings, Meaning};
use super::sheet::{Beginning, plain_name};
use super::suppressed;
use crate::formats::{Header, names};
use crate::layout::Role;

/// What a file is to the log.
#[derive(Debug)]
pub(super) enum Kind {
    Transactions(Beginning, Headings),
    Batches(Beginning),
    Operators(Beginning),
    Orders(Beginning),
    /// Voters who must not be on the roll, and the column of their ids.
    Suppressed(Beginning, String),
    Calendar,
    List,
    /// A roll, a vote history, or something else that is not the log's.
    Stranger,
}

impl Kind {
    /// The kind of a file that may have titles above its header.
    pub(super) fn of(input: &Input, settings: &RollSettings) -> Self {
        let name = base_name(&input.name);
        if Path::new(name).extension().is_some_and(|e| e.eq_ignore_ascii_case("json")) {
            return if name.to_ascii_lowercase().contains("calendar") { Self::Calendar } else { Self::Stranger };
        }
        let Some(sample) = sample(input) else { return Self::Stranger };
        let mut without_header = true;
        for beginning in Beginning::all(&sample) {
            without_header = false;
            let kind = Self::of_header(beginning, suppressed::is_named(name), settings);
            if !matches!(kind, Self::Stranger) {
                return kind;
            }
        }
        let is_list = without_header && !sample.bytes.contains(&0) && name.to_ascii_lowercase().contains("list");
        if is_list { Self::List } else { Self::Stranger }
    }

    fn of_header(beginning: Beginning, named_suppression: bool, settings: &RollSettings) -> Self {
        let names = &beginning.header.names;
        let plain: Vec<String> = names.iter().map(|name| plain_name(name)).collect();
        let has = |wanted: &[&str]| wanted.iter().any(|w| plain.iter().any(|n| n == w));
        let headings = Headings::of(names, &settings.log);
        if headings.are_a_logs() {
            return Self::Transactions(beginning, headings);
        }
        let voter = names::columns(names).into_iter().find(|c| c.role == Role::VoterId).map(|c| c.name);
        // Who logged in, and when, is no list of accounts.
        let accounts = has(OPERATOR) && (has(HOURS) || headings.at(Meaning::Time).is_none());
        match voter {
            Some(voter) if named_suppression => Self::Suppressed(beginning, plain_name(&voter)),
            None if has(BATCH_ID) => Self::Batches(beginning),
            None if has(ORDER_ID) && has(FIELD) => Self::Orders(beginning),
            None if accounts => Self::Operators(beginning),
            _ => Self::Stranger,
        }
    }
}

/// A file's first bytes; `None` where it can't be opened.
pub(super) fn sample(input: &Input) -> Option<Sample> {
    input.open().ok()?.sample().ok().cloned()
}

pub(super) fn base_name(name: &str) -> &str {
    name.rsplit(['/', '!']).next().unwrap_or(name)
}

/// The header that a file most likely has: the first line of those that are of most fields.
pub(super) fn likely_header(sample: &Sample) -> Option<Header> {
    let mut likely: Option<Header> = None;
    for beginning in Beginning::all(sample) {
        if likely.as_ref().is_none_or(|header| header.names.len() < beginning.header.names.len()) {
            likely = Some(beginning.header);
        }
    }
    likely
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Kind {
        let sample = Sample { name: "file.csv".into(), bytes: text.into(), whole: true };
        let beginning = Beginning::all(&sample).next().expect("a header");
        Kind::of_header(beginning, false, &RollSettings::default())
    }

    #[test]
    fn files_are_told_by_their_headers() {
        assert!(matches!(
            kind("seq,ts,operator,ip,batch_id,voter_id,field,old_value,new_value"),
            Kind::Transactions(..)
        ));
        assert!(matches!(kind("Batch ID;Kind;Authorised By"), Kind::Batches(_)));
        assert!(matches!(kind("operator,county_id,office_hours"), Kind::Operators(_)));
        assert!(matches!(kind("order_id,kind,scope,field,old,new,effective"), Kind::Orders(_)));
        assert!(matches!(kind("county_id\tncid\telection_lbl"), Kind::Stranger));
        assert!(matches!(kind("User,Login Date,IP,Date"), Kind::Stranger));
    }
}
