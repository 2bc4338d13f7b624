//! A result, or the plain statement that there is none.

/// A result as the RFC names it, or why none can be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judged<R> {
    /// The result.
    Known(R),
    /// What is missing, in a sentence. Never to be read as a fail, and never as a pass.
    CannotTell(String),
}

impl<R: Copy> Judged<R> {
    /// The result, where there is one.
    pub fn known(&self) -> Option<R> {
        match self {
            Self::Known(result) => Some(*result),
            Self::CannotTell(_) => None,
        }
    }
}

impl<R: PartialEq> Judged<R> {
    /// Whether this very result is known.
    pub fn is(&self, result: R) -> bool {
        matches!(self, Self::Known(known) if *known == result)
    }
}
