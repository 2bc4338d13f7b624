//! Whom a message imitates: by its sender, by where answers go, by where its links lead.

use std::collections::BTreeSet;

use pollwarden_authentication::{Authenticated, DmarcPolicy, DmarcResult};
use pollwarden_lookalike::{Imitation as Likeness, PartyKind, Strength};

use crate::desk::Desk;
use crate::letter::{Letter, registrable};

/// Hosts of links looked up in one message.
const MOST_HOSTS: usize = 60;
/// Lures lead to few hosts. Where there are more, one may well be like somebody's name by chance.
const FEW_HOSTS: usize = 8;

/// Somebody is imitated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imitation {
    /// Who.
    pub party: String,
    /// What they are to the office.
    pub kind: PartyKind,
    /// Their genuine name, domain or address.
    pub genuine: String,
    /// What was seen.
    pub seen: String,
    /// By which means.
    pub class: &'static str,
    /// How that shows, in a clerk's words.
    pub why: String,
    /// How sure it is.
    pub strength: Strength,
    /// Whether it is the sender: else a link or the answer address.
    pub is_sender: bool,
}

/// Everybody whom a message imitates, the surest first.
pub(crate) fn imitations(letter: &Letter, authenticated: &Authenticated, desk: &Desk) -> Vec<Imitation> {
    let mut all = Vec::new();
    for writer in letter.from.iter().take(3).chain(&letter.sender) {
        all.extend(desk.protected.sender(&writer.name, &writer.address).into_iter().map(|found| told(found, true)));
    }
    for mailbox in letter.reply_to.iter().take(3) {
        let is_own_answer =
            letter.writer().is_some_and(|writer| registrable(writer.domain()) == registrable(mailbox.domain()));
        if !is_own_answer {
            all.extend(desk.protected.lookalike(mailbox.domain()).map(|found| told(found, false)));
        }
    }
    all.extend(forged(letter, authenticated, desk));
    all.extend(by_links(letter, desk));
    all.sort_by(|a, b| (b.strength, b.is_sender, &a.party).cmp(&(a.strength, a.is_sender, &b.party)));
    let mut said = BTreeSet::new();
    all.retain(|found| said.insert((found.party.clone(), found.seen.clone())));
    all
}

fn told(found: Likeness<'_>, is_sender: bool) -> Imitation {
    Imitation {
        party: found.party.name.clone(),
        kind: found.party.kind,
        genuine: found.genuine,
        seen: found.seen,
        class: found.class.name(),
        why: found.why,
        strength: found.strength,
        is_sender,
    }
}

/// A protected party's very own domain, which by its own records did not send the message.
fn forged(letter: &Letter, authenticated: &Authenticated, desk: &Desk) -> Option<Imitation> {
    let writer = letter.writer()?;
    let party = desk.protected.owner(writer.domain())?;
    let is_told = authenticated.dmarc.basis.is_trusted();
    if !is_told || !authenticated.dmarc.result.is(DmarcResult::Fail) || letter.list_id.is_some() {
        return None;
    }
    Some(Imitation {
        party: party.name.clone(),
        kind: party.kind,
        genuine: writer.domain().to_owned(),
        seen: writer.address.clone(),
        class: "forged-sender",
        why: format!(
            "It says it is from {}, but {} does not vouch for it: {}",
            writer.address,
            writer.domain(),
            authenticated.dmarc.why
        ),
        // Who asks that such mail be refused says that none of its own comes this way; others expect some to be forwarded.
        strength: if authenticated.dmarc.policy == Some(DmarcPolicy::Reject) {
            Strength::Strong
        } else {
            Strength::Moderate
        },
        is_sender: true,
    })
}

/// Links that lead to a look-alike, other than the sender's own domain, which was judged already.
fn by_links(letter: &Letter, desk: &Desk) -> Vec<Imitation> {
    let mut strange = strange_hosts(letter);
    strange.truncate(MOST_HOSTS);
    let is_chance = strange.len() > FEW_HOSTS;
    let found = strange.iter().filter_map(|host| desk.protected.lookalike(host)).map(|found| told(found, false));
    found.map(|found| if is_chance { less_sure(found) } else { found }).collect()
}

/// Hosts other than the sender's own, each once: first those of links that say something, in the order in which they are read.
fn strange_hosts(letter: &Letter) -> Vec<&str> {
    let writer = letter.writer().map_or("", |writer| registrable(writer.domain()));
    let (told, silent): (Vec<_>, Vec<_>) = letter.links.iter().partition(|link| !link.text.is_empty());
    let mut seen = BTreeSet::new();
    let hosts = told.into_iter().chain(silent).map(|link| link.host.as_str());
    hosts.filter(|host| !host.is_empty() && seen.insert(*host) && registrable(host) != writer).collect()
}

/// Says where a message leads to more hosts than are looked up.
pub(crate) fn left_out(letter: &Letter) -> Option<String> {
    let is_cut = letter.links.len() > MOST_HOSTS && strange_hosts(letter).len() > MOST_HOSTS;
    is_cut
        .then(|| format!("Its links lead to more than {MOST_HOSTS} hosts; whom the others imitate was not looked up."))
}

fn less_sure(found: Imitation) -> Imitation {
    let strength = if found.strength == Strength::Strong { Strength::Moderate } else { Strength::Weak };
    Imitation { strength, ..found }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_taken_in_the_order_in_which_they_are_read() {
        let flood: String = (0..200).map(|n| format!("<a href='https://a{n}.example.org/'></a>")).collect();
        let page = format!("{flood}<a href='https://z.example.net/'>Log in</a>");
        let raw = format!("From: Ann <ann@example.com>\r\nContent-Type: text/html\r\n\r\n{page}");
        let letter = Letter::read(raw.as_bytes());
        assert_eq!(strange_hosts(&letter)[..2], ["z.example.net", "a0.example.org"]);
        assert!(left_out(&letter).is_some() && left_out(&Letter::default()).is_none());
    }
}
