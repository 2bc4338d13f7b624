//! Whom the office writes with, learned from its own mail: those it has written to, and those who have written often.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use pollwarden_authentication::is_within;
use pollwarden_lookalike::{Party, PartyKind, Strength};

use crate::letter::{Head, Mailbox, registrable};

/// Somebody who wrote on so many days is somebody whom the office knows, although it never answered.
const OFTEN: usize = 5;
/// So many messages make a rule, with at most one in twenty that is otherwise.
const RULE: u32 = 8;
/// People beyond this many are not learned: no office writes with more.
const MOST: usize = 200_000;

/// Whom the office writes with.
#[derive(Debug, Default)]
pub struct Contacts {
    people: HashMap<String, Person>,
    /// The office's own domains.
    own: Vec<String>,
    /// Ids of messages that the office sent.
    sent: HashSet<String>,
    /// Of domains that wrote: how many messages came, and how many of them the domain vouched for.
    vouched: HashMap<String, (u32, u32)>,
    /// Addresses that look like somebody else's.
    doubted: BTreeSet<String>,
}

#[derive(Debug, Default)]
struct Person {
    name: String,
    /// When the office first wrote to them.
    written_to: Option<Timestamp>,
    /// Days on which they wrote, up to as many as matter.
    days: BTreeSet<i64>,
}

impl Contacts {
    /// Nobody yet, for an office with these domains.
    pub fn of(own: &[String]) -> Self {
        Self { own: own.iter().map(|domain| domain.to_lowercase()).collect(), ..Self::default() }
    }

    /// Learns from a message's header.
    pub fn learn(&mut self, head: &Head, is_sent: bool) {
        if is_sent {
            let at = head.at.unwrap_or(Timestamp::MAX);
            if self.sent.len() < MOST {
                self.sent.extend(head.message_id.clone());
            }
            for mailbox in &head.to {
                if let Some(person) = self.person(mailbox) {
                    person.written_to = Some(person.written_to.map_or(at, |first| first.min(at)));
                }
            }
        } else if let (Some(writer), Some(at)) = (head.from.first(), head.at)
            && let Some(person) = self.person(writer)
            && person.days.len() < OFTEN
        {
            person.days.insert(at.as_second() / 86_400);
        }
    }

    /// Learns whether a domain, as registered, vouched for a message that says it is from there.
    pub fn learn_vouching(&mut self, domain: &str, is_vouched: bool) {
        if domain.is_empty() || self.vouched.len() >= MOST && !self.vouched.contains_key(domain) {
            return;
        }
        let (all, vouched) = self.vouched.entry(domain.to_owned()).or_default();
        (*all, *vouched) = (*all + 1, *vouched + u32::from(is_vouched));
    }

    /// How many messages a domain, as registered, vouched for, where it does so as a rule.
    pub(crate) fn vouches_as_a_rule(&self, domain: &str) -> Option<u32> {
        let (all, vouched) = *self.vouched.get(domain)?;
        (vouched >= RULE && vouched * 20 >= all * 19).then_some(vouched)
    }

    fn person(&mut self, mailbox: &Mailbox) -> Option<&mut Person> {
        if !mailbox.address.contains('@') || self.is_own(mailbox.domain()) {
            return None;
        }
        if self.people.len() >= MOST && !self.people.contains_key(&mailbox.address) {
            return None;
        }
        let person = self.people.entry(mailbox.address.clone()).or_default();
        if person.name.is_empty() && mailbox.name != mailbox.address {
            person.name.clone_from(&mailbox.name);
        }
        Some(person)
    }

    /// Whether a domain is the office's own.
    pub fn is_own(&self, domain: &str) -> bool {
        self.own.iter().any(|own| is_within(domain, own))
    }

    /// Knows nobody any more whose name and address are like somebody else's, by `likeness`, which is given both: an answer to a
    /// lure makes nobody known. Of those who have written for long only what is plainly alike is doubted.
    pub(crate) fn doubt(&mut self, likeness: &dyn Fn(&str, &str) -> Option<Strength>) {
        let least = |person: &Person| if person.days.len() >= OFTEN { Strength::Strong } else { Strength::Moderate };
        let known = self.people.iter().filter(|(_, person)| person.is_known());
        let doubted = known.filter(|(address, person)| likeness(&person.name, address) >= Some(least(person)));
        self.doubted = doubted.map(|(address, _)| address.clone()).collect();
        self.doubted.iter().for_each(|address| drop(self.people.remove(address)));
    }

    /// Whom the office would know, were their addresses not like somebody else's.
    pub fn doubted(&self) -> &BTreeSet<String> {
        &self.doubted
    }

    /// Whether the office sent a message with this id.
    pub fn has_sent(&self, message_id: &str) -> bool {
        self.sent.contains(message_id)
    }

    /// Whether the office had written to an address by a time.
    pub fn has_written_to(&self, address: &str, by: Option<Timestamp>) -> bool {
        let first = self.people.get(address).and_then(|person| person.written_to);
        first.is_some_and(|first| by.is_none_or(|by| first <= by))
    }

    /// Names and addresses of people whom the office had written to by a time, in order of addresses.
    pub(crate) fn written_to(&self, by: Timestamp) -> Vec<(String, String)> {
        let is_written_to = |person: &Person| person.written_to.is_some_and(|first| first <= by);
        let known = self.people.iter().filter(|(_, person)| is_written_to(person));
        let mut all: Vec<(String, String)> = known.map(|(at, person)| (person.name.clone(), at.clone())).collect();
        all.sort_by(|a, b| a.1.cmp(&b.1));
        all
    }

    /// How many people the office knows.
    pub fn people(&self) -> usize {
        self.people.values().filter(|person| person.is_known()).count()
    }

    /// Those whose imitation is to be looked for. `is_shared` says of a domain whether anybody can have an address there.
    pub fn parties(&self, is_shared: &dyn Fn(&str) -> bool) -> Vec<Party> {
        let known = self.people.iter().filter(|(_, person)| person.is_known());
        let mut domains = BTreeSet::new();
        let mut parties: Vec<Party> = Vec::new();
        for (address, person) in known {
            let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
            if !is_shared(domain) {
                domains.insert(registrable(domain).to_owned());
            }
            if person.name.split_whitespace().count() >= 2 && !person.name.contains('@') {
                parties.push(Party::new(PartyKind::Contact, &person.name, &[]).writing_from(&[address]));
            }
        }
        parties.sort_by(|a, b| (&a.name, &a.addresses).cmp(&(&b.name, &b.addresses)));
        parties.extend(domains.iter().map(|domain| Party::new(PartyKind::Office, domain, &[domain])));
        parties
    }
}

impl Person {
    fn is_known(&self) -> bool {
        self.written_to.is_some() || self.days.len() >= OFTEN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(from: &str, to: &str, day: &str) -> Head {
        Head::read(format!("From: Pat Example <{from}>\r\nTo: Ana Ruiz <{to}>\r\nDate: {day}\r\n\r\n").as_bytes())
    }

    #[test]
    fn the_office_knows_whom_it_wrote_to() {
        let mut contacts = Contacts::of(&["county.example".to_owned()]);
        contacts.learn(&head("clerk@county.example", "ana@vendor.example", "Mon, 2 Nov 2026 10:00:00 +0000"), true);
        contacts.learn(&head("x@stranger.example", "clerk@county.example", "Mon, 2 Nov 2026 10:00:00 +0000"), false);
        let at = |day: &str| Some(day.parse::<Timestamp>().expect("a time"));
        assert!(contacts.has_written_to("ana@vendor.example", at("2026-11-03T00:00:00Z")));
        assert!(!contacts.has_written_to("ana@vendor.example", at("2026-11-01T00:00:00Z")));
        assert!(!contacts.has_written_to("x@stranger.example", None));
        let parties = contacts.parties(&|domain| domain == "mail.example");
        let names: Vec<&str> = parties.iter().map(|party| party.name.as_str()).collect();
        assert_eq!(names, ["Ana Ruiz", "vendor.example"]);
    }

    #[test]
    fn an_answer_to_a_lure_makes_nobody_known() {
        let mut contacts = Contacts::of(&["county.example".to_owned()]);
        contacts.learn(&head("clerk@county.example", "ana@vendor.example", "Mon, 2 Nov 2026 10:00:00 +0000"), true);
        contacts.learn(&head("clerk@county.example", "ana@vemdor.example", "Mon, 2 Nov 2026 10:00:00 +0000"), true);
        contacts.doubt(&|_, address| address.contains("vemdor").then_some(Strength::Moderate));
        assert!(contacts.has_written_to("ana@vendor.example", None));
        assert!(!contacts.has_written_to("ana@vemdor.example", None));
        assert_eq!(contacts.doubted().iter().collect::<Vec<_>>(), ["ana@vemdor.example"]);
        assert_eq!(contacts.people(), 1);
    }

    #[test]
    fn a_rule_has_few_exceptions() {
        let mut contacts = Contacts::of(&[]);
        (0..RULE).for_each(|_| contacts.learn_vouching("vendor.example", true));
        assert_eq!(contacts.vouches_as_a_rule("vendor.example"), Some(RULE));
        contacts.learn_vouching("vendor.example", false);
        assert_eq!(contacts.vouches_as_a_rule("vendor.example"), None);
        (0..20).for_each(|_| contacts.learn_vouching("vendor.example", true));
        assert!(contacts.vouches_as_a_rule("vendor.example").is_some());
        assert_eq!(contacts.vouches_as_a_rule("other.example"), None);
    }

    #[test]
    fn who_writes_on_many_days_is_known() {
        let mut contacts = Contacts::of(&[]);
        for day in 1..=OFTEN {
            contacts
                .learn(&head("x@often.example", "a@b.example", &format!("Mon, {day} Nov 2026 10:00:00 +0000")), false);
        }
        assert_eq!(contacts.people(), 1);
    }
}
