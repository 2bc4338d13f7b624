//! Work that several processes can share.

use arrow::{array::RecordBatch, datatypes::SchemaRef};

/// Rows that are worked out in shares, each by itself and by any process that sees the same files.
///
/// Whoever asks sends no data along, only an order (which files, which snapshots); whoever does a share reads what it needs.
#[derive(Debug, Clone, Copy)]
pub struct SharedWork {
    /// What orders call it.
    pub name: &'static str,
    /// The columns.
    pub schema: fn() -> SchemaRef,
    /// The rows of share `share` (from 0) of `of` shares of what `order` asks for; why they can't be had otherwise.
    pub rows: fn(order: &str, share: usize, of: usize) -> Result<Vec<RecordBatch>, String>,
}
