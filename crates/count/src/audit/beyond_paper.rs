//! Reported votes that the manifest's cards can't hold: the manifest leaves out cards, or the results have votes too many.
//! A draw from such a manifest says nothing of the cards that it hides (Lindeman and Stark 2012).

use super::{AUDIT_FILE, Audit, ContestAudit, ContestSettings, Decided, sum};
use crate::Evidence;
use crate::{ReportedContest, Results};

/// More votes than cards can hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BeyondPaper {
    /// The file that reports them.
    pub(crate) source: String,
    /// Whose votes: a choice, or all choices.
    pub(crate) of: String,
    /// Reported votes.
    pub(crate) votes: u64,
    /// As many votes as the cards can hold.
    pub(crate) most: u64,
    /// Cards that could hold the contest: those of the manifest, or fewer where audit.toml's `cards` says so.
    pub(crate) cards: u64,
}

impl std::fmt::Display for BeyondPaper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { of, votes, most, cards, .. } = self;
        write!(
            f,
            "{votes} votes are reported for {of}, and the {cards} cards that could hold the contest have room for {most}"
        )
    }
}

/// What is reported of a contest beyond what `cards` can hold, with `totals` by choice over all files; `None`: the cards can hold it.
pub(super) fn beyond(
    decided: &Decided,
    settings: &ContestSettings,
    results: &[Results],
    totals: &[u64],
    cards: u64,
) -> Option<BeyondPaper> {
    let cards = settings.cards.map_or(cards, |most| most.min(cards));
    let fits = Fits { cards, most: cards.saturating_mul(most_allowed(decided)) };
    let typed = || fits.fault(AUDIT_FILE, settings.reported.iter().map(|(name, votes)| (name.as_str(), *votes)));
    let of_file = |file: &Results| {
        let mut contests = file.contests.iter().filter(|contest| contest.name == settings.name);
        contests.find_map(|contest| fits.fault(&file.source, counted(contest)))
    };
    let of_all = || {
        let names = decided.contest.choices.iter().map(|c| c.name.as_str());
        fits.fault("results", names.zip(totals.iter().copied()))
    };
    typed().or_else(|| results.iter().find_map(of_file)).or_else(of_all)
}

/// Of several seats a voter has as many votes at most, where no file says how many.
fn most_allowed(decided: &Decided) -> u64 {
    let unsaid = decided.is_limit_unknown();
    let seats = u64::try_from(decided.seats).unwrap_or(1);
    u64::from(decided.votes_allowed).max(if unsaid { seats } else { 1 })
}

/// More votes than cards for several seats, where no file says how many votes a voter has: what to write.
pub(super) fn limit_unsaid(
    decided: &Decided,
    settings: &ContestSettings,
    totals: &[u64],
    cards: u64,
) -> Option<String> {
    let cards = settings.cards.map_or(cards, |most| most.min(cards));
    let votes = sum(totals);
    let several = decided.is_limit_unknown() && decided.seats > 1 && votes > cards;
    several.then(|| {
        format!(
            "{votes} votes are reported on {cards} cards, and no file says how many a voter may give. Write it into \
             audit.toml, below `name = {:?}`: `votes_allowed = {}`, or what the ballot says",
            settings.name, decided.seats
        )
    })
}

/// What is reported beyond the paper of an audited contest.
pub(crate) fn beyond_paper(contest: &ContestAudit, audit: &Audit, evidence: &Evidence) -> Option<BeyondPaper> {
    let settings = audit.settings_of(contest.name());
    beyond(&contest.decided, &settings, &evidence.results, &contest.reported, audit.paper.cards())
}

impl Audit {
    /// What audit.toml says of a contest; nothing but its name where it doesn't name it.
    pub(crate) fn settings_of(&self, name: &str) -> ContestSettings {
        let named = self.settings.contests.iter().find(|settings| settings.name == name);
        named.cloned().unwrap_or_else(|| ContestSettings { name: name.to_owned(), ..ContestSettings::default() })
    }
}

fn counted(contest: &ReportedContest) -> impl Iterator<Item = (&str, u64)> + Clone {
    contest.choices.iter().map(|c| (c.name.as_str(), u64::try_from(c.votes).unwrap_or(0)))
}

struct Fits {
    cards: u64,
    most: u64,
}

impl Fits {
    fn fault<'a>(&self, source: &str, votes: impl Iterator<Item = (&'a str, u64)> + Clone) -> Option<BeyondPaper> {
        let fault = |of: &str, votes, most| BeyondPaper {
            source: source.to_owned(),
            of: of.to_owned(),
            votes,
            most,
            cards: self.cards,
        };
        // A card has one vote for a choice at most.
        let one = votes.clone().find(|(_, votes)| *votes > self.cards);
        let all = votes.fold(0u64, |sum, (_, votes)| sum.saturating_add(votes));
        let all = (all > self.most).then(|| fault("all choices", all, self.most));
        all.or_else(|| one.map(|(name, votes)| fault(name, votes, self.cards)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Choice, Contest};

    fn decided(votes_allowed: u32) -> Decided {
        let choice = |name: &str| Choice { name: name.to_owned(), ..Choice::default() };
        let contest = Contest { choices: vec![choice("Ada"), choice("Ben")], ..Contest::default() };
        Decided::new(&contest, &ContestSettings { votes_allowed: Some(votes_allowed), ..ContestSettings::default() })
    }

    #[test]
    fn as_many_votes_as_cards_can_hold_are_no_fault() {
        let none = ContestSettings::default();
        assert_eq!(beyond(&decided(1), &none, &[], &[60, 40], 100), None);
        assert_eq!(beyond(&decided(2), &none, &[], &[100, 100], 100), None);
    }

    #[test]
    fn one_vote_more_is() {
        let none = ContestSettings::default();
        let votes = |allowed, totals: &[u64]| beyond(&decided(allowed), &none, &[], totals, 100).map(|b| b.votes);
        assert_eq!(votes(1, &[60, 41]), Some(101));
        assert_eq!(votes(2, &[101, 20]), Some(101));
        let fewer = ContestSettings { cards: Some(90), ..ContestSettings::default() };
        assert!(beyond(&decided(1), &fewer, &[], &[60, 40], 100).is_some(), "cards that could hold the contest");
    }

    #[test]
    fn votes_for_several_seats_are_asked_about_where_no_file_says_how_many_a_voter_has() {
        let settings = |allowed| ContestSettings {
            name: "Council".to_owned(),
            winners: Some(2),
            votes_allowed: allowed,
            ..ContestSettings::default()
        };
        let contest = Contest { votes_allowed: None, ..decided(1).contest };
        let found = |allowed, totals: &[u64]| {
            let (settings, decided) = (settings(allowed), Decided::new(&contest, &settings(allowed)));
            let beyond = beyond(&decided, &settings, &[], totals, 100).is_some();
            let asked = limit_unsaid(&decided, &settings, totals, 100);
            (beyond, asked.is_some_and(|why| why.contains("`votes_allowed = 2`")))
        };
        assert_eq!(found(None, &[90, 70]), (false, true));
        assert_eq!(found(Some(1), &[90, 70]), (true, false));
        assert!(found(None, &[101, 20]).0, "a card has one vote for a choice");
    }
}
