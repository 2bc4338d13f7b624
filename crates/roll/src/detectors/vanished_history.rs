//! Votes that the older history has and the newer one lacks, although the voter stays on the roll.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use pollwarden_core::{
    About, Audience, Confidence, Detector, DetectorError, Finding, Findings, Outcome, Plan, Question, Reference, Scope,
    Severity, Stability, Tables,
};
use statrs::distribution::{DiscreteCDF as _, Poisson};

use crate::history::GONE;
use crate::vote_row::{COLUMNS, Votes, gathered};

/// The detector.
#[derive(Debug)]
pub(crate) struct VanishedHistory;

/// Credits that upkeep takes back in ordinary times, of all that were given: our own assumption, for want of a published rate.
const TAKEN_BACK: f64 = 1e-4;
/// However many are gone elsewhere, more than this is not taken to be ordinary.
const MOST_TAKEN_BACK: f64 = 1e-3;
/// The chance that ordinary upkeep is called too much in any county and election.
const FALSE_ALARM: f64 = 0.001;
/// No fewer are called many.
const FEWEST: u64 = 5;

static ABOUT: About = About {
    id: "roll/vanished-history",
    title: "Votes that are gone from the history",
    question: Question::Roll,
    since: "0.1",
    stability: Stability::Preview,
    tables: &["votes"],
    looks_for: "Votes that the older of two vote histories has and the newer one lacks, although the voter stays on the roll and \
                the newer history still keeps elections of that time: more of them in one county and election than corrections \
                in other elections, or one in ten thousand, would make.",
    why: "Who is made to seem not to have voted can be removed for inactivity, and a history that was altered hides who was \
          credited with a vote.",
    cannot_see: "Votes that were never recorded, votes of voters who are gone from the roll too, and votes of elections that the \
                 newer history no longer goes back to. Without a history of each day it can't judge at all.",
    do_next: "Ask first whether the newer history was handed over whole. Then take the listed voters to the poll books and the \
              envelopes of that election, and stop any removal for inactivity until it is explained.",
    techniques: &["T1565.001"],
    references: &[Reference {
        title: "National Voter Registration Act, 52 U.S.C. 20507(d)(1)(B)",
        place: "a voter may be removed for inactivity only where no vote is recorded in the time between",
    }],
};

impl Detector for VanishedHistory {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _scope: &Scope) -> Result<Plan, DetectorError> {
        tables.need("votes")?;
        Ok(Plan::sql(format!(
            "SELECT {COLUMNS} FROM votes WHERE kind = '{GONE}' ORDER BY election, county, source, line"
        )))
    }

    fn judge(&self, batches: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        let groups = gathered(batches, found, |kind| kind == GONE);
        let (many, few): (BTreeMap<_, _>, BTreeMap<_, _>) = {
            let all = groups.values().fold((0, 0), |(gone, credited), g| (gone + g.count, credited + g.credited));
            let things = groups.len() as f64;
            groups.into_iter().partition(|(_, group)| is_many(group, all, things))
        };
        for ((election, county), group) in &many {
            let place = if county.is_empty() { String::new() } else { format!(" (county {county})") };
            let title =
                format!("{} of {} votes of {election} are gone from the history{place}", group.count, group.credited);
            push(found, &title, group, Severity::High, Audience::Clerk);
        }
        let mut single = Votes::default();
        few.into_values().for_each(|group| single.join(group));
        if single.count > 0 {
            let title = format!("{} single votes are gone from the history, as corrections make them", single.count);
            push(found, &title, &single, Severity::Low, Audience::Analyst);
        }
    }
}

/// Whether more votes are gone than corrections make: a Poisson tail at the rate of all other counties and elections.
fn is_many(group: &Votes, (gone, credited): (u64, u64), things: f64) -> bool {
    let (others_gone, others) = (gone - group.count, credited - group.credited);
    let elsewhere = if others == 0 { 0.0 } else { others_gone as f64 / others as f64 };
    let rate = group.credited as f64 * elsewhere.clamp(TAKEN_BACK, MOST_TAKEN_BACK);
    let by_chance = Poisson::new(rate).map_or(1.0, |poisson| poisson.sf(group.count - 1));
    group.count >= FEWEST && by_chance <= FALSE_ALARM / things
}

fn push(found: &mut Findings, title: &str, votes: &Votes, severity: Severity, audience: Audience) {
    let draft = votes.draft(Finding::new(ABOUT.id, title, severity, Confidence::Medium));
    let draft = draft
        .audience(audience)
        .outcome(Outcome::Success)
        .expected_seen("A vote that was recorded stays in the history as long as its voter stays on the roll.", title)
        .next_step(ABOUT.do_next)
        .techniques(ABOUT.techniques);
    found.push(draft.done());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn many(count: u64, credited: u64, others: (u64, u64)) -> bool {
        let mut group = Votes::default();
        (group.count, group.credited) = (count, credited);
        is_many(&group, (count + others.0, credited + others.1), 3.0)
    }

    #[test]
    fn corrections_are_few_and_like_elsewhere() {
        assert!(!many(4, 4, (0, 0)), "a handful is never many");
        assert!(many(5, 100, (0, 0)) && many(40, 20_000, (3, 60_000)));
        assert!(!many(6, 20_000, (0, 60_000)), "two are expected of twenty thousand");
        assert!(!many(20, 20_000, (60, 60_000)), "one in a thousand is this office's own rate");
        assert!(many(60, 20_000, (6_000, 60_000)), "a rate that an attack made is none");
    }
}
