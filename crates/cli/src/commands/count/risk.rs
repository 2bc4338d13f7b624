//! `pollwarden count risk`: each contest's measured risk, and what is to be done next.

use std::io::Write as _;
use std::path::Path;

use anyhow::Result;
use comfy_table::CellAlignment;
use pollwarden_core::{Answer, Audience, Office, Verdict};
use pollwarden_count::audit::{Audit, ContestAudit};
use pollwarden_count::{answer, is_settings, percent};
use pollwarden_intake::find;
use pollwarden_report::visible;

use super::commit::Ledgers;
use super::{audit_of, gathered, is_folder, plain_table, scope};
use crate::exit::Exit;
use crate::progress::Progress;
use crate::show::{Output, say};

/// Says "confirmed" only where `count audit` finds nothing: the measured risk is that of files read whole, rows that say something, and
/// cards that were drawn.
pub(super) fn run(dir: &Path, progress: &Progress) -> Result<Exit> {
    is_folder(dir)?;
    let found = find(dir);
    let (mut evidence, mut coverage) = gathered(&found, progress);
    coverage.complaints.iter().for_each(|complaint| say(&visible(&complaint.to_string())));
    if !found.inputs.iter().any(is_settings) {
        audit_of(&evidence)?;
    }
    Ledgers::near(dir, None).look_up(&found, &mut evidence, &mut coverage, progress);
    let answer = answer(&evidence, coverage, scope(Office::default())?, false);
    let mut out = Output::open(None)?;
    if let Some(audit) = &evidence.audit {
        write_table(audit, &answer, &mut out)?;
    }
    for reason in reasons(&answer) {
        writeln!(out, "not confirmed: {}", visible(&reason))?;
    }
    out.done()?;
    Ok(answer.verdict().into())
}

fn write_table(audit: &Audit, answer: &Answer, out: &mut Output) -> Result<()> {
    let mut table = plain_table();
    table.set_header(["contest", "method", "draws", "measured risk", "risk limit", "next"]);
    for contest in &audit.contests {
        table.add_row([
            visible(contest.name()).into_owned(),
            method(contest).to_owned(),
            contest.draws().to_string(),
            percent(contest.risk()),
            percent(audit.settings.risk_limit.share()),
            visible(&next(contest, audit, answer.verdict())).into_owned(),
        ]);
    }
    for column in 2..5 {
        table.column_mut(column).into_iter().for_each(|c| {
            c.set_cell_alignment(CellAlignment::Right);
        });
    }
    Ok(writeln!(out, "{table}")?)
}

/// Why `count audit` would not say that nothing was found.
fn reasons(answer: &Answer) -> Vec<String> {
    if answer.verdict() == Verdict::NothingFound {
        return Vec::new();
    }
    let found = answer.findings.iter().filter(|finding| finding.audience == Audience::Clerk);
    let gaps = answer.coverage.unwatched.iter().filter(|gap| gap.needed);
    let mut reasons: Vec<String> = found.map(|finding| format!("{}: {}", finding.title, finding.seen)).collect();
    reasons.extend(gaps.map(|gap| gap.why.clone()));
    if reasons.is_empty() {
        reasons.push("`pollwarden count audit` says why".to_owned());
    }
    reasons
}

fn method(contest: &ContestAudit) -> &'static str {
    match (&contest.measured, &contest.hand_counted) {
        (_, Some(_)) => "full hand count",
        (Err(_), None) => "none",
        (Ok(_), None) => contest.method.name(),
    }
}

/// What is to be done next.
fn next(contest: &ContestAudit, audit: &Audit, verdict: Verdict) -> String {
    if is_confirmed(contest, audit) {
        return if verdict == Verdict::NothingFound { "confirmed" } else { "within the limit, see below" }.to_owned();
    }
    match (&contest.measured, contest.further_draws()) {
        (Err(why), _) => why.clone(),
        (Ok(_), Some(more)) => format!("{more} more draws"),
        (Ok(_), None) => "full hand count".to_owned(),
    }
}

fn is_confirmed(contest: &ContestAudit, audit: &Audit) -> bool {
    let by_hand = matches!(contest.hand_counted, Some(Ok(_)));
    (contest.measured.is_ok() || by_hand) && contest.risk() <= audit.settings.risk_limit.share()
}
