//! Ballots of a contest, each way of voting once: what the rules count.

use indexmap::IndexMap;

use super::place::{Choice, Label};
use super::{OvervoteRule, Rules, SliceBy, TabulateError};
use crate::{Card, ContestId, Cvrs, Mark};

/// A candidate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Candidate {
    /// As the results name them.
    pub name: String,
    /// Other names and ids in the records.
    pub aliases: Vec<String>,
    /// Whether votes for them are passed over as if they were not in the contest.
    pub excluded: bool,
}

/// Name of undeclared write-ins in RCTab's results.
pub(super) const WRITE_INS: &str = "Undeclared Write-ins";

/// Cast vote records of one source, and how to read choices from them.
#[derive(Debug, Clone, Copy)]
pub struct SourceRecords<'a> {
    /// The records.
    pub cvrs: &'a Cvrs,
    /// The contest in them.
    pub contest: ContestId,
    /// The name or id that stands for any undeclared write-in; empty where there is none.
    pub write_in_label: &'a str,
    /// Whether every choice that the records mark as a write-in is an undeclared one.
    pub write_ins_are_marked: bool,
    /// The highest rank that a ballot may have; `None`: any.
    pub max_rank: Option<u16>,
    /// Whether choices at higher ranks are left out, rather than refused.
    pub cut_ranks: bool,
    /// What a card without a precinct belongs to; empty where such cards are refused.
    pub no_precinct: &'a str,
    /// What a card without a batch belongs to; empty where such cards are refused.
    pub no_batch: &'a str,
}

/// Ballots of a contest.
#[derive(Debug, Clone, Default)]
pub struct Ballots {
    candidates: Vec<Candidate>,
    write_ins: bool,
    labels: indexmap::IndexMap<String, Label>,
    by: Vec<SliceBy>,
    slices: indexmap::IndexSet<(SliceBy, String)>,
    piles: IndexMap<PileKey, u64>,
}

/// Ballots that count alike: choices by rank, and the slices they belong to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct PileKey {
    pub(super) choices: Box<[Choice]>,
    pub(super) slices: Vec<usize>,
}

impl<'a> SourceRecords<'a> {
    /// The contest of these records, with nothing cut, renamed or refused.
    pub fn new(cvrs: &'a Cvrs, contest: ContestId) -> Self {
        Self {
            cvrs,
            contest,
            write_in_label: "",
            write_ins_are_marked: false,
            max_rank: None,
            cut_ranks: false,
            no_precinct: "",
            no_batch: "",
        }
    }
}

impl Ballots {
    /// No ballots yet, for these candidates; with undeclared write-ins as one more. Broken down by `by`.
    pub fn new(candidates: Vec<Candidate>, write_ins: bool, by: &[SliceBy]) -> Self {
        Self { candidates, write_ins, by: by.to_vec(), ..Self::default() }
    }

    /// All cards of a contest, with its choices as candidates.
    ///
    /// # Errors
    /// Where no card has the contest.
    pub fn of_contest(cvrs: &Cvrs, contest: ContestId) -> Result<Self, TabulateError> {
        let named = |choice: &crate::Choice| Candidate { name: choice.name.clone(), ..Candidate::default() };
        let candidates = cvrs.contest(contest).choices.iter().map(named).collect();
        let mut ballots = Self::new(candidates, false, &[]);
        ballots.add(&SourceRecords::new(cvrs, contest))?;
        Ok(ballots)
    }

    /// Adds the cards of a source.
    ///
    /// # Errors
    /// A choice that is no candidate, a rank that is not allowed, a card without a slice that is asked for.
    pub fn add(&mut self, source: &SourceRecords<'_>) -> Result<(), TabulateError> {
        let labels = self.labels_of(source);
        if self.by.is_empty() {
            for (marks, cards) in source.cvrs.ways(source.contest) {
                let choices = choices_of(source, &labels, marks, cards)?;
                *self.piles.entry(PileKey { choices, slices: Vec::new() }).or_insert(0) += cards;
            }
            return Ok(());
        }
        for card in source.cvrs.cards() {
            let Some(marks) = card.marks(source.contest) else { continue };
            let choices = choices_of(source, &labels, marks, 1)?;
            let slices = self.slices_of(source, &card)?;
            *self.piles.entry(PileKey { choices, slices }).or_insert(0) += 1;
        }
        Ok(())
    }

    /// How many ballots there are.
    pub fn cards(&self) -> u64 {
        self.piles.values().sum()
    }

    /// Names of all candidates, undeclared write-ins last.
    pub(super) fn names(&self) -> Vec<String> {
        let write_ins = self.write_ins.then(|| WRITE_INS.to_owned());
        self.candidates.iter().map(|c| c.name.clone()).chain(write_ins).collect()
    }

    /// Declared candidates, excluded ones too.
    pub(super) fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// The place of undeclared write-ins among all candidates.
    pub(super) fn write_ins(&self) -> Option<usize> {
        self.write_ins.then_some(self.candidates.len())
    }

    pub(super) fn labels(&self) -> Vec<Label> {
        self.labels.values().copied().collect()
    }

    pub(super) fn slices(&self) -> impl ExactSizeIterator<Item = &(SliceBy, String)> {
        self.slices.iter()
    }

    pub(super) fn piles(&self) -> impl ExactSizeIterator<Item = (&PileKey, u64)> {
        self.piles.iter().map(|(key, cards)| (key, *cards))
    }

    /// Whether these rules can be applied to these ballots.
    pub(super) fn check(&self, rules: &Rules) -> Result<(), TabulateError> {
        if self.cards() == 0 {
            return Err(TabulateError::NoCards);
        }
        if self.candidates.iter().all(|candidate| candidate.excluded) {
            return Err(TabulateError::Rules { what: "every candidate is excluded".to_owned() });
        }
        let unknown = |key: &PileKey| key.choices.iter().any(|c| self.labels[c.1 as usize].candidate.is_none());
        let needed = rules.overvotes == OvervoteRule::ExhaustIfSeveralContinue;
        if needed && self.piles.keys().any(unknown) {
            return Err(TabulateError::OvervoteWithoutChoices);
        }
        Ok(())
    }

    /// For each choice of the contest and, last, for an overvote: its label, `None` where it is no candidate.
    fn labels_of(&mut self, source: &SourceRecords<'_>) -> Vec<Option<u32>> {
        let mut labels = Vec::new();
        for choice in &source.cvrs.contest(source.contest).choices {
            let texts = [choice.name.as_str(), choice.external_id.as_str()];
            let texts = texts.into_iter().filter(|text| !text.is_empty());
            let undeclared = source.write_ins_are_marked && choice.write_in
                || texts.clone().any(|text| text == source.write_in_label || text == WRITE_INS);
            let found = match self.write_ins() {
                _ if !undeclared => texts.clone().find_map(|text| Some((text, self.candidate(text)?))),
                Some(at) => Some((WRITE_INS, Label { candidate: Some(at), own_name: true })),
                None => None,
            };
            labels.push(found.map(|(text, label)| self.label(text, label)));
        }
        // As RCTab has it, an overvote is one more name, which a ballot may repeat.
        let overvote = self.label("overvote", Label { candidate: None, own_name: true });
        labels.push(Some(overvote));
        labels
    }

    fn label(&mut self, text: &str, label: Label) -> u32 {
        match self.labels.get_index_of(text) {
            Some(at) => at as u32,
            None => self.labels.insert_full(text.to_owned(), label).0 as u32,
        }
    }

    fn candidate(&self, text: &str) -> Option<Label> {
        let known = |c: &Candidate| c.name == text || c.aliases.iter().any(|alias| alias == text);
        let at = self.candidates.iter().position(known)?;
        Some(Label { candidate: Some(at), own_name: self.candidates[at].name == text })
    }

    fn slices_of(&mut self, source: &SourceRecords<'_>, card: &Card<'_>) -> Result<Vec<usize>, TabulateError> {
        let mut slices = Vec::with_capacity(self.by.len());
        for by in self.by.clone() {
            let (told, otherwise) = match by {
                SliceBy::Precinct => (card.precinct(), source.no_precinct),
                SliceBy::Batch => (card.batch().batch.as_str().into(), source.no_batch),
            };
            let id = if told.is_empty() { otherwise } else { &told };
            if id.is_empty() {
                return Err(no_slice(source, by));
            }
            slices.push(self.slices.insert_full((by, id.to_owned())).0);
        }
        Ok(slices)
    }
}

/// A card's choices that count, by rank.
fn choices_of(
    source: &SourceRecords<'_>,
    labels: &[Option<u32>],
    marks: &[Mark],
    cards: u64,
) -> Result<Box<[Choice]>, TabulateError> {
    let mut choices = Vec::with_capacity(marks.len());
    for mark in marks {
        let overvote = mark.choice == Mark::OVERVOTE;
        if mark.votes == 0 && !overvote {
            continue;
        }
        let allowed = mark.rank > 0 && source.max_rank.is_none_or(|most| mark.rank <= most);
        if !allowed && source.cut_ranks {
            continue;
        }
        if !allowed {
            let allowed = source.max_rank.map_or("1 and more".to_owned(), |most| format!("1 to {most}"));
            return Err(TabulateError::RankNotAllowed { rank: mark.rank, allowed });
        }
        let at = if overvote { labels.len() - 1 } else { mark.choice as usize };
        let label = labels.get(at).copied().flatten().ok_or_else(|| unknown(source, mark.choice, cards))?;
        choices.push((mark.rank, label));
    }
    choices.sort_unstable();
    Ok(choices.into())
}

fn unknown(source: &SourceRecords<'_>, choice: u32, cards: u64) -> TabulateError {
    let contest = source.cvrs.contest(source.contest);
    let ranked = |marks: &[Mark]| marks.iter().any(|mark| mark.choice == choice && mark.votes > 0);
    let all: u64 = source.cvrs.ways(source.contest).filter(|(marks, _)| ranked(marks)).map(|(_, n)| n).sum();
    let name = contest.choices.get(choice as usize).map_or(String::new(), |choice| choice.name.clone());
    TabulateError::UnknownCandidate { name, cards: all.max(cards) }
}

fn no_slice(source: &SourceRecords<'_>, by: SliceBy) -> TabulateError {
    let lacks = |card: &Card<'_>| match by {
        SliceBy::Precinct => card.precinct().is_empty(),
        SliceBy::Batch => card.batch().batch.is_empty(),
    };
    let cards = source.cvrs.cards().filter(|card| card.marks(source.contest).is_some() && lacks(card)).count() as u64;
    TabulateError::NoSlice { by: if by == SliceBy::Precinct { "precinct" } else { "batch" }, cards }
}
