//! Columns by their names, as ES&S exports have them: `Cast Vote Record`, `Precinct`, `Ballot Style`, then contests, each
//! with the number of its field in brackets. A ranked contest has a column for each rank: `For Mayor Choice 2 (50)` or
//! `Rep. to Congress 2nd Choice District 1`. Another with several votes has as many columns, with its name on each or on the first
//! alone.

use crate::formats::marks::Marks;
use crate::formats::rank_row::{Choices, TOO_MANY};
use crate::{CardPlace, CvrBuilder, Mark};

/// How far down, from 0, the names may stand.
pub(super) const LAST_ROW: u32 = 20;

/// What a column holds.
#[derive(Clone, Copy)]
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
    /// A vote of the contest at this place, which may be one of several.
    Vote {
        contest: usize,
    },
    /// It has no heading.
    Unnamed,
}

/// A contest, and in how many columns votes for it are.
struct Headed {
    choices: Choices,
    columns: u32,
}

/// A sheet with named columns, and the card that is being read.
pub(super) struct Named {
    columns: Vec<Column>,
    contests: Vec<Headed>,
    marks: Marks,
    texts: [String; 4],
    cells: u32,
    is_total: bool,
}

/// What is wrong with a cell or row.
pub(super) struct Fault {
    pub(super) expected: &'static str,
    pub(super) found: &'static str,
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
            columns: vec![Column::Unnamed; last as usize + 1],
            contests: Vec::new(),
            marks: Marks::default(),
            texts: Default::default(),
            cells: 0,
            is_total: false,
        };
        for (column, text) in row {
            named.columns[*column as usize] = named.column(text.trim(), cvrs);
        }
        Some(named)
    }

    fn column(&mut self, text: &str, cvrs: &mut CvrBuilder) -> Column {
        match text.to_ascii_lowercase().as_str() {
            "" => return Column::Unnamed,
            "cast vote record" => return Column::Record,
            "precinct" => return Column::Precinct,
            "ballot style" => return Column::Style,
            "batch" => return Column::Batch,
            _ => {}
        }
        let text = without_field(text);
        let Some((name, rank)) = ranked(text) else {
            let contest = self.contest(text, cvrs);
            self.one_more_vote(contest, cvrs);
            return Column::Vote { contest };
        };
        let contest = self.contest(&name, cvrs);
        let ranks = &mut cvrs.contest_mut(self.contests[contest].choices.contest).ranks;
        *ranks = (*ranks).max(rank);
        Column::Rank { contest, rank }
    }

    fn contest(&mut self, name: &str, cvrs: &mut CvrBuilder) -> usize {
        let id = cvrs.contest("", name);
        self.contests.iter().position(|headed| headed.choices.contest == id).unwrap_or_else(|| {
            self.contests.push(Headed { choices: Choices::new(id), columns: 0 });
            self.contests.len() - 1
        })
    }

    /// A contest has a column for each vote that it allows.
    fn one_more_vote(&mut self, contest: usize, cvrs: &mut CvrBuilder) {
        let Headed { choices, columns } = &mut self.contests[contest];
        *columns += 1;
        let allowed = &mut cvrs.contest_mut(choices.contest).votes_allowed;
        *allowed = (*allowed).max(Some(*columns));
    }

    /// A cell of a card.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn cell(&mut self, column: u32, text: &str, cvrs: &mut CvrBuilder) -> Result<(), Fault> {
        let text = text.trim();
        if text.is_empty() || self.is_total {
            return Ok(());
        }
        self.cells += 1;
        let place = match self.column_at(column as usize, cvrs)? {
            Column::Record => 0,
            Column::Precinct => 1,
            Column::Style => 2,
            Column::Batch => 3,
            Column::Rank { contest, rank } => return self.mark(contest, Some(rank), text, cvrs),
            Column::Vote { contest } => return self.mark(contest, None, text, cvrs),
            Column::Unnamed => return Err(NO_HEADING),
        };
        // The last row may say how many there are.
        self.is_total = place == 0 && text.starts_with("Total");
        text.clone_into(&mut self.texts[place]);
        Ok(())
    }

    /// What a column with a cell holds. One without a heading that follows a contest's is that contest's next vote.
    fn column_at(&mut self, at: usize, cvrs: &mut CvrBuilder) -> Result<Column, Fault> {
        match self.columns.get(at) {
            None | Some(Column::Unnamed) => {}
            Some(column) => return Ok(*column),
        }
        let before = self.columns[..at.min(self.columns.len())].iter().rposition(|c| !matches!(c, Column::Unnamed));
        let Some((from, Column::Vote { contest })) = before.map(|from| (from, self.columns[from])) else {
            return Err(NO_HEADING);
        };
        if self.columns.len() <= at {
            self.columns.resize(at + 1, Column::Unnamed);
        }
        // A cell may be the first one that is filled in any of them: those before it are votes that nobody gave.
        for column in from + 1..=at {
            self.columns[column] = Column::Vote { contest };
            self.one_more_vote(contest, cvrs);
        }
        Ok(Column::Vote { contest })
    }

    /// Adds the card, if there was one. A contest without any cell is not on the card.
    ///
    /// # Errors
    /// Where the row is of no record.
    pub(super) fn end(&mut self, cvrs: &mut CvrBuilder) -> Result<(), Fault> {
        let [record, precinct, style, batch] = &self.texts;
        if self.cells > 0 && record.is_empty() {
            return Err(Fault {
                expected: "a record's number below “Cast Vote Record”", found: "a row without one"
            });
        }
        if self.cells > 0 && !self.is_total {
            let place = CardPlace { batch, record, precinct, style, ..CardPlace::default() };
            self.marks.add_card(place, cvrs);
        } else {
            self.marks.clear();
        }
        self.texts.iter_mut().for_each(String::clear);
        (self.cells, self.is_total) = (0, false);
        Ok(())
    }

    /// What a cell says of a contest; `rank` where its column is of one.
    fn mark(&mut self, contest: usize, rank: Option<u16>, text: &str, cvrs: &mut CvrBuilder) -> Result<(), Fault> {
        let (choices, marks) = (&mut self.contests[contest].choices, &mut self.marks);
        marks.on_card(choices.contest);
        match text.to_ascii_lowercase().as_str() {
            "overvote" => marks.ranked(choices.contest, Mark::overvote(rank.unwrap_or(1))),
            "undervote" | "skipped" => {}
            lower => {
                let write_in = matches!(lower, "uwi" | "write-in" | "writein" | "undeclared write-ins");
                let choice = choices.place(text, write_in, cvrs);
                match rank {
                    Some(rank) => marks.ranked(choices.contest, Mark::ranked(choice, rank)),
                    // Two lines for a write-in have one name, and are two votes.
                    None => marks.mark(choices.contest, Mark::vote(choice)),
                }
            }
        }
        if choices.are_too_many() { Err(Fault { expected: "a choice", found: TOO_MANY }) } else { Ok(()) }
    }
}

const NO_HEADING: Fault =
    Fault { expected: "no cell where no contest's name stands above, or on its left", found: "a filled cell" };

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
