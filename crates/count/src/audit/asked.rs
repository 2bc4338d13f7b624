//! What is audited, and what was reported of it: settings, results and records put together.

use super::assertions::{Ballots, Decided};
use super::hand_count::single;
use super::{AuditSettings, ContestSettings, ElectionRule, Files, ReportedBy};
use crate::{Contest, ReportedContest};

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
    files.cvrs.contests().map(|(_, c)| ContestSettings { rule: ranked(c), ..named(&c.name) }).collect()
}

/// A contest that no record has: its choices are those of the results or settings.
pub(super) fn contest_of(settings: &ContestSettings, reported: Option<&ReportedContest>) -> Contest {
    let choice = |name: &str, write_in| crate::Choice { name: name.to_owned(), write_in, ..crate::Choice::default() };
    let choices = match reported {
        Some(reported) => reported.choices.iter().map(|c| choice(&c.name, c.write_in)).collect(),
        None if !settings.choices.is_empty() => settings.choices.iter().map(|name| choice(name, false)).collect(),
        None => settings.reported.keys().map(|name| choice(name, false)).collect(),
    };
    let (votes_allowed, winners) = reported.map_or((None, None), |r| (r.votes_allowed, r.winners));
    Contest { name: settings.name.clone(), choices, votes_allowed, winners, ..Contest::default() }
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
    let choices = &decided.contest.choices;
    if !settings.reported.is_empty() {
        return Some(choices.iter().map(|c| settings.reported.get(&c.name).copied().unwrap_or(0)).collect());
    }
    let reported = reported?;
    // A name can have a row for each party that nominated it.
    let votes = |name: &str| {
        let rows = reported.choices.iter().filter(|c| c.name == name).map(|c| c.votes);
        let by_id = || reported.choice(name).map_or(0, |at| reported.choices[at].votes);
        rows.reduce(i64::saturating_add).unwrap_or_else(by_id)
    };
    Some(choices.iter().map(|c| u64::try_from(votes(&c.name)).unwrap_or(0)).collect())
}

/// A name with reported votes that no choice has: without its votes nobody can say who was reported to have won.
fn unknown_name<'a>(
    decided: &Decided,
    settings: &'a ContestSettings,
    reported: Option<&'a ReportedContest>,
) -> Option<&'a str> {
    let typed = settings.reported.iter().map(|(name, votes)| (name.as_str(), *votes != 0));
    let choices = reported.into_iter().flat_map(|r| &r.choices).filter(|_| settings.reported.is_empty());
    let written = choices.filter(|c| !c.write_in).map(|c| (c.name.as_str(), c.votes != 0));
    let mut voted = typed.chain(written).filter(|(_, votes)| *votes).map(|(name, _)| name);
    voted.find(|name| decided.contest.choice(name).is_none())
}

pub(super) fn reported_winners(
    decided: &Decided,
    settings: &ContestSettings,
    reported: Option<&ReportedContest>,
    recorded: Option<&Result<Vec<u32>, String>>,
) -> (Result<Vec<u32>, String>, ReportedBy) {
    if !settings.reported_winners.is_empty() {
        let place = |name: &String| match decided.contest.choice(name) {
            Some(at) => Ok(at as u32),
            None => Err(format!("no choice of the contest is named {name}")),
        };
        let winners = settings.reported_winners.iter().map(place).collect::<Result<Vec<u32>, _>>();
        return (winners.map(sorted), ReportedBy::Settings);
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

fn sorted(mut winners: Vec<u32>) -> Vec<u32> {
    winners.sort_unstable();
    winners
}
