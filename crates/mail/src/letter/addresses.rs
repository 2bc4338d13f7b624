//! Names and addresses of a header field (RFC 5322, 3.4).

use mail_parser::{Addr, Address};

/// No message needs more; each recipient of a larger one has a copy of their own.
const MOST_ADDRESSES: usize = 2_000;

/// Somebody's name and address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mailbox {
    /// The name that mail programs show; empty where there is none.
    pub name: String,
    /// The address in lower case; empty where there is none.
    pub address: String,
}

impl Mailbox {
    /// The address's part before its last `@`.
    pub fn local(&self) -> &str {
        self.address.rsplit_once('@').map_or(self.address.as_str(), |(local, _)| local)
    }

    /// The address's domain; empty where there is none.
    pub fn domain(&self) -> &str {
        self.address.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

/// All mailboxes of a field, those of its groups too.
pub(super) fn mailboxes(field: Option<&Address<'_>>) -> Vec<Mailbox> {
    let Some(field) = field else { return Vec::new() };
    field.iter().take(MOST_ADDRESSES).map(mailbox).filter(|m| !m.address.is_empty() || !m.name.is_empty()).collect()
}

fn mailbox(addr: &Addr<'_>) -> Mailbox {
    let tidy = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = addr.name.as_deref().map(tidy).unwrap_or_default();
    let address = addr.address.as_deref().map(address).unwrap_or_default();
    Mailbox { name, address }
}

/// An address in the form it is compared in: lower case, without the dot that may end a domain.
pub(super) fn address(text: &str) -> String {
    let bare = text.trim().trim_start_matches('<').trim_end_matches('>').trim_end_matches('.');
    bare.to_lowercase()
}
