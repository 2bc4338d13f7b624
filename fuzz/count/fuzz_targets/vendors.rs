//! ES&S, Clear Ballot and Hart exports, ballot manifests and totals by batch: up to eight files of one folder.

#![no_main]

use libfuzzer_sys::fuzz_target;

mod folder;

fuzz_target!(|bytes: &[u8]| {
    folder::read_all(&folder::files(bytes, "a.csv"));
});
