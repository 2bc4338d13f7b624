//! What was done to a voter, in kinds fine enough that one hand's work is not lost among everybody's.

use super::sample::Sample;
use crate::diff::{Cell, Change};
use crate::explain::{Judged, plain, year};
use crate::layout::{Class, Column, Role};

/// One kind of change of a voter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Done {
    /// In words, as findings show it.
    pub(super) kind: String,
    /// A shape that ordinary life seldom has: see `altered_value`.
    pub(super) pattern: Option<String>,
    /// The columns it shows in.
    pub(super) fields: Vec<String>,
}

/// The kinds of a change, of these fields.
pub(super) fn kinds<'j>(
    columns: &[Column],
    change: &Change<'_>,
    judged: impl Iterator<Item = &'j Judged>,
    sample: &Sample,
) -> Vec<Done> {
    let mut all: Vec<Done> = Vec::new();
    for judged in judged {
        let cell = judged.cell.map(|at| &change.cells[at]);
        let column = cell.map(|cell| &columns[cell.column]);
        let field = column.map_or("*", |column| column.name.as_str());
        for (kind, pattern) in of(change, judged, cell, column, sample) {
            match all.iter_mut().find(|done| done.kind == kind) {
                Some(done) => {
                    done.fields.push(field.to_owned());
                    done.pattern = done.pattern.take().or(pattern);
                }
                None => all.push(Done { kind, pattern, fields: vec![field.to_owned()] }),
            }
        }
    }
    all
}

type Kinds = Vec<(String, Option<String>)>;

fn of(
    change: &Change<'_>,
    judged: &Judged,
    cell: Option<&Cell<'_>>,
    column: Option<&Column>,
    sample: &Sample,
) -> Kinds {
    let plainly = |kind: &str| vec![(kind.to_owned(), None)];
    let (Some(cell), Some(column)) = (cell, column) else {
        return plainly(if judged.class == Class::New { "new registration" } else { "record gone" });
    };
    match (judged.class, column.role) {
        (Class::LabelRecode | Class::FormatOnly, _) => Vec::new(),
        (_, role) if column.describes.is_some() && role != Role::StatusReason => Vec::new(),
        (Class::Status, Role::Status) => vec![(status(change, cell), None)],
        (Class::Party, _) => {
            vec![("party".into(), None), (format!("party to {}", or_none(&cell.new)), None)]
        }
        (Class::Name, Role::LastName | Role::FirstName) => vec![("name".into(), slip(cell, sample))],
        (Class::Address, Role::Street) => vec![("address".into(), house_number(change))],
        (Class::MailAddress, _) => plainly("mail address"),
        (Class::Contact, _) => plainly("phone or mail box"),
        (Class::Dob, Role::Birth) => vec![("birth".into(), shift(cell))],
        (Class::Precinct, Role::Precinct) => plainly("precinct"),
        (Class::Precinct, _) => plainly("district"),
        (Class::Confidential, Role::Confidential) => vec![(format!("confidentiality to {}", or_none(&cell.new)), None)],
        (Class::IdentitySwap, _) => plainly("another person"),
        (Class::Other, Role::Sex | Role::Race | Role::BirthPlace | Role::Registered | Role::Licence) => {
            plainly(&column.name)
        }
        _ => Vec::new(),
    }
}

fn or_none(value: &str) -> String {
    Some(plain(value)).filter(|value| !value.is_empty()).unwrap_or_else(|| "none".into())
}

/// From which status to which, with the reason as the roll words it.
fn status(change: &Change<'_>, cell: &Cell<'_>) -> String {
    let reason = plain(&change.record().all(Role::StatusReason));
    let path = format!("status {} to {}", or_none(&cell.old), or_none(&cell.new));
    if reason.is_empty() { path } else { format!("{path}, {reason}") }
}

/// One letter changed, so that a name others bear becomes one that nobody bears: the reverse of a correction.
fn slip(cell: &Cell<'_>, sample: &Sample) -> Option<String> {
    let (old, new) = (plain(&cell.old), plain(&cell.new));
    let is_slip = old.chars().count() > 2 && strsim::osa_distance(&old, &new) == 1;
    (is_slip && sample.is_name(&old) && !sample.is_name(&new)).then(|| SLIP.to_owned())
}

/// The pattern of [`slip`].
pub(crate) const SLIP: &str = "one letter off a name that others bear";
/// The pattern of [`house_number`].
pub(crate) const NUMBER: &str = "another house number in the same street";
/// How the pattern of [`shift`] begins.
pub(crate) const SHIFT: &str = "moved by ";

/// Only the house number changed.
fn house_number(change: &Change<'_>) -> Option<String> {
    let street = |record: &crate::diff::Record<'_>| plain(&record.all(Role::Street));
    let (old, new) = (street(change.before.as_ref()?), street(change.after.as_ref()?));
    let ((number, rest), (new_number, new_rest)) = (old.split_once(' ')?, new.split_once(' ')?);
    let is_number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    (is_number(number) && is_number(new_number) && number != new_number && rest == new_rest).then(|| NUMBER.to_owned())
}

/// By how many years a birth moved.
fn shift(cell: &Cell<'_>) -> Option<String> {
    let years = year(&cell.new)? - year(&cell.old)?;
    (years != 0).then(|| format!("{SHIFT}{years:+} years"))
}
