//! Reads a mailbox over IMAP (RFC 3501, RFC 9051), over TLS (RFC 8314), and changes nothing in it.
//!
//! A folder is opened with EXAMINE and messages are fetched with BODY.PEEK[]: no flag changes, nothing counts as read. Messages come
//! by UID, so that a later run goes on behind the last one ([`Position`]). Each answer of the server is bounded in size and time.
//!
//! The grammar is imap-codec's. Where mail goes afterwards is left to the caller.

mod answer;
mod deadline;
mod encryption;
mod error;
mod folder_name;
mod listing;
mod login;
mod mailbox;
mod reading;
mod secret;
mod settings;
mod trust;
mod wire;

pub use error::MailboxError;
pub use folder_name::FolderName;
pub use mailbox::{Folder, Folders, Mailbox};
pub use reading::{Content, Fetched, Position, Progress, Reading, Unread};
pub use secret::{Credential, SecretPlace};
pub use settings::{ImapSettings, Limits, Tls};
