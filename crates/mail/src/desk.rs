//! What a message is judged with: whose names are protected, whom the office writes with, what the DNS said.

use std::collections::BTreeMap;

use pollwarden_authentication::{DnsSnapshot, Settings};
use pollwarden_core::Office;
use pollwarden_lookalike::{Party, PartyKind, Protected, builtin, is_free_mail};
use pollwarden_payload::Bounds;

use crate::campaign::{GroupKey, OwnWords};
use crate::contacts::Contacts;
use crate::threat::{Names, Threats};

/// Whoever judges messages.
pub struct Desk {
    pub(crate) protected: Protected,
    pub(crate) contacts: Contacts,
    pub(crate) dns: DnsSnapshot,
    pub(crate) whom_to_believe: Settings,
    pub(crate) threats: Threats,
    pub(crate) own_words: OwnWords,
    pub(crate) key: GroupKey,
    pub(crate) bounds: Bounds,
}

impl Desk {
    /// A desk of an office that writes with these people. Sketches are made under `key`.
    pub fn new(office: &Office, mut contacts: Contacts, dns: DnsSnapshot, key: GroupKey) -> Self {
        let mut parties = of_office(office);
        parties.extend(builtin());
        parties.extend(listed(&office.mail.protected));
        let index = |parties: Vec<Party>| {
            let whole: Vec<&str> = office.mail.names_hold_all.iter().map(String::as_str).collect();
            Protected::new(parties).knowing_every(&whole)
        };
        let protected = index(parties.clone());
        contacts.doubt(&|name, address| protected.sender(name, address).first().map(|found| found.strength));
        // A domain that is somebody's already is no contact's own.
        let learned = contacts.parties(&|domain| is_free_mail(domain) || protected.owner(domain).is_some());
        let protected = if learned.is_empty() { protected } else { index([parties, learned].concat()) };
        let people = || office.officials.iter().map(|official| official.name.as_str());
        Self {
            protected,
            contacts,
            dns,
            whom_to_believe: Self::whom_to_believe(office),
            threats: Threats::of(&Names {
                people: people().map(str::to_owned).collect(),
                places: office.mail.places.clone(),
            }),
            own_words: OwnWords::new(&office.name, office.domains.iter().map(String::as_str), people()),
            key,
            bounds: Bounds::default(),
        }
    }

    /// Whose word in a header an office believes.
    pub(crate) fn whom_to_believe(office: &Office) -> Settings {
        Settings { own_receivers: office.mail.receivers.clone(), ..Settings::default() }
    }

    /// Whose names are protected.
    pub fn protected(&self) -> &Protected {
        &self.protected
    }

    /// Whom the office writes with.
    pub fn contacts(&self) -> &Contacts {
        &self.contacts
    }
}

fn of_office(office: &Office) -> Vec<Party> {
    let mut parties = Vec::new();
    if !office.domains.is_empty() {
        let domains: Vec<&str> = office.domains.iter().map(String::as_str).collect();
        let name = if office.name.is_empty() { office.domains[0].as_str() } else { office.name.as_str() };
        parties.push(Party::new(PartyKind::Own, name, &domains));
    }
    for official in &office.officials {
        let addresses: Vec<&str> = official.addresses.iter().map(String::as_str).collect();
        let domains: Vec<&str> = office.domains.iter().map(String::as_str).collect();
        parties.push(Party::new(PartyKind::Official, &official.name, &domains).writing_from(&addresses));
    }
    for vendor in &office.vendors {
        let [domains, aliases] =
            [&vendor.domains, &vendor.aliases].map(|all| all.iter().map(String::as_str).collect::<Vec<_>>());
        parties.push(Party::new(PartyKind::Vendor, &vendor.name, &domains).known_as(&aliases));
    }
    parties
}

/// One party for each name of a list, with all its domains.
fn listed(names: &[(String, String)]) -> Vec<Party> {
    let mut by_name: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, domain) in names {
        by_name.entry(name).or_default().push(domain);
    }
    by_name.into_iter().map(|(name, domains)| Party::new(PartyKind::Office, name, &domains)).collect()
}
