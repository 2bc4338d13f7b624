//! Statuses that no lawful path leads to: removed for inactivity while active, dead and active again.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use pollwarden_core::{
    About, Confidence, Detector, DetectorError, Finding, Findings, Outcome, Plan, Question, Reference, Scope, Severity,
    Stability, Tables,
};

use crate::change_row::{COLUMNS, ChangeRow, DEAD_RETURNED, STATUS_PATH, draft, place, sorted, voters};

/// The detector.
#[derive(Debug)]
pub(crate) struct ImpossibleStatus;

static ABOUT: About = About {
    id: "roll/impossible-status",
    title: "Statuses that no lawful path leads to",
    question: Question::Roll,
    since: "0.1",
    stability: Stability::Stable,
    tables: &["changes"],
    looks_for: "Voters who were active in the older extract and are removed for inactivity in the newer one; voters whom the older extract \
                has as dead and the newer one as active, unless a person entered it on a document.",
    why: "Removing active voters as inactive keeps them from voting; a dead voter's record that is active again can be voted by another.",
    cannot_see: "Reasons that the roll does not word, and paths that begin and end between two extracts.",
    do_next: "Restore voters who were removed for inactivity. Take the returned ones to the notice of death: some notices name the wrong \
              person, so write to the voter before anything is changed.",
    techniques: &["T1565.001"],
    references: &[Reference {
        title: "National Voter Registration Act of 1993",
        place: "52 U.S.C. 20507(d)(1)(B): a notice, and two federal general elections",
    }],
};

impl Detector for ImpossibleStatus {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _scope: &Scope) -> Result<Plan, DetectorError> {
        tables.need("changes")?;
        Ok(Plan::sql(format!(
            "SELECT {COLUMNS} FROM changes WHERE cause_kind IN ('{STATUS_PATH}', '{DEAD_RETURNED}') ORDER BY voter_id, field"
        )))
    }

    fn judge(&self, batches: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        let all = sorted(batches, |row| [STATUS_PATH, DEAD_RETURNED].contains(&row.cause_kind));
        let mut groups: BTreeMap<(&str, &str), Vec<&ChangeRow>> = BTreeMap::new();
        for row in &all {
            groups.entry((&row.cause_kind, hand(row))).or_default().push(row);
        }
        for ((kind, _), rows) in groups {
            push(found, kind, &rows);
        }
    }
}

/// Whose act it was; one group where no log says.
fn hand(row: &ChangeRow) -> &str {
    [&row.batch, &row.operator].into_iter().find(|who| !who.is_empty()).map_or("", String::as_str)
}

fn push(found: &mut Findings, kind: &str, rows: &[&ChangeRow]) {
    let at = place(rows).map(|place| format!(" ({place})")).unwrap_or_default();
    let what = match (kind, voters(rows)) {
        (STATUS_PATH, 1) => "voter was removed for inactivity, although the older extract has the voter as active",
        (STATUS_PATH, _) => "voters were removed for inactivity, although the older extract has them as active",
        (_, 1) => "voter whom the older extract has as dead is active again",
        _ => "voters whom the older extract has as dead are active again",
    };
    let title = format!("{} {what}{at}", voters(rows));
    let begun = draft(Finding::new(ABOUT.id, &title, Severity::High, Confidence::Medium), rows, found)
        .outcome(Outcome::Success)
        .expected_seen("A status follows from the one before it by a lawful act.", &title)
        .next_step(ABOUT.do_next)
        .techniques(ABOUT.techniques);
    found.push(begun.done());
}
