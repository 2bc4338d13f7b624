//! What the process's end tells a script.

use pollwarden_core::Verdict;

/// The exit codes. Details stay in the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Nothing was found, or what was asked was done.
    NothingFound = 0,
    /// Something was found.
    Found = 1,
    /// The run failed.
    Failed = 2,
    /// It could not be told.
    CannotTell = 3,
}

impl From<Verdict> for Exit {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Found => Self::Found,
            Verdict::NothingFound => Self::NothingFound,
            Verdict::CannotTell => Self::CannotTell,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
