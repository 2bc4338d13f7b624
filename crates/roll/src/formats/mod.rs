//! Layouts of voter-roll extracts, each in a file of its own, and the rows they become.

mod by_content;
mod colorado;
mod delimited;
mod florida;
mod mapped;
mod michigan;
pub(crate) mod names;
mod north_carolina;
mod ohio;
mod state;
mod voters;
mod washington;

use pollwarden_core::RollSettings;
use pollwarden_intake::{Format, Sample};

use self::state::State;
use crate::fields;
use crate::layout::Layout;

pub use mapped::{check_layout, formats};

/// States that are told by their header.
static STATES: &[&State] =
    &[&north_carolina::STATE, &ohio::STATE, &washington::STATE, &colorado::STATE, &michigan::STATE];

/// Every format of table `voters` that needs no settings: the more particular first.
pub static FORMATS: &[&dyn Format] = &[
    &north_carolina::STATE,
    &ohio::STATE,
    &washington::STATE,
    &colorado::STATE,
    &michigan::STATE,
    &michigan::FIXED_WIDTH,
    &florida::FORMAT,
    &delimited::FORMAT,
];

/// The columns of an extract, from its first bytes; `None` where it is no voter-roll extract. What office.toml says of
/// columns goes before what is known.
pub fn layout_of(sample: &Sample, settings: &RollSettings) -> Option<Layout> {
    let found = below_titles(sample, &|sample| of_first_line(sample, settings))?;
    Some(Layout { bare_ids: settings.bare_ids, ..found })
}

fn of_first_line(sample: &Sample, settings: &RollSettings) -> Option<Layout> {
    if let Some(given) = &settings.layout {
        return mapped::layout(sample, given, settings.key.as_deref());
    }
    let header = Header::read(&sample.bytes);
    let by_header = header.as_ref().and_then(|header| STATES.iter().find_map(|state| state.layout(header, sample)));
    by_header
        .or_else(|| michigan::fixed(sample))
        .or_else(|| florida::layout(sample))
        .or_else(|| delimited::layout(header.as_ref()?, settings.key.as_deref()))
}

/// How many lines may stand above a header: `sep=;`, a report's title, a blank line.
const TITLE_LINES: usize = 10;

/// What the first line of a file tells, or else the first one below a few lines that tell nothing.
pub(crate) fn below_titles(sample: &Sample, layout: &dyn Fn(&Sample) -> Option<Layout>) -> Option<Layout> {
    let first = layout(sample);
    first.or_else(|| {
        beginnings(sample).find_map(|(above, rest)| {
            let found = layout(&rest).filter(|layout| layout.above > 0)?;
            Some(Layout { above: above + found.above, ..found })
        })
    })
}

/// A file without its first line, its first two and so on, and how many lines that are. A delimiter that Excel was told is not
/// among a header's fields.
pub(crate) fn beginnings(sample: &Sample) -> impl Iterator<Item = (u64, Sample)> {
    let ends = memchr::memchr_iter(b'\n', &sample.bytes).take(TITLE_LINES).zip(1..);
    ends.map(|(end, above)| (above, Sample { bytes: sample.bytes[end + 1..].to_vec(), ..sample.clone() }))
}

/// The name of a layout, where there is one called so.
pub(crate) fn known_name(name: &str) -> Option<&'static str> {
    let all = FORMATS.iter().map(|format| format.name()).chain([mapped::NAME]);
    all.into_iter().find(|known| *known == name)
}

/// How many of the first lines tell a layout.
const TELLING_LINES: usize = 40;

/// The first whole lines of a sample, without their ends.
pub(crate) fn sample_lines(sample: &Sample) -> Vec<&[u8]> {
    let mut lines: Vec<&[u8]> = sample.bytes.split(|&b| b == b'\n').collect();
    // What follows the last line end is cut off, unless the file ends there.
    let rest = lines.pop().filter(|rest| sample.whole && !rest.is_empty());
    let lines = lines.into_iter().chain(rest).map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.filter(|line| !line.trim_ascii().is_empty()).take(TELLING_LINES).collect()
}

/// Whether nearly all of the first lines are records of a layout; a few may be damaged.
pub(crate) fn most_lines(sample: &Sample, is_record: impl Fn(&[u8]) -> bool) -> bool {
    let lines = sample_lines(sample);
    let records = lines.iter().filter(|line| is_record(line)).count();
    records > 0 && records * 10 >= lines.len() * 9
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
        Self::split(bytes, None)
    }

    /// The same, where the delimiter may be given.
    fn split(bytes: &[u8], delimiter: Option<u8>) -> Option<Self> {
        const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        let line = bytes.split(|&b| b == b'\n').next()?.trim_ascii_end();
        if line.is_empty() || line.contains(&0) {
            return None;
        }
        let told = || b"\t,|;".iter().copied().max_by_key(|&d| fields::count(line, d));
        let delimiter = delimiter.or_else(told)?;
        let names = fields::Fields::of(line, delimiter).map(|raw| fields::text(raw).trim().to_owned());
        Some(Self { delimiter, names: names.collect() }).filter(|h| h.names.len() > 1)
    }

    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|n| n.eq_ignore_ascii_case(name))
    }
}
