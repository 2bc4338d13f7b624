//! Builds record batches of this sensor's tables, column by column in the schema's order.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Float64Builder, RecordBatch, StringBuilder, TimestampMicrosecondBuilder, UInt64Builder,
};
use arrow::datatypes::DataType;
use jiff::Timestamp;
use pollwarden_core::Table;

use crate::RollError;

/// A value of a row.
pub(crate) enum Value<'a> {
    Text(&'a str),
    Number(u64),
    Real(f64),
    Flag(bool),
    Time(Timestamp),
    Nothing,
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Value<'_> {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(time: Timestamp) -> Self {
        Self::Time(time)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Nothing, Into::into)
    }
}

enum Column {
    Text(StringBuilder),
    Number(UInt64Builder),
    Real(Float64Builder),
    Flag(BooleanBuilder),
    Time(TimestampMicrosecondBuilder),
}

/// Rows being gathered into a batch.
pub(crate) struct Rows {
    table: &'static Table,
    columns: Vec<Column>,
    length: usize,
}

impl Rows {
    pub(crate) fn new(table: &'static Table) -> Self {
        let columns = (table.schema)().fields().iter().map(|f| Column::of(f.data_type())).collect();
        Self { table, columns, length: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// Adds a row: one value for each column, in order.
    pub(crate) fn push<const N: usize>(&mut self, values: [Value<'_>; N]) {
        self.extend(values);
    }

    /// Adds a row: one value for each column, in order. Values too many are dropped, missing ones are null.
    pub(crate) fn extend<'a>(&mut self, values: impl IntoIterator<Item = Value<'a>>) {
        let mut values = values.into_iter();
        for column in &mut self.columns {
            column.push(values.next().unwrap_or(Value::Nothing));
        }
        debug_assert!(values.next().is_none(), "a row has as many values as its table has columns");
        self.length += 1;
    }

    /// The rows so far, as a batch; begins anew.
    pub(crate) fn take(&mut self) -> Result<RecordBatch, RollError> {
        let arrays = self.columns.iter_mut().map(Column::finish).collect();
        self.length = 0;
        Ok(RecordBatch::try_new((self.table.schema)(), arrays)?)
    }
}

impl Column {
    fn of(data_type: &DataType) -> Self {
        match data_type {
            DataType::UInt64 => Self::Number(UInt64Builder::new()),
            DataType::Float64 => Self::Real(Float64Builder::new()),
            DataType::Boolean => Self::Flag(BooleanBuilder::new()),
            DataType::Timestamp(..) => Self::Time(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            _ => Self::Text(StringBuilder::new()),
        }
    }

    fn push(&mut self, value: Value<'_>) {
        match (self, value) {
            (Self::Text(column), Value::Text(text)) => column.append_value(text),
            (Self::Number(column), Value::Number(number)) => column.append_value(number),
            (Self::Real(column), Value::Real(number)) => column.append_value(number),
            (Self::Flag(column), Value::Flag(flag)) => column.append_value(flag),
            (Self::Time(column), Value::Time(time)) => column.append_value(time.as_microsecond()),
            (column, _) => column.push_null(),
        }
    }

    fn push_null(&mut self) {
        match self {
            Self::Text(column) => column.append_null(),
            Self::Number(column) => column.append_null(),
            Self::Real(column) => column.append_null(),
            Self::Flag(column) => column.append_null(),
            Self::Time(column) => column.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(column) => Arc::new(column.finish()),
            Self::Number(column) => Arc::new(column.finish()),
            Self::Real(column) => Arc::new(column.finish()),
            Self::Flag(column) => Arc::new(column.finish()),
            Self::Time(column) => Arc::new(column.finish()),
        }
    }
}
