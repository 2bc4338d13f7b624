//! Counts of a results report, by unit and way of voting, and what they are together.
//!
//! A contest's whole is the unit of its district or of the election, where there are counts for it; else the sum of units that
//! lie in no other unit with counts (SP 1500-100 version 2, `GpUnit` and `Counts`).

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use indexmap::{IndexMap, IndexSet};
use pollwarden_core::Complaint;

use super::super::bound::Counts as Bound;
use super::super::document::Node;
use super::contests::{Definitions, ids};
use super::units::Units;
use crate::{Contest, Nesting, ReportedChoice, ReportedContest, ReportedPart};

/// The way of voting that stands for all.
const TOTAL: &str = "total";

/// Counts as they stand in the report. Ids of units and ways of voting are places in `names`.
#[derive(Debug, Default)]
pub(super) struct Counts {
    names: IndexSet<String>,
    scope: Option<u32>,
    contests: Vec<ContestCounts>,
    ballots: Vec<Count>,
    /// The same, put together once all are read.
    ballots_by_unit: OnceCell<Table>,
    units: Units,
}

#[derive(Debug)]
struct ContestCounts {
    district: u32,
    selections: Vec<Vec<Count>>,
    others: Vec<Other>,
}

#[derive(Debug, Clone, Copy)]
struct Count {
    unit: u32,
    group: u32,
    /// `None` where it is withheld for the voters' privacy.
    count: Option<i64>,
    /// Of one kind of machine only.
    partial: bool,
}

#[derive(Debug, Clone, Copy)]
struct Other {
    unit: u32,
    overvotes: Option<i64>,
    undervotes: Option<i64>,
}

impl Counts {
    fn name(&mut self, text: &str) -> u32 {
        match self.names.get_index_of(text) {
            Some(at) => at as u32,
            None => self.names.insert_full(text.to_owned()).0 as u32,
        }
    }

    fn text(&self, name: u32) -> &str {
        self.names.get_index(name as usize).map_or("", String::as_str)
    }

    pub(super) fn scope(&mut self, unit: &str) {
        self.scope = Some(self.name(unit));
    }

    pub(super) fn unit(&mut self, node: Node<'_>) -> Result<(), Box<Complaint>> {
        let unit = self.name(node.field("@id"));
        if let Some(voters) = node.number("VotersRegistered")? {
            self.units.voters(unit, voters);
        }
        for held in ids(node, "ComposingGpUnitIds") {
            let held = self.name(&held);
            self.units.held(held, unit);
        }
        self.units.kind(unit, node.field("Type"));
        Ok(())
    }

    pub(super) fn ballots(&mut self, node: Node<'_>) -> Result<(), Box<Complaint>> {
        let count = self.count(node, "BallotsCast")?;
        self.ballots.extend(count);
        Ok(())
    }

    pub(super) fn contest(&mut self, node: Node<'_>) -> Result<(), Box<Complaint>> {
        let district = self.name(node.field("ElectionDistrictId"));
        let mut selections = Vec::new();
        for selection in node.all("ContestSelection") {
            let mut counts = Vec::new();
            for count in selection.all("VoteCounts") {
                counts.extend(self.count(count, "Count")?);
            }
            selections.push(counts);
        }
        let mut others = Vec::new();
        for other in node.all("OtherCounts") {
            let (overvotes, undervotes) = (other.number("Overvotes")?, other.number("Undervotes")?);
            others.push(Other { unit: self.name(other.field("GpUnitId")), overvotes, undervotes });
        }
        self.contests.push(ContestCounts { district, selections, others });
        Ok(())
    }

    /// A count. Seats won are no votes, and of a ranked contest the first round is what was cast.
    fn count(&mut self, node: Node<'_>, field: &'static str) -> Result<Option<Count>, Box<Complaint>> {
        let round: Option<u32> = node.number("Round")?;
        let kind = node.field("Type");
        if kind == "seats" || round.is_some_and(|round| round > 1) {
            return Ok(None);
        }
        let Some(count) = node.number(field)? else {
            let missing = || Box::new(node.complaint(&format!("a {field}"), "none"));
            return if field == "Count" { Err(missing()) } else { Ok(None) };
        };
        let kind = if kind == "other" { node.field("OtherType") } else { kind };
        let kind = match kind {
            TOTAL => "",
            "" => "other",
            kind => kind,
        };
        Ok(Some(Count {
            unit: self.name(node.field("GpUnitId")),
            group: self.name(kind),
            count: (!node.says("IsSuppressedForPrivacy")).then_some(count),
            partial: node.child("DeviceClass").is_some(),
        }))
    }

    /// Registered voters and ballots cast, of the whole.
    pub(super) fn of_the_whole(&self) -> (Option<u64>, Option<u64>) {
        let registered = self.scope.and_then(|scope| self.units.registered(scope));
        let ballots = self.ballots_by_unit();
        let units: HashSet<u32> = self.ballots.iter().map(|count| count.unit).collect();
        let whole = self.scope.filter(|scope| units.contains(scope));
        let cast = match whole {
            Some(whole) => self.all_ways(ballots, whole),
            None => {
                self.units.outermost(&units).filter_map(|unit| self.all_ways(ballots, unit)).reduce(i64::saturating_add)
            }
        };
        (registered, cast.and_then(|cast| u64::try_from(cast).ok()))
    }

    fn ballots_by_unit(&self) -> &Table {
        self.ballots_by_unit.get_or_init(|| table(&self.ballots))
    }

    /// A contest's results; `None` where it has no count.
    ///
    /// # Errors
    /// Where there are too many counts.
    pub(super) fn reported(
        &self,
        source: &str,
        at: usize,
        contest: &Contest,
        named: &Definitions,
        bound: &mut Bound,
    ) -> Result<Option<ReportedContest>, Box<Complaint>> {
        let Some(counts) = self.contests.get(at) else { return Ok(None) };
        if counts.selections.iter().all(Vec::is_empty) {
            return Ok(None);
        }
        let tables: Vec<Table> = counts.selections.iter().map(|counts| table(counts)).collect();
        let places = self.places(counts, &tables);
        bound.add(source, places.len(), tables.len())?;
        let mut units: HashSet<u32> = tables.iter().flat_map(|table| table.keys().copied()).collect();
        units.extend(counts.others.iter().map(|other| other.unit));
        let whole = [Some(counts.district), self.scope].into_iter().flatten().find(|unit| units.contains(unit));
        let outermost: Vec<u32> = match whole {
            Some(whole) => vec![whole],
            None => self.units.outermost(&units).collect(),
        };
        let votes = |table: &Table| {
            outermost.iter().filter_map(|unit| self.all_ways(table, *unit)).fold(0, i64::saturating_add)
        };
        let others: HashMap<u32, &Other> = counts.others.iter().map(|other| (other.unit, other)).collect();
        let sum = |field: &dyn Fn(&Other) -> Option<i64>| {
            let here = outermost.iter().filter_map(|unit| others.get(unit).and_then(|other| field(other)));
            here.reduce(i64::saturating_add)
        };
        let choices = contest.choices.iter().zip(&tables).map(|(choice, table)| ReportedChoice {
            name: choice.name.clone(),
            external_id: choice.external_id.clone(),
            party: choice.party.clone(),
            write_in: choice.write_in,
            votes: votes(table),
        });
        Ok(Some(ReportedContest {
            name: contest.name.clone(),
            external_id: contest.external_id.clone(),
            votes_allowed: contest.votes_allowed,
            winners: contest.winners,
            choices: choices.collect(),
            ballots: None,
            overvotes: sum(&|other| other.overvotes),
            undervotes: sum(&|other| other.undervotes),
            parts: self.parts(counts, &tables, places, whole, named),
            readings: Vec::new(),
        }))
    }

    /// Units and ways of voting that have counts, in the order of the report.
    fn places(&self, counts: &ContestCounts, tables: &[Table]) -> IndexSet<(u32, u32)> {
        let total = self.names.get_index_of("").map_or(u32::MAX, |at| at as u32);
        let of_votes =
            tables.iter().flat_map(|table| table.iter().flat_map(|(unit, ways)| ways.keys().map(|way| (*unit, *way))));
        of_votes.chain(counts.others.iter().map(|other| (other.unit, total))).collect()
    }

    /// Counts part by part, in the order of the report. The whole's own total is none.
    fn parts(
        &self,
        counts: &ContestCounts,
        tables: &[Table],
        places: IndexSet<(u32, u32)>,
        whole: Option<u32>,
        named: &Definitions,
    ) -> Vec<ReportedPart> {
        let others: HashMap<u32, &Other> = counts.others.iter().map(|other| (other.unit, other)).collect();
        let ballots = self.ballots_by_unit();
        let inner: HashSet<u32> = places.iter().map(|(unit, _)| *unit).filter(|unit| Some(*unit) != whole).collect();
        let nesting: HashMap<u32, Nesting> = self.units.nesting(&inner);
        let places = places.into_iter().filter(|(unit, group)| Some(*unit) != whole || !self.text(*group).is_empty());
        let part = |(unit, group): (u32, u32)| {
            let all = self.text(group).is_empty();
            let other = others.get(&unit).filter(|_| all);
            ReportedPart {
                unit: if Some(unit) == whole { String::new() } else { named.unit(self.text(unit)).to_owned() },
                group: self.text(group).to_owned(),
                votes: tables.iter().map(|table| at(table, unit, group)).collect(),
                total: None,
                ballots: at(ballots, unit, group),
                registered: self.units.registered(unit).filter(|_| all),
                overvotes: other.and_then(|other| other.overvotes),
                undervotes: other.and_then(|other| other.undervotes),
                nesting: nesting.get(&unit).copied().unwrap_or_default(),
            }
        };
        places.map(part).collect()
    }

    /// A unit's count over all ways of voting: its own total, else their sum.
    fn all_ways(&self, table: &Table, unit: u32) -> Option<i64> {
        let ways = table.get(&unit)?;
        let named = || ways.iter().map(|(group, count)| (self.text(*group), *count));
        if let Some((_, total)) = named().find(|(group, _)| group.is_empty()) {
            return total;
        }
        let finer = named().any(|(group, _)| group.starts_with("absentee-"));
        let ways = named().filter(|(group, _)| !(finer && *group == "absentee"));
        ways.filter_map(|(_, count)| count).reduce(i64::saturating_add)
    }
}

/// Counts by unit, then way of voting.
type Table = IndexMap<u32, IndexMap<u32, Option<i64>>>;

/// Counts of one unit and way are one count; those of one kind of machine add up to it where it doesn't stand there itself.
fn table(counts: &[Count]) -> Table {
    let mut table = Table::new();
    for count in counts.iter().filter(|count| !count.partial) {
        add(&mut table, count);
    }
    let whole: HashSet<(u32, u32)> = counts.iter().filter(|c| !c.partial).map(|c| (c.unit, c.group)).collect();
    for count in counts.iter().filter(|count| count.partial && !whole.contains(&(count.unit, count.group))) {
        add(&mut table, count);
    }
    table
}

fn add(table: &mut Table, count: &Count) {
    let there = table.entry(count.unit).or_default().entry(count.group).or_insert(Some(0));
    *there = there.zip(count.count).map(|(a, b): (i64, i64)| a.saturating_add(b));
}

fn at(table: &Table, unit: u32, group: u32) -> Option<i64> {
    table.get(&unit).and_then(|ways| ways.get(&group)).copied().flatten()
}
