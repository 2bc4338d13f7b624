//! What is known of the attacks in a simulated log.

use std::{collections::BTreeSet, net::IpAddr};

use hashbrown::HashSet;
use jiff::Timestamp;
use pollwarden_core::from_micros;
use serde_json::{Value, json};

use super::{hit::Hit, plan::PortalPlan};

/// What is known of one attack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttackTruth {
    /// Its kind, in the words of [`super::Attack::kind`].
    pub kind: &'static str,
    /// The addresses it came from, sorted.
    pub addresses: Vec<IpAddr>,
    /// Its first line.
    pub first: Option<Timestamp>,
    /// Its last line.
    pub last: Option<Timestamp>,
    /// Its lines in the log.
    pub lines: u64,
    /// Distinct voters whose whole record left.
    pub records: u64,
}

/// What is known of a simulated log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalTruth {
    /// All lines, header lines of the format not counted.
    pub lines: u64,
    /// The bytes written.
    pub bytes: u64,
    /// Distinct voters whose record left by any attack.
    pub records: u64,
    /// One for each attack of the plan, in its order.
    pub attacks: Vec<AttackTruth>,
}

impl PortalTruth {
    /// As JSON, for a `truth.json` beside the log.
    pub fn to_json(&self) -> Value {
        let attacks: Vec<Value> = self.attacks.iter().map(AttackTruth::to_json).collect();
        json!({ "lines": self.lines, "bytes": self.bytes, "records_left": self.records, "attacks": attacks })
    }
}

impl AttackTruth {
    fn to_json(&self) -> Value {
        json!({
            "kind": self.kind,
            "addresses": self.addresses,
            "first": self.first.map(|at| at.to_string()),
            "last": self.last.map(|at| at.to_string()),
            "lines": self.lines,
            "records_left": self.records,
        })
    }
}

/// Counted while lines are written, so that it says what the log holds.
#[derive(Debug)]
pub(super) struct TruthSoFar {
    lines: u64,
    attacks: Vec<Counted>,
}

#[derive(Debug)]
struct Counted {
    kind: &'static str,
    addresses: BTreeSet<IpAddr>,
    voters: HashSet<u64>,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    lines: u64,
}

impl TruthSoFar {
    pub(super) fn new(plan: &PortalPlan) -> Self {
        Self { lines: 0, attacks: plan.attacks.iter().map(|attack| Counted::of(attack.kind())).collect() }
    }

    pub(super) fn count(&mut self, hit: &Hit) {
        self.lines += 1;
        if let Some(counted) = hit.attack.and_then(|attack| self.attacks.get_mut(attack)) {
            counted.add(hit);
        }
    }

    pub(super) fn done(self, bytes: u64) -> PortalTruth {
        let all: HashSet<&u64> = self.attacks.iter().flat_map(|attack| &attack.voters).collect();
        PortalTruth {
            lines: self.lines,
            bytes,
            records: all.len() as u64,
            attacks: self.attacks.iter().map(Counted::truth).collect(),
        }
    }
}

impl Counted {
    fn of(kind: &'static str) -> Self {
        Self { kind, addresses: BTreeSet::new(), voters: HashSet::new(), first: None, last: None, lines: 0 }
    }

    fn add(&mut self, hit: &Hit) {
        let at = from_micros(hit.at);
        self.first.get_or_insert(at);
        self.last = Some(at);
        self.lines += 1;
        self.addresses.insert(hit.client);
        self.voters.extend(hit.left.clone());
    }

    fn truth(&self) -> AttackTruth {
        AttackTruth {
            kind: self.kind,
            addresses: self.addresses.iter().copied().collect(),
            first: self.first,
            last: self.last,
            lines: self.lines,
            records: self.voters.len() as u64,
        }
    }
}
