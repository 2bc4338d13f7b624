//! Folders and archives.

use crate::common::*;
use pollwarden_intake::{Found, find, take_in};

fn names(found: &Found) -> Vec<&str> {
    found.inputs.iter().map(|input| input.name()).collect()
}

fn rows(found: &Found) -> Vec<usize> {
    let rows = |input| {
        let mut sink = Memory::default();
        let taken = take_in(input, &FORMATS, &mut sink, &mut |_| {}).unwrap();
        assert!(taken.whole, "{:?}", taken.complaints);
        sink.paths.len()
    };
    found.inputs.iter().map(rows).collect()
}

#[test]
fn a_folders_files_come_in_order_without_hidden_ones() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["b.log", "a/z.log", "a/b/c.log", ".hidden.log", ".git/config", "a.log"] {
        put(folder.path(), name, b"visit /\n");
    }
    let found = find(folder.path());
    assert_eq!(names(&found), ["a.log", "a/b/c.log", "a/z.log", "b.log"]);
    assert!(found.inputs[0].is_plain_file() && found.inputs[0].path().ends_with("a.log"));
    assert_eq!(names(&found.under("web"))[1], "web/a/b/c.log");
}

#[cfg(unix)]
#[test]
fn links_may_loop_double_and_dangle() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let other = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    put(folder.path(), "logs/access.log", b"visit /\n");
    put(other.path(), "elsewhere.log", b"visit /\n");
    symlink(folder.path(), at("logs/loop")).unwrap();
    symlink(at("logs/access.log"), at("a-current.log")).unwrap();
    symlink(other.path(), at("other")).unwrap();
    symlink(at("gone"), at("dangling.log")).unwrap();
    let found = find(folder.path());
    assert_eq!(names(&found), ["logs/access.log", "other/elsewhere.log"]);
    assert_eq!(found.complaints.len(), 1);
    assert_eq!(found.complaints[0].source, "dangling.log");
}

#[test]
fn what_is_not_there_is_a_complaint() {
    let folder = tempfile::tempdir().unwrap();
    let found = find(&folder.path().join("none"));
    assert_eq!((found.inputs.len(), found.complaints.len()), (0, 1));
    assert_eq!(found.complaints[0].source, "none");
}

#[cfg(unix)]
#[test]
fn an_unreadable_folder_stops_nothing_else() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "open/access.log", b"visit /\n");
    put(folder.path(), "shut/access.log", b"visit /\n");
    let shut = folder.path().join("shut");
    std::fs::set_permissions(&shut, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read_dir(&shut).is_ok() {
        return; // The superuser may read everything.
    }
    let found = find(folder.path());
    std::fs::set_permissions(&shut, std::fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!((names(&found), found.complaints[0].source.as_str()), (vec!["open/access.log"], "shut"));
}

#[cfg(unix)]
#[test]
fn too_deep_a_folder_stops_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "access.log", b"visit /\n");
    put(folder.path(), &format!("{}access.log", "d/".repeat(70)), b"visit /\n");
    let found = find(folder.path());
    assert_eq!((names(&found), found.complaints.len()), (vec!["access.log"], 1));
}

#[test]
fn members_of_archives_are_inputs() {
    let (a, b) = (visits(0..3), visits(0..40_000));
    let packed = gzip(&a);
    let members: [(&str, &[u8]); 4] =
        [("county/a.log", &a), ("b.log", &b), ("__MACOSX/._b.log", b"x"), ("c.log.gz", &packed)];
    let tarred = tar(&members);
    for bytes in [zip(&members), gzip(&tarred), zstd(&tarred), xz(&tarred), tarred] {
        let folder = tempfile::tempdir().unwrap();
        put(folder.path(), "2026.bin", &bytes);
        let found = find(folder.path());
        assert_eq!(found.complaints, []);
        assert_eq!(names(&found), ["2026.bin!b.log", "2026.bin!c.log.gz", "2026.bin!county/a.log"]);
        assert_eq!(rows(&found), [40_000, 3, 3]);
        let taken = take_in(&found.inputs[0], &FORMATS, &mut Memory::default(), &mut |_| {}).unwrap();
        assert_eq!((taken.source.digest, taken.source.length), (digest(&b), b.len() as u64));
        assert!(!found.inputs[0].is_plain_file());
    }
}

#[test]
fn archives_within_archives_are_looked_into_once() {
    let inner = zip(&[("a.log", &visits(0..3))]);
    let middle = zip(&[("inner.zip", &inner)]);
    let outer = zip(&[("one.zip", &inner), ("two.zip", &inner), ("three.tgz", &gzip(&tar(&[("t", &visits(0..4))])))]);
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "roll.zip", &outer);
    let found = find(folder.path());
    assert_eq!(names(&found), ["roll.zip!one.zip!a.log", "roll.zip!three.tgz!t", "roll.zip!two.zip!a.log"]);
    assert_eq!(rows(&found), [3, 4, 3]);

    put(folder.path(), "roll.zip", &zip(&[("middle.zip", &middle)]));
    let found = find(folder.path());
    assert_eq!(names(&found), ["roll.zip!middle.zip!inner.zip"]);
    let taken = take_in(&found.inputs[0], &FORMATS, &mut Memory::default(), &mut |_| {}).unwrap();
    assert!(!taken.whole, "an archive too deep inside is refused, not lost");
}

#[test]
fn of_members_with_one_name_the_last_counts() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "x.tar", &tar(&[("a.log", &visits(0..3)), ("a.log", &visits(0..5))]));
    let found = find(folder.path());
    assert_eq!((names(&found), rows(&found)), (vec!["x.tar!a.log"], vec![5]));
}

#[test]
fn broken_archives_are_complaints() {
    let members: [(&str, &[u8]); 2] = [("a.log", &visits(0..3)), ("b.log", &visits(0..90_000))];
    let zipped = zip(&members);
    let tarred = tar(&members);
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "cut.zip", &zipped[..zipped.len() / 2]);
    let found = find(folder.path());
    assert_eq!((found.inputs.len(), found.complaints[0].expected.as_str()), (0, "a whole zip archive"));

    let packed = gzip(&tarred);
    for cut in [&tarred[..tarred.len() / 2], &packed[..packed.len() / 2]] {
        let folder = tempfile::tempdir().unwrap();
        put(folder.path(), "cut.tar", cut);
        let found = find(folder.path());
        assert_eq!(names(&found), ["cut.tar!a.log", "cut.tar!b.log"]);
        let mut sink = Memory::default();
        let taken = take_in(&found.inputs[1], &FORMATS, &mut sink, &mut |_| {}).unwrap();
        assert!(!taken.whole && sink.paths.len() > 10_000 && sink.paths.len() < 90_000, "{}", sink.paths.len());
        assert_eq!(taken.complaints[0].expected, "complete archive data");
    }
}

#[test]
fn a_member_that_does_not_match_its_checksum_is_damaged() {
    let mut bytes = zip(&[("a.log", &visits(0..9)), ("b.log", &visits(0..9))]);
    let at = bytes.windows(12).rposition(|w| w == b"visit /page/").unwrap();
    bytes[at + 7] = b'P';
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "x.zip", &bytes);
    let found = find(folder.path());
    let taken = take_in(&found.inputs[1], &FORMATS, &mut Memory::default(), &mut |_| {}).unwrap();
    assert!(!taken.whole && taken.complaints[0].expected == "sound archive data", "{:?}", taken.complaints);
}

#[test]
fn a_spreadsheet_is_recognised() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "roll.xlsx", &zip(&[("[Content_Types].xml", b"<x/>"), ("xl/workbook.xml", b"<x/>")]));
    let found = find(folder.path());
    assert_eq!((found.inputs.len(), found.complaints.len()), (1, 0), "a document is a file, not an archive");
    assert_eq!(found.inputs[0].name(), "roll.xlsx");
    let taken = take_in(&found.inputs[0], &FORMATS, &mut Memory::default(), &mut |_| {}).unwrap();
    assert!(taken.complaints[0].mend.contains("CSV"), "{:?}", taken.complaints);
}
