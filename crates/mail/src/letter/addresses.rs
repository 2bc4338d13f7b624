//! Names and addresses of a header field (RFC 5322, 3.4).

use mail_parser::{Addr, Address, Group};

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
    let all: Vec<Mailbox> = match field {
        Address::List(list) => list.iter().take(MOST_ADDRESSES).map(mailbox).collect(),
        Address::Group(groups) => groups.iter().flat_map(of_group).take(MOST_ADDRESSES).collect(),
    };
    all.into_iter().filter(|m| !m.address.is_empty() || !m.name.is_empty()).collect()
}

/// A group's members; who has no name is shown by that of the group.
fn of_group<'a>(group: &'a Group<'_>) -> impl Iterator<Item = Mailbox> + 'a {
    group.addresses.iter().map(|member| {
        let member = mailbox(member);
        let name =
            if member.name.is_empty() { group.name.as_deref().map(spaced).unwrap_or_default() } else { member.name };
        Mailbox { name, ..member }
    })
}

/// With a single space between words.
pub(super) fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !spaced.is_empty() {
            spaced.push(' ');
        }
        spaced.push_str(word);
    }
    spaced
}

fn mailbox(addr: &Addr<'_>) -> Mailbox {
    let name = addr.name.as_deref().map(spaced).unwrap_or_default();
    let address = addr.address.as_deref().map(address).unwrap_or_default();
    Mailbox { name, address }
}

/// An address in the form it is compared in: lower case, without the dot that may end a domain.
pub(super) fn address(text: &str) -> String {
    let bare = text.trim().trim_start_matches('<').trim_end_matches('>').trim_end_matches('.');
    bare.to_lowercase()
}
