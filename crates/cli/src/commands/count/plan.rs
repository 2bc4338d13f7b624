//! `pollwarden count plan`: how many cards to draw.

use std::collections::BTreeSet;
use std::io::Write as _;

use anyhow::{Context as _, Result, bail};
use comfy_table::CellAlignment;
use pollwarden_count::Evidence;
use pollwarden_count::audit::{Audit, planned};
use pollwarden_report::visible;
use pollwarden_rla::{ErrorRates, RiskLimit, Tally};

use super::{audit_of, plain_table, read_all};
use crate::args::Plan;
use crate::exit::Exit;
use crate::progress::Progress;
use crate::show::Output;

pub(super) fn run(plan: &Plan, progress: &Progress) -> Result<Exit> {
    if !(plan.quantile > 0.0 && plan.quantile < 1.0) {
        bail!("--quantile must be above 0 and below 1, such as 0.9");
    }
    in_bounds(plan)?;
    let limit = |given: Option<f64>| RiskLimit::new(given.unwrap_or(0.05)).context("--risk-limit");
    let mut out = Output::open(None)?;
    match (&plan.dir, plan.cards) {
        (Some(dir), _) => {
            let evidence = read_all(dir, progress)?;
            let audit = audit_of(&evidence)?;
            let limit = match plan.risk_limit {
                Some(given) => limit(Some(given))?,
                None => audit.settings.risk_limit,
            };
            for contest in contests(&evidence, audit) {
                write(&mut out, &contest, limit, plan)?;
            }
        }
        (None, Some(cards)) => {
            let (names, votes) = plan.votes.iter().cloned().unzip();
            let tally =
                Tally::new(cards, plan.winners, plan.votes_allowed, votes).context("these totals can't be audited")?;
            write(
                &mut out,
                &Contest { name: "The contest".to_owned(), names, tally: Ok(tally) },
                limit(plan.risk_limit)?,
                plan,
            )?;
        }
        (None, None) => bail!("give a folder, or --cards and --votes"),
    }
    out.done()?;
    Ok(Exit::NothingFound)
}

/// More cards, or votes, than people: a slip of the finger.
const MOST: u64 = 10_000_000_000;

/// What no election has is refused before anything is computed with it.
fn in_bounds(plan: &Plan) -> Result<()> {
    if !(0.0..=0.5).contains(&plan.errors) {
        bail!("--errors must be a share of the cards from 0 to 0.5, such as 0.001, not {}", plan.errors);
    }
    if let Some(cards) = plan.cards.filter(|cards| *cards > MOST) {
        bail!("--cards {cards}: at most {MOST}");
    }
    let mut names = BTreeSet::new();
    for (name, votes) in &plan.votes {
        if *votes > MOST {
            bail!("--votes {}={votes}: at most {MOST}", visible(name));
        }
        if !names.insert(name) {
            bail!("--votes {} is given twice: give all votes of a choice once", visible(name));
        }
    }
    Ok(())
}

/// A contest's totals, or why they can't be planned with.
struct Contest {
    name: String,
    names: Vec<String>,
    tally: Result<Tally, String>,
}

fn contests(evidence: &Evidence, audit: &Audit) -> Vec<Contest> {
    let each = audit.contests.iter().map(|contest| {
        let decided = &contest.decided;
        let totals = contest.reported_totals(evidence);
        // That rounds are still to be written is no reason: they are what is planned.
        let of_winners = || contest.measured.as_ref().err().filter(|_| !contest.winners_reported).cloned();
        let of_records = || decided.unclear_records(&evidence.cvrs, evidence.cvrs.find_contest(contest.name())?);
        let refusal = decided.refusal().or_else(|| contest.untold.clone()).or_else(of_winners).or_else(of_records);
        let tally = match (decided.is_ranked(), refusal) {
            (true, _) => Err(
                "an instant run-off is planned by its assertions: `pollwarden count risk` says how many draws are left"
                    .to_owned(),
            ),
            (false, Some(why)) => Err(why),
            (false, None) => {
                Tally::new(audit.paper.cards(), decided.seats, decided.votes_allowed, totals).map_err(|e| e.to_string())
            }
        };
        let names = decided.contest.choices.iter().map(|c| c.name.clone()).collect();
        Contest { name: contest.name().to_owned(), names, tally }
    });
    each.collect()
}

fn write(out: &mut Output, contest: &Contest, limit: RiskLimit, plan: &Plan) -> Result<()> {
    let tally = match &contest.tally {
        Ok(tally) => tally,
        Err(why) => return Ok(writeln!(out, "{}: {}\n", visible(&contest.name), visible(why))?),
    };
    let winners: Vec<&str> = tally.winners().iter().map(|at| contest.names[*at].as_str()).collect();
    writeln!(
        out,
        "{}: {} won; the smallest lead is {} votes, {:.3} % of {} cards.",
        visible(&contest.name),
        visible(&winners.join(", ")),
        tally.margin(),
        tally.diluted_margin() * 100.0,
        tally.ballots()
    )?;
    let mut table = plain_table();
    table.set_header(["method", "draws", "needs"]);
    let errors = ErrorRates { o1: plan.errors, o2: plan.errors / 10.0, u1: plan.errors, u2: plan.errors / 10.0 };
    for planned in planned(tally, limit, plan.quantile, errors) {
        let draws = planned.draws.map_or_else(|| "full hand count".to_owned(), |draws| draws.to_string());
        table.add_row([planned.method, draws.as_str(), planned.needs]);
    }
    table.column_mut(1).into_iter().for_each(|c| {
        c.set_cell_alignment(CellAlignment::Right);
    });
    writeln!(out, "{table}")?;
    writeln!(
        out,
        "Each ends the audit in {:.0} of 100 cases if the report is right, and lets a wrong outcome stand in at most {} of 100.\n",
        plan.quantile * 100.0,
        limit.share() * 100.0
    )?;
    Ok(())
}
