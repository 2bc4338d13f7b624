//! How small a manipulation of the roll would have been noticed: threats of a given size are laid upon the office's own
//! extracts and log, and the detectors asked again.
//!
//! Real changes are gone through once. A trial adds its voters' changes to their rows; it is explained by the same rules as real
//! ones, and the detectors can't tell the difference.

use std::collections::HashSet;

use arrow::array::RecordBatch;
use jiff::ToSpan as _;
use pollwarden_core::{Audience, Detector, Findings, ObservableKind, Scope, Table, Tables};

use crate::RollError;
use crate::compare::{Comparison, Emit};
use crate::detectors::DETECTORS;
use crate::diff::{Change, Diff, Sampled};
use crate::explain::Explainer;
use crate::layout::Role;
use crate::log::{Log, Transaction};
use crate::simulate::{Logged, MadeUp, Threat, plant};
use crate::strata::Strata;
use crate::tables::{CHANGES, GROUPS, TRANSACTIONS};

/// Records of the roll that attacks are made of.
const ROLL: usize = 20_000;
/// The largest attack tried, as a share of those records.
const LARGEST: usize = 10;
/// An attack counts as found where a finding for the clerk names at least this share of its voters.
const NAMED: f64 = 0.5;

/// Real changes, with the log or without it, ready for trials.
pub struct Rehearsal<'a> {
    diff: &'a Diff,
    log: Option<&'a Log>,
    comparison: &'a Comparison<'a>,
    scope: &'a Scope,
    /// The detectors that can be asked: none that needs the log where there is none.
    detectors: Vec<&'static dyn Detector>,
    /// The account and source of most entries that a system made.
    system: Option<(String, String)>,
    explainer: Explainer<'a>,
    roll: Vec<Sampled>,
    strata: Strata<'a>,
    changes: Vec<RecordBatch>,
    /// Groups of the periods before.
    history: &'a [RecordBatch],
}

impl<'a> Rehearsal<'a> {
    /// Goes through the real changes; `with_log` false makes as if there were no log. `history` holds the groups of the periods before (see
    /// [`Comparison::groups`]).
    ///
    /// # Errors
    /// Where records can't be read again.
    pub fn new(
        comparison: &'a Comparison<'a>,
        with_log: bool,
        history: &'a [RecordBatch],
        scope: &'a Scope,
    ) -> Result<Self, RollError> {
        let diff = &comparison.diff;
        let log = comparison.log.as_ref().filter(|_| with_log);
        let explainer = Explainer::new(diff, &comparison.rewrites, log, comparison.dates())?;
        // Voters who did change are in real findings, maybe: an attack is made of others.
        let mut changed: HashSet<Vec<u8>> = HashSet::new();
        let mut changes = Vec::new();
        let mut keep = |_: &'static Table, batch: RecordBatch| {
            changes.push(batch);
            Ok(())
        };
        let mut emit = Emit::new(&mut keep, diff, log, comparison.noticed(), Strata::new(diff, log)?);
        diff.changes(&mut |change| {
            let judged = explainer.judge(change);
            if judged.iter().all(|judged| judged.is_of_form()) {
                return Ok(());
            }
            changed.insert(change.record().key().into_owned());
            emit.change(change, &judged)
        })?;
        emit.flush()?;
        let strata = emit.strata;
        let mut roll = diff.sampled_records(ROLL)?;
        roll.retain(|sampled| {
            let key = diff.layout_of_sampled(sampled).key_of(&sampled.bytes);
            key.is_some_and(|key| !changed.contains(&*key))
        });
        let tables = tables(log);
        let detectors = DETECTORS.iter().copied().filter(|d| d.ask(&tables, scope).is_ok()).collect();
        let system = log.and_then(Log::usual_system);
        Ok(Self { diff, log, comparison, scope, detectors, system, explainer, roll, strata, changes, history })
    }

    /// Whether there is a log to hold changes against.
    pub fn has_log(&self) -> bool {
        has_transactions(self.log)
    }

    /// The largest size of an attack that can be tried; 0 where the roll lacks what the threat needs.
    pub fn most(&self, threat: &Threat) -> u64 {
        let all = (self.roll.len() / LARGEST) as u64;
        let possible = |size: &u64| plant(threat, *size, self.diff, &self.roll, 1).is_some();
        std::iter::successors(Some(all), |size| Some(size / 2)).take_while(|size| *size > 0).find(possible).unwrap_or(0)
    }

    /// Whether an attack of a size is found.
    ///
    /// # Errors
    /// Where rows can't be made.
    pub fn finds(&self, threat: &Threat, size: u64, seed: u64) -> Result<bool, RollError> {
        let Some(planted) = plant(threat, size, self.diff, &self.roll, seed) else { return Ok(false) };
        let (changes, groups) = self.rows(threat, &planted)?;
        let keys: HashSet<String> = planted.iter().map(|one| self.scope.keyer.key(&one.voter_id)).collect();
        let mut found = Findings::new(self.scope.clone());
        for detector in &self.detectors {
            match detector.about().tables[0] {
                "changes" => detector.judge(&mut self.changes.iter().cloned().chain([changes.clone()]), &mut found),
                "groups" => detector.judge(&mut groups.iter().chain(self.history).cloned(), &mut found),
                _ => {}
            }
        }
        let names = |finding: &pollwarden_core::Finding| {
            let named: HashSet<&str> = finding
                .observables
                .iter()
                .filter(|o| o.kind == ObservableKind::VoterKey && keys.contains(&o.value))
                .map(|o| o.value.as_str())
                .collect();
            named.len() as f64 >= NAMED * keys.len() as f64
        };
        Ok(found.findings().iter().any(|finding| finding.audience == Audience::Clerk && names(finding)))
    }

    /// The attack's own rows of table `changes`, and all of table `groups`.
    fn rows(&self, threat: &Threat, planted: &[MadeUp]) -> Result<(RecordBatch, Vec<RecordBatch>), RollError> {
        let changes = planted.iter().map(|one| self.change(one)).collect::<Result<Vec<_>, _>>()?;
        let entries = if threat.logged == Logged::Nothing { Vec::new() } else { self.entries(threat, &changes) };
        let log = self.log.map(|log| log.beside(entries));
        let explainer = self.explainer.beside(log.as_ref());
        let mut rows = Vec::new();
        let mut keep = |_: &'static Table, batch: RecordBatch| {
            rows.push(batch);
            Ok(())
        };
        let mut emit =
            Emit::new(&mut keep, self.diff, log.as_ref(), self.comparison.noticed(), self.strata.beside(log.as_ref()));
        for change in &changes {
            emit.change(change, &explainer.judge(change))?;
        }
        emit.flush()?;
        let groups = emit.strata.batches(0, self.comparison.noticed())?;
        let changes = arrow::compute::concat_batches(&(CHANGES.schema)(), &rows)?;
        debug_assert!(groups.iter().all(|batch| batch.schema() == (GROUPS.schema)()), "rows of table groups");
        Ok((changes, groups))
    }

    fn change<'p>(&'p self, planted: &'p MadeUp) -> Result<Change<'p>, RollError> {
        self.diff.made_up(&self.roll[planted.at], planted.before.as_deref(), planted.after.as_deref())
    }

    /// Complete entries of the system account that the real log has most entries of.
    fn entries(&self, threat: &Threat, changes: &[Change<'_>]) -> Vec<Transaction> {
        let Some((operator, source)) = &self.system else { return Vec::new() };
        let begin = self.comparison.dates().0.map(|day| day.at(12, 0, 0, 0));
        let mut entries = Vec::new();
        for (nth, change) in changes.iter().enumerate() {
            let local =
                begin.and_then(|begin| begin.checked_add((1 + nth as i64 % 5).days().minutes(nth as i64 % 600)).ok());
            let ip = match threat.logged {
                // Of the ranges kept for documentation (RFC 5737, RFC 3849): nobody's.
                Logged::OneAddress => "203.0.113.9".to_owned(),
                _ => format!("2001:db8:{:x}::1", nth + 1),
            };
            let record = change.record();
            let entry = Transaction {
                local,
                timed: true,
                time: local
                    .and_then(|local| local.to_zoned(jiff::tz::TimeZone::UTC).ok())
                    .map(|zoned| zoned.timestamp()),
                operator: operator.clone(),
                source: source.clone(),
                ip,
                county: record.first(Role::County).trim().to_owned(),
                voter_id: record.voter_id().into_owned(),
                document: format!("{source}-simulated-{nth}"),
                ..Transaction::default()
            };
            if change.before.is_none() {
                entries.push(Transaction { field: "*new*".into(), ..entry });
                continue;
            }
            for cell in &change.cells {
                let field = self.diff.columns()[cell.column].name.clone();
                let (old, new) = (cell.old.clone().into_owned(), cell.new.clone().into_owned());
                entries.push(Transaction { field, old, new, ..entry.clone() });
            }
        }
        entries
    }
}

fn has_transactions(log: Option<&Log>) -> bool {
    log.is_some_and(|log| log.transactions.is_some())
}

/// The tables that there would be.
fn tables(log: Option<&Log>) -> Tables {
    let mut tables = Tables::default();
    let of_log = has_transactions(log).then_some(&TRANSACTIONS);
    [&CHANGES, &GROUPS].into_iter().chain(of_log).for_each(|table| tables.add(table.name, (table.schema)()));
    tables
}
