//! `calendar.json`: the time zone of the log, and the election.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use pollwarden_core::{Complaint, Office};
use pollwarden_intake::Input;

/// The office's zone: as office.toml says for the roll, else the log's calendar, else office.toml for the whole office.
pub(super) fn zone(office: &Office, calendar: Option<String>, complaints: &mut Vec<Complaint>) -> Option<TimeZone> {
    let name = office.roll.time_zone.clone().or(calendar).or_else(|| office.time_zone.clone())?;
    TimeZone::get(&name)
        .map_err(|_| {
            let complaint =
                Complaint::about("office.toml or calendar.json", "a time zone such as America/New_York", &name);
            complaints.push(complaint.mend("Times of the log are read as UTC until it is mended."));
        })
        .ok()
}

/// What a calendar of the log says.
#[derive(Debug, Default)]
pub(super) struct Calendar {
    pub(super) zone: Option<String>,
    pub(super) federal_election: Option<Date>,
}

impl Calendar {
    pub(super) fn read(input: &Input) -> Option<Self> {
        let mut opened = input.open().ok()?;
        let calendar: serde_json::Value = serde_json::from_slice(&opened.sample().ok()?.bytes).ok()?;
        let text = |names: &[&str]| names.iter().find_map(|name| calendar.get(name)?.as_str().map(str::to_owned));
        let federal = calendar.get("federal").and_then(serde_json::Value::as_bool) == Some(true);
        let election = text(&["election", "election_date"]).and_then(|day| day.parse().ok());
        Some(Self { zone: text(&["timezone", "time_zone"]), federal_election: election.filter(|_| federal) })
    }
}
