//! What two records are compared on, and what is usual of it before this roll has been looked at.
//!
//! Usual rates after experience with names and addresses (Winkler 2006, "Overview of Record Linkage and Current Research
//! Directions", U.S. Census Bureau RRS2006-02, rounded). They weigh as much as a few pairs: the roll's own pairs decide.

/// How two values are held against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name of a person.
    Name,
    /// Year, month and day, or a year.
    Date,
    /// A number or code in which a slip is likely: telephone, licence, house, ZIP code.
    Code,
    /// House number and street.
    Address,
    /// Some words: a city.
    Words,
    /// One of a few values.
    Value,
}

/// How far two values agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// One of them is missing: says nothing.
    Unknown,
    /// They differ.
    Different,
    /// They have something in common: an initial, the year.
    Alike,
    /// All but a slip of the pen.
    Close,
    /// First and last name, or day and month, stand in each other's place.
    Exchanged,
    /// The same.
    Same,
}

/// How many levels there are, `Unknown` among them.
pub(super) const LEVELS: usize = 6;

impl Level {
    /// Of its number.
    pub(super) fn of(number: u64) -> Self {
        [Self::Unknown, Self::Different, Self::Alike, Self::Close, Self::Exchanged, Self::Same]
            [(number as usize).min(LEVELS - 1)]
    }
}

/// Rates of the levels from `Different` to `Same`.
pub(super) type Usual = [f64; LEVELS - 1];

/// A thing compared.
#[derive(Debug)]
pub(super) struct Field {
    /// In words.
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// Between two records of one person.
    pub(super) one_person: Usual,
    pub(super) household: Household,
}

/// How two members of one household agree.
#[derive(Debug, Clone, Copy)]
pub(super) enum Household {
    /// They share it more than strangers do: usual rates, and the roll's own decide.
    Shared(Usual),
    /// Each has their own: they agree as strangers do, but for this share who are named alike.
    Own(f64),
}

const fn shared(name: &'static str, kind: Kind, one_person: Usual, household: Usual) -> Field {
    Field { name, kind, one_person, household: Household::Shared(household) }
}

const fn own(name: &'static str, kind: Kind, one_person: Usual, named_alike: f64) -> Field {
    Field { name, kind, one_person, household: Household::Own(named_alike) }
}

/// Of two records of one person, at most this share differ in first name or birth altogether: what differs more is another
/// person by meaning, whatever else agrees. Without such a bound a roll with many households and few second records could
/// have households learnt for persons.
pub(super) const MOST_DIFFERENT: f64 = 0.15;

pub(super) const LAST: usize = 0;
pub(super) const FIRST: usize = 1;
pub(super) const MIDDLE: usize = 2;
pub(super) const SUFFIX: usize = 3;
pub(super) const BIRTH: usize = 4;
pub(super) const SEX: usize = 5;
pub(super) const RACE: usize = 6;
pub(super) const BIRTH_PLACE: usize = 7;
pub(super) const PHONE: usize = 8;
pub(super) const LICENCE: usize = 9;
pub(super) const ADDRESS: usize = 10;
pub(super) const POST: usize = 11;
pub(super) const CITY: usize = 12;
/// Fields that a record holds.
pub(super) const HELD: usize = 13;
/// Fields compared.
pub(super) const FIELDS: usize = HELD + FOLLOWING.len();

/// A field whose agreement says little where another one agrees, since it mostly follows from that.
#[derive(Debug)]
pub(super) struct Following {
    /// What is compared.
    pub(super) field: usize,
    /// What it follows from.
    pub(super) from: usize,
    /// How far that must agree.
    pub(super) at_least: Level,
}

const fn following(field: usize, from: usize, at_least: Level) -> Following {
    Following { field, from, at_least }
}

/// Such a field has rates of its own, those of records that share the other value, and stands behind the fields held. Sex follows
/// from most first names, race in part from the last name, ZIP code and city from the address, the city from the ZIP code.
pub(super) static FOLLOWING: [Following; 5] = [
    following(SEX, FIRST, Level::Close),
    following(RACE, LAST, Level::Same),
    following(POST, ADDRESS, Level::Same),
    following(CITY, ADDRESS, Level::Same),
    following(CITY, POST, Level::Same),
];

pub(super) static TABLE: [Field; FIELDS] = [
    shared("last name", Kind::Name, [0.05, 0.02, 0.04, 0.01, 0.88], [0.20, 0.01, 0.01, 0.001, 0.779]),
    own("first name", Kind::Name, [0.02, 0.05, 0.04, 0.001, 0.889], 0.02),
    own("middle name", Kind::Name, [0.06, 0.14, 0.05, 0.001, 0.749], 0.03),
    own("suffix", Kind::Value, [0.08, 0.001, 0.001, 0.001, 0.917], 0.0),
    shared("birth", Kind::Date, [0.02, 0.02, 0.03, 0.01, 0.92], [0.94, 0.02, 0.01, 0.001, 0.029]),
    shared("sex", Kind::Value, [0.02, 0.001, 0.001, 0.001, 0.977], [0.55, 0.001, 0.001, 0.001, 0.447]),
    shared("race", Kind::Value, [0.08, 0.001, 0.001, 0.001, 0.917], [0.10, 0.001, 0.001, 0.001, 0.897]),
    shared("place of birth", Kind::Value, [0.08, 0.001, 0.001, 0.001, 0.917], [0.30, 0.001, 0.001, 0.001, 0.697]),
    shared("phone", Kind::Code, [0.40, 0.01, 0.02, 0.001, 0.569], [0.40, 0.01, 0.01, 0.001, 0.579]),
    own("licence", Kind::Code, [0.03, 0.02, 0.05, 0.001, 0.899], 0.0),
    shared("address", Kind::Address, [0.40, 0.05, 0.06, 0.001, 0.489], [0.03, 0.01, 0.02, 0.001, 0.939]),
    shared("ZIP code", Kind::Code, [0.35, 0.01, 0.04, 0.001, 0.599], [0.03, 0.01, 0.02, 0.001, 0.939]),
    shared("city", Kind::Words, [0.30, 0.01, 0.04, 0.001, 0.649], [0.03, 0.01, 0.01, 0.001, 0.949]),
    own("sex", Kind::Value, [0.01, 0.001, 0.001, 0.001, 0.987], 0.0),
    own("race", Kind::Value, [0.05, 0.001, 0.001, 0.001, 0.947], 0.0),
    own("ZIP code", Kind::Code, [0.01, 0.01, 0.03, 0.001, 0.949], 0.0),
    own("city", Kind::Words, [0.02, 0.01, 0.02, 0.001, 0.949], 0.0),
    own("city", Kind::Words, [0.02, 0.01, 0.02, 0.001, 0.949], 0.0),
];
