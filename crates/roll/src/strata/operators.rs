//! What one operator did on paper, held against what the others did.
//!
//! Operators do not all have as much to do, nor the same: an operator's share of a kind of act is held against that operator's share
//! of all other kinds. Registrations are left out: a drive's forms end on one desk.

use std::collections::BTreeSet;

use super::kinds::Done;
use super::sample::Share;
use super::{Group, OPERATOR, SHIFT, Strata};
use crate::diff::Change;
use crate::explain::Judged;
use crate::layout::Role;

impl Strata<'_> {
    /// The operator who entered a change on paper.
    pub(super) fn hand(&self, judged: &Judged) -> Option<&str> {
        let log = self.log?;
        log.entry(judged.transaction).filter(|entry| log.on_paper(entry)).map(|entry| entry.operator.as_str())
    }

    pub(super) fn take_on_paper(&mut self, change: &Change<'_>, judged: &[&Judged]) {
        let Some(operator) = judged.first().and_then(|judged| self.hand(judged)).map(str::to_owned) else { return };
        let mut done = self.kinds(change, judged);
        for one in done.iter_mut().filter(|one| one.pattern.as_deref().is_some_and(is_mended_on_paper)) {
            one.pattern = None;
        }
        if done.is_empty() {
            return;
        }
        let member = self.member(change, &done);
        let county = change.before.as_ref().unwrap_or_else(|| change.record()).first(Role::County).trim().to_owned();
        self.count_patterns(&done, &county, member);
        let Some(scope) = self.scopes(&county).pop() else { return };
        for Done { kind, .. } in done.into_iter().filter(|done| !is_left_out(&done.kind)) {
            *self.of.entry((OPERATOR, kind.clone(), scope.clone())).or_default() += 1;
            self.count(Group { kind, by: OPERATOR, county: scope.clone(), value: operator.clone() }, member);
        }
    }

    /// What was done on paper, by operator and kind.
    pub(super) fn on_paper(&self) -> OnPaper<'_> {
        let of_operators = self.groups.iter().filter(|(group, _)| group.by == OPERATOR);
        OnPaper(of_operators.map(|(group, members)| (group, members.voters)).collect())
    }
}

/// Groups of operators, and how many voters each has.
pub(super) struct OnPaper<'s>(Vec<(&'s Group, u64)>);

impl OnPaper<'_> {
    /// An operator's share of all other kinds of acts on paper; who does little else is taken to have as much to do as the others.
    pub(super) fn share(&self, group: &Group) -> Option<Share> {
        let of_scope = || self.0.iter().filter(|(other, _)| other.county == group.county);
        let operators = of_scope().map(|(other, _)| other.value.as_str()).collect::<BTreeSet<_>>().len();
        let (mut all, mut theirs) = (0, 0);
        for (other, voters) in of_scope().filter(|(other, _)| other.kind != group.kind) {
            all += voters;
            theirs += if other.value == group.value { *voters } else { 0 };
        }
        let share = (theirs as f64 / all as f64).max(1.0 / operators as f64);
        (all > 0).then_some(Share { share: share.min(1.0), sampled: all, bearers: theirs })
    }
}

/// A birth that is one year off is what corrections on paper mostly mend.
fn is_mended_on_paper(pattern: &str) -> bool {
    [1, -1].iter().any(|years| pattern == format!("{SHIFT}{years:+} years"))
}

/// Registrations, and what is counted as a party's change already.
fn is_left_out(kind: &str) -> bool {
    kind == "new registration" || kind.starts_with("party to ")
}
