//! Finds what is already taken in of an input, by its bytes and not by its name.
//!
//! The first line finds candidates; the digest of the bytes up to where a candidate was read proves one. So a file read
//! twice adds nothing, a grown one goes on, a rotated one (`access.log` → `access.log.1` → `access.log.2.gz`) is the same
//! under its new name, and one that was truncated and written anew is a new one.

use pollwarden_core::Digest;
use sha2::{Digest as _, Sha256};

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

    /// What must be read of an input to prove them: offsets and digests, in ascending order.
    pub(crate) fn proof(&self) -> Proof {
        let mut wanted: Vec<_> = self.points.iter().map(|(_, _, point)| (point.offset, point.prefix)).collect();
        wanted.sort_unstable();
        wanted.dedup();
        Proof { wanted, next: 0, read: 0, digest: Sha256::new(), longest: None }
    }

    /// The candidate that goes on from what is proven: first one that stands there, and one of that name.
    pub(crate) fn choose(&self, proof: &Proof, name: &str) -> Option<(Place, &'a Point)> {
        let proven = proof.longest?;
        let fitting = self.points.iter().filter(|(_, _, point)| (point.offset, point.prefix) == proven);
        let best = fitting.min_by_key(|(place, named, _)| (matches!(place, Place::Earlier(..)), *named != name));
        best.map(|(place, _, point)| (*place, *point))
    }
}

fn places(id: u64, known: &Known) -> impl Iterator<Item = (Place, &str, &Point)> {
    let latest = (Place::Latest(id), known.name.as_str(), &known.point);
    let ends = known.ends.iter().filter(|(_, end)| end.offset < known.point.offset);
    std::iter::once(latest).chain(ends.map(move |(name, end)| (Place::Earlier(id, end.offset), name.as_str(), end)))
}

/// Which candidates' bytes an input begins with, found in one pass.
pub(crate) struct Proof {
    wanted: Vec<(u64, Digest)>,
    next: usize,
    read: u64,
    digest: Sha256,
    longest: Option<(u64, Digest)>,
}

impl Proof {
    /// Whether more bytes can prove more.
    pub(crate) fn goes_on(&self) -> bool {
        self.next < self.wanted.len()
    }

    /// Takes the next bytes of the input, decompressed.
    pub(crate) fn feed(&mut self, mut bytes: &[u8]) {
        while let Some(&(offset, digest)) = self.wanted.get(self.next) {
            let missing = offset - self.read;
            if missing > bytes.len() as u64 {
                self.digest(bytes);
                break;
            }
            let (before, after) = bytes.split_at(missing as usize);
            self.digest(before);
            bytes = after;
            if Digest(self.digest.clone().finalize().into()) == digest {
                self.longest = Some((offset, digest));
            }
            self.next += 1;
        }
    }

    fn digest(&mut self, bytes: &[u8]) {
        self.digest.update(bytes);
        self.read += bytes.len() as u64;
    }
}

#[cfg(test)]
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

    fn placed(known: Vec<Known>, name: &str, bytes: &[u8], piece: usize) -> Place {
        let contents = Contents { sources: (0..).zip(known).collect(), ..Contents::default() };
        let candidates = Candidates::find(&contents, Digest::of(b"a\n"));
        let mut proof = candidates.proof();
        bytes.chunks(piece).for_each(|piece| proof.feed(piece));
        candidates.choose(&proof, name).map_or(Place::New, |(place, _)| place)
    }

    #[test]
    fn the_longest_proven_source_is_continued() {
        let sources = || vec![known("x", b"a\nb\n", &[]), known("y", b"a\nb\nc\n", &[]), known("z", b"a\nq\nc\n", &[])];
        for piece in 1..8 {
            assert_eq!(placed(sources(), "n", b"a\nb\nc\nd\n", piece), Place::Latest(1));
            assert_eq!(placed(sources(), "n", b"a\nb\nx\nd\n", piece), Place::Latest(0));
            assert_eq!(placed(sources(), "n", b"a\nx\n", piece), Place::New);
            assert_eq!(placed(sources(), "n", b"a\n", piece), Place::New);
        }
    }

    #[test]
    fn an_older_copy_is_known_by_where_it_ended() {
        let sources = || vec![known("x", b"a\nb\nc\n", &[("copy", b"a\nb\n"), ("x", b"a\nb\nc\n")])];
        assert_eq!(placed(sources(), "copy", b"a\nb\n", 3), Place::Earlier(0, 4));
        assert_eq!(placed(sources(), "x", b"a\nb\nc\n", 3), Place::Latest(0));
    }

    #[test]
    fn of_two_equal_sources_the_one_of_that_name_is_continued() {
        let sources = || vec![known("x", b"a\nb\n", &[]), known("y", b"a\nb\n", &[])];
        assert_eq!(placed(sources(), "y", b"a\nb\n", 2), Place::Latest(1));
        assert_eq!(placed(sources(), "z", b"a\nb\n", 2), Place::Latest(0));
    }

    #[test]
    fn an_empty_source_proves_nothing() {
        assert_eq!(placed(vec![known("x", b"", &[])], "x", b"a\nb\n", 2), Place::New);
    }
}
