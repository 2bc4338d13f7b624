//! Published files and figures with known truth, found by walking the shared data.

#![allow(clippy::print_stdout, reason = "the figures reached are shown with --nocapture")]

#[path = "published/forensics.rs"]
mod forensics;
#[path = "published/manifests.rs"]
mod manifests;
#[path = "published/nist.rs"]
mod nist;
#[path = "published/rctab.rs"]
mod rctab;
#[path = "published/vendors.rs"]
mod vendors;
