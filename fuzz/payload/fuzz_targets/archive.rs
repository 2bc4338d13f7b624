//! Archives and disk images of every kind, behind their magic number or as they come.

#![no_main]

use libfuzzer_sys::fuzz_target;

mod wrap;

const BEGINNINGS: &[&[u8]] = &[
    b"PK\x03\x04",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07\0",
    b"Rar!\x1a\x07\x01\0",
    b"\x1f\x8b\x08",
    b"\xfd7zXZ\0",
    b"BZh9",
    b"MSCF\0\0\0\0",
    b"\x78\x9f\x3e\x22",
    b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3",
    b"",
];

fuzz_target!(init: wrap::quiet(), |bytes: &[u8]| {
    let Some((kind, rest)) = bytes.split_first() else { return };
    let kind = usize::from(*kind) % (BEGINNINGS.len() + 1);
    let whole = match BEGINNINGS.get(kind) {
        Some(beginning) => [*beginning, rest].concat(),
        None => {
            // The sixteenth sector holds the volume's description, the next ones its folders.
            let mut image = vec![0; 16 * 2048];
            image.extend(b"\x01CD001\x01");
            image.extend(rest);
            image
        }
    };
    wrap::look("a", &whole);
    wrap::look("a", bytes);
});
