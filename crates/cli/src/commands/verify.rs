//! `pollwarden verify`: what evidence proves, and what it does not.

use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use pollwarden_ledger::{MAX_BUNDLE, MAX_NOTE, MAX_POLICY, Policy, VerifierKey};
use pollwarden_verifier::{Asked, Outcome, Report, verify, verify_growth, verify_log};
use pollwarden_witness::Remote;

use super::proof::bounded;
use crate::args::{Judgement, VerifyEvidence};
use crate::exit::Exit;
use crate::held::held;
use crate::ledger::now;
use crate::progress::Progress;
use crate::show::Output;

const WIDTH: usize = 100;

pub(super) fn run(asked: &VerifyEvidence, progress: &Progress) -> Result<Exit> {
    let policy = policy(asked)?;
    let file = asked.file.as_deref().map(|file| held(file, progress)).transpose()?;
    let question = Asked { now: Some(now()), file };
    let bar = progress.working("checking");
    let report = judge(asked, &policy, &question);
    bar.finish_and_clear();
    let report = report?;
    let mut out = Output::open(None)?;
    match asked.format {
        Judgement::Plain => out.write_all(report.to_text(WIDTH).as_bytes())?,
        Judgement::Json => out.write_all(report.to_json().as_bytes())?,
    }
    out.done()?;
    Ok(match report.outcome {
        Outcome::Verified => Exit::NothingFound,
        Outcome::Refused => Exit::Found,
        Outcome::CannotTell => Exit::CannotTell,
    })
}

fn judge(asked: &VerifyEvidence, policy: &Policy, question: &Asked) -> Result<Report> {
    let given = asked.evidence.as_str();
    let path = Path::new(given);
    if given.starts_with("https://") || given.starts_with("http://") {
        return published(asked, &Remote::new(given)?, policy, question);
    }
    if path.is_dir() {
        let folder = pollwarden_ledger::store::Folder::open(&public_folder(path))
            .with_context(|| format!("{} can't be read", path.display()))?;
        return published(asked, &folder, policy, question);
    }
    if asked.since.is_some() {
        bail!("--since compares with a published log: give its folder or address instead of {given}");
    }
    let bytes = bounded(path, MAX_BUNDLE)?;
    verify(&bytes, policy, question).with_context(|| given.to_owned())
}

fn published(
    asked: &VerifyEvidence,
    from: &dyn pollwarden_ledger::Resources,
    policy: &Policy,
    question: &Asked,
) -> Result<Report> {
    let Some(since) = &asked.since else {
        return verify_log(from, policy, question).with_context(|| asked.evidence.clone());
    };
    let since = bounded(since, MAX_NOTE)?;
    verify_growth(&since, from, policy, question).with_context(|| asked.evidence.clone())
}

/// Who gives an office's folder or its ledger's means the part that is published.
fn public_folder(path: &Path) -> std::path::PathBuf {
    let inside = [".pollwarden/ledger/log/public", "ledger/log/public", "log/public", "public"];
    let inside = inside.map(|below| path.join(below)).into_iter().find(|folder| folder.join("checkpoint").is_file());
    inside.filter(|_| !path.join("checkpoint").is_file()).unwrap_or_else(|| path.to_owned())
}

fn policy(asked: &VerifyEvidence) -> Result<Policy> {
    if let Some(file) = &asked.policy {
        let text = String::from_utf8_lossy(&bounded(file, MAX_POLICY)?).into_owned();
        return Policy::parse(&text).with_context(|| file.display().to_string());
    }
    let (logs, witnesses) = (keys(&asked.key)?, keys(&asked.witness)?);
    let names: std::collections::BTreeSet<&str> = witnesses.iter().map(VerifierKey::name).collect();
    let quorum = asked.quorum.unwrap_or(names.len());
    Ok(Policy::new(logs, witnesses, quorum)?)
}

/// Keys as they stand, or from files with a key a line.
pub(super) fn keys(given: &[String]) -> Result<Vec<VerifierKey>> {
    let mut keys: Vec<VerifierKey> = Vec::new();
    for text in given {
        let path = Path::new(text);
        let (lines, what) = if path.is_file() {
            (String::from_utf8_lossy(&bounded(path, MAX_POLICY)?).into_owned(), text.clone())
        } else {
            (text.clone(), format!("{text} is no file, and no key"))
        };
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            keys.push(VerifierKey::parse(line).with_context(|| what.clone())?);
        }
    }
    keys.sort_by_key(ToString::to_string);
    keys.dedup();
    Ok(keys)
}
