//! A reported outcome that records or paper contradict.

use pollwarden_core::{About, Confidence, Finding, Findings, Measure, Question, Severity, Stability};

use super::{CountDetector, GENTLE, SHANGRLA};
use crate::Evidence;
use crate::answer::at_most;
use crate::audit::{AUDIT_FILE, Audit, ContestAudit, ReportedBy, names, other_report};

pub(super) struct WrongOutcome;

static ABOUT: About = About {
    id: "count/wrong-outcome",
    title: "A reported outcome that the records or the paper contradict",
    question: Question::Count,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &[],
    looks_for: "Contests whose results file has other winners than audit.toml says were reported, or whose cast vote records have \
        other winners than were reported, and contests in whose drawn cards people \
        read so many votes otherwise than the machines did that the reported winners can hardly have won.",
    why: "It is the harm itself: somebody takes office whom the voters did not elect.",
    cannot_see: "An outcome that is wrong by votes that never were on paper, or on paper that is not in the manifest; and nothing \
        in contests that no card was drawn for. Cards that nobody looked at yet count as if they bore the report out.",
    do_next: "Don't certify the contest before all its cards were counted by hand. Keep machines, memory cards and ballots as \
        they are, sealed, with a record of who had access.",
    techniques: &[],
    references: &[GENTLE, SHANGRLA],
};

impl CountDetector for WrongOutcome {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, evidence: &Evidence, found: &mut Findings) {
        let Some(audit) = &evidence.audit else { return };
        for contest in &audit.contests {
            if let Some(others) = other_report(contest, audit, evidence) {
                found.push(by_results(contest, &others, evidence));
            }
            if let Some(recorded) = other_winners(contest, audit, evidence) {
                found.push(by_records(contest, recorded, evidence));
            }
            if let Some(counted) = counted_otherwise(contest) {
                found.push(by_hand(contest, counted));
            }
            if let Some(doubt) = against_paper(contest, audit) {
                found.push(by_paper(contest, doubt, audit));
            }
        }
    }
}

fn by_results(
    contest: &ContestAudit,
    others: &[u32],
    evidence: &Evidence,
) -> Result<Finding, pollwarden_core::FindingError> {
    let title = format!("{}: the results have another winner than audit.toml says was reported", contest.name());
    Finding::new(ABOUT.id, title, Severity::Critical, Confidence::High)
        .at_source(evidence.results_file(contest.name()))
        .against(AUDIT_FILE, None)
        .expected_seen(
            format!("{}, as by audit.toml", wins(contest, &contest.decided.winners)),
            format!("{} by the results", wins(contest, others)),
        )
        .next_step(
            "Find out which of the two was published, correct the other, and audit the outcome that was published.",
        )
        .done()
}

/// The winners by a full hand count, where they are others than the reported ones.
fn counted_otherwise(contest: &ContestAudit) -> Option<&[u32]> {
    let counted = contest.hand_counted.as_ref()?.as_ref().ok()?;
    let reported = sorted(&contest.decided.winners);
    (contest.is_reported() && *counted != reported).then_some(counted)
}

fn by_hand(contest: &ContestAudit, counted: &[u32]) -> Result<Finding, pollwarden_core::FindingError> {
    let title = format!("{}: the full hand count has another winner than was reported", contest.name());
    Finding::new(ABOUT.id, title, Severity::Critical, Confidence::High)
        .at_source(AUDIT_FILE)
        .expected_seen(
            format!("{}, as reported", wins(contest, &contest.decided.winners)),
            format!("{} by the full hand count", wins(contest, counted)),
        )
        .next_step("Correct the result: the hand count decides. Find out how the records came to say otherwise, and keep everything as it is until then.")
        .done()
}

/// The records' winners where they are others than the reported ones, whatever cards without a record say.
fn other_winners<'a>(contest: &'a ContestAudit, audit: &Audit, evidence: &Evidence) -> Option<&'a [u32]> {
    let recorded = contest.recorded_winners.as_ref()?.as_ref().ok()?;
    let reported = sorted(&contest.decided.winners);
    // A reported name that no choice of the records has: nobody can say then who was reported to have won.
    if !contest.is_reported() || *recorded == reported || !evidence.unknown_choices(contest.name()).is_empty() {
        return None;
    }
    let missing = audit.paper.cards().saturating_sub(audit.paper.with_record());
    let certain = missing == 0 || lead(contest, recorded, &reported, evidence).is_some_and(|lead| lead > missing);
    certain.then_some(recorded)
}

/// By how many votes each of the records' winners is ahead of each reported one, at least.
fn lead(contest: &ContestAudit, recorded: &[u32], reported: &[u32], evidence: &Evidence) -> Option<u64> {
    if contest.decided.is_ranked() {
        return None;
    }
    let totals = contest.reported_totals(evidence);
    let votes = |at: &u32| totals.get(*at as usize).copied();
    let least = recorded.iter().filter(|at| !reported.contains(at)).filter_map(votes).min()?;
    let most = reported.iter().filter(|at| !recorded.contains(at)).filter_map(votes).max()?;
    least.checked_sub(most)
}

/// Who wins, in words. A measure that fails has no winner.
fn wins(contest: &ContestAudit, winners: &[u32]) -> String {
    match names(&contest.decided.contest, winners).join(", ") {
        nobody if nobody.is_empty() => "no choice reaches the share that it needs".to_owned(),
        winners => format!("{winners} wins"),
    }
}

fn sorted(winners: &[u32]) -> Vec<u32> {
    let mut winners = winners.to_vec();
    winners.sort_unstable();
    winners
}

/// The smallest chance of such cards under any of the assertions, where it is within the risk limit.
fn against_paper(contest: &ContestAudit, audit: &Audit) -> Option<f64> {
    let measured = contest.measured.as_ref().ok()?;
    // Each of several assertions has its own chance to be doubted wrongly: Bonferroni.
    let doubt = measured.iter().map(|m| m.doubt).fold(1.0, f64::min) * measured.len().max(1) as f64;
    (doubt <= audit.settings.risk_limit.share()).then_some(doubt)
}

fn by_records(
    contest: &ContestAudit,
    recorded: &[u32],
    evidence: &Evidence,
) -> Result<Finding, pollwarden_core::FindingError> {
    let title = format!("{}: the records have another winner than was reported", contest.name());
    let said_in = match contest.reported_by {
        ReportedBy::Results => evidence.results_file(contest.name()),
        _ => AUDIT_FILE,
    };
    Finding::new(ABOUT.id, title, Severity::Critical, Confidence::High)
        .at_source(evidence.record_file(0))
        .against(said_in, None)
        .expected_seen(
            format!("{} by the cast vote records, as reported", wins(contest, &contest.decided.winners)),
            format!("{} by the cast vote records", wins(contest, recorded)),
        )
        .next_step(ABOUT.do_next)
        .done()
}

fn by_paper(contest: &ContestAudit, doubt: f64, audit: &Audit) -> Result<Finding, pollwarden_core::FindingError> {
    let mut rows: Vec<_> = contest.discrepancies().filter_map(|(looked, ..)| audit.row_place(looked.row?)).collect();
    rows.sort_unstable();
    let differ = contest.discrepancies().count() as f64;
    // What proves an instant run-off's winner is not the only way to win: without it, the outcome may still be right.
    let (title, severity, confidence) = match contest.decided.is_ranked() {
        true => (
            format!("{}: the paper contradicts what the records prove the outcome by", contest.name()),
            Severity::High,
            Confidence::Medium,
        ),
        false => (
            format!("{}: the paper contradicts the reported outcome", contest.name()),
            Severity::Critical,
            Confidence::High,
        ),
    };
    let mut draft = Finding::new(ABOUT.id, title, severity, confidence);
    for (source, line) in rows.into_iter().take(SITES) {
        draft = draft.at(source, line);
    }
    draft
        .at_source(AUDIT_FILE)
        .measure(Measure::exact("cards-read-otherwise", differ, "cards"))
        .measure(Measure::exact("cards-read", contest.cards_read() as f64, "cards"))
        .expected_seen(
            expected(contest),
            format!("cards such as {} of audits would draw if that were so", at_most(doubt)),
        )
        .next_step(ABOUT.do_next)
        .done()
}

fn expected(contest: &ContestAudit) -> String {
    let most = contest.measured.as_ref().ok().and_then(|all| all.iter().min_by(|a, b| a.doubt.total_cmp(&b.doubt)));
    let what = most.map_or_else(|| "the reported winners won".to_owned(), |m| m.says.clone());
    format!("cards that bear out that {what}")
}

/// As many of the board's rows are named as people would look at.
const SITES: usize = 10;
