//! The answer: is the reported outcome right?

use std::collections::BTreeSet;

use pollwarden_core::{Answer, Coverage, Findings, Measure, Picture, Question, RiskCurve, Scope};

use crate::audit::{Audit, ContestAudit, names};
use crate::commitment::say_open;
use crate::detectors::{DETECTORS, not_compared};
use crate::doubts::{say_doubts, say_limit};
use crate::evidence::{list, of};
use crate::unread::{say_unknown_names, say_unread, unknown_names};
use crate::{Evidence, batch_names, simulate};

/// Judges the evidence, says what could not be told, and measures how small a change would have been noticed.
pub fn answer(evidence: &Evidence, mut coverage: Coverage, scope: Scope, measures: bool) -> Answer {
    say_gaps(evidence, &mut coverage);
    let mut found = Findings::new(scope);
    for detector in DETECTORS {
        detector.judge(evidence, &mut found);
    }
    if let Some(audit) = &evidence.audit {
        say_rest(audit, &mut found);
    }
    let mut answer = found.answer(Question::Count, coverage);
    if let Some(audit) = &evidence.audit {
        answer.measures.extend(measured(audit));
        if measures {
            answer.limits = simulate::limits(evidence, audit);
        }
    }
    answer
}

fn say_gaps(evidence: &Evidence, coverage: &mut Coverage) {
    say_unknown(evidence, coverage);
    say_open(evidence, coverage);
    let Some(audit) = &evidence.audit else {
        if coverage.can_rule_out() {
            let why = "No card was held against the paper: results and records can agree and still be wrong together. \
                `pollwarden count plan` says how many cards to draw, `pollwarden count draw` which";
            coverage.blind(None, why);
        }
        return;
    };
    if audit.settings.seed.is_none() {
        coverage.blind(None, "audit.toml has no public seed, so that the draw can't be made again: roll dice in public and write `seed` into it");
    }
    say_limit(audit, coverage);
    for contest in &audit.contests {
        say_doubts(contest, audit, evidence, coverage);
        // Reasons that explain the risk come before it.
        say_unknown_names(contest, coverage);
        if let Some(why) = not_confirmed(contest, audit, evidence) {
            coverage.blind(None, why);
        }
        say_unread(contest, coverage);
        say_unlike(contest, coverage);
        say_batches(contest, evidence, coverage);
    }
    let coming = audit.coming().len() as u64;
    if coming > 0 {
        let cards = of(coming, "drawn card has", "drawn cards have");
        let why = format!("{cards} no row of the audit board: the audit is under way, or rows are missing");
        coverage.blind(None, why);
    }
    let left: Vec<String> = not_audited(evidence, audit);
    let (excused, others): (Vec<_>, Vec<_>) = left.into_iter().partition(|name| audit.settings.left_out.contains(name));
    if !others.is_empty() {
        let contests = of(others.len() as u64, "contest was", "contests were");
        let why = format!(
            "{contests} not audited: {}. Add them to audit.toml, or name them in its left_out",
            list(&others, 6)
        );
        coverage.blind(None, why);
    }
    if !excused.is_empty() {
        coverage.dim(None, format!("Left out of the audit by audit.toml: {}", list(&excused, 6)));
    }
}

/// Why a contest's outcome is not confirmed; `None` where it is.
fn not_confirmed(contest: &ContestAudit, audit: &Audit, evidence: &Evidence) -> Option<String> {
    let name = contest.name();
    match &contest.hand_counted {
        Some(Ok(_)) if contest.risk() == 0.0 => return None,
        Some(Ok(winners)) if !contest.is_reported() => {
            let counted = names(&contest.decided.contest, winners).join(", ");
            let why = contest.measured.as_ref().err().map_or("nobody says who won", String::as_str);
            return Some(format!(
                "{name}: by the full hand count {counted} won, and who was reported can't be told: {why}"
            ));
        }
        Some(Ok(winners)) => {
            let counted = names(&contest.decided.contest, winners).join(", ");
            return Some(format!("{name}: by the full hand count {counted} won, which nobody reported"));
        }
        Some(Err(why)) => return Some(format!("{name}: the full hand count decides nothing: {why}")),
        None => {}
    }
    if let Some(why) = &contest.untold {
        return Some(format!("{name}: no draw can confirm it: {why}"));
    }
    if let Err(why) = &contest.measured {
        return Some(format!("{name}: drawn cards can't confirm it: {why}"));
    }
    let (risk, limit) = (contest.risk(), audit.settings.risk_limit.share());
    if risk <= limit {
        return None;
    }
    let drawn = contest.draws();
    if drawn == 0 {
        return Some(format!("{name}: nothing was drawn yet"));
    }
    let next = match contest.further_draws() {
        // No hand count is needed for names that differ in how they are written.
        _ if !unknown_names(contest).is_empty() => "first correct the names that the board typed".to_owned(),
        _ if batch_names::differ(&evidence.manifest, &audit.paper, &audit.paper.faults).is_some() => {
            "first name the batches alike in manifest and records".to_owned()
        }
        Some(0) | None => "count all its cards by hand".to_owned(),
        Some(more) => format!("draw about {more} more, or count all its cards by hand"),
    };
    Some(format!(
        "{name}: after {drawn} draws the measured risk is {}, above the limit of {}; {next}",
        percent(risk),
        percent(limit)
    ))
}

/// Where records and cards belong together, far fewer than one in so many cards is read otherwise.
const UNLIKE: usize = 10;

/// Cards and records that differ so often that the records may be those of other cards.
fn say_unlike(contest: &ContestAudit, coverage: &mut Coverage) {
    let both = contest.each_card().filter(|looked| looked.read.is_some() && looked.recorded.is_some()).count();
    let differ = contest.discrepancies().count();
    if differ >= UNLIKE && differ * UNLIKE > both {
        let why = format!(
            "{}: {differ} of {both} cards were read otherwise than they were recorded. First make sure that each card was held against \
             its own record: that the cards of each batch lie in the order in which they were scanned",
            contest.name()
        );
        coverage.dim(None, why);
    }
}

/// Reported names that the records don't have, or have several times: those totals can't be held against each other.
fn say_unknown(evidence: &Evidence, coverage: &mut Coverage) {
    let reported = evidence.results.iter().flat_map(|results| &results.contests).map(|c| c.name.as_str());
    let reported: BTreeSet<&str> = reported.collect();
    for name in reported {
        let several = evidence.cvrs.contests_named(name).len();
        if several > 1 {
            let why = format!(
                "{name}: {several} contests of the records are named so, and nobody can say which of them the results report. Look \
                 at each export by itself"
            );
            coverage.blind(None, why);
        }
    }
    for (_, contest) in evidence.cvrs.contests() {
        let unknown = evidence.unknown_choices(&contest.name);
        if !unknown.is_empty() {
            let why = format!(
                "{}: the results report votes for names that the records don't have: {}. Write them alike in both",
                contest.name,
                list(&unknown, 6)
            );
            coverage.blind(None, why);
        }
    }
    not_compared(evidence).into_iter().for_each(|why| coverage.blind(None, why));
}

/// Drawn batches that nobody counted, and rows that say nothing of a batch.
fn say_batches(contest: &ContestAudit, evidence: &Evidence, coverage: &mut Coverage) {
    let Some(batches) = &contest.batches else { return };
    let named = |places: &BTreeSet<usize>| list(&places.iter().map(|at| evidence.batch(*at)).collect::<Vec<_>>(), 6);
    let name = contest.name();
    if !batches.not_counted.is_empty() {
        let some = of(batches.not_counted.len() as u64, "drawn batch was", "drawn batches were");
        coverage.blind(None, format!("{name}: {some} not counted by hand: {}", named(&batches.not_counted)));
    }
    if !batches.extra.is_empty() {
        let some = of(batches.extra.len() as u64, "batch was", "batches were");
        coverage
            .dim(None, format!("{name}: {some} counted and not drawn, which tells nothing: {}", named(&batches.extra)));
    }
    for (row, why) in &batches.unmappable {
        let place = evidence
            .board
            .batches
            .get(*row)
            .map(|row| format!("{}, line {}", row.source, row.line))
            .unwrap_or_default();
        coverage.blind(None, format!("{name}: {place}: {why}"));
    }
}

/// Contests of records or results that no audit was asked for.
fn not_audited(evidence: &Evidence, audit: &Audit) -> Vec<String> {
    let recorded = evidence.cvrs.contests().map(|(id, _)| evidence.cvrs.label(id));
    // What results report of a name that several contests of the records have: say_unknown says of it.
    let reported = evidence.results.iter().flat_map(|r| &r.contests).map(|c| c.name.clone());
    let reported = reported.filter(|name| evidence.cvrs.contests_named(name).len() < 2);
    let mut left: Vec<String> =
        recorded.chain(reported).filter(|name| !audit.contests.iter().any(|c| c.name() == name)).collect();
    left.sort();
    left.dedup();
    left
}

fn say_rest(audit: &Audit, found: &mut Findings) {
    if audit.settings.rounds.is_empty() && !audit.drawn.is_empty() {
        found.note("audit.toml says no rounds: as many draws were assumed as the audit board has rows.");
    }
    if audit.contests.iter().any(|contest| contest.draws() > 0) {
        found.picture(picture(audit));
    }
    let seed = audit.settings.seed.as_deref().unwrap_or_default();
    let rule = audit.settings.draw.name();
    let valid =
        "the measured risk is valid only if the seed was drawn in public after manifest and records were fixed.";
    if !audit.drawn.is_empty() {
        let draws = of(audit.drawn.len() as u64, "draw", "draws");
        found.note(format!(
            "{draws} from {} cards by the seed {seed} and the rule {rule}; {valid}",
            audit.paper.cards()
        ));
    }
    for (contest, batches) in audit.contests.iter().filter_map(|c| Some((c, c.batches.as_ref()?))) {
        let draws = of(batches.drawn.len() as u64, "draw", "draws");
        let all = batches.listed.len();
        found.note(format!(
            "{}: {draws} from {all} batches by the seed {seed} and the rule {rule}; {valid}",
            contest.name()
        ));
    }
}

/// The risk left, by draws of cards or of batches, of which one may be drawn twice: as many points as a screen shows.
fn picture(audit: &Audit) -> Picture {
    const POINTS: usize = 400;
    let curve = |contest: &ContestAudit| {
        let draws = contest.draws();
        let step = (draws / POINTS).max(1);
        let shown = (1..=draws).filter(|n| n % step == 0 || *n == draws);
        RiskCurve {
            name: contest.name().to_owned(),
            points: shown.map(|n| (n as u64, contest.risk_after(n))).collect(),
        }
    };
    Picture::Risk {
        title: format!("The chance left that a wrong outcome was overlooked, by {}", kind_of_draws(audit)),
        limit: audit.settings.risk_limit.share(),
        series: audit.contests.iter().map(curve).collect(),
    }
}

/// What is drawn, where it is one kind for all contests.
fn kind_of_draws(audit: &Audit) -> &'static str {
    let by_batch = audit.contests.iter().filter(|contest| contest.batches.is_some()).count();
    match by_batch {
        0 => "draws of cards",
        all if all == audit.contests.len() => "draws of batches",
        _ => "draws of cards or batches",
    }
}

/// The measured risk of each contest.
fn measured(audit: &Audit) -> Vec<Measure> {
    let each = audit.contests.iter().filter(|c| c.draws() > 0 || c.hand_counted.is_some()).map(|contest| {
        Measure::exact(format!("measured risk of {}", contest.name()), contest.risk() * 100.0, "in 100")
    });
    let limit = Measure::exact("risk limit", audit.settings.risk_limit.share() * 100.0, "in 100");
    [limit].into_iter().chain(each).collect()
}

/// `at most 5 %`, `fewer than 0.01 %`: before "of audits".
pub(crate) fn at_most(share: f64) -> String {
    if share < 0.0001 { "fewer than 0.01 %".to_owned() } else { format!("at most {}", percent(share)) }
}

/// `5 %`, `0.31 %`, `under 0.01 %`.
pub fn percent(share: f64) -> String {
    if share < 0.0001 {
        return "under 0.01 %".to_owned();
    }
    let text = format!("{:.2}", share * 100.0);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}
