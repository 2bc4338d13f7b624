//! The draw: which cards a public seed picks, by a published rule.

use std::fmt::{self, Display, Formatter};

use pollwarden_rla::draw::{DrawError, PythonStr, Replacement, colorado, consistent};

use super::{DrawRule, Paper};
use crate::{BallotManifest, BatchKey};

/// A drawn card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// Its number in the manifest, from 0.
    pub card: u64,
    /// What puts it at its place in the draw: a ticket number, or the number of the pick.
    pub ticket: String,
}

/// Draws `size` cards, in the order in which they are to be looked at; fewer where there are no more.
///
/// # Errors
/// Where the rule can't draw from these cards.
pub fn draw(
    rule: DrawRule,
    seed: &str,
    replacement: bool,
    manifest: &BallotManifest,
    paper: &Paper,
    size: u64,
) -> Result<Vec<Drawn>, DrawError> {
    let how = if replacement { Replacement::With } else { Replacement::Without };
    let cards = paper.cards();
    let size = if replacement { size } else { size.min(cards) };
    if size == 0 || cards == 0 {
        return Ok(Vec::new());
    }
    match rule {
        DrawRule::Colorado => {
            let picks = colorado::picks(seed, 1, cards, how)?.take(usize::try_from(size).unwrap_or(usize::MAX));
            Ok(picks.zip(1u64..).map(|(pick, nth)| Drawn { card: pick - 1, ticket: nth.to_string() }).collect())
        }
        DrawRule::Consistent => by_tickets((0..cards).map(NumberedCard), seed, size, how, |id| id.0),
        DrawRule::Arlo => {
            let names: Vec<String> = manifest.batches.iter().map(|batch| ArloName(&batch.key).to_string()).collect();
            by_tickets(arlo_cards(&names, manifest), seed, size, how, |id| id.card)
        }
    }
}

fn by_tickets<I: Display + Clone + Ord>(
    ids: impl Iterator<Item = I>,
    seed: &str,
    size: u64,
    how: Replacement,
    card: impl Fn(&I) -> u64,
) -> Result<Vec<Drawn>, DrawError> {
    let drawn = consistent::draw(ids, seed, usize::try_from(size).unwrap_or(usize::MAX), how)?;
    Ok(drawn.iter().map(|d| Drawn { card: card(&d.id), ticket: d.ticket.trimmed(TICKET_DIGITS).to_string() }).collect())
}

/// As many digits of a ticket as Arlo writes.
pub(super) const TICKET_DIGITS: usize = 18;

/// A card by its number, from 1 in what is hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NumberedCard(pub(super) u64);

impl Display for NumberedCard {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0 + 1)
    }
}

fn arlo_cards<'a>(names: &'a [String], manifest: &'a BallotManifest) -> impl Iterator<Item = ArloCard<'a>> {
    let batches = names.iter().zip(&manifest.batches);
    let cards = batches.flat_map(|(name, batch)| (1..=batch.cards).map(move |position| (name, position)));
    cards.zip(0..).map(|((name, position), card)| ArloCard { name, position, card })
}

/// A card as Arlo's program names it: Python's text of ((jurisdiction, tabulator, batch), position).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct ArloCard<'a> {
    /// Its batch, written once for all its cards.
    name: &'a str,
    position: u64,
    card: u64,
}

impl Display for ArloCard<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "({}, {})", self.name, self.position)
    }
}

/// A batch as Arlo's program names it, a tabulator that isn't there being `None`.
pub(super) struct ArloName<'a>(pub(super) &'a BatchKey);

impl Display for ArloName<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "({}, ", PythonStr(&self.0.jurisdiction))?;
        match self.0.tabulator.as_str() {
            "" => f.write_str("None")?,
            tabulator => PythonStr(tabulator).fmt(f)?,
        }
        write!(f, ", {})", PythonStr(&self.0.batch))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cvrs, ManifestBatch};

    fn manifest() -> BallotManifest {
        let batch = |tabulator: &str, batch: &str, cards| ManifestBatch {
            key: BatchKey { jurisdiction: "J".into(), tabulator: tabulator.into(), batch: batch.into() },
            cards,
            ..ManifestBatch::default()
        };
        BallotManifest { batches: vec![batch("T1", "B1", 3), batch("", "B2", 4)] }
    }

    #[test]
    fn cards_are_named_as_arlo_names_them() {
        let manifest = manifest();
        let batches: Vec<String> = manifest.batches.iter().map(|batch| ArloName(&batch.key).to_string()).collect();
        let names: Vec<String> = arlo_cards(&batches, &manifest).map(|card| card.to_string()).collect();
        assert_eq!(names[2], "(('J', 'T1', 'B1'), 3)");
        assert_eq!(names[3], "(('J', None, 'B2'), 1)");
    }

    #[test]
    fn without_replacement_every_card_comes_once() {
        let manifest = manifest();
        let paper = Paper::new(&manifest, &Cvrs::default());
        for rule in [DrawRule::Arlo, DrawRule::Consistent, DrawRule::Colorado] {
            let drawn = draw(rule, "20501", false, &manifest, &paper, 50).expect("a draw");
            let mut cards: Vec<u64> = drawn.iter().map(|d| d.card).collect();
            let first: Vec<u64> =
                draw(rule, "20501", false, &manifest, &paper, 3).expect("a draw").iter().map(|d| d.card).collect();
            assert_eq!(cards[..3], first, "{rule:?}: a longer draw goes on from a shorter one");
            cards.sort_unstable();
            assert_eq!(cards, (0..7).collect::<Vec<_>>(), "{rule:?}");
            assert_eq!(draw(rule, "20501", true, &manifest, &paper, 50).expect("a draw").len(), 50);
        }
    }
}
