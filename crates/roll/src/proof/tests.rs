//! Proofs over random sets of records, and every way to tamper with one.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::Index;

use super::difference::{self, Leaf};
use super::trie::{BlindedKey, Commitment, Subtree};
use super::verify::{Published, Refusal, verify};
use super::wire::{CHANGED, GONE, MAGIC, NEW, NOTHING, SAME, SPLIT};
use super::{Difference, Proven};

type Records = BTreeMap<BlindedKey, Commitment>;

/// Keys of which many begin alike, some but for the last bit: deep trees with halves that are empty.
fn key() -> impl Strategy<Value = BlindedKey> {
    let byte = || prop::sample::select(vec![0_u8, 1, 0x80, 0xff]);
    let alike = (byte(), byte(), byte()).prop_map(|(first, middle, last)| {
        let mut key = [0x55; 16];
        (key[0], key[7], key[15]) = (first, middle, last);
        BlindedKey(key)
    });
    prop_oneof![alike, any::<[u8; 16]>().prop_map(BlindedKey)]
}

fn commitment() -> impl Strategy<Value = Commitment> {
    (0..4_u8).prop_map(|byte| Commitment([byte; 32]))
}

fn records() -> impl Strategy<Value = Records> {
    prop::collection::btree_map(key(), commitment(), 0..24)
}

/// A snapshot, and a later one that shares much with it.
fn pair() -> impl Strategy<Value = (Records, Records)> {
    let edit = (any::<Index>(), prop::option::of(commitment()));
    (records(), prop::collection::vec(edit, 0..6), prop::collection::btree_map(key(), commitment(), 0..4)).prop_map(
        |(older, edits, more)| {
            let mut newer = older.clone();
            for (at, to) in edits.iter().filter(|_| !older.is_empty()) {
                let key = *at.get(&older.keys().collect::<Vec<_>>()).to_owned();
                match to {
                    Some(commitment) => drop(newer.insert(key, *commitment)),
                    None => drop(newer.remove(&key)),
                }
            }
            newer.extend(more);
            (older, newer)
        },
    )
}

fn leaves(records: &Records) -> Vec<Leaf> {
    records.iter().map(|(&key, &commitment)| Leaf { key, commitment }).collect()
}

fn published(records: &Records) -> Published {
    Published { root: difference::tree(&leaves(records)).root(), records: records.len() as u64 }
}

fn prove(older: &Records, newer: &Records) -> Vec<u8> {
    difference::prove(&leaves(older), &leaves(newer)).0
}

/// The differences of two maps, and how many records are the same.
fn naive(older: &Records, newer: &Records) -> (Vec<Difference>, u64) {
    let keys: std::collections::BTreeSet<_> = older.keys().chain(newer.keys()).copied().collect();
    let all = keys.into_iter().map(|key| Difference {
        key,
        before: older.get(&key).copied(),
        after: newer.get(&key).copied(),
    });
    let (differing, same): (Vec<_>, Vec<_>) = all.partition(|difference| difference.before != difference.after);
    (differing, same.len() as u64)
}

/// The tree of a proof, to be tampered with.
#[derive(Debug, Clone, PartialEq)]
enum Part {
    Bytes(Vec<u8>),
    Split(Box<[Part; 2]>),
}

impl Part {
    fn parse(bytes: &mut &[u8]) -> Self {
        let length = match bytes[0] {
            SPLIT => {
                *bytes = &bytes[1..];
                return Self::Split(Box::new([Self::parse(bytes), Self::parse(bytes)]));
            }
            NOTHING => 1,
            SAME => 41,
            CHANGED => 81,
            GONE | NEW => 49,
            tag => panic!("tag {tag}"),
        };
        let (part, rest) = bytes.split_at(length);
        *bytes = rest;
        Self::Bytes(part.to_vec())
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Bytes(bytes) => out.extend_from_slice(bytes),
            Self::Split(halves) => {
                out.push(SPLIT);
                halves.iter().for_each(|half| half.write(out));
            }
        }
    }

    /// All parts that are not split, to be changed.
    fn ends(&mut self) -> Vec<&mut Vec<u8>> {
        match self {
            Self::Bytes(bytes) => vec![bytes],
            Self::Split(halves) => halves.iter_mut().flat_map(Self::ends).collect(),
        }
    }
}

const TREE: usize = MAGIC.len() + 64;

/// The proof with one of its ends replaced, for each end and each replacement.
fn tampered(proof: &[u8], replace: impl Fn(&[u8]) -> Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let tree = Part::parse(&mut &proof[TREE..]);
    let mut all = Vec::new();
    for at in 0..tree.clone().ends().len() {
        let old = tree.clone().ends()[at].clone();
        for new in replace(&old).into_iter().filter(|new| *new != old) {
            let mut changed = tree.clone();
            *changed.ends()[at] = new;
            let mut bytes = proof[..TREE].to_vec();
            changed.write(&mut bytes);
            all.push(bytes);
        }
    }
    all
}

fn part(tag: u8, fields: &[&[u8]]) -> Vec<u8> {
    let mut bytes = vec![tag];
    fields.iter().for_each(|field| bytes.extend_from_slice(field));
    bytes
}

fn shared(tree: Subtree) -> Vec<u8> {
    part(SAME, &[&tree.records.to_be_bytes(), &tree.hash])
}

/// A difference said to be none, in each way it could be said.
fn hidden(end: &[u8]) -> Vec<Vec<u8>> {
    let leaf = |commitment: &[u8]| {
        let (key, commitment) = (end[1..17].try_into().unwrap(), commitment.try_into().unwrap());
        shared(Subtree::leaf(BlindedKey(key), Commitment(commitment)))
    };
    match end[0] {
        CHANGED => vec![leaf(&end[17..49]), leaf(&end[49..]), vec![NOTHING]],
        GONE | NEW => vec![leaf(&end[17..]), vec![NOTHING]],
        _ => Vec::new(),
    }
}

/// Something said to differ that does not, or differently from how it does.
fn invented(end: &[u8]) -> Vec<Vec<u8>> {
    let (key, other) = ([0x55; 16], [9; 32]);
    match end[0] {
        NOTHING => vec![part(NEW, &[&key, &other]), part(GONE, &[&key, &other])],
        SAME => vec![part(CHANGED, &[&key, &end[9..], &other]), part(NEW, &[&key, &other]), vec![NOTHING]],
        CHANGED => vec![
            part(CHANGED, &[&end[1..17], &end[17..49], &other]),
            part(CHANGED, &[&end[1..17], &other, &end[49..]]),
            part(CHANGED, &[&end[1..17], &end[49..], &end[17..49]]),
            part(GONE, &[&end[1..49]]),
            part(NEW, &[&end[1..17], &end[49..]]),
            part(CHANGED, &[&key, &end[17..]]),
        ],
        GONE => vec![part(NEW, &[&end[1..]]), part(CHANGED, &[&end[1..], &other]), part(GONE, &[&end[1..17], &other])],
        _ => vec![part(GONE, &[&end[1..]]), part(CHANGED, &[&end[1..17], &other, &end[17..]])],
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_proof_says_what_two_maps_say((older, newer) in pair()) {
        let proof = prove(&older, &newer);
        let (differences, same) = naive(&older, &newer);
        let proven = verify(&proof, published(&older), published(&newer)).expect("an honest proof");
        let (before, after) = (older.len() as u64, newer.len() as u64);
        prop_assert_eq!(proven, Proven { before, after, same, differences });
    }

    #[test]
    fn another_set_has_another_root(a in records(), b in records()) {
        prop_assert_eq!(a == b, published(&a).root == published(&b).root);
    }

    #[test]
    fn exchanged_commitments_are_told((older, newer) in pair()) {
        prop_assume!(older != newer);
        let refusal = verify(&prove(&older, &newer), published(&newer), published(&older));
        prop_assert_eq!(refusal, Err(Refusal::Exchanged));
    }

    /// Whoever proves over other records than were committed to, and puts the published roots in front, gets nowhere.
    #[test]
    fn a_proof_over_other_records_is_refused((older, newer) in pair(), (other, third) in pair()) {
        let (a, b) = (published(&older), published(&newer));
        for (x, y) in [(&older, &other), (&other, &newer), (&other, &third), (&newer, &older)] {
            prop_assume!((x, y) != (&older, &newer));
            let mut proof = prove(x, y);
            prop_assert!(verify(&proof, a, b).is_err());
            proof[MAGIC.len()..MAGIC.len() + 32].copy_from_slice(&a.root.0);
            proof[MAGIC.len() + 32..TREE].copy_from_slice(&b.root.0);
            prop_assert!(matches!(verify(&proof, a, b), Err(Refusal::WrongRoot(_))));
        }
    }

    #[test]
    fn hidden_and_invented_changes_are_refused((older, newer) in pair()) {
        let (proof, a, b) = (prove(&older, &newer), published(&older), published(&newer));
        for bad in tampered(&proof, hidden).into_iter().chain(tampered(&proof, invented)) {
            prop_assert!(verify(&bad, a, b).is_err(), "{:?} for {:?}", bad, proof);
        }
    }

    #[test]
    fn any_bytes_are_refused_or_proven(bytes: Vec<u8>, tree in prop::collection::vec(0..6_u8, 0..400)) {
        let nothing = published(&Records::new());
        let _ = verify(&bytes, nothing, nothing);
        let proof = [MAGIC, &nothing.root.0, &nothing.root.0, &tree].concat();
        prop_assert_eq!(verify(&proof, nothing, nothing).is_ok(), tree == [NOTHING]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_bit_counts((older, newer) in pair(), bit in 0..8_u32) {
        let (proof, a, b) = (prove(&older, &newer), published(&older), published(&newer));
        for at in 0..proof.len() {
            let mut bad = proof.clone();
            bad[at] ^= 1 << bit;
            prop_assert!(verify(&bad, a, b).is_err(), "byte {}", at);
        }
        for length in 0..proof.len() {
            prop_assert!(verify(&proof[..length], a, b).is_err(), "cut to {}", length);
        }
        prop_assert_eq!(verify(&[&proof[..], &[0]].concat(), a, b), Err(Refusal::GoesOn(1)));
    }
}

/// A part that shows more than it must is refused, though it leads to the right roots.
#[test]
fn only_the_shortest_form_is_a_proof() {
    let record = |byte: u8| (BlindedKey([byte; 16]), Commitment([byte; 32]));
    let older = Records::from([record(0), record(0x80), record(0xc0)]);
    let newer = Records::from([record(0), record(0x80), record(0xc0), record(0x40)]);
    let (a, b) = (published(&older), published(&newer));
    let proof = prove(&older, &newer);
    let tree = |byte| difference::tree(&leaves(&Records::from([record(byte)])));
    let leaf = |byte| shared(tree(byte));
    let new = part(NEW, &[&[0x40; 16], &[0x40; 32]]);
    let split = |left: &[u8], right: &[u8]| part(SPLIT, &[left, right]);
    let with = |tree: Vec<u8>| verify(&[&proof[..TREE], &tree].concat(), a, b);
    let upper = shared(Subtree::join(tree(0x80), tree(0xc0)).expect("two records"));
    assert!(with(split(&split(&leaf(0), &new), &upper)).is_ok());
    let shown = split(&leaf(0x80), &leaf(0xc0));
    assert!(matches!(with(split(&split(&leaf(0), &new), &shown)), Err(Refusal::NotShortest(_))));
    let deeper = split(&new, &[NOTHING]);
    assert!(matches!(with(split(&split(&leaf(0), &deeper), &upper)), Err(Refusal::NotShortest(_))));
    let elsewhere = split(&[NOTHING], &new);
    assert!(matches!(with(split(&split(&leaf(0), &elsewhere), &upper)), Err(Refusal::Misplaced(_))));
    let none = part(SAME, &[&[0; 8], &[0; 32]]);
    assert!(matches!(with(none), Err(Refusal::NotShortest(_))));
}

#[test]
fn a_commitment_with_another_number_of_records_is_refused() {
    let older = Records::from([(BlindedKey([1; 16]), Commitment([1; 32]))]);
    let (a, b) = (published(&older), published(&Records::new()));
    let refusal = verify(&prove(&older, &Records::new()), Published { records: 2, ..a }, b);
    assert_eq!(refusal, Err(Refusal::WrongCount { which: "older", proof: 1, published: 2 }));
}
