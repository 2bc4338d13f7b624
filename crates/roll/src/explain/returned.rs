//! Voters who are on a list of the dead or cancelled, and are on the roll again: no act, however well logged, explains that.

use super::{Explainer, Fault, Judged, Verdict, status};
use crate::diff::{Change, Record};
use crate::layout::{self, Class};
use crate::log::Suppressed;

impl Explainer<'_> {
    /// Takes the explanation from what makes such a voter active.
    pub(super) fn hold_against_lists(&self, change: &Change<'_>, judged: &mut [Judged]) {
        let Some(voter) = self.returned(change) else { return };
        let mut listed = Fault::Suppressed.says(None);
        if !voter.reason.is_empty() {
            listed = format!("{listed} ({})", voter.reason);
        }
        for judged in judged.iter_mut().filter(|judged| matches!(judged.class, Class::New | Class::Status)) {
            judged.cause = match judged.verdict {
                Verdict::Explained => format!("{}, but {listed}", judged.cause),
                _ => listed.clone(),
            };
            (judged.verdict, judged.cause_kind) = (Verdict::Unexplained, Fault::Suppressed.name());
        }
    }

    /// What the lists say of a voter who became active between the extracts, after the lists had them.
    fn returned(&self, change: &Change<'_>) -> Option<&Suppressed> {
        let voter = self.suppressed?.get(&*change.record().voter_id())?;
        let listed_later = matches!((voter.since, self.dates.1), (Some(since), Some(newer)) if since > newer);
        let is_active = |record: &Record<'_>| layout::is_active(&status(record));
        let was_active = change.before.as_ref().is_some_and(is_active);
        (!listed_later && !was_active && change.after.as_ref().is_some_and(is_active)).then_some(voter)
    }
}
