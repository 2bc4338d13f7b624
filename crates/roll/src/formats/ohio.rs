//! Ohio's statewide voter files: four, by county number, comma separated, with a column for each election after the others.
//!
//! Layout: published by the Secretary of State with the files.

use super::state::State;
use crate::layout::Role;

pub(super) static STATE: State = State {
    name: "ohio",
    telling: &["SOS_VOTERID", "COUNTY_NUMBER", "RESIDENTIAL_ADDRESS1", "PRECINCT_CODE"],
    key: "SOS_VOTERID",
    columns: COLUMNS,
    renamed: &[],
    roles: &[
        // The voter's number within the county.
        ("COUNTY_ID", Role::Other),
        // The city whose offices the voter elects, not that of the address.
        ("CITY", Role::District),
        ("CAREER_CENTER", Role::District),
        ("LIBRARY", Role::District),
        ("STATE_BOARD_OF_EDUCATION", Role::District),
    ],
};

const COLUMNS: &str = "SOS_VOTERID COUNTY_NUMBER COUNTY_ID LAST_NAME FIRST_NAME MIDDLE_NAME SUFFIX DATE_OF_BIRTH REGISTRATION_DATE \
    VOTER_STATUS PARTY_AFFILIATION RESIDENTIAL_ADDRESS1 RESIDENTIAL_SECONDARY_ADDR RESIDENTIAL_CITY \
    RESIDENTIAL_STATE RESIDENTIAL_ZIP RESIDENTIAL_ZIP_PLUS4 RESIDENTIAL_COUNTRY RESIDENTIAL_POSTALCODE \
    MAILING_ADDRESS1 MAILING_SECONDARY_ADDRESS MAILING_CITY MAILING_STATE MAILING_ZIP MAILING_ZIP_PLUS4 \
    MAILING_COUNTRY MAILING_POSTAL_CODE CAREER_CENTER CITY CITY_SCHOOL_DISTRICT COUNTY_COURT_DISTRICT \
    CONGRESSIONAL_DISTRICT COURT_OF_APPEALS EDU_SERVICE_CENTER_DISTRICT EXEMPTED_VILL_SCHOOL_DISTRICT LIBRARY \
    LOCAL_SCHOOL_DISTRICT MUNICIPAL_COURT_DISTRICT PRECINCT_NAME PRECINCT_CODE STATE_BOARD_OF_EDUCATION \
    STATE_REPRESENTATIVE_DISTRICT STATE_SENATE_DISTRICT TOWNSHIP VILLAGE WARD";
