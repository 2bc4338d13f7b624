//! The chance of so many votes or more, followed from one ballot or vote to the next.

use super::Law;

/// A tail that moves by one ballot or one vote at a time, at the cost of a few multiplications.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tail {
    law: Law,
    drawn: u64,
    votes: u64,
    /// Chance of exactly `votes`.
    at: f64,
    /// Chance of `votes` or more.
    pub(crate) upper: f64,
}

impl Tail {
    pub(crate) fn new(law: Law, drawn: u64, votes: u64) -> Self {
        Self { law, drawn, votes, at: law.ln_pmf(drawn, votes).exp(), upper: law.upper(drawn, votes) }
    }

    /// One vote more is asked for.
    pub(crate) fn more_votes(&mut self) {
        self.upper = (self.upper - self.at).max(0.0);
        self.move_to(self.drawn, self.votes + 1, self.at * self.law.ratio_up(self.drawn, self.votes));
    }

    /// One vote less is asked for.
    pub(crate) fn fewer_votes(&mut self) {
        self.move_to(self.drawn, self.votes - 1, self.one_short());
        self.upper = (self.upper + self.at).min(1.0);
    }

    /// One ballot more is drawn; of those there are, the last stays.
    pub(crate) fn more_drawn(&mut self) {
        if self.drawn >= self.law.most_drawn() {
            return;
        }
        let (n, k) = (self.drawn as f64, self.votes as f64);
        let (hit, grown) = match self.law {
            Law::With { share } => (share, (n + 1.0) * (1.0 - share) / (n + 1.0 - k)),
            Law::Without { all, winner } => {
                let (all, w) = (all as f64, winner as f64);
                let l = all - w;
                ((w - k + 1.0) / (all - n), (n + 1.0) * (l - n + k) / ((n + 1.0 - k) * (all - n)))
            }
        };
        self.upper = (self.upper + self.one_short() * hit.max(0.0)).min(1.0);
        self.move_to(self.drawn + 1, self.votes, self.at * grown);
    }

    /// Chance of exactly one vote less.
    fn one_short(&self) -> f64 {
        if self.at >= f64::MIN_POSITIVE {
            self.at / self.law.ratio_up(self.drawn, self.votes - 1)
        } else {
            self.law.ln_pmf(self.drawn, self.votes - 1).exp()
        }
    }

    /// `at` follows from the place before, but nothing follows from nothing or from what is nearly rounded away: there a chance is
    /// computed anew.
    fn move_to(&mut self, drawn: u64, votes: u64, at: f64) {
        (self.drawn, self.votes) = (drawn, votes);
        let follows = self.at >= f64::MIN_POSITIVE && at >= f64::MIN_POSITIVE;
        self.at = if follows { at } else { self.law.ln_pmf(drawn, votes).exp() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64, relative: f64) {
        assert!((a - b).abs() <= relative * b.abs(), "{a} and {b}");
    }

    #[test]
    fn a_moving_tail_stays_with_the_sums() {
        for law in [Law::With { share: 0.53 }, Law::Without { all: 9_000, winner: 4_700 }] {
            let mut tail = Tail::new(law, 1_000, 540);
            for step in 0..2_000u64 {
                if step % 2 == 0 {
                    tail.more_votes()
                } else {
                    tail.more_drawn()
                }
                if step % 3 == 0 {
                    tail.more_drawn();
                }
                if step % 7 == 0 {
                    tail.fewer_votes();
                }
            }
            close(tail.upper, law.upper(tail.drawn, tail.votes), 1e-9);
        }
    }

    #[test]
    fn a_tail_comes_back_from_where_no_sample_is() {
        // Five of ten votes are the winner's: six are none's, and after seven ballots two are the least.
        let law = Law::Without { all: 10, winner: 5 };
        let mut tail = Tail::new(law, 6, 6);
        (0..3).for_each(|_| tail.more_drawn());
        assert_eq!(tail.upper, 0.0);
        tail.fewer_votes();
        close(tail.upper, law.upper(9, 5), 1e-12);
        let mut tail = Tail::new(law, 7, 1);
        assert_eq!(tail.upper, 1.0);
        (0..2).for_each(|_| tail.more_votes());
        close(tail.upper, law.upper(7, 3), 1e-12);
    }
}
