//! States' layouts that are told by their header.

use pollwarden_core::{RollSettings, Table};
use pollwarden_intake::{BlockOptions, Fit, Format, Parser, Sample};

use super::{Header, below_titles, names, sample_lines, voters};
use crate::fields;
use crate::layout::{Cut, Layout, Role};

/// A state's layout.
#[derive(Debug)]
pub(super) struct State {
    /// Its name, as shown in coverage.
    pub(super) name: &'static str,
    /// Columns that no other state's extract has together.
    pub(super) telling: &'static [&'static str],
    /// The column of the voter's id.
    pub(super) key: &'static str,
    /// The columns, in order, between blanks: by them a header that lacks one is made whole.
    pub(super) columns: &'static str,
    /// Columns that once had another name: the old one, and the one they are compared and shown under.
    pub(super) renamed: &'static [(&'static str, &'static str)],
    /// What columns say whose name does not tell it.
    pub(super) roles: &'static [(&'static str, Role)],
}

impl State {
    /// The layout, where the header is this state's.
    pub(super) fn layout(&self, header: &Header, sample: &Sample) -> Option<Layout> {
        if !self.telling.iter().all(|name| header.has(name)) {
            return None;
        }
        let mut names: Vec<String> = header.names.iter().map(|name| self.present_name(name)).collect();
        let lines = sample_lines(sample);
        let mut records = lines.iter().skip(1).map(|record| fields::count(record, header.delimiter)).peekable();
        if records.peek().is_some() && records.all(|count| count == names.len() + 1) {
            self.make_whole(&mut names)?;
        }
        let key = names.iter().position(|name| name.eq_ignore_ascii_case(self.key))?;
        let columns = names::with_roles(names::columns(&names), self.roles);
        Some(Layout { name: self.name, cut: Cut::At(header.delimiter), above: 1, columns, key, bare_ids: false })
    }

    fn of_sample(&self, sample: &Sample) -> Option<Layout> {
        below_titles(sample, &|sample| self.layout(&Header::read(&sample.bytes)?, sample))
    }

    fn present_name(&self, name: &str) -> String {
        let renamed = self.renamed.iter().find(|(old, _)| name.eq_ignore_ascii_case(old));
        renamed.map_or(name, |(_, new)| new).to_owned()
    }

    /// Puts the name that a header lacks where it belongs: every record has one field more.
    fn make_whole(&self, names: &mut Vec<String>) -> Option<()> {
        let known: Vec<&str> = self.columns.split_whitespace().collect();
        let same = |(name, known): (&String, &&str)| name.eq_ignore_ascii_case(known);
        let lacks = names.iter().zip(&known).position(|pair| !same(pair)).unwrap_or(names.len());
        let after = known.get(lacks + 1..)?;
        let fits = names[lacks..].iter().zip(after).all(same);
        fits.then(|| names.insert(lacks, known[lacks].to_owned()))
    }
}

impl Format for State {
    fn name(&self) -> &'static str {
        self.name
    }

    fn table(&self) -> &'static Table {
        &crate::tables::VOTERS
    }

    fn sniff(&self, sample: &Sample) -> Fit {
        if self.of_sample(sample).is_some() { Fit::Yes } else { Fit::No }
    }

    fn blocks(&self) -> BlockOptions {
        voters::blocks()
    }

    fn begin(&self, sample: &Sample, _: Option<&[u8]>) -> Box<dyn Parser> {
        voters::begin(sample, self.of_sample(sample), &RollSettings::default())
    }
}
