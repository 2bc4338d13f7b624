//! Detector cases: one folder each, `testdata/<detector>/<case>/`.

use std::fs;
use std::path::{Path, PathBuf};

/// One folder with inputs and what is expected of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The folder's name: what the case shows.
    pub name: String,
    /// The folder.
    pub dir: PathBuf,
}

impl Case {
    /// A file of the case; whether it is there is not said.
    pub fn path(&self, file: &str) -> PathBuf {
        self.dir.join(file)
    }

    /// A file's text.
    ///
    /// # Panics
    /// Where it can't be read.
    pub fn text(&self, file: &str) -> String {
        let path = self.path(file);
        fs::read_to_string(&path).unwrap_or_else(|e| panic!("case {}: {}: {e}", self.name, path.display()))
    }

    /// The case's inputs: every file but those that say what is expected (`expected.*`), by name.
    pub fn inputs(&self) -> Vec<PathBuf> {
        let files = entries(&self.dir).into_iter().filter(|path| path.is_file());
        files.filter(|path| !name(path).starts_with("expected.")).collect()
    }
}

/// Every case of a detector, by name. `crate_dir` is the crate's folder (`env!("CARGO_MANIFEST_DIR")`), `detector` the
/// folder below `testdata`.
///
/// # Panics
/// Where there is no case: a test that walks nothing would always pass.
pub fn cases(crate_dir: impl AsRef<Path>, detector: &str) -> Vec<Case> {
    let root = crate_dir.as_ref().join("testdata").join(detector);
    let folders = entries(&root).into_iter().filter(|path| path.is_dir());
    let cases: Vec<Case> = folders.map(|dir| Case { name: name(&dir), dir }).collect();
    assert!(!cases.is_empty(), "there is no case in {}", root.display());
    cases
}

/// What is in a folder, by name, hidden files left out; nothing where there is no folder.
pub(crate) fn entries(dir: &Path) -> Vec<PathBuf> {
    let Ok(read) = fs::read_dir(dir) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = read.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| !name(path).starts_with('.'));
    paths.sort();
    paths
}

pub(crate) fn name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_come_by_name_with_their_inputs() {
        let crate_dir = tempfile::tempdir().expect("a folder");
        for case in ["near-miss", "fires"] {
            let dir = crate_dir.path().join("testdata/sql-injection").join(case);
            fs::create_dir_all(&dir).expect("a folder");
            for file in ["access.log", "expected.txt", ".hidden"] {
                fs::write(dir.join(file), case).expect("a file");
            }
        }
        let found = cases(crate_dir.path(), "sql-injection");
        assert_eq!(found.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["fires", "near-miss"]);
        assert_eq!(found[0].inputs(), [found[0].path("access.log")]);
        assert_eq!(found[1].text("expected.txt"), "near-miss");
    }

    #[test]
    #[should_panic(expected = "there is no case in")]
    fn walking_nothing_fails() {
        let crate_dir = tempfile::tempdir().expect("a folder");
        cases(crate_dir.path(), "sql-injection");
    }
}
