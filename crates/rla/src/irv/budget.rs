//! How much work a search may do, so that no contest can hang an audit or fill the memory.

use super::IrvError;

/// Steps a search may take. A step is one ranking, or four of its names, looked at; an order of elimination that is kept counts as
/// [`Budget::ORDER`] steps, so that the budget bounds memory too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    allowed: u64,
    left: u64,
}

impl Budget {
    /// What an order that is kept costs: about 100 bytes, ten times a ranking's time.
    pub const ORDER: u64 = 1_000;

    /// This many steps.
    pub fn new(steps: u64) -> Self {
        Self { allowed: steps, left: steps }
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
