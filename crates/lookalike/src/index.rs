//! The index over all protected names. Built once; every question then looks up a few dozen hashes.

mod build;
mod near;

use hashbrown::HashMap;
use xxhash_rust::xxh3::xxh3_64;

use crate::chains::Chains;
use crate::entry::Entry;
use crate::host::Host;
use crate::vocabulary::Vocabulary;
use crate::words::is_restricted;
use crate::{Party, PartyKind};

/// All protected parties, ready to be asked whom a name imitates.
///
/// Answers borrow from it. It is read only once built and may be shared between threads.
#[derive(Debug)]
pub struct Protected {
    pub(crate) parties: Vec<Party>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) government: Party,
    pub(crate) vocabulary: Vocabulary,
    complete: Vec<String>,
    pub(crate) phrases: HashMap<u64, Vec<u32>>,
    pub(crate) people: HashMap<u64, Vec<u32>>,
    owners: HashMap<u64, u32>,
    addresses: HashMap<u64, u32>,
    exact: Chains,
    near: Chains,
    shapes: Chains,
}

impl Protected {
    /// Indexes the parties. 20,000 take well under a second.
    pub fn new(parties: impl IntoIterator<Item = Party>) -> Self {
        let parties: Vec<Party> = parties.into_iter().collect();
        let mut index = Self {
            vocabulary: Vocabulary::of(&parties),
            parties,
            complete: Vec::new(),
            entries: Vec::new(),
            government: Party::new(PartyKind::Office, "a government office", &[]),
            phrases: HashMap::new(),
            people: HashMap::new(),
            owners: HashMap::new(),
            addresses: HashMap::new(),
            exact: Chains::default(),
            near: Chains::default(),
            shapes: Chains::default(),
        };
        for party in index.in_order_of_need() {
            index.add(party);
        }
        index
    }

    /// The same with the assurance that the parties hold every name that there is under these public suffixes, such as `gov`
    /// after a fresh list was read. A near name there is then no other real office's, and counts in full. With an old list that
    /// makes false alarms of the names given out since.
    #[must_use]
    pub fn knowing_every(mut self, suffixes: &[&str]) -> Self {
        self.complete = suffixes.iter().map(|suffix| suffix.trim_matches('.').to_lowercase()).collect();
        self
    }

    /// Whether a strange name may be a public body's that isn't known.
    pub(crate) fn may_be_an_office(&self, host: &Host) -> bool {
        is_restricted(host.suffix()) && !self.knows_all(host)
    }

    /// Whether a name that isn't known is nobody's. Under a suffix that only public bodies get, a name that somebody has can
    /// vouch for its mail, and one that nobody has cannot.
    pub(crate) fn knows_all(&self, host: &Host) -> bool {
        let is_nobodys = host.is_unvouched && is_restricted(host.suffix());
        is_nobodys || self.complete.iter().any(|known| known == host.suffix())
    }

    /// How many parties are protected.
    pub fn len(&self) -> usize {
        self.parties.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.parties.is_empty()
    }

    /// The parties, in the order given.
    pub fn parties(&self) -> &[Party] {
        &self.parties
    }

    /// Whose a host genuinely is: the host itself or a name above it is a party's domain.
    pub fn owner(&self, host: &str) -> Option<&Party> {
        Host::read(host).and_then(|host| self.owner_of(&host))
    }

    pub(crate) fn owner_of(&self, host: &Host) -> Option<&Party> {
        host.levels().find_map(|level| self.owner_exactly(level))
    }

    /// The party with exactly this domain, in readable form.
    pub(crate) fn owner_exactly(&self, domain: &str) -> Option<&Party> {
        self.owners.get(&hash(domain)).map(|party| &self.parties[*party as usize])
    }

    /// The party with exactly this address of its own, at whatever provider.
    pub(crate) fn owner_of_address(&self, address: &str) -> Option<&Party> {
        self.addresses.get(&hash(&address.to_lowercase())).map(|party| &self.parties[*party as usize])
    }

    pub(crate) fn party(&self, entry: &Entry) -> &Party {
        &self.parties[entry.party as usize]
    }
}

pub(crate) fn hash(text: &str) -> u64 {
    xxh3_64(text.as_bytes())
}
