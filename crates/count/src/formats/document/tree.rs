//! A record: an element and all that is in it, flat, in memory that is used again from record to record.

use std::ops::Range;

use pollwarden_core::Complaint;

use super::super::bound::is_count;
use super::{DEPTH, ELEMENTS, MEND};

/// What an excerpt of a value shows at most.
const SHOWN: usize = 60;

/// A record as it is put together.
#[derive(Debug, Default)]
pub(super) struct Tree {
    source: String,
    text: String,
    rows: Vec<Row>,
    open: Vec<usize>,
}

#[derive(Debug)]
struct Row {
    name: Part,
    value: Part,
    /// The place after its last descendant.
    end: u32,
    line: u32,
}

/// A part of the record's text. A record has fewer than 2^32 bytes.
#[derive(Debug, Clone, Copy)]
struct Part(u32, u32);

impl Part {
    fn of(range: Range<usize>) -> Self {
        Self(range.start as u32, range.end as u32)
    }

    fn range(self) -> Range<usize> {
        self.0 as usize..self.1 as usize
    }
}

impl Tree {
    pub(super) fn new(source: &str) -> Self {
        Self { source: source.to_owned(), ..Self::default() }
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.rows.clear();
        self.open.clear();
    }

    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Begins an element within the open one.
    pub(super) fn open(&mut self, name: &str, line: u64) -> Result<(), Box<Complaint>> {
        if self.open.len() >= DEPTH {
            let expected = format!("at most {DEPTH} elements within each other");
            return Err(Box::new(Complaint::about(&self.source, expected, "more").line(line).mend(MEND)));
        }
        let start = self.text.len();
        self.text.push_str(match name {
            "ObjectId" => "@id",
            "type" => "@type",
            name => name,
        });
        let end = self.text.len();
        self.open.push(self.rows.len());
        self.push(Part::of(start..end), line)
    }

    /// Begins another element of the same name as the one just closed.
    pub(super) fn open_again(&mut self, like: usize, line: u64) -> Result<(), Box<Complaint>> {
        let name = self.rows[like].name;
        self.open.push(self.rows.len());
        self.push(name, line)
    }

    fn push(&mut self, name: Part, line: u64) -> Result<(), Box<Complaint>> {
        if self.rows.len() >= ELEMENTS {
            let expected = format!("records of at most {ELEMENTS} elements");
            return Err(Box::new(Complaint::about(&self.source, expected, "a larger one").line(line).mend(MEND)));
        }
        let value = Part::of(self.text.len()..self.text.len());
        let end = self.rows.len() as u32 + 1;
        self.rows.push(Row { name, value, end, line: u32::try_from(line).unwrap_or(u32::MAX) });
        Ok(())
    }

    /// The place of the open element.
    pub(super) fn current(&self) -> usize {
        self.open.last().copied().unwrap_or_default()
    }

    /// Text of the open element. Text between its children is no value in these formats.
    pub(super) fn value(&mut self, text: &str) {
        let Some(row) = self.open.last().and_then(|at| self.rows.get_mut(*at)) else { return };
        let mut value = row.value.range();
        if value.end != self.text.len() {
            if !self.text[value].trim().is_empty() {
                return;
            }
            value = self.text.len()..self.text.len();
        }
        self.text.push_str(text);
        row.value = Part::of(value.start..self.text.len());
    }

    /// Ends the open element.
    pub(super) fn close(&mut self) {
        if let Some(at) = self.open.pop() {
            self.rows[at].end = self.rows.len() as u32;
        }
    }

    /// Forgets the open element: there is nothing in it.
    pub(super) fn drop_open(&mut self) {
        if let Some(at) = self.open.pop() {
            self.rows.truncate(at);
        }
    }

    /// The record.
    pub(super) fn root(&self) -> Option<Node<'_>> {
        (!self.rows.is_empty()).then_some(Node { tree: self, at: 0 })
    }
}

/// An element of a record.
#[derive(Clone, Copy)]
pub(crate) struct Node<'a> {
    tree: &'a Tree,
    at: usize,
}

impl<'a> Node<'a> {
    fn row(self) -> &'a Row {
        &self.tree.rows[self.at]
    }

    /// Its name, without a prefix.
    pub(crate) fn name(self) -> &'a str {
        &self.tree.text[self.row().name.range()]
    }

    /// Its text, without spaces around it.
    pub(crate) fn text(self) -> &'a str {
        self.tree.text[self.row().value.range()].trim()
    }

    /// The line it begins on.
    pub(crate) fn line(self) -> u64 {
        u64::from(self.row().line)
    }

    /// What is in it.
    pub(crate) fn children(self) -> impl Iterator<Item = Node<'a>> {
        let end = self.row().end as usize;
        let first = (self.at + 1 < end).then_some(self.at + 1);
        let places = std::iter::successors(first, move |at| {
            let next = self.tree.rows[*at].end as usize;
            (next < end).then_some(next)
        });
        places.map(move |at| Node { tree: self.tree, at })
    }

    /// Children of a name.
    pub(crate) fn all(self, name: &'a str) -> impl Iterator<Item = Node<'a>> {
        self.children().filter(move |child| child.name() == name)
    }

    /// The first child of a name.
    pub(crate) fn child(self, name: &'a str) -> Option<Node<'a>> {
        self.all(name).next()
    }

    /// The text of the first child of a name; empty where there is none.
    pub(crate) fn field(self, name: &'a str) -> &'a str {
        self.child(name).map_or("", Node::text)
    }

    /// A text in several languages (NIST's `InternationalizedText`) or in one: the first.
    pub(crate) fn words(self, name: &'a str) -> &'a str {
        self.child(name).map_or("", Node::own_words)
    }

    /// This element's own text, as by [`words`](Self::words).
    pub(crate) fn own_words(self) -> &'a str {
        match self.child("Text") {
            Some(text) if text.child("Content").is_some() => text.field("Content"),
            Some(text) => text.text(),
            None => self.text(),
        }
    }

    /// Whether a field says yes.
    pub(crate) fn says(self, name: &'a str) -> bool {
        matches!(self.field(name), "true" | "1")
    }

    /// A whole number; `None` where there is none. The schemas of counts allow a fraction or an exponent: `12.0` is 12.
    ///
    /// # Errors
    /// Where the field is no whole number, or out of range.
    pub(crate) fn number<T: TryFrom<i64>>(self, name: &'a str) -> Result<Option<T>, Box<Complaint>> {
        let Some(child) = self.child(name) else { return Ok(None) };
        let text = child.text();
        let whole = text.parse::<i64>().ok().or_else(|| whole(text));
        match whole.filter(|n| is_count(*n)).and_then(|n| T::try_from(n).ok()) {
            Some(number) => Ok(Some(number)),
            None => Err(child.refuse("a whole number in range")),
        }
    }

    /// A complaint about this element's text.
    pub(crate) fn refuse(self, expected: &str) -> Box<Complaint> {
        let found = Complaint::excerpt(self.text().as_bytes(), SHOWN);
        let found = if found.is_empty() { "nothing".to_owned() } else { found };
        Box::new(self.complaint(expected, found))
    }

    /// A complaint with this element's place.
    pub(crate) fn complaint(self, expected: &str, found: impl Into<String>) -> Complaint {
        Complaint::about(&self.tree.source, expected, found).line(self.line()).column(self.name()).mend(MEND)
    }

    #[cfg(test)]
    pub(super) fn shown(self) -> String {
        let inside: Vec<String> = self.children().map(Node::shown).collect();
        match inside.is_empty() {
            true if self.name() == "@type" => format!("@type={}", self.text().trim_start_matches("CVR.")),
            true => format!("{}={}", self.name(), self.text()),
            false => format!("{}({})", self.name(), inside.join(" ")),
        }
    }
}

/// The whole number that a text writes as a decimal one. Beyond 2^53 not every whole number has a float.
fn whole(text: &str) -> Option<i64> {
    let number: f64 = text.parse().ok()?;
    (number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0).then_some(number as i64)
}
