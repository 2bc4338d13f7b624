//! Ids that name somebody else, where no log says why.

use arrow::array::RecordBatch;
use pollwarden_core::{
    About, Confidence, Detector, DetectorError, Finding, Findings, Outcome, Plan, Question, Reference, Scope, Severity,
    Stability, Tables,
};

use crate::change_row::{COLUMNS, ChangeRow, draft, place, sorted, voters};

/// The detector.
#[derive(Debug)]
pub(crate) struct IdentitySwap;

static ABOUT: About = About {
    id: "roll/identity-swap",
    title: "Ids that name somebody else",
    question: Question::Roll,
    since: "0.1",
    stability: Stability::Stable,
    tables: &["changes"],
    looks_for: "Voters' ids under which first name, birth and a further thing of the person changed at once. With a log, \
                roll/unexplained-change tells of them.",
    why: "Exchanging who stands behind two ids leaves every count as it was, and both voters without a valid record.",
    cannot_see: "An exchange of persons who share a first name or birth.",
    do_next: "Compare the records with the original registrations: an id is never given to a second person.",
    techniques: &["T1565.001"],
    references: &[Reference {
        title: "Help America Vote Act of 2002, Public Law 107-252",
        place: "section 303(a)(1)(A)(iii): a unique identifier for each voter",
    }],
};

impl Detector for IdentitySwap {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _scope: &Scope) -> Result<Plan, DetectorError> {
        tables.need("changes")?;
        Ok(Plan::sql(format!(
            "SELECT {COLUMNS} FROM changes WHERE class = 'identity-swap' AND cause_kind = 'no-log' ORDER BY voter_id, field"
        )))
    }

    fn judge(&self, batches: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        let all = sorted(batches, |row| row.class == "identity-swap" && row.cause_kind == "no-log");
        if all.is_empty() {
            return;
        }
        let all: Vec<&ChangeRow> = all.iter().collect();
        let at = place(&all).map(|place| format!(" ({place})")).unwrap_or_default();
        let (whose, verb) = if voters(&all) == 1 { ("voter's id", "names") } else { ("voters' ids", "name") };
        let title = format!("{} {whose} now {verb} somebody else{at}", voters(&all));
        let begun = draft(Finding::new(ABOUT.id, &title, Severity::High, Confidence::Medium), &all, found)
            .outcome(Outcome::Success)
            .expected_seen("An id stays with the person it was given to.", &title)
            .next_step(ABOUT.do_next)
            .techniques(ABOUT.techniques);
        found.push(begun.done());
    }
}
