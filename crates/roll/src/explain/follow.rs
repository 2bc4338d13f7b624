//! Fields that follow others: a description its code, an age the birth, mail and precinct the residence.

use super::same::{is_masked, plain};
use super::{Explainer, Reason, Verdict};
use crate::diff::Change;
use crate::layout::{Class, Column, Role};

/// No chain of fields that follow each other is longer.
const DEEPEST: usize = 4;

impl Explainer<'_> {
    /// A field's own reason, else that of the field it follows.
    pub(super) fn reason(&self, change: &Change<'_>, reasons: &[Option<Reason>], at: usize, depth: usize) -> Reason {
        if let Some(reason) = &reasons[at] {
            return reason.clone();
        }
        match self.leader(change, reasons, at).filter(|_| depth < DEEPEST) {
            Some(leader) => self.reason(change, reasons, leader, depth + 1),
            None => self.year_passed(change, at).unwrap_or_else(|| self.no_cause()),
        }
    }

    /// The changed field that a changed field follows.
    fn leader(&self, change: &Change<'_>, reasons: &[Option<Reason>], at: usize) -> Option<usize> {
        let cell = &change.cells[at];
        let column = self.column(cell);
        if let Some(code) = column.describes.and_then(|code| change.cells.iter().position(|c| c.column == code)) {
            return Some(code);
        }
        if self.is_masking(change, at) {
            return self.changed(change, reasons, Role::Confidential);
        }
        let leader = match column.role {
            Role::Status | Role::StatusReason => self.changed(change, reasons, Role::Status),
            Role::Age => self.changed(change, reasons, Role::Birth).filter(|_| self.ages_with_birth(change, at)),
            Role::Mail => self.changed(change, reasons, Role::Street).filter(|_| self.is_residence(change, &cell.new)),
            Role::Street | Role::Locality | Role::County => self.changed(change, reasons, Role::Street),
            Role::Precinct | Role::District => {
                self.changed(change, reasons, Role::Street).or_else(|| self.changed(change, reasons, Role::Precinct))
            }
            _ => None,
        };
        leader.filter(|leader| *leader != at)
    }

    /// The changed field of a role that others follow: first one with a reason of its own, else the first one.
    fn changed(&self, change: &Change<'_>, reasons: &[Option<Reason>], role: Role) -> Option<usize> {
        let of_role = |at: &usize| {
            let formal = reasons[*at].as_ref().is_some_and(|r| r.verdict == Verdict::FormatOnly);
            self.column(&change.cells[*at]).role == role && !formal
        };
        let all: Vec<usize> = (0..change.cells.len()).filter(of_role).collect();
        all.iter().find(|at| reasons[**at].as_ref().is_some_and(|r| r.own)).or(all.first()).copied()
    }

    /// Whether an address, number or precinct was masked, or shown again, with the voter's enrolment in an
    /// address-confidentiality programme.
    fn is_masking(&self, change: &Change<'_>, at: usize) -> bool {
        let cell = &change.cells[at];
        let role = self.column(cell).role;
        let enrolled = change.cells.iter().any(|c| self.column(c).role == Role::Confidential);
        let hideable = !matches!(role, Role::Confidential | Role::Status | Role::Party | Role::Birth | Role::Age);
        enrolled && hideable && (is_masked(&cell.new) || is_masked(&cell.old))
    }

    /// Whether a mail field says what some field of the residence says now, or nothing.
    fn is_residence(&self, change: &Change<'_>, value: &str) -> bool {
        let residence = |role: Role| matches!(role, Role::Street | Role::Locality);
        let mut columns = self.columns.iter().enumerate().filter(|(_, c)| residence(c.role));
        let value = plain(value);
        let is_now = |(at, column): (usize, &Column)| {
            let now = plain(&change.record().value(at));
            now == value || self.rewrites.same(at, column, &value, &now)
        };
        value.is_empty() || columns.any(is_now)
    }

    /// Whether an age changed by as many years as the birth, the other way.
    fn ages_with_birth(&self, change: &Change<'_>, at: usize) -> bool {
        let years = |cell: &crate::diff::Cell<'_>| Some(year(&cell.new)? - year(&cell.old)?);
        let birth = change.cells.iter().find(|c| self.column(c).role == Role::Birth).and_then(years);
        match (birth, years(&change.cells[at])) {
            (Some(birth), Some(age)) => (birth + age).abs() <= 1 + self.years_between().unwrap_or(0),
            _ => true,
        }
    }

    fn year_passed(&self, change: &Change<'_>, at: usize) -> Option<Reason> {
        let cell = &change.cells[at];
        let older = year(&cell.new)? - year(&cell.old)?;
        let passed = self.column(cell).role == Role::Age && (1..=self.years_between()?).contains(&older);
        passed.then(|| Reason {
            verdict: Verdict::Explained,
            cause: "a year passed".into(),
            kind: "year",
            transaction: None,
            own: true,
        })
    }

    fn years_between(&self) -> Option<i64> {
        Some(i64::from(self.dates.1?.year()) - i64::from(self.dates.0?.year()))
    }

    /// The class of a changed field: its column's, unless the whole change is of another kind.
    pub(super) fn class(&self, change: &Change<'_>, reasons: &[Option<Reason>], at: usize, swapped: bool) -> Class {
        let column = self.column(&change.cells[at]);
        match reasons[at].as_ref().map(|r| r.kind) {
            Some("format") => return Class::FormatOnly,
            Some("rename") => return Class::LabelRecode,
            _ => {}
        }
        if swapped && column.role.is_identity() {
            return Class::IdentitySwap;
        }
        if self.is_masking(change, at) {
            return Class::Confidential;
        }
        let moved = self.changed(change, reasons, Role::Street).is_some();
        match column.role.class() {
            Class::Precinct if moved => Class::Address,
            Class::MailAddress if moved && self.is_residence(change, &change.cells[at].new) => Class::Address,
            class => class,
        }
    }
}

/// A year or a number of years: the first run of four digits, else the whole value.
pub(crate) fn year(value: &str) -> Option<i64> {
    let mut runs = value.split(|c: char| !c.is_ascii_digit());
    runs.find(|run| run.len() == 4).and_then(|run| run.parse().ok()).or_else(|| value.trim().parse().ok())
}
