//! Paths of a status that no lawful act takes.

use super::same::plain;
use super::{Explainer, Fault, Judged, Verdict, status};
use crate::diff::Change;
use crate::layout::{Class, Role, is_active, is_removed};

impl Explainer<'_> {
    /// Takes the explanation from a removal for inactivity of a voter who was active: before it come a notice, and two federal
    /// general elections in which the voter does not appear (52 U.S.C. 20507(d)(1)(B)).
    pub(super) fn hold_against_path(&self, change: &Change<'_>, judged: &mut [Judged]) {
        let explained = |judged: &Judged| judged.class == Class::Status && judged.verdict == Verdict::Explained;
        let (Some(before), Some(after)) = (&change.before, &change.after) else { return };
        // Most changes are of other things: their records need not be looked at once more.
        if !judged.iter().any(explained) {
            return;
        }
        let (old, new) = (status(before), status(after));
        let for_inactivity = plain(&after.all(Role::StatusReason)).contains("INACTIV");
        if old.is_empty() || !is_active(&old) || !is_removed(&new) || !for_inactivity {
            return;
        }
        for judged in judged.iter_mut().filter(|judged| explained(judged)) {
            let transactions = self.log.and_then(|log| log.transactions.as_deref()).unwrap_or_default();
            judged.cause = Fault::StatusPath.says(judged.transaction.and_then(|at| transactions.get(at)));
            (judged.verdict, judged.cause_kind) = (Verdict::Unexplained, Fault::StatusPath.name());
        }
    }
}
