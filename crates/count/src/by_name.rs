//! Reported and recorded votes of a contest, name by name: which differ, and which only one of the two has?

use crate::formats::rows::plain;
use crate::write_in::is_for_anybody;
use crate::{Choice, Contest, ReportedContest};

/// A choice, its reported votes and those of the records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// Its name, with its parties where several rows have it.
    pub(crate) name: String,
    /// Reported votes; `None` where no row reports any.
    pub(crate) reported: Option<i64>,
    /// Recorded votes.
    pub(crate) recorded: u64,
}

/// Votes of a contest.
pub(crate) struct Votes {
    /// By reported choice.
    pub(crate) reported: Vec<i64>,
    /// By choice of the records.
    pub(crate) recorded: Vec<u64>,
}

/// What files count beside choices: rows of these are no names.
const NO_CHOICE: [&str; 20] = [
    "undervotes",
    "undervote",
    "numberofundervotes",
    "timesundervoted",
    "overvotes",
    "overvote",
    "numberofovervotes",
    "timesovervoted",
    "blank",
    "blanks",
    "blankvotes",
    "numberofblankvotes",
    "blankballots",
    "timesblankvoted",
    "uncastvotes",
    "numberofuncastvotes",
    "void",
    "scattering",
    "totalvotes",
    "turnout",
];

impl Difference {
    /// `Ada Zed 1204`, `Ada Zed no row`.
    pub(crate) fn as_reported(&self) -> String {
        self.reported.map_or_else(|| format!("{} no row", self.name), |votes| format!("{} {votes}", self.name))
    }
}

impl Votes {
    /// Choices whose votes differ, whoever was written in left out. A name that several parties' rows have is one choice.
    pub(crate) fn differences(&self, reported: &ReportedContest, contest: &Contest) -> Vec<Difference> {
        let places: Vec<Option<usize>> = reported.choices.iter().map(|c| contest.choice(&c.name)).collect();
        let mut differences: Vec<Difference> = Vec::new();
        let mut alone = Vec::new();
        for (at, choice) in contest.choices.iter().enumerate().filter(|(_, c)| !is_folded(c, reported)) {
            if contest.choice(&choice.name) != Some(at) {
                // Another line of a name that was looked at with all its lines.
                continue;
            }
            let rows: Vec<usize> = (0..places.len()).filter(|row| self.is_of(*row, at, &places, reported)).collect();
            let recorded = self.recorded_of(&choice.name, contest);
            let sum = rows.iter().map(|row| self.reported[*row]).reduce(i64::saturating_add);
            let difference = Difference { name: named(reported, &rows, &choice.name), reported: sum, recorded };
            match sum {
                Some(votes) if i64::try_from(recorded) != Ok(votes) => differences.push(difference),
                None if recorded > 0 => alone.push(difference),
                _ => {}
            }
        }
        let unknown = self.unknown(reported, &places);
        if !written_otherwise(&alone, &unknown) {
            differences.extend(alone);
            differences.extend(unknown);
        }
        differences
    }

    /// More votes for those written in than `room` has left: all votes that the cards can hold, but for those recorded of others.
    pub(crate) fn write_ins_beyond(
        &self,
        reported: &ReportedContest,
        contest: &Contest,
        room: u64,
    ) -> Option<Difference> {
        let written = reported.choices.iter().zip(&self.reported).filter(|(choice, _)| choice.is_written_in());
        let votes = written.fold(0i64, |sum, (_, votes)| sum.saturating_add(*votes));
        let sum = |write_in: bool| {
            let of =
                contest.choices.iter().zip(&self.recorded).filter(|(choice, _)| choice.is_written_in() == write_in);
            of.fold(0u64, |sum, (_, votes)| sum.saturating_add(*votes))
        };
        let beyond = u64::try_from(votes).is_ok_and(|votes| votes > room.saturating_sub(sum(false)));
        beyond.then(|| Difference { name: "write-ins".to_owned(), reported: Some(votes), recorded: sum(true) })
    }

    fn recorded_of(&self, name: &str, contest: &Contest) -> u64 {
        let lines = contest.choices.iter().zip(&self.recorded).filter(|(choice, _)| choice.name == name);
        lines.fold(0u64, |sum, (_, votes)| sum.saturating_add(*votes))
    }

    fn is_of(&self, row: usize, at: usize, places: &[Option<usize>], reported: &ReportedContest) -> bool {
        places[row] == Some(at) && !is_for_anybody(&reported.choices[row].name)
    }

    fn unknown(&self, reported: &ReportedContest, places: &[Option<usize>]) -> Vec<Difference> {
        let rows = reported.choices.iter().zip(places).zip(&self.reported);
        let unknown =
            rows.filter(|((choice, place), votes)| place.is_none() && !choice.is_written_in() && **votes != 0);
        let named = unknown.filter(|((choice, _), _)| !NO_CHOICE.contains(&plain(&choice.name).as_str()));
        let difference = |((choice, _), votes): ((&crate::ReportedChoice, _), &i64)| Difference {
            name: choice.name.clone(),
            reported: Some(*votes),
            recorded: 0,
        };
        named.map(difference).collect()
    }
}

/// Whether names that only one of the two has are the same choices, by their votes: results write names in many ways, which is a
/// gap and no difference.
fn written_otherwise(alone: &[Difference], unknown: &[Difference]) -> bool {
    let mut recorded: Vec<i64> = alone.iter().filter_map(|d| i64::try_from(d.recorded).ok()).collect();
    let mut reported: Vec<i64> = unknown.iter().filter_map(|d| d.reported).collect();
    recorded.sort_unstable();
    reported.sort_unstable();
    recorded == reported
}

/// Whether a choice is one of those written in, whom results sum up in many ways. A person who has a row of the very name is
/// held against it.
fn is_folded(choice: &Choice, reported: &ReportedContest) -> bool {
    let named = || !is_for_anybody(&choice.name) && reported.choices.iter().any(|row| row.name == choice.name);
    choice.write_in || choice.is_written_in() && !named()
}

fn named(reported: &ReportedContest, rows: &[usize], name: &str) -> String {
    let parties: Vec<&str> =
        rows.iter().map(|row| reported.choices[*row].party.as_str()).filter(|party| !party.is_empty()).collect();
    if rows.len() > 1 && !parties.is_empty() { format!("{name} ({})", parties.join(", ")) } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Choice, ReportedChoice};

    fn differences(reported: &[(&str, &str, i64)], recorded: &[(&str, u64)]) -> Vec<String> {
        let row = |(name, party, votes): &(&str, &str, i64)| ReportedChoice {
            name: (*name).to_owned(),
            party: (*party).to_owned(),
            write_in: name.starts_with("Write-in"),
            votes: *votes,
            ..ReportedChoice::default()
        };
        let choice = |(name, _): &(&str, u64)| Choice { name: (*name).to_owned(), ..Choice::default() };
        let contest = Contest { choices: recorded.iter().map(choice).collect(), ..Contest::default() };
        let votes = Votes {
            reported: reported.iter().map(|row| row.2).collect(),
            recorded: recorded.iter().map(|choice| choice.1).collect(),
        };
        let report = ReportedContest { choices: reported.iter().map(row).collect(), ..ReportedContest::default() };
        let beyond = votes.write_ins_beyond(&report, &contest, 800);
        let all = votes.differences(&report, &contest).into_iter().chain(beyond);
        all.map(|d| format!("{}, {} recorded", d.as_reported(), d.recorded)).collect()
    }

    #[test]
    fn names_that_only_one_of_the_two_has_are_told() {
        let recorded = [("Ada", 457), ("Ben", 343)];
        assert_eq!(differences(&[("Ada", "", 457)], &recorded), ["Ben no row, 343 recorded"]);
        let beside = [("Ada", "", 457), ("Ben", "", 343), ("Cy", "", 9)];
        assert_eq!(differences(&beside, &recorded), ["Cy 9, 0 recorded"]);
        let otherwise = [("Ada", "", 457), ("Yew, Ben", "", 343), ("Undervotes", "", 9)];
        assert!(differences(&otherwise, &recorded).is_empty());
    }

    #[test]
    fn rows_of_several_parties_are_added() {
        let rows = |second| [("John Smith", "DEM", 500), ("John Smith", "REP", second)];
        assert!(differences(&rows(300), &[("John Smith", 800)]).is_empty());
        assert_eq!(differences(&rows(200), &[("John Smith", 800)]), ["John Smith (DEM, REP) 700, 800 recorded"]);
    }

    #[test]
    fn write_ins_fit_into_what_cards_have_left() {
        let rows = |votes| [("Ada", "", 400), ("Ben", "", 300), ("Write-in: Cy", "", votes)];
        assert!(differences(&rows(100), &[("Ada", 400), ("Ben", 300)]).is_empty());
        // A line for write-ins that the export lists like a candidate.
        assert!(differences(&rows(63), &[("Ada", 400), ("Ben", 300), ("Write-in", 63)]).is_empty());
        assert_eq!(differences(&rows(101), &[("Ada", 400), ("Ben", 300)]), ["write-ins 101, 0 recorded"]);
    }
}
