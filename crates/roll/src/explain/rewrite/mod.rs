//! Columns whose values are written in another way throughout, while what they say stayed: found in the data, not in a
//! list of columns.
//!
//! A rule of form says how one writing comes of the other; it counts where nearly all values of that shape, or nearly all
//! addresses with that word, follow it. What breaks the rule stays a change.

mod rule;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::same::same_meaning;
use crate::RollError;
use crate::diff::{Cell, Diff, Kind, Side};
use crate::layout::{Column, Layout};
use rule::{Rule, shape, words};

/// Another writing shows in at least so many records.
const FEWEST: u64 = 5;
/// The share of a shape's or word's bearers that must follow the rule.
const SHARE: f64 = 0.95;
/// A word's short form shows beside so many different words: a street that was renamed has but one name.
const BESIDE: usize = 3;
/// No more shapes and words than this are followed.
const MOST: usize = 100_000;

/// A shape that a column's values had, or a word in them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Bearer {
    column: usize,
    sign: Sign,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Sign {
    Shape(String),
    Word(String),
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Now {
    Written(Rule),
    Word(String),
}

#[derive(Debug, Default)]
struct Seen {
    records: u64,
    beside: HashSet<String>,
}

type Candidates = HashMap<Bearer, HashMap<Now, Seen>>;

/// Columns' other writings, and how many records have each.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rewrites {
    now: Arc<HashMap<Bearer, (Now, u64)>>,
}

impl Rewrites {
    /// Looks through all changes, and where there are candidates through the newer snapshot.
    pub(crate) fn find(diff: &Diff) -> Result<Self, RollError> {
        if diff.counts().compared < FEWEST {
            return Ok(Self::default());
        }
        let mut candidates = count_changes(diff)?;
        candidates.retain(|_, now| now.values().any(Seen::suffices));
        if candidates.is_empty() {
            return Ok(Self::default());
        }
        let left = bearers_left(diff, &candidates)?;
        let now = candidates.into_iter().filter_map(|(bearer, now)| {
            let all =
                now.values().map(|seen| seen.records).sum::<u64>() + left.get(&bearer).copied().unwrap_or_default();
            let (now, seen) = now.into_iter().max_by(|(a, x), (b, y)| (x.records, a).cmp(&(y.records, b)))?;
            let nearly_all = seen.records as f64 >= SHARE * all as f64;
            (seen.suffices() && nearly_all).then_some((bearer, (now, seen.records)))
        });
        Ok(Self { now: Arc::new(now.collect()) })
    }

    /// Whether a column's two values differ in its writing only.
    pub(crate) fn same(&self, at: usize, column: &Column, old: &str, new: &str) -> bool {
        if self.now.is_empty() {
            return false;
        }
        let signs = signs(column, old, new);
        let known = |(sign, now): &(Sign, Now)| {
            let bearer = Bearer { column: at, sign: sign.clone() };
            self.now.get(&bearer).is_some_and(|(known, _)| known == now)
        };
        !signs.is_empty() && signs.iter().all(known)
    }

    /// What is to be said of them.
    pub(crate) fn notes(&self, columns: &[Column]) -> Vec<String> {
        let mut ways: BTreeMap<(usize, String), u64> = BTreeMap::new();
        for (bearer, (now, records)) in self.now.iter() {
            *ways.entry((bearer.column, says(&bearer.sign, now))).or_default() += records;
        }
        let mut by_column: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for ((column, says), records) in ways {
            by_column.entry(column).or_default().push(format!("{says} ({records} records)"));
        }
        let note = |(column, ways): (usize, Vec<String>)| {
            format!(
                "The column {} is written in another way: {}. Only records that break this rule are told as changes.",
                columns[column].name,
                ways.join(", ")
            )
        };
        by_column.into_iter().map(note).collect()
    }
}

impl Seen {
    fn suffices(&self) -> bool {
        self.records >= FEWEST && (self.beside.is_empty() || self.beside.len() >= BESIDE)
    }
}

fn says(sign: &Sign, now: &Now) -> String {
    match (sign, now) {
        (Sign::Word(word), Now::Word(now)) => format!("{word} as {now}"),
        (_, Now::Written(rule)) => rule.says().to_owned(),
        _ => String::new(),
    }
}

/// What the older value bears that is written otherwise in the newer one; nothing where the values differ in more.
fn signs(column: &Column, old: &str, new: &str) -> Vec<(Sign, Now)> {
    if let Some(rule) = Rule::between(column.role, old, new) {
        return vec![(Sign::Shape(shape(old)), Now::Written(rule))];
    }
    let pairs = words(column.role, old, new).unwrap_or_default();
    pairs.into_iter().map(|(old, new)| (Sign::Word(old), Now::Word(new))).collect()
}

fn count_changes(diff: &Diff) -> Result<Candidates, RollError> {
    let mut candidates = Candidates::new();
    diff.in_both(&mut |change| {
        if change.kind == Kind::Changed && candidates.len() < MOST {
            change.cells.iter().for_each(|cell| count(&diff.columns()[cell.column], cell, &mut candidates));
        }
        Ok(())
    })?;
    Ok(candidates)
}

fn count(column: &Column, cell: &Cell<'_>, candidates: &mut Candidates) {
    if same_meaning(column.role, &cell.old, &cell.new) {
        return;
    }
    for (sign, now) in signs(column, &cell.old, &cell.new) {
        let beside = match &sign {
            Sign::Word(word) => Some(rule::beside(&cell.old, word)),
            Sign::Shape(_) => None,
        };
        let seen = candidates.entry(Bearer { column: cell.column, sign }).or_default().entry(now).or_default();
        seen.records += 1;
        seen.beside.extend(beside.filter(|_| seen.beside.len() < BESIDE));
    }
}

/// How many of the newer snapshot's values still have the shape, or the word in its older writing alone.
fn bearers_left(diff: &Diff, candidates: &Candidates) -> Result<HashMap<Bearer, u64>, RollError> {
    let columns: HashSet<usize> = candidates.keys().map(|bearer| bearer.column).collect();
    let places = |layout: &Layout| -> Vec<(usize, usize)> {
        let places = layout.places();
        let place = |at: usize| places.get(&diff.columns()[at].name.to_ascii_lowercase()).copied();
        columns.iter().filter_map(|&at| Some((at, place(at)?))).collect()
    };
    let parts: Vec<_> = diff.layouts(Side::Newer).map(places).collect();
    let mut left: HashMap<Bearer, u64> = HashMap::new();
    diff.side(Side::Newer).scan(&mut |met| {
        let raw: Vec<&[u8]> = met.layout.fields(met.bytes).collect();
        for &(column, place) in &parts[met.part()] {
            let value = raw.get(place).map(|raw| met.layout.text(raw)).unwrap_or_default();
            for sign in borne(&value) {
                let bearer = Bearer { column, sign };
                if candidates.get(&bearer).is_some_and(|now| !has_new_word(&value, now)) {
                    *left.entry(bearer).or_default() += 1;
                }
            }
        }
    })?;
    Ok(left)
}

fn borne(value: &str) -> impl Iterator<Item = Sign> {
    let words: HashSet<String> = rule::plain_words(value).into_iter().collect();
    std::iter::once(Sign::Shape(shape(value))).chain(words.into_iter().map(Sign::Word))
}

/// ST JOHNS STREET has been written in the new way.
fn has_new_word(value: &str, now: &HashMap<Now, Seen>) -> bool {
    rule::plain_words(value).into_iter().any(|word| now.contains_key(&Now::Word(word)))
}
