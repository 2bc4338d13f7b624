//! Tiles and entries of a log of any claimed size, from a server that answers anything.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pollwarden_ledger::{Missing, Resources, Tile, Tiles, consistency_proof, entries, inclusion_proof, tree_root};

struct Anything<'b>(&'b [u8]);

impl Resources for Anything<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, Missing> {
        // Mostly of the right length, so that reading goes on.
        let width: usize = path.rsplit_once(".p/").map_or(256, |(_, width)| width.parse().unwrap());
        let short = usize::from(self.0.first().is_some_and(|byte| *byte == 0));
        Ok(self.0.iter().copied().cycle().take((width * 32).saturating_sub(short)).collect())
    }
}

fuzz_target!(|input: (u64, u64, u8, u16, Vec<u8>)| {
    let (size, index, level, width, bytes) = input;
    if let Some(tile) = Tile::of(level, index, size) {
        assert!((1..=256).contains(&tile.width));
        if let Ok(hashes) = tile.parse(&bytes) {
            assert_eq!(hashes.len() * 32, bytes.len());
        }
    }
    let width = width % 256 + 1;
    if let Ok(parsed) = entries(index, width, &bytes) {
        let again = parsed.iter().flat_map(|entry| [&(entry.len() as u16).to_be_bytes()[..], entry].concat());
        assert_eq!((parsed.len(), again.collect::<Vec<u8>>()), (width.into(), bytes.clone()));
    }
    if bytes.is_empty() {
        return;
    }
    let from = Anything(&bytes);
    let tiles = Tiles::new(&from, size);
    let _ = tree_root(&tiles);
    let _ = inclusion_proof(&tiles, index);
    let _ = consistency_proof(&tiles, index);
    let _ = tiles.entries(index);
});
