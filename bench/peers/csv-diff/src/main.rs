//! The crate csv-diff as a program: bare differences between two tab-delimited files under a key column.
//!
//! `csv-diff-peer A B KEY_COLUMN [stream|local]`, columns from 0. `stream` is the crate's iterator over differences, which
//! holds no file; `local` is its eager form over seekable files. Both use the crate's default rayon thread pool with a
//! thread for each core, compare bytes and decode nothing. The differences are counted, not written, so that only the
//! comparing is measured.

use std::{env, error::Error, fs::File, process::ExitCode};

use csv_diff::{
    csv::Csv,
    csv_diff::{CsvByteDiffBuilder, CsvByteDiffLocalBuilder},
    diff_row::DiffByteRecord,
};

#[derive(Default)]
struct Counts {
    added: u64,
    deleted: u64,
    modified: u64,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match run(&arguments) {
        Ok(counts) => {
            println!("added {} deleted {} modified {}", counts.added, counts.deleted, counts.modified);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &[String]) -> Result<Counts, Box<dyn Error>> {
    let [a, b, key, form @ ..] = arguments else {
        return Err("use csv-diff-peer A B KEY_COLUMN [stream|local]".into());
    };
    let key: usize = key.parse()?;
    if form.first().is_some_and(|form| form == "local") { local(a, b, key) } else { stream(a, b, key) }
}

fn stream(a: &str, b: &str, key: usize) -> Result<Counts, Box<dyn Error>> {
    let diff = CsvByteDiffBuilder::new().primary_key_columns([key]).build()?;
    let mut counts = Counts::default();
    for difference in diff.diff(open(a)?, open(b)?) {
        counts.add(&difference?);
    }
    Ok(counts)
}

fn local(a: &str, b: &str, key: usize) -> Result<Counts, Box<dyn Error>> {
    let diff = CsvByteDiffLocalBuilder::new().primary_key_columns([key]).build()?;
    let mut counts = Counts::default();
    diff.diff(open(a)?, open(b)?)?.iter().for_each(|difference| counts.add(difference));
    Ok(counts)
}

fn open(path: &str) -> Result<Csv<File>, Box<dyn Error>> {
    // csv's reader has a buffer of its own; a larger one than its 8 KiB is what its documentation advises for long files.
    let reader = csv::ReaderBuilder::new().delimiter(b'\t').buffer_capacity(1 << 20).from_reader(File::open(path)?);
    Ok(reader.into())
}

impl Counts {
    fn add(&mut self, difference: &DiffByteRecord) {
        match difference {
            DiffByteRecord::Add(_) => self.added += 1,
            DiffByteRecord::Delete(_) => self.deleted += 1,
            DiffByteRecord::Modify { .. } => self.modified += 1,
        }
    }
}
