//! Tables with a row for each place and a column for each choice: `votes_dem`, `votes_gop`, `total_votes` (each state of the
//! table a contest), or `dem_2016`, `gop_2016`, `total_2016` (each year one). So county results are often passed on, as
//! in <https://github.com/tonmcg/US_County_Level_Election_Results_08-24>.

use indexmap::IndexMap;
use pollwarden_core::Complaint;

use super::columns::{is_whole, number};
use super::table::SAID;
use super::{MOST_PARTS, record, same_length};
use crate::formats::rows::{Row, Rows};
use crate::{Reading, ReportedChoice, ReportedContest, ReportedPart, Results};

const STATES: [&str; 4] = ["state_name", "state", "state_abbr", "state_po"];
const PLACES: [&str; 6] = ["county_name", "county", "precinct_name", "precinct", "jurisdiction", "town"];
const CODES: [&str; 4] = ["combined_fips", "county_fips", "fips_code", "fips"];

/// The columns, by place.
pub(super) struct Wide {
    names: Vec<String>,
    state: Option<usize>,
    place: usize,
    code: Option<usize>,
    tables: Vec<Counts>,
}

/// The columns of one contest.
struct Counts {
    /// The year; empty where the table has one contest a state.
    year: String,
    choices: Vec<(String, usize)>,
    total: Option<usize>,
}

impl Wide {
    /// The columns that a header names; `None` where there is no column of places, or not two of choices.
    pub(super) fn of(header: &csv::StringRecord) -> Option<Self> {
        let names: Vec<String> =
            header.iter().map(|name| name.trim().trim_start_matches('\u{feff}').to_lowercase()).collect();
        let find = |wanted: &[&str]| wanted.iter().find_map(|name| names.iter().position(|there| there == name));
        let (state, place, code) = (find(&STATES), find(&PLACES)?, find(&CODES));
        let mut tables: IndexMap<String, Counts> = IndexMap::new();
        for (at, name) in names.iter().enumerate() {
            let Some((year, choice)) = counted(name) else { continue };
            let new = || Counts { year: year.to_owned(), choices: Vec::new(), total: None };
            let table = tables.entry(year.to_owned()).or_insert_with(new);
            if choice == "total" { table.total = Some(at) } else { table.choices.push((choice.to_owned(), at)) }
        }
        tables.retain(|year, table| table.choices.len() >= 2 && (year.is_empty() || table.total.is_some()));
        let tables: Vec<Counts> = tables.into_values().collect();
        (!tables.is_empty()).then_some(Self { names, state, place, code, tables })
    }

    /// Reads the rows: a part each.
    pub(super) fn read(&self, source: &str, rows: &mut Rows) -> Result<(Results, Vec<Complaint>), Box<Complaint>> {
        let mut totals = Vec::new();
        let mut contests: IndexMap<String, ReportedContest> = IndexMap::new();
        let (mut row, mut cells) = (Row::default(), 0);
        while rows.next(&mut row)? {
            same_length(source, &row, self.names.len())?;
            let record = record(&row);
            for table in &self.tables {
                cells += table.choices.len();
                if cells > MOST_PARTS {
                    let complaint =
                        Complaint::about(source, format!("at most {MOST_PARTS} counts"), "more").line(row.line);
                    return Err(Box::new(complaint.mend("Split the table")));
                }
                let name = self.contest(table, &record);
                let at = contests.entry(name);
                let place = at.index();
                let contest = at.or_insert_with_key(|name| empty(name, table));
                let part = self.part(table, &record).map_err(|at| self.refuse(source, at, &record, row.line))?;
                if record.get(self.place).is_some_and(is_whole) {
                    totals.push((place, part, row.line));
                    continue;
                }
                for (choice, votes) in contest.choices.iter_mut().zip(&part.votes) {
                    choice.votes = choice.votes.saturating_add(votes.unwrap_or(0));
                }
                contest.parts.push(part);
            }
        }
        let mut results = Results { contests: contests.into_values().collect(), ..Results::default() };
        let complaints =
            totals.iter().filter_map(|(at, total, line)| hold(source, &mut results.contests[*at], total, *line));
        let complaints = complaints.take(SAID).collect();
        Ok((results, complaints))
    }

    fn contest(&self, table: &Counts, record: &csv::StringRecord) -> String {
        let state = self.state.and_then(|at| record.get(at)).unwrap_or_default();
        match (state, table.year.as_str()) {
            ("", "") => "all places".to_owned(),
            ("", one) | (one, "") => one.to_owned(),
            (state, year) => format!("{state} {year}"),
        }
    }

    /// The row's counts, or the column of one that is none.
    fn part(&self, table: &Counts, record: &csv::StringRecord) -> Result<ReportedPart, usize> {
        let count = |at: usize| number(record.get(at).unwrap_or_default()).map_err(|()| at);
        let place = record.get(self.place).unwrap_or_default();
        let unit = match self.code.and_then(|at| record.get(at)).filter(|code| !code.is_empty()) {
            Some(code) => format!("{place} ({code})"),
            None => place.to_owned(),
        };
        let votes = table.choices.iter().map(|(_, at)| count(*at)).collect::<Result<_, _>>()?;
        let total = table.total.map_or(Ok(None), count)?;
        Ok(ReportedPart { unit, votes, total, ..ReportedPart::default() })
    }

    fn refuse(&self, source: &str, at: usize, record: &csv::StringRecord, line: u64) -> Box<Complaint> {
        let found = Complaint::excerpt(record.get(at).unwrap_or_default().as_bytes(), 60);
        let complaint = Complaint::about(source, "a whole number", found).line(line).column(self.names[at].as_str());
        Box::new(complaint.mend("Mend the cell; nothing of the file was used"))
    }
}

/// Holds a stated total against the sum of the places; where there is none, it stands for it.
fn hold(source: &str, contest: &mut ReportedContest, total: &ReportedPart, line: u64) -> Option<Complaint> {
    if contest.parts.is_empty() {
        contest.choices.iter_mut().zip(&total.votes).for_each(|(choice, votes)| choice.votes = votes.unwrap_or(0));
        contest.parts.push(total.clone());
        return None;
    }
    let mut pairs = contest.choices.iter().zip(&total.votes);
    let (choice, stated) = pairs.find_map(|(c, votes)| Some((c, (*votes)?)).filter(|(c, votes)| c.votes != *votes))?;
    let votes = contest.choices.iter().zip(&total.votes).map(|(c, votes)| votes.unwrap_or(c.votes)).collect();
    let reading = Reading { row: format!("the total row (line {line})"), stated: true, votes, part: None };
    let expected = format!("{} for {} in {}, the sum of its parts", choice.votes, choice.name, contest.name);
    let complaint = Complaint::about(source, expected, stated.to_string()).line(line).column(choice.name.as_str());
    contest.readings.push(reading);
    Some(complaint.mend("The sum was used; ask which is right"))
}

/// The year and the choice that a column counts: `votes_dem`, `total_votes`, `dem_2016`.
fn counted(column: &str) -> Option<(&str, &str)> {
    if column == "total_votes" {
        return Some(("", "total"));
    }
    if let Some(choice) = column.strip_prefix("votes_").filter(|choice| !choice.is_empty()) {
        return Some(("", choice));
    }
    let (choice, year) = column.rsplit_once('_')?;
    let is_year = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
    (is_year && matches!(choice, "dem" | "gop" | "rep" | "oth" | "other" | "lib" | "grn" | "total"))
        .then_some((year, choice))
}

fn empty(name: &str, table: &Counts) -> ReportedContest {
    let choices =
        table.choices.iter().map(|(name, _)| ReportedChoice { name: name.clone(), ..ReportedChoice::default() });
    ReportedContest { name: name.to_owned(), choices: choices.collect(), ..ReportedContest::default() }
}
