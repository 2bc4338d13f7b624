//! Washington's voter registration database: bar separated; in UTF-8, with or without a byte-order mark, or Windows-1252.
//!
//! Layout: published by the Secretary of State with the extract.

use super::state::State;

pub(super) static STATE: State = State {
    name: "washington",
    telling: &["StateVoterID", "RegStNum", "RegStName", "LegislativeDistrict"],
    key: "StateVoterID",
    columns: COLUMNS,
    // Newer files give the year of birth alone: another value, so that it stays a column of its own.
    renamed: &[],
    roles: &[],
};

const COLUMNS: &str = "StateVoterID FName MName LName NameSuffix birthdate Gender RegStNum RegStFrac RegStName RegStType \
    RegUnitType RegStPreDirection RegStPostDirection RegStUnitNum RegCity RegState RegZipCode CountyCode \
    PrecinctCode PrecinctPart LegislativeDistrict CongressionalDistrict Mail1 Mail2 Mail3 Mail4 MailCity MailZip \
    MailState MailCountry Registrationdate AbsenteeType LastVoted StatusCode";
