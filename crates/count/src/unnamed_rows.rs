//! Rows of results without a unit that may be a part of their own: the records can tell.

use crate::audit::{AuditSettings, ContestSettings, Decided};
use crate::by_name::Votes;
use crate::{Contest, Cvrs, ReportedContest, Results};

/// Takes such rows as parts where the records have the votes of all parts with them, and not those without.
pub(crate) fn settle(results: &mut [Results], cvrs: &Cvrs, settings: &AuditSettings) {
    for reported in results.iter_mut().flat_map(|file| &mut file.contests) {
        if reported.readings.iter().all(|reading| reading.part.is_none()) {
            continue;
        }
        let Some(id) = cvrs.find_contest(&reported.name) else { continue };
        let named = settings.contests.iter().find(|settings| settings.name == reported.name);
        let own = ContestSettings::default();
        let decided = Decided::new(cvrs.contest(id), named.unwrap_or(&own));
        if decided.is_ranked() {
            continue;
        }
        let recorded = decided.totals(&decided.ballots(cvrs, id));
        settle_by(reported, cvrs.contest(id), &recorded);
    }
}

fn settle_by(reported: &mut ReportedContest, contest: &Contest, recorded: &[u64]) {
    let is_recorded = |votes: Vec<i64>| {
        Votes { reported: votes, recorded: recorded.to_vec() }.differences(reported, contest).is_empty()
    };
    if is_recorded(reported.choices.iter().map(|choice| choice.votes).collect()) {
        return;
    }
    let with_part = |reading: &&crate::Reading| reading.part.is_some() && is_recorded(reading.votes.clone());
    let Some(reading) = reported.readings.iter().find(with_part).cloned() else { return };
    reported.choices.iter_mut().zip(&reading.votes).for_each(|(choice, votes)| choice.votes = *votes);
    reported.parts.extend(reading.part);
    reported.readings.clear();
}
