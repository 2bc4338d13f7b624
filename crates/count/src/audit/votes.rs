//! What a card says in a contest, as an audit sees it.

use super::{BLANK, NOT_ON_CARD};
use crate::alike::{alike, the_one};
use crate::{Contest, Interpretation, Mark};

/// A card's vote in a contest.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CardVote {
    /// The contest is not on the card.
    NoContest,
    /// Valid choices, in order of rank where they are ranked; empty where there is no valid vote.
    Choices(Vec<u32>),
}

/// Valid votes of a contest without ranks: none where more were given than allowed.
pub fn chosen(marks: &[Mark], allowed: u32) -> Vec<u32> {
    let mut chosen: Vec<u32> =
        marks.iter().filter(|m| m.votes > 0 && m.choice != Mark::OVERVOTE).map(|m| m.choice).collect();
    chosen.sort_unstable();
    chosen.dedup();
    let overvoted = chosen.len() as u64 > u64::from(allowed) || marks.iter().any(|m| m.choice == Mark::OVERVOTE);
    if overvoted { Vec::new() } else { chosen }
}

/// A ranking: choices by rank, up to the first rank that has several; ranks left out are passed over, a choice's later ranks
/// don't count.
pub fn ranking(marks: &[Mark]) -> Vec<u32> {
    let mut ranking = Vec::new();
    let marks: Vec<&Mark> = marks.iter().filter(|m| m.votes > 0 || m.choice == Mark::OVERVOTE).collect();
    for same_rank in marks.chunk_by(|a, b| a.rank == b.rank) {
        match same_rank {
            [one] if one.choice != Mark::OVERVOTE => {
                if !ranking.contains(&one.choice) {
                    ranking.push(one.choice);
                }
            }
            _ => break,
        }
    }
    ranking
}

/// The vote that marks make in a contest; `None`: the contest is not on the card.
pub fn vote_of(marks: Option<&[Mark]>, ranked: bool, allowed: u32) -> CardVote {
    match marks {
        None => CardVote::NoContest,
        Some(marks) if ranked => CardVote::Choices(ranking(marks)),
        Some(marks) => CardVote::Choices(chosen(marks, allowed)),
    }
}

/// The vote that a board read; `Err` with a name that no choice of the contest has. `None`: nobody looked.
pub fn vote_read(
    read: &Interpretation,
    contest: &Contest,
    ranked: bool,
    allowed: u32,
) -> Result<Option<CardVote>, String> {
    let names = match read {
        Interpretation::NotRead => return Ok(None),
        Interpretation::NotOnCard if loosely(contest, NOT_ON_CARD).is_some() => return Err(both(NOT_ON_CARD)),
        Interpretation::Choices(names) if names.is_empty() && loosely(contest, BLANK).is_some() => {
            return Err(both(BLANK));
        }
        Interpretation::NotOnCard => return Ok(Some(CardVote::NoContest)),
        Interpretation::Choices(names) => names,
    };
    let mut choices = Vec::with_capacity(names.len());
    let mut left = names.as_slice();
    while let Some((first, rest)) = left.split_first() {
        let one = contest
            .choice(first)
            .or_else(|| loosely(contest, first))
            .or_else(|| contest.find(first))
            .map(|at| (at, rest));
        let (at, rest) = match (one, parted(contest, left)) {
            (Some(one), None) => one,
            (None, Some((at, parts))) => (at, &left[parts..]),
            // Two choices, or one that is named for both: nobody can say which.
            (Some(_), Some((_, parts))) => return Err(left[..parts].join("; ")),
            (None, None) => return Err(first.clone()),
        };
        choices.push(at as u32);
        left = rest;
    }
    if !ranked {
        choices.sort_unstable();
        choices.dedup();
        if choices.len() as u64 > u64::from(allowed) {
            choices.clear();
        }
    }
    Ok(Some(CardVote::Choices(choices)))
}

/// A board's word for no choice where a choice has that name: nobody can tell which of the two was meant.
fn both(word: &str) -> String {
    format!("“{word}”, which is the name of a choice and the sheet's word for none")
}

/// A choice whose own name has semicolons, read as several names: which, and how many of them are its.
fn parted(contest: &Contest, names: &[String]) -> Option<(usize, usize)> {
    let mut parted = contest.choices.iter().enumerate().filter(|(_, choice)| choice.name.contains(';')).filter_map(
        |(at, choice)| {
            let parts: Vec<&str> = choice.name.split(';').map(str::trim).filter(|part| !part.is_empty()).collect();
            let same = names.iter().zip(&parts).all(|(name, part)| alike(name) == alike(part));
            (same && !parts.is_empty() && parts.len() <= names.len()).then_some((at, parts.len()))
        },
    );
    let (at, parts) = parted.next()?;
    parted.next().is_none().then_some((at, parts))
}

/// A board types names by hand: capitals, spaces and apostrophes don't tell choices apart.
fn loosely(contest: &Contest, name: &str) -> Option<usize> {
    the_one(contest.choices.iter().map(|choice| choice.name.as_str()), name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Choice;

    #[test]
    fn an_overvote_is_no_vote() {
        assert_eq!(chosen(&[Mark::vote(1)], 1), [1]);
        assert_eq!(chosen(&[Mark::vote(0), Mark::vote(1)], 1), [] as [u32; 0]);
        assert_eq!(chosen(&[Mark::vote(0), Mark { rank: 1, choice: 1, votes: 0 }], 1), [0]);
        assert_eq!(chosen(&[Mark::overvote(1)], 2), [] as [u32; 0]);
    }

    #[test]
    fn a_ranking_ends_where_it_is_unclear() {
        let marks = [Mark::ranked(2, 1), Mark::ranked(0, 3), Mark::ranked(2, 4), Mark::ranked(1, 5)];
        assert_eq!(ranking(&marks), [2, 0, 1]);
        let marks = [Mark::ranked(2, 1), Mark::ranked(0, 2), Mark::ranked(1, 2), Mark::ranked(3, 3)];
        assert_eq!(ranking(&marks), [2]);
    }

    #[test]
    fn a_name_with_a_semicolon_can_be_typed() {
        let choice = |name: &str| Choice { name: name.to_owned(), ..Choice::default() };
        let choices = ["Smith; John", "Ben Yew", "Lee;Cy", "Lee"].map(choice).to_vec();
        let contest = Contest { choices, ..Contest::default() };
        let read = |cell: &str| {
            let names = cell.split(';').map(|name| name.trim().to_owned()).collect();
            vote_read(&Interpretation::Choices(names), &contest, false, 2)
        };
        assert_eq!(read("Smith; John"), Ok(Some(CardVote::Choices(vec![0]))));
        assert_eq!(read("ben yew;smith;john"), Ok(Some(CardVote::Choices(vec![0, 1]))));
        assert_eq!(read("Lee"), Ok(Some(CardVote::Choices(vec![3]))));
        assert_eq!(read("Lee; Cy"), Err("Lee; Cy".to_owned()), "one choice, or Lee and somebody unknown");
        assert_eq!(read("Smith"), Err("Smith".to_owned()));
    }

    #[test]
    fn names_typed_by_hand_are_found() {
        let choice = |name: &str| Choice { name: name.to_owned(), ..Choice::default() };
        let contest = Contest { choices: vec![choice("Ada  Zed"), choice("Ben Yew")], ..Contest::default() };
        let read = |names: &[&str]| {
            let names = names.iter().map(|n| (*n).to_owned()).collect();
            vote_read(&Interpretation::Choices(names), &contest, false, 1)
        };
        assert_eq!(read(&["ada zed"]), Ok(Some(CardVote::Choices(vec![0]))));
        assert_eq!(read(&["Ada Zed", "Ben Yew"]), Ok(Some(CardVote::Choices(vec![]))));
        assert_eq!(read(&["Cy"]), Err("Cy".to_owned()));
        assert_eq!(read(&[]), Ok(Some(CardVote::Choices(vec![]))));
        let blank = Contest { choices: vec![choice("Blank")], ..Contest::default() };
        assert!(vote_read(&Interpretation::Choices(vec![]), &blank, false, 1).is_err(), "a choice of that name");
    }
}
