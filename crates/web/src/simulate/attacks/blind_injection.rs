//! Injection that reads voters bit by bit: every request asks whether one character is greater than another, and only
//! the answer's size tells. Through an address it shows in the log; through a form only its answers do.

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    super::{
        hit::{Hit, SECOND},
        micros,
        payload::{CHARACTERS, Injection, halving, letter},
    },
    Stage, spacing,
};

/// Injection that reads voters bit by bit.
#[derive(Debug, Clone, PartialEq)]
pub struct BlindInjection {
    /// The first question.
    pub begin: Timestamp,
    /// Voters read, at 189 questions each.
    pub records: u64,
    /// Questions a second.
    pub per_second: f64,
    /// Addresses, each with its own browser.
    pub addresses: u64,
    /// Through a form, whose content is in no log.
    pub in_form: bool,
}

/// About one record.
const QUESTIONS: u64 = CHARACTERS * 7;

pub(super) fn hits(attack: BlindInjection, stage: Stage) -> Box<dyn Iterator<Item = Hit>> {
    let mut chance = stage.chance("blind");
    let injection = Injection::choose(&mut chance);
    let page = if attack.in_form { stage.portal.form() } else { stage.portal.injectable() };
    let addresses = attack.addresses.max(1);
    let agents: Vec<Arc<str>> = (0..addresses).map(|_| stage.portal.browser(&mut chance)).collect();
    let mean = spacing(attack.per_second) as f64 / SECOND as f64;
    let mut at = micros(attack.begin);
    let questions = (0..attack.records).flat_map(|row| {
        (0..CHARACTERS).flat_map(move |character| {
            halving(letter(row, character)).map(move |(threshold, greater)| (row, character, threshold, greater))
        })
    });
    Box::new(questions.enumerate().map(move |(asked, (row, character, threshold, greater))| {
        at += chance.wait(mean).max(SECOND / 1000);
        let number = asked as u64 % addresses;
        let (client, agent) = (stage.address(number), &agents[number as usize]);
        let answer = if greater { page.yes } else { page.no };
        let last = (asked as u64 + 1).is_multiple_of(QUESTIONS);
        let hit = if attack.in_form {
            Hit::answered(at, client, agent, page.target.clone(), answer).posted()
        } else {
            let payload = injection.bit(&mut chance, row, character as usize / 8, character % 8 + 1, threshold);
            Hit::answered(at, client, agent, format!("{}{payload}", page.target), answer)
        };
        if last { hit.leaving(row..row + 1) } else { hit }
    }))
}
