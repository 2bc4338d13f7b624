//! What people would rather look at than read: changes by precinct, and by cause over time.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use jiff::{Timestamp, ToSpan as _};
use pollwarden_core::{Columns, Mark, Picture, Plan, Series};

/// Bars shown: the longest.
const BARS: usize = 20;
/// The verdicts that a bar is split into.
const VERDICTS: [&str; 3] = ["explained", "format-only", "unexplained"];

/// The rows of [`changes_by_precinct`].
pub fn changes_by_precinct_plan() -> Plan {
    Plan::sql(
        "SELECT county, precinct, verdict, count(DISTINCT voter_id) AS voters FROM changes \
         WHERE class NOT IN ('label-recode', 'history') GROUP BY county, precinct, verdict ORDER BY county, precinct, verdict",
    )
}

/// Voters whose registration changed, by precinct and verdict.
pub fn changes_by_precinct(rows: &mut dyn Iterator<Item = RecordBatch>) -> Option<Picture> {
    let mut bars: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for batch in rows {
        let columns = Columns::of(&batch);
        let (county, precinct, verdict) = (columns.text("county"), columns.text("precinct"), columns.text("verdict"));
        let voters = columns.integers("voters");
        for at in 0..batch.num_rows() {
            let label = format!("{} {}", county.or_empty(at), precinct.or_empty(at)).trim().to_owned();
            let part = VERDICTS.iter().position(|v| *v == verdict.or_empty(at)).unwrap_or(2);
            bars.entry(label).or_insert_with(|| vec![0.0; VERDICTS.len()])[part] += voters.count(at) as f64;
        }
    }
    // Precincts with most changes without cause stand first: they are what the picture is for.
    let mut bars: Vec<(String, Vec<f64>)> = bars.into_iter().collect();
    let weight = |parts: &[f64]| (parts[2], parts.iter().sum::<f64>());
    bars.sort_by(|(_, a), (_, b)| weight(b).partial_cmp(&weight(a)).unwrap_or(std::cmp::Ordering::Equal));
    bars.truncate(BARS);
    (!bars.is_empty()).then(|| Picture::Bars {
        title: "Voters whose registration changed, by county and precinct".into(),
        unit: "voters".into(),
        parts: VERDICTS.map(str::to_owned).into(),
        bars,
    })
}

/// The rows of [`changes_over_time`]. A change without an entry in the log may have been made on any day between the extracts: it
/// stands on the newer one's.
pub fn changes_over_time_plan() -> Plan {
    Plan::sql(
        "SELECT date_trunc('day', coalesce(logged, snapshot)) AS day, \
         CASE WHEN verdict = 'unexplained' AND cause_kind = 'no-log' THEN 'no log' \
              WHEN verdict = 'unexplained' AND logged IS NULL THEN 'without cause, nothing logged' \
              WHEN verdict = 'unexplained' THEN 'without cause, logged' \
              WHEN verdict = 'format-only' THEN 'form only' \
              WHEN cause_kind IN ('batch', 'order', 'rename') THEN 'by batch or order' \
              ELSE 'by one act each' END AS cause, \
         count(DISTINCT voter_id) AS voters \
         FROM changes WHERE class <> 'label-recode' AND coalesce(logged, snapshot) IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2",
    )
}

/// Voters whose registration changed, by day and cause; `snapshots` are the extracts' days.
pub fn changes_over_time(rows: &mut dyn Iterator<Item = RecordBatch>, snapshots: &[Timestamp]) -> Option<Picture> {
    let mut series: BTreeMap<String, BTreeMap<Timestamp, f64>> = BTreeMap::new();
    for batch in rows {
        let columns = Columns::of(&batch);
        let (day, cause, voters) = (columns.times("day"), columns.text("cause"), columns.integers("voters"));
        for at in 0..batch.num_rows() {
            if let Some(day) = day.get(at) {
                *series.entry(cause.or_empty(at).to_owned()).or_default().entry(day).or_default() +=
                    voters.count(at) as f64;
            }
        }
    }
    let days: Vec<Timestamp> = all_days(series.values().flat_map(|days| days.keys()));
    let points = |counts: &BTreeMap<Timestamp, f64>| {
        days.iter().map(|day| (*day, counts.get(day).copied().unwrap_or_default())).collect()
    };
    let marks = snapshots.iter().map(|at| Mark { at: *at, label: "extract".into() }).collect();
    (!days.is_empty()).then(|| Picture::Timeline {
        title: "Voters whose registration changed, by day and cause".into(),
        unit: "voters".into(),
        series: series.iter().map(|(name, counts)| Series { name: name.clone(), points: points(counts) }).collect(),
        marks,
    })
}

/// Every day from the first to the last: on a day without entries the log was there, and empty.
fn all_days<'a>(days: impl Iterator<Item = &'a Timestamp>) -> Vec<Timestamp> {
    let days: std::collections::BTreeSet<&Timestamp> = days.collect();
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return Vec::new() };
    let next = |day: &Timestamp| day.checked_add(24.hours()).ok();
    std::iter::successors(Some(**first), next).take_while(|day| day <= *last).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array, StringArray, TimestampMicrosecondArray};

    use super::*;

    fn texts(values: &[&str]) -> ArrayRef {
        Arc::new(StringArray::from(values.to_vec()))
    }

    #[test]
    fn precincts_with_changes_without_cause_stand_first() {
        let counts: ArrayRef = Arc::new(Int64Array::from(vec![50, 3]));
        let columns = [
            ("county", texts(&["1", "1"])),
            ("precinct", texts(&["P1", "P2"])),
            ("verdict", texts(&["explained", "unexplained"])),
            ("voters", counts),
        ];
        let rows = RecordBatch::try_from_iter(columns).expect("rows");
        let Some(Picture::Bars { bars, .. }) = changes_by_precinct(&mut std::iter::once(rows)) else { panic!("bars") };
        assert_eq!(bars, [("1 P2".to_owned(), vec![0.0, 0.0, 3.0]), ("1 P1".to_owned(), vec![50.0, 0.0, 0.0])]);
        assert!(changes_by_precinct(&mut std::iter::empty()).is_none());
    }

    #[test]
    fn a_day_without_entries_is_drawn() {
        let day = 86_400_000_000;
        let days: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![0, 2 * day]));
        let counts: ArrayRef = Arc::new(Int64Array::from(vec![5, 7]));
        let columns = [("day", days), ("cause", texts(&["by one act each", "by one act each"])), ("voters", counts)];
        let rows = RecordBatch::try_from_iter(columns).expect("rows");
        let Some(Picture::Timeline { series, .. }) = changes_over_time(&mut std::iter::once(rows), &[]) else {
            panic!("lines")
        };
        let values: Vec<f64> = series[0].points.iter().map(|(_, value)| *value).collect();
        assert_eq!(values, [5.0, 0.0, 7.0]);
    }
}
