//! Whose names are protected: vendors, offices, officials, services with log-in pages, contacts, and the office itself.

/// One person or organisation that somebody may pretend to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// As people write it: "VR Systems", "Leon County", "Pat Example".
    pub name: String,
    /// Other names, products and short forms. A short or common one ("Hart") counts only together with more evidence.
    pub aliases: Vec<String>,
    /// Domains that are its own, sub-domains included.
    pub domains: Vec<String>,
    /// Whole addresses that are its own at somebody else's domain, such as a contact's private mailbox.
    pub addresses: Vec<String>,
    /// What it is to the office.
    pub kind: PartyKind,
}

impl Party {
    /// A party with a name and its own domains.
    pub fn new(kind: PartyKind, name: &str, domains: &[&str]) -> Self {
        let domains = domains.iter().map(|domain| (*domain).to_owned()).collect();
        Self { name: name.to_owned(), aliases: Vec::new(), domains, addresses: Vec::new(), kind }
    }

    /// The same with other names.
    #[must_use]
    pub fn known_as(mut self, aliases: &[&str]) -> Self {
        self.aliases.extend(aliases.iter().map(|alias| (*alias).to_owned()));
        self
    }

    /// The same with whole addresses of its own.
    #[must_use]
    pub fn writing_from(mut self, addresses: &[&str]) -> Self {
        self.addresses.extend(addresses.iter().map(|address| (*address).to_owned()));
        self
    }
}

/// What a party is to the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartyKind {
    /// The office itself.
    Own,
    /// Makes or serves the office's election systems.
    Vendor,
    /// A person with a public charge; names are matched as names of persons.
    Official,
    /// A person or organisation the office writes with; matched as a person.
    Contact,
    /// A service with a log-in page, a bank, a carrier.
    Service,
    /// Another public body.
    Office,
}

impl PartyKind {
    /// Whether its name is a person's.
    pub fn is_person(self) -> bool {
        matches!(self, Self::Official | Self::Contact)
    }

    /// In a sentence: "the vendor".
    pub fn noun(self) -> &'static str {
        match self {
            Self::Own => "your own office",
            Self::Vendor => "the vendor",
            Self::Official => "the official",
            Self::Contact => "the contact",
            Self::Service => "the service",
            Self::Office => "the public office",
        }
    }
}
