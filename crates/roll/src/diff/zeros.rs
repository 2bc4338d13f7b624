//! Voters' ids that have lost the zeros before them in one of two extracts: everyone would be gone, and new.

use std::collections::HashSet;

use xxhash_rust::xxh3::xxh3_64;

use super::{Diff, Kind, Record};
use crate::RollError;
use crate::fields::bare;

/// From so large a share of each extract on, records that are gone and new deserve the question.
const MANY: f64 = 0.2;
/// The share of those that are in both but for the zeros, from which on it is answered.
const SAME: f64 = 0.8;

impl Diff {
    /// The name of a file whose ids have lost their zeros, and of one whose have not.
    pub(crate) fn zeros_lost(&self) -> Result<Option<[String; 2]>, RollError> {
        let (gone, new) = (self.joined.gone.len(), self.joined.new.len());
        let many = |records: usize, rows: u64| records > 0 && records as f64 >= MANY * rows as f64;
        if !many(gone, self.a.rows) || !many(new, self.b.rows) {
            return Ok(None);
        }
        let (mut older, mut with_zeros, mut without) = (HashSet::new(), None, None);
        self.alone(&self.a, &self.joined.gone, Kind::Gone, &mut |change| {
            let (id, zeros) = read(change.record());
            older.insert(id);
            let place = if zeros { &mut with_zeros } else { &mut without };
            place.get_or_insert_with(|| change.record().source().to_owned());
            Ok(())
        })?;
        let mut same = 0_u64;
        self.alone(&self.b, &self.joined.new, Kind::New, &mut |change| {
            let (id, zeros) = read(change.record());
            same += u64::from(older.contains(&id));
            let place = if zeros { &mut with_zeros } else { &mut without };
            place.get_or_insert_with(|| change.record().source().to_owned());
            Ok(())
        })?;
        let enough = same as f64 >= SAME * gone.min(new) as f64;
        let (Some(with_zeros), true) = (with_zeros, enough) else { return Ok(None) };
        let without = without.unwrap_or_else(|| "the other extract".to_owned());
        Ok(Some([without, with_zeros]))
    }
}

/// A record's id without the zeros before it, and whether it has any.
fn read(record: &Record<'_>) -> (u64, bool) {
    let key = record.key();
    let zeros = key.first() == Some(&b'0');
    (xxh3_64(&bare(key)), zeros)
}
