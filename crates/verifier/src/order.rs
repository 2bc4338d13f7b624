//! In which order files were entered: a manifest before the seed of the draw, for one.

use crate::contents::Contents;
use crate::report::Report;
use crate::words;

/// More files than these are counted, not named.
const NAMED: usize = 20;

pub(crate) fn tell(contents: &Contents, report: &mut Report) {
    let files = &contents.files;
    if files.len() < 2 {
        return;
    }
    let mut named: Vec<String> =
        files.iter().take(NAMED).map(|(index, label)| format!("{label} (entry {})", words::count(*index))).collect();
    if files.len() > NAMED {
        named.push(format!("{} more", words::count((files.len() - NAMED) as u64)));
    }
    report.proven.push(format!("In the log these files stand in this order: {}.", named.join("; then ")));
    report.not_proven.push("That files were entered at different times. The order in the log is proven; that time passed between two entries is proven only by a witnessed checkpoint that holds the first and not yet the second.".into());
}
