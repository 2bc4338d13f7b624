//! The border to libraries that read other people's files.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs a library's reader; `None` where it panicked.
///
/// Reason for catching: some of the libraries behind this crate index into damaged files and assert what a hostile file
/// can break (a stream longer than its chain, a block shorter than its header). One mail must not stop the scan of a
/// mailbox. Nothing that the closure touched is used again except what it returns.
pub(crate) fn guarded<T>(read: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(read)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_answer() {
        let empty: Vec<u8> = Vec::new();
        assert_eq!(guarded(|| 7), Some(7));
        assert_eq!(guarded(|| empty[std::hint::black_box(3)]), None);
    }
}
