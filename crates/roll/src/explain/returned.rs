//! Voters who are on a list of the dead or cancelled, and are on the roll again: no act, however well logged, explains that.

use super::same::plain;
use super::{Explainer, Fault, Judged, Verdict};
use crate::diff::{Change, Kind, Record};
use crate::layout::{self, Class, Role};

impl Explainer<'_> {
    /// Takes the explanation from what makes such a voter active.
    pub(super) fn hold_against_lists(&self, change: &Change<'_>, judged: &mut [Judged]) {
        if !self.returned(change) {
            return;
        }
        let voter = self.suppressed.and_then(|voters| voters.get(&*change.record().voter_id()));
        let reason = voter.map(|voter| voter.reason.as_str()).filter(|reason| !reason.is_empty());
        for judged in judged.iter_mut().filter(|judged| matches!(judged.class, Class::New | Class::Status)) {
            let listed = Fault::Suppressed.says(None);
            let listed = reason.map_or_else(|| listed.clone(), |reason| format!("{listed} ({reason})"));
            judged.cause = match judged.verdict {
                Verdict::Explained => format!("{}, but {listed}", judged.cause),
                _ => listed,
            };
            (judged.verdict, judged.cause_kind) = (Verdict::Unexplained, Fault::Suppressed.name());
        }
    }

    /// Whether a voter of a list became active between the extracts, after the list has them.
    fn returned(&self, change: &Change<'_>) -> bool {
        let Some(voters) = self.suppressed else { return false };
        let Some(voter) = voters.get(&*change.record().voter_id()) else { return false };
        let listed_in_time = match (voter.since, self.dates.1) {
            (Some(since), Some(newer)) => since <= newer,
            _ => true,
        };
        let became_active = match change.kind {
            Kind::New => change.after.as_ref().is_some_and(is_active),
            Kind::Changed => {
                change.after.as_ref().is_some_and(is_active) && !change.before.as_ref().is_some_and(is_active)
            }
            Kind::Gone => false,
        };
        listed_in_time && became_active
    }
}

fn is_active(record: &Record<'_>) -> bool {
    layout::is_active(&plain(&record.first(Role::Status)))
}
