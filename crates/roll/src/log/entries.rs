//! What the log's files hold: transactions, batches with their lists, operators, orders, the calendar.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, tz::TimeZone};

use super::headings::{Headings, Meaning};
use super::hours::Hours;
use super::sheet::Row;
use super::times::Moment;
use crate::dates::date_in;
use crate::explain::same_code;

/// An entry of the transaction log.
#[derive(Debug, Clone, Default)]
pub(crate) struct Transaction {
    /// The file it stands in.
    pub(crate) file: Arc<str>,
    pub(crate) line: u64,
    pub(crate) seq: Option<u64>,
    pub(crate) time: Option<Timestamp>,
    pub(crate) local: Option<DateTime>,
    /// Whether the log says the time of day, and not the day alone.
    pub(crate) timed: bool,
    /// Whether the clock showed that time twice.
    pub(crate) twice: bool,
    pub(crate) operator: String,
    pub(crate) ip: String,
    pub(crate) source: String,
    pub(crate) batch: String,
    pub(crate) county: String,
    pub(crate) voter_id: String,
    pub(crate) field: String,
    pub(crate) old: String,
    pub(crate) new: String,
    pub(crate) document: String,
    /// It does not follow from the others: the hash chain fails at it, its number is another's, or it lacks what all others have.
    pub(crate) chain_broken: bool,
    /// Entries are missing just before this one.
    pub(crate) after_gap: bool,
}

/// A batch of list maintenance.
#[derive(Debug, Clone, Default)]
pub(crate) struct Batch {
    pub(crate) line: u64,
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) authorised_by: String,
    pub(crate) approved: Option<Timestamp>,
    pub(crate) run: Option<Timestamp>,
    pub(crate) planned: Option<u64>,
    pub(crate) list_digest: String,
    /// Whether another row of the same id says something else.
    pub(crate) differs: bool,
    /// The authorised list, where it was given.
    pub(crate) list: Option<List>,
}

/// A batch's authorised list.
#[derive(Debug, Clone, Default)]
pub(crate) struct List {
    pub(crate) voters: HashSet<String>,
    /// SHA-256 of the sorted ids, joined by line feeds.
    pub(crate) digest: String,
}

/// An account.
#[derive(Debug, Clone)]
pub(crate) struct Operator {
    pub(crate) line: u64,
    pub(crate) name: String,
    /// The counties it works for; none: any.
    pub(crate) counties: Vec<String>,
    pub(crate) hours: Hours,
    pub(crate) hours_text: String,
    /// The last day of the account.
    pub(crate) until: Option<Date>,
}

/// An order of the board.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) line: u64,
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) scope: String,
    pub(crate) field: String,
    pub(crate) old: String,
    pub(crate) new: String,
    pub(crate) effective: Option<Date>,
}

/// Names that offices give to the column with the digest of the entry and the one before it.
pub(crate) const CHAIN: &[&str] = &["chain_sha256", "chain", "chain_hash", "row_hash"];
pub(crate) const BATCH_ID: &[&str] = &["batch_id", "batch"];
pub(crate) const FIELD: &[&str] = &["field", "field_name", "column"];
pub(crate) const OPERATOR: &[&str] = &["operator", "operator_id", "user", "user_id", "account"];
pub(crate) const ORDER_ID: &[&str] = &["order_id", "order"];
pub(crate) const HOURS: &[&str] = &["office_hours", "hours"];
const UNTIL: &[&str] =
    &["active_until", "valid_until", "valid_to", "end_date", "ended", "left", "until", "expires", "inactive_date"];
const COUNTY: &[&str] = &["county_id", "county", "county_number", "county_code"];

impl Transaction {
    pub(crate) fn read(row: &Row<'_>, headings: &Headings, file: &Arc<str>, zone: &TimeZone) -> Self {
        let at = |meaning| row.at(headings.at(meaning)).to_owned();
        let as_it_stands = |meaning| row.as_it_stands(headings.at(meaning)).to_owned();
        let moment = moment_of(&at(Meaning::Time), &at(Meaning::Clock), zone);
        // Where no field is named, what was done may say it: a registration, a removal.
        let field = Some(at(Meaning::Field)).filter(|field| !field.is_empty()).unwrap_or_else(|| at(Meaning::Action));
        Self {
            file: Arc::clone(file),
            line: row.line,
            seq: at(Meaning::Number).parse().ok(),
            time: moment.map(|moment| moment.time),
            local: moment.map(|moment| moment.local),
            timed: moment.is_some_and(|moment| moment.timed),
            twice: moment.is_some_and(|moment| moment.twice),
            operator: at(Meaning::User),
            ip: at(Meaning::Ip),
            source: at(Meaning::Source),
            batch: at(Meaning::Batch),
            county: at(Meaning::County),
            voter_id: at(Meaning::Voter),
            field,
            old: as_it_stands(Meaning::Old),
            new: as_it_stands(Meaning::New),
            document: at(Meaning::Document),
            chain_broken: false,
            after_gap: false,
        }
    }
}

impl Transaction {
    /// When the office's clock showed it, where the log says a time of day.
    pub(crate) fn clock(&self) -> Option<DateTime> {
        self.local.filter(|_| self.timed)
    }

    /// The last moment at which it may have been: the day's end where the log says the day alone, an hour later where the clock showed
    /// the hour twice.
    pub(crate) fn latest(&self) -> Option<Timestamp> {
        let hours = if !self.timed { 24 } else { i64::from(self.twice) };
        self.time?.checked_add(jiff::SignedDuration::from_hours(hours)).ok()
    }
}

/// A moment whose day and time of day may stand in two columns.
fn moment_of(time: &str, clock: &str, zone: &TimeZone) -> Option<Moment> {
    let moment = Moment::read(time, zone)?;
    let joined = || Moment::read(&format!("{time} {clock}"), zone);
    if moment.timed || clock.is_empty() { Some(moment) } else { joined().or(Some(moment)) }
}

impl Batch {
    pub(crate) fn read(row: &Row<'_>, zone: &TimeZone) -> Self {
        Self {
            line: row.line,
            id: row.get(BATCH_ID).to_owned(),
            kind: row.get(&["kind", "type"]).to_owned(),
            authorised_by: row.get(&["authorised_by", "authorized_by", "approved_by"]).to_owned(),
            approved: moment(row.get(&["approved_ts", "approved", "approved_at"]), zone),
            run: moment(row.get(&["run_ts", "run", "run_at"]), zone),
            planned: row.get(&["planned_count", "planned", "count"]).parse().ok(),
            list_digest: row.get(&["list_sha256", "list_digest"]).to_ascii_lowercase(),
            differs: false,
            list: None,
        }
    }

    /// Whether another row of its id, as of a file that overlaps, says the same.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        let texts = |b: &Self| [&b.kind, &b.authorised_by, &b.list_digest].map(String::clone);
        (texts(self), self.approved, self.run, self.planned) == (texts(other), other.approved, other.run, other.planned)
    }
}

impl Operator {
    /// What of it is not understood, beside it: hours, then the account counts as a person's who is always in, or its last day.
    pub(crate) fn read(row: &Row<'_>) -> (Self, [bool; 2]) {
        let (text, until) = (row.get(HOURS), row.get(UNTIL));
        let (hours, last) = (Hours::read(text), date_in(until));
        let unclear = [hours.is_none(), last.is_none() && !until.is_empty()];
        let operator = Self {
            line: row.line,
            name: row.get(OPERATOR).to_owned(),
            counties: Some(row.get(COUNTY).to_owned()).filter(|county| !county.is_empty()).into_iter().collect(),
            hours: hours.unwrap_or_default(),
            hours_text: text.to_owned(),
            until: last,
        };
        (operator, unclear)
    }

    /// Adds what another row of the same account says.
    pub(crate) fn add(&mut self, other: Self) {
        if self.counties.is_empty() || other.counties.is_empty() {
            self.counties.clear();
        } else {
            self.counties.extend(other.counties);
        }
        if self.hours_text != other.hours_text {
            self.hours_text = format!("{}; {}", self.hours_text, other.hours_text);
        }
        self.hours = std::mem::take(&mut self.hours).or(other.hours);
        self.until = self.until.zip(other.until).map(|(ours, theirs)| ours.max(theirs));
    }

    /// Whether it works for a county.
    pub(crate) fn works_for(&self, county: &str) -> bool {
        county.is_empty() || self.counties.is_empty() || self.counties.iter().any(|ours| same_code(ours, county))
    }

    /// Whether a heading of the list of operators is read.
    pub(crate) fn reads(heading: &str) -> bool {
        [OPERATOR, COUNTY, HOURS, UNTIL].iter().any(|names| names.contains(&heading))
    }
}

impl Order {
    pub(crate) fn read(row: &Row<'_>) -> Self {
        Self {
            line: row.line,
            id: row.get(ORDER_ID).to_owned(),
            kind: row.get(&["kind", "type"]).to_owned(),
            scope: row.get(&["scope", "county"]).to_owned(),
            field: row.get(FIELD).to_owned(),
            old: row.get(&["old_value", "old"]).to_owned(),
            new: row.get(&["new_value", "new"]).to_owned(),
            effective: row.get(&["effective", "effective_date"]).get(..10).and_then(|day| day.parse().ok()),
        }
    }
}

/// A moment, however it is written.
fn moment(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    Moment::read(text, zone).map(|moment| moment.time)
}
