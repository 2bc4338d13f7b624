//! Injection whose every answer holds thousands of rows: few requests, enormous answers.

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    super::{
        client::browser,
        hit::{Hit, Micros, SECOND},
        micros,
        payload::Injection,
        site::{ERROR_BYTES, LOOKUP, NO_MATCH_BYTES},
    },
    Stage,
};

/// Injection that reads thousands of voters in each of a few answers.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkInjection {
    /// The first try.
    pub begin: Timestamp,
    /// Voters read.
    pub records: u64,
    /// Voters in one answer.
    pub per_answer: u64,
}

const PROBES: u64 = 18;

/// Bytes that a voter's row takes in an answer.
const ROW_BYTES: u64 = 103;

pub(super) fn hits(attack: BulkInjection, stage: Stage) -> Box<dyn Iterator<Item = Hit>> {
    let mut chance = stage.chance("bulk");
    let injection = Injection::choose(&mut chance);
    let agent: Arc<str> = Arc::from(browser(&mut chance));
    let per_answer = attack.per_answer.max(1);
    let answers = attack.records.div_ceil(per_answer);
    let mut at = micros(attack.begin);
    Box::new((0..PROBES + answers).map(move |number| {
        at += 2 * SECOND + chance.wait(7.0);
        let answer = number.checked_sub(PROBES).map(|answer| answer * per_answer);
        let voters = answer.map_or(0..0, |from| from..(from + per_answer).min(attack.records));
        let (payload, status, bytes) = match answer {
            Some(from) => {
                let rows = voters.end - voters.start;
                (injection.dump(&mut chance, from, rows), 200, LOOKUP.1 + rows * ROW_BYTES)
            }
            None if chance.yes(0.4) => (injection.probe(&mut chance), 500, ERROR_BYTES),
            None => (injection.probe(&mut chance), 200, NO_MATCH_BYTES),
        };
        hit(&stage, at, &agent, &payload, bytes).status(status).leaving(voters)
    }))
}

fn hit(stage: &Stage, at: Micros, agent: &Arc<str>, payload: &str, bytes: u64) -> Hit {
    Hit::get(at, stage.address(0), agent, format!("{}?first=a&last=b{payload}", LOOKUP.0), bytes)
}
