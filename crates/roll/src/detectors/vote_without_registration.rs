//! Votes newly credited to somebody who was not registered by that election.

use arrow::array::RecordBatch;
use pollwarden_core::{
    About, Confidence, Detector, DetectorError, Finding, Findings, Outcome, Plan, Question, Reference, Scope, Severity,
    Stability, Tables,
};

use crate::history::{BEFORE_REGISTRATION, NOT_ON_ROLL};
use crate::vote_row::{COLUMNS, Votes, gathered};

/// The detector.
#[derive(Debug)]
pub(crate) struct VoteWithoutRegistration;

static ABOUT: About = About {
    id: "roll/vote-without-registration",
    title: "Votes credited without a registration",
    question: Question::Roll,
    since: "0.1",
    stability: Stability::Preview,
    tables: &["votes"],
    looks_for: "Votes that the newer of two vote histories has and the older one lacks, of an election before the day on which the \
                voter registered, or of somebody who is on neither roll.",
    why: "A vote credited to somebody who could not have cast it covers for one that somebody else cast, or makes a voter seem to \
          have voted.",
    cannot_see: "Votes falsely credited to voters who were registered. A new registration that replaced an older one bears the \
                 newer day in some states: such votes are listed too.",
    do_next: "Take each vote to the poll book, and each registration to its form: the registration's day, the voter's number or the \
              credit is wrong. None of these by itself says that anybody voted unlawfully.",
    techniques: &["T1565.001"],
    references: &[Reference {
        title: "National Voter Registration Act, 52 U.S.C. 20507(a)(1)",
        place: "who registers in time before an election may vote in it",
    }],
};

impl Detector for VoteWithoutRegistration {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _scope: &Scope) -> Result<Plan, DetectorError> {
        tables.need("votes")?;
        Ok(Plan::sql(format!(
            "SELECT {COLUMNS} FROM votes WHERE kind IN ('{BEFORE_REGISTRATION}', '{NOT_ON_ROLL}') \
             ORDER BY election, county, source, line"
        )))
    }

    fn judge(&self, batches: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        let groups = gathered(batches, found, |kind| matches!(kind, BEFORE_REGISTRATION | NOT_ON_ROLL));
        let elections: std::collections::BTreeSet<&str> =
            groups.keys().map(|(election, _)| election.as_str()).collect();
        let elections = elections.into_iter().collect::<Vec<_>>().join(", ");
        let mut all = Votes::default();
        groups.into_values().for_each(|group| all.join(group));
        if all.count == 0 {
            return;
        }
        let title =
            format!("{} votes ({elections}) were newly credited to people who were not registered by then", all.count);
        let draft = all.draft(Finding::new(ABOUT.id, &title, Severity::Medium, Confidence::Low));
        let draft = draft
            .outcome(Outcome::Unknown)
            .expected_seen("A vote is credited to somebody who was registered by that election.", &title)
            .next_step(ABOUT.do_next)
            .techniques(ABOUT.techniques);
        found.push(draft.done());
    }
}
