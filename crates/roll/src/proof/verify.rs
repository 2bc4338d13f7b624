//! Checks a proof. It takes bytes and two published roots, and nothing else: no secret, no file, no network, no clock, and
//! it can write nothing.
//!
//! Why it is enough: both roots are computed from the proof, and what is shared stands in it once, so that it goes into
//! both. Whoever could make a shared part stand for different records, or leave out a difference, would have found two
//! inputs of SHA-256 with one digest. A proof has one form only: whatever is not the shortest is refused.

use super::Difference;
use super::trie::{BlindedKey, Commitment, LEVELS, Root, Subtree};
use super::wire::{CHANGED, GONE, MAGIC, MAGIC_OF_ANY, MAX_PROOF, NEW, NOTHING, SAME, SPLIT};

/// What a proof has proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// Records of the older snapshot.
    pub before: u64,
    /// Records of the newer snapshot.
    pub after: u64,
    /// Records that are in both with the same content.
    pub same: u64,
    /// All records that differ, by key.
    pub differences: Vec<Difference>,
}

/// Why a proof is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is longer than any proof.
    #[error("it has {0} bytes; a proof has at most {MAX_PROOF}")]
    TooLong(usize),
    /// It does not begin as a proof.
    #[error("it is no proof: it does not begin with the words \"pollwarden roll proof\"")]
    NoProof,
    /// It begins as another version's proof.
    #[error("it is a proof of another version of the format; this Pollwarden reads version 1")]
    OtherVersion,
    /// It ends where something must follow.
    #[error("it ends too early, after {0} bytes: it was cut off. Get the whole file")]
    CutOff(usize),
    /// Something follows its end.
    #[error("{0} bytes follow its end: they are no part of the proof")]
    GoesOn(usize),
    /// A part of an unknown kind.
    #[error("byte {at} is {tag}, where the kind of a part (0 to 5) was expected: it was altered")]
    UnknownPart {
        /// Where, from 0.
        at: usize,
        /// What stands there.
        tag: u8,
    },
    /// A record stands where its key does not belong.
    #[error("record {0} stands where its key does not belong: it was altered or invented")]
    Misplaced(BlindedKey),
    /// An invented change.
    #[error("record {0} is listed as changed, but its two commitments are the same: the change is invented")]
    NoChange(BlindedKey),
    /// More is shown than the differences take, or nothing is shared where something is said to be.
    #[error("the part at byte {0} is not in the only form it may have: it was altered")]
    NotShortest(usize),
    /// More records than can be counted.
    #[error("it claims more records than can be: it was altered")]
    TooMany,
    /// The two commitments were exchanged.
    #[error("the two commitments are exchanged: this proof leads from the second to the first")]
    Exchanged,
    /// It is about another snapshot.
    #[error("it is about another {which} snapshot: its root there is {proof}, the commitment's is {published}")]
    OtherSnapshot {
        /// Older or newer.
        which: &'static str,
        /// The proof's root.
        proof: Root,
        /// The commitment's.
        published: Root,
    },
    /// What it shows does not give the root.
    #[error(
        "what it shows does not lead to the {0} snapshot's root: a difference is hidden, invented or altered, or the file is damaged"
    )]
    WrongRoot(&'static str),
    /// The root is right, but stands for another number of records.
    #[error("the {which} snapshot has {proof} records, not {published} as its commitment says")]
    WrongCount {
        /// Older or newer.
        which: &'static str,
        /// The number bound into the root.
        proof: u64,
        /// The commitment's.
        published: u64,
    },
}

/// A root as it was published, with the number of records it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// The root.
    pub root: Root,
    /// Records.
    pub records: u64,
}

/// Checks that exactly the differences of a proof lead from one published root to the other. Memory: 88 bytes a difference.
///
/// # Errors
/// Where anything in the proof is not as it must be.
pub fn verify(proof: &[u8], older: Published, newer: Published) -> Result<Proven, Refusal> {
    let mut reader = Reader::begin(proof)?;
    let roots = [Root(reader.take()?), Root(reader.take()?)];
    same_snapshots(roots, [older.root, newer.root])?;
    let whole = reader.part(0, 0)?;
    if reader.rest().is_empty() {
        leads_to("older", whole.before, older)?;
        leads_to("newer", whole.after, newer)?;
        let (before, after) = (whole.before.records, whole.after.records);
        Ok(Proven { before, after, same: reader.same, differences: reader.differences })
    } else {
        Err(Refusal::GoesOn(reader.rest().len()))
    }
}

fn same_snapshots(proof: [Root; 2], published: [Root; 2]) -> Result<(), Refusal> {
    if proof == [published[1], published[0]] && published[0] != published[1] {
        return Err(Refusal::Exchanged);
    }
    let other = |at: usize, which| Err(Refusal::OtherSnapshot { which, proof: proof[at], published: published[at] });
    match [0, 1].map(|at| proof[at] == published[at]) {
        [false, _] => other(0, "older"),
        [_, false] => other(1, "newer"),
        _ => Ok(()),
    }
}

fn leads_to(which: &'static str, tree: Subtree, published: Published) -> Result<(), Refusal> {
    if tree.root() != published.root {
        return Err(Refusal::WrongRoot(which));
    }
    let (proof, published) = (tree.records, published.records);
    if proof == published { Ok(()) } else { Err(Refusal::WrongCount { which, proof, published }) }
}

/// A part of both trees.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Part {
    before: Subtree,
    after: Subtree,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The same records in both; possibly none.
    Same,
    /// One record, which differs.
    One,
    /// Several records, of which one at least differs.
    Several,
}

struct Reader<'a> {
    proof: &'a [u8],
    at: usize,
    same: u64,
    differences: Vec<Difference>,
}

impl<'a> Reader<'a> {
    fn begin(proof: &'a [u8]) -> Result<Self, Refusal> {
        if proof.len() > MAX_PROOF {
            return Err(Refusal::TooLong(proof.len()));
        }
        match (proof.starts_with(MAGIC), proof.starts_with(MAGIC_OF_ANY)) {
            (true, _) => Ok(Self { proof, at: MAGIC.len(), same: 0, differences: Vec::new() }),
            (_, true) => Err(Refusal::OtherVersion),
            _ => Err(Refusal::NoProof),
        }
    }

    fn rest(&self) -> &'a [u8] {
        &self.proof[self.at..]
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], Refusal> {
        let bytes = self.rest().first_chunk().ok_or(Refusal::CutOff(self.proof.len()))?;
        self.at += N;
        Ok(*bytes)
    }

    /// Reads the part at a place of the tree. It goes no deeper than a key has bits.
    fn part(&mut self, path: u128, depth: u32) -> Result<Part, Refusal> {
        let at = self.at;
        let [tag] = self.take()?;
        match tag {
            NOTHING => Ok(Part { before: Subtree::EMPTY, after: Subtree::EMPTY, kind: Kind::Same }),
            SAME => self.shared(at),
            CHANGED | GONE | NEW => self.one(tag, path, depth),
            SPLIT if depth < LEVELS => self.split(at, path, depth),
            SPLIT => Err(Refusal::NotShortest(at)),
            _ => Err(Refusal::UnknownPart { at, tag }),
        }
    }

    fn shared(&mut self, at: usize) -> Result<Part, Refusal> {
        let tree = Subtree { records: u64::from_be_bytes(self.take()?), hash: self.take()? };
        if tree.records == 0 {
            return Err(Refusal::NotShortest(at));
        }
        self.same = self.same.checked_add(tree.records).ok_or(Refusal::TooMany)?;
        Ok(Part { before: tree, after: tree, kind: Kind::Same })
    }

    fn one(&mut self, tag: u8, path: u128, depth: u32) -> Result<Part, Refusal> {
        let key = BlindedKey(self.take()?);
        let before = if tag == NEW { None } else { Some(Commitment(self.take()?)) };
        let after = if tag == GONE { None } else { Some(Commitment(self.take()?)) };
        if !key.is_below(path, depth) {
            return Err(Refusal::Misplaced(key));
        }
        if before == after {
            return Err(Refusal::NoChange(key));
        }
        self.differences.push(Difference { key, before, after });
        let tree = |of: Option<Commitment>| of.map_or(Subtree::EMPTY, |commitment| Subtree::leaf(key, commitment));
        Ok(Part { before: tree(before), after: tree(after), kind: Kind::One })
    }

    fn split(&mut self, at: usize, path: u128, depth: u32) -> Result<Part, Refusal> {
        let left = self.part(path, depth + 1)?;
        let right = self.part(path | 1 << (LEVELS - 1 - depth), depth + 1)?;
        let nothing = |part: Part| part.before.records == 0 && part.after.records == 0;
        let needless = match (left.kind, right.kind) {
            (Kind::Same, Kind::Same) => true,
            (Kind::One, Kind::Same) => nothing(right),
            (Kind::Same, Kind::One) => nothing(left),
            _ => false,
        };
        if needless {
            return Err(Refusal::NotShortest(at));
        }
        let join = |left, right| Subtree::join(left, right).ok_or(Refusal::TooMany);
        let (before, after) = (join(left.before, right.before)?, join(left.after, right.after)?);
        Ok(Part { before, after, kind: Kind::Several })
    }
}
