//! Simulated changes of the count: how small a change would this very draw have noticed?
//!
//! Two threats. Records changed anywhere are noticed if one of them was drawn: people then read on the card what its record doesn't say.
//! Votes taken from a loser for the reported winner are noticed if the audit, with as many draws as were made, would not
//! have confirmed the outcome.

use std::convert::Infallible;

use pollwarden_core::{Limit, PowerPoint, Untouched};
use pollwarden_limit::{Effort, Phase, sizes, smallest_found, trial_seed};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha12Rng;

use crate::Evidence;
use crate::audit::{Audit, ContestAudit, Method, Trial};

/// Changes that measure each limit.
const TRIALS: u32 = 200;
/// The same changes in every run.
const SEED: u64 = 2026;

/// The smallest changes that would have been noticed; none where no card was held against a record.
pub(crate) fn limits(evidence: &Evidence, audit: &Audit) -> Vec<Limit> {
    let contests = audit.contests.iter().filter_map(|contest| taken_votes(contest, audit));
    if evidence.cvrs.is_empty() {
        contests.collect()
    } else {
        changed_records(audit).into_iter().chain(contests).collect()
    }
}

fn changed_records(audit: &Audit) -> Option<Limit> {
    let cards = audit.paper.with_record();
    let looked_at = |card: &u64| audit.replay.audited(*card).is_some() && audit.paper.record(*card).is_some();
    let looked = audit.replay.drawn.keys().copied().filter(looked_at).count() as u64;
    if looked == 0 {
        return None;
    }
    let noticed = |size: u64, rng: &mut ChaCha12Rng| {
        // To a draw all cards are alike: those looked at may as well be the first of those that are left.
        (0..size.min(cards)).any(|changed| rng.random_range(0..cards - changed) < looked)
    };
    Some(Limit {
        name: "changed-records".to_owned(),
        attack: "a change of".to_owned(),
        unit: "cast vote records".to_owned(),
        manner: "anywhere in the count".to_owned(),
        how: "Records are changed at random; the change is noticed if people looked at one of their cards.".to_owned(),
        ..measured("changed-records", cards, noticed)
    })
}

fn taken_votes(contest: &ContestAudit, audit: &Audit) -> Option<Limit> {
    let trial = Trial::of(contest, audit)?;
    let noticed = |size: u64, rng: &mut ChaCha12Rng| !trial.confirms(size, || rng.random::<f64>());
    let winners = contest.winners().join(" and ");
    let how = match contest.method {
        Method::Comparison => "Records say a vote for the winner where the paper says one for a loser",
        _ => "Votes for a loser are reported for the winner",
    };
    let name = format!("wrong-outcome: {}", contest.name());
    let measured = measured(&name, trial.most(), noticed);
    Some(Limit {
        attack: "a report of".to_owned(),
        unit: "votes".to_owned(),
        manner: format!("of losers as votes for {winners} in {}", contest.name()),
        how: format!(
            "{how}; it is noticed if the audit, over as many draws as were made, doesn't confirm the outcome. {} such votes would \
             make the outcome wrong.",
            trial.decisive()
        ),
        name,
        ..measured
    })
}

/// The search for the size.
fn measured(threat: &str, most: u64, noticed: impl Fn(u64, &mut ChaCha12Rng) -> bool) -> Limit {
    let mut find = |size: u64, phase: Phase, trial: u32| {
        let mut rng = ChaCha12Rng::seed_from_u64(trial_seed(SEED, threat, phase, size, trial));
        Ok::<bool, Infallible>(noticed(size, &mut rng))
    };
    let (curve, reached): (Vec<PowerPoint>, _) =
        match smallest_found(&sizes(most.max(1)), Effort::of(TRIALS), &mut find) {
            Ok(found) => found,
            Err(never) => match never {},
        };
    Limit {
        name: String::new(),
        attack: String::new(),
        unit: String::new(),
        manner: String::new(),
        curve,
        reached,
        how: String::new(),
        seed: SEED,
        untouched: Untouched::default(),
    }
}
