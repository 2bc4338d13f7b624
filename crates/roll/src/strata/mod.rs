//! Who the changed voters are: how many of each kind of change fall on each part of the roll (county, precinct, party, sex,
//! race, decade of birth, place of birth, surname), beside that part's share of the roll.
//!
//! Counted so are changes that no person saw: without a log all of them, with a log those that a system entered by itself. What one
//! operator did on paper is held against what the others did; patterns are counted whoever entered them. What a batch or an order
//! did, and what has no cause at all, is judged elsewhere.

mod kinds;
mod operators;
mod sample;
mod traits;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use arrow::array::RecordBatch;
use jiff::Timestamp;

use crate::RollError;
use crate::diff::{Change, Diff};
use crate::explain::{Judged, Verdict};
use crate::layout::Role;
use crate::log::Log;
use crate::rows::{Rows, Value};
use crate::tables::GROUPS;
use kinds::{Done, kinds};
pub(crate) use kinds::{NUMBER, SHIFT, SLIP};
use sample::{Sample, Share};
pub(crate) use traits::{BIRTH_DAY, PHONE, REGISTERED};
use traits::{Trait, of_newcomer, traits};

/// Voters kept by name, of one group and of all: beyond that they are counted alone.
const NAMED_IN_GROUP: usize = 5_000;
const NAMED: usize = 200_000;
/// Groups kept apart; a roll of a large state has some hundred thousand surnames.
const GROUPS_KEPT: usize = 1_000_000;
/// Groups with fewer voters can't stand out, and are left out of the table.
const FEWEST: u64 = 3;

/// What of a kind of change was done to whom.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Group {
    kind: String,
    by: &'static str,
    /// Empty: the whole roll.
    county: String,
    value: String,
}

#[derive(Debug, Clone, Default)]
struct Members {
    voters: u64,
    named: Vec<u32>,
}

/// A changed voter, by name.
#[derive(Debug, Clone)]
struct Member {
    voter_id: String,
    fields: String,
    source: String,
    line: u64,
}

/// How groups are called that have a pattern, and that one operator entered on paper.
pub(crate) const PATTERN: &str = "pattern";
pub(crate) const OPERATOR: &str = "operator";

/// What a group's changes are counted among: patterns among all of a kind, an operator's among those on paper, others among those
/// that no person saw.
fn among(by: &'static str) -> &'static str {
    if [PATTERN, OPERATOR].contains(&by) { by } else { "" }
}

/// Whether there is no log, or an entry of it explains a change.
fn is_counted(judged: &Judged) -> bool {
    judged.cause_kind == "no-log" || (judged.cause_kind == "transaction" && judged.verdict == Verdict::Explained)
}

/// Counts changes by who was changed.
#[derive(Debug, Clone)]
pub(crate) struct Strata<'a> {
    diff: &'a Diff,
    log: Option<&'a Log>,
    traits: Arc<[Trait]>,
    sample: Arc<Sample>,
    groups: HashMap<Group, Members>,
    /// Voters of each kind, in each county and in all, by what they are [counted among](among).
    of: BTreeMap<(&'static str, String, String), u64>,
    members: Vec<Member>,
}

impl<'a> Strata<'a> {
    /// # Errors
    /// Where the sample of the roll can't be read.
    pub(crate) fn new(diff: &'a Diff, log: Option<&'a Log>) -> Result<Self, RollError> {
        let traits = traits(diff.columns());
        let sample = Sample::of(diff, &traits)?;
        let (traits, sample) = (traits.into(), sample.into());
        Ok(Self { diff, log, traits, sample, groups: HashMap::new(), of: BTreeMap::new(), members: Vec::new() })
    }

    /// What was counted so far, to go on with another log.
    pub(crate) fn beside<'b>(&self, log: Option<&'b Log>) -> Strata<'b>
    where
        'a: 'b,
    {
        Strata { log, ..self.clone() }
    }

    /// Counts a change.
    pub(crate) fn take(&mut self, change: &Change<'_>, judged: &[Judged]) {
        let (on_paper, unseen): (Vec<&Judged>, Vec<&Judged>) =
            judged.iter().filter(|judged| is_counted(judged)).partition(|judged| self.hand(judged).is_some());
        self.take_unseen(change, &unseen);
        self.take_on_paper(change, &on_paper);
    }

    fn take_unseen(&mut self, change: &Change<'_>, judged: &[&Judged]) {
        let done = self.kinds(change, judged);
        if done.is_empty() {
            return;
        }
        let record = change.before.as_ref().unwrap_or_else(|| change.record());
        let county = record.first(Role::County).trim().to_owned();
        let member = self.member(change, &done);
        let mut whose: Vec<(&'static str, String)> =
            self.traits.iter().filter_map(|t| Some((t.by, t.value(record)?))).collect();
        if change.before.is_none() {
            whose.extend(of_newcomer(record));
        }
        self.count_patterns(&done, &county, member);
        for Done { kind, .. } in done {
            for scope in self.scopes(&county) {
                *self.of.entry(("", kind.clone(), scope.clone())).or_default() += 1;
                let all = (scope.is_empty()).then(|| ("county", county.clone()));
                for (by, value) in whose.iter().cloned().chain(all) {
                    self.count(Group { kind: kind.clone(), by, county: scope.clone(), value }, member);
                }
            }
        }
    }

    /// Counts patterns, and the kinds that they are patterns of.
    fn count_patterns(&mut self, done: &[Done], county: &str, member: Option<u32>) {
        for Done { kind, pattern, .. } in done {
            for scope in self.scopes(county) {
                *self.of.entry((PATTERN, kind.clone(), scope.clone())).or_default() += 1;
                if let Some(value) = pattern.clone() {
                    self.count(Group { kind: kind.clone(), by: PATTERN, county: scope, value }, member);
                }
            }
        }
    }

    fn kinds(&self, change: &Change<'_>, judged: &[&Judged]) -> Vec<Done> {
        if judged.is_empty() {
            return Vec::new();
        }
        kinds(self.diff.columns(), change, judged.iter().copied(), &self.sample)
    }

    /// A voter's county, and the whole roll where it has several.
    fn scopes(&self, county: &str) -> Vec<String> {
        let all = (self.sample.counties() > 1).then(String::new);
        std::iter::once(county.to_owned()).chain(all).collect()
    }

    fn count(&mut self, group: Group, member: Option<u32>) {
        if self.groups.len() >= GROUPS_KEPT && !self.groups.contains_key(&group) {
            return;
        }
        let members = self.groups.entry(group).or_default();
        members.voters += 1;
        if members.named.len() < NAMED_IN_GROUP {
            members.named.extend(member);
        }
    }

    fn member(&mut self, change: &Change<'_>, done: &[Done]) -> Option<u32> {
        if self.members.len() >= NAMED {
            return None;
        }
        let record = change.record();
        let fields: BTreeSet<&str> = done.iter().flat_map(|done| done.fields.iter().map(String::as_str)).collect();
        self.members.push(Member {
            voter_id: record.voter_id().into_owned(),
            fields: fields.into_iter().collect::<Vec<_>>().join(" "),
            source: record.source().to_owned(),
            line: record.line(),
        });
        Some(self.members.len() as u32 - 1)
    }

    /// Table `groups`, at hand.
    pub(crate) fn batches(self, period: u64, snapshot: Option<Timestamp>) -> Result<Vec<RecordBatch>, RollError> {
        let mut batches = Vec::new();
        self.rows(period, snapshot, &mut |batch| {
            batches.push(batch);
            Ok(())
        })?;
        Ok(batches)
    }

    /// On how many days somebody registered, in each county and in all.
    fn days(&self) -> BTreeMap<&str, usize> {
        let mut days = BTreeMap::new();
        for group in self.groups.keys().filter(|group| group.by == REGISTERED) {
            *days.entry(group.county.as_str()).or_default() += 1;
        }
        days
    }

    /// Hands on table `groups`: a row for each group and, of the period in question (0), one for each of its voters.
    pub(crate) fn rows(
        self,
        period: u64,
        snapshot: Option<Timestamp>,
        each: &mut dyn FnMut(RecordBatch) -> Result<(), RollError>,
    ) -> Result<(), RollError> {
        let mut rows = Rows::new(&GROUPS);
        let (days, on_paper) = (self.days(), self.on_paper());
        let stands = |(group, members): &(&Group, &Members)| members.voters >= FEWEST || group.by == PHONE;
        let mut groups: Vec<(&Group, &Members)> = self.groups.iter().filter(stands).collect();
        groups.sort_unstable_by_key(|(group, _)| *group);
        for (group, members) in groups {
            let among = (among(group.by), group.kind.clone(), group.county.clone());
            let of = self.of.get(&among).copied().unwrap_or_default();
            let one_day = |days: &usize| Share { share: 1.0 / *days as f64, sampled: 0, bearers: 0 };
            let share = match group.by {
                REGISTERED => days.get(group.county.as_str()).map(one_day),
                OPERATOR => on_paper.share(group),
                by => self.sample.share(by, &group.county, &group.value),
            };
            let named = members.named.iter().filter(|_| period == 0).map(|at| Some(&self.members[*at as usize]));
            for member in std::iter::once(None).chain(named) {
                rows.push([
                    period.into(),
                    snapshot.into(),
                    (&group.kind).into(),
                    group.by.into(),
                    (&group.county).into(),
                    (&group.value).into(),
                    members.voters.into(),
                    of.into(),
                    share.map_or(Value::Nothing, |share| Value::Real(share.share)),
                    share.map(|share| share.sampled).into(),
                    share.map(|share| share.bearers).into(),
                    member.map(|m| &m.voter_id).into(),
                    member.map(|m| &m.fields).into(),
                    member.map(|m| &m.source).into(),
                    member.map(|m| m.line).into(),
                ]);
            }
            if rows.len() >= 8192 {
                each(rows.take()?)?;
            }
        }
        each(rows.take()?)
    }
}
