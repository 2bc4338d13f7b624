//! Ties: which of several candidates with equal votes is elected or eliminated.

use super::java::{self, Random};
use super::{TabulateError, TieRule};

/// Breaks ties by the rule, with one stream of random numbers for a whole count.
pub(super) struct Tiebreak {
    rule: TieRule,
    names: Vec<String>,
    random: Random,
    /// Candidates' places in the order that decides, who comes first wins.
    order: Vec<usize>,
}

/// A tie.
pub(super) struct Tie<'a> {
    /// From 1.
    pub(super) round: u32,
    pub(super) tied: &'a [usize],
    /// Whether the one chosen is elected; else is eliminated.
    pub(super) to_win: bool,
    /// Votes by candidate in each round before, from the first.
    pub(super) earlier: &'a [&'a [Option<i128>]],
}

impl Tiebreak {
    /// For candidates in the configuration's order, `declared` of them (write-ins come after these).
    pub(super) fn new(rule: TieRule, names: Vec<String>, declared: usize) -> Self {
        let mut random = Random::new(match rule {
            TieRule::Random { seed } | TieRule::EarlierRoundsThenRandom { seed } | TieRule::DrawnOrder { seed } => seed,
            TieRule::Ask | TieRule::EarlierRoundsThenAsk | TieRule::CandidateOrder => 0,
        });
        let mut order: Vec<usize> = (0..declared).collect();
        if matches!(rule, TieRule::DrawnOrder { .. }) {
            order.sort_by(|a, b| java::compare(&names[*a], &names[*b]));
            random.shuffle(&mut order);
        }
        Self { rule, names, random, order }
    }

    /// The one chosen.
    ///
    /// # Errors
    /// Where people have to choose.
    pub(super) fn choose(&mut self, tie: &Tie<'_>) -> Result<usize, TabulateError> {
        let mut tied = tie.tied.to_vec();
        tied.sort_by(|a, b| java::compare(&self.names[*a], &self.names[*b]));
        match self.rule {
            TieRule::Random { .. } => Ok(self.draw(&tied)),
            TieRule::Ask => Err(self.ask(tie, &tied)),
            TieRule::CandidateOrder | TieRule::DrawnOrder { .. } => Ok(self.by_order(&tied, tie.to_win)),
            TieRule::EarlierRoundsThenRandom { .. } | TieRule::EarlierRoundsThenAsk => {
                let left = self.by_earlier_rounds(tie, tied);
                match (&left[..], self.rule) {
                    (&[one], _) => Ok(one),
                    (_, TieRule::EarlierRoundsThenAsk) => Err(self.ask(tie, &left)),
                    _ => Ok(self.draw(&left)),
                }
            }
        }
    }

    fn draw(&mut self, tied: &[usize]) -> usize {
        let at = (self.random.next_double() * tied.len() as f64).floor() as usize;
        tied[at.min(tied.len() - 1)]
    }

    fn by_order(&self, tied: &[usize], to_win: bool) -> usize {
        let stands = |candidate: &usize| self.order.iter().position(|c| c == candidate);
        let in_order = tied.iter().filter(|c| stands(c).is_some());
        let chosen = if to_win { in_order.min_by_key(|c| stands(c)) } else { in_order.max_by_key(|c| stands(c)) };
        // Write-ins have no place in the order, and are never tied with themselves alone.
        *chosen.unwrap_or(&tied[0])
    }

    /// Those whom no earlier round tells apart, in the order in which RCTab would draw from them: that of a `HashSet`.
    fn by_earlier_rounds(&self, tie: &Tie<'_>, mut tied: Vec<usize>) -> Vec<usize> {
        for votes in tie.earlier.iter().rev() {
            java::hash_set_order(&mut tied, |candidate| &self.names[*candidate]);
            let of = |candidate: &usize| votes[*candidate].unwrap_or(0);
            let votes = tied.iter().map(of);
            let Some(extreme) = (if tie.to_win { votes.max() } else { votes.min() }) else { break };
            tied.retain(|candidate| of(candidate) == extreme);
            if tied.len() == 1 {
                break;
            }
        }
        tied
    }

    fn ask(&self, tie: &Tie<'_>, tied: &[usize]) -> TabulateError {
        let tied = tied.iter().map(|candidate| self.names[*candidate].clone()).collect();
        TabulateError::TieToBreak { round: tie.round, tied, to_win: tie.to_win }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Vec<String> {
        ["Cy", "Ada", "Ben"].map(str::to_owned).to_vec()
    }

    fn chosen(rule: TieRule, to_win: bool, earlier: &[&[Option<i128>]]) -> Result<usize, TabulateError> {
        Tiebreak::new(rule, names(), 3).choose(&Tie { round: 3, tied: &[0, 1, 2], to_win, earlier })
    }

    #[test]
    fn by_the_order_of_candidates() {
        assert_eq!(chosen(TieRule::CandidateOrder, true, &[]), Ok(0));
        assert_eq!(chosen(TieRule::CandidateOrder, false, &[]), Ok(2));
    }

    /// Java draws 0.73 from seed 0: the third of three by name, Cy.
    #[test]
    fn by_lot_as_java_draws() {
        assert_eq!(chosen(TieRule::Random { seed: 0 }, false, &[]), Ok(0));
    }

    /// Java shuffles [Ada, Ben, Cy] with seed 0 to [Cy, Ben, Ada].
    #[test]
    fn by_a_drawn_order() {
        assert_eq!(chosen(TieRule::DrawnOrder { seed: 0 }, true, &[]), Ok(0));
        assert_eq!(chosen(TieRule::DrawnOrder { seed: 0 }, false, &[]), Ok(1));
    }

    #[test]
    fn by_earlier_rounds_the_latest_first() {
        let first: &[_] = &[Some(1), Some(2), Some(3)];
        let second: &[_] = &[Some(5), Some(4), Some(4)];
        assert_eq!(chosen(TieRule::EarlierRoundsThenAsk, true, &[first, second]), Ok(0));
        assert_eq!(chosen(TieRule::EarlierRoundsThenAsk, false, &[first, second]), Ok(1));
        let error = chosen(TieRule::EarlierRoundsThenAsk, false, &[second]).expect_err("still tied");
        let TabulateError::TieToBreak { round: 3, mut tied, to_win: false } = error else { panic!("{error}") };
        tied.sort();
        assert_eq!(tied, ["Ada", "Ben"]);
    }
}
