//! Arbitrary bytes as an extract of any layout, behind the beginning of a known one: read, or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pollwarden_core::RollSettings;
use pollwarden_intake::{Block, Parsed, Sample};
use pollwarden_roll::{FORMATS, layout_of};

fuzz_target!(|input: (u8, Vec<u8>)| {
    let beginnings: [&[u8]; 5] = [
        b"",
        include_bytes!("../../crates/roll/testdata/formats/florida/ALA_20260905.txt"),
        include_bytes!("../../crates/roll/testdata/formats/michigan-fixed/entire_state_v_2014-01-01.lst"),
        include_bytes!("../../crates/roll/testdata/formats/washington/VRDB_Extract_2026-09-05.txt"),
        include_bytes!("../../crates/roll/testdata/formats/ohio/SWVF_23_44_2026-09-05.csv"),
    ];
    let bytes = [beginnings[usize::from(input.0) % beginnings.len()], &input.1].concat();
    let sample = Sample { name: "roll.txt".into(), bytes: bytes.clone(), whole: true };
    let _ = layout_of(&sample, &RollSettings::default());
    for format in FORMATS {
        format.sniff(&sample);
        let block = Block { source: "roll.txt".into(), bytes: bytes.clone(), first_line: 1, offset: 0 };
        format.begin(&sample, None).parse(&block, &mut Parsed::default());
    }
});
