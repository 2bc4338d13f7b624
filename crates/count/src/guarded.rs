//! Cells of sheets that people open in a spreadsheet: a cell that begins with `=`, `+`, `-` or `@` is a formula there, and a formula
//! from a ballot's names can run programs. One apostrophe before it makes it text (OWASP, "CSV Injection").

use std::borrow::Cow;

/// The cell as it is written: with an apostrophe where a spreadsheet would compute it.
pub fn guarded(cell: &str) -> Cow<'_, str> {
    if would_compute(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// The cell as it was before it was [`guarded`].
pub(crate) fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| would_compute(rest)).unwrap_or(cell)
}

/// Apostrophes before it are looked through, so that what is written can be told from what was there.
fn would_compute(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guarded_is_read_as_it_was() {
        for (cell, written) in [
            ("Ada Zed", "Ada Zed"),
            ("=cmd|calc!A2", "'=cmd|calc!A2"),
            ("-1", "'-1"),
            ("'=1", "''=1"),
            ("'t Hooft", "'t Hooft"),
            ("", ""),
        ] {
            assert_eq!(guarded(cell), written);
            assert_eq!(unguarded(written), cell);
        }
    }
}
