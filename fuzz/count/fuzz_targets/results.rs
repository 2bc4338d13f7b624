//! Reported results: Clarity's files, tables, live results; and RAIRE's ballots.

#![no_main]

use libfuzzer_sys::fuzz_target;

mod folder;

fuzz_target!(|bytes: &[u8]| {
    folder::read_all(&folder::files(bytes, "results.csv"));
});
