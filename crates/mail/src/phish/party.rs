//! Speaking for a well-known service: its name in the heading, a service's wish, and no host of the service anywhere.
//!
//! The name alone says nothing, since people write about services all day; who pretends to be one by address is found by
//! the crate of look-alikes.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use pollwarden_lookalike::{Party, PartyKind, builtin};

use super::clues::{self, Clue};
use super::fold::Folded;
use super::words::Read;
use super::{Seen, who};
use crate::{Letter, registrable};

/// Wishes that a service has, and that people who write about it have not.
const WISHES: &[Clue] = &[
    clues::CREDENTIALS,
    clues::BLOCKED,
    clues::STRANGE_LOGIN,
    clues::MAILBOX,
    clues::PAYMENT,
    clues::REFUND,
    clues::PARCEL,
    clues::PRIZE,
    clues::SURVEY,
    clues::WALLET,
    clues::AIRDROP,
    clues::TAX,
    clues::ANTIVIRUS,
    clues::STORAGE,
    clues::DOCUMENT,
];

/// Shorter names are words of everyday.
const SHORTEST: usize = 4;

struct Names {
    search: AhoCorasick,
    /// The party of each pattern.
    of: Vec<usize>,
    parties: Vec<Party>,
}

static NAMES: LazyLock<Option<Names>> = LazyLock::new(names);

pub(super) fn look(letter: &Letter, read: &Read, seen: &mut Seen) {
    if seen.has(clues::IMITATES) || !WISHES.iter().any(|wish| seen.has(*wish)) {
        return;
    }
    let Some(names) = NAMES.as_ref() else { return };
    let heading = read.text.get(..read.heading).unwrap_or_default();
    let mut found = names
        .search
        .find_overlapping_iter(heading)
        .filter_map(|at| names.parties.get(*names.of.get(at.pattern().as_usize())?));
    if let Some(party) = found.find(|party| !is_there(party, letter)) {
        seen.add(
            clues::SPEAKS_FOR,
            format!("It speaks for {}, but neither its writer nor its links are of {}.", party.name, party.name),
        );
    }
}

/// Whether the writer or any link is the party's own.
fn is_there(party: &Party, letter: &Letter) -> bool {
    let own = |host: &str| party.domains.iter().any(|domain| domain == registrable(host) || domain == host);
    who::author(letter).is_some_and(|author| own(author.domain())) || letter.links.iter().any(|link| own(&link.host))
}

fn names() -> Option<Names> {
    let parties: Vec<Party> = builtin().into_iter().filter(|party| party.kind != PartyKind::Vendor).collect();
    let (mut patterns, mut of) = (Vec::new(), Vec::new());
    for (at, party) in parties.iter().enumerate() {
        let named = std::iter::once(&party.name).chain(&party.aliases).filter(|name| name.len() >= SHORTEST);
        patterns.extend(named.map(|name| folded(name)));
        of.resize(patterns.len(), at);
    }
    let search = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&patterns).ok()?;
    Some(Names { search, of, parties })
}

fn folded(name: &str) -> String {
    let mut folded = Folded::default();
    folded.push(name, 200);
    folded.text
}
