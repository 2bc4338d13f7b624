//! Florida's voter extract: a file for each of 67 counties, tab separated, without a header.
//!
//! Layout: the Division of Elections' "Voter Extract Disk File Layout".

use pollwarden_intake::{Fit, Sample};

use super::by_content::ByContent;
use super::{most_lines, names};
use crate::fields::{self, Fields};
use crate::layout::{Cut, Layout, Role};

pub(super) static FORMAT: ByContent = ByContent { name: "florida", layout, fit: Fit::Yes, quotes: true };

const COLUMNS: [&str; 38] = [
    "County Code",
    "Voter ID",
    "Name Last",
    "Name Suffix",
    "Name First",
    "Name Middle",
    "Requested public records exemption",
    "Residence Address Line 1",
    "Residence Address Line 2",
    "Residence City (USPS)",
    "Residence State",
    "Residence Zipcode",
    "Mailing Address Line 1",
    "Mailing Address Line 2",
    "Mailing Address Line 3",
    "Mailing City",
    "Mailing State",
    "Mailing Zipcode",
    "Mailing Country",
    "Gender",
    "Race",
    "Birth Date",
    "Registration Date",
    "Party Affiliation",
    "Precinct",
    "Precinct Group",
    "Precinct Split",
    "Precinct Suffix",
    "Voter Status",
    "Congressional District",
    "House District",
    "Senate District",
    "County Commission District",
    "School Board District",
    "Daytime Area Code",
    "Daytime Phone Number",
    "Daytime Phone Extension",
    "Email Address",
];

const ROLES: &[(&str, Role)] = &[("Precinct Suffix", Role::Precinct)];

/// Places of the columns that tell the layout.
const COUNTY: usize = 0;
const KEY: usize = 1;
const STATUS: usize = 28;

/// The layout, where nearly all of the first lines have its columns, a county's three letters, a number and a status.
pub(super) fn layout(sample: &Sample) -> Option<Layout> {
    if !most_lines(sample, is_record) {
        return None;
    }
    let columns = names::with_roles(names::columns(&COLUMNS.map(str::to_owned)), ROLES);
    Some(Layout { name: "florida", cut: Cut::At(b'\t'), above: 0, columns, key: KEY, bare_ids: false })
}

fn is_record(line: &[u8]) -> bool {
    let fields: Vec<_> = Fields::of(line, b'\t').map(fields::key).collect();
    fields.len() == COLUMNS.len()
        && fields[COUNTY].len() == 3
        && fields[COUNTY].iter().all(u8::is_ascii_uppercase)
        && !fields[KEY].is_empty()
        && fields[KEY].iter().all(u8::is_ascii_digit)
        // Voters whose records are exempt from publication have asterisks.
        && matches!(&*fields[STATUS], b"ACT" | b"INA" | b"PRE" | b"*")
}
