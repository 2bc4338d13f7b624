//! `pollwarden count tabulate`: votes by choice, or rounds of a ranked-choice contest.

use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use comfy_table::{CellAlignment, Table};
use jiff::civil::Date;
use pollwarden_count::tabulate::{Ballots, Config, Outcome, Round, Rules, from_config, plurality, ranked};
use pollwarden_count::{
    ContestId, Cvrs, Records, ReportedChoice, ReportedContest, Results, err_v2, is_of_audit, read_inputs,
};
use pollwarden_intake::find;
use pollwarden_report::visible;

use super::plain_table;
use crate::args::{Counts, ElectionKind};
use crate::exit::Exit;
use crate::progress::Progress;
use crate::show::{Output, say};

/// What is to be counted, and how it is written.
pub(super) struct Asked<'a> {
    pub(super) config: Option<&'a Path>,
    pub(super) contest: Option<&'a str>,
    pub(super) format: Counts,
    /// What a NIST report must say of the election: its day and kind.
    pub(super) election: Option<(Date, ElectionKind)>,
    /// Votes that a voter may give where the export doesn't say.
    pub(super) votes_allowed: Option<u32>,
}

pub(super) fn run(
    records: Option<&Path>,
    asked: &Asked<'_>,
    output: Option<&Path>,
    progress: &Progress,
) -> Result<Exit> {
    let bar = progress.working("reading cast vote records");
    let exit = match (asked.config, records) {
        (Some(config), _) => by_config(config, output),
        (None, Some(records)) => by_records(records, asked, output),
        (None, None) => bail!("give cast vote records, or --config"),
    };
    bar.finish_and_clear();
    exit
}

fn by_records(records: &Path, asked: &Asked<'_>, output: Option<&Path>) -> Result<Exit> {
    // The settings and rows of an audit in the same folder are no records.
    let found = find(records);
    found.complaints.iter().for_each(|complaint| say(&visible(&complaint.to_string())));
    let all_found = found.complaints.is_empty();
    let inputs: Vec<_> = found.inputs.into_iter().filter(|input| !is_of_audit(input)).collect();
    let read = read_inputs(&inputs);
    let all_read = complaints(&read) && all_found;
    let cvrs = read.cvrs.finish();
    if cvrs.is_empty() {
        bail!("{} holds no cast vote records that could be read", records.display());
    }
    let mut contests = contests(&cvrs, asked.contest)?;
    let asked_for = contests.len();
    if asked.format != Counts::Plain {
        contests.retain(|id| fits_report(&cvrs, *id));
    }
    if contests.is_empty() && asked_for > 0 {
        bail!(
            "ranked contests are not written to NIST reports, and there are no others: count them with --format plain"
        );
    }
    let whole = all_read && contests.len() == asked_for;
    let mut out = Output::open(output)?;
    let counted = match asked.format {
        Counts::Plain => plain(&cvrs, &contests, asked.votes_allowed, &mut out)?,
        _ => {
            err(&cvrs, &contests, asked, whole, &mut out)?;
            true
        }
    };
    out.done()?;
    Ok(if whole && counted { Exit::NothingFound } else { Exit::CannotTell })
}

/// By the rules and from the records of an RCTab configuration.
fn by_config(path: &Path, output: Option<&Path>) -> Result<Exit> {
    let json = std::fs::read(path).with_context(|| format!("{} can't be read", path.display()))?;
    let config = Config::read(&json).with_context(|| format!("{} is not as expected", path.display()))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let (mut records, mut whole) = (Vec::new(), true);
    for source in &config.sources {
        let (cvrs, doubts) = source.read(&folder.join(&source.path)).map_err(|complaint| anyhow!("{complaint}"))?;
        doubts.iter().for_each(|doubt| say(&visible(&doubt.to_string())));
        whole &= doubts.is_empty();
        let contest = source.contest_in(&cvrs)?;
        records.push((cvrs, contest));
    }
    let records: Vec<_> = records.iter().map(|(cvrs, contest)| (cvrs, *contest)).collect();
    let outcomes = from_config(&config, &records)?;
    let mut out = Output::open(output)?;
    writeln!(out, "{}", visible(&config.contest))?;
    for outcome in &outcomes {
        write_outcome(outcome, &mut out)?;
    }
    out.done()?;
    Ok(if whole { Exit::NothingFound } else { Exit::CannotTell })
}

/// Whether the contest is written to a NIST report, which is done without rounds. Counted choice by choice, a ranked contest's later
/// choices would count as votes: it is left out, and named.
fn fits_report(cvrs: &Cvrs, id: ContestId) -> bool {
    let contest = cvrs.contest(id);
    if contest.ranks > 1 {
        let name = visible(&contest.name);
        say(&format!(
            "Left out: {name}. Its choices are ranked, and rounds are not written to NIST reports: count it with --format plain"
        ));
    }
    contest.ranks <= 1
}

/// Says what could not be read, or only with a doubt; whether everything was read without one.
fn complaints(read: &Records) -> bool {
    for complaint in &read.refused {
        say(&visible(&format!("Not read: {complaint}")));
    }
    for complaint in &read.complaints {
        say(&visible(&complaint.to_string()));
    }
    read.refused.is_empty() && read.complaints.is_empty()
}

fn contests(cvrs: &Cvrs, wanted: Option<&str>) -> Result<Vec<ContestId>> {
    match wanted {
        None => Ok(cvrs.contests().map(|(id, _)| id).collect()),
        Some(name) => match cvrs.find_contest(name) {
            Some(id) => Ok(vec![id]),
            None if !cvrs.contests_named(name).is_empty() => {
                let labels: Vec<String> = cvrs.contests_named(name).into_iter().map(|id| cvrs.label(id)).collect();
                bail!("several contests are named {}: name one of {}", visible(name), visible(&labels.join(", ")))
            }
            None => {
                let names: Vec<String> = cvrs.contests().map(|(id, _)| cvrs.label(id)).collect();
                bail!("no contest is named {}. There are: {}", visible(name), visible(&names.join(", ")))
            }
        },
    }
}

/// Tables; whether every contest could be counted.
fn plain(cvrs: &Cvrs, contests: &[ContestId], allowed: Option<u32>, out: &mut Output) -> Result<bool> {
    let mut all = true;
    for id in contests {
        let (contest, name) = (cvrs.contest(*id), cvrs.label(*id));
        if contest.ranks > 1 {
            writeln!(out, "{} (instant run-off; --config gives other rules)", visible(&name))?;
            for outcome in ranked(&Rules::instant_runoff(), &Ballots::of_contest(cvrs, *id)?)? {
                write_outcome(&outcome, out)?;
            }
            continue;
        }
        let count = match count(cvrs, *id, allowed) {
            Ok(count) => count,
            Err(why) => {
                say(&visible(&format!("Not counted: {why}")));
                all = false;
                continue;
            }
        };
        let mut table = counts();
        for (choice, votes) in contest.choices.iter().zip(&count.votes) {
            table.add_row([visible(&choice.name).into_owned(), votes.to_string()]);
        }
        let rest = [("overvotes", count.overvotes), ("undervotes", count.undervotes), ("cards", count.cards)];
        for (name, number) in rest {
            table.add_row([name.to_owned(), number.to_string()]);
        }
        writeln!(out, "{}\n{table}\n", visible(&name))?;
    }
    Ok(all)
}

/// The count; `allowed` is used where the export doesn't say how many votes are.
fn count(cvrs: &Cvrs, id: ContestId, allowed: Option<u32>) -> Result<plurality::Count, String> {
    let said = cvrs.contest(id).votes_allowed.is_some();
    match allowed.filter(|_| !said) {
        Some(allowed) => Ok(plurality::count_allowing(cvrs, id, allowed)),
        None => plurality::count(cvrs, id).map_err(|e| format!("{e}; or say it with --votes-allowed")),
    }
}

fn counts() -> Table {
    let mut table = plain_table();
    table.set_header(["choice", "votes"]);
    table.column_mut(1).into_iter().for_each(|c| {
        c.set_cell_alignment(CellAlignment::Right);
    });
    table
}

/// A NIST report. It is partial unless everything was read and counted.
fn err(cvrs: &Cvrs, contests: &[ContestId], asked: &Asked<'_>, whole: bool, out: &mut Output) -> Result<()> {
    let Some((day, kind)) = asked.election else { bail!("a NIST report needs --date and --type") };
    let reported = contests.iter().map(|id| reported(cvrs, *id, asked.votes_allowed)).collect::<Result<_>>()?;
    let results = Results { contests: reported, ..Results::default() };
    let heading = err_v2::Heading {
        generated: jiff::Zoned::now().strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        issuer: "Pollwarden".to_owned(),
        issuer_abbreviation: "Pollwarden".to_owned(),
        application: "pollwarden count tabulate".to_owned(),
        start_date: day.to_string(),
        end_date: day.to_string(),
        election: election_type(kind),
        status: if whole { err_v2::Status::UnofficialComplete } else { err_v2::Status::UnofficialPartial },
    };
    let text = match asked.format {
        Counts::ErrXml => err_v2::xml(&results, &heading),
        _ => err_v2::json(&results, &heading),
    };
    writeln!(out, "{text}")?;
    Ok(())
}

fn election_type(kind: ElectionKind) -> err_v2::ElectionType {
    match kind {
        ElectionKind::General => err_v2::ElectionType::General,
        ElectionKind::PartisanPrimaryClosed => err_v2::ElectionType::ClosedPrimary,
        ElectionKind::PartisanPrimaryOpen => err_v2::ElectionType::OpenPrimary,
        ElectionKind::Primary => err_v2::ElectionType::Primary,
        ElectionKind::Runoff => err_v2::ElectionType::Runoff,
        ElectionKind::Special => err_v2::ElectionType::Special,
    }
}

fn reported(cvrs: &Cvrs, id: ContestId, allowed: Option<u32>) -> Result<ReportedContest> {
    let contest = cvrs.contest(id);
    let count = count(cvrs, id, allowed).map_err(|why| anyhow!(why))?;
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let choices = contest.choices.iter().zip(&count.votes).map(|(choice, votes)| ReportedChoice {
        name: choice.name.clone(),
        external_id: choice.external_id.clone(),
        party: choice.party.clone(),
        write_in: choice.write_in,
        votes: whole(*votes),
    });
    Ok(ReportedContest {
        name: contest.name.clone(),
        external_id: contest.external_id.clone(),
        votes_allowed: contest.votes_allowed.or(allowed),
        winners: contest.winners,
        choices: choices.collect(),
        ballots: Some(whole(count.cards)),
        overvotes: Some(whole(count.overvotes)),
        undervotes: Some(whole(count.undervotes)),
        parts: Vec::new(),
        readings: Vec::new(),
    })
}

/// A column a round.
fn write_outcome(outcome: &Outcome, out: &mut Output) -> Result<()> {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
    let rounds = (1..=outcome.rounds.len()).map(|round| format!("round {round}"));
    table.set_header(["candidate".to_owned()].into_iter().chain(rounds));
    for (at, name) in outcome.candidates.iter().enumerate() {
        let votes = outcome.rounds.iter().map(|round| cell(round, at));
        table.add_row([visible(name).into_owned()].into_iter().chain(votes));
    }
    let inactive = |round: &Round| {
        let inactive = &round.counts.inactive;
        let [a, b, c, d, e] = [
            inactive.overvotes,
            inactive.skipped_rankings,
            inactive.exhausted_choices,
            inactive.repeated_rankings,
            inactive.no_rankings,
        ];
        [a, b, c, d, e]
            .map(|votes| votes.to_string())
            .into_iter()
            .filter(|votes| votes != "0")
            .collect::<Vec<_>>()
            .join(" + ")
    };
    table.add_row(["no longer counted".to_owned()].into_iter().chain(outcome.rounds.iter().map(inactive)));
    table.add_row(["needed".to_owned()].into_iter().chain(outcome.rounds.iter().map(|r| r.threshold.to_string())));
    writeln!(out, "{table}\nElected: {}\n", visible(&outcome.winner_names().join(", ")))?;
    Ok(())
}

/// A candidate's votes in a round, with what became of the candidate.
fn cell(round: &Round, candidate: usize) -> String {
    let Some(votes) = round.counts.votes.get(candidate).copied().flatten() else { return String::new() };
    match round.decisions.iter().find(|decision| decision.candidate == candidate) {
        Some(decision) if decision.elected => format!("{votes} elected"),
        Some(_) => format!("{votes} out"),
        None => votes.to_string(),
    }
}
