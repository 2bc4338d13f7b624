//! Arbitrary bytes as a file: found (archives included), opened, cut into blocks. Whatever they are, nothing panics,
//! hangs or grows, and blocks are whole lines in order, each at its place and with its number.
#![no_main]

use std::io::Write;

use libfuzzer_sys::fuzz_target;
use pollwarden_intake::{Block, BlockOptions, Input, find};

fuzz_target!(|input: (u16, u16, bool, &[u8])| {
    let (size, longest_line, quoted, bytes) = input;
    let options = BlockOptions {
        size: usize::from(size),
        longest_line: usize::from(longest_line),
        quote: quoted.then_some(b'"'),
    };
    let mut file = tempfile::NamedTempFile::new().expect("scratch space");
    file.write_all(bytes).expect("scratch space takes it");
    for input in find(file.path()).inputs {
        read(&input, options);
    }
});

fn read(input: &Input, options: BlockOptions) {
    let Ok(mut opened) = input.open() else { return };
    let _ = (opened.head(), opened.prefix(100));
    let mut blocks = opened.blocks(options);
    let (mut offset, mut line) = (0, 1);
    while let Some(Ok(block)) = blocks.next() {
        assert!(block.offset >= offset && block.first_line >= line, "blocks overlap");
        check(&block, options);
        offset = block.offset + block.bytes.len() as u64;
        line = block.first_line + block.bytes.iter().filter(|b| **b == b'\n').count() as u64;
        assert!(blocks.offset() >= offset);
        blocks.recycle(block);
    }
    blocks.rejected();
    blocks.received();
}

fn check(block: &Block, options: BlockOptions) {
    assert!(!block.bytes.is_empty(), "an empty block");
    for line in block.bytes.split(|b| *b == b'\n') {
        assert!(line.len() <= options.longest_line, "a line that is too long");
    }
    assert_eq!(
        block.lines().last().map(|(number, _)| number),
        Some(block.first_line + block.lines().count() as u64 - 1)
    );
}
