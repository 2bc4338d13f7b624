//! The office's own layout, as office.toml describes it.

use pollwarden_core::{RollLayout, RollSettings, Table};
use pollwarden_intake::{BlockOptions, Fit, Format, Parser, Sample};

use super::{FORMATS, Header, delimited, layout_of, most_lines, names, voters};
use crate::layout::{Cut, Layout, Role};

/// Its name.
pub(super) const NAME: &str = "office.toml";

/// The layout, as a format of table `voters`; where the office names only the key, the layout that has it.
#[derive(Debug)]
struct Own(RollSettings);

/// Every format of table `voters`, with an office's settings.
pub fn formats(settings: &RollSettings) -> Vec<&'static dyn Format> {
    // Formats live as long as the program; an office's settings are read once.
    let own = || Box::leak(Box::new(Own(settings.clone()))) as &'static dyn Format;
    let mut formats = FORMATS.to_vec();
    match (&settings.layout, &settings.key) {
        (Some(_), _) => formats.insert(0, own()),
        (None, Some(_)) => formats.push(own()),
        (None, None) => {}
    }
    formats
}

impl Format for Own {
    fn name(&self) -> &'static str {
        NAME
    }

    fn table(&self) -> &'static Table {
        &crate::tables::VOTERS
    }

    fn sniff(&self, sample: &Sample) -> Fit {
        if layout_of(sample, &self.0).is_some() { Fit::Yes } else { Fit::No }
    }

    fn blocks(&self) -> BlockOptions {
        let fixed = self.0.layout.as_ref().is_some_and(|layout| !layout.widths.is_empty());
        if fixed { BlockOptions::default() } else { voters::blocks() }
    }

    fn begin(&self, sample: &Sample, _: Option<&[u8]>) -> Box<dyn Parser> {
        voters::begin(sample, layout_of(sample, &self.0), &self.0)
    }
}

/// Says what is wrong with a layout of office.toml.
///
/// # Errors
/// In words, with what was expected.
pub fn check_layout(settings: &RollSettings) -> Result<(), String> {
    let Some(given) = &settings.layout else { return Ok(()) };
    for (column, word) in &given.roles {
        if Role::of_word(word).is_none() {
            let words = Role::WORDS.map(|(word, _)| word).join(", ");
            return Err(format!("roles.\"{column}\" = \"{word}\": expected one of {words}"));
        }
    }
    if !given.widths.is_empty() && given.widths.len() != given.columns.len() {
        let (widths, columns) = (given.widths.len(), given.columns.len());
        return Err(format!("widths has {widths} numbers and columns has {columns} names: expected as many of each"));
    }
    if given.widths.contains(&0) {
        return Err("widths holds a 0: expected how many bytes a column has".to_owned());
    }
    if given.columns.is_empty() {
        return Ok(());
    }
    match key(&columns(&given.columns, given), settings.key.as_deref()) {
        Some(_) => Ok(()),
        None => Err("no column holds the voter's id: name it as `key` under [roll], or give it the role \"voter-id\""
            .to_owned()),
    }
}

/// The layout of an extract; `None` where the file is another.
pub(super) fn layout(sample: &Sample, given: &RollLayout, named: Option<&str>) -> Option<Layout> {
    let header = given.columns.is_empty();
    let first = Header::split(&sample.bytes, given.delimiter);
    let names =
        if header { &first.as_ref().filter(|first| is_of_header(first, given, named))?.names } else { &given.columns };
    let cut = match given.widths.as_slice() {
        [] => Cut::At(first.as_ref()?.delimiter),
        widths => Cut::of_widths(widths.iter().copied()),
    };
    let columns = columns(names, given);
    let key = key(&columns, named)?;
    let layout = Layout { name: NAME, cut, above: u64::from(header), columns, key, bare_ids: false };
    most_lines(sample, |line| layout.fits(line)).then_some(layout)
}

/// Whether a header has the columns that office.toml tells of: logs beside the extracts have voters' ids too. Where it tells of
/// none, the header must be a voter roll's.
fn is_of_header(header: &Header, given: &RollLayout, named: Option<&str>) -> bool {
    match given.roles.as_slice() {
        [] => delimited::layout(header, named).is_some(),
        roles => roles.iter().all(|(column, _)| header.has(column)),
    }
}

fn columns(columns: &[String], given: &RollLayout) -> Vec<crate::layout::Column> {
    let roles: Vec<(&str, Role)> =
        given.roles.iter().filter_map(|(column, word)| Some((column.as_str(), Role::of_word(word)?))).collect();
    names::with_roles(names::columns(columns), &roles)
}

fn key(columns: &[crate::layout::Column], named: Option<&str>) -> Option<usize> {
    match named {
        Some(name) => columns.iter().position(|c| c.name.eq_ignore_ascii_case(name.trim())),
        None => columns.iter().position(|c| c.role == Role::VoterId),
    }
}
