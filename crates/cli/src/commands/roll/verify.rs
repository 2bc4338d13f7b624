//! `pollwarden roll verify`: what a proof proves, and what it does not, in plain words.

use std::io::Write as _;
use std::path::Path;

use anyhow::{Result, anyhow};
use pollwarden_report::{count, visible};
use pollwarden_roll::proof::{
    Difference, MAX_COMMITMENT, MAX_OPENINGS, MAX_PROOF, Opened, Opening, Proven, RollCommitment, check_openings,
    verify,
};

use crate::args::Verify;
use crate::commands::proof::{bounded, differ, records};
use crate::exit::Exit;
use crate::show::Output;

pub(super) fn run(asked: &Verify) -> Result<Exit> {
    let (a, b) = (commitment(&asked.a)?, commitment(&asked.b)?);
    let proof = bounded(&asked.proof, MAX_PROOF)?;
    let openings = asked.openings.as_deref().map(|path| bounded(path, MAX_OPENINGS)).transpose()?;
    let mut out = Output::open(None)?;
    let proven = match verify(&proof, a.published(), b.published()) {
        Ok(proven) => proven,
        Err(refusal) => return refused(&asked.proof, &refusal, out),
    };
    let opened = match openings.map(|json| check_openings(&json, &proven)).transpose() {
        Ok(opened) => opened.unwrap_or_default(),
        Err(refusal) => return refused(asked.openings.as_deref().unwrap_or(&asked.proof), &refusal, out),
    };
    verified([&a, &b], &proven, &mut out)?;
    shown(&opened, &mut out)?;
    meaning([&a, &b], !opened.is_empty(), &mut out)?;
    if asked.list {
        list(&proven.differences, &mut out)?;
    }
    out.done()?;
    Ok(if a.left_out + b.left_out > 0 { Exit::CannotTell } else { Exit::NothingFound })
}

fn commitment(path: &Path) -> Result<RollCommitment> {
    let json = bounded(path, MAX_COMMITMENT)?;
    RollCommitment::read(&json).map_err(|why| anyhow!("{}: {}", path.display(), visible(&why.to_string())))
}

fn refused(path: &Path, why: &dyn std::error::Error, mut out: Output) -> Result<Exit> {
    writeln!(out, "REFUSED: {}: {}.", path.display(), visible(&why.to_string()))?;
    writeln!(
        out,
        "Nothing is proven by it. Ask the office for the right file; if it stands by this one, that is a finding."
    )?;
    out.done()?;
    Ok(Exit::Found)
}

fn verified([a, b]: [&RollCommitment; 2], proven: &Proven, out: &mut Output) -> Result<()> {
    let differ = lower(&differ(proven.differences.len() as u64));
    let others = if proven.differences.is_empty() { "" } else { ", and no others" };
    writeln!(out, "VERIFIED: {differ} between the two committed snapshots{others}.\n")?;
    for (which, commitment) in [("Earlier", a), ("Later", b)] {
        let date = commitment.date.as_ref().map(|date| format!(", {}", visible(date))).unwrap_or_default();
        let (name, root) = (visible(&commitment.snapshot), commitment.published().root);
        writeln!(out, "{which:8} {name}{date}: {}, root {root}", records(commitment.records))?;
    }
    let number = |pass: fn(&Difference) -> bool| count(proven.differences.iter().filter(|d| pass(d)).count() as u64);
    let changed = number(|d| d.before.is_some() && d.after.is_some());
    let (gone, new) = (number(|d| d.after.is_none()), number(|d| d.before.is_none()));
    writeln!(out, "Records  {changed} changed, {gone} gone, {new} new, {} the same", count(proven.same))?;
    Ok(())
}

fn lower(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn shown(opened: &[Opened], out: &mut Output) -> Result<()> {
    for record in opened {
        writeln!(out, "\nVoter {} (record {}), as committed to:", visible(&record.voter_id), record.key())?;
        match (&record.before, &record.after) {
            (Some(before), Some(after)) => changed(before, after, out)?,
            (Some(gone), None) => all("gone", gone, out)?,
            (None, Some(new)) => all("new", new, out)?,
            (None, None) => {}
        }
    }
    Ok(())
}

fn changed(before: &Opening, after: &Opening, out: &mut Output) -> Result<()> {
    let names: std::collections::BTreeSet<&String> = before.values.keys().chain(after.values.keys()).collect();
    for name in names {
        let [old, new] = [before, after].map(|side| side.values.get(name).map_or("", String::as_str));
        if old != new {
            writeln!(out, "  {}: \"{}\" became \"{}\"", visible(name), visible(old), visible(new))?;
        }
    }
    Ok(())
}

fn all(what: &str, record: &Opening, out: &mut Output) -> Result<()> {
    writeln!(out, "  {what}")?;
    for (name, value) in &record.values {
        writeln!(out, "  {}: \"{}\"", visible(name), visible(value))?;
    }
    Ok(())
}

const PROVEN: &str = "
What this proves
  Whoever published the two roots was bound to every record under them. From the first to the second, as many records
  differ as are counted above, and no other does: none was hidden, none invented.";

const OPENED: &str = "
  The opened records are word for word those that were committed to.";

const NOT_PROVEN: &str = "

What it does not prove
  - That the committed records are the real roll, or all of it. Compare the number of records with what the office reports,
    and have someone who may see the roll and the key commit to it again.
  - When the roots were published. That rests on where they were published.
  - Why records changed, by whose hand, or whether they should have.
  - What changed and changed back between the two days, and blanks around a value: they are not committed to.
  - Which voter a key stands for, unless the record is opened.
";

fn meaning(of: [&RollCommitment; 2], opened: bool, out: &mut Output) -> Result<()> {
    write!(out, "{PROVEN}{}{NOT_PROVEN}", if opened { OPENED } else { "" })?;
    for commitment in of.into_iter().filter(|commitment| commitment.left_out > 0) {
        let (rows, name) = (rows(commitment.left_out), visible(&commitment.snapshot));
        writeln!(out, "  - CANNOT TELL: anything about {rows} of {name} left out because they could not be read.")?;
    }
    Ok(())
}

fn rows(number: u64) -> String {
    format!("{} row{}", count(number), if number == 1 { "" } else { "s" })
}

/// A line for each record that differs, by key; `-` where it is not.
fn list(differences: &[Difference], out: &mut Output) -> Result<()> {
    writeln!(out, "\nkind key commitment_before commitment_after")?;
    for difference in differences {
        let kind = match (difference.before, difference.after) {
            (Some(_), Some(_)) => "changed",
            (Some(_), None) => "gone",
            _ => "new",
        };
        let [before, after] =
            [difference.before, difference.after].map(|c| c.map_or("-".to_owned(), |c| c.to_string()));
        writeln!(out, "{kind} {} {before} {after}", difference.key)?;
    }
    Ok(())
}
