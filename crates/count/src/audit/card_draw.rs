//! Which cards are drawn for which contest.

use std::collections::HashSet;

use pollwarden_rla::draw::DrawError;

use super::style::{self, Wanted};
use super::style_bound::most_cards;
use super::{AuditSettings, ContestSettings, Drawn, Files, Method, Paper, sample, sum};
use crate::{Card, ContestId};

/// The draw of cards, and each contest's share of it.
pub(super) struct CardDraw<'a> {
    settings: &'a AuditSettings,
    files: Files<'a>,
    paper: &'a Paper,
    /// Whether a contest is audited by cards at all.
    any: bool,
    /// The most draws that contests audited by cards name as their own; `None` where none does.
    own: Option<u64>,
    /// Contests that are drawn for by style.
    wanted: Vec<Wanted>,
}

/// How a contest is audited: as settings say; by comparison where it has records, else by polling.
pub(super) fn method(settings: &ContestSettings, files: Files<'_>) -> Method {
    let recorded = files.cvrs.find_contest(&settings.name).is_some();
    settings.method.unwrap_or(if recorded { Method::Comparison } else { Method::Polling })
}

impl<'a> CardDraw<'a> {
    pub(super) fn new(
        settings: &'a AuditSettings,
        files: Files<'a>,
        paper: &'a Paper,
        asked: &[ContestSettings],
    ) -> Self {
        let by_cards = || asked.iter().filter(|contest| method(contest, files) != Method::BatchComparison);
        let any = by_cards().next().is_some();
        let own = by_cards().filter(|contest| !contest.rounds.is_empty()).map(|contest| sum(&contest.rounds)).max();
        let mut draw = Self { settings, files, paper, any, own, wanted: Vec::new() };
        if settings.style {
            draw.wanted = asked.iter().filter_map(|contest| draw.wanted(contest).ok()).collect();
        }
        draw
    }

    /// What a contest needs of a draw by style.
    ///
    /// # Errors
    /// Where cards can't be drawn for it by style, in words.
    pub(super) fn wanted(&self, contest: &ContestSettings) -> Result<Wanted, String> {
        let id =
            self.files.cvrs.find_contest(&contest.name).ok_or("style = true needs cast vote records of the contest")?;
        if method(contest, self.files) != Method::Comparison {
            return Err("style = true is for ballot comparison".to_owned());
        }
        let cards = self.paper.cards();
        let without = cards - self.paper.with_record();
        if without > 0 {
            return Err(format!("style = true needs a record for each card, and {without} of {cards} cards have none"));
        }
        let held = self.held(id);
        let said = most_cards(contest, self.files.results);
        // What results say of ballots may leave out cards that were recorded later: records are never fewer.
        let most = contest.cards.or(said.map(|ballots| ballots.clamp(held, cards.max(held)))).unwrap_or(held);
        if most < held || most > cards {
            return Err(format!(
                "audit.toml says that at most {most} cards hold the contest: {held} records do, and there are {cards} cards"
            ));
        }
        Ok(Wanted { id, held, phantoms: most - held, size: self.size(&contest.rounds).min(most) })
    }

    /// How many cards have a record that holds the contest. Records that are of no card could never be drawn: counted, they would
    /// stand in for phantoms.
    fn held(&self, id: ContestId) -> u64 {
        let holds = |at: &usize| self.files.cvrs.card(*at).is_some_and(|record| holds(record, id));
        let of_no_card = self.paper.of_no_card().filter(holds).count() as u64;
        self.files.cvrs.cards_with(id).saturating_sub(of_no_card)
    }

    /// All draws of all rounds, in order; `size` of them where that is given, by style for each contest.
    pub(super) fn cards(&self, size: Option<u64>) -> Result<Vec<Drawn>, DrawError> {
        let Some(seed) = self.settings.seed.as_ref().filter(|_| self.any) else { return Ok(Vec::new()) };
        let Self { settings, files, paper, .. } = self;
        if settings.style {
            let wanted = self.wanted.iter().map(|wanted| Wanted { size: size.unwrap_or(wanted.size), ..*wanted });
            let wanted: Vec<Wanted> = wanted.collect();
            return Ok(style::draw(settings, seed, files.manifest, paper, files.cvrs, &wanted));
        }
        // No draw is longer than every card drawn several times over: a slip of the finger must not fill the memory.
        let size = size.unwrap_or_else(|| self.size(&[])).min(paper.cards().saturating_mul(4));
        sample::draw(settings.draw, seed, settings.replacement, files.manifest, paper, size)
    }

    /// The drawn cards that a contest uses.
    pub(super) fn of_contest(&self, drawn: &[Drawn], wanted: Option<Wanted>) -> Vec<u64> {
        let cards = drawn.iter().map(|drawn| drawn.card);
        let Some(wanted) = wanted else { return cards.collect() };
        let phantoms = style::phantoms(self.paper, &self.wanted, wanted.id);
        let cards = cards.filter(|card| phantoms.contains(card) || self.holds(*card, wanted.id));
        cards.take(usize::try_from(wanted.size).unwrap_or(usize::MAX)).collect()
    }

    fn holds(&self, card: u64, id: ContestId) -> bool {
        let record = self.paper.record(card).and_then(|at| self.files.cvrs.card(at));
        record.is_some_and(|record| holds(record, id))
    }

    /// Whether settings say how many cards to draw.
    fn is_announced(&self) -> bool {
        !self.settings.rounds.is_empty() || self.own.is_some()
    }

    /// The draws that a new entry sheet is for, each with its number in the whole draw: those that the audit makes, or of `size` after
    /// the first `skip`. `None` where nobody says how many.
    pub(super) fn sheet(&self, size: Option<u64>, skip: u64) -> Result<Option<Vec<(u64, Drawn)>>, DrawError> {
        if size.is_none() && !self.is_announced() {
            return Ok(None);
        }
        let numbered = (1u64..).zip(self.cards(size.map(|size| size.saturating_add(skip)))?);
        if !self.settings.style || skip == 0 {
            return Ok(Some(numbered.skip(usize::try_from(skip).unwrap_or(usize::MAX)).collect()));
        }
        // A longer draw by style doesn't begin with a shorter one: each contest's further cards lie between the others'.
        let earlier: HashSet<u64> = self.cards(Some(skip))?.into_iter().map(|drawn| drawn.card).collect();
        Ok(Some(numbered.filter(|(_, drawn)| !earlier.contains(&drawn.card)).collect()))
    }

    /// Draws of all rounds; where none are named, as many as the board has rows. By style each contest has its own number of draws, and
    /// the board's rows are of all of them together: they say nothing of one contest where others name rounds. Otherwise one draw is
    /// for all contests.
    fn size(&self, of_contest: &[u64]) -> u64 {
        match (of_contest, &self.settings.rounds[..], self.own) {
            ([], [], None) => self.files.board.cards.len() as u64,
            ([], [], Some(most)) => {
                if self.settings.style {
                    0
                } else {
                    most
                }
            }
            ([], rounds, _) | (rounds, ..) => sum(rounds),
        }
    }
}

fn holds(record: Card<'_>, id: ContestId) -> bool {
    record.contests().binary_search(&id).is_ok()
}
