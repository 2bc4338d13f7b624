//! Live results as rows: every publication of a contest's counts, with its time.
//!
//! Two shapes. One row a choice: `time`, `contest`, `choice`, `votes` (the count so far). One row a publication, with the two
//! leading choices: `timestamp`, `state`, `leading_candidate_name`, `leading_candidate_votes`, `trailing_candidate_name`,
//! `trailing_candidate_votes`, `total_votes_count`, as newspapers' feeds of 2020 were collected.

use hashbrown::HashMap;
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use pollwarden_core::Complaint;
use pollwarden_intake::{Fit, Input, Sample};

use super::bound::{Counts, is_count};
use super::rows::{Row, Rows, cells};
use super::{Format, Together};
use crate::read::cite;
use crate::{Feed, FeedContest, FeedState, Records};

pub(super) struct ResultsFeed;

/// The most publications of a contest: one a minute for two weeks.
const MOST_STATES: usize = 20_000;

const NAME: &str = "results-feed";
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
        NAME
    }

    fn sniff(&self, sample: &Sample) -> Fit {
        if columns(&cells(sample, 0)).is_some() { Fit::Yes } else { Fit::No }
    }

    fn together(&self) -> Together {
        Together::Alone
    }

    fn read(&self, inputs: &[Input], into: &mut Records) -> Result<(), Box<Complaint>> {
        for input in inputs {
            let feed = read(input, into)?;
            into.feeds.push(feed);
        }
        Ok(())
    }
}

/// The shape's names, and where their columns are.
fn columns(header: &[String]) -> Option<(&'static [&'static str], Vec<usize>)> {
    let plain = |heading: &String| heading.trim_start_matches('\u{feff}').to_owned();
    let header: Vec<String> = header.iter().map(plain).collect();
    [LONG.as_slice(), PAIR.as_slice()].into_iter().find_map(|names| {
        let places = names.iter().map(|name| header.iter().position(|heading| heading == name));
        Some((names, places.collect::<Option<Vec<usize>>>()?))
    })
}

fn read(input: &Input, into: &mut Records) -> Result<Feed, Box<Complaint>> {
    let mut rows = Rows::open(input)?;
    let mut row = Row::default();
    rows.header(&mut row, "the row of headings")?;
    let header: Vec<String> = (0..row.len()).map(|at| row.text(at).into_owned()).collect();
    let Some((names, columns)) = columns(&header) else {
        let complaint = rows.complaint(&row, 0, "", &format!("the columns {}", LONG.join(", ")));
        return Err(Box::new(complaint.mend("Name the columns so.")));
    };
    let mut feed = Reading::default();
    let mut lines = 0;
    while rows.next(&mut row)? {
        let cells: Vec<String> = columns.iter().map(|at| row.text(*at).into_owned()).collect();
        let cells = Cells { source: input.name(), line: row.line, names, cells: &cells };
        if names.len() == LONG.len() {
            cells.one_choice(&mut feed)?
        } else {
            cells.two_choices(&mut feed)?
        }
        lines += 1;
    }
    for contest in &mut feed.contests {
        contest.states.sort_by_key(|state| state.at);
    }
    cite(into, input.name(), NAME, rows.received(), lines);
    Ok(Feed { source: input.name().to_owned(), contests: feed.contests })
}

/// A feed as it is read, with the places of names at hand.
#[derive(Default)]
struct Reading {
    contests: Vec<FeedContest>,
    places: HashMap<String, usize>,
    choices: HashMap<(usize, String), usize>,
    counts: Counts,
}

struct Cells<'a> {
    source: &'a str,
    line: u64,
    names: &'a [&'a str],
    cells: &'a [String],
}

impl Cells<'_> {
    /// A choice's count so far: a state of its own, or one more choice of the state at that time.
    fn one_choice(&self, feed: &mut Reading) -> Result<(), Box<Complaint>> {
        let (at, votes) = (self.time(0)?, self.number(3)?);
        let contest = feed.contest(&self.cells[1]);
        let choice = feed.choice(contest, &self.cells[2]);
        let known = feed.contests[contest].states.last();
        if known.is_none_or(|state| state.at != at) {
            let votes = known.map(|state| state.votes.clone()).unwrap_or_default();
            self.push(feed, contest, FeedState { at, votes, total: None, line: self.line })?;
        }
        let contest = &mut feed.contests[contest];
        if let Some(state) = contest.states.last_mut() {
            state.votes.resize(contest.choices.len(), 0);
            state.votes[choice] = votes;
        }
        Ok(())
    }

    fn two_choices(&self, feed: &mut Reading) -> Result<(), Box<Complaint>> {
        let (at, total) = (self.time(0)?, self.number(6)?);
        let counts = [(&self.cells[2], self.number(3)?), (&self.cells[4], self.number(5)?)];
        let contest = feed.contest(&self.cells[1]);
        let places = counts.map(|(name, votes)| (feed.choice(contest, name), votes));
        let mut votes = vec![0; feed.contests[contest].choices.len()];
        for (choice, count) in places {
            votes[choice] = count;
        }
        self.push(feed, contest, FeedState { at, votes, total: Some(total), line: self.line })
    }

    fn push(&self, feed: &mut Reading, contest: usize, state: FeedState) -> Result<(), Box<Complaint>> {
        let contest = &mut feed.contests[contest];
        feed.counts.add(self.source, 1, contest.choices.len())?;
        if contest.states.len() >= MOST_STATES {
            let complaint =
                Complaint::about(self.source, format!("at most {MOST_STATES} publications of a contest"), "more");
            return Err(Box::new(complaint.line(self.line).mend("Split the file by time.")));
        }
        contest.states.push(state);
        Ok(())
    }

    fn time(&self, column: usize) -> Result<Timestamp, Box<Complaint>> {
        let cell = &self.cells[column];
        // A time without a zone is taken as UTC: only order and distance matter here.
        let civil = || cell.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
        cell.parse().ok().or_else(civil).ok_or_else(|| self.fault(column, "a time such as 2026-11-03T21:04:00Z"))
    }

    fn number(&self, column: usize) -> Result<i64, Box<Complaint>> {
        let number = self.cells[column].replace(',', "").parse().ok().filter(|number| is_count(*number));
        number.ok_or_else(|| self.fault(column, "a whole number of votes"))
    }

    fn fault(&self, column: usize, expected: &str) -> Box<Complaint> {
        let found = format!("“{}”", Complaint::excerpt(self.cells[column].as_bytes(), 40));
        let complaint = Complaint::about(self.source, expected, found).line(self.line).column(self.names[column]);
        Box::new(complaint.mend("Correct the row, or take it out."))
    }
}

impl Reading {
    fn contest(&mut self, name: &str) -> usize {
        if let Some(at) = self.places.get(name) {
            return *at;
        }
        self.places.insert(name.to_owned(), self.contests.len());
        self.contests.push(FeedContest { name: name.to_owned(), ..FeedContest::default() });
        self.contests.len() - 1
    }

    fn choice(&mut self, contest: usize, name: &str) -> usize {
        let choices = &mut self.contests[contest].choices;
        *self.choices.entry((contest, name.to_owned())).or_insert_with(|| {
            choices.push(name.to_owned());
            choices.len() - 1
        })
    }
}
