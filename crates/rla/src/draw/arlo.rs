//! How Arlo names what it draws: a batch is the tuple (jurisdiction, batch), a ballot the tuple (batch, position), and what is
//! hashed is Python's text of the tuple.

use std::fmt::{self, Display, Formatter};

use super::python::PythonStr;

/// A batch as Arlo names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ArloBatch<'a> {
    /// The jurisdiction's name.
    pub jurisdiction: &'a str,
    /// The batch's name.
    pub batch: &'a str,
}

impl Display for ArloBatch<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "({}, {})", PythonStr(self.jurisdiction), PythonStr(self.batch))
    }
}

impl<'a> ArloBatch<'a> {
    /// Its ballots, numbered from 1.
    pub fn ballots(self, ballots: u64) -> impl Iterator<Item = ArloBallot<'a>> {
        (1..=ballots).map(move |position| ArloBallot { batch: self, position })
    }
}

/// A ballot as Arlo names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ArloBallot<'a> {
    /// Its batch.
    pub batch: ArloBatch<'a>,
    /// Its position in the batch, from 1.
    pub position: u64,
}

impl Display for ArloBallot<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "({}, {})", self.batch, self.position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tuples_are_written_as_python_writes_them() {
        let batch = ArloBatch { jurisdiction: "Saint Ann's", batch: "Back\\up \"2\"" };
        assert_eq!(batch.to_string(), r#"("Saint Ann's", 'Back\\up "2"')"#);
        let last = batch.ballots(14).last().expect("a ballot");
        assert_eq!(last.to_string(), format!("({batch}, 14)"));
    }
}
