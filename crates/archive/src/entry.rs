//! What the catalogue knows of one Parquet file, and where the file lies.

use std::path::{Path, PathBuf};

use jiff::{Timestamp, civil::Date};
use pollwarden_core::{Digest, from_micros};

/// A Parquet file of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveFile {
    /// Where it lies.
    pub path: PathBuf,
    /// The day (UTC) that all its rows are of; `None` for rows without a time, or of many days.
    pub day: Option<Date>,
    /// How many rows it holds.
    pub rows: u64,
    /// Its earliest time, where its rows have one.
    pub from: Option<Timestamp>,
    /// Its latest.
    pub to: Option<Timestamp>,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its digest.
    pub digest: Digest,
}

/// The same, as catalogued.
///
/// Files are numbered as they are written; a file that compaction made holds the rows of files `first` to `last` and
/// stands in the place of `first`. So the order of numbers stays the order in which rows came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) table: String,
    /// Days since 1970.
    pub(crate) day: Option<i32>,
    pub(crate) rows: u64,
    /// Microseconds since 1970.
    pub(crate) from: Option<i64>,
    pub(crate) to: Option<i64>,
    pub(crate) bytes: u64,
    pub(crate) digest: Digest,
}

impl Entry {
    pub(crate) fn path(&self, dir: &Path) -> PathBuf {
        path(dir, &self.table, self.day, self.first, self.last)
    }

    pub(crate) fn public(&self, dir: &Path) -> ArchiveFile {
        ArchiveFile {
            path: self.path(dir),
            day: self.day.and_then(date),
            rows: self.rows,
            from: self.from.map(from_micros),
            to: self.to.map(from_micros),
            bytes: self.bytes,
            digest: self.digest,
        }
    }
}

/// The folder of all tables.
pub(crate) fn tables(dir: &Path) -> PathBuf {
    dir.join("tables")
}

/// Where a file lies.
pub(crate) fn path(dir: &Path, table: &str, day: Option<i32>, first: u64, last: u64) -> PathBuf {
    let day = day.and_then(date).map_or_else(|| "none".to_owned(), |date| date.to_string());
    let name = if first == last { format!("{first:010}.parquet") } else { format!("{first:010}-{last:010}.parquet") };
    tables(dir).join(table).join(format!("day={day}")).join(name)
}

/// The day of a time in microseconds since 1970; `None` for one that no calendar of ours has.
pub(crate) fn day_of(micros: i64) -> Option<i32> {
    let day = i32::try_from(micros.div_euclid(86_400_000_000)).ok()?;
    date(day).map(|_| day)
}

fn date(day: i32) -> Option<Date> {
    Timestamp::from_second(i64::from(day) * 86_400).ok().map(|start| start.to_zoned(jiff::tz::TimeZone::UTC).date())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_lies_under_its_table_and_day() {
        let dir = Path::new("a");
        assert_eq!(
            path(dir, "requests", day_of(0), 7, 7),
            Path::new("a/tables/requests/day=1970-01-01/0000000007.parquet")
        );
        assert_eq!(
            path(dir, "requests", None, 7, 12),
            Path::new("a/tables/requests/day=none/0000000007-0000000012.parquet")
        );
    }

    #[test]
    fn the_moment_before_midnight_is_the_day_before() {
        assert_eq!(day_of(-1), Some(-1));
        assert_eq!(day_of(86_400_000_000 - 1), Some(0));
        assert_eq!(day_of(86_400_000_000), Some(1));
        assert_eq!(day_of(i64::MAX), None);
        assert_eq!(day_of(i64::MIN), None);
    }
}
