//! Finds what is already taken in of an input, by its bytes and not by its name.
//!
//! The first line finds candidates; the digest of the bytes up to where a candidate was read proves one. So a file read
//! twice adds nothing, a grown one goes on, a rotated one (`access.log` → `access.log.1` → `access.log.2.gz`) is the same
//! under its new name, and one that was truncated and written anew is a new one.

use std::collections::BTreeSet;

use pollwarden_core::Digest;

use crate::{
    catalogue::Contents,
    source::{Known, Point},
};

/// Where an input stands in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Nothing of it is known.
    New,
    /// It goes on where this source stands.
    Latest(u64),
    /// It agrees with this source up to a point that the source has passed: an older copy, or one that goes its own way.
    Earlier(u64, u64),
}

/// Sources that begin with the same line.
pub(crate) struct Candidates<'a> {
    points: Vec<(Place, &'a str, &'a Point)>,
}

impl<'a> Candidates<'a> {
    /// Those among `contents`.
    pub(crate) fn find(contents: &'a Contents, head: Digest) -> Self {
        let alike = contents.sources.iter().filter(|(_, known)| known.head == head);
        let mut points: Vec<_> = alike.flat_map(|(id, known)| places(*id, known)).collect();
        // Nothing is proven by no bytes.
        points.retain(|(_, _, point)| point.offset > 0);
        Self { points }
    }

    /// The candidate with the most bytes that the input begins with: of several, one that stands there goes before one
    /// that has gone on, and one of that name before others. `prefix` says the digest of the input's first bytes; `None`
    /// where it has fewer. It is asked in ascending order.
    pub(crate) fn prove<E>(
        &self,
        name: &str,
        mut prefix: impl FnMut(u64) -> Result<Option<Digest>, E>,
    ) -> Result<Option<(Place, &'a Point)>, E> {
        let mut longest = None;
        for offset in self.points.iter().map(|(_, _, point)| point.offset).collect::<BTreeSet<u64>>() {
            let Some(digest) = prefix(offset)? else { break };
            longest = self.choose(offset, digest, name).or(longest);
        }
        Ok(longest)
    }

    fn choose(&self, offset: u64, prefix: Digest, name: &str) -> Option<(Place, &'a Point)> {
        let proven = self.points.iter().filter(|(_, _, point)| (point.offset, point.prefix) == (offset, prefix));
        let best = proven.min_by_key(|(place, named, _)| (matches!(place, Place::Earlier(..)), *named != name));
        best.map(|(place, _, point)| (*place, *point))
    }
}

fn places(id: u64, known: &Known) -> impl Iterator<Item = (Place, &str, &Point)> {
    let latest = (Place::Latest(id), known.name.as_str(), &known.point);
    let ends = known.ends.iter().filter(|(_, end)| end.offset < known.point.offset);
    std::iter::once(latest).chain(ends.map(move |(name, end)| (Place::Earlier(id, end.offset), name.as_str(), end)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at a fault")]
mod tests {
    use super::*;

    fn point(bytes: &[u8]) -> Point {
        let (offset, prefix) = (bytes.len() as u64, Digest::of(bytes));
        Point { offset, prefix, lines: 0, rows: 0, rejected: 0, state: Vec::new(), received: None }
    }

    fn known(name: &str, bytes: &[u8], ends: &[(&str, &[u8])]) -> Known {
        let ends = ends.iter().map(|(name, bytes)| ((*name).to_owned(), point(bytes))).collect();
        Known { name: name.into(), format: String::new(), head: Digest::of(b"a\n"), point: point(bytes), ends }
    }

    fn placed(known: Vec<Known>, name: &str, bytes: &[u8]) -> Place {
        let contents = Contents { sources: (0..).zip(known).collect(), ..Contents::default() };
        let prefix = |offset| Ok::<_, ()>(bytes.get(..offset as usize).map(Digest::of));
        let place = Candidates::find(&contents, Digest::of(b"a\n")).prove(name, prefix).unwrap();
        place.map_or(Place::New, |(place, _)| place)
    }

    #[test]
    fn the_longest_proven_source_is_continued() {
        let sources = || vec![known("x", b"a\nb\n", &[]), known("y", b"a\nb\nc\n", &[]), known("z", b"a\nq\nc\n", &[])];
        assert_eq!(placed(sources(), "n", b"a\nb\nc\nd\n"), Place::Latest(1));
        assert_eq!(placed(sources(), "n", b"a\nb\nx\nd\n"), Place::Latest(0));
        assert_eq!(placed(sources(), "n", b"a\nx\n"), Place::New);
        assert_eq!(placed(sources(), "n", b"a\n"), Place::New);
    }

    #[test]
    fn an_older_copy_is_known_by_where_it_ended() {
        let sources = || vec![known("x", b"a\nb\nc\n", &[("copy", b"a\nb\n"), ("x", b"a\nb\nc\n")])];
        assert_eq!(placed(sources(), "copy", b"a\nb\n"), Place::Earlier(0, 4));
        assert_eq!(placed(sources(), "x", b"a\nb\nc\n"), Place::Latest(0));
    }

    #[test]
    fn of_two_equal_sources_the_one_of_that_name_is_continued() {
        let sources = || vec![known("x", b"a\nb\n", &[]), known("y", b"a\nb\n", &[])];
        assert_eq!(placed(sources(), "y", b"a\nb\n"), Place::Latest(1));
        assert_eq!(placed(sources(), "z", b"a\nb\n"), Place::Latest(0));
    }

    #[test]
    fn an_empty_source_proves_nothing() {
        assert_eq!(placed(vec![known("x", b"", &[])], "x", b"a\nb\n"), Place::New);
    }
}
