//! Reads a batch's columns by name and meaning, whatever physical type the engine chose for them.

use arrow::array::{Array as _, AsArray as _, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type, TimeUnit};
use jiff::Timestamp;

use crate::from_micros;

/// The columns of one batch. A column that is missing, or can't be read as asked, has no values: never a panic.
#[derive(Debug, Clone, Copy)]
pub struct Columns<'a>(&'a RecordBatch);

/// A column of text.
#[derive(Debug, Clone)]
pub struct Text(Option<StringArray>);

/// A column of whole numbers.
#[derive(Debug, Clone)]
pub struct Integers(Option<Int64Array>);

/// A column of numbers.
#[derive(Debug, Clone)]
pub struct Numbers(Option<Float64Array>);

/// A column of moments.
#[derive(Debug, Clone)]
pub struct Times {
    unit: TimeUnit,
    since_1970: Integers,
}

impl<'a> Columns<'a> {
    /// The columns of a batch.
    pub fn of(batch: &'a RecordBatch) -> Self {
        Self(batch)
    }

    /// The column as text.
    pub fn text(&self, name: &str) -> Text {
        Text(self.as_type(name, &DataType::Utf8).map(|a| a.as_string::<i32>().clone()))
    }

    /// The column as whole numbers.
    pub fn integers(&self, name: &str) -> Integers {
        Integers(self.as_type(name, &DataType::Int64).map(|a| a.as_primitive::<Int64Type>().clone()))
    }

    /// The column as numbers.
    pub fn numbers(&self, name: &str) -> Numbers {
        Numbers(self.as_type(name, &DataType::Float64).map(|a| a.as_primitive::<Float64Type>().clone()))
    }

    /// The column as moments.
    pub fn times(&self, name: &str) -> Times {
        let unit = match self.0.column_by_name(name).map(|column| column.data_type()) {
            Some(DataType::Timestamp(unit, _)) => *unit,
            _ => return Times { unit: TimeUnit::Microsecond, since_1970: Integers(None) },
        };
        Times { unit, since_1970: self.integers(name) }
    }

    fn as_type(&self, name: &str, to: &DataType) -> Option<arrow::array::ArrayRef> {
        self.0.column_by_name(name).and_then(|column| cast(column, to).ok())
    }
}

impl Text {
    /// The value of a row; `None` where there is none.
    pub fn get(&self, row: usize) -> Option<&str> {
        self.0.as_ref().filter(|a| row < a.len() && a.is_valid(row)).map(|a| a.value(row))
    }

    /// The value of a row, or the empty text.
    pub fn or_empty(&self, row: usize) -> &str {
        self.get(row).unwrap_or_default()
    }
}

impl Integers {
    /// The value of a row; `None` where there is none.
    pub fn get(&self, row: usize) -> Option<i64> {
        self.0.as_ref().filter(|a| row < a.len() && a.is_valid(row)).map(|a| a.value(row))
    }

    /// A count of a row: 0 where there is none or it is negative.
    pub fn count(&self, row: usize) -> u64 {
        self.get(row).and_then(|n| u64::try_from(n).ok()).unwrap_or_default()
    }
}

impl Numbers {
    /// The value of a row; `None` where there is none.
    pub fn get(&self, row: usize) -> Option<f64> {
        self.0.as_ref().filter(|a| row < a.len() && a.is_valid(row)).map(|a| a.value(row))
    }
}

impl Times {
    /// The moment of a row; `None` where there is none.
    pub fn get(&self, row: usize) -> Option<Timestamp> {
        let since_1970 = self.since_1970.get(row)?;
        Some(from_micros(match self.unit {
            TimeUnit::Second => since_1970.saturating_mul(1_000_000),
            TimeUnit::Millisecond => since_1970.saturating_mul(1_000),
            TimeUnit::Microsecond => since_1970,
            TimeUnit::Nanosecond => since_1970.div_euclid(1_000),
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{StringViewArray, TimestampMillisecondArray, UInt16Array};
    use arrow::datatypes::{Field, Schema};

    use super::*;

    #[test]
    fn columns_are_read_by_meaning_and_a_missing_one_has_no_values() {
        let schema = Schema::new(vec![
            Field::new("name", DataType::Utf8View, true),
            Field::new("status", DataType::UInt16, true),
            Field::new("time", DataType::Timestamp(TimeUnit::Millisecond, None), true),
        ]);
        let batch = RecordBatch::try_new(
            Arc::new(schema),
            vec![
                Arc::new(StringViewArray::from(vec![Some("a"), None])),
                Arc::new(UInt16Array::from(vec![Some(200), None])),
                Arc::new(TimestampMillisecondArray::from(vec![Some(1_000), None])),
            ],
        )
        .expect("columns fit");
        let columns = Columns::of(&batch);
        assert_eq!((columns.text("name").get(0), columns.text("name").get(1)), (Some("a"), None));
        assert_eq!((columns.integers("status").get(0), columns.integers("status").count(1)), (Some(200), 0));
        assert_eq!(columns.times("time").get(0).map(|t| t.as_millisecond()), Some(1_000));
        assert_eq!(columns.text("gone").get(0), None);
        assert_eq!(columns.integers("name").get(9), None);
    }
}
