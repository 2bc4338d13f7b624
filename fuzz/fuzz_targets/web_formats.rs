//! Arbitrary bytes as an access log, read by every format whether it fits or not: nothing panics, and each row has its
//! table's columns.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pollwarden_intake::{Block, Parsed, Sample};

fuzz_target!(|input: (Vec<u8>, Vec<u8>)| {
    let (head, rest) = input;
    let sample = Sample { name: "log".into(), bytes: head.clone(), whole: rest.is_empty() };
    for format in pollwarden_web::FORMATS {
        format.sniff(&sample);
        let mut parser = format.begin(&sample, None);
        let mut parsed = Parsed::default();
        for (offset, bytes) in [(0, &head), (head.len() as u64, &rest)] {
            let block = Block { source: "log".into(), bytes: bytes.clone(), first_line: 1, offset };
            parser.parse(&block, &mut parsed);
        }
        let _ = format.begin(&sample, Some(&parser.state()));
        for batch in parsed.batches {
            assert_eq!(batch.schema(), (format.table().schema)());
        }
    }
});
