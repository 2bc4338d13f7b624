//! Entries of the log that did not reach the roll: an authorised change that the newer snapshot does not show.
//!
//! The explanation of changes looks at records that differ; here are those that should differ and don't, and registrations that
//! were logged and are not there.

use std::collections::{BTreeMap, HashMap, HashSet};

use arrow::array::RecordBatch;
use jiff::civil::Date;

use crate::RollError;
use crate::diff::{Diff, Met, Side};
use crate::explain::{Explainer, is_masked, plain, registers};
use crate::layout::{Column, Role};
use crate::log::{Log, Transaction, bare};
use crate::rows::Rows;
use crate::tables::LOST;

/// What the roll should say of a voter's fields: the place of the column, and its entries, of which the last one says so.
type Due = HashMap<String, BTreeMap<usize, Vec<usize>>>;

/// Hands on table `lost_entries`.
pub(crate) fn lost_entries(
    diff: &Diff,
    log: &Log,
    explainer: &Explainer<'_>,
    by: Option<Date>,
) -> Result<RecordBatch, RollError> {
    let transactions = log.transactions.as_deref().unwrap_or_default();
    let (due, registered) = due(log, diff.columns(), explainer, by);
    let mut judged: BTreeMap<usize, u64> = BTreeMap::new();
    let mut lost: Vec<Lost> = Vec::new();
    let mut seen: HashSet<String> = HashSet::new();
    let mut filled: HashSet<usize> = HashSet::new();
    diff.of_named(&mut |met| {
        let Some(key) = met.layout.key_of(met.bytes) else { return };
        let id = String::from_utf8_lossy(&key);
        let id = bare(id.trim());
        if log.by_voter.contains_key(id) {
            seen.insert(id.to_owned());
        }
        let Some(fields) = due.get(id) else { return };
        let hidden = is_hidden(met);
        for (&column, entries) in fields {
            let Some(now) = value(met, &diff.columns()[column]) else { continue };
            let Some(&entry) = entries.last() else { continue };
            *judged.entry(column).or_default() += 1;
            if !now.trim().is_empty() {
                filled.insert(column);
            }
            let comes_of = |logged: &str| explainer.may_come_of(column, logged, &now, hidden);
            if comes_of(&transactions[entry].new) {
                continue;
            }
            let put_back = entries.iter().any(|at| comes_of(&transactions[*at].old));
            let shows = if put_back { Shows::Old } else { Shows::Another };
            let (source, line) = (met.source.to_owned(), Some(met.line()));
            lost.push(Lost { entry, column: Some(column), shows, source, line, now });
        }
    })?;
    // Where no record says anything in a column, the extract leaves it out.
    let left_out = |lost: &&mut Lost| lost.column.is_some_and(|column| !filled.contains(&column));
    lost.iter_mut().filter(left_out).for_each(|lost| lost.shows = Shows::Another);
    // A file that breaks off may have had those that are absent.
    if diff.side(Side::Newer).broken_off().next().is_none() {
        lost.extend(absent(transactions, &registered, &seen));
    }
    lost.sort_by_key(|lost| (lost.entry, lost.column));
    let of = |column: Option<usize>| {
        column.map_or(registered.len() as u64, |column| judged.get(&column).copied().unwrap_or_default())
    };
    rows(&lost, transactions, diff.columns(), &of)
}

struct Lost {
    entry: usize,
    /// `None`: a registration.
    column: Option<usize>,
    shows: Shows,
    source: String,
    line: Option<u64>,
    now: String,
}

/// What the newer snapshot shows in place of what was logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shows {
    /// No record of the voter.
    Nobody,
    /// What an entry says that it replaced.
    Old,
    /// Something else: log and roll may write it differently.
    Another,
}

impl Shows {
    fn name(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Old => "old",
            Self::Another => "another",
        }
    }
}

/// Registrations whose voters are not there. Of a county none of whose voters the snapshot has, they may belong to another extract.
fn absent(transactions: &[Transaction], registered: &HashMap<String, usize>, seen: &HashSet<String>) -> Vec<Lost> {
    let of_seen = transactions.iter().filter(|t| seen.contains(bare(&t.voter_id)));
    let counties: HashSet<&str> = of_seen.map(|t| t.county.as_str()).collect();
    let is_ours = |county: &str| county.is_empty() || counties.contains(county);
    let absent = registered.iter().filter(|(id, _)| !seen.contains(*id));
    let lost = absent.map(|(_, &entry)| {
        let shows = if is_ours(&transactions[entry].county) { Shows::Nobody } else { Shows::Another };
        Lost { entry, column: None, shows, source: String::new(), line: None, now: String::new() }
    });
    lost.collect()
}

/// Whether a record hides fields: its voter is enrolled in an address-confidentiality programme, or no residence is shown.
fn is_hidden(met: &Met<'_>) -> bool {
    let says = |at: usize| {
        let raw = met.layout.fields(met.bytes).nth(at);
        raw.map(|raw| plain(&met.layout.text(raw))).unwrap_or_default()
    };
    let enrolled = |at| !matches!(says(at).as_str(), "" | "N" | "NO" | "0" | "F" | "FALSE");
    let mut residence = met.layout.all(Role::Street).peekable();
    let has_residence = residence.peek().is_some();
    met.layout.all(Role::Confidential).any(enrolled) || has_residence && residence.all(|at| is_masked(&says(at)))
}

/// The entries of each voter and field, and registrations; of entries that nothing stands against. An entry of the newer
/// snapshot's own day may have come after it.
fn due(log: &Log, columns: &[Column], explainer: &Explainer<'_>, by: Option<Date>) -> (Due, HashMap<String, usize>) {
    let places: HashMap<String, usize> =
        columns.iter().enumerate().map(|(at, c)| (c.name.to_ascii_lowercase(), at)).collect();
    let (mut due, mut registered) = (Due::new(), HashMap::new());
    for (at, t) in log.transactions.iter().flatten().enumerate() {
        let voter = bare(&t.voter_id);
        let in_time = t.local.zip(by).is_some_and(|(local, by)| local.date() < by);
        if !in_time || explainer.fault(at).is_some() || t.voter_id.is_empty() {
            // A later entry that can't be judged leaves open what the roll should say.
            if let Some(fields) = due.get_mut(voter) {
                places.get(&t.field.to_ascii_lowercase()).map(|column| fields.remove(column));
            }
            continue;
        }
        match places.get(&t.field.to_ascii_lowercase()) {
            Some(&column) if can_be_held(&columns[column], log) => {
                due.entry(voter.to_owned()).or_default().entry(column).or_default().push(at);
            }
            None if registers(&t.field) => {
                registered.insert(voter.to_owned(), at);
            }
            _ => {}
        }
    }
    (due, registered)
}

/// Whether what the log says of a column can be held against the roll: an age passes, and words of the log's own say nothing.
fn can_be_held(column: &Column, log: &Log) -> bool {
    !matches!(column.role, Role::Age | Role::History) && !log.written_otherwise.contains_key(&column.name)
}

/// What a record says in a column; `None` where its file lacks the column.
fn value(met: &Met<'_>, column: &Column) -> Option<String> {
    let at = met.layout.columns.iter().position(|c| c.name.eq_ignore_ascii_case(&column.name))?;
    met.layout.fields(met.bytes).nth(at).map(|raw| met.layout.text(raw).into_owned())
}

fn rows(
    lost: &[Lost],
    transactions: &[Transaction],
    columns: &[Column],
    of: &dyn Fn(Option<usize>) -> u64,
) -> Result<RecordBatch, RollError> {
    let mut rows = Rows::new(&LOST);
    for one in lost {
        let t = &transactions[one.entry];
        let class = one.column.map_or("new", |column| columns[column].role.class().name());
        rows.push([
            (&t.voter_id).into(),
            one.column.map_or("*", |column| columns[column].name.as_str()).into(),
            class.into(),
            one.shows.name().into(),
            of(one.column).into(),
            (&t.new).into(),
            (&one.now).into(),
            t.time.into(),
            (&t.operator).into(),
            (&t.ip).into(),
            (&t.source).into(),
            (&t.county).into(),
            (&*t.file).into(),
            t.line.into(),
            (&one.source).into(),
            one.line.into(),
        ]);
    }
    rows.take()
}
