//! North Carolina's statewide voter file: 67 columns (71 in older ones), tab separated, quoted, CRLF, ISO 8859-1.
//!
//! Layout: <https://www.ncsbe.gov/results-data/voter-registration-data>.

use pollwarden_core::Table;
use pollwarden_intake::{BlockOptions, Fit, Format, Parser, Sample};

use super::{Header, names, voters};
use crate::layout::Layout;

/// The format.
#[derive(Debug)]
pub(super) struct NorthCarolina;

/// Columns that no other state's extract has together.
const TELLING: [&str; 5] = ["ncid", "voter_reg_num", "res_street_address", "precinct_abbrv", "vtd_desc"];

/// The layout, where the header is North Carolina's.
pub(super) fn layout(header: &Header) -> Option<Layout> {
    if !TELLING.iter().all(|name| header.has(name)) {
        return None;
    }
    let key = header.names.iter().position(|n| n.eq_ignore_ascii_case("ncid"))?;
    let columns = names::columns(&header.names);
    Some(Layout { name: "north-carolina", delimiter: header.delimiter, columns, key })
}

impl Format for NorthCarolina {
    fn name(&self) -> &'static str {
        "north-carolina"
    }

    fn table(&self) -> &'static Table {
        &crate::tables::VOTERS
    }

    fn sniff(&self, sample: &Sample) -> Fit {
        if Header::read(&sample.bytes).and_then(|h| layout(&h)).is_some() { Fit::Yes } else { Fit::No }
    }

    fn blocks(&self) -> BlockOptions {
        voters::blocks()
    }

    fn begin(&self, sample: &Sample, state: Option<&[u8]>) -> Box<dyn Parser> {
        voters::begin(sample, state)
    }
}
