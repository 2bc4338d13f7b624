//! Whom does a sender pretend to be? The display name, the local part and the host of one address, against all parties.
//!
//! Whether the address is forged, is for SPF, DKIM and DMARC; here only what a reader would take it for.

use crate::display::{self, Display};
use crate::freemail::is_free_mail;
use crate::host::Host;
use crate::index::{Protected, hash};
use crate::local;
use crate::phrase;
use crate::words::is_restricted;
use crate::{Imitation, Party};

/// Longest address and display name looked at, in bytes (RFC 5321, 4.5.3.1.3: 256 for a path).
const LONGEST: usize = 1024;

/// One sender taken apart.
pub(crate) struct Sender<'a> {
    /// As written, for what is seen.
    pub whole: String,
    pub local: &'a str,
    pub host: Option<Host>,
    pub place: Place,
}

/// What kind of place the address is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Anybody opens a mailbox there.
    FreeMail,
    /// Under a suffix that only public bodies get.
    Restricted,
    /// Anywhere else, or no readable host.
    Stranger,
}

impl Protected {
    /// Everybody whom a sender may imitate, likeliest first, weak likenesses included; at most eight. Empty where the address
    /// is a party's own, and the display name names nobody else by address.
    ///
    /// `display_name` is decoded text and may be empty; `address` is `local@host`.
    pub fn sender(&self, display_name: &str, address: &str) -> Vec<Imitation<'_>> {
        self.sender_as(display_name, address, false)
    }

    /// The same of a message for which nobody vouches, as was checked (SPF, DKIM, DMARC). A likeness under `.gov` then counts in
    /// full: an office that isn't known would be vouched for by its domain, and a name that nobody has can only be claimed.
    pub fn unvouched_sender(&self, display_name: &str, address: &str) -> Vec<Imitation<'_>> {
        self.sender_as(display_name, address, true)
    }

    fn sender_as(&self, display_name: &str, address: &str, is_unvouched: bool) -> Vec<Imitation<'_>> {
        let (name, address) = (cut(display_name.trim()), cut(address.trim().trim_matches(['<', '>'])));
        let mut sender = Sender::read(name, address);
        sender.host.iter_mut().for_each(|host| host.is_unvouched = is_unvouched);
        let mut found = self.named_address(name, &sender);
        if self.owner_of_address(address).is_none() {
            let owner = sender.host.as_ref().and_then(|host| self.owner_of(host));
            found.extend(self.by_display_name(name, &sender, owner));
            if let Some(joined) = phrase::joined(name) {
                found.extend(self.by_display_name(&joined, &sender, owner));
            }
            found.extend(self.by_local_part(&sender, owner));
            found.extend(self.by_host(&sender));
        }
        best_of_each(found)
    }

    fn by_host(&self, sender: &Sender<'_>) -> Vec<Imitation<'_>> {
        sender.host.as_ref().map(|host| self.candidates_of(host)).unwrap_or_default()
    }

    /// An address of a party in the display name of somebody else.
    fn named_address(&self, name: &str, sender: &Sender<'_>) -> Vec<Imitation<'_>> {
        let Some(named) = display::address_in(name) else { return Vec::new() };
        let Some((_, named_host)) = named.rsplit_once('@') else { return Vec::new() };
        let Some(named_host) = Host::read(named_host) else { return Vec::new() };
        let same = sender.host.as_ref().is_some_and(|host| host.registrable() == named_host.registrable());
        let party = self.owner_of_address(named).or_else(|| self.owner_of(&named_host));
        match party {
            Some(party) if !same && !is_free_mail(named_host.registrable()) && !is_at_home(party, sender) => {
                vec![display::address_imitation(party, named, name, sender)]
            }
            _ => Vec::new(),
        }
    }

    fn by_display_name(&self, name: &str, sender: &Sender<'_>, owner: Option<&Party>) -> Vec<Imitation<'_>> {
        let mut found = Vec::new();
        let display = Display::read(name);
        for (phrase, ids) in display.phrases(|phrase| self.phrases.get(&hash(phrase))) {
            found.extend(
                self.named(ids, sender).filter_map(|party| display::imitation(party, &phrase, &display, sender, owner)),
            );
        }
        if let Some(ids) = display.person.and_then(|key| self.people.get(&key)) {
            found.extend(
                self.named(ids, sender).filter_map(|party| display::person_imitation(party, name, sender, owner)),
            );
        }
        found
    }

    /// The parties of a name, unless the address is one of theirs: of two offices with one name, each writes as itself.
    fn named<'a>(&'a self, ids: &'a [u32], sender: &Sender<'_>) -> impl Iterator<Item = &'a Party> {
        let parties = ids.iter().map(|id| &self.parties[*id as usize]);
        let own = parties.clone().any(|party| is_at_home(party, sender));
        parties.filter(move |_| !own).take(crate::lead::MOST)
    }

    fn by_local_part(&self, sender: &Sender<'_>, owner: Option<&Party>) -> Vec<Imitation<'_>> {
        if owner.is_some() && sender.place != Place::FreeMail {
            return Vec::new();
        }
        let mut found = local::named_in(self, sender);
        let person = local::person_key(sender.local).and_then(|key| self.people.get(&key));
        found.extend(person.into_iter().flatten().filter_map(|id| local::person(&self.parties[*id as usize], sender)));
        found
    }
}

impl<'a> Sender<'a> {
    fn read(name: &str, address: &'a str) -> Self {
        let (local, host) = address.rsplit_once('@').unwrap_or((address, ""));
        let host = Host::read(host);
        let place = match &host {
            // Sub-domains are the provider's own: alerts.comcast.net.
            Some(host) if is_free_mail(&host.text) => Place::FreeMail,
            Some(host) if is_restricted(host.suffix()) => Place::Restricted,
            _ => Place::Stranger,
        };
        let whole = if name.is_empty() { address.to_owned() } else { format!("{name} <{address}>") };
        Self { whole, local, host, place }
    }
}

/// Whether the sender's host is one of the party's. A provider's mailboxes are anybody's: "Gmail Team" at gmail.com is no home.
fn is_at_home(party: &Party, sender: &Sender<'_>) -> bool {
    let own = |level: &str| party.domains.iter().any(|domain| domain.eq_ignore_ascii_case(level));
    sender.place != Place::FreeMail && sender.host.as_ref().is_some_and(|host| host.levels().any(own))
}

fn cut(text: &str) -> &str {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The strongest imitation of each party by each thing that was seen (the whole sender, its host), likeliest first: who takes a
/// party's name and writes from a look-alike of its domain is told by both.
fn best_of_each(mut found: Vec<Imitation<'_>>) -> Vec<Imitation<'_>> {
    found.sort_by_key(|imitation| (std::cmp::Reverse(imitation.strength), imitation.distance));
    let mut best: Vec<Imitation<'_>> = Vec::new();
    for imitation in found {
        let is_kept = |kept: &Imitation<'_>| std::ptr::eq(kept.party, imitation.party) && kept.seen == imitation.seen;
        if best.len() < crate::lead::MOST && !best.iter().any(is_kept) {
            best.push(imitation);
        }
    }
    best
}
