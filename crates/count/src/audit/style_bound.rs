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
