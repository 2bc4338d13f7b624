//! Goldens: what was once read by a person and found right.

use std::path::Path;
use std::{env, fs};

use similar::TextDiff;

/// Compares with a golden file. `UPDATE_GOLDENS=1 cargo test` writes what is there now; read it before it is kept.
///
/// # Panics
/// Where they differ (with the difference), and where there is no golden.
pub fn check_golden(path: impl AsRef<Path>, actual: &str) {
    let refresh = env::var_os("UPDATE_GOLDENS").is_some_and(|value| value == "1");
    if let Err(difference) = compare(path.as_ref(), actual, refresh) {
        panic!("{difference}");
    }
}

fn compare(path: &Path, actual: &str, refresh: bool) -> Result<(), String> {
    let shown = path.display();
    if refresh {
        return write(path, actual).map_err(|e| format!("{shown}: {e}"));
    }
    // Version control on Windows may have changed the golden's line ends.
    let golden = fs::read_to_string(path)
        .map_err(|e| format!("{shown}: {e}; UPDATE_GOLDENS=1 writes it"))?
        .replace("\r\n", "\n");
    if golden == actual {
        return Ok(());
    }
    let difference =
        TextDiff::from_lines(golden.as_str(), actual).unified_diff().header("golden", "actual").to_string();
    Err(format!("{shown} is not what there is now (UPDATE_GOLDENS=1 refreshes it):\n{difference}"))
}

fn write(path: &Path, actual: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, actual)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_shown_and_a_refresh_settles_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new/expected.txt");
        assert!(compare(&path, "one\n", false).expect_err("no golden").contains("UPDATE_GOLDENS=1"));
        compare(&path, "one\ntwo\n", true).expect("written");
        compare(&path, "one\ntwo\n", false).expect("the same");
        let difference = compare(&path, "one\nthree\n", false).expect_err("another");
        assert!(difference.contains("-two\n+three\n"), "{difference}");
    }

    #[test]
    fn line_ends_of_the_checkout_do_not_matter() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("expected.txt");
        fs::write(&path, "one\r\ntwo\r\n").expect("a file");
        compare(&path, "one\ntwo\n", false).expect("the same");
    }
}
