//! How many cards could hold a contest that is drawn for by style. Records can't say: whoever takes a contest out of records
//! takes its cards out of the draw (Glazer, Spertus and Stark 2021, "More Style, Less Work", section 2).

use super::{Audit, ContestSettings, Decided};
use crate::{Evidence, Results};

/// Cards that could hold it by other words than the records': audit.toml's `cards`, else the ballots cast in the contest by the
/// results. `None` where nobody says.
pub(super) fn most_cards(contest: &ContestSettings, results: &[Results]) -> Option<u64> {
    let same = results.iter().flat_map(|r| &r.contests).filter(|c| c.name == contest.name);
    let ballots = || same.filter_map(|c| c.ballots).max().and_then(|all| u64::try_from(all).ok());
    contest.cards.or_else(ballots)
}

impl Audit {
    /// Whether a contest is drawn for by style while nobody but the records says how many cards could hold it.
    pub(crate) fn trusts_styles(&self, decided: &Decided, evidence: &Evidence) -> bool {
        let settings = self.settings_of(&decided.contest.name);
        self.settings.style && most_cards(&settings, &evidence.results).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ReportedContest;

    #[test]
    fn settings_come_before_results() {
        let contest = |ballots| ReportedContest { name: "Bond".to_owned(), ballots, ..ReportedContest::default() };
        let results = [Results { contests: vec![contest(Some(90)), contest(None)], ..Results::default() }];
        let named = |cards| ContestSettings { name: "Bond".to_owned(), cards, ..ContestSettings::default() };
        assert_eq!(most_cards(&named(Some(120)), &results), Some(120));
        assert_eq!(most_cards(&named(None), &results), Some(90));
        assert_eq!(most_cards(&named(None), &[]), None);
    }
}
