//! Published vectors and the messages of other programs, found by walking the shared data's folders. Each test prints
//! the figures that it reaches, and "skipped" where the data is not there.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may stop at a fault and says what it measured")]

#[path = "published/arc.rs"]
mod arc;
#[path = "published/archive.rs"]
mod archive;
#[path = "published/dkim.rs"]
mod dkim;
#[path = "published/odd.rs"]
mod odd;
#[path = "published/receivers.rs"]
mod receivers;
#[path = "published/reports.rs"]
mod reports;
#[path = "published/spf.rs"]
mod spf;
#[path = "published/zone.rs"]
mod zone;
