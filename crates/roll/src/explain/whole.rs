//! Records that are new or gone: the entry that registered or removed them.

use super::same::plain;
use super::{Explainer, Fault, Judged, Reason, Verdict, act};
use crate::change_row::BROKEN_OFF;
use crate::diff::{Change, Kind, Record};
use crate::layout::{Class, Role, is_removed};
use crate::log::{Log, Transaction};

impl Explainer<'_> {
    pub(super) fn judge_whole(&self, change: &Change<'_>) -> Judged {
        let reason = self.log.and_then(|log| self.whole_reason(log, change)).unwrap_or_else(|| self.no_cause());
        let beyond = || self.beyond_the_end(change.kind);
        let explained = reason.verdict == Verdict::Explained;
        let reason = if explained { reason } else { beyond().unwrap_or(reason) };
        Judged {
            cell: None,
            class: if change.kind == Kind::New { Class::New } else { Class::Removed },
            verdict: reason.verdict,
            cause: reason.cause,
            cause_kind: reason.kind,
            transaction: reason.transaction,
        }
    }

    /// Where a file breaks off, what it would have gone on to say is not known.
    fn beyond_the_end(&self, kind: Kind) -> Option<Reason> {
        let [older, newer] = self.broken_off;
        let cause = match kind {
            Kind::Gone if newer => "the newer extract breaks off: whether the record is gone is not known",
            Kind::New if older => "the older extract breaks off: whether the record is new is not known",
            _ => return None,
        };
        let verdict = Verdict::Unexplained;
        Some(Reason { verdict, cause: cause.into(), kind: BROKEN_OFF, transaction: None, own: true })
    }

    fn whole_reason(&self, log: &Log, change: &Change<'_>) -> Option<Reason> {
        let record = change.record();
        let id = record.voter_id();
        let fits = |t: &Transaction| match change.kind {
            Kind::New => registers(&t.field),
            _ => removes(&t.field) || self.sets_removed(t),
        };
        let (at, entry) = log.of_voter(&id).filter(|(_, t)| self.in_time(t) && fits(t)).last()?;
        if let Some(fault) = self.first_fault(log, change, Some(at)) {
            return Some(Reason::fault(fault, log, Some(at)));
        }
        if change.kind == Kind::New && !same_person(record, &entry.new) {
            return Some(Reason::fault(Fault::OtherPerson, log, Some(at)));
        }
        let (cause, kind) = if entry.batch.is_empty() {
            (act(entry), "transaction")
        } else {
            (format!("{}, batch {}", act(entry), entry.batch), "batch")
        };
        Some(Reason { verdict: Verdict::Explained, cause, kind, transaction: Some(at), own: true })
    }

    fn sets_removed(&self, t: &Transaction) -> bool {
        let is_status = self.columns.iter().any(|c| c.role == Role::Status && c.name.eq_ignore_ascii_case(&t.field));
        is_status && is_removed(&plain(&t.new))
    }
}

fn word(field: &str) -> String {
    field.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
}

pub(crate) fn registers(field: &str) -> bool {
    ["new", "insert", "add", "added", "create", "created", "register", "registration", "newregistration"]
        .contains(&word(field).as_str())
}

pub(crate) fn removes(field: &str) -> bool {
    ["gone", "removed", "remove", "removal", "delete", "deleted", "cancel", "cancelled", "canceled", "purge", "purged"]
        .contains(&word(field).as_str())
}

/// Whether what a registration says, parts separated by bars, is what the record says: last name, first name, birth.
fn same_person(record: &Record<'_>, said: &str) -> bool {
    let parts: Vec<&str> = said.split('|').collect();
    if parts.len() < 2 {
        return true;
    }
    let ours = [Role::LastName, Role::FirstName, Role::Birth].map(|role| plain(&record.first(role)));
    parts.iter().zip(&ours).all(|(part, ours)| part.trim().is_empty() || ours.is_empty() || plain(part) == *ours)
}
