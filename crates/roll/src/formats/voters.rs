//! Turns blocks of an extract into rows of table `voters`.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use pollwarden_core::{Complaint, RollSettings};
use pollwarden_intake::{Block, Parsed, Parser, Sample};

use super::layout_of;
use crate::fields::{self, Fields};
use crate::layout::{Layout, Role};
use crate::rows::{Rows, Value};
use crate::tables::VOTERS;

/// The roles behind table `voters`' text columns, in order.
const ROLES: [Role; 16] = [
    Role::VoterId,
    Role::County,
    Role::LastName,
    Role::FirstName,
    Role::MiddleName,
    Role::Birth,
    Role::Sex,
    Role::Status,
    Role::StatusReason,
    Role::Party,
    Role::Precinct,
    Role::Street,
    Role::Locality,
    Role::Locality,
    Role::Registered,
    Role::Contact,
];

/// Begins to read an extract.
pub(super) fn begin(sample: &Sample, _state: Option<&[u8]>) -> Box<dyn Parser> {
    let layout = layout_of(sample, None);
    let date = crate::snapshot::date_of(&sample.name, &RollSettings::default());
    let snapshot = date.and_then(|date| crate::compare::midnight(date, &TimeZone::UTC));
    let places = layout.as_ref().map(places).unwrap_or_default();
    Box::new(Voters { layout, places, snapshot })
}

struct Voters {
    layout: Option<Layout>,
    places: Vec<Option<usize>>,
    snapshot: Option<Timestamp>,
}

/// Where each text column of the table stands in the file.
fn places(layout: &Layout) -> Vec<Option<usize>> {
    let mut places: Vec<Option<usize>> = ROLES.iter().map(|role| layout.first(*role)).collect();
    let named = |word: &str| {
        let of = |c: &crate::layout::Column| c.role == Role::Locality && c.name.to_ascii_lowercase().contains(word);
        layout.columns.iter().position(of)
    };
    (places[0], places[12], places[13]) = (Some(layout.key), named("city"), named("zip").or_else(|| named("postal")));
    places
}

impl Parser for Voters {
    fn parse(&mut self, block: &Block, parsed: &mut Parsed) {
        let Some(layout) = &self.layout else { return };
        let mut rows = Rows::new(&VOTERS);
        for (line, bytes) in block.lines().filter(|(line, bytes)| *line > 1 && !bytes.is_empty()) {
            let raw: Vec<&[u8]> = Fields::of(bytes, layout.delimiter).collect();
            if raw.len() != layout.columns.len() {
                let expected = format!("{} columns, as in the header", layout.columns.len());
                let complaint = Complaint::about(&*block.source, expected, raw.len().to_string()).line(line);
                parsed.reject(complaint.mend("Ask for the extract again, or mend the row."));
                continue;
            }
            let texts: Vec<_> = self.places.iter().map(|at| at.map(|at| fields::text(raw[at]))).collect();
            let head = [self.snapshot.into(), Value::Text(&block.source), line.into()];
            rows.extend(head.into_iter().chain(texts.iter().map(|text| text.as_deref().into())));
        }
        if rows.len() > 0 {
            parsed.batches.extend(rows.take().ok());
        }
    }
}
