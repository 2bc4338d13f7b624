//! Which records are compared: those that share something, by any of several rules, so that one wrong field hides no pair.
//!
//! Each rule may ask for so many comparisons only, and the smallest blocks, whose shared value says most, come first: time
//! stays in proportion to the roll, and a value that a million records share is left to the other rules. What was left out
//! is said.

use std::collections::HashSet;

use xxhash_rust::xxh3::xxh3_64;

use super::field::{ADDRESS, BIRTH, FIRST, LAST, LICENCE, PHONE, POST, TABLE};
use super::people::{At, People};

/// Comparisons that each rule may ask for: this many, and so many for each record.
const COMPARISONS: u64 = 500_000;
const COMPARISONS_A_RECORD: u64 = 5;

/// Fields that records of a block share. Two names are taken in either order.
type Rule = &'static [usize];

static RULES: [Rule; 11] = [
    &[LAST, FIRST],
    &[LAST, BIRTH],
    &[FIRST, BIRTH],
    &[LICENCE],
    &[PHONE],
    &[ADDRESS],
    &[LAST, POST],
    &[FIRST, POST],
    &[LAST],
    &[BIRTH],
    &[FIRST],
];

/// A rule that could not be followed to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LeftOut {
    /// What records of a block share, in words.
    pub(crate) rule: String,
    /// Blocks left out.
    pub(crate) blocks: u64,
    /// Records of the largest block that was compared.
    pub(crate) largest: u64,
}

fn key(people: &People, rule: Rule, at: At) -> Option<u64> {
    let mut bytes = [0; 8];
    for (place, field) in rule.iter().enumerate() {
        let number = people.number(at, *field);
        if number == 0 {
            return None;
        }
        bytes[4 * place..4 * place + 4].copy_from_slice(&number.to_le_bytes());
    }
    if rule == RULES[0] && bytes[..4] > bytes[4..8] {
        bytes[..8].rotate_left(4);
    }
    Some(xxh3_64(&bytes[..4 * rule.len()]))
}

/// Hands on every pair to be compared, once, the earlier record first.
pub(super) fn pairs(people: &People, each: &mut dyn FnMut(At, At)) -> Vec<LeftOut> {
    let budget = COMPARISONS + COMPARISONS_A_RECORD * people.len() as u64;
    let (mut done, mut left_out) = (Vec::new(), Vec::new());
    for rule in RULES {
        let blocks = Blocks::of(people, rule, budget);
        left_out.extend(blocks.left_out(rule));
        for block in blocks.within() {
            for (at, (_, a)) in block.iter().enumerate() {
                for (_, b) in &block[at + 1..] {
                    if !done.iter().any(|earlier| is_done(people, earlier, *a, *b)) {
                        each(*a, *b);
                    }
                }
            }
        }
        done.push((rule, blocks.skipped));
    }
    left_out
}

fn is_done(people: &People, (rule, skipped): &(Rule, HashSet<u64>), a: At, b: At) -> bool {
    let key_a = key(people, rule, a);
    key_a.is_some() && key_a == key(people, rule, b) && key_a.is_some_and(|key| !skipped.contains(&key))
}

/// The blocks of one rule.
struct Blocks {
    /// Records by key.
    keyed: Vec<(u64, At)>,
    /// Blocks that are compared: where they begin and how many records they have.
    within: Vec<(u32, u32)>,
    skipped: HashSet<u64>,
    largest: u64,
}

impl Blocks {
    fn of(people: &People, rule: Rule, budget: u64) -> Self {
        let all = 0..people.len() as At;
        let mut keyed: Vec<(u64, At)> = all.filter_map(|at| Some((key(people, rule, at)?, at))).collect();
        keyed.sort_unstable();
        let mut blocks: Vec<(u32, u32)> = Vec::new();
        let mut begin = 0;
        for block in keyed.chunk_by(|a, b| a.0 == b.0) {
            if block.len() > 1 {
                blocks.push((block.len() as u32, begin));
            }
            begin += block.len() as u32;
        }
        blocks.sort_unstable();
        let (mut used, mut kept) = (0, 0);
        for (length, _) in &blocks {
            used += u64::from(*length) * (u64::from(*length) - 1) / 2;
            if used > budget {
                break;
            }
            kept += 1;
        }
        let skipped = blocks[kept..].iter().map(|(_, begin)| keyed[*begin as usize].0).collect();
        let largest = kept.checked_sub(1).map_or(1, |last| u64::from(blocks[last].0));
        let mut within: Vec<(u32, u32)> = blocks[..kept].iter().map(|(length, begin)| (*begin, *length)).collect();
        within.sort_unstable();
        Self { keyed, within, skipped, largest }
    }

    fn within(&self) -> impl Iterator<Item = &[(u64, At)]> {
        self.within.iter().map(|(begin, length)| &self.keyed[*begin as usize..][..*length as usize])
    }

    fn left_out(&self, rule: Rule) -> Option<LeftOut> {
        let names: Vec<&str> = rule.iter().map(|field| TABLE[*field].name).collect();
        let blocks = self.skipped.len() as u64;
        (blocks > 0).then(|| LeftOut { rule: names.join(" and "), blocks, largest: self.largest })
    }
}
