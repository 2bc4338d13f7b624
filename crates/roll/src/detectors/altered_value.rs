//! Values altered in ways that ordinary life seldom has: letters of names, house numbers, years of birth.

use arrow::array::RecordBatch;
use pollwarden_core::{
    About, Confidence, Detector, DetectorError, Finding, Findings, Outcome, Plan, Question, Reference, Scope, Severity,
    Stability, Tables,
};

use crate::over::{Group, QUERY, Standing, read, standing};
use crate::strata::{NUMBER, PATTERN, SHIFT, SLIP};

/// The detector.
#[derive(Debug)]
pub(crate) struct AlteredValue;

/// Of all changes of a name, so many make a name that nobody else bears out of one that others bear by one letter. Corrections
/// go the other way, marriages change the whole name.
const SLIPS: f64 = 0.02;
/// Of all changes of residence, so many are to another house of the same street.
const NUMBERS: f64 = 0.02;
/// Of all corrected births, so many move by one and the same number of years.
const SHIFTS: f64 = 0.1;

static ABOUT: About = About {
    id: "roll/altered-value",
    title: "Names, house numbers and births altered alike",
    question: Question::Roll,
    since: "0.1",
    stability: Stability::Stable,
    tables: &["groups"],
    looks_for: "Many names with one letter changed so that a common name becomes one that nobody bears, many residences with another \
                house number in the same street, many births moved by the same number of years: more than one in fifty of all changes of a \
                name or residence, or one in ten of all corrected births, explain. Counted whoever entered them, a system or a person on paper; births moved by one year \
                on paper, which corrections mostly mend, are left out.",
    why: "A voter whose name, address or birth is off by a character is turned away at the polls or sent a ballot that never arrives, \
          and each record by itself looks like a slip of the pen.",
    cannot_see: "Values replaced by wholly different ones, which look like moves and marriages.",
    do_next: "Compare some of these records with the original documents. Restore what is wrong from the older extract.",
    techniques: &["T1565.001"],
    references: &[Reference {
        title: "L. Sweeney, J. Yoo, J. Zang: Voter Identity Theft. Technology Science 2017090601",
        place: "https://techscience.org/a/2017090601/",
    }],
};

impl Detector for AlteredValue {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _scope: &Scope) -> Result<Plan, DetectorError> {
        tables.need("groups")?;
        Ok(Plan::sql(QUERY))
    }

    fn judge(&self, batches: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        let groups = read(batches, |group| group.period == 0 && group.by == PATTERN);
        for one in standing(&groups, usual) {
            push(found, &one);
        }
    }
}

/// The share of its kind that a pattern has in ordinary life, on the high side.
fn usual(group: &Group) -> Option<f64> {
    match group.value.as_str() {
        SLIP => Some(SLIPS),
        NUMBER => Some(NUMBERS),
        shift if shift.starts_with(SHIFT) => Some(SHIFTS),
        _ => None,
    }
}

fn push(found: &mut Findings, one: &Standing<'_>) {
    let group = one.group;
    let what = match group.kind.as_str() {
        "name" => "voters' names were altered",
        "address" => "voters' residences were altered",
        _ => "voters' births were altered",
    };
    let place = if group.county.is_empty() { String::new() } else { format!(" (county {})", group.county) };
    let title = format!("{} {what}: {}{place}", group.voters, group.value);
    let expected = format!("About {:.0} of {} changes of this kind.", one.expected().max(1.0), group.of);
    let draft = one
        .draft(Finding::new(ABOUT.id, &title, Severity::High, Confidence::Medium), found)
        .outcome(Outcome::Success)
        .expected_seen(expected, format!("{title}, of {} changes of this kind.", group.of))
        .next_step(ABOUT.do_next)
        .techniques(ABOUT.techniques);
    found.push(draft.done());
}
