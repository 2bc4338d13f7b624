//! Every path that a hand-written page names exists, and every relative link leads somewhere.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Folders of the repository: a quoted word that begins with one of them and a slash is a path.
const FOLDERS: &[&str] = &["crates/", "docs/", "bench/", "fuzz/", "examples/", ".ci/"];

#[test]
fn paths_named_in_pages_exist() {
    let root = root();
    let pages = pages(&root);
    assert!(pages.len() > 5, "{pages:?}");
    let missing: Vec<String> = pages.iter().flat_map(|page| missing(&root, page)).collect();
    assert!(missing.is_empty(), "named but not there:\n{}", missing.join("\n"));
}

#[test]
fn paths_and_links_are_recognised() {
    let text = "see [it](docs/a.md#part), `crates/core/src`, `bench/run.py --dir X`, [out](https://example.org) \
        and `crates/<sensor>/src/x.rs` or `.ci/run` or `mod.rs`";
    let named: Vec<String> = named_paths(text).into_iter().map(|(path, _)| path).collect();
    assert_eq!(named, [".ci/run", "bench/run.py", "crates/core/src", "docs/a.md"]);
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The pages written by hand: those at the root, in `docs/` and `bench/`, and each crate's own.
fn pages(root: &Path) -> Vec<PathBuf> {
    let mut folders = vec![
        root.to_path_buf(),
        root.join("docs"),
        root.join("bench"),
        root.join("fuzz"),
        root.join("examples/county"),
    ];
    folders.extend(entries(&root.join("crates")));
    let files = folders.iter().flat_map(|folder| entries(folder));
    files.filter(|path| path.extension().is_some_and(|ending| ending == "md")).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let read = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = read.map(|entry| entry.expect("the folder can be listed").path()).collect();
    paths.sort();
    paths
}

fn missing(root: &Path, page: &Path) -> Vec<String> {
    let text = fs::read_to_string(page).expect("a page is text");
    let beside = page.parent().expect("a page is in a folder");
    let is_there = |path: &str, link: bool| if link { beside.join(path).exists() } else { root.join(path).exists() };
    let absent = named_paths(&text).into_iter().filter(|(path, link)| !is_there(path, *link));
    absent.map(|(path, _)| format!("{}: {path}", page.display())).collect()
}

/// Paths in backticks (from the root) and in links (from the page, marked `true`), each once.
fn named_paths(text: &str) -> BTreeSet<(String, bool)> {
    let quoted = text.split('`').skip(1).step_by(2).filter_map(quoted_path).map(|path| (path, false));
    let linked = text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).filter_map(linked_path);
    quoted.chain(linked.map(|path| (path, true))).collect()
}

/// A path without placeholders; the options of a command after it are none of its.
fn quoted_path(quoted: &str) -> Option<String> {
    let word = quoted.split_whitespace().next()?;
    let is_path = FOLDERS.iter().any(|folder| word.starts_with(folder)) && !word.contains(['<', '*', '{']);
    is_path.then(|| word.to_owned())
}

fn linked_path(link: &str) -> Option<String> {
    let path = link.split('#').next()?;
    (!path.is_empty() && !path.contains("://") && !path.starts_with("mailto:")).then(|| path.to_owned())
}
