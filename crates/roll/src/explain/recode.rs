//! Codes that were renamed throughout, while what they stand for stayed: found in the data, not in a list of columns.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::RollError;
use crate::diff::{Change, Diff, Kind, Side};
use crate::layout::{Column, Layout};

/// A renaming shows in at least so many records.
const FEWEST: u64 = 5;
/// The share of a code's bearers who must all have the new code: a few may have moved at the same time.
const SHARE: f64 = 0.95;
/// No more different codes than this are followed; a column with more is no code.
const MOST_CODES: usize = 100_000;

/// A column, a code in it, and the words it stood and stands for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Bearer {
    column: usize,
    code: String,
    words: String,
}

/// Renamed codes, and what they are called now.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recodes {
    now: Arc<HashMap<Bearer, String>>,
}

impl Recodes {
    /// What a code of a record is called now.
    pub(crate) fn now(&self, column: usize, code: &str, words: &str) -> Option<&str> {
        if self.now.is_empty() {
            return None;
        }
        self.now.get(&Bearer { column, code: code.to_owned(), words: words.to_owned() }).map(String::as_str)
    }

    /// Whether some bearers of a code have this one now.
    pub(crate) fn renames(&self, column: usize, code: &str, now: &str) -> bool {
        self.now.iter().any(|(bearer, called)| bearer.column == column && bearer.code == code && called == now)
    }

    /// Looks through all changes, and where there are candidates through the newer snapshot, for codes that (nearly) all
    /// bearers of the same words changed alike. `ordered` says which columns an order renames: these need no words.
    pub(crate) fn find(diff: &Diff, ordered: &dyn Fn(&Column) -> bool) -> Result<Self, RollError> {
        let mut words_of: Vec<Option<usize>> = vec![None; diff.columns().len()];
        for (at, column) in diff.columns().iter().enumerate() {
            if let Some(code) = column.describes {
                words_of[code] = Some(at);
            }
        }
        let in_question = |at: usize| words_of[at].is_some() || ordered(&diff.columns()[at]);
        if diff.counts().compared < FEWEST || !(0..words_of.len()).any(in_question) {
            return Ok(Self::default());
        }
        let mut candidates = count_changes(diff, &words_of, &in_question)?;
        candidates.retain(|_, news| news.values().sum::<u64>() >= FEWEST);
        if candidates.is_empty() {
            return Ok(Self::default());
        }
        let left = bearers_left(diff, &words_of, &candidates)?;
        let now = candidates.into_iter().filter_map(|(bearer, news)| {
            let left = left.get(&bearer).copied().unwrap_or_default();
            let (new, count) = news.iter().max_by_key(|(new, count)| (**count, (*new).clone()))?;
            let all = news.values().sum::<u64>() + left;
            (*count as f64 >= SHARE * all as f64).then(|| (bearer, new.clone()))
        });
        Ok(Self { now: Arc::new(now.collect()) })
    }
}

type Candidates = HashMap<Bearer, HashMap<String, u64>>;

/// Of every code whose words did not change: how many bearers have which new code.
fn count_changes(
    diff: &Diff,
    words_of: &[Option<usize>],
    in_question: &dyn Fn(usize) -> bool,
) -> Result<Candidates, RollError> {
    let mut candidates = Candidates::new();
    diff.in_both(&mut |change| {
        if change.kind == Kind::Changed && candidates.len() < MOST_CODES {
            for cell in change.cells.iter().filter(|cell| in_question(cell.column)) {
                if let Some(words) = unchanged_words(change, words_of[cell.column]) {
                    let bearer = Bearer { column: cell.column, code: cell.old.clone().into_owned(), words };
                    *candidates.entry(bearer).or_default().entry(cell.new.clone().into_owned()).or_default() += 1;
                }
            }
        }
        Ok(())
    })?;
    Ok(candidates)
}

fn unchanged_words(change: &Change<'_>, words: Option<usize>) -> Option<String> {
    let Some(words) = words else { return Some(String::new()) };
    if change.cells.iter().any(|cell| cell.column == words) {
        return None;
    }
    change.before.as_ref().map(|record| record.value(words).into_owned())
}

/// How many records still bear a code.
fn bearers_left(
    diff: &Diff,
    words_of: &[Option<usize>],
    candidates: &Candidates,
) -> Result<HashMap<Bearer, u64>, RollError> {
    let columns: HashSet<usize> = candidates.keys().map(|bearer| bearer.column).collect();
    let mut left: HashMap<Bearer, u64> = HashMap::new();
    let part = |layout| Part::new(layout, diff.columns(), &columns, words_of);
    let parts: Vec<_> = diff.layouts(Side::Newer).map(part).collect();
    diff.side(Side::Newer).scan(&mut |met| {
        let raw: Vec<&[u8]> = met.layout.fields(met.bytes).collect();
        let value = |at: usize| raw.get(at).map(|raw| met.layout.text(raw).into_owned()).unwrap_or_default();
        for (column, code, words) in &parts[met.part()].places {
            let words = words.map(value).unwrap_or_default();
            let bearer = Bearer { column: *column, code: value(*code), words };
            if candidates.contains_key(&bearer) {
                *left.entry(bearer).or_default() += 1;
            }
        }
    })?;
    Ok(left)
}

/// Where a part file has the columns in question: column, its place, its words' place.
struct Part {
    places: Vec<(usize, usize, Option<usize>)>,
}

impl Part {
    fn new(layout: &Layout, columns: &[Column], in_question: &HashSet<usize>, words_of: &[Option<usize>]) -> Self {
        let places = layout.places();
        let place = |column: usize| places.get(&columns[column].name.to_ascii_lowercase()).copied();
        let all = in_question.iter().filter_map(|&at| Some((at, place(at)?, words_of[at].and_then(place))));
        Self { places: all.collect() }
    }
}
