//! Total rows of results by which another choice leads than by their parts.

use crate::ReportedContest;

/// In words, each such row and who leads by it; ties and contests for several seats by the last seat too.
pub(crate) fn leads_otherwise(contest: &ReportedContest) -> Vec<String> {
    let by_parts: Vec<i64> = contest.choices.iter().map(|choice| choice.votes).collect();
    let leading = |votes: &[i64]| leading(votes, contest.winners.unwrap_or(1) as usize);
    let names =
        |leading: &[usize]| leading.iter().map(|at| contest.choices[*at].name.as_str()).collect::<Vec<_>>().join(", ");
    let first = leading(&by_parts);
    let others =
        contest.readings.iter().filter(|reading| reading.stated).map(|reading| (reading, leading(&reading.votes)));
    let others = others.filter(|(_, other)| *other != first);
    others
        .map(|(reading, other)| format!("{} has {} ahead, its parts {}", reading.row, names(&other), names(&first)))
        .collect()
}

/// The choices with as many votes as the last of `seats`, or more.
fn leading(votes: &[i64], seats: usize) -> Vec<usize> {
    let mut sorted = votes.to_vec();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let least = seats.checked_sub(1).and_then(|last| sorted.get(last)).copied().unwrap_or(i64::MIN);
    (0..votes.len()).filter(|at| votes[*at] >= least).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Reading, ReportedChoice};

    #[test]
    fn a_row_with_another_leader_is_named() {
        let choice = |(name, votes): (&str, i64)| ReportedChoice { name: name.into(), votes, ..Default::default() };
        let said = |votes: [i64; 2]| {
            leads_otherwise(&ReportedContest {
                choices: [("Ada", 460), ("Ben", 300)].map(choice).to_vec(),
                readings: vec![Reading {
                    row: "the total row".into(),
                    stated: true,
                    votes: votes.to_vec(),
                    part: None,
                }],
                ..ReportedContest::default()
            })
        };
        assert_eq!(said([330, 430]), ["the total row has Ben ahead, its parts Ada"]);
        assert!(said([430, 330]).is_empty());
        assert_eq!(said([400, 400]).len(), 1, "a tie");
    }
}
