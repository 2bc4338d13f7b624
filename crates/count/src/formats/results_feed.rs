//! Live results as rows: every publication of a contest's counts, with its time.
//!
//! Two shapes. One row a choice: `time`, `contest`, `choice`, `votes` (the count so far). One row a publication, with the two
//! leading choices: `timestamp`, `state`, `leading_candidate_name`, `leading_candidate_votes`, `trailing_candidate_name`,
//! `trailing_candidate_votes`, `total_votes_count`, as newspapers' feeds of 2020 were collected. Its `new_votes` is not read:
//! what was added follows from the totals, and the two can't then differ.

use indexmap::IndexMap;
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use pollwarden_core::Complaint;
use pollwarden_intake::{Fit, Input, Received, Sample};

use super::rows::{self, Rows};
use super::{Format, Together};
use crate::read::cite;
use crate::{Feed, FeedContest, FeedState, Records};

pub(super) struct ResultsFeed;

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

/// More choices than any contest has are not held against each other for one moment.
const MOST_TOGETHER: usize = 1000;

impl Format for ResultsFeed {
    fn name(&self) -> &'static str {
        NAME
    }

    fn sniff(&self, sample: &Sample) -> Fit {
        let header: Vec<String> = rows::cells(sample, 0).iter().map(|heading| rows::plain(heading)).collect();
        let has_all = |names: &[&str]| names.iter().all(|name| header.contains(&rows::plain(name)));
        if has_all(&LONG) || has_all(&PAIR) { Fit::Yes } else { Fit::No }
    }

    fn together(&self) -> Together {
        Together::Alone
    }

    fn read(&self, inputs: &[Input], into: &mut Records) -> Result<(), Box<Complaint>> {
        for input in inputs {
            let (feed, received) = read(input)?;
            into.feeds.push(feed);
            cite(into, input.name(), NAME, received, 0);
        }
        Ok(())
    }
}

fn read(input: &Input) -> Result<(Feed, Received), Box<Complaint>> {
    let (mut rows, mut row) = (Rows::open(input)?, rows::Row::default());
    rows.header(&mut row, "a header with the columns' names")?;
    let header: Vec<String> = (0..row.len()).map(|at| rows::plain(&row.text(at))).collect();
    let find = |name: &str| header.iter().position(|heading| *heading == rows::plain(name));
    let names: &[&str] = if LONG.iter().all(|name| find(name).is_some()) { &LONG } else { &PAIR };
    let columns: Vec<usize> = names.iter().filter_map(|name| find(name)).collect();
    let mut gathered = IndexMap::new();
    while rows.next(&mut row)? {
        let cells: Vec<String> = columns.iter().map(|at| row.text(*at).into_owned()).collect();
        let row = Row { source: input.name(), line: row.line, names, cells: &cells };
        if names.len() == LONG.len() { row.one_choice(&mut gathered)? } else { row.two_choices(&mut gathered)? }
    }
    let contests = gathered.into_iter().map(|(name, contest)| contest.in_order(name)).collect();
    Ok((Feed { source: input.name().to_owned(), contests }, rows.received()))
}

/// A contest while its rows are read.
#[derive(Default)]
struct Gathered {
    choices: IndexMap<String, usize>,
    states: Vec<FeedState>,
}

impl Gathered {
    fn choice(&mut self, name: &str) -> usize {
        let next = self.choices.len();
        self.choices.get(name).copied().unwrap_or_else(|| *self.choices.entry(name.to_owned()).or_insert(next))
    }

    /// Earliest first. Where the file has the newest first, so it has those of one moment.
    fn in_order(mut self, name: String) -> FeedContest {
        if self.states.first().zip(self.states.last()).is_some_and(|(first, last)| first.at > last.at) {
            self.states.reverse();
        }
        self.states.sort_by_key(|state| state.at);
        FeedContest { name, choices: self.choices.into_keys().collect(), states: self.states }
    }
}

struct Row<'a> {
    source: &'a str,
    line: u64,
    names: &'a [&'a str],
    cells: &'a [String],
}

impl Row<'_> {
    /// A choice's count so far: a state of its own, or one more choice of the state at that time.
    fn one_choice(&self, into: &mut IndexMap<String, Gathered>) -> Result<(), Box<Complaint>> {
        let (at, votes) = (self.time(0)?, self.number(3)?);
        let contest = into.entry(self.cells[1].clone()).or_default();
        let choice = contest.choice(&self.cells[2]);
        let same = contest.states.last_mut().filter(|state| state.at == at);
        match same.filter(|state| state.votes.len() < MOST_TOGETHER && state.votes.iter().all(|(c, _)| *c != choice)) {
            Some(state) => state.votes.push((choice, votes)),
            None => contest.states.push(FeedState { at, votes: vec![(choice, votes)], total: None, line: self.line }),
        }
        Ok(())
    }

    fn two_choices(&self, into: &mut IndexMap<String, Gathered>) -> Result<(), Box<Complaint>> {
        let (at, total) = (self.time(0)?, self.number(6)?);
        let counts = [(2, self.number(3)?), (4, self.number(5)?)];
        let contest = into.entry(self.cells[1].clone()).or_default();
        let votes = counts.map(|(name, votes)| (contest.choice(&self.cells[name]), votes));
        if votes[0].0 == votes[1].0 {
            return Err(self.fault(4, "another name than the leading candidate's"));
        }
        contest.states.push(FeedState { at, votes: votes.to_vec(), total: Some(total), line: self.line });
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

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "state,timestamp,leading_candidate_name,trailing_candidate_name,leading_candidate_votes,\
        trailing_candidate_votes,new_votes,total_votes_count";

    fn read_text(text: &str) -> Result<Feed, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("feed.csv");
        std::fs::write(&path, text).expect("the disk takes it");
        read(&Input::file("feed.csv", &path)).map(|(feed, _)| feed).map_err(|complaint| complaint.to_string())
    }

    #[test]
    fn leaders_change_places_and_the_newest_may_stand_first() {
        let text = format!(
            "{HEAD}\nLake,2026-11-03T22:00:00,Ben,Ada,60,50,0,115\nLake,2026-11-03T21:00:00,Ada,Cy,50,45,9,110\n\
             Lake,2026-11-03T21:00:00,Ada,Ben,40,30,9,80\n"
        );
        let lake = &read_text(&text).expect("read").contests[0];
        assert_eq!(lake.choices, ["Ben", "Ada", "Cy"]);
        assert!(
            read_text(&text.replace('\n', "\r\n")).expect("read").contests[0] == *lake,
            "lines end as Windows ends them"
        );
        let lines: Vec<u64> = lake.states.iter().map(|state| state.line).collect();
        assert_eq!(lines, [4, 3, 2]);
        let changes: Vec<_> = lake.updates().into_iter().map(|u| (u.votes, u.total)).collect();
        assert_eq!(changes, [(vec![(1, 10)], 30), (vec![(0, 30)], 5)]);
    }

    #[test]
    fn rows_of_one_choice_are_put_together_by_their_time() {
        let text = "time,contest,choice,votes\n\
            2026-11-03T21:00:00Z,Clerk,Ada,10\n2026-11-03T21:00:00Z,Clerk,Ben,7\n\
            2026-11-03T21:05:00Z,Clerk,Ada,9\n2026-11-03T21:05:00Z,Clerk,Ben,8\n";
        let clerk = &read_text(text).expect("read").contests[0];
        assert_eq!(clerk.states.len(), 2);
        assert_eq!(clerk.updates()[0].votes, [(0, -1), (1, 1)]);
    }

    #[test]
    fn headings_may_be_quoted_and_in_capitals() {
        for header in
            ["Time,Contest,Choice,Votes", "\"time\",\"contest\",\"choice\",\"votes\"", "Time;Contest;Choice;Votes"]
        {
            let sample = Sample { name: "a.csv".to_owned(), bytes: format!("{header}\n").into_bytes(), whole: true };
            assert_eq!(ResultsFeed.sniff(&sample), Fit::Yes, "{header}");
        }
        let text =
            "Time,\"Contest\",Choice,Votes\n2026-11-03T21:00:00Z,Clerk,Ada,10\n2026-11-03T21:05:00Z,Clerk,Ada,12\n";
        assert_eq!(read_text(text).expect("read").contests[0].states.len(), 2);
    }

    #[test]
    fn one_name_twice_is_refused_with_its_place() {
        let refused = read_text(&format!("{HEAD}\nLake,2026-11-03T22:00:00,Ben,Ben,60,50,0,115\n")).unwrap_err();
        assert!(refused.contains("line 2, column trailing_candidate_name"), "{refused}");
    }
}
