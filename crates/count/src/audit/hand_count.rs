//! Full hand counts: once every card was counted by people, nothing is left to chance.

use super::assertions::{Ballots, Decided};
use super::batches::BatchAudit;
use super::contest::Look;
use super::{CardVote, ContestSettings};

/// Who won by a full hand count: of audit.toml, of every batch, or of every card; `None` where there was none. `Err`: it can't
/// be said, in words.
pub(super) fn hand_counted(
    look: &Look<'_>,
    settings: &ContestSettings,
    batches: Option<&BatchAudit>,
) -> Option<Result<Vec<u32>, String>> {
    let decided = look.decided;
    if !settings.hand_count.is_empty() {
        return Some(by_settings(decided, settings));
    }
    if let Some(votes) = batches.and_then(|batches| batches.full_count(decided.contest.choices.len())) {
        return Some(decided.winners_of(&single(votes)));
    }
    // Board rows are as many as cards only where all were counted.
    let every = look.paper.cards() > 0 && look.replay.rows.len() as u64 == look.paper.cards();
    every.then(|| decided.winners_of(&by_rows(look)?))
}

fn by_settings(decided: &Decided, settings: &ContestSettings) -> Result<Vec<u32>, String> {
    if decided.is_ranked() {
        return Err("a hand count of rankings needs the board's rows of every card: totals don't decide it".to_owned());
    }
    let mut votes = vec![0; decided.contest.choices.len()];
    for (name, counted) in &settings.hand_count {
        let at = decided.contest.choice(name).ok_or_else(|| format!("no choice of the contest is named {name}"))?;
        votes[at] = *counted;
    }
    decided.winners_of(&single(votes))
}

/// Votes as ballots with one vote each: enough for sums.
pub(super) fn single(votes: Vec<u64>) -> Ballots {
    (0u32..).zip(votes).map(|(at, votes)| (CardVote::Choices(vec![at]), votes)).collect()
}

fn by_rows(look: &Look<'_>) -> Result<Ballots, String> {
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
