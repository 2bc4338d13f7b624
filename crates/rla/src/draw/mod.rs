//! Draws from a public seed: whoever knows the seed and the order of the manifest draws the same cards.
//!
//! One module for each published rule. A rule that leaves the order of the manifest open is only complete together with
//! [`Positions`], which counts cards through the batches in their given order. Which cards exist is `count`'s matter.

mod arlo;
pub mod colorado;
pub mod consistent;
pub mod cryptorandom;
mod digest;
pub mod numpy;
mod positions;
pub mod ppeb;
mod python;
mod python_printable;
mod style;
pub mod weighted;

pub use arlo::{ArloBallot, ArloBatch};
pub use consistent::Ticketed;
pub use positions::{Place, Positions};
pub use python::PythonStr;
pub use style::{Needed, StyleSample, by_style};

/// Whether what was drawn can be drawn again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replacement {
    /// Drawn things stay in the draw.
    With,
    /// Each is drawn once at most.
    Without,
}

/// Why nothing was drawn.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DrawError {
    /// No number to draw from.
    #[error("there is nothing from {min} to {max} to draw from")]
    EmptyRange {
        /// The least number.
        min: u64,
        /// The greatest.
        max: u64,
    },
    /// Two cards that can't be told apart.
    #[error("the id {0} names two cards: a draw needs ids that differ")]
    DuplicateId(String),
    /// More wanted than there is.
    #[error("{wanted} can't be drawn from {there_are} without replacement")]
    TooMany {
        /// How many were asked for.
        wanted: u64,
        /// How many there are.
        there_are: u64,
    },
    /// A draw that would fill the memory.
    #[error("{wanted} draws are more than the {most} that are made at most: draw fewer, or count all cards by hand")]
    TooLong {
        /// How many were asked for.
        wanted: u64,
        /// How many are made.
        most: u64,
    },
    /// Chances that are none.
    #[error("the chance of number {place} is {chance}: chances must be 0 or more, and one of them above 0")]
    NoChance {
        /// Its place, from 0.
        place: usize,
        /// What was given.
        chance: f64,
    },
}
