//! A folder of one process, in memory, and what must hold of whatever is read from it.

use std::cell::RefCell;
use std::path::PathBuf;

use pollwarden_count::{Cvrs, Records, Results, read};

/// Between files of one input; then comes the file's name up to the line's end.
#[allow(dead_code, reason = "one target has a single file")]
const FILE: u8 = 0x1c;

thread_local! {
    static FOLDER: RefCell<tempfile::TempDir> = RefCell::new(new());
}

fn new() -> tempfile::TempDir {
    let memory = PathBuf::from("/dev/shm");
    let within = if memory.is_dir() { memory } else { std::env::temp_dir() };
    tempfile::Builder::new().prefix("pollwarden-count-fuzz").tempdir_in(within).expect("scratch space")
}

/// The files that an input says, or the whole input as one of the given name.
#[allow(dead_code, reason = "one target has a single file")]
pub fn files<'b>(bytes: &'b [u8], otherwise: &str) -> Vec<(String, &'b [u8])> {
    if bytes.first() != Some(&FILE) {
        return vec![(otherwise.to_owned(), bytes)];
    }
    let parts = bytes.split(|b| *b == FILE).skip(1).take(8);
    parts
        .enumerate()
        .map(|(at, part)| {
            let end = part.iter().position(|b| *b == b'\n').unwrap_or(part.len());
            let named = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b' ');
            let name: String = part[..end].iter().copied().filter(named).take(60).map(char::from).collect();
            let name = if name.is_empty() || name.starts_with('.') { format!("{at}.csv") } else { name };
            (name, &part[(end + 1).min(part.len())..])
        })
        .collect()
}

/// Reads the files as a folder, and checks what must hold.
pub fn read_all(files: &[(String, impl AsRef<[u8]>)]) -> (Cvrs, Vec<Results>) {
    FOLDER.with_borrow(|folder| {
        for (name, bytes) in files {
            std::fs::write(folder.path().join(name), bytes).expect("scratch space takes it");
        }
        let records = read(folder.path());
        // Twice takes twice as long: not always.
        let again = files.iter().all(|(_, bytes)| bytes.as_ref().len() % 4 == 0).then(|| read(folder.path()));
        for (name, _) in files {
            let _ = std::fs::remove_file(folder.path().join(name));
        }
        assert!(files.is_empty() || told(&records) > 0, "a file of which nothing is said");
        if let Some(again) = again {
            assert_eq!(format!("{records:?}"), format!("{again:?}"), "the same files read otherwise");
        }
        checked(records)
    })
}

fn told(records: &Records) -> usize {
    records.sources.len() + records.refused.len() + records.complaints.len()
}

fn checked(records: Records) -> (Cvrs, Vec<Results>) {
    let cards = records.cvrs.cards();
    let of_files: usize = records.record_files.iter().map(|(_, places)| places.len()).sum();
    assert_eq!(of_files, cards, "cards without a file");
    for contest in records.results.iter().flat_map(|results| &results.contests) {
        assert!(contest.parts.iter().all(|part| part.votes.len() == contest.choices.len()), "votes without a choice");
    }
    for contest in records.feeds.iter().flat_map(|feed| &feed.contests) {
        assert!(contest.states.iter().all(|state| state.votes.len() <= contest.choices.len()));
        let _ = contest.updates();
    }
    for complaint in records.refused.iter().chain(&records.complaints) {
        assert!(!complaint.to_string().contains('\u{1b}'), "a complaint that controls the terminal");
    }
    let cvrs = records.cvrs.finish();
    assert_eq!(cvrs.len(), cards);
    for card in cvrs.cards() {
        assert_eq!(card.votes().count(), card.contests().len());
        let _ = (card.record(), card.imprinted(), card.precinct(), card.style(), card.group(), card.batch());
    }
    for (id, contest) in cvrs.contests() {
        let on_cards = cvrs.cards().filter(|card| card.marks(id).is_some()).count() as u64;
        assert_eq!((cvrs.cards_with(id), cvrs.ways(id).map(|(_, n)| n).sum::<u64>()), (on_cards, on_cards));
        let known =
            |choice: u32| choice == pollwarden_count::Mark::OVERVOTE || (choice as usize) < contest.choices.len();
        assert!(cvrs.ways(id).all(|(marks, _)| marks.iter().all(|mark| known(mark.choice))), "a mark without a choice");
    }
    (cvrs, records.results)
}
