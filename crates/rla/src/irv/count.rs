//! Counting an instant-runoff contest: each round, the candidate with fewest votes is eliminated, until one is left.

use std::collections::HashSet;

use super::standing::Standing;
use super::{Ballots, Budget, IrvError};

/// A count that was carried on until one candidate was left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Who is left.
    pub winner: u32,
    /// The rounds, first to last; none where only one stands.
    pub rounds: Vec<Round>,
}

/// One round of a count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// Candidates who stand with their votes, by number.
    pub votes: Vec<(u32, u64)>,
    /// Who is eliminated.
    pub eliminated: u32,
    /// Whether others had as few votes, so that the rule for ties chose.
    pub tied: bool,
}

impl Count {
    /// All candidates, first eliminated first, the winner last.
    pub fn order(&self) -> Vec<u32> {
        self.rounds.iter().map(|round| round.eliminated).chain([self.winner]).collect()
    }

    /// The winner's lead in the last round; `None` where there was none. Half of it, rounded up, is the last-round margin:
    /// an upper bound of the true margin (Magrino et al. 2011).
    pub fn last_lead(&self) -> Option<u64> {
        let votes = &self.rounds.last()?.votes;
        Some(votes.iter().map(|(_, v)| v).max()? - votes.iter().map(|(_, v)| v).min()?)
    }
}

/// Counts `ballots`. Where several have fewest votes, `tie` says which of them is eliminated; an answer that names none of
/// them eliminates the first.
pub fn count(ballots: &Ballots, mut tie: impl FnMut(&[u32]) -> u32) -> Count {
    let mut standing = Standing::all(ballots.candidates());
    let mut rounds = Vec::new();
    while standing.len() > 1 {
        let all = ballots.tallies(standing);
        let votes: Vec<(u32, u64)> = standing.iter().map(|c| (c, all[c as usize])).collect();
        let fewest = lowest(&votes);
        let chosen = if fewest.len() > 1 { tie(&fewest) } else { fewest[0] };
        let eliminated = if fewest.contains(&chosen) { chosen } else { fewest[0] };
        standing = standing.without(eliminated);
        rounds.push(Round { votes, eliminated, tied: fewest.len() > 1 });
    }
    Count { winner: standing.iter().next().unwrap_or_default(), rounds }
}

/// Who can win, by number, however ties are broken: one candidate unless ties decide.
///
/// # Errors
/// Where there are too many ways to break ties for `budget`.
pub fn possible_winners(ballots: &Ballots, budget: &mut Budget) -> Result<Vec<u32>, IrvError> {
    let all = Standing::all(ballots.candidates());
    let (mut winners, mut seen, mut open) = (Standing::default(), HashSet::from([all]), vec![all]);
    while let Some(standing) = open.pop() {
        if standing.len() == 1 {
            winners = winners.with(standing.iter().next().unwrap_or_default());
            continue;
        }
        budget.spend(Budget::ORDER + ballots.steps())?;
        open.extend(after(standing, &ballots.tallies(standing)).into_iter().filter(|next| seen.insert(*next)));
    }
    Ok(winners.iter().collect())
}

/// Who can stand after the next elimination.
fn after(standing: Standing, all: &[u64]) -> Vec<Standing> {
    let votes: Vec<(u32, u64)> = standing.iter().map(|c| (c, all[c as usize])).collect();
    let fewest = lowest(&votes);
    let theirs: u64 = fewest.iter().map(|c| all[*c as usize]).sum();
    let others = votes.iter().filter(|(c, _)| !fewest.contains(c)).map(|(_, v)| *v).min();
    // Tied candidates who can't pass anyone together go one after the other, whatever their order.
    if others.is_some_and(|next| theirs < next) {
        return vec![fewest.iter().fold(standing, |set, c| set.without(*c))];
    }
    fewest.iter().map(|c| standing.without(*c)).collect()
}

fn lowest(votes: &[(u32, u64)]) -> Vec<u32> {
    let fewest = votes.iter().map(|(_, v)| *v).min();
    votes.iter().filter(|(_, v)| Some(*v) == fewest).map(|(c, _)| *c).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bob leads first preferences; Alice gets Cleo's and wins.
    fn three() -> Ballots {
        Ballots::new(3, [(4, vec![0]), (5, vec![1]), (3, vec![2, 0]), (1, vec![])]).unwrap()
    }

    #[test]
    fn the_last_is_eliminated_until_one_is_left() {
        let count = count(&three(), |tied| tied[0]);
        assert_eq!(count.order(), [2, 1, 0]);
        assert_eq!(count.rounds[1].votes, [(0, 7), (1, 5)]);
        assert_eq!(count.last_lead(), Some(2));
        assert_eq!(possible_winners(&three(), &mut Budget::default()), Ok(vec![0]));
    }

    #[test]
    fn ties_are_the_callers() {
        let level = Ballots::new(3, [(4, vec![0]), (4, vec![1]), (1, vec![2])]).unwrap();
        assert_eq!(count(&level, |tied| tied[1]).order(), [2, 1, 0]);
        assert_eq!(count(&level, |_| 7).order(), [2, 0, 1]);
        assert_eq!(possible_winners(&level, &mut Budget::default()), Ok(vec![0, 1]));
        assert_eq!(possible_winners(&level, &mut Budget::new(10)), Err(IrvError::OutOfBudget(10)));
    }

    #[test]
    fn many_without_a_vote_are_no_tie_that_matters() {
        let ballots = Ballots::new(100, [(4, vec![0]), (3, vec![1])]).unwrap();
        assert_eq!(possible_winners(&ballots, &mut Budget::default()), Ok(vec![0]));
    }
}
