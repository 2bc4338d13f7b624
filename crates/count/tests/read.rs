//! A folder of count files, as an office keeps them: zipped, in other encodings, with files that can't be read.

#[path = "read/names.rs"]
mod names;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use pollwarden_core::Digest;
use pollwarden_count::{Records, read};
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const MANIFEST: &str = "Tabulator,Batch Name,Number of Ballots\nT,B 1,25\n";

/// A folder of its own, gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("pollwarden-count-{}-{test}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("the disk takes it");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).expect("it was there");
    }
}

fn testdata(case: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/formats").join(case)
}

fn zipped(folder: &Path, only: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for path in pollwarden_testkit::folders(folder) {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if name.ends_with(only) {
            zip.start_file(name, SimpleFileOptions::default()).expect("a member");
            zip.write_all(&fs::read(path).expect("it reads")).expect("a member");
        }
    }
    zip.finish().expect("an archive").into_inner()
}

/// Cards as they lie and what is on them, whatever the files' names.
fn cards(records: Records) -> Vec<String> {
    let cvrs = records.cvrs.finish();
    let card = |card: pollwarden_count::Card<'_>| {
        let votes: Vec<_> = card.votes().collect();
        format!("{:?} {} {} {votes:?}", card.batch(), card.record(), card.imprinted())
    };
    cvrs.cards().map(card).collect()
}

#[test]
fn a_zipped_export_reads_as_its_folder() {
    let (folder, export) = (Folder::new("zip"), testdata("dominion-json/adjudicated"));
    folder.write("export.zip", zipped(&export, ".json"));
    let (packed, plain) = (read(&folder.0), read(&export));
    assert_eq!(packed.sources.len(), plain.sources.len());
    assert_eq!(packed.sources[0].name, "export.zip!CvrExport_1.json");
    assert_eq!(packed.sources[0].digest, plain.sources[0].digest, "the member's own digest");
    assert_eq!(cards(packed), cards(plain));
}

#[test]
fn sheets_in_an_archive_belong_to_the_scans_beside_it() {
    let (folder, export) = (Folder::new("hart"), testdata("hart-xml/scans-beside"));
    folder.write("cvrs.zip", zipped(&export, ".xml"));
    folder.write("scans.csv", fs::read(export.join("scanned ballots.csv")).expect("it reads"));
    assert_eq!(cards(read(&folder.0)), cards(read(&export)));
}

#[test]
fn what_is_refused_leaves_nothing_behind() {
    let folder = Folder::new("refused");
    let head = "Lake,5.2.16.1,,\n,,,Mayor (Vote For=1)\n,,,Ada Lake\nTabulatorNum,BatchId,RecordId,\n";
    folder.write("a.csv", format!("{head}T,B 1,1,1\nT,B 1,2,many\n"));
    folder.write("b.csv", format!("{head}T,B 9,1,1\n"));
    folder.write("manifest.csv", MANIFEST);
    folder.write("notes.txt", "call the clerk\n");
    let records = read(&folder.0);
    let about: Vec<_> = records.refused.iter().map(|complaint| complaint.source.as_str()).collect();
    assert_eq!(about, ["notes.txt", "a.csv"]);
    let names: Vec<_> = records.sources.iter().map(|source| source.name.as_str()).collect();
    assert_eq!(names, ["b.csv", "manifest.csv"]);
    assert_eq!(records.sources[1].digest, Digest::of(MANIFEST.as_bytes()));
    assert_eq!(records.manifest.cards(), 25);
    let cvrs = records.cvrs.finish();
    assert_eq!((cvrs.len(), cvrs.batches().next().expect("a batch").batch.as_str()), (1, "B 9"));
}

#[test]
fn two_exports_may_number_their_contests_alike() {
    let folder = Folder::new("alike");
    for (county, contest) in [("a", "Sheriff"), ("b", "Mayor"), ("c", "Sheriff")] {
        let manifest = format!(r#"{{"Version":"5.10","List":[{{"Description":"{contest}","Id":1,"VoteFor":1}}]}}"#);
        let batch = if county == "c" { 2 } else { 1 };
        let session = format!(
            r#"{{"TabulatorId":1,"BatchId":{batch},"RecordId":1,"Original":{{"IsCurrent":true,"Contests":[{{"Id":1,"Marks":[]}}]}}}}"#
        );
        folder.write(&format!("{county}/ContestManifest.json"), manifest);
        folder.write(&format!("{county}/CvrExport.json"), format!(r#"{{"Sessions":[{session}]}}"#));
    }
    let cvrs = read(&folder.0).cvrs.finish();
    let cards: Vec<_> = cvrs.contests().map(|(id, contest)| (contest.name.clone(), cvrs.cards_with(id))).collect();
    assert_eq!(cards, [("Sheriff".to_owned(), 2), ("Mayor".to_owned(), 1)]);
}

#[test]
fn utf_16_and_compression_change_nothing() {
    let folder = Folder::new("utf16");
    let wide: Vec<u8> = "\u{feff}".encode_utf16().chain(MANIFEST.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    folder.write("manifest.csv", wide);
    let records = read(&folder.0);
    assert_eq!((records.complaints, records.refused), (vec![], vec![]));
    assert_eq!(records.manifest.batches[0].key.batch, "B 1");
}

/// Every file of every format's cases.
fn samples() -> Vec<PathBuf> {
    let formats = pollwarden_testkit::folders(testdata(""));
    let cases = formats.iter().flat_map(pollwarden_testkit::folders).filter(|path| path.is_dir());
    cases.flat_map(pollwarden_testkit::folders).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Damage is read or refused: it neither panics nor hangs.
    #[test]
    fn damaged_files_are_read_or_refused(
        which: prop::sample::Index,
        cut: prop::sample::Index,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
    ) {
        let samples = samples();
        let path = which.get(&samples);
        let mut bytes = fs::read(path).expect("it reads");
        for (at, byte) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        if changes.is_empty() {
            bytes.truncate(cut.index(bytes.len()));
        }
        let folder = Folder::new("damaged");
        folder.write(&path.file_name().expect("a name").to_string_lossy(), &bytes);
        let records = read(&folder.0);
        prop_assert!(records.sources.len() + records.refused.len() > 0);
        let cvrs = records.cvrs.finish();
        prop_assert_eq!(cvrs.cards().len(), cvrs.len());
        prop_assert!(cvrs.cards().all(|card| card.votes().count() == card.contests().len()));
    }
}
