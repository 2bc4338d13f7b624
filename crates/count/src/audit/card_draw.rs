//! Which cards are drawn for which contest.

use pollwarden_rla::draw::DrawError;

use super::style::{self, Wanted};
use super::style_bound::most_cards;
use super::{AuditSettings, ContestSettings, Drawn, Files, Method, Paper, sample};
use crate::{Card, ContestId};

/// The draw of cards, and each contest's share of it.
pub(super) struct CardDraw<'a> {
    settings: &'a AuditSettings,
    files: Files<'a>,
    paper: &'a Paper,
    /// Whether a contest is audited by cards at all.
    any: bool,
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
        let any = asked.iter().any(|contest| method(contest, files) != Method::BatchComparison);
        let mut draw = Self { settings, files, paper, any, wanted: Vec::new() };
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

    /// Draws of all rounds; without rounds, as many as the board has rows.
    fn size(&self, of_contest: &[u64]) -> u64 {
        let rounds = if of_contest.is_empty() { &self.settings.rounds[..] } else { of_contest };
        match rounds {
            [] => self.files.board.cards.len() as u64,
            rounds => rounds.iter().fold(0u64, |sum, size| sum.saturating_add(*size)),
        }
    }
}

fn holds(record: Card<'_>, id: ContestId) -> bool {
    record.contests().binary_search(&id).is_ok()
}
