//! What the columns of a transaction log are: the words that offices and vendors use for the same things.
//!
//! Words of the field, compared whole; nothing is guessed from likeness. What is not among them the office names under
//! `[roll.log.columns]` in office.toml.

use pollwarden_core::LogSettings;

use crate::formats::names;
use crate::layout::Role;

/// What a column of the log says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    Voter,
    Field,
    Old,
    New,
    User,
    Time,
    /// The time of day, beside a column with the day.
    Clock,
    Source,
    Batch,
    Ip,
    County,
    Document,
    /// What was done, where no field is named.
    Action,
    Number,
}

/// The meanings, their words in office.toml, and the headings that have them, the plainer first.
const WORDS: [(Meaning, &str, &str); 14] = [
    (
        Meaning::Voter,
        "voter-id",
        "registrant id, registrant number, registrant no, registrant, registration number, registration no, \
         registration id, voter registration id, voter registration no, voter reg num, voter reg no, reg \
         number, reg num, reg no, voter number, voter no, voter num, voter",
    ),
    (
        Meaning::Field,
        "field",
        "field, field name, field changed, changed field, column, column name, column changed, attribute, \
         attribute name, data field, data element, item changed, what changed",
    ),
    (
        Meaning::Old,
        "old",
        "old value, old, old val, old data, previous value, previous, prior value, prior, before value, value \
         before, before, from value, changed from, from, original value",
    ),
    (
        Meaning::New,
        "new",
        "new value, new, new val, new data, after value, value after, after, to value, changed to, to, \
         updated value",
    ),
    (
        Meaning::User,
        "user",
        "operator, operator id, operator name, user, user id, userid, user name, username, user login, login, \
         login id, account, changed by, modified by, last modified by, updated by, edited by, entered by, \
         processed by, performed by, changed by user, clerk, staff, staff id, employee, employee id, worker",
    ),
    (
        Meaning::Time,
        "time",
        "ts, timestamp, time stamp, date time, datetime, date and time, changed on, changed at, change date \
         time, modified on, modified at, updated on, updated at, transaction date time, transaction \
         timestamp, audit timestamp, audit date time, event date time, event timestamp, entered on, logged \
         at, logged on, when, when changed, change date, date changed, changed date, date of change, modified \
         date, date modified, update date, updated date, transaction date, trans date, audit date, event \
         date, log date, entry date, action date, date",
    ),
    (
        Meaning::Clock,
        "clock",
        "time, time changed, change time, transaction time, trans time, audit time, event time, log time",
    ),
    (Meaning::Source, "source", "source, channel, change source, transaction source, origin"),
    (Meaning::Batch, "batch", "batch id, batch, batch number, batch no, batch name"),
    (Meaning::Ip, "ip", "ip, ip address, client ip, source ip, address, workstation, terminal, computer, machine"),
    (Meaning::County, "county", "county id, county, county number, county code"),
    (
        Meaning::Document,
        "document",
        "document ref, document, document id, document number, source document, form number",
    ),
    (
        Meaning::Action,
        "action",
        "action, action type, transaction type, trans type, change type, event type, activity, operation",
    ),
    (Meaning::Number, "number", "seq, sequence, entry"),
];

/// Says what is wrong with `[roll.log.columns]` of office.toml.
///
/// # Errors
/// In words, with what was expected.
pub fn check_log(settings: &LogSettings) -> Result<(), String> {
    let known = |word: &str| WORDS.iter().any(|(_, known, _)| *known == word);
    match settings.columns.iter().find(|(word, _)| !known(word)) {
        None => Ok(()),
        Some((word, _)) => {
            let words = WORDS.map(|(_, word, _)| word).join(", ");
            Err(format!("columns.{word}: expected one of {words}"))
        }
    }
}

/// Where each meaning stands in a log's header.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Headings {
    places: [Option<usize>; WORDS.len()],
}

impl Headings {
    /// The headings of a file's columns, whatever file it is.
    pub(crate) fn of(header: &[String], settings: &LogSettings) -> Self {
        let plain: Vec<String> = header.iter().map(|name| names::words(name).trim().to_owned()).collect();
        let told = names::columns(header);
        let mut headings = Self::default();
        for (at, (meaning, word, known)) in WORDS.iter().enumerate() {
            let named = settings.columns.iter().find(|(said, _)| said == word).map(|(_, column)| column);
            headings.places[at] = match named {
                Some(column) => header.iter().position(|name| name.eq_ignore_ascii_case(column.trim())),
                None => (*meaning == Meaning::Voter)
                    .then(|| told.iter().position(|column| column.role == Role::VoterId))
                    .flatten()
                    .or_else(|| known.split(", ").find_map(|known| plain.iter().position(|name| name == known))),
            };
        }
        headings.alone()
    }

    /// A time of day that stands alone is the whole time.
    fn alone(mut self) -> Self {
        if self.at(Meaning::Time).is_none() {
            self.places[Meaning::Time as usize] = self.places[Meaning::Clock as usize].take();
        }
        self
    }

    pub(crate) fn at(&self, meaning: Meaning) -> Option<usize> {
        self.places[meaning as usize]
    }

    /// Whether they are a log's: whose voter, which field, what of it, and who or when.
    pub(crate) fn are_a_logs(&self) -> bool {
        let has = |meaning| self.at(meaning).is_some();
        has(Meaning::Voter)
            && has(Meaning::Field)
            && (has(Meaning::Old) || has(Meaning::New))
            && (has(Meaning::User) || has(Meaning::Time))
    }

    /// Columns that no meaning was found for.
    pub(crate) fn unused<'h>(&self, header: &'h [String]) -> Vec<&'h str> {
        let used = |at: &usize| self.places.contains(&Some(*at));
        let unused = header.iter().enumerate().filter(|(at, name)| !used(at) && !name.trim().is_empty());
        unused.map(|(_, name)| name.as_str()).collect()
    }

    /// Each meaning's word in office.toml, and the column that has it.
    pub(crate) fn told<'h>(&self, header: &'h [String]) -> impl Iterator<Item = (&'static str, Option<&'h str>)> {
        let name = |at: Option<usize>| at.and_then(|at| header.get(at)).map(String::as_str);
        WORDS.iter().zip(self.places).map(move |((_, word, _), at)| (*word, name(at)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(line: &str) -> Vec<String> {
        line.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn meanings_stand_in_the_order_of_their_places() {
        for (at, (meaning, ..)) in WORDS.iter().enumerate() {
            assert_eq!(*meaning as usize, at);
        }
    }

    #[test]
    fn logs_of_offices_and_vendors_are_told() {
        for line in [
            "User,Field Changed,Date,Old,New,Voter ID",
            "Registrant ID,Attribute,Before,After,Modified By,Changed On,Workstation",
            "Registration Number,Column,From,To,When,Username,Batch,IP Address",
            "VOTER_ID,FIELD_NAME,OLD_VALUE,NEW_VALUE,CHANGED_BY,CHANGE_DATE,TRANSACTION_TYPE",
            "VoterID,FieldName,PreviousValue,NewValue,UserID,DateTime,Reason",
            "seq,ts,operator,ip,source,batch_id,county_id,voter_id,field,old_value,new_value,document_ref,chain_sha256",
        ] {
            assert!(Headings::of(&header(line), &LogSettings::default()).are_a_logs(), "{line}");
        }
        for line in
            ["User,Date,IP", "Voter ID,Last Name,Status,Date", "Voter ID,Action,Date,User", "Field,Old,New,User"]
        {
            assert!(!Headings::of(&header(line), &LogSettings::default()).are_a_logs(), "{line}");
        }
    }

    #[test]
    fn the_office_names_what_is_not_known() {
        let header = header("Nbr,Item,Was,Is,Who,Logged");
        let columns = [("voter-id", "Nbr"), ("field", "Item"), ("new", "is"), ("user", "Who"), ("old", "gone")];
        let columns = columns.map(|(word, column)| (word.to_owned(), column.to_owned())).to_vec();
        let headings = Headings::of(&header, &LogSettings { columns, ..LogSettings::default() });
        assert!(headings.are_a_logs() && headings.at(Meaning::Old).is_none());
        assert_eq!(headings.unused(&header), ["Was", "Logged"]);
    }
}
