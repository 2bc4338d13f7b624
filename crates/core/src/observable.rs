//! Something another office could look for in its own records.

/// The kinds of observable. Names are those of JSON v1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObservableKind {
    /// An IPv4 or IPv6 address.
    Ip,
    /// A domain name.
    Domain,
    /// A mail address.
    EmailAddress,
    /// A URL or a request's path.
    Url,
    /// A file's SHA-256.
    FileHash,
    /// A user or operator account.
    Account,
    /// A browser's or tool's own name.
    UserAgent,
    /// A keyed hash of a voter's id: never the id itself.
    VoterKey,
    /// A column of a voter-roll extract.
    Field,
    /// A batch, order or document of an election office.
    Document,
    /// A precinct or county.
    Place,
}

impl ObservableKind {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ip => "ip",
            Self::Domain => "domain",
            Self::EmailAddress => "email-address",
            Self::Url => "url",
            Self::FileHash => "file-hash",
            Self::Account => "account",
            Self::UserAgent => "user-agent",
            Self::VoterKey => "voter-key",
            Self::Field => "field",
            Self::Document => "document",
            Self::Place => "place",
        }
    }
}

/// A kind and a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Observable {
    /// What it is.
    pub kind: ObservableKind,
    /// Its value, as text.
    pub value: String,
}
