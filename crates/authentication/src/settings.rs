//! What the office says of its own mail path.

use crate::network::Network;

/// Whom to believe. With nothing set, every receiver's word is unverified.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Host names, or domains of hosts, that receive mail for the office, as their Received fields name them ("by …").
    pub own_receivers: Vec<String>,
    /// Public addresses of the office's own relays: mail that comes from them is followed one hop further.
    pub own_networks: Vec<Network>,
    /// Names under which the office's receivers write Authentication-Results.
    pub trusted_authserv_ids: Vec<String>,
    /// Domains whose ARC seals are believed about what they saw.
    pub trusted_sealers: Vec<String>,
    /// The message is on its way in: none of the office's machines has written into it yet. No word in it is believed, and its
    /// trace fields say nothing of who delivers it. An envelope that the caller gives means the same.
    pub is_arriving: bool,
}

impl Settings {
    /// Whether the settings name anyone whose word in a header counts.
    pub fn names_someone(&self) -> bool {
        !(self.own_receivers.is_empty() && self.trusted_authserv_ids.is_empty())
    }
}
