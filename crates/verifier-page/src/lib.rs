//! The verifier as WebAssembly in one HTML page: a reader drops evidence into a browser, offline, and sees the verdict that the
//! command gives. `build.sh` makes the page of this crate and `page/`.
//!
//! The page hands bytes over word by word and takes the answer back in the same way, so that no pointer crosses the border
//! and nothing here is unsafe.

mod desk;
#[cfg(target_arch = "wasm32")]
mod exports;
mod page;
mod trust;

pub use desk::{Desk, Tray};
pub use page::page;
pub use trust::{TrustError, policy};
