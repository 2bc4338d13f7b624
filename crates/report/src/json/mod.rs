//! JSON for scripts, one frozen shape per version.

mod number;
mod v1;

use std::io;

use pollwarden_core::Assessment;

/// The assessment as JSON v1 (docs/json-v1.schema.json), ending in a line break.
pub fn json_v1(assessment: &Assessment) -> String {
    let mut text =
        serde_json::to_string_pretty(&v1::Report::of(assessment)).expect("the shapes of v1 have text keys only");
    text.push('\n');
    text
}

/// The same, written on the way: a state's findings need not fit into one string.
///
/// # Errors
/// Where `out` can't be written to.
pub fn write_json_v1(assessment: &Assessment, out: &mut impl io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &v1::Report::of(assessment))?;
    writeln!(out)
}
