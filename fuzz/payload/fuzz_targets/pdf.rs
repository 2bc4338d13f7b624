//! PDFs: as they come, and arbitrary objects behind a head.

#![no_main]

use libfuzzer_sys::fuzz_target;

mod wrap;

fuzz_target!(init: wrap::quiet(), |bytes: &[u8]| {
    wrap::look("a.pdf", bytes);
    let objects = [b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/OpenAction 2 0 R/Names 3 0 R>>\nendobj\n2 0 obj\n", bytes, b"\nendobj\ntrailer<</Root 1 0 R>>"];
    wrap::look("a.pdf", &objects.concat());
});
