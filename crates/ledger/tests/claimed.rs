//! Sizes that a checkpoint claims and nobody can have: told at once, within little memory; and a bundle in any other form.

#![cfg(feature = "store")]
#![allow(clippy::unwrap_used, reason = "a test may stop at a fault")]

use std::time::{Duration, Instant};

use pollwarden_ledger::office::{Ledger, Settings};
use pollwarden_ledger::said;
use pollwarden_ledger::store::Folder;
use pollwarden_ledger::{
    Bundle, Checkpoint, Hash, Section, TILE_WIDTH, Tile, Tiles, audit, consistency_proof, inclusion_proof, tree_root,
};

fn bundle(dir: &std::path::Path) -> Bundle {
    let settings = Settings { origin: "alder.example/ledger".into(), ..Settings::default() };
    let mut ledger = Ledger::open(dir, &settings, 1).unwrap();
    let bytes = said::Bytes { name: "plan.json".into(), sha256: "5f".repeat(32), bytes: 3 };
    let drafts = [ledger.salts().file("plan", &bytes), ledger.salts().file("seed", &bytes)];
    ledger.enter(&drafts, 2).unwrap();
    ledger.evidence(&drafts, Section::Court).unwrap()
}

#[test]
fn a_size_without_its_files_is_told_at_once() {
    let dir = tempfile::tempdir().unwrap();
    bundle(dir.path());
    let folder = Folder::open(&dir.path().join("log/public")).unwrap();
    let begun = Instant::now();
    for size in [3, 255, 256, 257, 65_536, 1 << 40, i64::MAX as u64] {
        let claimed = Checkpoint { origin: "a".into(), size, root: Hash::empty(), extensions: Vec::new() };
        assert!(audit(&folder, &claimed, &mut |_, _| {}).is_err(), "{size}");
        let tiles = Tiles::new(&folder, size);
        assert!(tree_root(&tiles).is_err() && inclusion_proof(&tiles, size - 1).is_err(), "{size}");
        assert!(consistency_proof(&tiles, 1).is_err() && consistency_proof(&tiles, size - 1).is_err(), "{size}");
        for level in [0, 7, 8, 31, 32, 255] {
            for index in [0, 1, size / TILE_WIDTH, u64::MAX / TILE_WIDTH, u64::MAX] {
                assert!(Tile::of(level, index, size).is_none_or(|tile| u64::from(tile.width) <= TILE_WIDTH));
            }
        }
    }
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_bundle_has_one_form() {
    let dir = tempfile::tempdir().unwrap();
    let json = bundle(dir.path()).to_json();
    assert_eq!(Bundle::parse(json.as_bytes()).unwrap().to_json(), json);
    let spoiled = [
        json.trim_end().to_owned(),
        format!("{json}\n"),
        format!(" {json}"),
        json.replacen("  ", "   ", 1),
        json.replacen("plan", "pl\\u0061n", 1),
        json.replacen("\"index\": 0", "\"index\": 0.0", 1),
        json.replacen("\"index\": 0", "\"index\": -0", 1),
        json.replacen("\"index\": 0", "\"index\": 0, \"index\": 0", 1),
        json.replacen("\"index\": 1", "\"index\": 0", 1),
        json.replacen("\"index\": 1", "\"index\": 18446744073709551615", 1),
        json.replacen("\"public\": {", "\"public\": null, \"public\": {", 1),
        json.replacen("\"salt\": \"", "\"salt\": \"AA", 1),
        json.replacen("\"entries\": [", "\"entries\": [[[[", 1),
        "[".repeat(1 << 20),
    ];
    for (place, text) in spoiled.iter().enumerate() {
        assert_ne!(*text, json, "{place}");
        assert!(Bundle::parse(text.as_bytes()).is_err(), "{place}");
    }
}
