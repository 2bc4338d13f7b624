//! The canonical record: what a commitment is over.
//!
//! It holds what a record says, not how its file writes it: the voter's id, then each column that has a value, by name, with
//! the decoded value without blanks around it. Quotes, encodings, the order of columns, and columns without a value do
//! not matter, so that an extract in another writing gives the same commitments.

use std::collections::{BTreeMap, BTreeSet};

use crate::layout::{Column, Layout};

/// The columns of a layout, in the order of their canonical names.
#[derive(Debug)]
pub(super) struct Columns {
    order: Vec<(String, usize)>,
}

impl Columns {
    pub(super) fn of(layout: &Layout) -> Self {
        let mut taken = BTreeSet::new();
        let name = |(at, column): (usize, &Column)| (free_name(&mut taken, &column.name), at);
        let mut order: Vec<(String, usize)> = layout.columns.iter().enumerate().map(name).collect();
        order.sort();
        Self { order }
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.order.iter().map(|(name, _)| name)
    }

    /// Hands on the columns that have a value: name and value.
    pub(super) fn each(&self, layout: &Layout, raw: &[&[u8]], each: &mut impl FnMut(&str, &str)) {
        for (name, at) in &self.order {
            let text = layout.text(raw[*at]);
            let value = text.trim();
            if !value.is_empty() {
                each(name, value);
            }
        }
    }

    /// Writes the canonical record in place of what `out` held.
    pub(super) fn write(&self, layout: &Layout, voter_id: &str, raw: &[&[u8]], out: &mut Vec<u8>) {
        out.clear();
        put(voter_id, out);
        self.each(layout, raw, &mut |name, value| {
            put(name, out);
            put(value, out);
        });
    }
}

/// The canonical record of a voter's id and named values.
pub(super) fn record(voter_id: &str, values: &BTreeMap<String, String>) -> Vec<u8> {
    let mut out = Vec::new();
    put(voter_id, &mut out);
    for (name, value) in values {
        put(name, &mut out);
        put(value, &mut out);
    }
    out
}

/// A text, behind its length in bytes: so no two records are written alike.
fn put(text: &str, out: &mut Vec<u8>) {
    let length = u32::try_from(text.len()).expect("a record is shorter than 4 GiB");
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(text.as_bytes());
}

/// A column's canonical name: in small letters, and numbered where another column has it already.
fn free_name(taken: &mut BTreeSet<String>, name: &str) -> String {
    let name = name.trim().to_ascii_lowercase();
    let mut free = name.clone();
    let mut number = 2;
    while !taken.insert(free.clone()) {
        free = format!("{name}#{number}");
        number += 1;
    }
    free
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Cut;

    fn layout(names: &[&str], delimiter: u8) -> Layout {
        let owned: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let columns = crate::formats::names::columns(&owned);
        let key = names.iter().position(|&name| name.eq_ignore_ascii_case("id")).expect("a key");
        Layout { name: "test", cut: Cut::At(delimiter), above: 1, columns, key, bare_ids: false }
    }

    fn canonical(layout: &Layout, line: &[u8]) -> Vec<u8> {
        let raw: Vec<&[u8]> = layout.fields(line).collect();
        let mut out = b"what was there before".to_vec();
        Columns::of(layout).write(layout, "7", &raw, &mut out);
        out
    }

    #[test]
    fn writing_does_not_matter_and_meaning_does() {
        let layout = layout(&["ID", "name", "note"], b',');
        let plain = canonical(&layout, "7,NUÑEZ,".as_bytes());
        assert_eq!(plain, b"\0\0\0\x017\0\0\0\x02id\0\0\0\x017\0\0\0\x04name\0\0\0\x06NU\xc3\x91EZ");
        assert_eq!(canonical(&layout, b"\"7\",\"NU\xd1EZ  \",\"\""), plain, "quotes, encoding, blanks");
        assert_ne!(canonical(&layout, "7,,NUÑEZ".as_bytes()), plain, "another column");
        assert_ne!(canonical(&layout, "7,Nuñez,".as_bytes()), plain, "small letters");
        let values = [("id", "7"), ("name", "NUÑEZ")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(record("7", &BTreeMap::from(values)), plain);
    }

    #[test]
    fn the_order_of_columns_and_columns_without_values_do_not_matter() {
        let turned = canonical(&layout(&["note", "NAME", "more", "id"], b'|'), b"x|A||7");
        assert_eq!(turned, canonical(&layout(&["id", "name", "note"], b','), b"7,A,x"));
    }

    #[test]
    fn columns_of_one_name_are_told_apart() {
        let layout = layout(&["id", "note", "Note", "note#2"], b',');
        let names: Vec<String> = Columns::of(&layout).names().cloned().collect();
        assert_eq!(names, ["id", "note", "note#2", "note#2#2"]);
        assert_ne!(canonical(&layout, b"7,x,,"), canonical(&layout, b"7,,x,"));
    }
}
