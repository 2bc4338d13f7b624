//! Live results as rows: every publication of a contest's counts, with its time.
//!
//! Two shapes. One row a choice: `time`, `contest`, `choice`, `votes` (the count so far). One row a publication, with the two
//! leading choices: `timestamp`, `state`, `leading_candidate_name`, `leading_candidate_votes`, `trailing_candidate_name`,
//! `trailing_candidate_votes`, `total_votes_count`, as newspapers' feeds of 2020 were collected.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use pollwarden_core::Complaint;
use pollwarden_intake::{Fit, Input, Sample};

use super::{Format, Together};
use crate::{Feed, FeedContest, FeedState, Records};

pub(super) struct ResultsFeed;

const LONG: [&str; 4] = ["time", "contest", "choice", "votes"];
const PAIR: [&str; 7] = [
    "timestamp",
    "state",
    "leading_candidate_name",
    "leading_candidate_votes",
    "trailing_candidate_name",
    "trailing_candidate_votes",
    "total_votes_count",
];

impl Format for ResultsFeed {
    fn name(&self) -> &'static str {
        "results-feed"
    }

    fn sniff(&self, sample: &Sample) -> Fit {
        let header = sample.bytes.split(|b| *b == b'\n').next().unwrap_or_default();
        let header = String::from_utf8_lossy(header);
        let columns: Vec<&str> = header.trim().split(',').map(str::trim).collect();
        let has_all = |names: &[&str]| names.iter().all(|name| columns.contains(name));
        if has_all(&LONG) || has_all(&PAIR) { Fit::Yes } else { Fit::No }
    }

    fn together(&self) -> Together {
        Together::Alone
    }

    fn read(&self, inputs: &[Input], into: &mut Records) -> Result<(), Box<Complaint>> {
        for input in inputs {
            into.feeds.push(read(input)?);
        }
        Ok(())
    }
}

fn read(input: &Input) -> Result<Feed, Box<Complaint>> {
    let reader = input.reader().map_err(|e| Box::new(e.complaint()))?;
    let mut rows = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(reader);
    let unreadable = |e: csv::Error| {
        let line = e.position().map_or(1, csv::Position::line);
        Box::new(Complaint::about(input.name(), "comma-separated rows", e.to_string()).line(line).mend("Save it as CSV again."))
    };
    let header: Vec<String> = rows.byte_headers().map_err(unreadable)?.iter().map(text).collect();
    let find = |name: &str| header.iter().position(|h| h == name);
    let names: &[&str] = if find("choice").is_some() { &LONG } else { &PAIR };
    let columns: Vec<usize> = names.iter().filter_map(|name| find(name)).collect();
    let mut feed = Feed { source: input.name().to_owned(), contests: Vec::new() };
    let mut row = csv::ByteRecord::new();
    while rows.read_byte_record(&mut row).map_err(unreadable)? {
        let line = row.position().map_or(0, csv::Position::line);
        let cells: Vec<String> = columns.iter().map(|at| row.get(*at).map(text).unwrap_or_default()).collect();
        let row = Row { source: input.name(), line, names, cells: &cells };
        if names.len() == LONG.len() { row.one_choice(&mut feed)? } else { row.two_choices(&mut feed)? }
    }
    for contest in &mut feed.contests {
        contest.states.sort_by_key(|state| state.at);
    }
    Ok(feed)
}

fn text(cell: &[u8]) -> String {
    pollwarden_intake::text::decode(cell).trim_start_matches('\u{feff}').to_owned()
}

struct Row<'a> {
    source: &'a str,
    line: u64,
    names: &'a [&'a str],
    cells: &'a [String],
}

impl Row<'_> {
    /// A choice's count so far: a state of its own, or one more choice of the state at that time.
    fn one_choice(&self, feed: &mut Feed) -> Result<(), Box<Complaint>> {
        let (at, votes) = (self.time(0)?, self.number(3)?);
        let contest = contest(feed, &self.cells[1]);
        let choice = contest.choice(&self.cells[2]);
        let known = contest.states.last().filter(|state| state.at == at);
        if known.is_none() {
            let votes = contest.states.last().map(|state| state.votes.clone()).unwrap_or_default();
            contest.states.push(FeedState { at, votes, total: None, line: self.line });
        }
        if let Some(state) = contest.states.last_mut() {
            state.votes.resize(contest.choices.len(), 0);
            state.votes[choice] = votes;
        }
        Ok(())
    }

    fn two_choices(&self, feed: &mut Feed) -> Result<(), Box<Complaint>> {
        let (at, total) = (self.time(0)?, self.number(6)?);
        let counts = [(&self.cells[2], self.number(3)?), (&self.cells[4], self.number(5)?)];
        let contest = contest(feed, &self.cells[1]);
        let places = counts.map(|(name, votes)| (contest.choice(name), votes));
        let mut votes = vec![0; contest.choices.len()];
        for (choice, count) in places {
            votes[choice] = count;
        }
        contest.states.push(FeedState { at, votes, total: Some(total), line: self.line });
        Ok(())
    }

    fn time(&self, column: usize) -> Result<Timestamp, Box<Complaint>> {
        let cell = &self.cells[column];
        // A time without a zone is taken as UTC: only order and distance matter here.
        let civil = || cell.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
        cell.parse().ok().or_else(civil).ok_or_else(|| self.fault(column, "a time such as 2026-11-03T21:04:00Z"))
    }

    fn number(&self, column: usize) -> Result<i64, Box<Complaint>> {
        self.cells[column].replace(',', "").parse().map_err(|_| self.fault(column, "a whole number of votes"))
    }

    fn fault(&self, column: usize, expected: &str) -> Box<Complaint> {
        let found = format!("“{}”", Complaint::excerpt(self.cells[column].as_bytes(), 40));
        let complaint = Complaint::about(self.source, expected, found).line(self.line).column(self.names[column]);
        Box::new(complaint.mend("Correct the row, or take it out."))
    }
}

fn contest<'a>(feed: &'a mut Feed, name: &str) -> &'a mut FeedContest {
    let at = feed.contests.iter().rposition(|c| c.name == name).unwrap_or_else(|| {
        feed.contests.push(FeedContest { name: name.to_owned(), ..FeedContest::default() });
        feed.contests.len() - 1
    });
    &mut feed.contests[at]
}
