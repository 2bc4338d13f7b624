//! One lure over many offices: sketches of several offices joined.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::group::clusters;
use super::office_sketches::{OfficeSketches, Sketched};
use super::sketch::Sketch;

/// What came of joining.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Joined {
    /// Campaigns that at least two offices got, those with most recipients first.
    pub across: Vec<AcrossOffices>,
    /// Files of sketches that were not compared, each with the reason.
    pub left_out: Vec<LeftOut>,
}

/// A file that was not compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Whose it is.
    pub office: String,
    /// Why, and what to do.
    pub why: String,
}

/// A campaign that several offices got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcrossOffices {
    /// The offices, by name, each with the number of its recipients.
    pub offices: BTreeMap<String, u64>,
    /// Recipients in all offices.
    pub recipients: u64,
    /// The first day anybody got it, where any day is known.
    pub first: Option<Date>,
    /// The last day somebody got it for the first time.
    pub last: Option<Date>,
    /// Your recipients; 0 where only others got it.
    pub yours: u64,
    /// Places of your own campaigns in the file you made.
    pub own: Vec<usize>,
}

/// Compares an office's sketches with those of others. Files under another key, of the office itself, and all but the newest of one
/// office are left out, and named.
pub fn join(own: &OfficeSketches, others: &[OfficeSketches]) -> Joined {
    let (offices, left_out) = comparable(own, others);
    let lures: Vec<Lure<'_>> = offices.iter().flat_map(|office| lures(office)).collect();
    let mut examples: Vec<&Sketch> = Vec::new();
    let mut known: Vec<Vec<usize>> = Vec::new();
    let mut lure_of: Vec<usize> = Vec::new();
    for (at, lure) in lures.iter().enumerate() {
        known.push((examples.len()..examples.len() + lure.sketched.examples.len()).collect());
        lure_of.extend(lure.sketched.examples.iter().map(|_| at));
        examples.extend(&lure.sketched.examples);
    }
    let joined = clusters(&examples, &known).into_iter().map(|cluster| {
        let of: BTreeSet<usize> = cluster.into_iter().map(|at| lure_of[at]).collect();
        across(own, of.into_iter().map(|at| &lures[at]))
    });
    let mut across: Vec<AcrossOffices> = joined.filter(|found| found.offices.len() > 1).collect();
    across.sort_by(|a, b| b.recipients.cmp(&a.recipients).then(a.first.cmp(&b.first)).then(a.offices.cmp(&b.offices)));
    Joined { across, left_out }
}

struct Lure<'a> {
    office: &'a str,
    place: usize,
    sketched: &'a Sketched,
}

fn lures(office: &OfficeSketches) -> impl Iterator<Item = Lure<'_>> {
    office.lures.iter().enumerate().map(|(place, sketched)| Lure { office: &office.office, place, sketched })
}

fn comparable<'a>(own: &'a OfficeSketches, others: &'a [OfficeSketches]) -> (Vec<&'a OfficeSketches>, Vec<LeftOut>) {
    let mut offices = vec![own];
    let mut left_out = Vec::new();
    let mut newest: BTreeMap<&str, &OfficeSketches> = BTreeMap::new();
    for other in others {
        if let Some(why) = unusable(own, other) {
            left_out.push(LeftOut { office: other.office.clone(), why });
            continue;
        }
        let older = match newest.get(other.office.as_str()) {
            Some(known) if known.made >= other.made => Some(other),
            _ => newest.insert(&other.office, other),
        };
        if let Some(older) = older {
            left_out.push(LeftOut {
                office: older.office.clone(),
                why: format!("A newer file than the one of {} is used.", older.made),
            });
        }
    }
    offices.extend(newest.into_values());
    (offices, left_out)
}

fn unusable(own: &OfficeSketches, other: &OfficeSketches) -> Option<String> {
    if other.office == own.office {
        return Some("It has your own office's name; your own sketches are used.".to_owned());
    }
    if other.is_empty() {
        return Some("It holds no sketches.".to_owned());
    }
    let is_other_key = !own.is_empty() && other.key != own.key;
    is_other_key.then(|| {
        "It was made under another key, so nothing in it can be compared. Ask which key file that office uses."
            .to_owned()
    })
}

fn across<'a>(own: &OfficeSketches, lures: impl Iterator<Item = &'a Lure<'a>>) -> AcrossOffices {
    let mut found =
        AcrossOffices { offices: BTreeMap::new(), recipients: 0, first: None, last: None, yours: 0, own: Vec::new() };
    for lure in lures {
        let recipients: u64 = lure.sketched.days.values().map(|count| u64::from(*count)).sum();
        *found.offices.entry(lure.office.to_owned()).or_default() += recipients;
        found.recipients += recipients;
        if lure.office == own.office {
            found.yours += recipients;
            found.own.push(lure.place);
        }
        let days = || lure.sketched.days.keys().flatten().copied();
        found.first = found.first.into_iter().chain(days()).min();
        found.last = found.last.into_iter().chain(days()).max();
    }
    found
}
