//! Blocks: every byte once, in order, with the right numbers.

use std::path::Path;

use proptest::prelude::*;

use crate::common::*;
use pollwarden_intake::{Block, BlockOptions, Blocks, find};

fn blocks_of(path: &Path, options: BlockOptions) -> Blocks {
    find(path).inputs[0].open().unwrap().blocks(options)
}

/// All blocks, and the line and length of every line that was too long.
fn cut(bytes: &[u8], options: BlockOptions) -> (Vec<Block>, Vec<(u64, usize)>) {
    let folder = tempfile::tempdir().unwrap();
    let path = put(folder.path(), "x", bytes);
    let mut blocks = blocks_of(&path, options);
    let all: Vec<_> = blocks.by_ref().map(|block| block.unwrap()).collect();
    let long = blocks.rejected().into_iter().map(|c| {
        let length = c.found.strip_prefix("one of ").and_then(|f| f.strip_suffix(" bytes")).unwrap();
        (c.line.unwrap(), length.parse().unwrap())
    });
    let long = long.collect();
    assert_eq!((blocks.offset(), blocks.prefix()), (bytes.len() as u64, digest(bytes)));
    assert_eq!(blocks.received().digest, digest(bytes));
    (all, long)
}

/// A line's number, its place, and its bytes.
type Line = (u64, u64, Vec<u8>);

/// What the same should give, said as simply as possible.
fn expected(bytes: &[u8], longest: usize) -> (Vec<Line>, Vec<(u64, usize)>) {
    let (mut kept, mut long, mut offset) = (Vec::new(), Vec::new(), 0);
    for (number, line) in (1..).zip(bytes.split_inclusive(|b| *b == b'\n')) {
        let length = line.strip_suffix(b"\n").unwrap_or(line).len();
        if length > longest {
            long.push((number, length));
        } else {
            kept.push((number, offset, line.to_vec()));
        }
        offset += line.len() as u64;
    }
    (kept, long)
}

fn lines_of(blocks: &[Block]) -> Vec<Line> {
    let lines = blocks.iter().flat_map(|block| {
        let mut offset = block.offset;
        let ends = block.bytes.split_inclusive(|b| *b == b'\n').map(move |line| {
            offset += line.len() as u64;
            (offset - line.len() as u64, line.to_vec())
        });
        (block.first_line..).zip(ends).map(|(number, (offset, line))| (number, offset, line))
    });
    lines.collect()
}

fn plain(size: usize, longest_line: usize) -> BlockOptions {
    BlockOptions { size, longest_line, quote: None }
}

fn quoted(size: usize, longest_line: usize) -> BlockOptions {
    BlockOptions { size, longest_line, quote: Some(b'"') }
}

#[test]
fn lines_come_without_their_ends() {
    let block = Block { bytes: b"a\r\n\nb\rc\n\r\nlast".to_vec(), first_line: 7, ..Block::default() };
    let lines: Vec<_> = block.lines().collect();
    assert_eq!(lines, [(7, &b"a"[..]), (8, b""), (9, b"b\rc"), (10, b""), (11, b"last")]);
    assert_eq!(Block::default().lines().count(), 0);
}

#[test]
fn a_record_ends_where_quotes_are_balanced() {
    let bytes = b"\"a\",\"two\nlines\"\n\"b\",\"say \"\"so\"\"\n\"\n\"c\",\"d\"\n";
    for size in 1..bytes.len() {
        let (blocks, _) = cut(bytes, quoted(size, 1_000));
        assert_eq!(blocks.iter().flat_map(|b| b.bytes.clone()).collect::<Vec<_>>(), bytes);
        for block in &blocks {
            assert_eq!(block.bytes.iter().filter(|b| **b == b'"').count() % 2, 0, "at size {size}");
        }
        assert_eq!(lines_of(&blocks).len(), 5);
    }
}

#[test]
fn a_stray_quote_costs_its_own_line_only() {
    let mut bytes = b"\"a\",\"b\"\n\"stray,\"b\"\n".to_vec();
    (0..500).for_each(|n| bytes.extend(format!("\"{n}\",\"c\"\n").into_bytes()));
    let (blocks, long) = cut(&bytes, quoted(1_000, 300));
    assert_eq!(long, []);
    assert_eq!(blocks.iter().flat_map(|b| b.bytes.clone()).collect::<Vec<_>>(), bytes);
    let stray: Vec<_> = blocks.iter().filter(|b| b.bytes.iter().filter(|b| **b == b'"').count() % 2 == 1).collect();
    assert_eq!(stray.len(), 1);
    assert_eq!((stray[0].first_line, stray[0].bytes.as_slice()), (2, &b"\"stray,\"b\"\n"[..]));
}

#[test]
fn a_stray_quote_before_a_cut_loses_no_whole_line() {
    let mut bytes = b"\"stray,\"b\"\n".to_vec();
    (0..5_000).for_each(|n| bytes.extend(format!("\"{n}\",\"c\"\n").into_bytes()));
    let packed = gzip(&bytes);
    let folder = tempfile::tempdir().unwrap();
    let path = put(folder.path(), "x", &packed[..packed.len() / 2]);
    let given: Vec<_> = blocks_of(&path, quoted(1 << 20, 1 << 20)).collect();
    let lines: usize = given.iter().flatten().map(|block| block.lines().count()).sum();
    let plainly: Vec<_> = blocks_of(&path, plain(1 << 20, 1 << 20)).collect();
    assert_eq!(lines, plainly.iter().flatten().map(|block| block.lines().count()).sum::<usize>());
    assert!(given.last().unwrap().is_err());
    assert!(lines > 1_000, "{lines}");
}

#[test]
fn many_stray_quotes_do_not_take_long() {
    let line = "O\"Brien,\"x\",\"y\",0123456789\n";
    let (blocks, _) = cut(line.repeat(20_000).as_bytes(), quoted(1 << 20, 1 << 20));
    assert_eq!(blocks.iter().map(|b| b.lines().count()).sum::<usize>(), 20_000);
}

#[test]
fn blocks_read_ahead_are_the_same_and_can_be_abandoned() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = visits(0..50_000);
    let path = put(folder.path(), "x", &gzip(&bytes));
    let mut ahead = blocks_of(&path, plain(10_000, 100)).ahead();
    let mut all = Vec::new();
    while let Some(block) = ahead.next() {
        let block = block.unwrap();
        all.extend_from_slice(&block.bytes);
        ahead.recycle(block);
    }
    assert!(all == bytes);
    assert_eq!(ahead.received().digest, digest(&gzip(&bytes)));

    let mut ahead = blocks_of(&path, plain(10_000, 100)).ahead();
    assert!(ahead.next().is_some());
    assert_eq!(ahead.received().digest, digest(&gzip(&bytes)));
    drop(blocks_of(&path, plain(10_000, 100)).ahead());
}

#[test]
fn an_endless_line_is_not_held() {
    let folder = tempfile::tempdir().unwrap();
    let path = put(folder.path(), "x", &[visits(0..1), vec![b'a'; 3 << 20]].concat());
    let mut blocks = blocks_of(&path, plain(1 << 12, 1 << 12));
    let kept: Vec<_> = blocks.by_ref().map(|b| b.unwrap().bytes).collect();
    assert!(kept.iter().all(|bytes| bytes.capacity() <= 1 << 14));
    assert_eq!((kept.len(), blocks.rejected().len(), blocks.line_count()), (1, 1, 2));
}

/// Bytes with many line ends and quotes.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![3 => Just(b'\n'), 1 => Just(b'\r'), 2 => Just(b'"'), 1 => Just(0), 6 => any::<u8>()];
    prop::collection::vec(byte, 0..400)
}

fn is_as_received(bytes: &[u8]) -> bool {
    let marks: [&[u8]; 7] =
        [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ\0", b"PK"];
    !marks.iter().any(|mark| bytes.starts_with(mark))
}

proptest! {
    #[test]
    fn every_line_comes_once_with_its_number_and_place(bytes in text(), size in 1..300_usize, longest in 0..40_usize) {
        prop_assume!(is_as_received(&bytes));
        let (kept, long) = expected(&bytes, longest);
        let (blocks, rejected) = cut(&bytes, plain(size, longest));
        prop_assert_eq!(lines_of(&blocks), kept.clone());
        prop_assert_eq!(&rejected, &long);
        let (blocks, rejected) = cut(&bytes, quoted(size, longest));
        prop_assert_eq!(lines_of(&blocks), kept);
        prop_assert_eq!(rejected, long);
    }

    #[test]
    fn compression_changes_nothing(bytes in text(), size in 1..300_usize, longest in 0..40_usize) {
        prop_assume!(is_as_received(&bytes));
        let folder = tempfile::tempdir().unwrap();
        let (kept, _) = expected(&bytes, longest);
        for packed in [gzip(&bytes), zstd(&bytes)] {
            let path = put(folder.path(), "x", &packed);
            let mut blocks = blocks_of(&path, plain(size, longest));
            let all: Vec<_> = blocks.by_ref().map(|block| block.unwrap()).collect();
            prop_assert_eq!(lines_of(&all), kept.clone());
            prop_assert_eq!(blocks.prefix(), digest(&bytes));
            prop_assert_eq!(blocks.received().digest, digest(&packed));
        }
    }
}
