//! One imitation: of whom, by which means, how sure, and why, in a clerk's words.

use crate::Party;

/// A name that pretends to be a party's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imitation<'a> {
    /// Who is imitated.
    pub party: &'a Party,
    /// The party's genuine domain, name or address that is imitated.
    pub genuine: String,
    /// What was seen, readable: punycode is decoded.
    pub seen: String,
    /// By which means.
    pub class: LookalikeClass,
    /// How sure. [`Strength::Weak`] is a lead, not an alarm.
    pub strength: Strength,
    /// The reason in one or two plain sentences.
    pub why: String,
    /// Orders imitations of one strength: smaller is nearer. In eighths of an ordinary typing slip.
    pub distance: u16,
}

/// How sure an imitation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// A likeness that ordinary names have too. For an analyst, or together with other evidence.
    Weak,
    /// Ordinary strangers' names are rarely like this.
    Moderate,
    /// Hardly to be explained otherwise.
    Strong,
}

/// The means of imitation. The first sixteen are the classes of dnstwist, under its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LookalikeClass {
    /// A letter or digit added at the end.
    Addition,
    /// One bit of one letter differs.
    Bitsquatting,
    /// The whole label in Cyrillic letters.
    Cyrillic,
    /// The label with a word before or after it.
    Dictionary,
    /// Letters that look alike, in ASCII or beyond.
    Homoglyph,
    /// A hyphen within.
    Hyphenation,
    /// A letter of a neighbouring key added.
    Insertion,
    /// A letter left out.
    Omission,
    /// A plural's `s` or `es`.
    Plural,
    /// A letter doubled.
    Repetition,
    /// A letter changed.
    Replacement,
    /// A dot within.
    Subdomain,
    /// Two letters swapped.
    Transposition,
    /// The label under another public suffix.
    TldSwap,
    /// Label and suffix written together: `vrsystemscom.com`, `vrsystems-com.com`.
    Various,
    /// Another vowel.
    VowelSwap,
    /// The party's label as a word of a longer name: `adfs-senate.services`.
    BrandWord,
    /// The party's genuine name as sub-domain of a stranger: `vrsystems.com.mail-login.example`.
    GenuineAsSubdomain,
    /// The party's name or alias as somebody else's domain: `vrelections.com`.
    NameAsDomain,
    /// The party's name at a free-mail provider or as a stranger's local part: `vr.elections@gmail.com`.
    NameAtFreeMail,
    /// The party's name as a stranger's display name.
    DisplayName,
    /// The party's address written into a stranger's display name.
    AddressInDisplayName,
    /// Two of the above together.
    Combination,
}

impl LookalikeClass {
    /// Every class of dnstwist.
    pub const DNSTWIST: [Self; 16] = [
        Self::Addition,
        Self::Bitsquatting,
        Self::Cyrillic,
        Self::Dictionary,
        Self::Homoglyph,
        Self::Hyphenation,
        Self::Insertion,
        Self::Omission,
        Self::Plural,
        Self::Repetition,
        Self::Replacement,
        Self::Subdomain,
        Self::Transposition,
        Self::TldSwap,
        Self::Various,
        Self::VowelSwap,
    ];

    /// Those beyond dnstwist that a host can be of.
    pub const BEYOND: [Self; 4] = [Self::BrandWord, Self::GenuineAsSubdomain, Self::NameAsDomain, Self::Combination];

    /// A stable name in kebab case; dnstwist's where it has one.
    pub fn name(self) -> &'static str {
        match self {
            Self::Addition => "addition",
            Self::Bitsquatting => "bitsquatting",
            Self::Cyrillic => "cyrillic",
            Self::Dictionary => "dictionary",
            Self::Homoglyph => "homoglyph",
            Self::Hyphenation => "hyphenation",
            Self::Insertion => "insertion",
            Self::Omission => "omission",
            Self::Plural => "plural",
            Self::Repetition => "repetition",
            Self::Replacement => "replacement",
            Self::Subdomain => "subdomain",
            Self::Transposition => "transposition",
            Self::TldSwap => "tld-swap",
            Self::Various => "various",
            Self::VowelSwap => "vowel-swap",
            Self::BrandWord => "brand-word",
            Self::GenuineAsSubdomain => "genuine-as-subdomain",
            Self::NameAsDomain => "name-as-domain",
            Self::NameAtFreeMail => "name-at-free-mail",
            Self::DisplayName => "display-name",
            Self::AddressInDisplayName => "address-in-display-name",
            Self::Combination => "combination",
        }
    }
}
