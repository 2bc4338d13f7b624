//! How much work a search may do, so that no contest can hang an audit or fill the memory.

use super::IrvError;

/// Steps a search may take. A step is one ranking, or four of its names, looked at; what is kept of an order of elimination counts as
/// [`Budget::ORDER`] steps and ten more for each byte of its names or tallies, so that the budget bounds memory too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    allowed: u64,
    left: u64,
}

impl Budget {
    /// What an order that is kept costs beside its names: about 100 bytes.
    pub const ORDER: u64 = 1_000;

    /// This many steps.
    pub fn new(steps: u64) -> Self {
        Self { allowed: steps, left: steps }
    }

    /// Takes away what an order with so many names costs.
    pub(super) fn spend_on_order(&mut self, names: usize) -> Result<(), IrvError> {
        self.spend(Self::ORDER + 10 * (names * size_of::<u32>()) as u64)
    }

    /// Takes away what a tally of so many candidates costs, and the `steps` of counting it.
    pub(super) fn spend_on_tally(&mut self, candidates: usize, steps: u64) -> Result<(), IrvError> {
        self.spend(Self::ORDER + 10 * (candidates * size_of::<u64>()) as u64 + steps)
    }

    /// Takes `steps` away.
    pub(super) fn spend(&mut self, steps: u64) -> Result<(), IrvError> {
        self.left = self.left.checked_sub(steps).ok_or(IrvError::OutOfBudget(self.allowed))?;
        Ok(())
    }
}

impl Default for Budget {
    /// Two thousand million steps: a quarter of a minute at worst, and at most some hundred megabytes.
    fn default() -> Self {
        Self::new(2_000_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_contest_uses_up_its_budget_sooner() {
        let tallies = |candidates| {
            let mut budget = Budget::new(1_000_000);
            (0..).take_while(|_| budget.spend_on_tally(candidates, 1).is_ok()).count()
        };
        // A tally of 128 candidates is a kilobyte, that of three next to nothing.
        assert_eq!((tallies(3), tallies(128)), (805, 88));
        let mut budget = Budget::new(1_000_000);
        assert_eq!((0..).take_while(|_| budget.spend_on_order(100).is_ok()).count(), 200);
    }
}
