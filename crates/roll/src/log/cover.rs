//! What the log lacks, and what can't be judged for that.

use std::collections::BTreeMap;

use jiff::civil::Date;
use pollwarden_core::Coverage;

use super::{Log, Meaning, Sheet};
use crate::formats::names;
use crate::layout::{Column, Role};

/// How many fields of the log are named.
const FIELDS_SHOWN: usize = 20;

impl Log {
    /// Says what its files lack, and which of its entries could not be held against the extracts' columns and days.
    pub(crate) fn cover(&self, coverage: &mut Coverage, columns: &[Column], days: (Option<Date>, Option<Date>)) {
        self.sheets.iter().for_each(|one| sheet(coverage, one));
        if !self.unused_of_operators.is_empty() {
            let unused = self.unused_of_operators.join(", ");
            coverage.notes.push(format!("Of {} the columns {unused} were not used.", self.files.operators));
        }
        for (column, entries) in &self.written_otherwise {
            let why = format!(
                "The log writes {column} in words that no extract has: {entries} entries could not be held against it. Ask for a log \
                 with the extracts' own codes"
            );
            coverage.blind(None, why);
        }
        // A column of a kind that the extracts have may be meant; what an extract leaves out can't differ in it.
        let is_there = |field: &str| {
            let role = names::columns(&[field.to_owned()]).first().map_or(Role::Other, |column| column.role);
            role != Role::Other && columns.iter().any(|column| column.role == role)
        };
        let (there, other): (BTreeMap<&str, u64>, _) = self
            .unknown_fields
            .iter()
            .map(|(field, entries)| (field.as_str(), *entries))
            .partition(|(field, _)| is_there(field));
        unknown(&there).into_iter().for_each(|why| coverage.blind(None, why));
        unknown(&other).into_iter().for_each(|why| coverage.dim(None, why));
        self.silence(coverage, days);
    }
}

/// What a log lacks, and what can't be judged for that.
fn sheet(coverage: &mut Coverage, sheet: &Sheet) {
    if sheet.entries == 0 {
        return coverage.dim(None, format!("The log {} has no entries", sheet.name));
    }
    let has = |meaning| sheet.headings.at(meaning).is_some();
    let (number, time) = (sheet.numbered, has(Meaning::Time));
    let needed = [
        (
            number || sheet.chained,
            "has neither numbers nor digests of its entries: whether any was taken out, added or written anew can't be judged",
        ),
        (has(Meaning::User), "does not say who made a change: whether that account was allowed to can't be judged"),
        (
            time,
            "does not say when a change was made: it was not held against the days of the extracts, nor against office hours",
        ),
        (
            !time || sheet.timed > 0,
            "has days without the time: whether a change was made within office hours can't be judged",
        ),
        (has(Meaning::Old), "has no old values: whether they are the older extract's can't be judged"),
        (has(Meaning::New), "has no new values: whether they are the newer extract's can't be judged"),
    ];
    let others = [
        (!number || sheet.chained, "has no digests of its entries: whether any was written anew can't be judged"),
        (
            number || !sheet.chained,
            "has no numbers of its entries: whether the last ones were taken out can't be judged",
        ),
        (has(Meaning::Document), "names no documents: whether a change rests on one can't be judged"),
        (
            has(Meaning::Ip) || has(Meaning::Source),
            "does not say from where a change was made: whether many came from one place can't be judged",
        ),
    ];
    let says_not = |whats: &[(bool, &str)]| {
        let lacks = whats.iter().filter(|(has, _)| !has).map(|(_, what)| format!("The log {} {what}", sheet.name));
        lacks.collect::<Vec<_>>()
    };
    for why in &sheet.unjudged {
        coverage.blind(None, format!("The log {}: {why}", sheet.name));
    }
    says_not(&needed).into_iter().for_each(|why| coverage.blind(None, why));
    says_not(&others).into_iter().for_each(|why| coverage.dim(None, why));
    if time && sheet.without_time > 0 {
        let why = format!(
            "Of {} of {} entries of the log {} the time could not be read: they were not held against the days of the extracts",
            sheet.without_time, sheet.entries, sheet.name
        );
        coverage.blind(None, why);
    }
    if !sheet.unused.is_empty() {
        coverage.notes.push(format!("Of {} the columns {} were not used.", sheet.name, sheet.unused.join(", ")));
    }
}

/// Fields that the extracts know under no name.
fn unknown(fields: &BTreeMap<&str, u64>) -> Option<String> {
    let entries: u64 = fields.values().sum();
    let shown: Vec<&str> = fields.keys().copied().take(FIELDS_SHOWN).collect();
    let lines: Vec<String> = shown.iter().map(|field| format!("{field:?} = \"\"")).collect();
    (!shown.is_empty()).then(|| {
        format!(
            "{entries} entries of the transaction log change {}, which no column of the extracts is called: they explain nothing. Where \
             one is a column under another name, write the lines below into office.toml, with that name\n[roll.log.fields]\n{}",
            shown.join(", "),
            lines.join("\n")
        )
    })
}
