//! Detection limits of the sensor `mail`: lures and threats written in the shape of the office's own mail, and judged among it.

use std::convert::Infallible;

use anyhow::Result;
use pollwarden_core::{Answer, Limit, Office};
use pollwarden_limit::trial_seed;
use pollwarden_mail::{Gathered, Rehearsal, THREATS, Threat};

use crate::progress::Progress;
use crate::trials::{self, Measured, untouched};

/// What is to be measured, and with how much effort.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// The same seed makes the same attacks.
    pub(crate) seed: u64,
    /// Attacks that measure each limit.
    pub(crate) trials: u32,
    /// Whether all threats are measured, or those that an assessment measures without being asked.
    pub(crate) all: bool,
    /// Sizes to measure; searched for where empty.
    pub(crate) sizes: Vec<u64>,
    /// Threats measured at a time.
    pub(crate) threads: usize,
}

impl Wanted {
    /// What an assessment measures without being asked.
    pub(crate) fn by_assessment(threads: usize) -> Self {
        Self { seed: 2026, trials: 20, all: false, sizes: Vec::new(), threads }
    }
}

/// The limits of some mail.
pub(crate) fn measure(
    gathered: &Gathered,
    office: &Office,
    answer: &Answer,
    wanted: &Wanted,
    show: &Progress,
) -> Result<Measured> {
    let rehearsal = Rehearsal::new(gathered, office);
    let works: Vec<&Threat> = THREATS.iter().filter(|threat| wanted.all || threat.assessed).collect();
    let untouched = untouched(answer, weeks(answer));
    let bar = show.counting("detection limits of mail", works.len() as u64);
    trials::measure(
        &works,
        wanted.threads,
        &bar,
        || Ok(()),
        |threat, ()| {
            bar.set_message(threat.name);
            if let Some(why) = rehearsal.lacks(threat) {
                return Ok(Err(why));
            }
            let mut find = |size, phase, trial| {
                let seed = trial_seed(wanted.seed, threat.name, phase, size, trial);
                Ok::<_, Infallible>(rehearsal.finds(threat, size, seed))
            };
            let (curve, reached) = match trials::curve(&wanted.sizes, rehearsal.most(), wanted.trials, &mut find) {
                Ok(found) => found,
                Err(never) => match never {},
            };
            Ok(Ok(Limit {
                name: threat.name.to_owned(),
                attack: threat.attack.to_owned(),
                unit: "messages".to_owned(),
                manner: threat.manner.to_owned(),
                curve,
                reached,
                how: threat.how.to_owned(),
                seed: wanted.seed,
                untouched,
            }))
        },
    )
}

/// How many weeks the mail spans.
fn weeks(answer: &Answer) -> f64 {
    const SECONDS_A_WEEK: f64 = 604_800.0;
    let seconds: i64 = answer.coverage.watched.iter().map(|i| i.to.as_second() - i.from.as_second()).sum();
    seconds as f64 / SECONDS_A_WEEK
}
