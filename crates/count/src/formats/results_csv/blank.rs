//! Rows without a unit beside rows of units: the total of the others, or one part more whose name was left out. Their counts tell,
//! or a row named as the total does; where neither does, both readings are kept.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;

use super::table::{Part, Place};
use super::units;

/// The unit of rows without one, within their county (none: all).
pub(super) fn unnamed(county: &str) -> String {
    format!("{county}\0")
}

/// What such rows are called where they are a part.
pub(super) const NO_NAME: &str = "(no unit named)";

/// Rows of which it can't be told: their counts by choice, and those of the parts beside them.
pub(super) struct Unclear {
    pub(super) line: u64,
    pub(super) row: Vec<Option<i64>>,
    pub(super) parts: Vec<Option<i64>>,
}

enum Fate {
    Whole,
    Part,
    /// A second total row.
    Again,
    Unclear(Unclear),
}

type Parts = IndexMap<Place, Part>;

/// Gives rows without a unit their place among `parts`; those without one are taken out.
pub(super) fn settle(parts: &mut Parts, choices: usize) -> Vec<Unclear> {
    let blank: HashSet<String> =
        parts.keys().filter_map(|(unit, _)| Some(unit.strip_suffix('\0')?.to_owned())).collect();
    if blank.is_empty() {
        return Vec::new();
    }
    let mut counties: IndexMap<String, Vec<Place>> = IndexMap::new();
    for place in parts.keys() {
        let county = place.0.split_once('\0').map(|(county, _)| county).filter(|county| blank.contains(*county));
        if let Some(county) = county.filter(|county| !county.is_empty()) {
            counties.entry(county.to_owned()).or_default().push(place.clone());
        }
    }
    let fates = counties.into_iter().map(|(county, places)| {
        let fate = Beside::new(parts, &county, &places, choices).fate();
        (county, fate)
    });
    let mut unclear = apply(parts, &mut fates.collect::<Vec<_>>().into_iter().collect());
    if blank.contains("") {
        let places: Vec<Place> = parts.keys().filter(|(unit, _)| !unit.is_empty()).cloned().collect();
        let fate = Beside::new(parts, "", &places, choices).fate();
        unclear.extend(apply(parts, &mut HashMap::from([(String::new(), fate)])));
    }
    unclear
}

fn apply(parts: &mut Parts, fates: &mut HashMap<String, Fate>) -> Vec<Unclear> {
    let named = |county: &str| if county.is_empty() { NO_NAME.to_owned() } else { format!("{county}\0{NO_NAME}") };
    let settled = std::mem::take(parts).into_iter().filter_map(|((unit, way), part)| {
        let unit = match unit.strip_suffix('\0').and_then(|county| Some((county, fates.get(county)?))) {
            None => unit,
            Some((county, Fate::Whole)) => county.to_owned(),
            Some((county, Fate::Part)) => named(county),
            Some((_, Fate::Again | Fate::Unclear(_))) => return None,
        };
        Some(((unit, way), part))
    });
    *parts = settled.collect();
    let unclear = |fate| if let Fate::Unclear(unclear) = fate { Some(unclear) } else { None };
    let mut unclear: Vec<Unclear> = fates.drain().filter_map(|(_, fate)| unclear(fate)).collect();
    unclear.sort_by_key(|unclear| unclear.line);
    unclear
}

/// Rows without a unit, the parts beside them, and the row named as their total.
struct Beside {
    line: u64,
    /// By choice, all of the rows and of the parts.
    all: (Vec<Option<i64>>, Vec<Option<i64>>),
    /// The same of those ways of voting that both have.
    alike: (Vec<Option<i64>>, Vec<Option<i64>>),
    total: Option<Vec<Option<i64>>>,
}

impl Beside {
    fn new(parts: &Parts, county: &str, places: &[Place], choices: usize) -> Self {
        let blank = unnamed(county);
        let (rows, others): (Vec<&Place>, Vec<&Place>) = places.iter().partition(|(unit, _)| *unit == blank);
        let ways = |places: &[&Place]| places.iter().map(|(_, way)| way.clone()).collect::<HashSet<String>>();
        let (of_rows, of_others) = (ways(&rows), ways(&others));
        let one_counts_all = of_rows.contains("") || of_others.contains("");
        let both = |way: &str| one_counts_all || (of_rows.contains(way) && of_others.contains(way));
        let sums = |places: &[&Place], which: &dyn Fn(&str) -> bool| -> Vec<Option<i64>> {
            let of = |at: usize| {
                let counted = places.iter().filter(|(_, way)| which(way)).filter_map(|place| {
                    let (votes, line) = *parts.get(*place)?.votes.get(&at)?;
                    // The rows are summed as one unit's, which they are whatever it is.
                    Some((if place.0 == blank { "row" } else { place.0.as_str() }, place.1.as_str(), votes, line))
                });
                units::sum(counted).votes
            };
            (0..choices).map(of).collect()
        };
        let total = (county.to_owned(), String::new());
        Self {
            line: rows.iter().filter_map(|place| Some(parts.get(*place)?.line)).min().unwrap_or_default(),
            all: (sums(&rows, &|_| true), sums(&others, &|_| true)),
            alike: (sums(&rows, &both), sums(&others, &both)),
            total: parts.get(&total).map(|part| (0..choices).map(|at| part.votes.get(&at).map(|v| v.0)).collect()),
        }
    }

    fn fate(self) -> Fate {
        let Self { line, all: (row, parts), alike: (row_alike, parts_alike), total } = self;
        let both: Vec<Option<i64>> = row.iter().zip(&parts).map(|(a, b)| plus(*a, *b)).collect();
        if let Some(total) = total {
            return match () {
                () if are(&total, &both) => Fate::Part,
                () if are(&row, &parts) || parts.iter().all(Option::is_none) => Fate::Again,
                () => Fate::Unclear(Unclear { line, row, parts }),
            };
        }
        // Nothing beside them that they could be the total of, or that their ways of voting could be in.
        let alone = parts_alike.iter().all(Option::is_none) || row_alike.iter().all(Option::is_none);
        if alone || are(&row_alike, &parts_alike) { Fate::Whole } else { Fate::Unclear(Unclear { line, row, parts }) }
    }
}

/// Whether what is stated is this sum; a choice that it leaves out says nothing.
fn are(stated: &[Option<i64>], sum: &[Option<i64>]) -> bool {
    stated.iter().zip(sum).all(|(stated, sum)| stated.is_none_or(|stated| stated == sum.unwrap_or(0)))
}

fn plus(a: Option<i64>, b: Option<i64>) -> Option<i64> {
    Some(a?.saturating_add(b.unwrap_or(0))).or(b)
}
