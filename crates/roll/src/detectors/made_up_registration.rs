//! New registrations that a machine made up: numbers in a row, one number or birth for many.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use pollwarden_core::{
    About, Confidence, Detector, DetectorError, Finding, Findings, Outcome, Plan, Question, Reference, Scope, Severity,
    Stability, Tables,
};

use crate::over::{Group, QUERY, Standing, read};
use crate::rate::too_many_for_one;
use crate::strata::{BIRTH_DAY, PHONE};

/// The detector.
#[derive(Debug)]
pub(crate) struct MadeUpRegistration;

/// So many phone numbers, no two neighbours further apart than this, are a row.
const IN_A_ROW: usize = 6;
const APART: u64 = 2;
/// Rows of numbers that chance makes more of than this are no finding.
const BY_CHANCE: f64 = 0.001;
/// Numbers of one exchange: the last four digits.
const EXCHANGE: u64 = 10_000;

static ABOUT: About = About {
    id: "roll/made-up-registration",
    title: "New registrations that a machine made up",
    question: Question::Roll,
    since: "0.1",
    stability: Stability::Stable,
    tables: &["groups"],
    looks_for: "Among new registrations that no person saw: phone numbers in a row, one phone number for many, one date of birth for many. \
                roll/mass-edit tells many at one address or from one internet address.",
    why: "Registrations of people who do not exist are made by the hundred, and what is made up in bulk repeats itself.",
    cannot_see: "Registrations whose every value was taken from somebody else.",
    do_next: "Write to these voters, and hold their registrations against the records of licences and social security.",
    techniques: &["T1136"],
    references: &[Reference {
        title: "Help America Vote Act of 2002, Public Law 107-252",
        place: "section 303(a)(5): verification of voter registration information",
    }],
};

impl Detector for MadeUpRegistration {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _scope: &Scope) -> Result<Plan, DetectorError> {
        tables.need("groups")?;
        Ok(Plan::sql(QUERY))
    }

    fn judge(&self, batches: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        let mut by_county: BTreeMap<String, Vec<Group>> = BTreeMap::new();
        for group in read(batches, |group| group.period == 0 && [PHONE, BIRTH_DAY].contains(&group.by.as_str())) {
            by_county.entry(group.county.clone()).or_default().push(group);
        }
        // The whole roll's groups hold each county's.
        let whole = by_county.remove("").or_else(|| by_county.pop_first().map(|(_, groups)| groups));
        let groups = whole.unwrap_or_default();
        for by in [PHONE, BIRTH_DAY] {
            one_for_many(&groups, by, found);
        }
        in_a_row(&groups, found);
    }
}

fn one_for_many(groups: &[Group], by: &str, found: &mut Findings) {
    let of_kind = || groups.iter().filter(|group| group.by == by);
    let told: u64 = of_kind().map(|group| group.voters).sum();
    let alone = of_kind().map(|group| group.of).max().unwrap_or_default().saturating_sub(told);
    let counts = of_kind().map(|group| group.voters).chain((0..alone).map(|_| 1));
    let Some(limit) = too_many_for_one(counts) else { return };
    for group in of_kind().filter(|group| group.voters >= limit) {
        let title = format!("{} new registrations have one and the same {by}", group.voters);
        push(found, &title, &format!("Fewer than {limit}, as with all others."), group);
    }
}

/// Distinct numbers that follow each other closer than chance puts them.
fn in_a_row(groups: &[Group], found: &mut Findings) {
    let number = |group: &Group| group.value.parse::<u64>().ok();
    let mut numbers: Vec<(u64, &Group)> =
        groups.iter().filter(|group| group.by == PHONE).filter_map(|group| Some((number(group)?, group))).collect();
    numbers.sort_by_key(|(number, _)| *number);
    let mut in_exchange: BTreeMap<u64, u64> = BTreeMap::new();
    for (number, _) in &numbers {
        *in_exchange.entry(number / EXCHANGE).or_default() += 1;
    }
    for row in numbers.chunk_by(|a, b| b.0 - a.0 <= APART).filter(|row| row.len() >= IN_A_ROW) {
        let all = in_exchange.get(&(row[0].0 / EXCHANGE)).copied().unwrap_or(1) as f64;
        let near = 1.0 - (-(APART as f64) * all / EXCHANGE as f64).exp();
        if all * near.powi(row.len() as i32 - 1) > BY_CHANCE {
            continue;
        }
        let title = format!("{} new registrations have phone numbers in a row", row.len());
        let members = row.iter().flat_map(|(_, group)| group.members.clone()).collect();
        let together = Group { voters: row.len() as u64, members, ..row[0].1.clone() };
        push(found, &title, "Phone numbers of different people do not follow each other.", &together);
    }
}

fn push(found: &mut Findings, title: &str, expected: &str, group: &Group) {
    let share = 1.0 / group.of.max(1) as f64;
    let draft = Standing { group, share, chance: 0.0 }
        .draft(Finding::new(ABOUT.id, title, Severity::High, Confidence::Medium), found)
        .outcome(Outcome::Unknown)
        .expected_seen(expected, title)
        .next_step(ABOUT.do_next)
        .techniques(ABOUT.techniques);
    found.push(draft.done());
}
