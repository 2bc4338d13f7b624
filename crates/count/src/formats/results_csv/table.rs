//! Rows of a table of results, gathered by contest, choice and part.

use std::collections::HashMap;

use indexmap::IndexMap;
use pollwarden_core::Complaint;

use super::super::bound::{Counts, is_count};
use super::MOST_PARTS;
use super::columns::{Columns, Kind, is_whole, number};
use crate::{ReportedChoice, ReportedContest, ReportedPart, Results};

/// A unit and a way of voting.
type Place = (String, String);

/// What was read so far.
pub(super) struct Table<'n> {
    source: &'n str,
    columns: Columns,
    contests: IndexMap<String, Gathered>,
    /// Registered voters and ballots cast, by unit.
    turnout: IndexMap<String, (Option<i64>, Option<i64>)>,
    cells: usize,
    complaints: Vec<Complaint>,
}

#[derive(Default)]
struct Gathered {
    choices: IndexMap<(String, String), usize>,
    parts: IndexMap<Place, Part>,
    /// Totals that the file states: by choice, with the row. Those of one way of voting are left to that way's counts.
    stated: HashMap<usize, (i64, u64)>,
}

#[derive(Default)]
struct Part {
    votes: HashMap<usize, i64>,
    overvotes: Option<i64>,
    undervotes: Option<i64>,
}

impl<'n> Table<'n> {
    pub(super) fn new(source: &'n str, columns: Columns) -> Self {
        Self { source, columns, contests: IndexMap::new(), turnout: IndexMap::new(), cells: 0, complaints: Vec::new() }
    }

    /// Takes a row.
    pub(super) fn row(&mut self, row: &csv::StringRecord, line: u64) -> Result<(), Box<Complaint>> {
        let cell = |at: Option<usize>| at.and_then(|at| row.get(at)).unwrap_or_default().trim();
        let (office, choice) = (cell(Some(self.columns.contest)), cell(Some(self.columns.choice)));
        if row.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        if office.is_empty() {
            return Err(self.refuse(self.columns.contest, line, "the contest's name", "nothing"));
        }
        let contest = [office, cell(self.columns.district)].join(" ").trim_end().to_owned();
        let (county, precinct) = (cell(self.columns.county), cell(self.columns.precinct));
        let whole = is_whole(precinct) || (precinct.is_empty() && is_whole(county));
        let unit = self.unit(county, precinct);
        let group = Some(cell(self.columns.group)).filter(|group| !is_whole(group)).unwrap_or_default().to_owned();
        let kind = Kind::of(office, choice);
        let votes = self.count(row, self.columns.votes, line)?;
        if matches!(kind, Kind::Registered | Kind::Ballots) {
            self.take_turnout(if whole { String::new() } else { unit }, kind, votes);
            return Ok(());
        }
        let key = (choice.to_owned(), cell(self.columns.party).to_owned());
        let mut counts = vec![(group, votes)];
        if !whole {
            for way in self.columns.ways.clone() {
                counts.push((self.columns.names[way].clone(), self.count(row, way, line)?));
            }
        }
        for (group, votes) in counts {
            let Some(votes) = votes else { continue };
            self.take(&contest, &key, kind, whole.then_some(line), (unit.clone(), group), votes, line)?;
        }
        Ok(())
    }

    #[allow(clippy::too_many_arguments, reason = "one cell of the table, with all that says what it counts")]
    fn take(
        &mut self,
        contest: &str,
        key: &(String, String),
        kind: Kind,
        whole: Option<u64>,
        place: Place,
        votes: i64,
        line: u64,
    ) -> Result<(), Box<Complaint>> {
        self.cells += 1;
        if self.cells > MOST_PARTS {
            return Err(self.refuse(self.columns.votes, line, &format!("at most {MOST_PARTS} counts"), "more"));
        }
        let gathered = self.contests.entry(contest.to_owned()).or_default();
        if kind == Kind::Total {
            return Ok(());
        }
        let next = gathered.choices.len();
        let choice = (kind == Kind::Votes).then(|| *gathered.choices.entry(key.clone()).or_insert(next));
        if let Some(line) = whole {
            if let Some(choice) = choice.filter(|_| place.1.is_empty()) {
                gathered.stated.insert(choice, (votes, line));
            }
            return Ok(());
        }
        let part = gathered.parts.entry(place).or_default();
        match (choice, kind) {
            (Some(choice), _) => {
                let again = part.votes.insert(choice, votes);
                if let Some(before) = again {
                    part.votes.insert(choice, before.saturating_add(votes));
                    let found = format!("{} again", key.0);
                    let complaint = self.refuse(self.columns.choice, line, "each choice once in a part", &found);
                    self.complaints.push(complaint.mend("Both counts were added; see whether one was loaded twice"));
                }
            }
            (None, Kind::Overvotes) => add(&mut part.overvotes, votes),
            (None, _) => add(&mut part.undervotes, votes),
        }
        Ok(())
    }

    fn take_turnout(&mut self, unit: String, kind: Kind, votes: Option<i64>) {
        let there = self.turnout.entry(unit).or_default();
        let field = if kind == Kind::Registered { &mut there.0 } else { &mut there.1 };
        *field = votes.or(*field);
    }

    /// A precinct's name holds in its county; a file of one county repeats that county's in each row.
    fn unit(&self, county: &str, precinct: &str) -> String {
        match (county, precinct) {
            ("", unit) | (unit, "") => unit.to_owned(),
            (county, precinct) => format!("{county}\0{precinct}"),
        }
    }

    fn count(&self, row: &csv::StringRecord, at: usize, line: u64) -> Result<Option<i64>, Box<Complaint>> {
        let cell = row.get(at).unwrap_or_default();
        match number(cell) {
            Ok(count) if count.is_none_or(is_count) => Ok(count),
            _ => Err(self.refuse(at, line, "a whole number", cell)),
        }
    }

    fn refuse(&self, column: usize, line: u64, expected: &str, found: &str) -> Box<Complaint> {
        let found = Complaint::excerpt(found.as_bytes(), 60);
        let complaint = Complaint::about(self.source, expected, found).line(line);
        let name = self.columns.names.get(column).map_or("", String::as_str);
        Box::new(complaint.column(name).mend("Mend the cell; nothing of the file was used"))
    }

    /// The results, and what doesn't add up.
    ///
    /// # Errors
    /// Where they are too many counts.
    pub(super) fn results(mut self) -> Result<(Results, Vec<Complaint>), Box<Complaint>> {
        let mut counts = Counts::default();
        for contest in self.contests.values() {
            counts.add(self.source, contest.parts.len(), contest.choices.len())?;
        }
        let units = self.contests.values().flat_map(|contest| contest.parts.keys().map(|(unit, _)| unit.as_str()));
        let counties: std::collections::HashSet<&str> =
            units.filter_map(|unit| unit.split_once('\0')).map(|(county, _)| county).collect();
        let several = counties.len() > 1;
        let mut results = Results { registered: self.all(|t| t.0), ballots: self.all(|t| t.1), ..Results::default() };
        for (name, gathered) in std::mem::take(&mut self.contests) {
            let contest = self.contest(name, gathered, several);
            results.contests.push(contest);
        }
        Ok((results, self.complaints))
    }

    /// The whole's own number, else the sum of the units'.
    fn all(&self, of: impl Fn(&(Option<i64>, Option<i64>)) -> Option<i64>) -> Option<u64> {
        let whole = self.turnout.get("").and_then(&of);
        let sum = || self.turnout.values().filter_map(&of).reduce(i64::saturating_add);
        whole.or_else(sum).and_then(|all| u64::try_from(all).ok())
    }

    fn contest(&mut self, name: String, gathered: Gathered, several: bool) -> ReportedContest {
        let choices = gathered.choices.len();
        let sum = |of: &dyn Fn(&Part) -> Option<i64>| {
            let all = gathered.parts.iter().filter(|((_, group), _)| group.is_empty()).filter_map(|(_, part)| of(part));
            let ways =
                gathered.parts.iter().filter(|((_, group), _)| !group.is_empty()).filter_map(|(_, part)| of(part));
            all.reduce(i64::saturating_add).or_else(|| ways.reduce(i64::saturating_add))
        };
        let mut contest = ReportedContest { name, ..ReportedContest::default() };
        let mut differs = false;
        for (at, (name, party)) in gathered.choices.keys().enumerate() {
            let (counted, stated) = (sum(&|part| part.votes.get(&at).copied()), gathered.stated.get(&at));
            if let (Some(counted), Some((stated, line))) = (counted, stated)
                && counted != *stated
            {
                differs = true;
                let expected = format!("{counted} for {name} in {}, the sum of its parts", contest.name);
                let complaint = self.refuse(self.columns.votes, *line, &expected, &stated.to_string());
                self.complaints.push(complaint.mend("The sum was used; ask which is right"));
            }
            let votes = counted.or(stated.map(|stated| stated.0)).unwrap_or(0);
            let write_in = name.to_lowercase().replace('-', " ").contains("write in");
            contest.choices.push(ReportedChoice {
                name: name.clone(),
                party: party.clone(),
                write_in,
                votes,
                ..Default::default()
            });
        }
        (contest.overvotes, contest.undervotes) = (sum(&|part| part.overvotes), sum(&|part| part.undervotes));
        let parts = gathered.parts.into_iter().filter(|((unit, group), _)| !(unit.is_empty() && group.is_empty()));
        contest.parts = parts.map(|(place, part)| self.part(place, part, choices, several)).collect();
        if differs {
            // What the file states of the whole is kept beside the sum: who reads both must see both.
            let votes = (0..choices).map(|at| gathered.stated.get(&at).map(|(votes, _)| *votes)).collect();
            contest.parts.push(ReportedPart { votes, ..ReportedPart::default() });
        }
        contest
    }

    fn part(&self, (unit, group): Place, part: Part, choices: usize, several: bool) -> ReportedPart {
        let (registered, ballots) = self.turnout.get(&unit).filter(|_| group.is_empty()).copied().unwrap_or_default();
        let shown = match unit.split_once('\0') {
            Some((_, precinct)) if !several => precinct.to_owned(),
            _ => unit.replace('\0', " "),
        };
        ReportedPart {
            unit: shown,
            group,
            votes: (0..choices).map(|at| part.votes.get(&at).copied()).collect(),
            total: None,
            ballots,
            registered: registered.and_then(|voters| u64::try_from(voters).ok()),
            overvotes: part.overvotes,
            undervotes: part.undervotes,
        }
    }
}

fn add(sum: &mut Option<i64>, votes: i64) {
    *sum = Some(sum.unwrap_or(0).saturating_add(votes));
}
