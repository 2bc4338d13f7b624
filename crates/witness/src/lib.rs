//! Witnesses on the network (C2SP tlog-witness): a server that cosigns, a client that asks for cosignatures, and logs read from where
//! they are published.
//!
//! What is true is judged in `pollwarden-ledger`; this crate moves bytes, and bounds how many and how long.

mod answer;
mod ask;
mod crowd;
mod http;
mod remote;
mod server;

pub use ask::{AskError, Cosignatures, ask, valid_lines};
pub use http::AddressError;
pub use remote::Remote;
pub use server::{DEFAULT_ADDRESS, Server};
