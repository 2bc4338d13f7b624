//! New registrations that may be second ones of voters who are registered already: leads, never a removal list.

use arrow::array::RecordBatch;
use pollwarden_core::{
    About, Confidence, Detector, DetectorError, Finding, Findings, Outcome, Plan, Question, Scope, Severity, Stability,
    Tables,
};

use crate::linkage::pair::{COLUMNS, Pair, REFERENCES, WARNING, Wrong, elsewhere, named, pairs};

/// The detector.
#[derive(Debug)]
pub(crate) struct DuplicateRegistration;

/// The share of pairs named that are expected to be two people.
const WRONG: f64 = 0.05;
/// Pairs below this probability are not named, however sure the others are: each is to deserve a letter.
const LEAST: f64 = 0.8;

static ABOUT: About = About {
    id: "roll/duplicate-registration",
    title: "Second registrations of one person",
    question: Question::Roll,
    since: "0.1",
    stability: Stability::Stable,
    tables: &["resemblances"],
    looks_for: "New active records that agree with an older active record elsewhere on so many and so rare things that at \
                most one in twenty of the pairs named is expected to be two people. Each pair has a probability, learnt from \
                the roll itself: how rare each value is, what households share, which slips are usual.",
    why: "Second registrations under somebody's name can be used to vote in that person's place, or to have the first \
          registration questioned.",
    cannot_see: "Second registrations that share no two of last name, first name and birth. It can't tell a second \
                 registration from a voter who moved and whose old record was not closed, nor surely from twins with like \
                 names.",
    do_next: "Write to the voter at both addresses. A match is not proof and must never be used to remove a voter by itself.",
    techniques: &["T1565.001"],
    references: &REFERENCES,
};

impl Detector for DuplicateRegistration {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _scope: &Scope) -> Result<Plan, DetectorError> {
        tables.need("resemblances")?;
        Ok(Plan::sql(format!("SELECT {COLUMNS} FROM resemblances ORDER BY probability DESC, voter_id, other_id")))
    }

    fn judge(&self, batches: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        let mut pairs = pairs(batches);
        pairs.retain(|pair| pair.probability >= LEAST);
        let mut wrong = 0.0;
        let within = |(at, pair): (usize, &Pair)| {
            wrong += 1.0 - pair.probability;
            wrong <= WRONG * (at + 1) as f64
        };
        let kept = pairs.iter().enumerate().map(within).take_while(|within| *within).count();
        pairs.truncate(kept);
        if !pairs.is_empty() {
            push(found, &pairs);
        }
    }
}

fn push(found: &mut Findings, pairs: &[Pair]) {
    let (many, wrong) = (pairs.len(), Wrong::of(pairs));
    let title = format!("{many} new registrations may be second registrations of voters registered elsewhere");
    let seen = format!("{title}; {} of them in another county. {} {WARNING}", elsewhere(pairs), wrong.says());
    let draft = Finding::new(ABOUT.id, &title, Severity::Medium, Confidence::Low)
        .measure(wrong.right(many))
        .outcome(Outcome::Unknown)
        .expected_seen("A new voter resembles nobody who is registered already.", seen)
        .next_step(ABOUT.do_next)
        .techniques(ABOUT.techniques);
    found.push(named(draft, pairs, false, found.scope()).done());
}
