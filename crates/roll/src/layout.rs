//! What the columns of a voter-roll extract mean.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use crate::fields::{self, Fields};

/// What a column says of a voter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The voter's id: the key.
    VoterId,
    /// County, by number or name.
    County,
    /// Last name.
    LastName,
    /// First name.
    FirstName,
    /// Middle name or initial.
    MiddleName,
    /// Name suffix or prefix.
    NameSuffix,
    /// Date or year of birth.
    Birth,
    /// Age: follows birth.
    Age,
    /// Sex or gender.
    Sex,
    /// Race, ethnicity.
    Race,
    /// State or country of birth.
    BirthPlace,
    /// Whether a driver's licence is on file, or its number.
    Licence,
    /// Registration status.
    Status,
    /// The reason of the status: follows it.
    StatusReason,
    /// Party.
    Party,
    /// Residence: house and street.
    Street,
    /// Residence: city, state, ZIP code, unit.
    Locality,
    /// Mail address.
    Mail,
    /// Phone number or mail box.
    Contact,
    /// Enrolled in an address-confidentiality programme.
    Confidential,
    /// Date of registration.
    Registered,
    /// Precinct or voting-tabulation district.
    Precinct,
    /// Any other district that follows from the residence.
    District,
    /// Whether the voter took part in some election.
    History,
    /// Anything else.
    Other,
}

/// What kind of change it is: the classes of OUT.csv.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A person's name.
    Name,
    /// Residence, and what moved along with it.
    Address,
    /// Mail address alone.
    MailAddress,
    /// Party.
    Party,
    /// Status and its reason.
    Status,
    /// Precinct or district without a change of residence.
    Precinct,
    /// Birth.
    Dob,
    /// Enrolment in, or leaving of, an address-confidentiality programme, and what it masks.
    Confidential,
    /// Codes renamed, meaning unchanged.
    LabelRecode,
    /// Blanks, case or punctuation only.
    FormatOnly,
    /// Another person under the same id.
    IdentitySwap,
    /// Phone number or mail box.
    Contact,
    /// A vote in some election.
    History,
    /// A record that was not there before.
    New,
    /// A record that is gone.
    Removed,
    /// Anything else.
    Other,
}

impl Class {
    /// The word in OUT.csv.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Address => "address",
            Self::MailAddress => "mail-address",
            Self::Party => "party",
            Self::Status => "status",
            Self::Precinct => "precinct",
            Self::Dob => "dob",
            Self::Confidential => "confidential",
            Self::LabelRecode => "label-recode",
            Self::FormatOnly => "format-only",
            Self::IdentitySwap => "identity-swap",
            Self::Contact => "contact",
            Self::History => "history",
            Self::New => "new",
            Self::Removed => "removed",
            Self::Other => "other",
        }
    }
}

impl Role {
    /// The words for roles in office.toml.
    pub(crate) const WORDS: [(&str, Self); 25] = [
        ("voter-id", Self::VoterId),
        ("county", Self::County),
        ("last-name", Self::LastName),
        ("first-name", Self::FirstName),
        ("middle-name", Self::MiddleName),
        ("name-suffix", Self::NameSuffix),
        ("birth", Self::Birth),
        ("age", Self::Age),
        ("sex", Self::Sex),
        ("race", Self::Race),
        ("birth-place", Self::BirthPlace),
        ("licence", Self::Licence),
        ("status", Self::Status),
        ("status-reason", Self::StatusReason),
        ("party", Self::Party),
        ("street", Self::Street),
        ("locality", Self::Locality),
        ("mail", Self::Mail),
        ("contact", Self::Contact),
        ("confidential", Self::Confidential),
        ("registered", Self::Registered),
        ("precinct", Self::Precinct),
        ("district", Self::District),
        ("history", Self::History),
        ("other", Self::Other),
    ];

    /// The role that a word of office.toml stands for.
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        Self::WORDS.into_iter().find(|(known, _)| *known == word).map(|(_, role)| role)
    }

    /// The word of office.toml for it.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS.into_iter().find(|(_, role)| *role == self).map_or("other", |(word, _)| word)
    }

    /// The class of a change of this column alone.
    pub(crate) fn class(self) -> Class {
        match self {
            Self::LastName | Self::FirstName | Self::MiddleName | Self::NameSuffix => Class::Name,
            Self::Birth | Self::Age => Class::Dob,
            Self::Status | Self::StatusReason => Class::Status,
            Self::Party => Class::Party,
            Self::Street | Self::Locality | Self::County => Class::Address,
            Self::Mail => Class::MailAddress,
            Self::Contact => Class::Contact,
            Self::Confidential => Class::Confidential,
            Self::Precinct | Self::District => Class::Precinct,
            Self::History => Class::History,
            _ => Class::Other,
        }
    }

    /// Whether the column says who the voter is.
    pub(crate) fn is_identity(self) -> bool {
        matches!(self, Self::LastName | Self::FirstName | Self::MiddleName | Self::Birth | Self::Sex)
    }
}

/// Whether a status, in plain form, lets the voter vote as a matter of course. An unknown status counts as active.
pub(crate) fn is_active(status: &str) -> bool {
    status.is_empty() || status.starts_with('A')
}

/// Whether a status, in plain form, takes the voter off the roll.
pub(crate) fn is_removed(status: &str) -> bool {
    ["R", "REMOVED", "CANCELLED", "CANCELED", "C", "DENIED", "D"].contains(&status)
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name, as in the header.
    pub name: String,
    /// What it says of a voter.
    pub role: Role,
    /// The code column that this one puts into words.
    pub describes: Option<usize>,
}

/// How a record is cut into its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cut {
    /// At a character, outside quotes (RFC 4180).
    At(u8),
    /// By place: the bytes of each column, counted from the line's beginning. Blanks only fill a value up.
    Fixed(Vec<Range<usize>>),
}

impl Cut {
    /// Columns of fixed width, one after the other.
    pub(crate) fn of_widths(widths: impl Iterator<Item = usize>) -> Self {
        let mut end = 0;
        let place = |width: usize| {
            end += width;
            end - width..end
        };
        Self::Fixed(widths.map(place).collect())
    }
}

/// The columns of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The layout's name, as shown in coverage.
    pub name: &'static str,
    /// How a record is cut.
    pub cut: Cut,
    /// How many lines stand above the records: the header, and whatever is above it. None where no line names the columns.
    pub above: u64,
    /// The columns, in the file's order.
    pub columns: Vec<Column>,
    /// The column of the voter's id.
    pub key: usize,
    /// Whether zeros before a voter's id are no part of it.
    pub bare_ids: bool,
}

impl Layout {
    /// The first column of a role.
    pub fn first(&self, role: Role) -> Option<usize> {
        self.columns.iter().position(|c| c.role == role)
    }

    /// All columns of a role: an address may be in parts.
    pub(crate) fn all(&self, role: Role) -> impl Iterator<Item = usize> {
        self.columns.iter().enumerate().filter(move |(_, c)| c.role == role).map(|(at, _)| at)
    }

    /// The first column of the residence's city, state or ZIP code whose name has this word.
    pub(crate) fn locality(&self, word: &str) -> Option<usize> {
        self.all(Role::Locality).find(|at| self.columns[*at].name.to_ascii_lowercase().contains(word))
    }

    /// Where each column stands, by lower-case name.
    pub(crate) fn places(&self) -> HashMap<String, usize> {
        self.columns.iter().enumerate().map(|(i, c)| (c.name.to_ascii_lowercase(), i)).collect()
    }

    /// Whether the same bytes mean the same record.
    pub(crate) fn reads_alike(&self, other: &Self) -> bool {
        self.cut == other.cut
            && self.key == other.key
            && self.bare_ids == other.bare_ids
            && self.columns.len() == other.columns.len()
            && self.columns.iter().zip(&other.columns).all(|(a, b)| a.name.eq_ignore_ascii_case(&b.name))
    }

    /// The raw fields of a record; fewer than columns where the record is too short.
    pub(crate) fn fields<'a>(&'a self, record: &'a [u8]) -> Split<'a> {
        match &self.cut {
            Cut::At(delimiter) => Split::At(Fields::of(record, *delimiter)),
            Cut::Fixed(places) => Split::Fixed(record, places.iter()),
        }
    }

    /// A raw field as text: UTF-8, else Windows-1252.
    pub(crate) fn text<'a>(&self, raw: &'a [u8]) -> Cow<'a, str> {
        match self.cut {
            Cut::At(_) => fields::text(raw),
            // A quote is a character like any other.
            Cut::Fixed(_) => pollwarden_intake::text::decode(raw),
        }
    }

    /// Raw fields in one line, without blanks around them; empty ones are left out.
    pub(crate) fn in_one_line<'a>(&self, raw: impl Iterator<Item = &'a [u8]>) -> String {
        let texts: Vec<String> =
            raw.map(|raw| self.text(raw).trim().to_owned()).filter(|text| !text.is_empty()).collect();
        texts.join(" ")
    }

    /// A raw voter's id as it is compared: without quotes and blanks.
    pub(crate) fn plain_key<'a>(&self, raw: &'a [u8]) -> Cow<'a, [u8]> {
        let key = match self.cut {
            Cut::At(_) => fields::key(raw),
            Cut::Fixed(_) => Cow::Borrowed(raw),
        };
        if self.bare_ids { fields::bare(key) } else { key }
    }

    /// The voter's id of a record, as it is compared.
    pub(crate) fn key_of<'a>(&'a self, record: &'a [u8]) -> Option<Cow<'a, [u8]>> {
        self.fields(record).nth(self.key).map(|raw| self.plain_key(raw))
    }

    /// Whether a record has all columns and no more.
    pub(crate) fn fits(&self, record: &[u8]) -> bool {
        match &self.cut {
            Cut::At(delimiter) => fields::fits(record, *delimiter, self.columns.len()),
            // Blanks at the end are often cut off; a line that ends before the voter's id does is no record.
            Cut::Fixed(places) => (places[self.key].end..=width(places)).contains(&record.len()),
        }
    }

    /// What a record that does not fit was expected to have, and what it has.
    pub(crate) fn misfit(&self, record: &[u8]) -> (String, String) {
        match &self.cut {
            Cut::At(delimiter) => {
                let from = if self.above > 0 { "the header" } else { "the layout" };
                let expected = format!("{} columns, as in {from}", self.columns.len());
                (expected, fields::count(record, *delimiter).to_string())
            }
            Cut::Fixed(places) => (format!("a line of {} bytes", width(places)), record.len().to_string()),
        }
    }

    /// A record with other values in some columns; `None` where it lacks columns.
    pub(crate) fn with_values<'v>(&self, record: &[u8], value: &dyn Fn(usize) -> Option<&'v str>) -> Option<Vec<u8>> {
        let raw: Vec<&[u8]> = self.fields(record).collect();
        let now = |column: usize| value(column).map_or_else(|| self.text(raw[column]), Cow::Borrowed);
        if raw.len() != self.columns.len() {
            return None;
        }
        match &self.cut {
            Cut::At(delimiter) => {
                let mut writer = csv::WriterBuilder::new().delimiter(*delimiter).from_writer(Vec::new());
                writer.write_record((0..raw.len()).map(|column| now(column).into_owned())).ok()?;
                let mut record = writer.into_inner().ok()?;
                record.pop();
                Some(record)
            }
            Cut::Fixed(places) => {
                let mut record = vec![b' '; width(places)];
                for (column, place) in places.iter().enumerate() {
                    let now = now(column);
                    let bytes = &now.as_bytes()[..now.len().min(place.len())];
                    record[place.start..place.start + bytes.len()].copy_from_slice(bytes);
                }
                Some(record)
            }
        }
    }

    /// How a record with so many quotes is to be read.
    pub(crate) fn shape(&self, record: &[u8], quotes: usize) -> Shape {
        match &self.cut {
            Cut::At(delimiter) if fields::is_simple(record, *delimiter, quotes, self.columns.len()) => Shape::Simple,
            _ if self.fits(record) => Shape::Walked,
            _ => Shape::Misfit,
        }
    }

    /// The raw fields of a record at some columns in ascending order; `None` where it does not fit.
    pub(crate) fn pick<'a, const N: usize>(
        &'a self,
        record: &'a [u8],
        shape: &Shape,
        columns: [usize; N],
    ) -> Option<[&'a [u8]; N]> {
        match (shape, &self.cut) {
            (Shape::Misfit, _) => None,
            (Shape::Simple, Cut::At(delimiter)) => fields::pick(fields::simple_fields(record, *delimiter), columns),
            _ => fields::pick(self.fields(record), columns),
        }
    }
}

/// How a record is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Every delimiter ends a field.
    Simple,
    /// Field by field.
    Walked,
    /// It has not the layout's columns.
    Misfit,
}

/// The raw fields of a record, one after the other.
pub(crate) enum Split<'a> {
    At(Fields<'a>),
    Fixed(&'a [u8], std::slice::Iter<'a, Range<usize>>),
}

impl<'a> Iterator for Split<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        match self {
            Self::At(fields) => fields.next(),
            Self::Fixed(record, places) => places.next().map(|place| filled(record, place)),
        }
    }
}

fn width(places: &[Range<usize>]) -> usize {
    places.iter().map(|place| place.end).max().unwrap_or(0)
}

/// The value at a place, without the blanks that fill it up; empty beyond the line's end.
fn filled<'a>(record: &'a [u8], place: &Range<usize>) -> &'a [u8] {
    let end = place.end.min(record.len());
    record.get(place.start..end).unwrap_or_default().trim_ascii()
}
