//! Records held for comparison: each value once, records as numbers of values.
//!
//! Memory: 76 bytes a record, its id, and each distinct value.

use indexmap::IndexSet;

use super::field::{ADDRESS, FIELDS, FIRST, FOLLOWING, Following, HELD, Kind, LAST, Level, MIDDLE, TABLE};
use super::level::level;

/// A record, by its place among [`People`].
pub(crate) type At = u32;

/// More records at one address than a household has.
const CROWD: f64 = 20.0;

/// How far two records agree on each field: three bits a level.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Pattern(u64);

impl Pattern {
    pub(super) fn level(self, field: usize) -> Level {
        Level::of((self.0 >> (3 * field)) & 7)
    }

    fn with(self, field: usize, level: Level) -> Self {
        Self(self.0 | ((level as u64) << (3 * field)))
    }
}

#[derive(Debug, Clone, Copy)]
struct Row {
    values: [u32; HELD],
    county: u32,
    source: u32,
    line: u64,
}

/// Values by number; number 0 is the missing one. First, middle and last names share their numbers, so that exchanged ones
/// are told.
#[derive(Debug)]
struct Values(IndexSet<Box<str>>);

impl Default for Values {
    fn default() -> Self {
        Self(IndexSet::from([Box::from("")]))
    }
}

impl Values {
    fn number(&mut self, value: &str) -> u32 {
        if let Some(known) = self.0.get_index_of(value) {
            return known as u32;
        }
        self.0.insert_full(value.into()).0 as u32
    }

    fn get(&self, number: u32) -> &str {
        self.0.get_index(number as usize).map_or("", |value| value)
    }
}

/// A record to be held.
#[derive(Debug)]
pub(super) struct Given<'a> {
    pub(super) values: &'a [String; HELD],
    pub(super) id: &'a str,
    pub(super) county: &'a str,
    pub(super) source: &'a str,
    pub(super) line: u64,
}

/// Records held.
#[derive(Debug, Default)]
pub(crate) struct People {
    rows: Vec<Row>,
    ids: String,
    id_ends: Vec<u64>,
    values: [Values; HELD],
    places: Values,
    counts: [Vec<u32>; HELD],
    counted: Vec<At>,
    all_counted: bool,
    total: f64,
}

impl People {
    /// Holds a record. `counted` ones say how often a value is met on this roll.
    pub(super) fn add(&mut self, given: &Given<'_>, counted: bool) -> At {
        let at = self.rows.len() as At;
        let mut values = [0; HELD];
        for (field, value) in given.values.iter().enumerate() {
            values[field] = self.values[table(field)].number(value);
        }
        let (county, source) = (self.places.number(given.county), self.places.number(given.source));
        self.rows.push(Row { values, county, source, line: given.line });
        self.ids.push_str(given.id);
        self.id_ends.push(self.ids.len() as u64);
        if counted {
            self.count(at);
        }
        at
    }

    fn count(&mut self, at: At) {
        let values = self.rows[at as usize].values;
        for (counts, value) in self.counts.iter_mut().zip(values) {
            let value = value as usize;
            if counts.len() <= value {
                counts.resize(value + 1, 0);
            }
            counts[value] += 1;
        }
        self.counted.push(at);
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Records that say how often a value is met.
    pub(super) fn counted(&self) -> &[At] {
        &self.counted
    }

    /// Whether those are all there are, and no sample.
    pub(super) fn counts_all(&self) -> bool {
        self.all_counted
    }

    pub(super) fn set_counts_all(&mut self) {
        self.all_counted = self.counted.len() == self.rows.len();
    }

    pub(crate) fn id(&self, at: At) -> &str {
        let at = at as usize;
        let begin = at.checked_sub(1).map_or(0, |before| self.id_ends[before]);
        &self.ids[begin as usize..self.id_ends[at] as usize]
    }

    pub(crate) fn county(&self, at: At) -> &str {
        self.places.get(self.rows[at as usize].county)
    }

    pub(crate) fn source(&self, at: At) -> &str {
        self.places.get(self.rows[at as usize].source)
    }

    pub(crate) fn line(&self, at: At) -> u64 {
        self.rows[at as usize].line
    }

    /// The number of a record's value; 0 where it is missing.
    pub(super) fn number(&self, at: At, field: usize) -> u32 {
        self.rows[at as usize].values[field]
    }

    /// Counted records that have a value, and how many counted records have each, by the value's number.
    pub(super) fn known(&self, field: usize) -> (f64, &[u32]) {
        let counts = self.counts[field].as_slice();
        let missing = counts.first().copied().unwrap_or_default();
        (self.counted.len() as f64 - f64::from(missing), counts)
    }

    /// The chance that another record has this record's value, among those that have any. A value the sample lacks counts
    /// as met once.
    pub(super) fn share(&self, at: At, field: usize) -> f64 {
        let (known, counts) = self.known(field);
        let count = f64::from(counts.get(self.number(at, field) as usize).copied().unwrap_or_default());
        if self.all_counted {
            return ((count - 1.0).max(1.0) / (known - 1.0).max(1.0)).min(1.0);
        }
        ((count + 1.0) / (known + 1.0)).min(1.0)
    }

    /// Whether so many share this record's address that it is no home: a hall of residence, a shelter, a box at the post
    /// office. Who lives there is alike in more than the address, so that sharing it says nothing.
    pub(super) fn is_crowded(&self, at: At) -> bool {
        let (known, counts) = self.known(ADDRESS);
        let count = f64::from(counts.get(self.number(at, ADDRESS) as usize).copied().unwrap_or_default());
        let one_in = if self.all_counted { 1.0 } else { self.total / known.max(1.0) };
        count >= 2.0 && count * one_in.max(1.0) > CROWD
    }

    /// How many records there are of which a sample is held.
    pub(super) fn set_total(&mut self, total: u64) {
        self.total = total as f64;
    }

    /// How far two records agree.
    pub(super) fn compare(&self, a: At, b: At) -> Pattern {
        let (one, two) = (&self.rows[a as usize].values, &self.rows[b as usize].values);
        let exchanged = one[FIRST] != one[LAST]
            && one[FIRST] == two[LAST]
            && one[LAST] == two[FIRST]
            && one[FIRST] != 0
            && one[LAST] != 0;
        pattern(exchanged, |field| self.level(field, one[field], two[field]))
    }

    /// How far a record agrees with one that is not held.
    pub(super) fn compare_with(&self, a: At, other: &[&str; HELD]) -> Pattern {
        let numbers = &self.rows[a as usize].values;
        let own: [&str; HELD] = std::array::from_fn(|field| self.values[table(field)].get(numbers[field]));
        let exchanged = own[FIRST] != own[LAST]
            && own[FIRST] == other[LAST]
            && own[LAST] == other[FIRST]
            && !own[FIRST].is_empty()
            && !own[LAST].is_empty();
        pattern(exchanged, |field| match (own[field], other[field]) {
            ("", _) | (_, "") => Level::Unknown,
            (one, two) if one == two => Level::Same,
            (one, two) => level(TABLE[field].kind, one, two),
        })
    }

    /// How far two values agree, by their numbers.
    pub(super) fn level(&self, field: usize, one: u32, two: u32) -> Level {
        match (one, two) {
            (0, _) | (_, 0) => Level::Unknown,
            _ if one == two => Level::Same,
            _ if TABLE[field].kind == Kind::Value => Level::Different,
            _ => {
                let values = &self.values[table(field)];
                level(TABLE[field].kind, values.get(one), values.get(two))
            }
        }
    }

    /// Counted records in the order of a value, for pairs that share it.
    pub(super) fn by_value(&self, field: usize) -> Vec<At> {
        let mut named: Vec<At> = self.counted.iter().copied().filter(|at| self.number(*at, field) != 0).collect();
        named.sort_unstable_by_key(|at| (self.number(*at, field), *at));
        named
    }
}

/// The pattern of the fields' levels. What an exchange of first and last name says is said once.
fn pattern(exchanged: bool, level: impl Fn(usize) -> Level) -> Pattern {
    let mut pattern = Pattern::default();
    for field in 0..HELD {
        let level = match field {
            LAST if exchanged => Level::Exchanged,
            FIRST if exchanged => Level::Unknown,
            _ => level(field),
        };
        let follows =
            |following: &Following| following.field == field && pattern.level(following.from) >= following.at_least;
        let place = FOLLOWING.iter().position(follows).map_or(field, |at| HELD + at);
        pattern = pattern.with(place, level);
    }
    pattern
}

fn table(field: usize) -> usize {
    if matches!(field, FIRST | MIDDLE) { LAST } else { field }
}

/// What two records agree on, what nearly, and on what they differ, in words.
pub(super) fn in_words(pattern: Pattern) -> (String, String) {
    let (mut agree, mut differ) = (Vec::new(), Vec::new());
    for (field, about) in TABLE.iter().enumerate().take(FIELDS) {
        match pattern.level(field) {
            Level::Unknown => {}
            Level::Same => agree.push(about.name.to_owned()),
            Level::Exchanged if field == LAST => agree.push("first and last name (exchanged)".to_owned()),
            Level::Exchanged => agree.push(format!("{} (day and month exchanged)", about.name)),
            Level::Close => agree.push(format!("{} (nearly)", about.name)),
            Level::Alike => agree.push(format!("{} (in part)", about.name)),
            Level::Different => differ.push(about.name),
        }
    }
    (agree.join(", "), differ.join(", "))
}
