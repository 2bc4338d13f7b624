//! The log's hash chain and numbering: each entry's digest covers the one before it.
//!
//! `chain = SHA-256(previous chain value, 0x1f, the other columns joined by 0x1f)`; before the first stand 64 zeros.
//! An entry that fails was altered after it was written, or entries before it were taken out.

use sha2::{Digest as _, Sha256};

use super::entries::{CHAIN, Transaction};
use super::sheet::Row;

/// Follows a log from its first entry.
#[derive(Debug, Default)]
pub(crate) struct Chain {
    previous: Option<String>,
    seq: Option<u64>,
    /// Entries that are missing, told from gaps in `seq`.
    pub(crate) missing: u64,
}

impl Chain {
    /// Marks the entry where it does not follow from the one before it.
    pub(crate) fn check(&mut self, row: &Row<'_>, transaction: &mut Transaction) {
        if let (Some(before), Some(now)) = (self.seq, transaction.seq) {
            let missing = now.saturating_sub(before + 1);
            self.missing += missing;
            transaction.after_gap = missing > 0 || now <= before;
        }
        self.seq = transaction.seq.or(self.seq);
        let stored = row.get(CHAIN);
        if stored.is_empty() {
            return;
        }
        // A log that begins in the middle (an excerpt) can't be checked at its first entry.
        let begins = self.previous.is_none();
        let previous = self.previous.clone().unwrap_or_else(|| "0".repeat(64));
        let fails = !digest(&previous, row.all_but(CHAIN)).eq_ignore_ascii_case(stored);
        let excerpt = begins && transaction.seq.is_some_and(|seq| seq > 1);
        // After a gap the entry's own predecessor is missing: that says nothing against the entry.
        transaction.chain_broken = fails && !excerpt && !transaction.after_gap;
        self.previous = Some(stored.to_owned());
    }
}

/// The chain value of an entry.
pub(crate) fn digest<'a>(previous: &str, fields: impl Iterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    hasher.update(previous.as_bytes());
    for field in fields {
        hasher.update([0x1f]);
        hasher.update(field.as_bytes());
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
