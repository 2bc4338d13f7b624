//! Why an outcome can't be confirmed, whatever people read on the drawn cards: reports that no draw can be held against.

use super::beyond_paper::{beyond, limit_unsaid};
use super::hand_count::single;
use super::{ContestSettings, Decided, Files, names};
use crate::{Contest, ReportedContest, Results};

/// The reason in words; `None` where there is none. `whole` is what results report of the contest, `totals` its votes by choice.
pub(super) fn untold(
    decided: &Decided,
    settings: &ContestSettings,
    files: Files<'_>,
    whole: Option<&ReportedContest>,
    totals: &[u64],
    cards: u64,
) -> Option<String> {
    let beyond = || {
        let beyond = beyond(decided, settings, files.results, totals, cards)?;
        Some(format!("{beyond}: cards were left out of the manifest, or votes were added to the results"))
    };
    let unsaid = || limit_unsaid(decided, settings, totals, cards);
    let otherwise = || read_otherwise(decided, files.results, whole?);
    let votes = || beyond().or_else(unsaid).or_else(otherwise);
    shared_name(&decided.contest).or_else(votes).or_else(|| leading_write_in(decided, settings, whole?, totals))
}

/// A full hand count that bears out the report, where nothing can; one that doesn't is left as it is.
pub(super) fn hand_count_of(
    counted: Option<Result<Vec<u32>, String>>,
    decided: &Decided,
    untold: Option<&str>,
) -> Option<Result<Vec<u32>, String>> {
    match (counted, untold) {
        (Some(Ok(winners)), Some(why)) if winners == decided.winners => Some(Err(why.to_owned())),
        (counted, _) => counted,
    }
}

/// A name that is that of several choices: boards and results go by names. Lines for write-ins are often named alike.
fn shared_name(contest: &Contest) -> Option<String> {
    let name = contest.shared_names.first().map(String::as_str).or_else(|| contest.shared_name())?;
    Some(format!("{name} is the name of several choices: whether their votes are one person's can't be told by names"))
}

/// A write-in that no choice has by name, with at least as many reported votes as a reported winner.
fn leading_write_in(
    decided: &Decided,
    settings: &ContestSettings,
    whole: &ReportedContest,
    totals: &[u64],
) -> Option<String> {
    if decided.is_ranked() || !settings.reported.is_empty() {
        return None;
    }
    let least = decided.winners.iter().filter_map(|at| totals.get(*at as usize)).min()?;
    let mut beside = whole.choices.iter().filter(|c| c.is_written_in() && decided.contest.find(&c.name).is_none());
    let leading = beside.find(|c| u64::try_from(c.votes).is_ok_and(|votes| votes > 0 && votes >= *least))?;
    let (name, votes) = (&leading.name, leading.votes);
    Some(format!("{votes} votes are reported for {name}, enough to win, and no choice of the contest has that name"))
}

/// Rows of the results that have other winners than the parts: nobody can say which of them was published.
fn read_otherwise(decided: &Decided, results: &[Results], whole: &ReportedContest) -> Option<String> {
    if decided.is_ranked() {
        return None;
    }
    let winners = |whole: &ReportedContest| decided.winners_of(&single(decided.contest.by_choice(whole.by_name())));
    let by_parts = winners(whole).ok()?;
    let said = |winners: &[u32]| match names(&decided.contest, winners).join(", ") {
        nobody if nobody.is_empty() => "nobody".to_owned(),
        names => names,
    };
    let same = results.iter().flat_map(|file| &file.contests).filter(|contest| contest.name == whole.name);
    let mut readings = same.flat_map(|contest| contest.readings.iter().map(move |reading| (contest, reading)));
    readings.find_map(|(contest, reading)| {
        let by_row = winners(&whole.read_as(contest, reading));
        (by_row.as_ref() != Ok(&by_parts)).then(|| {
            format!(
                "{} says {}, and the parts say {}: find out which was published, and mend the results file",
                reading.row,
                by_row.map_or_else(|why| why, |winners| said(&winners)),
                said(&by_parts)
            )
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Choice, ReportedChoice};

    fn decided(names: &[&str]) -> Decided {
        let choice =
            |name: &&str| Choice { name: (*name).to_owned(), write_in: name.starts_with("Write"), ..Choice::default() };
        let contest = Contest { choices: names.iter().map(choice).collect(), ..Contest::default() };
        Decided { winners: vec![0], ..Decided::new(&contest, &ContestSettings::default()) }
    }

    #[test]
    fn a_write_in_with_a_winners_votes_leaves_the_winner_untold() {
        let whole = |votes| ReportedContest {
            choices: vec![ReportedChoice {
                name: "Write-in: Cy".to_owned(),
                write_in: true,
                votes,
                ..ReportedChoice::default()
            }],
            ..ReportedContest::default()
        };
        let leads = |names: &[&str], votes| {
            leading_write_in(&decided(names), &ContestSettings::default(), &whole(votes), &[50, 30]).is_some()
        };
        assert_eq!([49, 50, 51].map(|votes| leads(&["Ada", "Ben"], votes)), [false, true, true]);
        assert!(!leads(&["Ada", "Write-in: Cy"], 51), "a choice of the contest counts like any other");
    }

    #[test]
    fn lines_for_write_ins_may_share_a_name() {
        assert_eq!(shared_name(&decided(&["Ada", "Write-in", "Write-in"]).contest), None);
        assert!(shared_name(&decided(&["Ada", "Ben", "Ada"]).contest).is_some());
        let merged = Contest { shared_names: vec!["Ada".to_owned()], ..decided(&["Ada", "Ben"]).contest };
        assert!(shared_name(&merged).is_some());
    }
}
