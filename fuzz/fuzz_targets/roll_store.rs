//! Kept snapshots with bytes changed anywhere: what is said is what was said before, or an error; never a panic, and never
//! another difference.
#![no_main]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use pollwarden_core::{Office, RollSettings};
use pollwarden_roll::{RollError, Store, compare_held, snapshot};

/// A store with two snapshots, its files, and what their comparison says.
struct Untouched {
    folder: tempfile::TempDir,
    files: Vec<(PathBuf, Vec<u8>)>,
    said: String,
}

fn store(folder: &Path) -> Store {
    Store::in_archive(folder, &[7; 32])
}

fn said(store: &Store) -> Result<String, RollError> {
    let (a, b) = (store.find("2026-09-05")?, store.find("2026-10-03")?);
    compare_held(&a, &b, None, &Office::default()).map(|held| format!("{held:?}"))
}

fn untouched() -> Untouched {
    let folder = tempfile::tempdir().expect("scratch space");
    for (name, changed) in [("2026-09-05.csv", "VALE"), ("2026-10-03.csv", "OKAFOR")] {
        let row = |id: u32| format!("{id},{},A,1970\n", if id % 50 == 1 { changed } else { "HERON" });
        // Some are new and share a name and a birth with others, so that marks are read.
        let all = if changed == "VALE" { 200 } else { 203 };
        let rows: String = (0..all).map(row).collect();
        fs::write(folder.path().join(name), format!("voter_id,last_name,status,birth_year\n{rows}"))
            .expect("scratch space takes it");
        let settings = RollSettings::default();
        let extract = snapshot(&folder.path().join(name), &settings).expect("an extract").0;
        store(folder.path()).keep(&extract, &settings, &|_| {}).expect("kept");
    }
    let folders = ["roll/snapshots", "roll/packs"].map(|name| folder.path().join(name));
    let paths = folders
        .iter()
        .flat_map(|path| fs::read_dir(path).expect("a folder"))
        .map(|entry| entry.expect("a file").path());
    let mut files: Vec<_> = paths.map(|path| (path.clone(), fs::read(&path).expect("a file"))).collect();
    files.sort();
    let said = said(&store(folder.path())).expect("a comparison");
    Untouched { folder, files, said }
}

fuzz_target!(|input: (u8, Vec<(u32, u8)>, Option<u16>)| {
    static UNTOUCHED: OnceLock<Untouched> = OnceLock::new();
    let untouched = UNTOUCHED.get_or_init(untouched);
    let (which, changes, length) = input;
    let (path, whole) = &untouched.files[usize::from(which) % untouched.files.len()];
    let mut bytes = whole.clone();
    for (at, byte) in changes {
        let at = at as usize % whole.len();
        bytes[at] = byte;
    }
    bytes.truncate(length.map_or(usize::MAX, usize::from));
    fs::write(path, bytes).expect("scratch space takes it");
    if let Ok(said) = said(&store(untouched.folder.path())) {
        assert_eq!(said, untouched.said);
    }
    fs::write(path, whole).expect("scratch space takes it");
});
