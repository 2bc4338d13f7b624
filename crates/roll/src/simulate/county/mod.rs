//! A small county: two snapshots and the office's own log, with ordinary life and chosen manipulations, and the truth.

mod life;
mod manipulate;
mod office;

use std::collections::{BTreeSet, HashSet};

use jiff::civil::Date;

use super::dice::Dice;
use super::person::{Person, write_header};
use office::Office;

/// What to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountyPlan {
    /// Another seed, another county.
    pub seed: u64,
    /// Voters of the older snapshot.
    pub voters: u64,
    /// The older snapshot's day.
    pub date_a: Date,
    /// The newer snapshot's day.
    pub date_b: Date,
    /// The office's time zone, as an IANA name.
    pub time_zone: String,
    /// What is done to the roll without right, and to how many voters.
    pub manipulations: Vec<(Manipulation, u64)>,
}

/// What can be done to a roll without right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Manipulation {
    /// Records taken out, nothing logged.
    UnloggedRemoval,
    /// Removals under a batch that nobody authorised.
    ForgedBatch,
    /// Parties changed at night under one operator's account, without documents.
    NightParty,
    /// House numbers altered through the portal, a few a day, from one internet address.
    SlowDrip,
    /// Mail sent to one post-office box.
    MailRedirect,
    /// Voters moved to another precinct, no order, nothing logged.
    PrecinctWithoutOrder,
    /// Letters of last names exchanged, nothing logged.
    NameCorruption,
    /// Births shifted by ten years by an account that is not on the list.
    UnknownOperator,
    /// A batch that goes on beyond its authorised list.
    BatchOverreach,
    /// The persons behind two ids exchanged, nothing logged.
    IdentitySwap,
    /// Party changes whose logged old value is not the older snapshot's.
    OldValueMismatch,
    /// New registrations at one address from one internet address.
    GhostRegistrations,
}

impl Manipulation {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::UnloggedRemoval,
        Self::ForgedBatch,
        Self::NightParty,
        Self::SlowDrip,
        Self::MailRedirect,
        Self::PrecinctWithoutOrder,
        Self::NameCorruption,
        Self::UnknownOperator,
        Self::BatchOverreach,
        Self::IdentitySwap,
        Self::OldValueMismatch,
        Self::GhostRegistrations,
    ];

    /// A name for the truth.
    pub fn name(self) -> &'static str {
        match self {
            Self::UnloggedRemoval => "unlogged-removal",
            Self::ForgedBatch => "forged-batch",
            Self::NightParty => "night-party",
            Self::SlowDrip => "slow-drip",
            Self::MailRedirect => "mail-redirect",
            Self::PrecinctWithoutOrder => "precinct-without-order",
            Self::NameCorruption => "name-corruption",
            Self::UnknownOperator => "unknown-operator",
            Self::BatchOverreach => "batch-overreach",
            Self::IdentitySwap => "identity-swap",
            Self::OldValueMismatch => "old-value-mismatch",
            Self::GhostRegistrations => "ghost-registrations",
        }
    }
}

/// One manipulation, as it was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planted {
    /// What was done.
    pub manipulation: Manipulation,
    /// The voters it was done to.
    pub voters: Vec<String>,
}

/// A county, ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountyScenario {
    /// File names and contents: two extracts and the log.
    pub files: Vec<(String, Vec<u8>)>,
    /// What was done without right.
    pub planted: Vec<Planted>,
    /// Voters whose record differs between the extracts, whatever the cause.
    pub changed: BTreeSet<String>,
}

/// Makes a county. The same plan makes the same bytes.
pub fn county(plan: &CountyPlan) -> CountyScenario {
    let mut making = Making::new(plan);
    making.ordinary_life();
    let planted: Vec<Planted> = plan.manipulations.iter().map(|(what, count)| making.plant(*what, *count)).collect();
    making.finish(plan, planted)
}

/// How many precincts the county has.
const PRECINCTS: u64 = 12;

/// A county being made.
struct Making {
    dice: Dice,
    seed: u64,
    before: Vec<Person>,
    /// The voters of the newer snapshot; `None` for those who are gone.
    now: Vec<Option<Person>>,
    /// Voters whose address gained a blank in the export.
    blanks: HashSet<usize>,
    touched: HashSet<usize>,
    office: Office,
}

impl Making {
    fn new(plan: &CountyPlan) -> Self {
        let before: Vec<Person> = (0..plan.voters).map(|n| Person::invent(plan.seed, n, 1, PRECINCTS)).collect();
        Self {
            dice: Dice::of(plan.seed, u64::MAX),
            seed: plan.seed,
            now: before.iter().cloned().map(Some).collect(),
            before,
            blanks: HashSet::new(),
            touched: HashSet::new(),
            office: Office::new(plan),
        }
    }

    /// A voter to whom nothing has happened yet and who passes; few enough are asked for that one is found.
    fn untouched(&mut self, pass: impl Fn(&Person) -> bool) -> Option<usize> {
        let end = self.before.len() as u64;
        for _ in 0..10_000 {
            let at = self.dice.below(end) as usize;
            if !self.touched.contains(&at) && pass(&self.before[at]) {
                self.touched.insert(at);
                return Some(at);
            }
        }
        None
    }

    /// Voters to whom nothing has happened yet.
    fn some(&mut self, count: u64, pass: impl Fn(&Person) -> bool) -> Vec<usize> {
        (0..count).filter_map(|_| self.untouched(&pass)).collect()
    }

    fn finish(self, plan: &CountyPlan, planted: Vec<Planted>) -> CountyScenario {
        let mut files = self.office.files();
        files.push((format!("ncvoter_{}.txt", plan.date_a), extract(self.before.iter().map(|p| (p, false)))));
        let now = self.now.iter().enumerate().filter_map(|(at, p)| Some((p.as_ref()?, self.blanks.contains(&at))));
        files.push((format!("ncvoter_{}.txt", plan.date_b), extract(now)));
        files.sort();
        let changed = self
            .now
            .iter()
            .enumerate()
            .filter(|(at, now)| self.blanks.contains(at) || self.before.get(*at) != now.as_ref());
        let id = |(at, now): (usize, &Option<Person>)| self.before.get(at).or(now.as_ref()).map(Person::id);
        CountyScenario { planted, changed: changed.filter_map(id).collect(), files }
    }
}

fn extract<'a>(persons: impl Iterator<Item = (&'a Person, bool)>) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_header(&mut bytes).expect("memory takes all that is written");
    for (person, blank) in persons {
        let mut person = person.clone();
        if blank {
            person.street.push(' ');
        }
        person.write(&mut bytes).expect("memory takes all that is written");
    }
    bytes
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_same_plan_makes_the_same_county() {
        let plan = CountyPlan {
            seed: 3,
            voters: 800,
            date_a: date(2026, 9, 5),
            date_b: date(2026, 10, 3),
            time_zone: "America/New_York".into(),
            manipulations: Manipulation::ALL.map(|m| (m, 5)).into(),
        };
        let (one, two) = (county(&plan), county(&plan));
        assert_eq!(one, two);
        assert!(one.planted.iter().all(|p| p.voters.len() >= 4), "{:?}", one.planted);
        assert_ne!(county(&CountyPlan { seed: 4, ..plan }), one);
    }
}
