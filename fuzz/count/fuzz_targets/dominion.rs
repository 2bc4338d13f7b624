//! Dominion's exports: JSON with its manifests, and CSV.

#![no_main]

use libfuzzer_sys::fuzz_target;

mod folder;

fuzz_target!(|bytes: &[u8]| {
    let otherwise = if bytes.first() == Some(&b'{') { "CvrExport.json" } else { "cvr.csv" };
    folder::read_all(&folder::files(bytes, otherwise));
});
