//! Pictures, and pages that hold pictures and scripts.

#![no_main]

use libfuzzer_sys::fuzz_target;

mod wrap;

const BEGINNINGS: &[&[u8]] = &[
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF89a",
    b"RIFF\0\0\0\0WEBP",
    b"BM\0\0\0\0\0\0\0\0",
    b"<html><script>",
    b"<svg ",
    b"",
];

fuzz_target!(init: wrap::quiet(), |bytes: &[u8]| {
    let Some((kind, rest)) = bytes.split_first() else { return };
    let beginning = BEGINNINGS[usize::from(*kind) % BEGINNINGS.len()];
    wrap::look("a", &[beginning, rest].concat());
});
