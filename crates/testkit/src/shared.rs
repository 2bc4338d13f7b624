//! Large data sets with known truth, kept outside the repository.

use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::cases::entries;

/// Where the data sets are: `POLLWARDEN_DATA`, else `../shared/data` beside the repository. `None` where there is no such
/// folder: then a test prints "skipped" and ends.
pub fn data_root() -> Option<PathBuf> {
    root(env::var_os("POLLWARDEN_DATA").map(PathBuf::from))
}

fn root(told: Option<PathBuf>) -> Option<PathBuf> {
    let root = told.filter(|path| !path.as_os_str().is_empty()).unwrap_or_else(beside_repository);
    // A relative path is meant from the repository's root, wherever the test is run.
    let root = if root.is_absolute() { root } else { repository().join(root) };
    root.is_dir().then_some(root)
}

fn beside_repository() -> PathBuf {
    PathBuf::from("../shared/data")
}

fn repository() -> PathBuf {
    let this_crate = Path::new(env!("CARGO_MANIFEST_DIR"));
    this_crate.ancestors().nth(2).unwrap_or(this_crate).to_owned()
}

/// What is in a folder of the data sets, by name; empty where there is none.
pub fn folders(path: impl AsRef<Path>) -> Vec<PathBuf> {
    entries(path.as_ref())
}

/// A file's bytes, decompressed where its name ends in `.zst`.
///
/// # Panics
/// Where it can't be read.
pub fn zst(path: impl AsRef<Path>) -> Vec<u8> {
    let path = path.as_ref();
    let bytes = fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    if path.extension().is_none_or(|ending| ending != "zst") {
        return bytes;
    }
    zstd::decode_all(bytes.as_slice()).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_not_there_is_none() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(root(Some(folder.path().to_owned())), Some(folder.path().to_owned()));
        assert_eq!(root(Some(folder.path().join("absent"))), None);
    }

    #[test]
    fn a_relative_root_is_meant_from_the_repository() {
        assert_eq!(root(Some("crates/testkit".into())), Some(repository().join("crates/testkit")));
        assert!(repository().join("Cargo.toml").is_file());
    }

    #[test]
    fn compressed_and_plain_files_read_alike() {
        let folder = tempfile::tempdir().expect("a folder");
        let (plain, packed) = (folder.path().join("a.log"), folder.path().join("a.log.zst"));
        fs::write(&plain, "one line\n").expect("a file");
        fs::write(&packed, zstd::encode_all("one line\n".as_bytes(), 1).expect("compressed")).expect("a file");
        assert_eq!(zst(&plain), b"one line\n");
        assert_eq!(zst(&packed), b"one line\n");
        assert_eq!(folders(folder.path()), [plain, packed]);
    }
}
