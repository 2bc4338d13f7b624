//! Rows by the day they are of, in UTC.

use std::collections::BTreeMap;

use arrow::{
    array::{Array as _, ArrayRef, RecordBatch, TimestampMicrosecondArray, UInt32Array},
    compute,
    error::ArrowError,
};

use crate::entry::day_of;

/// Batches by day (days since 1970); `None` for rows without a day.
pub(crate) type ByDay = BTreeMap<Option<i32>, Vec<RecordBatch>>;

/// Splits batches by the day of a column. Rows of a day keep their order.
///
/// Where rows lie on more than `most` days, a file a day would be mostly overhead (or a hostile log's way to a million
/// files): then all of them go together, without a day.
pub(crate) fn by_day(batches: Vec<RecordBatch>, column: Option<&str>, most: usize) -> Result<ByDay, ArrowError> {
    let days: Vec<Vec<Option<i32>>> = batches.iter().map(|batch| days(batch, column)).collect();
    let mut split = ByDay::new();
    let mut distinct: Vec<Option<i32>> = days.iter().flat_map(|days| runs(days)).collect();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() > most {
        return Ok(ByDay::from([(None, batches)]));
    }
    for (batch, days) in batches.into_iter().zip(days) {
        split_batch(batch, &days, &mut split)?;
    }
    Ok(split)
}

/// The times of a batch: its column of microseconds, where it has one.
pub(crate) fn times<'a>(batch: &'a RecordBatch, column: Option<&str>) -> Option<&'a TimestampMicrosecondArray> {
    batch.column_by_name(column?).and_then(|array: &ArrayRef| array.as_any().downcast_ref())
}

fn days(batch: &RecordBatch, column: Option<&str>) -> Vec<Option<i32>> {
    match times(batch, column) {
        Some(times) => times.iter().map(|time| time.and_then(day_of)).collect(),
        None => vec![None; batch.num_rows()],
    }
}

/// The day of each run of rows of one day.
fn runs(days: &[Option<i32>]) -> impl Iterator<Item = Option<i32>> {
    days.chunk_by(|a, b| a == b).map(|run| run[0])
}

fn split_batch(batch: RecordBatch, days: &[Option<i32>], split: &mut ByDay) -> Result<(), ArrowError> {
    let mut places: BTreeMap<Option<i32>, Vec<u32>> = BTreeMap::new();
    if let Some(day) = single(days) {
        split.entry(day).or_default().push(batch);
        return Ok(());
    }
    for (row, day) in (0..).zip(days) {
        places.entry(*day).or_default().push(row);
    }
    for (day, rows) in places {
        let part = compute::take_record_batch(&batch, &UInt32Array::from(rows))?;
        split.entry(day).or_default().push(part);
    }
    Ok(())
}

fn single(days: &[Option<i32>]) -> Option<Option<i32>> {
    let mut runs = runs(days);
    let first = runs.next()?;
    runs.next().is_none().then_some(first)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at a fault")]
mod tests {
    use std::sync::Arc;

    use arrow::{array::AsArray as _, array::UInt64Array, datatypes::UInt64Type};

    use super::*;

    const DAY: i64 = 86_400_000_000;

    fn batch(times: Vec<Option<i64>>) -> RecordBatch {
        let rows = UInt64Array::from_iter_values(0..times.len() as u64);
        let times = TimestampMicrosecondArray::from(times).with_timezone("UTC");
        RecordBatch::try_from_iter([("time", Arc::new(times) as ArrayRef), ("row", Arc::new(rows))]).unwrap()
    }

    fn rows(batches: &[RecordBatch]) -> Vec<u64> {
        batches.iter().flat_map(|batch| batch["row"].as_primitive::<UInt64Type>().values().to_vec()).collect()
    }

    #[test]
    fn rows_go_to_their_days_in_order() {
        let split = by_day(vec![batch(vec![Some(0), Some(DAY), None, Some(1), Some(-1)])], Some("time"), 64).unwrap();
        let days: Vec<_> = split.iter().map(|(day, batches)| (*day, rows(batches))).collect();
        assert_eq!(days, [(None, vec![2]), (Some(-1), vec![4]), (Some(0), vec![0, 3]), (Some(1), vec![1])]);
    }

    #[test]
    fn rows_of_too_many_days_stay_together() {
        let split = by_day(vec![batch((0..65).map(|day| Some(day * DAY)).collect())], Some("time"), 64).unwrap();
        assert_eq!(split.keys().collect::<Vec<_>>(), [&None]);
        assert_eq!(rows(&split[&None]).len(), 65);
    }

    #[test]
    fn a_table_without_a_day_is_not_split() {
        let split = by_day(vec![batch(vec![Some(0), Some(DAY)])], None, 64).unwrap();
        assert_eq!(rows(&split[&None]), [0, 1]);
    }
}
