//! Snapshots of any size for measuring speed and memory: written as a stream, each row from its number alone.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::dice::Dice;
use super::person::{ACTIVE, INACTIVE, Person, last_name, write_header};
use super::words::PARTIES;

/// What to write.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkPlan {
    /// Records of the older snapshot.
    pub rows: u64,
    /// Another seed, other people.
    pub seed: u64,
    /// The share of records of which a field differs in the newer snapshot.
    pub changed: f64,
    /// The share of records that are gone in the newer snapshot.
    pub gone: f64,
    /// Records that only the newer snapshot has, as a share of the older one's.
    pub new: f64,
}

/// What the newer snapshot has that the older one has not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BulkTruth {
    /// Records that are new.
    pub new: u64,
    /// Records that are gone.
    pub gone: u64,
    /// Records changed.
    pub changed: u64,
    /// Fields changed, by column.
    pub fields: BTreeMap<&'static str, u64>,
}

/// Bytes gathered before they are written.
const CHUNK: usize = 1 << 20;

/// Writes the older snapshot, or with `newer` the newer one, in North Carolina's layout; says what differs.
///
/// # Errors
/// Where `out` fails.
pub fn write_snapshot(out: &mut impl Write, plan: &BulkPlan, newer: bool) -> io::Result<BulkTruth> {
    let (mut truth, mut chunk) = (BulkTruth::default(), Vec::with_capacity(2 * CHUNK));
    write_header(&mut chunk)?;
    let new = (plan.rows as f64 * plan.new) as u64;
    for number in 0..plan.rows + if newer { new } else { 0 } {
        let mut person = Person::invent(plan.seed, number, 12, 30);
        if number >= plan.rows {
            truth.new += 1;
        } else if newer && !age(&mut person, plan, &mut truth) {
            continue;
        }
        person.write(&mut chunk)?;
        if chunk.len() >= CHUNK {
            out.write_all(&chunk)?;
            chunk.clear();
        }
    }
    out.write_all(&chunk)?;
    Ok(truth)
}

/// What time does to a voter; `false` where the voter is gone.
fn age(person: &mut Person, plan: &BulkPlan, truth: &mut BulkTruth) -> bool {
    let dice = &mut Dice::of(plan.seed ^ 0x5eed, person.number);
    if dice.chance(plan.gone) {
        truth.gone += 1;
        return false;
    }
    if dice.chance(plan.changed) {
        truth.changed += 1;
        for field in change(person, dice) {
            *truth.fields.entry(field).or_default() += 1;
        }
    }
    true
}

fn change(person: &mut Person, dice: &mut Dice) -> Vec<&'static str> {
    match dice.below(4) {
        0 => {
            let before = person.last.clone();
            while person.last == before {
                person.last = last_name(dice);
            }
            vec!["last_name"]
        }
        1 => {
            let mail_follows = person.mail == person.street;
            person.street.insert(0, '1');
            if mail_follows {
                person.mail.clone_from(&person.street);
                return vec!["res_street_address", "mail_addr1"];
            }
            vec!["res_street_address"]
        }
        2 => {
            let before = person.party;
            while person.party == before {
                person.party = dice.pick(&PARTIES).0;
            }
            vec!["party_cd"]
        }
        _ => {
            person.status = if person.status == ACTIVE { INACTIVE } else { ACTIVE };
            vec!["status_cd", "voter_status_desc", "reason_cd", "voter_status_reason_desc"]
        }
    }
}
