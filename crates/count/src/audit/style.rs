//! Cards drawn for several contests at once, by what their records say is on them (Glazer, Spertus and Stark 2021, "More Style,
//! Less Work").
//!
//! Each card has one ticket, and a contest uses the first so many of the cards that hold it. Where audit.toml says that more cards
//! could hold a contest than records do, the rest are phantoms with tickets of their own: numbered on after the manifest's last
//! card, as Arlo's rule names them `('phantom', number)`.

use std::fmt::{self, Display, Formatter};

use pollwarden_rla::draw::by_style;
use pollwarden_rla::draw::consistent::Tickets;

use super::sample::{ArloName, NumberedCard, TICKET_DIGITS};
use super::{AuditSettings, DrawRule, Drawn, Paper};
use crate::{BallotManifest, ContestId, Cvrs};

/// A contest that is drawn for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Its place among the records.
    pub(super) id: ContestId,
    /// Cards whose record holds it.
    pub(super) held: u64,
    /// Cards that could hold it beyond those whose record does.
    pub(super) phantoms: u64,
    /// How many cards it needs.
    pub(super) size: u64,
}

/// Draws for all contests: cards in the order of their tickets. Phantoms are numbered from the manifest's number of cards on, each
/// contest's after those of the contests before it.
pub(super) fn draw(
    settings: &AuditSettings,
    seed: &str,
    manifest: &BallotManifest,
    paper: &Paper,
    cvrs: &Cvrs,
    contests: &[Wanted],
) -> Vec<Drawn> {
    let mut tickets = Tickets::new(seed);
    let mut ticket = |card: u64| tickets.first(&Id { rule: settings.draw, card, manifest, paper });
    let sizes: Vec<usize> = contests.iter().map(|c| usize::try_from(c.size).unwrap_or(usize::MAX)).collect();
    let held = |card: u64| {
        let record = paper.record(card).and_then(|at| cvrs.card(at));
        let holds = move |id: ContestId| record.is_some_and(|record| record.contests().binary_search(&id).is_ok());
        contests.iter().enumerate().filter(move |(_, wanted)| holds(wanted.id)).map(|(at, _)| at)
    };
    let of_phantoms = contests
        .iter()
        .enumerate()
        .flat_map(|(at, c)| std::iter::repeat_n(at, usize::try_from(c.phantoms).unwrap_or(0)));
    let cards = (0..paper.cards()).map(|card| (card, held(card).collect::<Vec<usize>>()));
    let phantoms = (paper.cards()..).zip(of_phantoms).map(|(card, at)| (card, vec![at]));
    let drawn = by_style(cards.chain(phantoms).map(|(card, held)| (ticket(card), held)), &sizes);
    drawn
        .cards
        .iter()
        .map(|(first, card)| Drawn { card: *card, ticket: first.ticket().trimmed(TICKET_DIGITS).to_string() })
        .collect()
}

/// The numbers of a contest's phantoms.
pub(super) fn phantoms(paper: &Paper, contests: &[Wanted], id: ContestId) -> std::ops::Range<u64> {
    let mut start = paper.cards();
    for contest in contests {
        if contest.id == id {
            return start..start + contest.phantoms;
        }
        start += contest.phantoms;
    }
    start..start
}

/// A card or phantom as the rule names it.
struct Id<'a> {
    rule: DrawRule,
    card: u64,
    manifest: &'a BallotManifest,
    paper: &'a Paper,
}

impl Display for Id<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match (self.rule, self.paper.position(self.card)) {
            (DrawRule::Arlo, Some(at)) => {
                let key = &self.manifest.batches[at.batch].key;
                write!(f, "({}, {})", ArloName(key), at.position)
            }
            (DrawRule::Arlo, None) => write!(f, "('phantom', {})", self.card + 1),
            _ => NumberedCard(self.card).fmt(f),
        }
    }
}
