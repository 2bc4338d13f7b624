//! Records of one roll that may be of one person: leads with a probability each, never a removal list.

use arrow::array::RecordBatch;
use pollwarden_core::{
    About, Confidence, Detector, DetectorError, Finding, Findings, Outcome, Plan, Question, Scope, Severity, Stability,
    Tables,
};

use crate::linkage::pair::{COLUMNS, Pair, REFERENCES, WARNING, Wrong, elsewhere, named, pairs};

/// The detector.
#[derive(Debug)]
pub(crate) struct DuplicateRecord;

static ABOUT: About = About {
    id: "roll/duplicate-record",
    title: "Two records of one person",
    question: Question::Roll,
    since: "0.1",
    stability: Stability::Preview,
    tables: &["duplicates"],
    looks_for: "Pairs of records of one roll that are more likely of one person than of two, with a probability each, learnt \
                from the roll itself: how rare each value is, what members of a household share, which slips are usual. Asked by \
                `pollwarden roll duplicates`.",
    why: "A person with two records may be sent two ballots, and either record can be used by somebody else.",
    cannot_see: "Second records that share nothing rare with the first. It can't surely tell one person from twins, or from a \
                 parent and child of one name, where the roll has no suffix and no day of birth.",
    do_next: "Look at both records and their documents, and write to the voter at both addresses. A match is not proof and must \
              never be used to remove a voter by itself.",
    techniques: &[],
    references: &REFERENCES,
};

impl Detector for DuplicateRecord {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _scope: &Scope) -> Result<Plan, DetectorError> {
        tables.need("duplicates")?;
        Ok(Plan::sql(format!("SELECT {COLUMNS} FROM duplicates ORDER BY probability DESC, voter_id, other_id")))
    }

    fn judge(&self, batches: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        let pairs = pairs(batches);
        if !pairs.is_empty() {
            push(found, &pairs);
        }
    }
}

fn push(found: &mut Findings, pairs: &[Pair]) {
    let (many, wrong) = (pairs.len(), Wrong::of(pairs));
    let title = match many {
        1 => "1 pair of records may be of one person".to_owned(),
        many => format!("{many} pairs of records may be of one person each"),
    };
    let seen = format!("{title}; {} of them in two counties. {} {WARNING}", elsewhere(pairs), wrong.says());
    let draft = Finding::new(ABOUT.id, &title, Severity::Low, Confidence::Low)
        .measure(wrong.right(many))
        .outcome(Outcome::Unknown)
        .expected_seen("Each person has one record on the roll.", seen)
        .next_step(ABOUT.do_next)
        .techniques(ABOUT.techniques);
    found.push(named(draft, pairs, true, found.scope()).done());
}
