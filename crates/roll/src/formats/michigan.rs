//! Michigan's qualified voter file: comma separated and quoted, ISO 8859-1; in older extracts, lines of fixed width without a
//! header.
//!
//! Layout: published by the Bureau of Elections with the extracts.

use pollwarden_intake::{Fit, Sample};

use super::by_content::ByContent;
use super::state::State;
use super::{most_lines, names};
use crate::layout::{Cut, Layout, Role};

pub(super) static STATE: State = State {
    name: "michigan",
    telling: &["VOTER_IDENTIFICATION_NUMBER", "JURISDICTION_CODE", "STREET_NUMBER", "VOTER_STATUS_TYPE_CODE"],
    key: "VOTER_IDENTIFICATION_NUMBER",
    columns: COLUMNS,
    renamed: &[
        ("IS_PERMANENT_ABSENTEE_VOTER", "IS_PERM_AV_BALLOT_VOTER"),
        // Since September 2022.
        ("CANCELLATION_REASON", "STATUS_REASON"),
    ],
    roles: ROLES,
};

const ROLES: &[(&str, Role)] = &[
    ("STREET_NUMBER_SUFFIX", Role::Street),
    ("DIRECTION_PREFIX", Role::Street),
    ("DIRECTION_SUFFIX", Role::Street),
    ("EXTENSION", Role::Locality),
    ("STATE", Role::Locality),
    // Whether a voter is a soldier's or lives abroad.
    ("UOCAVA_STATUS_CODE", Role::Other),
    ("UOCAVA_STATUS_NAME", Role::Other),
];

const COLUMNS: &str = "LAST_NAME FIRST_NAME MIDDLE_NAME NAME_SUFFIX YEAR_OF_BIRTH GENDER REGISTRATION_DATE STREET_NUMBER_PREFIX \
    STREET_NUMBER STREET_NUMBER_SUFFIX DIRECTION_PREFIX STREET_NAME STREET_TYPE DIRECTION_SUFFIX EXTENSION CITY \
    STATE ZIP_CODE MAILING_ADDRESS_LINE_ONE MAILING_ADDRESS_LINE_TWO MAILING_ADDRESS_LINE_THREE \
    MAILING_ADDRESS_LINE_FOUR MAILING_ADDRESS_LINE_FIVE VOTER_IDENTIFICATION_NUMBER COUNTY_CODE COUNTY_NAME \
    JURISDICTION_CODE JURISDICTION_NAME PRECINCT WARD SCHOOL_DISTRICT_CODE SCHOOL_DISTRICT_NAME \
    STATE_HOUSE_DISTRICT_CODE STATE_HOUSE_DISTRICT_NAME STATE_SENATE_DISTRICT_CODE STATE_SENATE_DISTRICT_NAME \
    US_CONGRESS_DISTRICT_CODE US_CONGRESS_DISTRICT_NAME COUNTY_COMMISSIONER_DISTRICT_CODE \
    COUNTY_COMMISSIONER_DISTRICT_NAME VILLAGE_DISTRICT_CODE VILLAGE_DISTRICT_NAME VILLAGE_PRECINCT \
    SCHOOL_PRECINCT IS_PERM_AV_BALLOT_VOTER VOTER_STATUS_TYPE_CODE UOCAVA_STATUS_CODE UOCAVA_STATUS_NAME \
    IS_PERM_AV_APP_VOTER";

/// Columns of the lines of fixed width, under their newer names, and how many bytes each has.
const FIXED: [(&str, usize); 37] = [
    ("LAST_NAME", 35),
    ("FIRST_NAME", 20),
    ("MIDDLE_NAME", 20),
    ("NAME_SUFFIX", 3),
    ("YEAR_OF_BIRTH", 4),
    ("GENDER", 1),
    ("REGISTRATION_DATE", 8),
    ("STREET_NUMBER_PREFIX", 1),
    ("STREET_NUMBER", 7),
    ("STREET_NUMBER_SUFFIX", 4),
    ("DIRECTION_PREFIX", 2),
    ("STREET_NAME", 30),
    ("STREET_TYPE", 6),
    ("DIRECTION_SUFFIX", 2),
    ("EXTENSION", 13),
    ("CITY", 35),
    ("STATE", 2),
    ("ZIP_CODE", 5),
    ("MAILING_ADDRESS_LINE_ONE", 50),
    ("MAILING_ADDRESS_LINE_TWO", 50),
    ("MAILING_ADDRESS_LINE_THREE", 50),
    ("MAILING_ADDRESS_LINE_FOUR", 50),
    ("MAILING_ADDRESS_LINE_FIVE", 50),
    ("VOTER_IDENTIFICATION_NUMBER", 13),
    ("COUNTY_CODE", 2),
    ("JURISDICTION_CODE", 5),
    ("WARD", 6),
    ("SCHOOL_DISTRICT_CODE", 5),
    ("STATE_HOUSE_DISTRICT_CODE", 5),
    ("STATE_SENATE_DISTRICT_CODE", 5),
    ("US_CONGRESS_DISTRICT_CODE", 5),
    ("COUNTY_COMMISSIONER_DISTRICT_CODE", 5),
    ("VILLAGE_DISTRICT_CODE", 5),
    ("VILLAGE_PRECINCT", 6),
    ("SCHOOL_PRECINCT", 6),
    ("IS_PERM_AV_BALLOT_VOTER", 1),
    ("VOTER_STATUS_TYPE_CODE", 2),
];

/// Older extracts.
pub(super) static FIXED_WIDTH: ByContent =
    ByContent { name: "michigan-fixed", layout: fixed, fit: Fit::Yes, quotes: false };

/// The layout, where the first lines are as wide as they should be and have digits where it has numbers.
pub(super) fn fixed(sample: &Sample) -> Option<Layout> {
    let names: Vec<String> = FIXED.iter().map(|(name, _)| (*name).to_owned()).collect();
    let columns = names::with_roles(names::columns(&names), ROLES);
    let key = columns.iter().position(|c| c.role == Role::VoterId)?;
    let cut = Cut::of_widths(FIXED.iter().map(|(_, width)| *width));
    let layout = Layout { name: "michigan-fixed", cut, above: 0, columns, key, bare_ids: false };
    let numbers = ["YEAR_OF_BIRTH", "REGISTRATION_DATE", "VOTER_IDENTIFICATION_NUMBER", "COUNTY_CODE"]
        .map(|number| FIXED.iter().position(|(name, _)| *name == number).map(|at| (at, FIXED[at].1)));
    let fits = |line: &[u8]| {
        let fields: Vec<&[u8]> = layout.fields(line).collect();
        let filled =
            |(at, width): &(usize, usize)| fields[*at].len() == *width && fields[*at].iter().all(u8::is_ascii_digit);
        layout.fits(line) && numbers.iter().flatten().all(filled)
    };
    most_lines(sample, fits).then_some(layout)
}
