//! `pollwarden count tabulate`: votes by choice, or rounds of a ranked-choice contest.

use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use comfy_table::{CellAlignment, Table};
use pollwarden_count::tabulate::{Ballots, Config, Outcome, Rules, from_config, plurality, ranked};
use pollwarden_count::{ContestId, Cvrs, Records, ReportedChoice, ReportedContest, Results, err_v2, read};

use crate::args::Counts;
use crate::exit::Exit;
use crate::progress::Progress;
use crate::show::{Output, say};

/// What is to be counted, and how it is written.
pub(super) struct Asked<'a> {
    pub(super) config: Option<&'a Path>,
    pub(super) contest: Option<&'a str>,
    pub(super) format: Counts,
}

pub(super) fn run(records: &Path, asked: &Asked<'_>, output: Option<&Path>, progress: &Progress) -> Result<Exit> {
    let bar = progress.working("reading cast vote records");
    let read = read(records);
    bar.finish_and_clear();
    let whole = complaints(&read);
    let cvrs = read.cvrs.finish();
    if cvrs.is_empty() {
        bail!("{} holds no cast vote records that could be read", records.display());
    }
    let mut out = Output::open(output)?;
    match (asked.config, asked.format) {
        (Some(config), _) => by_config(&cvrs, config, &mut out)?,
        (None, Counts::Plain) => plain(&cvrs, &contests(&cvrs, asked.contest)?, &mut out)?,
        (None, format) => err(&cvrs, &contests(&cvrs, asked.contest)?, format, &mut out)?,
    }
    out.done()?;
    Ok(if whole { Exit::NothingFound } else { Exit::CannotTell })
}

/// Says what could not be read, or only with a doubt; whether everything was read.
fn complaints(read: &Records) -> bool {
    for complaint in &read.refused {
        say(&format!("Not read: {complaint}"));
    }
    for complaint in &read.complaints {
        say(&complaint.to_string());
    }
    read.refused.is_empty()
}

fn contests(cvrs: &Cvrs, wanted: Option<&str>) -> Result<Vec<ContestId>> {
    match wanted {
        None => Ok(cvrs.contests().map(|(id, _)| id).collect()),
        Some(name) => match cvrs.find_contest(name) {
            Some(id) => Ok(vec![id]),
            None => {
                let names: Vec<&str> = cvrs.contests().map(|(_, c)| c.name.as_str()).collect();
                bail!("no contest is named {name}. There are: {}", names.join(", "))
            }
        },
    }
}

fn by_config(cvrs: &Cvrs, config: &Path, out: &mut Output) -> Result<()> {
    let json = std::fs::read(config).with_context(|| format!("{} can't be read", config.display()))?;
    let config = Config::read(&json)?;
    let contest = config.contest_in(cvrs)?;
    for outcome in from_config(&config, &[(cvrs, contest)])? {
        write_outcome(&outcome, out)?;
    }
    Ok(())
}

fn plain(cvrs: &Cvrs, contests: &[ContestId], out: &mut Output) -> Result<()> {
    for id in contests {
        let contest = cvrs.contest(*id);
        if contest.ranks > 1 {
            writeln!(out, "{} (instant run-off; --config gives other rules)", contest.name)?;
            for outcome in ranked(&Rules::instant_runoff(), &Ballots::of_contest(cvrs, *id)?)? {
                write_outcome(&outcome, out)?;
            }
            continue;
        }
        let count = plurality::count(cvrs, *id);
        let mut table = counts();
        for (choice, votes) in contest.choices.iter().zip(&count.votes) {
            table.add_row([choice.name.clone(), votes.to_string()]);
        }
        let rest = [("overvotes", count.overvotes), ("undervotes", count.undervotes), ("cards", count.cards)];
        for (name, number) in rest {
            table.add_row([name.to_owned(), number.to_string()]);
        }
        writeln!(out, "{}\n{table}\n", contest.name)?;
    }
    Ok(())
}

fn counts() -> Table {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(["choice", "votes"]);
    table.column_mut(1).into_iter().for_each(|c| {
        c.set_cell_alignment(CellAlignment::Right);
    });
    table
}

fn err(cvrs: &Cvrs, contests: &[ContestId], format: Counts, out: &mut Output) -> Result<()> {
    let results = Results { contests: contests.iter().map(|id| reported(cvrs, *id)).collect(), ..Results::default() };
    let today = jiff::Zoned::now();
    let heading = err_v2::Heading {
        generated: today.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        issuer: "Pollwarden".to_owned(),
        issuer_abbreviation: "Pollwarden".to_owned(),
        application: "pollwarden count tabulate".to_owned(),
        start_date: today.date().to_string(),
        end_date: today.date().to_string(),
        election: err_v2::ElectionType::General,
        status: err_v2::Status::UnofficialComplete,
    };
    let text = if format == Counts::ErrJson { err_v2::json(&results, &heading) } else { err_v2::xml(&results, &heading) };
    writeln!(out, "{text}")?;
    Ok(())
}

fn reported(cvrs: &Cvrs, id: ContestId) -> ReportedContest {
    let contest = cvrs.contest(id);
    let count = plurality::count(cvrs, id);
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let choices = contest.choices.iter().zip(&count.votes).map(|(choice, votes)| ReportedChoice {
        name: choice.name.clone(),
        external_id: choice.external_id.clone(),
        party: choice.party.clone(),
        write_in: choice.write_in,
        votes: whole(*votes),
    });
    ReportedContest {
        name: contest.name.clone(),
        external_id: contest.external_id.clone(),
        votes_allowed: contest.votes_allowed,
        winners: contest.winners,
        choices: choices.collect(),
        ballots: Some(whole(count.cards)),
        overvotes: Some(whole(count.overvotes)),
        undervotes: Some(whole(count.undervotes)),
        parts: Vec::new(),
    }
}

fn write_outcome(outcome: &Outcome, out: &mut Output) -> Result<()> {
    writeln!(out, "{outcome}")?;
    Ok(())
}
