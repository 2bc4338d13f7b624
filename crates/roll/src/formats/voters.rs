//! Turns blocks of an extract into rows of table `voters`.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use pollwarden_core::{Complaint, RollSettings};
use pollwarden_intake::{Block, BlockOptions, Parsed, Parser, Sample};

use crate::diff::{Cutter, Fault, Raw};
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

/// Begins to read an extract of a layout.
pub(super) fn begin(sample: &Sample, layout: Option<Layout>, settings: &RollSettings) -> Box<dyn Parser> {
    let of_content = || crate::snapshot::day_in(sample, layout.as_ref()?);
    let date = crate::snapshot::date_of(&sample.name, settings).or_else(of_content);
    let snapshot = date.and_then(|date| crate::compare::midnight(date, &TimeZone::UTC));
    let places = layout.as_ref().map(places).unwrap_or_default();
    Box::new(Voters { layout, places, snapshot })
}

struct Voters {
    layout: Option<Layout>,
    places: Vec<Vec<usize>>,
    snapshot: Option<Timestamp>,
}

/// Where each text column of the table stands in the file: nowhere, or in several where the street is in parts.
fn places(layout: &Layout) -> Vec<Vec<usize>> {
    let of = |role: Role| match role {
        Role::Street => layout.all(role).collect(),
        role => layout.first(role).into_iter().collect(),
    };
    let mut places: Vec<Vec<usize>> = ROLES.into_iter().map(of).collect();
    let one = |at: Option<usize>| at.into_iter().collect();
    (places[0], places[12]) = (vec![layout.key], one(layout.locality("city")));
    places[13] = one(layout.locality("zip").or_else(|| layout.locality("postal")));
    places
}

impl Voters {
    /// Adds a record's row, or says what is wrong with it.
    fn row(&self, layout: &Layout, record: Raw<'_>, source: &str, rows: &mut Rows) -> Option<Complaint> {
        if let Err(Fault::Total) = crate::diff::key(layout, record) {
            return None;
        }
        let raw: Vec<&[u8]> = layout.fields(record.bytes).collect();
        if !record.balanced || !layout.fits(record.bytes) || raw.len() != layout.columns.len() {
            let (expected, found) = layout.misfit(record.bytes);
            let complaint = Complaint::about(source, expected, found).line(record.line);
            return Some(complaint.mend("Ask for the extract again, or mend the row."));
        }
        let value = |at: &Vec<usize>| match at[..] {
            [] => None,
            [one] => Some(layout.text(raw[one])),
            _ => Some(layout.in_one_line(at.iter().map(|at| raw[*at])).into()),
        };
        let texts: Vec<_> = self.places.iter().map(value).collect();
        let head = [self.snapshot.into(), Value::Text(source), record.line.into()];
        rows.extend(head.into_iter().chain(texts.iter().map(|text| text.as_deref().into())));
        None
    }
}

/// Blocks end where quotes are in pairs, so that no record is cut in two.
pub(super) fn blocks() -> BlockOptions {
    BlockOptions { quote: Some(b'"'), ..BlockOptions::default() }
}

impl Parser for Voters {
    fn parse(&mut self, block: &Block, parsed: &mut Parsed) {
        let Some(layout) = &self.layout else { return };
        let mut rows = Rows::new(&VOTERS);
        let mut each = |record: Raw<'_>| {
            if record.line > layout.above
                && let Some(complaint) = self.row(layout, record, &block.source, &mut rows)
            {
                parsed.reject(complaint);
            }
        };
        let mut cutter = Cutter::new(layout);
        cutter.feed(&block.bytes, block.offset, block.first_line, &mut each);
        cutter.end(&mut each);
        if rows.len() > 0 {
            parsed.batches.extend(rows.take().ok());
        }
    }
}

#[cfg(test)]
mod tests {
    use pollwarden_core::Columns;

    use super::*;

    #[test]
    fn rows_of_an_extract_become_rows_of_the_table() {
        let text = "voter_id,county_id,last_name,birth_year,res_city_desc,party_cd\n1,2,\"A\nB\",1970,C,X\n2,2\n";
        let sample = Sample { name: "roll_2026-09-05.csv".into(), bytes: text.into(), whole: true };
        let layout = crate::formats::layout_of(&sample, &RollSettings::default());
        let mut parsed = Parsed::default();
        let block = Block { source: "roll".into(), bytes: text.into(), first_line: 1, offset: 0 };
        begin(&sample, layout, &RollSettings::default()).parse(&block, &mut parsed);
        let columns = Columns::of(&parsed.batches[0]);
        let texts =
            ["voter_id", "last_name", "birth", "city", "party"].map(|name| columns.text(name).or_empty(0).to_owned());
        assert_eq!(texts, ["1", "A\nB", "1970", "C", "X"]);
        assert_eq!((columns.integers("line").get(0), parsed.rejected), (Some(2), 1));
        assert_eq!(columns.times("snapshot").get(0).map(|at| at.to_string()), Some("2026-09-05T00:00:00Z".into()));
    }
}
