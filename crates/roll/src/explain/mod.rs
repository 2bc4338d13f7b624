//! Gives every changed field its class, its verdict and its cause.
//!
//! Explained means: by an authorised act that was itself checked. A field with entries of its own in the log is traced
//! through them; a field that follows another (a description its code, a precinct the residence) shares that one's
//! verdict; what is left needs an order, or has no cause.

mod batch;
mod fault;
mod follow;
mod order;
mod path;
mod recode;
mod returned;
mod rewrite;
mod same;
mod trace;
mod votes;
mod whole;

use jiff::civil::Date;

pub(crate) use fault::{Fault, act};
pub(crate) use follow::year;
pub(crate) use order::order_unjudged;
pub(crate) use recode::Recodes;
pub(crate) use rewrite::Rewrites;
use same::same_meaning;
pub(crate) use same::{day, is_masked, is_plain, plain};
pub(crate) use whole::{registers, removes};

use crate::RollError;
use crate::diff::{Cell, Change, Diff, Kind, Record, Side};
use crate::history::History;
use crate::layout::{Class, Column, Role};
use crate::log::{Log, Order, SuppressedVoters, Transaction};
pub(crate) use trace::same_code;
use trace::{Question, Traced};

/// What can be said of a changed field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// By an authorised act.
    Explained,
    /// Its meaning did not change.
    FormatOnly,
    /// No authorised act is known.
    Unexplained,
}

impl Verdict {
    /// The word in OUT.csv.
    pub fn name(self) -> &'static str {
        match self {
            Self::Explained => "explained",
            Self::FormatOnly => "format-only",
            Self::Unexplained => "unexplained",
        }
    }
}

/// A changed field, judged.
#[derive(Debug, Clone)]
pub(crate) struct Judged {
    /// The cell; `None` for a record that is new or gone.
    pub(crate) cell: Option<usize>,
    pub(crate) class: Class,
    pub(crate) verdict: Verdict,
    pub(crate) cause: String,
    pub(crate) cause_kind: &'static str,
    /// The entry of the log it rests on, or that comes nearest.
    pub(crate) transaction: Option<usize>,
}

/// Verdict and cause, before they are given to a field.
#[derive(Debug, Clone)]
pub(crate) struct Reason {
    verdict: Verdict,
    cause: String,
    kind: &'static str,
    transaction: Option<usize>,
    /// Whether the field has entries or orders of its own.
    own: bool,
}

/// Judges changes.
#[derive(Debug)]
pub(crate) struct Explainer<'a> {
    log: Option<&'a Log>,
    suppressed: Option<&'a SuppressedVoters>,
    history: Option<&'a History<'a>>,
    faults: Vec<Option<Fault>>,
    columns: &'a [Column],
    recodes: Recodes,
    rewrites: Rewrites,
    /// Whether the older snapshot's file breaks off, and the newer one's.
    broken_off: [bool; 2],
    dates: (Option<Date>, Option<Date>),
}

impl<'a> Explainer<'a> {
    pub(crate) fn new(
        diff: &'a Diff,
        rewrites: &Rewrites,
        log: Option<&'a Log>,
        dates: (Option<Date>, Option<Date>),
    ) -> Result<Self, RollError> {
        let orders = log.and_then(|log| log.orders.as_deref()).unwrap_or_default();
        let ordered =
            |column: &Column| orders.iter().any(|o| is_code_table(o) && o.field.eq_ignore_ascii_case(&column.name));
        let recodes = Recodes::find(diff, &ordered)?;
        let broken_off = Side::BOTH.map(|side| diff.side(side).broken_off().next().is_some());
        let suppressed = log.and_then(|log| log.suppressed.as_ref());
        let log = log.filter(|log| log.transactions.is_some());
        let faults = log.map(|log| fault::faults(log, diff.columns())).unwrap_or_default();
        Ok(Self {
            log,
            suppressed,
            history: None,
            faults,
            columns: diff.columns(),
            recodes,
            rewrites: rewrites.clone(),
            broken_off,
            dates,
        })
    }

    /// The same rules, with another log.
    pub(crate) fn beside<'b>(&self, log: Option<&'b Log>) -> Explainer<'b>
    where
        'a: 'b,
    {
        let log = log.filter(|log| log.transactions.is_some());
        let faults = log.map(|log| fault::faults(log, self.columns)).unwrap_or_default();
        Explainer {
            log,
            history: self.history,
            suppressed: self.suppressed,
            faults,
            columns: self.columns,
            recodes: self.recodes.clone(),
            rewrites: self.rewrites.clone(),
            broken_off: self.broken_off,
            dates: self.dates,
        }
    }

    /// The same, with the vote histories to hold removals against.
    pub(crate) fn with_history(mut self, history: &'a History<'a>) -> Self {
        self.history = Some(history);
        self
    }

    /// Which columns are written in another way.
    pub(crate) fn rewritten(&self) -> Vec<String> {
        self.rewrites.notes(self.columns)
    }

    /// What stands against an entry of the log by itself.
    pub(crate) fn fault(&self, transaction: usize) -> Option<Fault> {
        self.faults.get(transaction).copied().flatten()
    }

    /// Judges every field of a changed record, or the record as a whole where it is new or gone.
    pub(crate) fn judge(&self, change: &Change<'_>) -> Vec<Judged> {
        let mut judged = self.judge_by_log(change);
        self.hold_against_lists(change, &mut judged);
        self.hold_against_path(change, &mut judged);
        self.hold_against_votes(change, &mut judged);
        judged
    }

    fn judge_by_log(&self, change: &Change<'_>) -> Vec<Judged> {
        if change.kind != Kind::Changed {
            return vec![self.judge_whole(change)];
        }
        let reasons: Vec<Option<Reason>> = change.cells.iter().map(|cell| self.own_reason(change, cell)).collect();
        let swapped = is_another_person(self.columns, change, &reasons);
        (0..change.cells.len())
            .map(|at| {
                let reason = self.reason(change, &reasons, at, 0);
                let class = self.class(change, &reasons, at, swapped);
                Judged {
                    cell: Some(at),
                    class,
                    verdict: reason.verdict,
                    cause: reason.cause,
                    cause_kind: reason.kind,
                    transaction: reason.transaction,
                }
            })
            .collect()
    }

    fn column(&self, cell: &Cell<'_>) -> &'a Column {
        &self.columns[cell.column]
    }

    /// What explains a field by itself: its form, a renaming, or entries and orders of its own.
    fn own_reason(&self, change: &Change<'_>, cell: &Cell<'_>) -> Option<Reason> {
        let column = self.column(cell);
        if same_meaning(column.role, &cell.old, &cell.new) {
            return Some(Reason::format("blanks, case or punctuation only", "format"));
        }
        if self.rewrites.same(cell.column, column, &cell.old, &cell.new) {
            return Some(Reason::format("written in another way, as nearly all of the column", "format"));
        }
        if let Some(reason) = self.renaming(change, cell) {
            return Some(reason);
        }
        if let Some(reason) =
            Some(column).filter(|c| c.role == Role::History).and_then(|_| self.vote_reason(change, cell))
        {
            return Some(reason);
        }
        let log = self.log?;
        let id = change.record().voter_id();
        let entries: Vec<(usize, &Transaction)> = log
            .of_voter(&id)
            .filter(|(_, t)| t.field.eq_ignore_ascii_case(&column.name) && self.in_time(t))
            .filter(|(_, t)| t.old != t.new)
            .collect();
        if let Some((at, _)) = entries.last().filter(|_| log.written_otherwise.contains_key(&column.name)) {
            return Some(Reason::fault(Fault::WrittenOtherwise, log, Some(*at)));
        }
        let rewritten = |value: &str| self.rewrites.same(cell.column, column, value, &cell.new);
        let renamed = |code: &str| {
            self.renamed(change, cell, code).or_else(|| rewritten(code).then(|| cell.new.clone().into_owned()))
        };
        let orders = self.orders(log, change, column);
        let question = Question { role: column.role, old: &cell.old, new: &cell.new, orders, renamed: &renamed };
        match trace::trace(&entries, &question) {
            Ok(traced) => Some(self.checked(log, change, &traced)),
            Err((Fault::NoTransaction, _)) => None,
            Err((fault, at)) => Some(Reason::fault(self.first_fault(log, change, at).unwrap_or(fault), log, at)),
        }
    }

    /// A traced path holds where every step of it does.
    fn checked(&self, log: &Log, change: &Change<'_>, traced: &Traced<'_>) -> Reason {
        let faulty = traced.steps.iter().find_map(|at| self.first_fault(log, change, Some(*at)).map(|f| (f, *at)));
        if let Some((fault, at)) = faulty {
            return Reason::fault(fault, log, Some(at));
        }
        let transactions = log.transactions.as_deref().unwrap_or_default();
        let mut causes: Vec<String> = traced.steps.iter().map(|at| act(&transactions[*at])).collect();
        let batch = traced.steps.iter().map(|at| &transactions[*at].batch).find(|batch| !batch.is_empty());
        causes.extend(batch.map(|batch| format!("batch {batch}")));
        causes.extend(traced.orders.iter().map(|order| format!("order {}", order.id)));
        let kind = match (traced.steps.is_empty(), batch) {
            (true, _) => "order",
            (false, Some(_)) => "batch",
            (false, None) => "transaction",
        };
        let transaction = traced.steps.last().copied();
        Reason { verdict: Verdict::Explained, cause: causes.join(", "), kind, transaction, own: true }
    }

    /// What stands against an entry by itself, or because it was logged for another county than the voter's.
    fn first_fault(&self, log: &Log, change: &Change<'_>, at: Option<usize>) -> Option<Fault> {
        let at = at?;
        let transaction = log.transactions.as_ref()?.get(at)?;
        self.fault(at).or_else(|| {
            let counties = self.counties(change);
            let known = !transaction.county.is_empty() && counties.iter().any(|c| !c.trim().is_empty());
            let ours = counties.iter().any(|c| trace::same_code(c, &transaction.county));
            let systematic = || self.is_systematic(log, change, transaction).then_some(Fault::QuietPeriod);
            if known && !ours { Some(Fault::OtherCounty) } else { systematic() }
        })
    }

    fn orders<'l>(&self, log: &'l Log, change: &Change<'_>, column: &Column) -> Vec<&'l Order> {
        let named = log.orders.iter().flatten().filter(|o| o.field.eq_ignore_ascii_case(&column.name));
        let counties = self.counties(change);
        let counties: Vec<&str> = counties.iter().map(String::as_str).collect();
        named.filter(|order| trace::covers(order, &counties, self.dates)).collect()
    }

    /// Every way in which the record names its county, before and after.
    fn counties(&self, change: &Change<'_>) -> Vec<String> {
        let columns: Vec<usize> = (0..self.columns.len()).filter(|&at| self.columns[at].role == Role::County).collect();
        let records = change.before.iter().chain(&change.after);
        records.flat_map(|record| columns.iter().map(|&at| record.value(at).into_owned())).collect()
    }

    /// Entries before the older snapshot's day or after the newer one's can't have made the difference.
    fn in_time(&self, transaction: &Transaction) -> bool {
        let Some(day) = transaction.local.map(jiff::civil::DateTime::date) else { return true };
        self.dates.0.is_none_or(|from| from <= day) && self.dates.1.is_none_or(|to| day <= to)
    }

    fn renamed(&self, change: &Change<'_>, cell: &Cell<'_>, code: &str) -> Option<String> {
        let words = self.columns.iter().position(|c| c.describes == Some(cell.column));
        let words = words.map(|at| change.record().value(at)).unwrap_or_default();
        self.recodes.now(cell.column, code, &words).map(str::to_owned)
    }

    /// Whether what the newer snapshot shows may come of a logged value: as it stands, renamed, by an order, or masked. A blank masks
    /// only where the record hides fields: else it is a value that is not there.
    pub(crate) fn may_come_of(&self, column: usize, logged: &str, now: &str, hidden: bool) -> bool {
        let whole = &self.columns[column];
        let Column { role, name, .. } = whole;
        let same = |a: &str, b: &str| same_meaning(*role, a, b);
        let orders = || self.log.and_then(|log| log.orders.as_deref()).unwrap_or_default().iter();
        let ordered =
            || orders().any(|o| o.field.eq_ignore_ascii_case(name) && same(&o.old, logged) && same(&o.new, now));
        same(logged, now)
            || is_masked(now) && !logged.is_empty() && (hidden || !is_blank(now))
            || self.recodes.renames(column, logged, now)
            || self.rewrites.same(column, whole, logged, now)
            || ordered()
    }

    fn renaming(&self, change: &Change<'_>, cell: &Cell<'_>) -> Option<Reason> {
        let now = self.renamed(change, cell, &cell.old)?;
        if now != cell.new {
            return None;
        }
        let log = self.log;
        let order = log
            .and_then(|log| self.orders(log, change, self.column(cell)).into_iter().find(|order| is_code_table(order)));
        Some(match order {
            None => Reason::format("a code renamed for all its bearers; what it stands for is unchanged", "rename"),
            Some(order) => Reason {
                verdict: Verdict::Explained,
                cause: format!("order {}", order.id),
                kind: "rename",
                transaction: None,
                own: true,
            },
        })
    }

    fn no_cause(&self) -> Reason {
        let fault = if self.log.is_some() { Fault::NoTransaction } else { Fault::NoLog };
        Reason {
            verdict: Verdict::Unexplained,
            cause: fault.says(None),
            kind: fault.name(),
            transaction: None,
            own: false,
        }
    }
}

impl Judged {
    /// Whether only the form of the field changed, or the name of its code.
    pub(crate) fn is_of_form(&self) -> bool {
        matches!(self.class, Class::FormatOnly | Class::LabelRecode)
    }
}

impl Reason {
    fn format(cause: &str, kind: &'static str) -> Self {
        Self { verdict: Verdict::FormatOnly, cause: cause.into(), kind, transaction: None, own: true }
    }

    fn fault(fault: Fault, log: &Log, at: Option<usize>) -> Self {
        let transaction = at.and_then(|at| log.transactions.as_ref()?.get(at));
        let cause = fault.says(transaction);
        Self { verdict: Verdict::Unexplained, cause, kind: fault.name(), transaction: at, own: true }
    }
}

/// A record's status, in plain form.
fn status(record: &Record<'_>) -> String {
    plain(&record.first(Role::Status))
}

/// Nothing, or strokes that stand for nothing; other signs are a mask for all to see.
fn is_blank(value: &str) -> bool {
    value.chars().all(|c| c.is_whitespace() || matches!(c, '-' | '/'))
}

fn is_code_table(order: &Order) -> bool {
    let kind = order.kind.to_ascii_lowercase();
    kind.contains("code") || kind.contains("label") || kind.contains("rename")
}

/// Whether the id now names somebody else: first name and birth changed at once, and a further thing with them. A
/// marriage changes one of these, a correction of the log rarely two.
fn is_another_person(columns: &[Column], change: &Change<'_>, reasons: &[Option<Reason>]) -> bool {
    let changed = |role: Role| {
        change.cells.iter().zip(reasons).any(|(cell, reason)| {
            columns[cell.column].role == role && reason.as_ref().is_none_or(|r| r.verdict == Verdict::Unexplained)
        })
    };
    changed(Role::FirstName)
        && changed(Role::Birth)
        && [Role::LastName, Role::MiddleName, Role::Sex].into_iter().any(changed)
}
