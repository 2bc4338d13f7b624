//! Bad input gives a clear complaint or a counted rejection: never a panic, never a silent loss.

use crate::common::*;
use pollwarden_intake::{find, take_in};

#[test]
fn an_empty_file_is_said_to_be_empty() {
    let (taken, sink) = take("access.log", b"");
    assert_eq!(taken.complaints[0].found, "an empty file");
    assert_eq!(taken.source.digest, digest(b""));
    assert_eq!((taken.source.rows, sink.progress.len()), (0, 0));
}

#[test]
fn binary_data_fits_no_format() {
    let (taken, _) = take("picture.log", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    assert!(!taken.whole);
    let said = taken.complaints[0].to_string();
    assert!(said.contains("visits") && said.contains("binary data that begins “\\x89PNG"), "{said}");
    assert_eq!(taken.source.length, 16);
}

#[test]
fn other_text_fits_no_format_and_does_not_stop_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "access.log", &visits(0..3));
    put(folder.path(), "notes.txt", b"Dear colleagues,\n");
    let found = find(folder.path());
    let mut sink = Memory::default();
    let taken: Vec<_> = found.inputs.iter().map(|i| take_in(i, &FORMATS, &mut sink, &mut |_| {}).unwrap()).collect();
    assert_eq!((taken[0].whole, taken[0].source.rows, taken[1].whole), (true, 3, false));
    assert!(taken[1].complaints[0].found.contains("text that begins “Dear colleagues,”"));
}

#[test]
fn what_comes_before_a_cut_is_read() {
    let lines = visits(0..50_000);
    for (name, bytes) in [("gzip", gzip(&lines)), ("zstd", zstd(&lines)), ("xz", xz(&lines))] {
        let cut = &bytes[..bytes.len() * 3 / 4];
        let (taken, sink) = take("access.log", cut);
        assert!(!taken.whole, "{name}");
        assert_eq!(taken.complaints[0].expected, format!("complete {name} data"));
        assert_eq!((taken.source.digest, taken.source.length), (digest(cut), cut.len() as u64), "{name}");
        assert_eq!((sink.rejected.len(), taken.complaints.len()), (0, 1), "a cut line is not a row: {name}");
        let rows = sink.paths.len();
        assert!(name == "xz" || rows > 10_000, "{name}: {rows}");
        assert!(sink.paths.iter().enumerate().all(|(n, path)| *path == format!("/page/{n}")), "{name}");
        assert!(sink.progress.last().is_none_or(|p| p.received.is_none()));
    }
}

#[test]
fn damage_inside_is_told_from_a_cut() {
    let lines = visits(0..50_000);
    for bytes in [gzip(&lines), zstd(&lines), xz(&lines)] {
        let mut bytes = bytes;
        let middle = bytes.len() / 2;
        bytes[middle..middle + 64].fill(0xaa);
        let (taken, sink) = take("access.log", &bytes);
        assert!(!taken.whole);
        assert!(taken.complaints[0].expected.starts_with("sound "), "{}", taken.complaints[0]);
        assert!(sink.paths.len() < 50_000, "{}", sink.paths.len());
        assert_eq!(taken.source.digest, digest(&bytes));
    }
}

#[test]
fn a_cut_in_the_first_bytes_leaves_nothing_but_says_so() {
    let (taken, _) = take("access.log.gz", &gzip(&visits(0..9))[..6]);
    assert!(!taken.whole);
    assert!(taken.complaints.iter().any(|c| c.found.contains("ends too early")), "{:?}", taken.complaints);
}

#[test]
fn a_line_of_ten_megabytes_is_left_out_and_counted() {
    let mut bytes = visits(0..5);
    bytes.extend(std::iter::repeat_n(b'a', 10 << 20));
    bytes.push(b'\n');
    bytes.extend(visits(5..8));
    bytes.extend(b"odd\n");
    for bytes in [gzip(&bytes), bytes] {
        let (taken, sink) = take("access.log", &bytes);
        assert!(taken.whole);
        assert_eq!((sink.paths.len(), sink.rejected), (8, vec![Some(6), Some(10)]));
        assert_eq!(taken.source.rejected, 2);
        assert_eq!(taken.complaints[0].found, "one of 10485760 bytes");
    }
}

#[test]
fn nul_bytes_reach_the_format() {
    let (taken, sink) = take("access.log", b"visit /a\0b\n\0\0\0\nvisit /c\n");
    assert_eq!(sink.paths, ["/a\0b", "/c"]);
    assert_eq!((sink.rejected, taken.whole), (vec![Some(2)], true));
    assert_eq!(taken.complaints[0].found, "\\x00\\x00\\x00");
}

#[test]
fn a_full_disk_is_the_sinks_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = put(folder.path(), "access.log", &visits(0..9));
    let mut sink = Memory { room: Some(3), ..Memory::default() };
    let input = find(&path).inputs.remove(0);
    let error = take_in(&input, &FORMATS, &mut sink, &mut |_| {}).unwrap_err();
    assert_eq!(error.to_string(), "no space left on device");
    assert!(sink.progress.is_empty(), "nothing was committed");
}

#[test]
fn a_file_that_is_gone_is_a_complaint() {
    let folder = tempfile::tempdir().unwrap();
    let path = put(folder.path(), "access.log", &visits(0..9));
    let input = find(&path).inputs.remove(0);
    std::fs::remove_file(path).unwrap();
    let taken = take_in(&input, &FORMATS, &mut Memory::default(), &mut |_| {}).unwrap();
    assert!(!taken.whole);
    assert!(taken.complaints[0].mend.contains("Check the name"), "{}", taken.complaints[0]);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_a_complaint() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = put(folder.path(), "access.log", &visits(0..9));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::File::open(&path).is_ok() {
        return; // The superuser may read everything.
    }
    let taken = take_path(&path, &mut Memory::default());
    assert!(!taken.whole && taken.complaints[0].mend.contains("leave to read"), "{:?}", taken.complaints);
}
