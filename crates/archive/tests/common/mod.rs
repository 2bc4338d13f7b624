//! A log of numbered lines, as small as a format can be, and what is in an archive of it.

#![allow(dead_code, reason = "each test file uses a part")]

use std::{
    fs::{self, File, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, Command},
    sync::Arc,
};

use arrow::{
    array::{ArrayRef, AsArray as _, RecordBatch, StringArray, TimestampMicrosecondArray, UInt64Array},
    datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit, UInt64Type},
};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use pollwarden_archive::{Archive, ArchiveFile};
use pollwarden_core::Table;
use pollwarden_intake::{Block, BlockOptions, Fit, Format, Parsed, Parser, Sample, SinkError, Taken};

/// A line is `number microseconds text`; a line that begins with `#` is a heading.
pub(crate) struct Numbered;

pub(crate) static LINES: Table =
    Table { name: "lines", about: "One row per numbered line.", day: Some("time"), schema };

fn schema() -> SchemaRef {
    let time = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    Arc::new(Schema::new(vec![
        Field::new("source", DataType::Utf8, false),
        Field::new("number", DataType::UInt64, false),
        Field::new("time", time, true),
        Field::new("text", DataType::Utf8, false),
    ]))
}

impl Format for Numbered {
    fn name(&self) -> &'static str {
        "numbered"
    }

    fn table(&self) -> &'static Table {
        &LINES
    }

    fn sniff(&self, _: &Sample) -> Fit {
        Fit::Yes
    }

    fn blocks(&self) -> BlockOptions {
        BlockOptions { size: 512, ..BlockOptions::default() }
    }

    fn begin(&self, _: &Sample, _: Option<&[u8]>) -> Box<dyn Parser> {
        Box::new(Numbered)
    }
}

impl Parser for Numbered {
    fn parse(&mut self, block: &Block, parsed: &mut Parsed) {
        let lines: Vec<String> = block.lines().map(|(_, line)| String::from_utf8(line.to_vec()).unwrap()).collect();
        let rows: Vec<Vec<&str>> =
            lines.iter().filter(|line| !line.starts_with('#')).map(|line| line.splitn(3, ' ').collect()).collect();
        let source = StringArray::from_iter_values(rows.iter().map(|_| block.source.as_ref()));
        let number = UInt64Array::from_iter_values(rows.iter().map(|row| row[0].parse().unwrap()));
        let time: TimestampMicrosecondArray = rows.iter().map(|row| row[1].parse::<i64>().ok()).collect();
        let text = StringArray::from_iter_values(rows.iter().map(|row| row[2]));
        let columns: Vec<ArrayRef> =
            vec![Arc::new(source), Arc::new(number), Arc::new(time.with_timezone("UTC")), Arc::new(text)];
        parsed.batches.push(RecordBatch::try_new(schema(), columns).unwrap());
    }
}

/// A folder of logs, and lines for them that no other line is like.
pub(crate) struct Logs {
    pub(crate) dir: PathBuf,
    pub(crate) next: u64,
}

impl Logs {
    pub(crate) fn new(dir: PathBuf) -> Self {
        fs::create_dir_all(&dir).unwrap();
        Self { dir, next: 0 }
    }

    pub(crate) fn line(&mut self) -> String {
        let number = self.next;
        self.next += 1;
        // An hour or so apart: lines soon reach the next day.
        format!("{number} {} {number:032x}\n", 1_790_000_000_000_000 + number * 3_700_000_000)
    }

    pub(crate) fn grow(&mut self, name: &str, lines: usize) {
        let text: String = (0..lines).map(|_| self.line()).collect();
        self.write(name, text.as_bytes());
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        let mut file = OpenOptions::new().append(true).create(true).open(self.dir.join(name)).unwrap();
        file.write_all(bytes).unwrap();
    }

    /// Every line so far is there, once.
    pub(crate) fn all_in(&self, archive: &Archive) {
        let mut numbers = numbers(archive);
        numbers.sort_unstable();
        let wanted: Vec<u64> = (0..self.next).collect();
        let lost: Vec<_> = wanted.iter().filter(|n| numbers.binary_search(n).is_err()).take(5).collect();
        let twice: Vec<_> = numbers.windows(2).filter(|w| w[0] == w[1]).map(|w| w[0]).take(5).collect();
        assert!(numbers == wanted, "{} of {} rows; lost: {lost:?}; twice: {twice:?}", numbers.len(), self.next);
    }
}

/// Takes in every file of a folder, until the archive refuses.
pub(crate) fn take_in(dir: &Path, archive: &mut Archive) -> Result<Vec<Taken>, SinkError> {
    let found = pollwarden_intake::find(dir);
    found.inputs.iter().map(|input| pollwarden_intake::take_in(input, &[&Numbered], archive, &mut |_| {})).collect()
}

/// The same, where nothing may go wrong; says how many rows are new.
pub(crate) fn take_in_all(dir: &Path, archive: &mut Archive) -> u64 {
    let taken = take_in(dir, archive).unwrap();
    for taken in &taken {
        assert!(taken.whole && taken.source.rejected == 0, "{:?}", taken.complaints);
    }
    taken.iter().map(|taken| taken.new_rows).sum()
}

/// The numbers of all rows, in the archive's order.
pub(crate) fn numbers(archive: &Archive) -> Vec<u64> {
    archive.files("lines").iter().flat_map(numbers_of).collect()
}

pub(crate) fn numbers_of(file: &ArchiveFile) -> Vec<u64> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(&file.path).unwrap()).unwrap().build().unwrap();
    let batches: Vec<RecordBatch> = reader.collect::<Result<_, _>>().unwrap();
    let numbers: Vec<u64> =
        batches.iter().flat_map(|batch| batch["number"].as_primitive::<UInt64Type>().values().to_vec()).collect();
    assert_eq!(numbers.len() as u64, file.rows, "{}", file.path.display());
    numbers
}

/// Parquet files in the folder, catalogued or not.
pub(crate) fn files_on_disk(dir: &Path) -> usize {
    let Ok(entries) = fs::read_dir(dir) else { return 0 };
    entries
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            if path.is_dir() { files_on_disk(&path) } else { usize::from(path.to_string_lossy().contains(".parquet")) }
        })
        .sum()
}

/// The folder this process was given as a child of a test, if it is one.
pub(crate) fn child_of(test: &str) -> Option<PathBuf> {
    std::env::var_os(variable(test)).map(PathBuf::from)
}

/// The environment variable that makes a test's process its own child.
pub(crate) fn variable(test: &str) -> String {
    format!("POLLWARDEN_TEST_{}", test.to_uppercase())
}

/// A command that runs one test of this binary again, as a child that works in `dir`.
pub(crate) fn again(test: &str, dir: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]).env(variable(test), dir);
    command.stdout(std::process::Stdio::null());
    command
}

/// Kills without a warning (SIGKILL); `false` where it had ended by itself. It may not have failed by itself.
pub(crate) fn kill(mut child: Child) -> bool {
    let before = child.try_wait().unwrap();
    child.kill().unwrap();
    let status = child.wait().unwrap();
    assert!(before.is_none_or(|status| status.success()), "the child failed: {status}");
    assert!(status.success() || status.code().is_none(), "the child failed: {status}");
    !status.success()
}

/// Numbers that look random and are the same at each run (Steele et al. 2014, SplitMix64).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % most
    }
}
