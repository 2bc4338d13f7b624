//! Injection whose every answer holds thousands of rows: few requests, enormous answers.

use jiff::Timestamp;

use super::{
    super::{
        hit::{Hit, SECOND},
        micros,
        payload::Injection,
        portal::Answer,
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
    /// Tries before the first answer: none where the query was worked out elsewhere.
    pub probes: u64,
}

/// Bytes that a voter's row takes in an answer.
const ROW_BYTES: u64 = 103;

pub(super) fn hits(attack: BulkInjection, stage: Stage) -> Box<dyn Iterator<Item = Hit>> {
    let mut chance = stage.chance("bulk");
    let injection = Injection::choose(&mut chance);
    let (agent, page) = (stage.portal.browser(&mut chance), stage.portal.injectable());
    let (per_answer, probes) = (attack.per_answer.max(1), attack.probes);
    let answers = attack.records.div_ceil(per_answer);
    let mut at = micros(attack.begin);
    Box::new((0..probes + answers).map(move |number| {
        at += 2 * SECOND + chance.wait(7.0);
        let answer = number.checked_sub(probes).map(|answer| answer * per_answer);
        let voters = answer.map_or(0..0, |from| from..(from + per_answer).min(attack.records));
        let rows = voters.end - voters.start;
        let (payload, answer) = match answer {
            Some(from) => (
                injection.dump(&mut chance, from, rows),
                Answer { bytes: page.yes.bytes + rows * ROW_BYTES, ..page.yes },
            ),
            None if chance.yes(0.4) => (injection.probe(&mut chance), page.failed),
            None => (injection.probe(&mut chance), page.no),
        };
        let target = format!("{}{payload}", page.target);
        Hit::answered(at, stage.address(0), &agent, target, answer).leaving(voters)
    }))
}
