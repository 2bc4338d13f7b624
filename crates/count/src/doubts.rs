//! Gaps that no drawn card can close: what the audit takes on the word of those it audits.

use pollwarden_core::Coverage;

use crate::Evidence;
use crate::answer::percent;
use crate::audit::{AUDIT_FILE, Audit, ContestAudit, ReportedBy};

/// Laws set risk limits from 1 % to 10 %; a larger one needs a word.
const LARGE_LIMIT: f64 = 0.2;
/// An audit that lets a wrong outcome stand more often than not is none.
const NO_LIMIT: f64 = 0.5;

/// A risk limit that is too large to say much.
pub(crate) fn say_limit(audit: &Audit, coverage: &mut Coverage) {
    let limit = audit.settings.risk_limit.share();
    let said = format!("{AUDIT_FILE}: a risk limit of {}", percent(limit));
    if limit > NO_LIMIT {
        coverage.blind(
            None,
            format!("{said} is no audit: a wrong outcome may stand more often than not. Laws say 0.01 to 0.1"),
        );
    } else if limit > LARGE_LIMIT {
        coverage
            .dim(None, format!("{said} lets a wrong outcome stand far more often than laws do, which say 0.01 to 0.1"));
    }
}

/// What a contest's audit takes on trust.
pub(crate) fn say_doubts(contest: &ContestAudit, audit: &Audit, evidence: &Evidence, coverage: &mut Coverage) {
    let name = contest.name();
    if contest.reported_by == ReportedBy::Records && contest.recorded_winners.is_some() {
        let why = format!(
            "{name}: nobody says who was published to have won, neither a results file nor {AUDIT_FILE}: the records' own winner was audited. \
             Put the results into the folder, or write `reported_winners`"
        );
        coverage.blind(None, why);
    }
    if audit.trusts_styles(&contest.decided, evidence) {
        let why = format!(
            "{name}: style = true, and only the records say which cards hold it: where the contest was taken out of records, no draw \
             sees it. Write into {AUDIT_FILE} how many `cards` could hold it at most, by the poll books"
        );
        coverage.blind(None, why);
    }
}
