//! Columns by their names, as ES&S exports have them: `Cast Vote Record`, `Precinct`, `Ballot Style`, then contests, each
//! with the number of its field in brackets. A ranked contest has a column for each rank: `For Mayor Choice 2 (50)` or
//! `Rep. to Congress 2nd Choice District 1`.

use crate::formats::rank_row::{Choices, TOO_MANY};
use crate::{CardPlace, CvrBuilder, Mark, Votes};

/// How far down, from 0, the names may stand.
pub(super) const LAST_ROW: u32 = 20;

/// What a column holds.
enum Column {
    Record,
    Precinct,
    Style,
    Batch,
    /// A rank of the contest at this place among `contests`.
    Rank {
        contest: usize,
        rank: u16,
    },
    Other,
}

/// A sheet with named columns, and the card that is being read.
pub(super) struct Named {
    columns: Vec<Column>,
    contests: Vec<Choices>,
    votes: Votes,
    texts: [String; 4],
    cells: u32,
}

impl Named {
    /// The columns of a row, if these are names.
    pub(super) fn of(row: &[(u32, String)], cvrs: &mut CvrBuilder) -> Option<Self> {
        let first = |text: &str| text.trim().eq_ignore_ascii_case("cast vote record");
        if !row.iter().any(|(_, text)| first(text)) {
            return None;
        }
        let last = row.iter().map(|(column, _)| *column).max()?;
        let mut named = Self {
            columns: (0..=last).map(|_| Column::Other).collect(),
            contests: Vec::new(),
            votes: Votes::default(),
            texts: Default::default(),
            cells: 0,
        };
        for (column, text) in row {
            named.columns[*column as usize] = named.column(text.trim(), cvrs);
        }
        Some(named)
    }

    fn column(&mut self, text: &str, cvrs: &mut CvrBuilder) -> Column {
        match text.to_ascii_lowercase().as_str() {
            "cast vote record" => return Column::Record,
            "precinct" => return Column::Precinct,
            "ballot style" => return Column::Style,
            "batch" => return Column::Batch,
            _ => {}
        }
        let text = without_field(text);
        let (name, rank) = ranked(text).unwrap_or_else(|| (text.to_owned(), 1));
        let id = cvrs.contest("", &name);
        let ranks = &mut cvrs.contest_mut(id).ranks;
        *ranks = (*ranks).max(if ranked(text).is_some() { rank } else { 0 });
        let contest = self.contests.iter().position(|choices| choices.contest == id).unwrap_or_else(|| {
            self.contests.push(Choices::new(id));
            self.contests.len() - 1
        });
        Column::Rank { contest, rank }
    }

    /// A cell of a card.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn cell(&mut self, column: u32, text: &str, cvrs: &mut CvrBuilder) -> Result<(), &'static str> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(());
        }
        self.cells += 1;
        let place = match self.columns.get(column as usize) {
            Some(Column::Record) => 0,
            Some(Column::Precinct) => 1,
            Some(Column::Style) => 2,
            Some(Column::Batch) => 3,
            Some(Column::Rank { contest, rank }) => {
                return mark(&mut self.votes, &mut self.contests[*contest], *rank, text, cvrs);
            }
            Some(Column::Other) | None => return Ok(()),
        };
        text.clone_into(&mut self.texts[place]);
        Ok(())
    }

    /// Adds the card, if there was one. A contest without any cell is not on the card.
    pub(super) fn end(&mut self, cvrs: &mut CvrBuilder) {
        if self.cells > 0 {
            let [record, precinct, style, batch] = &self.texts;
            let place = CardPlace { batch, record, precinct, style, ..CardPlace::default() };
            cvrs.card(place, &mut self.votes);
        }
        self.votes.clear();
        self.texts.iter_mut().for_each(String::clear);
        self.cells = 0;
    }
}

fn mark(
    votes: &mut Votes,
    choices: &mut Choices,
    rank: u16,
    text: &str,
    cvrs: &mut CvrBuilder,
) -> Result<(), &'static str> {
    votes.on_card(choices.contest);
    match text.to_ascii_lowercase().as_str() {
        "overvote" => votes.mark(choices.contest, Mark::overvote(rank)),
        "undervote" | "skipped" => {}
        lower => {
            let write_in = matches!(lower, "uwi" | "write-in" | "writein" | "undeclared write-ins");
            let choice = choices.place(text, write_in, cvrs);
            votes.mark(choices.contest, Mark::ranked(choice, rank));
        }
    }
    if choices.are_too_many() { Err(TOO_MANY) } else { Ok(()) }
}

/// Without the number of the field at the end.
fn without_field(text: &str) -> &str {
    let Some((name, field)) = text.rsplit_once('(') else { return text };
    let number = field.strip_suffix(')').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    if number { name.trim_end() } else { text }
}

/// The contest and the rank, if a column's name has one: `Choice 2`, `2nd Choice`.
fn ranked(text: &str) -> Option<(String, u16)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    for (at, pair) in words.windows(2).enumerate() {
        let number = match pair {
            [word, number] if word.eq_ignore_ascii_case("choice") => number.parse().ok(),
            [number, word] if word.eq_ignore_ascii_case("choice") => ordinal(number),
            _ => None,
        };
        if let Some(rank) = number.filter(|rank| *rank > 0) {
            let name = words[..at].iter().chain(&words[at + 2..]).copied().collect::<Vec<_>>().join(" ");
            return Some((name, rank));
        }
    }
    None
}

fn ordinal(text: &str) -> Option<u16> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    matches!(&text[digits.len()..], "st" | "nd" | "rd" | "th").then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_columns() {
        assert_eq!(without_field("For Mayor Choice 2 (50)"), "For Mayor Choice 2");
        assert_eq!(without_field("Clerk (vote for 1)"), "Clerk (vote for 1)");
        assert_eq!(ranked("For Mayor Choice 12"), Some(("For Mayor".to_owned(), 12)));
        assert_eq!(
            ranked("Rep. to Congress 2nd Choice District 1"),
            Some(("Rep. to Congress District 1".to_owned(), 2))
        );
        assert_eq!(ranked("Choice 3"), Some((String::new(), 3)));
        assert_eq!(ranked("School Choice Board"), None);
        assert_eq!(ranked("Choice 0"), None);
    }
}
