//! A card that is a row of a table, as cells are met: ranks by column, and what tells the card apart.

use hashbrown::HashMap;

use super::Layout;
use crate::{CardPlace, Choice, ContestId, CvrBuilder, Mark, Votes};

/// What RCTab calls undeclared write-ins in its results.
const WRITE_INS: &str = "Undeclared Write-ins";

/// The most choices of a contest: a table whose cells are no names would have as many as rows.
const MOST_CHOICES: usize = 5_000;

/// What is said then.
pub(super) const TOO_MANY: &str = "the name of one more than the 5,000 that a contest may have";

/// The choices of one contest, with their places at hand.
#[derive(Debug)]
pub(super) struct Choices {
    pub(super) contest: ContestId,
    places: HashMap<String, u32>,
}

impl Choices {
    pub(super) fn new(contest: ContestId) -> Self {
        Self { contest, places: HashMap::new() }
    }

    /// Whether there are more than any contest has.
    pub(super) fn are_too_many(&self) -> bool {
        self.places.len() > MOST_CHOICES
    }

    /// The place of the choice of that name.
    pub(super) fn place(&mut self, name: &str, write_in: bool, cvrs: &mut CvrBuilder) -> u32 {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        let choice = Choice { name: name.to_owned(), write_in, ..Choice::default() };
        let place = cvrs.choice(self.contest, choice);
        self.places.insert(name.to_owned(), place);
        place
    }
}

/// A row whose contest and labels a [`Layout`] tells, collected cell by cell from the left.
#[derive(Debug)]
pub(super) struct RankRow<'a> {
    layout: &'a Layout,
    choices: Choices,
    votes: Votes,
    id: String,
    batch: String,
    precinct: String,
    last_rank: u16,
    cells: u32,
}

impl<'a> RankRow<'a> {
    pub(super) fn new(layout: &'a Layout, contest: ContestId) -> Self {
        Self {
            layout,
            choices: Choices::new(contest),
            votes: Votes::default(),
            id: String::new(),
            batch: String::new(),
            precinct: String::new(),
            last_rank: 0,
            cells: 0,
        }
    }

    /// A cell that is not empty.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn cell(&mut self, column: u32, text: &str, cvrs: &mut CvrBuilder) -> Result<(), &'static str> {
        self.cells += 1;
        let column = Some(column);
        if column == self.layout.precinct_column {
            text.clone_into(&mut self.precinct);
        } else if column == self.layout.batch_column {
            text.clone_into(&mut self.batch);
        } else if column == self.layout.id_column {
            text.clone_into(&mut self.id);
        } else if let Some(rank) = self.rank(column) {
            self.blanks_before(rank, cvrs);
            self.last_rank = rank;
            self.choices_at(rank, text.trim(), cvrs)?;
            if self.choices.are_too_many() {
                return Err(TOO_MANY);
            }
        }
        Ok(())
    }

    /// Whether nothing was in the row.
    pub(super) fn is_blank(&self) -> bool {
        self.cells == 0
    }

    /// Whether the row lacks the id that it should have.
    pub(super) fn lacks_id(&self) -> bool {
        self.layout.id_column.is_some() && self.id.is_empty()
    }

    /// Adds the card, and begins the next.
    pub(super) fn end(&mut self, number: u64, cvrs: &mut CvrBuilder) {
        if let Some(ranks) = self.layout.ranks {
            self.blanks_before(ranks.saturating_add(1), cvrs);
        }
        self.votes.on_card(self.choices.contest);
        let number = number.to_string();
        let record = if self.id.is_empty() { &number } else { &self.id };
        let place = CardPlace { batch: &self.batch, record, precinct: &self.precinct, ..CardPlace::default() };
        cvrs.card(place, &mut self.votes);
        self.begin();
    }

    /// Forgets what was collected.
    pub(super) fn begin(&mut self) {
        self.votes.clear();
        for text in [&mut self.id, &mut self.batch, &mut self.precinct] {
            text.clear();
        }
        (self.last_rank, self.cells) = (0, 0);
    }

    fn rank(&self, column: Option<u32>) -> Option<u16> {
        let rank = column?.checked_sub(self.layout.first_vote_column)?.checked_add(1)?;
        u16::try_from(rank).ok().filter(|rank| self.layout.ranks.is_none_or(|most| *rank <= most))
    }

    /// Empty cells before a rank, where they mean a write-in.
    fn blanks_before(&mut self, rank: u16, cvrs: &mut CvrBuilder) {
        if self.layout.blank_is_write_in {
            for blank in self.last_rank + 1..rank {
                let choice = self.choices.place(WRITE_INS, true, cvrs);
                self.votes.mark(self.choices.contest, Mark::ranked(choice, blank));
            }
        }
    }

    fn choices_at(&mut self, rank: u16, text: &str, cvrs: &mut CvrBuilder) -> Result<(), &'static str> {
        let delimiter = self.layout.overvote_delimiter.as_str();
        if delimiter.is_empty() || !text.contains(delimiter) {
            self.choice(rank, text, cvrs);
            return Ok(());
        }
        let parts: Vec<&str> = text.split(delimiter).map(str::trim).collect();
        // Delimiters at the end add no choice.
        let filled = parts.iter().rposition(|part| !part.is_empty()).map_or(0, |last| last + 1);
        for part in &parts[..filled] {
            if filled > 1 && (part.is_empty() || **part == self.layout.skipped_label) {
                return Err("several choices of which one is empty or skipped");
            }
            self.choice(rank, part, cvrs);
        }
        Ok(())
    }

    fn choice(&mut self, rank: u16, text: &str, cvrs: &mut CvrBuilder) {
        let is = |label: &str| !label.is_empty() && text == label;
        if text.is_empty() || is(&self.layout.skipped_label) {
            return;
        }
        if is(&self.layout.overvote_label) {
            return self.votes.mark(self.choices.contest, Mark::overvote(rank));
        }
        let write_in = is(&self.layout.write_in_label);
        let choice = self.choices.place(text, write_in, cvrs);
        self.votes.mark(self.choices.contest, Mark::ranked(choice, rank));
    }
}
