//! Results that have other winners than audit.toml says were reported.

use super::asked::totals;
use super::hand_count::single;
use super::reported::Reported;
use super::{Audit, ContestAudit, ContestSettings};
use crate::Evidence;

/// The winners by results files, where audit.toml names others; `None` where they agree or only one of the two says who won.
pub(crate) fn other_report(contest: &ContestAudit, audit: &Audit, evidence: &Evidence) -> Option<Vec<u32>> {
    let settings = audit.settings_of(contest.name());
    let typed = !settings.reported_winners.is_empty() || !settings.reported.is_empty();
    if !typed || contest.decided.is_ranked() || contest.decided.winners.is_empty() {
        return None;
    }
    let whole = Reported::new(&[contest.name()], &evidence.results, &evidence.manifest).whole?;
    let votes = totals(&contest.decided, &ContestSettings::default(), Some(&whole))?;
    let winners = contest.decided.winners_of(&single(votes)).ok()?;
    let mut reported = contest.decided.winners.clone();
    reported.sort_unstable();
    (winners != reported).then_some(winners)
}
