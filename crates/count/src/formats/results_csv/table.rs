//! Rows of a table of results, gathered by contest, choice and part.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;
use pollwarden_core::Complaint;

use super::super::absent::Absent;
use super::super::bound::{Counts, is_count};
use super::columns::{Columns, Kind, is_whole, number};
use super::{MOST_PARTS, blank, readings, units};
use crate::{Nesting, ReportedChoice, ReportedContest, ReportedPart, Results};

/// A unit and a way of voting.
pub(super) type Place = (String, String);

/// What was read so far.
pub(super) struct Table<'n> {
    source: &'n str,
    columns: Columns,
    contests: IndexMap<String, Gathered>,
    /// Registered voters and ballots cast, by unit.
    turnout: IndexMap<String, (Option<i64>, Option<i64>)>,
    cells: usize,
    complaints: Vec<Complaint>,
    /// How many more there are.
    unsaid: u64,
}

/// As many complaints as people would look up.
pub(super) const SAID: usize = 20;

#[derive(Default)]
struct Gathered {
    choices: IndexMap<(String, String), usize>,
    parts: IndexMap<Place, Part>,
}

#[derive(Default)]
pub(super) struct Part {
    /// The line of its first row.
    pub(super) line: u64,
    /// By choice, with the line.
    pub(super) votes: HashMap<usize, (i64, u64)>,
    overvotes: Option<i64>,
    undervotes: Option<i64>,
}

impl Gathered {
    /// A row of totals may leave out the party: it is of the only choice of that name.
    fn of_total(&self, (name, party): &(String, String), (unit, _): &Place) -> Option<(String, String)> {
        let mut named = self.choices.keys().filter(|(other, _)| other == name);
        let only = named.next().filter(|_| matches!(unit.as_str(), "" | "\0") && party.is_empty())?;
        named.next().is_none().then(|| only.clone())
    }
}

impl<'n> Table<'n> {
    pub(super) fn new(source: &'n str, columns: Columns) -> Self {
        Self {
            source,
            columns,
            contests: IndexMap::new(),
            turnout: IndexMap::new(),
            cells: 0,
            complaints: Vec::new(),
            unsaid: 0,
        }
    }

    /// Takes a row.
    pub(super) fn row<'r>(&mut self, row: &'r csv::StringRecord, line: u64) -> Result<(), Box<Complaint>> {
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
        let named = |unit: &'r str| Some(unit).filter(|unit| !is_whole(unit)).unwrap_or_default();
        let unit = self.unit(named(county), named(precinct));
        let without = if self.columns.precinct.is_some() {
            precinct.is_empty() && !is_whole(county)
        } else {
            self.columns.county.is_some() && county.is_empty()
        };
        let place = if without { blank::unnamed(&unit) } else { unit.clone() };
        let group = Some(cell(self.columns.group)).filter(|group| !is_whole(group)).unwrap_or_default().to_owned();
        let kind = Kind::of(office, choice);
        if kind == Kind::Beside {
            return Ok(());
        }
        let votes = self.count(row, self.columns.votes, line)?;
        if matches!(kind, Kind::Registered | Kind::Ballots) {
            self.take_turnout(unit, kind, votes);
            return Ok(());
        }
        let key = (choice.to_owned(), cell(self.columns.party).to_owned());
        let mut counts = vec![(group, votes)];
        for way in self.columns.ways.clone() {
            counts.push((self.columns.names[way].clone(), self.count(row, way, line)?));
        }
        for (group, votes) in counts {
            let Some(votes) = votes else { continue };
            self.take(&contest, &key, kind, (place.clone(), group), votes, line)?;
        }
        Ok(())
    }

    fn take(
        &mut self,
        contest: &str,
        key: &(String, String),
        kind: Kind,
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
        let key = gathered.of_total(key, &place).unwrap_or_else(|| key.clone());
        let name = key.0.clone();
        let choice = (kind == Kind::Votes).then(|| *gathered.choices.entry(key).or_insert(next));
        let part = gathered.parts.entry(place).or_insert_with(|| Part { line, ..Part::default() });
        match (choice, kind) {
            (Some(choice), _) => {
                let again = part.votes.insert(choice, (votes, line));
                if let Some((before, _)) = again {
                    part.votes.insert(choice, (before.saturating_add(votes), line));
                    let found = format!("{name} again");
                    let complaint = self.refuse(self.columns.choice, line, "each choice once in a part", &found);
                    self.complain(complaint.mend("Both counts were added; see whether one was loaded twice"));
                }
            }
            (None, Kind::Overvotes) => add(&mut part.overvotes, votes),
            (None, _) => add(&mut part.undervotes, votes),
        }
        Ok(())
    }

    /// The first few in words, the rest counted: a table loaded twice has one for each row.
    fn complain(&mut self, complaint: Complaint) {
        if self.complaints.len() < SAID { self.complaints.push(complaint) } else { self.unsaid += 1 }
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
        let counties: HashSet<&str> =
            units.filter_map(|unit| unit.split_once('\0')).map(|(county, _)| county).collect();
        let several = counties.len() > 1;
        let mut results = Results { registered: self.all(|t| t.0), ballots: self.all(|t| t.1), ..Results::default() };
        for (name, gathered) in std::mem::take(&mut self.contests) {
            let contest = self.contest(name, gathered, several);
            results.contests.push(contest);
        }
        if self.unsaid > 0 {
            let found = format!("{} more that are doubled or don't add up", self.unsaid);
            let complaint =
                Complaint::about(self.source, "each count once, and totals that are the sum of parts", found);
            self.complaints.push(complaint.mend("Mend what is said above, and read the file again"));
        }
        Ok((results, self.complaints))
    }

    /// The whole's own number, else the sum of the units'; of a county's with precincts its own first.
    fn all(&self, of: impl Fn(&(Option<i64>, Option<i64>)) -> Option<i64>) -> Option<u64> {
        let own = |unit: &str| self.turnout.get(unit).and_then(&of);
        let in_another = |unit: &str| unit.split_once('\0').is_some_and(|(county, _)| own(county).is_some());
        let units = self.turnout.iter().filter(|(unit, _)| !in_another(unit)).filter_map(|(_, counts)| of(counts));
        own("").or_else(|| units.reduce(i64::saturating_add)).and_then(|all| u64::try_from(all).ok())
    }

    fn contest(&mut self, name: String, mut gathered: Gathered, several: bool) -> ReportedContest {
        let choices = gathered.choices.len();
        let unclear = blank::settle(&mut gathered.parts, choices);
        let mut totals: IndexMap<String, readings::Total> = IndexMap::new();
        let sum = |of: &dyn Fn(&Part) -> Option<(i64, u64)>| {
            units::sum(gathered.parts.iter().filter_map(|((unit, way), part)| {
                of(part).map(|(votes, line)| (unit.as_str(), way.as_str(), votes, line))
            }))
        };
        let mut contest = ReportedContest { name, ..ReportedContest::default() };
        let (mut left, mut differs) = (Absent::default(), false);
        for (at, (name, party)) in gathered.choices.keys().enumerate() {
            let counted = sum(&|part| part.votes.get(&at).copied());
            for (unit, sum, stated, line) in &counted.unlike {
                differs |= unit.is_empty();
                let total = totals.entry(unit.clone()).or_insert_with(|| readings::Total::new(*line, choices));
                total.beyond[at] = stated.saturating_sub(*sum);
                let place = if unit.is_empty() { String::new() } else { format!(" {unit}") };
                let expected = format!("{sum} for {name} in {}{place}, the sum of its parts", contest.name);
                let complaint = self.refuse(self.columns.votes, *line, &expected, &stated.to_string());
                self.complain(complaint.mend("The sum was used; ask which is right"));
            }
            counted.left.iter().for_each(|(unit, way)| left.add(format!("{name} {way} {unit}").trim_end()));
            contest.choices.push(ReportedChoice {
                name: name.clone(),
                party: party.clone(),
                write_in: name.to_lowercase().replace('-', " ").contains("write in"),
                votes: counted.votes.unwrap_or(0),
                ..Default::default()
            });
        }
        let expected = format!("counts of {} that are of its parts, or of none of them", contest.name);
        let mend = "They were not added: the parts' own counts may hold them. Name the part, or ask what they are of";
        self.complaints.extend(left.complaint(self.source, &expected, "of which it can't be told", mend));
        contest.readings = readings::of(&contest.choices, totals.values(), &unclear);
        for row in &unclear {
            let expected = format!("a unit's name for counts of {}, or Total", contest.name);
            let complaint = Complaint::about(self.source, expected, "neither the sum of the other units nor a name");
            let mend = "They were added only where the records say so. Name the unit, or write Total";
            self.complain(complaint.line(row.line).mend(mend));
        }
        contest.overvotes = sum(&|part| part.overvotes.map(|votes| (votes, part.line))).votes;
        contest.undervotes = sum(&|part| part.undervotes.map(|votes| (votes, part.line))).votes;
        let counties: HashSet<String> =
            gathered.parts.keys().filter_map(|(unit, _)| Some(unit.split_once('\0')?.0.to_owned())).collect();
        let whole = |(unit, way): &Place| counties.contains(unit) || (unit.is_empty() && way.is_empty());
        let stated = |(unit, way): &Place| differs && unit.is_empty() && way.is_empty();
        // What the file states of the whole is kept beside a sum that it is not: who reads both must see both.
        let parts = gathered.parts.into_iter().filter(|(place, _)| !whole(place) || stated(place));
        contest.parts = parts.map(|(place, part)| self.part(place, part, choices, several)).collect();
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
            votes: (0..choices).map(|at| part.votes.get(&at).map(|(votes, _)| *votes)).collect(),
            total: None,
            ballots,
            registered: registered.and_then(|voters| u64::try_from(voters).ok()),
            overvotes: part.overvotes,
            undervotes: part.undervotes,
            nesting: Nesting::Unknown,
        }
    }
}

fn add(sum: &mut Option<i64>, votes: i64) {
    *sum = Some(sum.unwrap_or(0).saturating_add(votes));
}
