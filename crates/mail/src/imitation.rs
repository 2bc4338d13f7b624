//! Whom a message imitates: by its sender, by where answers go, by where its links lead.

use std::collections::BTreeSet;

use pollwarden_authentication::{DmarcPolicy, DmarcResult, SpfResult};
use pollwarden_lookalike::{Imitation as Likeness, PartyKind, Strength};

use crate::desk::Desk;
use crate::letter::{Letter, registrable};
use crate::phish::{Vouching, is_passed_on, other_host_shown};

/// The class of a sender's address that its owner disowns.
pub(crate) const FORGED: &str = "forged-sender";
/// Links of which it is looked at what they show.
const MOST_LINKS: usize = 200;
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
pub(crate) fn imitations(letter: &Letter, vouching: &Vouching<'_>, desk: &Desk) -> Vec<Imitation> {
    let mut all = Vec::new();
    let is_passed_on = is_passed_on(letter, &vouching.domains);
    for writer in letter.from.iter().take(3).chain(&letter.sender) {
        let found = if !is_passed_on && vouching.is_denied(writer.domain()) {
            desk.protected.unvouched_sender(&writer.name, &writer.address)
        } else {
            desk.protected.sender(&writer.name, &writer.address)
        };
        all.extend(found.into_iter().map(|found| told(found, true)));
    }
    for mailbox in letter.reply_to.iter().take(3) {
        let is_own_answer =
            letter.writer().is_some_and(|writer| registrable(writer.domain()) == registrable(mailbox.domain()));
        if !is_own_answer {
            all.extend(desk.protected.lookalike(mailbox.domain()).map(|found| told(found, false)));
        }
    }
    all.extend(forged(letter, vouching, desk));
    all.extend(by_links(letter, desk));
    all.extend(shown_links(letter, desk));
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

/// A protected party's very own domain, which by its own records did not send the message. Who asks that such mail be refused says
/// that none of its own comes this way; others expect some to be forwarded, as lists do. Where a domain has no policy (DMARC), its
/// list of servers (SPF, with `-all`) is all that speaks.
fn forged(letter: &Letter, vouching: &Vouching<'_>, desk: &Desk) -> Option<Imitation> {
    let writer = letter.writer()?;
    let party = desk.protected.owner(writer.domain())?;
    if is_passed_on(letter, &vouching.domains) {
        return None;
    }
    let (dmarc, spf) = (&vouching.checked.dmarc, &vouching.checked.spf);
    let own = registrable(writer.domain());
    let is_signed = vouching.domains.iter().any(|domain| domain == own);
    let is_refused_server = spf.basis.is_trusted() && spf.result.is(SpfResult::Fail) && registrable(&spf.domain) == own;
    let unlike = desk.contacts.vouches_as_a_rule(own).filter(|_| !vouching.is_known() && !is_signed);
    let as_a_rule = unlike.map(|rule| format!("it vouched for {rule} other messages, and nobody does for this one"));
    let (strength, why) = if dmarc.basis.is_trusted() && dmarc.result.is(DmarcResult::Fail) {
        let is_refused = dmarc.policy == Some(DmarcPolicy::Reject);
        (if is_refused { Strength::Strong } else { Strength::Moderate }, &dmarc.why)
    } else if is_refused_server && !is_signed {
        (Strength::Moderate, &spf.why)
    } else if let Some(why) = &as_a_rule {
        (Strength::Moderate, why)
    } else {
        return None;
    };
    Some(Imitation {
        party: party.name.clone(),
        kind: party.kind,
        genuine: writer.domain().to_owned(),
        seen: writer.address.clone(),
        class: FORGED,
        why: format!("It says it is from {}, but {} does not vouch for it: {why}", writer.address, writer.domain()),
        strength,
        is_sender: true,
    })
}

/// Links that show an address of the office's, of one of its vendors or officials, and lead to somebody else.
fn shown_links(letter: &Letter, desk: &Desk) -> Vec<Imitation> {
    let owners = |host: &str| desk.protected.owner(host).map(|party| (party.kind, party.name.as_str()));
    let mut found = Vec::new();
    let shown = letter.links.iter().filter_map(|link| Some((link, other_host_shown(link)?)));
    for (link, shown) in shown.take(MOST_LINKS) {
        let Some(party) = desk.protected.owner(&shown) else { continue };
        let is_close = matches!(party.kind, PartyKind::Own | PartyKind::Official | PartyKind::Vendor);
        if is_close && owners(&link.host) != owners(&shown) {
            found.push(Imitation {
                party: party.name.clone(),
                kind: party.kind,
                genuine: shown.clone(),
                seen: link.host.clone(),
                class: "shown-link",
                why: format!("A link shows {shown}, which is {}'s, and leads to {}", party.name, link.host),
                strength: Strength::Moderate,
                is_sender: false,
            });
        }
    }
    found
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
