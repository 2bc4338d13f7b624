//! Layouts of voter-roll extracts, each in a file of its own, and the rows they become.

mod delimited;
pub(crate) mod names;
mod north_carolina;
mod voters;

use pollwarden_intake::{Format, Sample};

use crate::layout::Layout;

/// Every format of table `voters`: the more particular first.
pub static FORMATS: &[&dyn Format] = &[&north_carolina::NorthCarolina, &delimited::Delimited];

/// The columns of an extract, from its first bytes; `None` where it is no voter-roll extract. `key` is the key column
/// that office.toml names.
pub fn layout_of(sample: &Sample, key: Option<&str>) -> Option<Layout> {
    let header = Header::read(&sample.bytes)?;
    north_carolina::layout(&header).or_else(|| delimited::layout(&header, key))
}

/// A file's first line, split.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) delimiter: u8,
    pub(crate) names: Vec<String>,
}

impl Header {
    /// The delimiter is that of tab, comma, bar and semicolon which splits the line into most fields.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let line = bytes.split(|&b| b == b'\n').next()?.trim_ascii_end();
        if line.is_empty() || line.contains(&0) {
            return None;
        }
        let delimiter = *b"\t,|;".iter().max_by_key(|&&d| crate::fields::count(line, d))?;
        let names = crate::fields::Fields::of(line, delimiter).map(|raw| crate::fields::text(raw).trim().to_owned());
        Some(Self { delimiter, names: names.collect() }).filter(|h| h.names.len() > 1)
    }

    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|n| n.eq_ignore_ascii_case(name))
    }
}
