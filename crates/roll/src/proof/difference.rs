//! Finds what differs between two trees, and writes the proof of it.

use super::trie::{BlindedKey, Commitment, Root, Subtree};
use super::wire::{CHANGED, GONE, MAGIC, NEW, NOTHING, SAME, SPLIT};

/// A record in the tree. 48 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Leaf {
    pub(super) key: BlindedKey,
    pub(super) commitment: Commitment,
}

/// The tree over leaves in the order of their keys, of which no two are alike.
pub(super) fn tree(leaves: &[Leaf]) -> Subtree {
    subtree(leaves, 0)
}

fn subtree(leaves: &[Leaf], depth: u32) -> Subtree {
    match leaves {
        [] => Subtree::EMPTY,
        [one] => one.tree(),
        _ => {
            let (left, right) = halves(leaves, depth);
            join(subtree(left, depth + 1), subtree(right, depth + 1))
        }
    }
}

/// The proof that leads from one set of leaves to another, and the root of each. Both are in the order of their keys, of
/// which no two in one set are alike.
pub(super) fn prove(older: &[Leaf], newer: &[Leaf]) -> (Vec<u8>, [Root; 2]) {
    let mut proof = MAGIC.to_vec();
    let roots = proof.len();
    proof.resize(roots + 64, 0);
    let whole = merge(older, newer, 0, &mut proof);
    let (before, after) = (whole.before.root(), whole.after.root());
    proof[roots..roots + 32].copy_from_slice(&before.0);
    proof[roots + 32..roots + 64].copy_from_slice(&after.0);
    (proof, [before, after])
}

impl Leaf {
    fn tree(&self) -> Subtree {
        Subtree::leaf(self.key, self.commitment)
    }
}

/// Where the next bit turns from 0 to 1.
fn halves(leaves: &[Leaf], depth: u32) -> (&[Leaf], &[Leaf]) {
    leaves.split_at(leaves.partition_point(|leaf| !leaf.key.bit(depth)))
}

fn join(left: Subtree, right: Subtree) -> Subtree {
    Subtree::join(left, right).expect("leaves in memory are fewer than 2^64")
}

/// One part of both trees.
struct Merged {
    before: Subtree,
    after: Subtree,
    same: bool,
}

impl Merged {
    fn same(tree: Subtree) -> Self {
        Self { before: tree, after: tree, same: true }
    }
}

fn merge(older: &[Leaf], newer: &[Leaf], depth: u32, out: &mut Vec<u8>) -> Merged {
    match (older, newer) {
        ([], []) => shared(Subtree::EMPTY, out),
        ([old], [new]) if old == new => shared(old.tree(), out),
        ([old], [new]) if old.key == new.key => {
            write(out, CHANGED, &[&old.key.0, &old.commitment.0, &new.commitment.0]);
            Merged { before: old.tree(), after: new.tree(), same: false }
        }
        ([old], []) => {
            write(out, GONE, &[&old.key.0, &old.commitment.0]);
            Merged { before: old.tree(), after: Subtree::EMPTY, same: false }
        }
        ([], [new]) => {
            write(out, NEW, &[&new.key.0, &new.commitment.0]);
            Merged { before: Subtree::EMPTY, after: new.tree(), same: false }
        }
        _ => split(older, newer, depth, out),
    }
}

fn split(older: &[Leaf], newer: &[Leaf], depth: u32, out: &mut Vec<u8>) -> Merged {
    let begin = out.len();
    out.push(SPLIT);
    let ((old_left, old_right), (new_left, new_right)) = (halves(older, depth), halves(newer, depth));
    let left = merge(old_left, new_left, depth + 1, out);
    let right = merge(old_right, new_right, depth + 1, out);
    let before = join(left.before, right.before);
    if left.same && right.same {
        // Nothing differs below: what was written of it shrinks to one hash.
        out.truncate(begin);
        return shared(before, out);
    }
    Merged { before, after: join(left.after, right.after), same: false }
}

fn shared(tree: Subtree, out: &mut Vec<u8>) -> Merged {
    match tree.records {
        0 => out.push(NOTHING),
        records => write(out, SAME, &[&records.to_be_bytes(), &tree.hash]),
    }
    Merged::same(tree)
}

fn write(out: &mut Vec<u8>, tag: u8, fields: &[&[u8]]) {
    out.push(tag);
    fields.iter().for_each(|field| out.extend_from_slice(field));
}
