//! What is audited, and what was reported of it: settings, results and records put together.

use std::collections::HashSet;

use super::assertions::{Ballots, Decided};
use super::hand_count::single;
use super::{AuditSettings, BoardRecords, ContestSettings, ElectionRule, Files, ReportedBy};
use crate::write_in::names_person;
use crate::{Contest, Cvrs, Interpretation, ReportedContest};

/// The contests that settings name; all of the records or, without records, of the results where they name none.
pub(super) fn asked_for(settings: &AuditSettings, files: Files<'_>) -> Vec<ContestSettings> {
    if !settings.contests.is_empty() {
        return settings.contests.clone();
    }
    let named = |name: &str| ContestSettings { name: name.to_owned(), ..ContestSettings::default() };
    let ranked = |c: &Contest| if c.ranks > 1 { ElectionRule::Irv } else { ElectionRule::Plurality };
    if files.cvrs.is_empty() {
        return files.results.iter().flat_map(|r| &r.contests).map(|c| named(&c.name)).collect();
    }
    let each = files.cvrs.contests();
    each.map(|(id, c)| ContestSettings { rule: ranked(c), ..named(&files.cvrs.label(id)) }).collect()
}

/// Why a name doesn't say which contest of the records is meant; `None` where it does.
pub(super) fn several(name: &str, cvrs: &Cvrs) -> Option<String> {
    let named = cvrs.contests_named(name);
    let labels = named.iter().map(|id| cvrs.label(*id)).collect::<Vec<_>>();
    (named.len() > 1).then(|| {
        format!("{} contests of the records are named so: name one of {} in audit.toml", named.len(), labels.join(", "))
    })
}

/// A contest that no record has: its choices are those of the results or settings.
pub(super) fn contest_of(settings: &ContestSettings, reported: Option<&ReportedContest>) -> Contest {
    let choice = |name: &str, write_in| crate::Choice { name: name.to_owned(), write_in, ..crate::Choice::default() };
    let choices = match reported {
        Some(reported) => {
            let mut seen = HashSet::new();
            let each = reported.choices.iter().filter(|c| seen.insert(c.name.as_str()));
            each.map(|c| choice(&c.name, c.write_in)).collect()
        }
        None if !settings.choices.is_empty() => settings.choices.iter().map(|name| choice(name, false)).collect(),
        None => settings.reported.keys().map(|name| choice(name, false)).collect(),
    };
    let (votes_allowed, winners) = reported.map_or((None, None), |r| (r.votes_allowed, r.winners));
    // Results that audit.toml names by their external id have a name of their own, by which boards and reports call the contest.
    let name = reported.map_or(&settings.name, |reported| &reported.name).clone();
    Contest { name, choices, votes_allowed, winners, ..Contest::default() }
}

/// Reported votes as ballots with one vote each: enough for means that are sums over votes.
pub(super) fn ballots_of(decided: &Decided, settings: &ContestSettings, reported: Option<&ReportedContest>) -> Ballots {
    totals(decided, settings, reported).map(single).unwrap_or_default()
}

/// Reported totals by the contest's choices.
pub(super) fn totals(
    decided: &Decided,
    settings: &ContestSettings,
    reported: Option<&ReportedContest>,
) -> Option<Vec<u64>> {
    if !settings.reported.is_empty() {
        let by_name =
            settings.reported.iter().map(|(name, votes)| (name.as_str(), i64::try_from(*votes).unwrap_or(i64::MAX)));
        return Some(decided.contest.by_choice(by_name));
    }
    Some(decided.contest.by_choice(reported?.by_name()))
}

/// A name with reported votes that no choice has: without its votes nobody can say who was reported to have won.
fn unknown_name<'a>(
    decided: &Decided,
    settings: &'a ContestSettings,
    reported: Option<&'a ReportedContest>,
) -> Option<&'a str> {
    let typed = settings.reported.iter().map(|(name, votes)| (name.as_str(), *votes != 0));
    let choices = reported.into_iter().flat_map(|r| &r.choices).filter(|_| settings.reported.is_empty());
    let written = choices.filter(|c| !c.is_written_in()).map(|c| (c.name.as_str(), c.votes != 0));
    let mut voted = typed.chain(written).filter(|(_, votes)| *votes).map(|(name, _)| name);
    voted.find(|name| decided.contest.find(name).is_none())
}

pub(super) fn reported_winners(
    decided: &Decided,
    settings: &ContestSettings,
    reported: Option<&ReportedContest>,
    recorded: Option<&Result<Vec<u32>, String>>,
) -> (Result<Vec<u32>, String>, ReportedBy) {
    if let Some(name) = decided.contest.shared_name() {
        let why = format!("several choices are named {name}: nobody can say whose votes they are. Name them apart");
        return (Err(why), ReportedBy::Records);
    }
    if !settings.reported_winners.is_empty() {
        return (named_winners(decided, &settings.reported_winners, reported), ReportedBy::Settings);
    }
    if let Some(name) = unknown_name(decided, settings, reported) {
        let why = format!("votes are reported for {name}, and no choice of the contest has that name");
        return (Err(why), ReportedBy::Results);
    }
    let ballots = ballots_of(decided, settings, reported);
    if !ballots.is_empty() && !decided.is_ranked() {
        let by = if settings.reported.is_empty() { ReportedBy::Results } else { ReportedBy::Settings };
        return (decided.winners_of(&ballots), by);
    }
    match recorded {
        Some(winners) => (winners.clone(), ReportedBy::Records),
        None => (Err("nobody says who won: neither audit.toml nor a results file".to_owned()), ReportedBy::Records),
    }
}

/// The contest, with a line for write-ins where the board or audit.toml has one and no file does.
pub(super) fn with_write_ins(contest: Contest, settings: &ContestSettings, board: &BoardRecords) -> Contest {
    let name = contest.name.clone();
    let rows = board.cards.iter().flat_map(|card| match board.read(card, &name) {
        Interpretation::Choices(names) => names.as_slice(),
        _ => &[],
    });
    let typed = settings.hand_count.keys().chain(settings.reported.keys()).chain(rows);
    contest.with_write_ins(typed.map(String::as_str))
}

/// Why nobody can say who was reported to have won: write-ins that together could be a winner, and are not known to be one person's.
pub(super) fn unresolved_write_ins(
    decided: &Decided,
    winners: &[u32],
    totals: &[u64],
    reported: &ReportedContest,
    recorded: Option<&[u64]>,
) -> Option<String> {
    if decided.is_ranked() {
        return None;
    }
    let least = |line: usize| {
        let others = winners.iter().map(|at| *at as usize).filter(|at| *at != line);
        others.filter_map(|at| totals.get(at).copied()).min()
    };
    let plurality = decided.rule != ElectionRule::Supermajority;
    let matters = |(line, most): &(usize, u64)| {
        winners.contains(&(*line as u32)) || plurality && least(*line).is_some_and(|least| *most >= least)
    };
    let (line, votes) = decided.contest.unresolved(reported, recorded).into_iter().find(matters)?;
    let name = &decided.contest.choices[line].name;
    Some(format!(
        "{votes} votes are {name}, enough to win, and the results don't give all of them to one person: resolve the write-ins by name, \
         in the records as in the results"
    ))
}

/// Winners that audit.toml names: as many as are elected.
fn named_winners(decided: &Decided, names: &[String], reported: Option<&ReportedContest>) -> Result<Vec<u32>, String> {
    decided.refusal().map_or(Ok(()), Err)?;
    // Results may say of a name that it was written in.
    let rows = || reported.into_iter().flat_map(|reported| &reported.choices);
    let written =
        |name: &str| rows().find(|row| names_person(&row.name, name)).and_then(|row| decided.contest.find(&row.name));
    let place = |name: &String| match decided.contest.find(name).or_else(|| written(name)) {
        Some(at) => Ok(at as u32),
        None => Err(format!("no choice of the contest is named {name}: correct reported_winners in audit.toml")),
    };
    let mut winners = names.iter().map(place).collect::<Result<Vec<u32>, _>>()?;
    winners.sort_unstable();
    winners.dedup();
    let elected = if decided.rule == ElectionRule::Supermajority { 1 } else { decided.seats };
    match winners.len() == elected {
        true => Ok(winners),
        false => Err(format!(
            "reported_winners in audit.toml names {}, and {elected} can be elected: correct it, or `winners`",
            winners.len()
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Choice;

    fn named(names: &[&str], winners: Option<u32>, rule: ElectionRule) -> Result<Vec<u32>, String> {
        let choice = |name: &str| Choice { name: name.to_owned(), ..Choice::default() };
        let choices = ["Ada Zed", "Ben Yew", "Cy Xu"].map(choice).to_vec();
        let contest = Contest { choices, votes_allowed: Some(1), winners, ..Contest::default() };
        let decided = Decided::new(&contest, &ContestSettings { rule, ..ContestSettings::default() });
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        named_winners(&decided, &names, None)
    }

    #[test]
    fn as_many_winners_are_named_as_are_elected() {
        use ElectionRule::{Irv, Plurality, Supermajority};
        assert_eq!(named(&["Ben Yew"], None, Plurality), Ok(vec![1]));
        assert_eq!(named(&["Ben Yew", "Ben Yew"], None, Plurality), Ok(vec![1]));
        assert_eq!(named(&["Cy Xu", "Ada Zed"], Some(2), Plurality), Ok(vec![0, 2]));
        for (names, winners, rule) in [
            (&["Ada Zed", "Ben Yew", "Cy Xu"][..], None, Plurality),
            (&["Ben Yew", "Ben Yew"], Some(2), Plurality),
            (&["Ada Zed"], Some(2), Irv),
            (&["Ada Zed", "Ben Yew"], None, Supermajority),
            (&["ada"], None, Supermajority),
        ] {
            assert!(named(names, winners, rule).is_err(), "{names:?}");
        }
    }
}
