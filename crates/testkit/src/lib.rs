//! What tests of other crates share: walking test cases, comparing with goldens, scrubbing paths and times, and finding
//! the large data sets with known truth that stand outside the repository.
//!
//! Only tests depend on this crate. It panics with a readable message where product code would return an error: a test
//! that can't read its input has failed.

mod cases;
pub mod dovecot;
mod golden;
mod list;
pub mod postfix;
pub mod postgres;
mod scrub;
pub mod servers;
mod shared;

pub use cases::{Case, cases};
pub use golden::check_golden;
pub use list::assert_list_is_folder;
pub use scrub::scrub;
pub use shared::{data_root, folders, zst};

pub use jsonschema;
