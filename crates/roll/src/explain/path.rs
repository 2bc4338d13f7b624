//! Paths of a status that no lawful act takes.

use super::same::plain;
use super::{Explainer, Fault, Judged, Verdict, status};
use crate::diff::{Change, Record};
use crate::layout::{Class, Role, is_active, is_removed};

impl Explainer<'_> {
    /// Takes the explanation from a removal for inactivity of a voter who was active: before it come a notice, and two federal
    /// general elections in which the voter does not appear (52 U.S.C. 20507(d)(1)(B)). And from the return of a voter
    /// whom the older extract has as dead, unless a person entered it on a document: notices of death can name the wrong person.
    pub(super) fn hold_against_path(&self, change: &Change<'_>, judged: &mut [Judged]) {
        let in_question = |judged: &Judged| judged.class == Class::Status && self.may_be_held(judged);
        let (Some(before), Some(after)) = (&change.before, &change.after) else { return };
        // Most changes are of other things: their records need not be looked at once more.
        if !judged.iter().any(in_question) {
            return;
        }
        let Some(fault) = fault_of_path(before, after) else { return };
        let held = |judged: &Judged| in_question(judged) && (fault == Fault::StatusPath || !self.on_paper(judged));
        for judged in judged.iter_mut().filter(|judged| held(judged)) {
            let transactions = self.log.and_then(|log| log.transactions.as_deref()).unwrap_or_default();
            judged.cause = fault.says(judged.transaction.and_then(|at| transactions.get(at)));
            (judged.verdict, judged.cause_kind) = (Verdict::Unexplained, fault.name());
        }
    }

    /// Whether the log has nothing against the change yet, or there is no log.
    fn may_be_held(&self, judged: &Judged) -> bool {
        judged.verdict == Verdict::Explained || judged.cause_kind == Fault::NoLog.name()
    }

    fn on_paper(&self, judged: &Judged) -> bool {
        self.log.is_some_and(|log| log.entry(judged.transaction).is_some_and(|entry| log.on_paper(entry)))
    }
}

fn fault_of_path(before: &Record<'_>, after: &Record<'_>) -> Option<Fault> {
    let (old, new) = (status(before), status(after));
    let reason = |record: &Record<'_>| plain(&record.all(Role::StatusReason));
    if !old.is_empty() && is_active(&old) && is_removed(&new) && reason(after).contains("INACTIV") {
        return Some(Fault::StatusPath);
    }
    let was_dead = ["DECEASED", "DEATH", "DEAD"].iter().any(|word| reason(before).contains(word) || old.contains(word));
    (was_dead && !is_active(&old) && is_active(&new)).then_some(Fault::DeadReturned)
}
