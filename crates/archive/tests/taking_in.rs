//! The same file twice, a grown one, a rotated one, a truncated one: each line is in the archive once.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may stop at a fault and says what it measured")]

mod common;

use std::{fs, io::Write as _};

use common::{Logs, numbers, take_in_all};
use pollwarden_archive::{Archive, ArchiveError, Fault};
use pollwarden_core::Digest;
use pollwarden_intake::{Block, Input, Parsed, Parser as _, Progress, Sink as _};

struct Office {
    logs: Logs,
    archive: Archive,
    _dir: tempfile::TempDir,
}

fn office() -> Office {
    let dir = tempfile::tempdir().unwrap();
    let archive = Archive::open(&dir.path().join("archive")).unwrap();
    Office { logs: Logs::new(dir.path().join("web")), archive, _dir: dir }
}

impl Office {
    fn take_in(&mut self) -> u64 {
        take_in_all(&self.logs.dir, &mut self.archive)
    }

    fn rename(&self, from: &str, to: &str) {
        fs::rename(self.logs.dir.join(from), self.logs.dir.join(to)).unwrap();
    }

    fn gzip(&self, from: &str, to: &str) {
        let bytes = fs::read(self.logs.dir.join(from)).unwrap();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&bytes).unwrap();
        fs::write(self.logs.dir.join(to), gzip.finish().unwrap()).unwrap();
        fs::remove_file(self.logs.dir.join(from)).unwrap();
    }

    fn reopen(&mut self) {
        let dir = self.archive.dir().to_owned();
        let elsewhere = Archive::open(&dir.join("elsewhere")).unwrap();
        drop(std::mem::replace(&mut self.archive, elsewhere));
        self.archive = Archive::open(&dir).unwrap();
    }
}

#[test]
fn the_same_file_twice_adds_nothing() {
    let mut office = office();
    office.logs.grow("access.log", 100);
    assert_eq!(office.take_in(), 100);
    let files = office.archive.files("lines");
    assert_eq!(office.take_in(), 0);
    office.reopen();
    assert_eq!(office.take_in(), 0);
    assert_eq!(office.archive.files("lines"), files);
    let sources = office.archive.sources();
    assert_eq!((sources.len(), sources[0].rows, sources[0].lines, sources[0].complete), (1, 100, 100, true));
    assert_eq!(sources[0].length, Some(fs::metadata(office.logs.dir.join("access.log")).unwrap().len()));
}

#[test]
fn the_same_bytes_under_another_name_or_compressed_add_nothing() {
    let mut office = office();
    office.logs.grow("access.log", 50);
    office.take_in();
    fs::copy(office.logs.dir.join("access.log"), office.logs.dir.join("copy.log")).unwrap();
    office.gzip("copy.log", "copy.log.gz");
    assert_eq!(office.take_in(), 0);
    assert_eq!(office.archive.sources().len(), 1);
}

#[test]
fn a_grown_file_goes_on_where_it_stood() {
    let mut office = office();
    for lines in [1, 0, 30, 300, 2] {
        office.logs.grow("access.log", lines);
        assert_eq!(office.take_in(), lines as u64);
        office.reopen();
    }
    office.logs.all_in(&office.archive);
    assert_eq!(office.archive.sources().len(), 1);
    assert_eq!(office.archive.sources()[0].rows, 333);
}

#[test]
fn a_line_still_being_written_waits() {
    let mut office = office();
    office.logs.grow("access.log", 3);
    let line = office.logs.line();
    let (begun, rest) = line.split_at(9);
    office.logs.write("access.log", begun.as_bytes());
    assert_eq!(office.take_in(), 3);
    office.logs.write("access.log", rest.as_bytes());
    assert_eq!(office.take_in(), 1);
    office.logs.all_in(&office.archive);
}

#[test]
fn rotation_is_seen_through() {
    let mut office = office();
    office.logs.grow("access.log", 100);
    office.take_in();
    for _ in 0..3 {
        // Lines that come after the last run and before the rotation are only in the rotated file.
        office.logs.grow("access.log", 7);
        for (from, to) in [("access.log.3.gz", "access.log.4.gz"), ("access.log.2.gz", "access.log.3.gz")] {
            if office.logs.dir.join(from).exists() {
                office.rename(from, to);
            }
        }
        if office.logs.dir.join("access.log.1").exists() {
            office.gzip("access.log.1", "access.log.2.gz");
        }
        office.rename("access.log", "access.log.1");
        office.logs.grow("access.log", 11);
        assert_eq!(office.take_in(), 18);
    }
    office.logs.all_in(&office.archive);
    let mut sources: Vec<_> = office.archive.sources().into_iter().map(|s| (s.name, s.rows)).collect();
    sources.sort();
    let wanted = [("access.log", 11), ("access.log.1", 18), ("access.log.2.gz", 18), ("access.log.3.gz", 107)];
    assert_eq!(sources, wanted.map(|(name, rows)| (name.to_owned(), rows)));
}

#[test]
fn copytruncate_begins_a_new_source() {
    let mut office = office();
    office.logs.grow("access.log", 40);
    office.take_in();
    office.logs.grow("access.log", 4);
    fs::copy(office.logs.dir.join("access.log"), office.logs.dir.join("access.log.1")).unwrap();
    fs::write(office.logs.dir.join("access.log"), b"").unwrap();
    office.take_in();
    office.logs.all_in(&office.archive);
    // Longer and shorter than before, with and without a look while it was empty.
    office.logs.grow("access.log", 200);
    office.take_in();
    office.logs.all_in(&office.archive);
    fs::rename(office.logs.dir.join("access.log"), office.logs.dir.join("access.log.0")).unwrap();
    office.logs.grow("access.log", 3);
    office.take_in();
    office.logs.all_in(&office.archive);
}

#[test]
fn a_file_begun_anew_with_the_same_heading_is_new() {
    let mut office = office();
    office.logs.write("access.log", b"#Fields: number time text\n");
    office.take_in();
    office.logs.grow("access.log", 20);
    office.take_in();
    fs::write(office.logs.dir.join("access.log"), b"#Fields: number time text\n").unwrap();
    office.logs.grow("access.log", 90);
    office.logs.write("other.log", b"#Fields: number time text\n");
    office.logs.grow("other.log", 30);
    assert_eq!(office.take_in(), 120);
    assert_eq!(office.take_in(), 0);
    office.logs.all_in(&office.archive);
}

#[test]
fn a_copy_made_while_the_log_was_shorter_adds_nothing() {
    let mut office = office();
    office.logs.grow("access.log", 25);
    fs::create_dir(office.logs.dir.join("backup")).unwrap();
    fs::copy(office.logs.dir.join("access.log"), office.logs.dir.join("backup/access.log")).unwrap();
    office.take_in();
    office.logs.grow("access.log", 25);
    assert_eq!(office.take_in(), 25);
    office.reopen();
    assert_eq!(office.take_in(), 0);
    // The copy goes its own way: what both have is there once.
    office.logs.grow("backup/access.log", 5);
    assert_eq!(office.take_in(), 5);
    assert_eq!(office.take_in(), 0);
    office.logs.all_in(&office.archive);
}

#[test]
fn files_lie_by_day_and_hold_their_order() {
    let mut office = office();
    office.logs.grow("access.log", 100);
    office.take_in();
    let files = office.archive.files("lines");
    let days: std::collections::BTreeSet<_> = files.iter().map(|file| file.day.unwrap()).collect();
    assert!(days.len() >= 4, "{days:?}");
    for file in &files {
        let day = file.day.unwrap().to_string();
        assert!(file.path.to_string_lossy().contains(&format!("day={day}")));
        assert!(file.from.unwrap().to_string().starts_with(&day) && file.to.unwrap().to_string().starts_with(&day));
    }
    assert_eq!(numbers(&office.archive), (0..100).collect::<Vec<_>>());
}

#[test]
fn compaction_keeps_every_row_in_order() {
    let mut office = office();
    for _ in 0..30 {
        office.logs.grow("access.log", 3);
        office.take_in();
    }
    let (before, rows) = (office.archive.files("lines").len(), numbers(&office.archive));
    let done = office.archive.compact().unwrap();
    let after = office.archive.files("lines").len();
    assert!(done.merged > 2 * done.into && after == before - done.merged + done.into, "{done:?} {before} {after}");
    assert_eq!(numbers(&office.archive), rows);
    office.reopen();
    assert_eq!(numbers(&office.archive), rows);
    assert_eq!(common::files_on_disk(office.archive.dir()), after);
    assert_eq!(office.take_in(), 0);
}

#[test]
fn a_reader_beside_a_writer_sees_what_was_committed_when_it_came() {
    let mut office = office();
    office.logs.grow("access.log", 10);
    office.take_in();
    let reader = Archive::read_only(office.archive.dir()).unwrap();
    for _ in 0..40 {
        office.logs.grow("access.log", 1);
        office.take_in();
    }
    assert!(office.archive.compact().unwrap().merged > 0);
    // The files that compaction replaced are still there for it.
    assert_eq!(numbers(&reader).len(), 10);
    assert_eq!(numbers(&Archive::read_only(office.archive.dir()).unwrap()).len(), 50);
    assert_eq!(reader.key(), office.archive.key());
    drop(reader);
    office.reopen();
    assert_eq!(common::files_on_disk(office.archive.dir()), office.archive.files("lines").len());
    office.logs.all_in(&office.archive);
}

#[test]
fn only_one_process_writes() {
    let office = office();
    let error = Archive::open(office.archive.dir()).unwrap_err();
    assert!(matches!(&error, ArchiveError::InUse { .. }), "{error}");
    assert!(error.to_string().contains(&format!("process {}", std::process::id())), "{error}");
    assert_eq!(error.fault(), Fault::Use);
}

#[test]
fn unknown_files_go_and_known_ones_stay() {
    let mut office = office();
    office.logs.grow("access.log", 60);
    office.take_in();
    let known = office.archive.files("lines");
    let day = known[0].path.parent().unwrap().to_owned();
    fs::write(day.join("0000000999.parquet"), b"half a fi").unwrap();
    fs::write(day.join("0000000998.parquet.part"), b"").unwrap();
    fs::write(day.join("notes.txt"), b"the clerk's own").unwrap();
    office.reopen();
    assert_eq!(common::files_on_disk(office.archive.dir()), known.len());
    assert_eq!(fs::read(day.join("notes.txt")).unwrap(), b"the clerk's own");
    office.logs.all_in(&office.archive);
}

#[test]
fn a_file_taken_away_is_said_so() {
    let mut office = office();
    office.logs.grow("access.log", 10);
    office.take_in();
    let (dir, file) = (office.archive.dir().to_owned(), office.archive.files("lines").remove(0).path);
    drop(office.archive);
    let bytes = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    let error = Archive::open(&dir).unwrap_err();
    assert!(matches!(&error, ArchiveError::Tampered { path, .. } if *path == file), "{error}");
    fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    assert!(matches!(Archive::read_only(&dir).unwrap_err(), ArchiveError::Tampered { .. }));
    fs::write(&file, &bytes).unwrap();
    assert_eq!(numbers(&Archive::read_only(&dir).unwrap()).len(), 10);
}

/// Rows of numbers from `from` up to `to`, and the progress that a reader of `bytes` would report after them.
fn piece(bytes: &[u8], from: usize, to: usize) -> (arrow::array::RecordBatch, Progress) {
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let mut parsed = Parsed::default();
    common::Numbered.parse(&Block { bytes: lines[from..to].concat(), ..Block::default() }, &mut parsed);
    let prefix = lines[..to].concat();
    let progress = Progress {
        name: "access.log".into(),
        format: "numbered".into(),
        head: Digest::of(lines[0]),
        prefix: Digest::of(&prefix),
        offset: prefix.len() as u64,
        lines: to as u64,
        rows: to as u64,
        rejected: 0,
        state: vec![7; to],
        received: None,
    };
    (parsed.batches.remove(0), progress)
}

#[test]
fn what_was_not_committed_comes_again() {
    let mut office = office();
    office.logs.grow("access.log", 90);
    let bytes = fs::read(office.logs.dir.join("access.log")).unwrap();
    let opened = || Input::file("access.log", office.logs.dir.join("access.log")).open().unwrap();
    let archive = &mut office.archive;

    assert_eq!(archive.resume(&mut opened()).unwrap().offset, 0);
    for (from, to) in [(0, 10), (10, 30)] {
        let (rows, progress) = piece(&bytes, from, to);
        archive.append(&common::LINES, rows).unwrap();
        archive.commit(&progress).unwrap();
    }
    archive.append(&common::LINES, piece(&bytes, 30, 60).0).unwrap();
    // The next input begins, or the same again: the last rows were never committed.
    let resume = archive.resume(&mut opened()).unwrap();
    assert_eq!((resume.lines, resume.rows, resume.state), (30, 30, Some(vec![7; 30])));
    let error = archive.commit(&piece(&bytes, 0, 20).1).unwrap_err().to_string();
    assert!(error.contains("byte"), "{error}");
    assert_eq!(numbers(archive), (0..30).collect::<Vec<_>>());
    assert_eq!(
        archive.sources().iter().map(|source| (source.rows, source.complete)).collect::<Vec<_>>(),
        [(30, false)]
    );
    assert_eq!(office.take_in(), 60);
    office.logs.all_in(&office.archive);
}

#[test]
fn rows_with_other_columns_are_refused_and_stop_their_input() {
    let mut office = office();
    office.logs.grow("access.log", 5);
    let bytes = fs::read(office.logs.dir.join("access.log")).unwrap();
    let (rows, progress) = piece(&bytes, 0, 5);
    let error = office.archive.append(&common::LINES, rows.project(&[0, 1]).unwrap()).unwrap_err().to_string();
    assert!(error.contains("lines") && error.contains("columns are missing"), "{error}");
    // Going on would commit progress past rows that were refused.
    assert!(office.archive.commit(&progress).is_err());
    assert_eq!(office.take_in(), 5);
}

#[test]
fn a_reader_only_reads() {
    let mut office = office();
    office.logs.grow("access.log", 5);
    office.take_in();
    let mut reader = Archive::read_only(office.archive.dir()).unwrap();
    assert!(matches!(reader.compact().unwrap_err(), ArchiveError::ReadOnly(_)));
    assert!(common::take_in(&office.logs.dir, &mut reader).is_err());
    let error = Archive::read_only(&office.logs.dir).unwrap_err();
    assert!(matches!(error, ArchiveError::None(_)), "{error}");
    assert_eq!(fs::read_dir(&office.logs.dir).unwrap().count(), 1, "looking for an archive makes none");
}

#[test]
fn the_secret_is_made_once_and_kept_private() {
    let office = office();
    let (dir, key) = (office.archive.dir().to_owned(), office.archive.key());
    drop(office.archive);
    assert_eq!(Archive::open(&dir).unwrap().key(), key);
    assert_ne!(Archive::open(&dir.join("another")).unwrap().key(), key);
    assert!(!format!("{:?}", Archive::open(&dir).unwrap()).contains(&format!("{:?}", key)));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&dir.join("voter-key.secret")), mode(&dir)), (0o600, 0o700));
    }
    fs::write(dir.join("voter-key.secret"), b"short").unwrap();
    assert!(matches!(Archive::open(&dir).unwrap_err(), ArchiveError::Secret { found: 5, .. }));
}

#[test]
fn a_catalogue_of_a_later_version_or_none_at_all_is_refused() {
    let office = office();
    let dir = office.archive.dir().to_owned();
    drop(office.archive);
    let catalogue = dir.join("catalogue.redb");
    let sound = fs::read(&catalogue).unwrap();
    {
        let database = redb::Database::open(&catalogue).unwrap();
        let write = database.begin_write().unwrap();
        write.open_table(redb::TableDefinition::<&str, u64>::new("meta")).unwrap().insert("version", 2).unwrap();
        write.commit().unwrap();
    }
    let error = Archive::open(&dir).unwrap_err();
    assert!(matches!(error, ArchiveError::Newer { found: 2, known: 1, .. }), "{error}");
    assert_eq!(error.fault(), Fault::Use);

    for damaged in [b"not a catalogue".to_vec(), sound[..sound.len() / 2].to_vec(), vec![0; sound.len()]] {
        fs::write(&catalogue, damaged).unwrap();
        for error in [Archive::open(&dir).unwrap_err(), Archive::read_only(&dir).unwrap_err()] {
            assert!(error.to_string().contains("catalogue.redb"), "{error}");
        }
    }
    fs::write(&catalogue, sound).unwrap();
    Archive::open(&dir).unwrap();
}
