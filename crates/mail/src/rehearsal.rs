//! Detection limits: lures and threats of a given subtlety, written to so many of the office's people in the shape of its own
//! mail, judged at the office's own desk, and put among its own messages: would a clerk have been told?

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use pollwarden_core::{Audience, Office};

use crate::Gathered;
use crate::formats::Kept;
use crate::judged::{Judged, judge};
use crate::mailings::{Brief, mailings};
use crate::simulate::{Case, OfficeShape, Person, Recipient, Sent, Variation, Vendor, campaign, case, threats, write};

/// More people than one office has.
const MOST: u64 = 200;
/// Of the office's own mail, so many messages are compared with the simulated ones: enough to be merged with by mistake.
const OWN: usize = 2_000;
/// People whose accounts are broken into in rehearsals.
const CONTACTS: usize = 8;

/// A lure or a threat whose limit is measured.
#[derive(Debug, Clone, Copy)]
pub struct Threat {
    /// Its short name.
    pub name: &'static str,
    /// In words that go before the number of messages.
    pub attack: &'static str,
    /// In words that go after it.
    pub manner: &'static str,
    /// How it is simulated.
    pub how: &'static str,
    /// The simulated case; none is a threat to an official.
    case: Option<&'static str>,
    grade: u8,
    /// Whether an assessment measures it without being asked.
    pub assessed: bool,
}

/// The case in the name of the office's own official.
const BY_NAME: &str = "boss-list";
const SUBTLE: &str = "Everything authenticates for the sender's own domain, the wording is the party's own, one letter differs, and each copy is \
    to one person.";
const PLAIN: &str = "Nothing authenticates and the wording is crude, as in the cases published.";

/// All of them.
pub static THREATS: &[Threat] = &[
    Threat {
        name: "vendor-macro",
        attack: "a campaign of",
        manner: "in the name of a vendor, from a free-mail account, with a Word file whose macro starts a program",
        how: PLAIN,
        case: Some("vendor-free-mail-macro"),
        grade: 2,
        assessed: true,
    },
    Threat {
        name: "vendor-lookalike-link",
        attack: "a campaign of",
        manner: "from a look-alike of a vendor's domain, with a link to a page there",
        how: SUBTLE,
        case: Some("vendor-letter-link"),
        grade: 4,
        assessed: true,
    },
    Threat {
        name: "password-page",
        attack: "a campaign of",
        manner: "that say a password has expired and lead to a false log-in page",
        how: SUBTLE,
        case: Some("exchange-expired"),
        grade: 4,
        assessed: true,
    },
    Threat {
        name: "official-free-mail",
        attack: "a campaign of",
        manner: "in the name of the official in charge, from a free-mail account",
        how: SUBTLE,
        case: Some(BY_NAME),
        grade: 4,
        assessed: true,
    },
    Threat {
        name: "broken-in-contact",
        attack: "a campaign of",
        manner: "from the genuine account of somebody that the office writes with, broken into",
        how: "The account's own domain vouches for it; only what it asks for is unusual.",
        case: Some("thread-hijack"),
        grade: 4,
        assessed: true,
    },
    Threat {
        name: "veiled-threat",
        attack: "a wave of",
        manner: "that threaten an official without naming a person, a place, a time or a means",
        how: "A menace in few words, in English or Spanish.",
        case: None,
        grade: 1,
        assessed: true,
    },
    Threat {
        name: "plain-threat",
        attack: "a wave of",
        manner: "that threaten an official and name a place or a means",
        how: "A threat as those published in indictments.",
        case: None,
        grade: 3,
        assessed: false,
    },
];

/// An office's mail, for rehearsals.
pub struct Rehearsal<'a> {
    gathered: &'a Gathered,
    shape: OfficeShape,
    from: Date,
}

impl<'a> Rehearsal<'a> {
    /// In the shape of this office, on the last days of its mail.
    pub fn new(gathered: &'a Gathered, office: &Office) -> Self {
        let last = gathered.briefs.iter().filter_map(|brief| brief.at).max().unwrap_or(Timestamp::UNIX_EPOCH);
        let zone = office.time_zone.as_deref().and_then(|zone| TimeZone::get(zone).ok()).unwrap_or(TimeZone::UTC);
        let mut shape = shape(office, &zone);
        let known = gathered.desk.contacts.written_to(last).into_iter().take(CONTACTS);
        shape.contacts = known.map(|(name, address)| person(&name, address)).collect();
        Self { gathered, shape, from: last.to_zoned(zone).date() }
    }

    /// Why an attack can't be rehearsed in this mail, where it can't.
    pub fn lacks(&self, threat: &Threat) -> Option<String> {
        let needs_contact = threat.case.and_then(case).is_some_and(Case::needs_contact);
        (needs_contact && self.shape.contacts.is_empty()).then(|| {
            format!(
                "How many messages {} would be noticed was not measured: by the mail that was read, the office has written to nobody",
                threat.manner
            )
        })
    }

    /// The largest number of messages that makes sense.
    pub fn most(&self) -> u64 {
        MOST
    }

    /// Whether a clerk would have been told of so many messages.
    pub fn finds(&self, threat: &Threat, size: u64, seed: u64) -> bool {
        let sent = self.sent(threat, usize::try_from(size).unwrap_or(usize::MAX), seed);
        let desk = &self.gathered.desk;
        let judged = sent.iter().flat_map(|sent| judge(desk, &kept(sent)));
        match threat.case {
            None => judged.into_iter().any(|j| j.threat.is_some_and(|threat| threat.audience() == Audience::Clerk)),
            Some(_) => self.is_told(judged.collect()),
        }
    }

    /// Puts them among the office's own messages, and looks whether their mailing is one that a clerk is told of.
    fn is_told(&self, judged: Vec<Judged>) -> bool {
        let own = self.gathered.briefs.len().min(OWN);
        let skipped = self.gathered.briefs.len() - own;
        let mut briefs: Vec<Brief> = self.gathered.briefs[skipped..].iter().map(Brief::unjudged).collect();
        briefs.extend(judged.into_iter().map(Brief::of));
        let is_ours = |mailing: &crate::mailings::Mailing| mailing.members.iter().any(|at| *at >= own);
        mailings(&briefs).iter().filter(|mailing| is_ours(mailing)).any(|m| m.lure.is_some_and(|lure| lure.is_sure))
    }

    fn sent(&self, threat: &Threat, size: usize, seed: u64) -> Vec<Sent> {
        let Some(case) = threat.case.and_then(case) else {
            let at = self.at(9);
            let against = self.shape.official();
            return (0..size as u64)
                .filter_map(|n| Some(threats(threat.grade, &self.shape, &against, at.as_ref()?, seed ^ n)))
                .collect();
        };
        if threat.case == Some(BY_NAME) {
            return self.in_the_officials_name(case, threat.grade, size, seed);
        }
        let recipients: Vec<Recipient> = (0..size).map(|n| self.recipient(n)).collect();
        let variation = Variation { grade: threat.grade, days: vec![self.from], ..Variation::default() };
        campaign(case, &self.shape, &recipients, &variation, seed)
    }

    /// In the name of this very office's official: a campaign over many offices names none.
    fn in_the_officials_name(&self, case: &'static Case, grade: u8, size: usize, seed: u64) -> Vec<Sent> {
        let Some(at) = self.at(10) else { return Vec::new() };
        let people = self.shape.people.iter().skip(1).chain(&self.shape.people).cycle();
        let to = people.take(size).enumerate();
        to.map(|(n, person)| write(case, grade, &self.shape, person, &at, seed ^ n as u64)).collect()
    }

    fn recipient(&self, n: usize) -> Recipient {
        let people = &self.shape.people;
        let person = people.get(n % people.len().max(1)).cloned().unwrap_or_default();
        let address = if n < people.len() { person.address.clone() } else { format!("{n}.{}", person.address) };
        Recipient { office: self.shape.name.clone(), address, name: person.name() }
    }

    fn at(&self, hour: i8) -> Option<Zoned> {
        self.from.at(hour, 0, 0, 0).to_zoned(self.shape.zone.clone()).ok()
    }
}

fn kept(sent: &Sent) -> Kept {
    Kept { source: "simulated".to_owned(), line: None, raw: sent.raw.clone(), is_cut: false }
}

fn person(name: &str, address: String) -> Person {
    let (first, last) = name.split_once(' ').unwrap_or((name, ""));
    Person { first: first.to_owned(), last: last.to_owned(), address }
}

/// The office as its settings show it; what they leave out is invented.
fn shape(office: &Office, zone: &TimeZone) -> OfficeShape {
    let mut shape = OfficeShape { zone: zone.clone(), ..OfficeShape::example(1) };
    if !office.name.is_empty() {
        shape.name.clone_from(&office.name);
    }
    if let Some(domain) = office.domains.first() {
        shape.domain.clone_from(domain);
        shape.county_domain.clone_from(domain);
        shape.people.iter_mut().for_each(|person| {
            let local = person.address.split('@').next().unwrap_or_default().to_owned();
            person.address = format!("{local}@{domain}");
        });
    }
    let officials =
        office.officials.iter().map(|who| person(&who.name, who.addresses.first().cloned().unwrap_or_default()));
    let officials: Vec<Person> = officials.filter(|person| !person.address.is_empty()).collect();
    if !officials.is_empty() {
        shape.people = officials;
    }
    let vendors = office.vendors.iter().filter_map(|vendor| {
        let domain = vendor.domains.first()?.clone();
        let product = vendor.aliases.first().unwrap_or(&vendor.name).clone();
        Some(Vendor { name: vendor.name.clone(), product, domain, people: Vec::new() })
    });
    let vendors: Vec<Vendor> = vendors.collect();
    if !vendors.is_empty() {
        shape.vendors = vendors;
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_threat_is_a_case_that_can_be_simulated() {
        for threat in THREATS {
            assert!(threat.case.is_none_or(|id| case(id).is_some()), "{}", threat.name);
        }
    }
}
