//! Records of named fields: the W3C's extended log file format, Zeek's logs, tables with a header line, JSON lines.

use serde_json::Value;

use super::Outcome;
use super::named::{Named, Role, role};
use crate::acted::clock::Clock;

/// More columns than any of these formats has.
const MOST_COLUMNS: usize = 500;
/// Objects within objects are read this deep.
const DEEPEST: usize = 4;

/// What a table's columns say.
#[derive(Debug, Default)]
pub(super) struct Columns {
    roles: Vec<Option<(Role, usize)>>,
    delimiter: u8,
}

impl Columns {
    /// Whether a header line was met that names a host, an address, a name or a hash.
    pub(super) fn are_known(&self) -> bool {
        let wanted = [Role::Url, Role::Host, Role::Question, Role::Sha256, Role::Hashes];
        self.roles.iter().flatten().any(|(role, _)| wanted.contains(role))
    }

    fn set<'a>(&mut self, names: impl Iterator<Item = &'a str>) {
        self.roles = names.take(MOST_COLUMNS).map(role).collect();
    }

    fn event<'a>(&self, values: impl Iterator<Item = &'a str>, clock: &mut Clock, is_utc: bool) -> Outcome {
        let (mut named, mut count) = (Named::default(), 0);
        for value in values {
            if let Some(Some(role)) = self.roles.get(count) {
                named.add(*role, value);
            }
            count += 1;
        }
        if count != self.roles.len() {
            return Outcome::Bad("it has more or fewer fields than its header");
        }
        named.event(clock, is_utc).map_or(Outcome::Other, Outcome::Event)
    }
}

/// `#Fields:` names the columns; times are in UTC unless the log says otherwise (W3C WD-logfile-960323).
pub(super) fn w3c(columns: &mut Columns, line: &str, clock: &mut Clock) -> Outcome {
    if let Some(names) = line.strip_prefix("#Fields:") {
        columns.delimiter = if names.contains('\t') { b'\t' } else { b' ' };
        columns.set(names.split_whitespace());
        return Outcome::Other;
    }
    if line.starts_with('#') {
        return Outcome::Other;
    }
    if columns.roles.is_empty() {
        return Outcome::Bad("expected a line #Fields: before the first row");
    }
    values(line, columns.delimiter).map_or(Outcome::Bad("its quotes don't end"), |values| {
        columns.event(values.iter().filter(|value| columns.delimiter == b'\t' || !value.is_empty()), clock, true)
    })
}

/// Zeek's header names the columns after `#fields`, between tabs.
pub(super) fn zeek(columns: &mut Columns, line: &str, clock: &mut Clock) -> Outcome {
    if let Some(names) = line.strip_prefix("#fields\t") {
        columns.set(names.split('\t'));
        return Outcome::Other;
    }
    if line.starts_with('#') {
        return Outcome::Other;
    }
    if columns.roles.is_empty() {
        return Outcome::Bad("expected a line #fields before the first row");
    }
    columns.event(line.split('\t'), clock, false)
}

/// The first line names the columns, between commas, semicolons or tabs.
pub(super) fn csv(columns: &mut Columns, line: &str, clock: &mut Clock) -> Outcome {
    if columns.roles.is_empty() {
        let count = |c: &u8| line.bytes().filter(|byte| byte == c).count();
        columns.delimiter = [b',', b'\t', b';'].into_iter().max_by_key(count).unwrap_or(b',');
        if let Some(names) = values(line, columns.delimiter) {
            columns.set(names.iter());
        }
        return if columns.are_known() {
            Outcome::Other
        } else {
            Outcome::Bad("expected a header line that names url, host, domain or sha256")
        };
    }
    values(line, columns.delimiter)
        .map_or(Outcome::Bad("its quotes don't end"), |values| columns.event(values.iter(), clock, false))
}

fn values(line: &str, delimiter: u8) -> Option<csv::StringRecord> {
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(line.len().max(1))
        .from_reader(line.as_bytes());
    let mut record = csv::StringRecord::new();
    reader.read_record(&mut record).ok().filter(|read| *read).map(|_| record)
}

/// An object a line; objects within are read as `outer.inner`.
pub(super) fn json(line: &str, clock: &mut Clock) -> Outcome {
    let Ok(Value::Object(object)) = serde_json::from_str::<Value>(line) else {
        return Outcome::Bad("expected a JSON object");
    };
    let mut fields: Vec<((Role, usize), String)> = Vec::new();
    flatten("", &object, 0, &mut fields);
    let mut named = Named::default();
    fields.iter().for_each(|(role, value)| named.add(*role, value));
    named.event(clock, false).map_or(Outcome::Other, Outcome::Event)
}

fn flatten(
    front: &str,
    object: &serde_json::Map<String, Value>,
    depth: usize,
    fields: &mut Vec<((Role, usize), String)>,
) {
    for (key, value) in object.iter().take(MOST_COLUMNS) {
        let name = if front.is_empty() { key.clone() } else { format!("{front}.{key}") };
        let value = match value {
            Value::Object(inner) if depth < DEEPEST => {
                flatten(&name, inner, depth + 1, fields);
                continue;
            }
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Array(all) => all.first().and_then(Value::as_str).unwrap_or_default().to_owned(),
            _ => continue,
        };
        if let Some(role) = role(&name).or_else(|| role(key).map(|(role, rank)| (role, rank + 200))) {
            fields.push((role, value));
        }
    }
}
