//! Colorado's registered voters list: several parts, each text in a ZIP file, comma separated and quoted.
//!
//! Layout: published by the Secretary of State with the list.

use super::state::State;
use crate::layout::Role;

pub(super) static STATE: State = State {
    name: "colorado",
    telling: &["VOTER_ID", "ADDRESS_LIBRARY_ID", "HOUSE_NUM", "SPL_ID", "ID_REQUIRED"],
    key: "VOTER_ID",
    columns: COLUMNS,
    renamed: &[],
    roles: &[
        // The whole name, after its parts.
        ("VOTER_NAME", Role::LastName),
        // A number that the state gives each address.
        ("ADDRESS_LIBRARY_ID", Role::Other),
        ("HOUSE_SUFFIX", Role::Street),
        ("PRE_DIR", Role::Street),
        ("POST_DIR", Role::Street),
        ("SPLIT", Role::Precinct),
        ("VOTER_STATUS_ID", Role::Status),
        ("PREFERENCE", Role::Party),
        ("PERMANENT_MAIL_IN_VOTER", Role::Other),
        ("STATE_HOUSE", Role::District),
    ],
};

const COLUMNS: &str = "VOTER_ID COUNTY_CODE COUNTY LAST_NAME FIRST_NAME MIDDLE_NAME NAME_SUFFIX VOTER_NAME STATUS_CODE \
    PRECINCT_NAME ADDRESS_LIBRARY_ID HOUSE_NUM HOUSE_SUFFIX PRE_DIR STREET_NAME STREET_TYPE POST_DIR UNIT_TYPE \
    UNIT_NUM RESIDENTIAL_ADDRESS RESIDENTIAL_CITY RESIDENTIAL_STATE RESIDENTIAL_ZIP_CODE RESIDENTIAL_ZIP_PLUS \
    EFFECTIVE_DATE REGISTRATION_DATE STATUS STATUS_REASON BIRTH_YEAR GENDER PRECINCT SPLIT VOTER_STATUS_ID PARTY \
    PREFERENCE PARTY_AFFILIATION_DATE PHONE_NUM MAIL_ADDR1 MAIL_ADDR2 MAIL_ADDR3 MAILING_CITY MAILING_STATE \
    MAILING_ZIP_CODE MAILING_ZIP_PLUS MAILING_COUNTRY SPL_ID PERMANENT_MAIL_IN_VOTER CONGRESSIONAL STATE_SENATE \
    STATE_HOUSE ID_REQUIRED";
