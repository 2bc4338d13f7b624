//! Encodings, line ends, resumption.

use std::fs::OpenOptions;
use std::io::Write;

use crate::common::*;
use pollwarden_intake::{find, take_in};

#[test]
fn every_compression_gives_the_same_rows() {
    let lines = visits(0..1_000);
    let two_members = [gzip(&lines[..5_000]), gzip(&lines[5_000..])].concat();
    let two_frames = [zstd(&lines[..5_000]), zstd(&lines[5_000..])].concat();
    let two_streams = [xz(&lines[..5_000]), xz(&lines[5_000..])].concat();
    for bytes in [lines.clone(), gzip(&lines), two_members, zstd(&lines), two_frames, xz(&lines), two_streams] {
        // The name is of no account.
        let (taken, sink) = take("access.log.old", &bytes);
        assert_eq!((taken.whole, taken.complaints.len(), sink.paths.len()), (true, 0, 1_000));
        assert_eq!((taken.source.digest, taken.source.length), (digest(&bytes), bytes.len() as u64));
        let last = sink.progress.last().unwrap();
        assert_eq!((last.offset, last.lines, last.prefix), (lines.len() as u64, 1_000, digest(&lines)));
        assert_eq!(last.received, Some((digest(&bytes), bytes.len() as u64)));
    }
}

#[test]
fn a_zstd_window_of_128_mebibytes_is_read() {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(27).unwrap();
    encoder.long_distance_matching(true).unwrap();
    encoder.write_all(&visits(0..10)).unwrap();
    let (taken, sink) = take("access.log", &encoder.finish().unwrap());
    assert_eq!((taken.whole, sink.paths.len()), (true, 10));
}

#[test]
fn every_encoding_gives_its_text() {
    let text = "visit /Zoë\r\nvisit /€\r\n";
    let utf16 = |unit: fn(u16) -> [u8; 2]| {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(unit).collect::<Vec<u8>>()
    };
    let bom = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let latin = b"visit /Zo\xeb\r\nvisit /\x80\r\n".to_vec();
    for bytes in [text.as_bytes().to_vec(), bom, utf16(u16::to_le_bytes), utf16(u16::to_be_bytes), latin] {
        let (taken, sink) = take("access.log", &bytes);
        assert_eq!(sink.paths, ["/Zoë", "/€"], "{:?}", &bytes[..8]);
        assert_eq!(taken.source.digest, digest(&bytes));
        let (_, sink) = take("access.log", &gzip(&bytes));
        assert_eq!(sink.paths, ["/Zoë", "/€"], "compressed {:?}", &bytes[..8]);
    }
}

#[test]
fn a_last_line_without_line_end_is_read_where_nothing_more_can_come() {
    for bytes in [b"visit /a\nvisit /b".to_vec(), gzip(b"visit /a\nvisit /b")] {
        let (taken, sink) = take("access.log", &bytes);
        assert_eq!((taken.whole, sink.paths.len(), sink.progress[0].lines), (true, 2, 2));
    }
}

#[test]
fn a_last_line_without_line_end_waits_in_a_file_that_may_grow() {
    let folder = tempfile::tempdir().unwrap();
    let path = put(folder.path(), "access.log", b"visit /a\nvisit /b");
    let mut sink = Memory { durable: true, ..Memory::default() };
    let taken = take_path(&path, &mut sink);
    assert_eq!((sink.paths.as_slice(), taken.whole, taken.source.rejected), (&["/a".to_owned()][..], true, 0));
    assert_eq!(taken.complaints[0].line, Some(2));
    assert_eq!((sink.progress[0].offset, sink.progress[0].received), (9, None));
    assert_eq!(taken.source.length, 17);

    OpenOptions::new().append(true).open(&path).unwrap().write_all(b"ig\nvisit /c\n").unwrap();
    let taken = take_path(&path, &mut sink);
    assert_eq!(sink.paths, ["/a", "/big", "/c"]);
    assert_eq!((taken.new_rows, taken.source.rows, taken.complaints.len()), (2, 3, 0));
    assert_eq!(taken.source.digest, digest(b"visit /a\nvisit /big\nvisit /c\n"));
    assert_eq!(sink.progress.last().unwrap().lines, 3);

    let again = take_path(&path, &mut sink);
    assert_eq!((again.new_rows, again.source.rows, sink.paths.len()), (0, 3, 3));
}

#[test]
fn reading_goes_on_after_what_was_committed_compressed_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let mut sink = Memory { durable: true, ..Memory::default() };
    let first = [b"\xef\xbb\xbf", &visits(0..10)[..], b"odd\n"].concat();
    let path = put(folder.path(), "access.log", &first);
    take_path(&path, &mut sink);
    // Rotated and compressed, with lines that came after the first reading.
    let grown = [&first[..], &visits(10..15), b"odd again\n"].concat();
    let path = put(folder.path(), "access.log.1.gz", &gzip(&grown));
    let taken = take_path(&path, &mut sink);
    assert_eq!((taken.new_rows, taken.source.rows, taken.source.rejected), (5, 15, 2));
    assert_eq!((sink.paths.len(), sink.rejected), (15, vec![Some(11), Some(17)]));
}

#[test]
fn a_file_replaced_by_a_shorter_one_begins_anew() {
    let folder = tempfile::tempdir().unwrap();
    let mut sink = Memory::default();
    let path = put(folder.path(), "access.log", &visits(0..10));
    take_path(&path, &mut sink);
    put(folder.path(), "access.log", &visits(0..2));
    let taken = take_path(&path, &mut sink);
    assert_eq!((taken.new_rows, sink.paths.len()), (2, 12));
}

#[test]
fn progress_reaches_the_length_received() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = zstd(&visits(0..300_000));
    let path = put(folder.path(), "access.log", &bytes);
    let input = find(&path).inputs.remove(0);
    let mut told = Vec::new();
    take_in(&input, &FORMATS, &mut Memory::default(), &mut |n| told.push(n)).unwrap();
    assert!(told.is_sorted() && told.len() > 3, "{told:?}");
    assert_eq!(told.last(), Some(&(bytes.len() as u64)));
    assert_eq!(input.open().unwrap().length(), Some(bytes.len() as u64));
}
