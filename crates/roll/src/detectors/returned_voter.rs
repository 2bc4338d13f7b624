//! Voters of a list of the dead or cancelled who are active again.

use arrow::array::RecordBatch;
use pollwarden_core::{
    About, Confidence, Detector, DetectorError, Finding, Findings, Outcome, Plan, Question, Reference, Scope, Severity,
    Stability, Tables,
};

use crate::change_row::{COLUMNS, ChangeRow, SUPPRESSED, draft, place, sorted, voters};

/// The detector.
#[derive(Debug)]
pub(crate) struct ReturnedVoter;

static ABOUT: About = About {
    id: "roll/returned-voter",
    title: "The dead and cancelled, back on the roll",
    question: Question::Roll,
    since: "0.1",
    stability: Stability::Preview,
    tables: &["changes"],
    looks_for: "Voters who are on a list of the dead or cancelled (a file whose name says so, such as suppression.csv, with a \
                column of voters' ids) and are new on the roll, or active again, in the newer extract.",
    why: "A registration that nobody uses any more can be voted in another's name.",
    cannot_see: "Anyone who is on no list that was given, and returns under another id.",
    do_next: "Take each record to the notice of death or the cancellation it rests on. A list can be wrong: write to the voter before \
              anything is changed.",
    techniques: &["T1565.001"],
    references: &[Reference {
        title: "Help America Vote Act of 2002, Public Law 107-252",
        place: "section 303(a)(2)(A)(ii): states compare their lists with death records",
    }],
};

impl Detector for ReturnedVoter {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _scope: &Scope) -> Result<Plan, DetectorError> {
        tables.need("changes")?;
        Ok(Plan::sql(format!(
            "SELECT {COLUMNS} FROM changes WHERE cause_kind = '{SUPPRESSED}' ORDER BY voter_id, field"
        )))
    }

    fn judge(&self, batches: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        let all = sorted(batches, |row| row.cause_kind == SUPPRESSED);
        if all.is_empty() {
            return;
        }
        let all: Vec<&ChangeRow> = all.iter().collect();
        let at = place(&all).map(|place| format!(" ({place})")).unwrap_or_default();
        let (subject, verb) = if voters(&all) == 1 { ("voter", "is") } else { ("voters", "are") };
        let title = format!("{} {subject} on the list of the dead or cancelled {verb} active again{at}", voters(&all));
        let begun = draft(Finding::new(ABOUT.id, &title, Severity::High, Confidence::Medium), &all, found)
            .outcome(Outcome::Success)
            .expected_seen("Who is on the list is not active on the roll.", &title)
            .next_step(ABOUT.do_next)
            .techniques(ABOUT.techniques);
        found.push(begun.done());
    }
}
