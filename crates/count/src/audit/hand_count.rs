//! Full hand counts: once every card was counted by people, nothing is left to chance.

use super::assertions::{Ballots, Decided};
use super::batches::BatchAudit;
use super::contest::Look;
use super::{CardVote, ContestSettings, sum};

/// Who won by a full hand count: of audit.toml, of every batch, or of every card; `None` where there was none. `Err`: it can't
/// be said, in words.
pub(super) fn hand_counted(
    look: &Look<'_>,
    settings: &ContestSettings,
    batches: Option<&BatchAudit>,
    said: &Said,
) -> Option<Result<Vec<u32>, String>> {
    let decided = look.decided;
    if !settings.hand_count.is_empty() {
        return Some(by_settings(look, settings, said));
    }
    if let Some(votes) = batches.and_then(|batches| batches.full_count(decided.contest.choices.len())) {
        return Some(decided.winners_of(&single(votes)));
    }
    // Board rows are as many as cards only where all were counted.
    let every = look.paper.cards() > 0 && look.replay.rows.len() as u64 == look.paper.cards();
    every.then(|| decided.winners_of(&by_rows(look)?))
}

/// Votes by choice before people counted; `None` where nobody says.
pub(super) struct Said {
    /// By the records that are of a card.
    pub(super) recorded: Option<Vec<u64>>,
    pub(super) reported: Option<Vec<u64>>,
}

impl Said {
    /// How many votes there must be: as many as are reported or recorded, whichever are more. Where none are reported, a card without a
    /// record could hold as many as a voter may give.
    fn votes(&self, look: &Look<'_>, cards: u64) -> u64 {
        let recorded = self.recorded.as_deref().map_or(0, sum);
        let unrecorded = match self.recorded {
            Some(_) => look.paper.cards().saturating_sub(look.paper.with_record()).min(cards),
            None => cards,
        };
        let possible = unrecorded.saturating_mul(u64::from(look.decided.votes_allowed));
        self.reported.as_deref().map_or(recorded.saturating_add(possible), |reported| sum(reported).max(recorded))
    }

    fn has_votes(&self, choice: usize) -> bool {
        let said = [&self.recorded, &self.reported].into_iter().flatten();
        said.filter_map(|votes| votes.get(choice)).any(|votes| *votes > 0)
    }
}

/// The winners by audit.toml's hand count, where no distribution of the votes that it misses could change them.
fn by_settings(look: &Look<'_>, settings: &ContestSettings, said: &Said) -> Result<Vec<u32>, String> {
    let decided = look.decided;
    if decided.is_ranked() {
        return Err("a hand count of rankings needs the board's rows of every card: totals don't decide it".to_owned());
    }
    let cards = settings.cards.map_or(look.paper.cards(), |most| most.min(look.paper.cards()));
    let votes = typed(decided, settings, said)?;
    let (counted, allowed) = (sum(&votes), decided.votes_allowed);
    if votes.iter().any(|votes| *votes > cards) || counted > cards.saturating_mul(u64::from(allowed)) {
        return Err(format!(
            "hand_count has {counted} votes, more than {cards} cards with at most {allowed} for each can hold: correct it"
        ));
    }
    let winners = decided.winners_of(&single(votes.clone()))?;
    let all = said.votes(look, cards);
    let missing = all.saturating_sub(counted);
    if missing == 0 || stand(decided, &winners, votes, missing) {
        return Ok(winners);
    }
    let (of, mend) = match said.reported {
        Some(_) => ("were reported or recorded", "count every card"),
        None => (
            "the cards could hold",
            "count every card, and write `reported` with each choice's votes if fewer were reported",
        ),
    };
    Err(format!("hand_count has {counted} votes, {all} {of}, and the missing ones could change who won: {mend}"))
}

/// Whether the winners would be the same however the missing votes were given: nothing is worse than all of them for the choice that is
/// next to win.
fn stand(decided: &Decided, winners: &[u32], mut votes: Vec<u64>, missing: u64) -> bool {
    let others = (0..votes.len()).filter(|at| !winners.contains(&(*at as u32)));
    let Some(next) = others.max_by_key(|at| votes[*at]) else { return true };
    votes[next] = votes[next].saturating_add(missing);
    decided.winners_of(&single(votes)).is_ok_and(|with| with == winners)
}

/// The hand count by choice. A choice left out has no votes where nobody says that it has.
fn typed(decided: &Decided, settings: &ContestSettings, said: &Said) -> Result<Vec<u64>, String> {
    let mut votes = vec![None; decided.contest.choices.len()];
    for (name, counted) in &settings.hand_count {
        let at = decided.contest.find(name).ok_or_else(|| format!("no choice of the contest is named {name}"))?;
        if decided.winners.contains(&(at as u32)) && decided.contest.is_presumed(name, at) {
            let winner = &decided.contest.choices[at].name;
            return Err(format!(
                "hand_count names {name}, and {winner} is reported to have won: write {winner} if it is the same"
            ));
        }
        if votes[at].replace(*counted).is_some() {
            return Err(format!("hand_count names one choice twice, as {name} too: leave one out"));
        }
    }
    if let Some(at) = (0..votes.len()).find(|at| votes[*at].is_none() && said.has_votes(*at)) {
        let name = &decided.contest.choices[at].name;
        return Err(format!("hand_count leaves out {name}, for whom votes are reported or recorded: write them, or 0"));
    }
    Ok(votes.into_iter().map(Option::unwrap_or_default).collect())
}

/// Votes as ballots with one vote each: enough for sums.
pub(super) fn single(votes: Vec<u64>) -> Ballots {
    (0u32..).zip(votes).map(|(at, votes)| (CardVote::Choices(vec![at]), votes)).collect()
}

fn by_rows(look: &Look<'_>) -> Result<Ballots, String> {
    look.unclear_rows().map_or(Ok(()), Err)?;
    let mut ballots: indexmap::IndexMap<CardVote, u64> = indexmap::IndexMap::new();
    let mut unread = 0u64;
    for (card, row) in &look.replay.rows {
        match look.read(*row) {
            _ if look.replay.disputed.contains_key(card) => unread += 1,
            Ok(Some(vote)) if look.board.cards[*row].votes.is_some() => *ballots.entry(vote).or_default() += 1,
            _ => unread += 1,
        }
    }
    match unread {
        0 => Ok(ballots.into_iter().collect()),
        some => Err(format!("all cards have a row, but what {some} of them say was not read")),
    }
}
