//! `pollwarden ledger`: what the office said, and the evidence for it.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use pollwarden_core::Digest;
use pollwarden_ledger::office::{LOG, PUBLIC_KEYS, Statement};
use pollwarden_ledger::said::{self, kind};
use pollwarden_ledger::statements::Draft;
use pollwarden_ledger::store::{FsckReport, fsck as fsck_log};
use pollwarden_ledger::{Entry, Section, TlogProof, inclusion_proof};
use pollwarden_report::{count, visible};

use super::proof::write;
use super::verify::keys;
use crate::args::{Circle, Ledger, OfLedger};
use crate::exit::Exit;
use crate::held::held;
use crate::ledger::{ARCHIVE, Desk, LEDGER};
use crate::progress::Progress;
use crate::show::{self, Output};

pub(super) fn run(asked: &Ledger, progress: &Progress) -> Result<Exit> {
    match asked {
        Ledger::List { of } => list(&desk(of)?),
        Ledger::Bundle { of, circle, entry, all, out } => bundle(&desk(of)?, *circle, *entry, *all, out),
        Ledger::Enter { of, files, label } => enter(&mut desk(of)?, files, label, progress),
        Ledger::Receipt { of, entry, out } => receipt(&desk(of)?, *entry, out),
        Ledger::Cosign { of } => cosign(&mut desk(of)?),
        Ledger::Fsck { of } => fsck(of, progress),
        Ledger::Rotate { of } => rotate(&mut desk(of)?),
    }
}

fn desk(of: &OfLedger) -> Result<Desk> {
    if !of.office.is_dir() {
        bail!("{} is no folder. Give the office's folder", of.office.display());
    }
    Desk::open(&of.office, of.archive.as_deref())
}

fn list(desk: &Desk) -> Result<Exit> {
    let mut out = Output::open(None)?;
    let tree = desk.ledger.log().tree();
    writeln!(out, "{}: {} entries, root {}", visible(&tree.origin), count(tree.size), tree.root)?;
    for statement in desk.ledger.statements()? {
        let place = statement.index.map_or_else(|| "-".to_owned(), |index| index.to_string());
        writeln!(out, "{place:>8}  {}", told(&statement))?;
    }
    out.done()?;
    Ok(Exit::NothingFound)
}

fn told(statement: &Statement) -> String {
    let Some(main) = statement.drafts.last() else { return String::new() };
    let public = &main.openings[Section::Public as usize].value;
    let said = match main.kind.as_str() {
        kind::ASSESSMENT => serde_json::from_str::<said::Assessment>(public)
            .map(|said| format!("{} of {} questions", said.verdict, said.answers.len())),
        kind::FILE => serde_json::from_str::<said::File>(public).map(|said| visible(&said.label).into_owned()),
        _ => Ok(String::new()),
    };
    let with = match statement.drafts.len() - 1 {
        0 => String::new(),
        more => format!(", with {} further entries", count(more as u64)),
    };
    format!("{} {}{with}", main.kind, said.unwrap_or_default())
}

fn bundle(desk: &Desk, circle: Circle, entry: Option<u64>, all: bool, out: &Path) -> Result<Exit> {
    let chosen = chosen(desk, entry, all)?;
    let drafts: Vec<Draft> = chosen.into_iter().flat_map(|statement| statement.drafts).collect();
    let section = match circle {
        Circle::Public => Section::Public,
        Circle::Office => Section::Office,
        Circle::Court => Section::Court,
    };
    let bundle = desk.ledger.evidence(&drafts, section)?;
    write(out, bundle.to_json().as_bytes())?;
    show::say(&format!(
        "Wrote {} with {} entries. Whoever has it can run: pollwarden verify {} --key {}",
        out.display(),
        count(bundle.evidence.len() as u64),
        out.display(),
        desk.ledger.public_keys().display()
    ));
    Ok(Exit::NothingFound)
}

/// What was said at one place, at last, or ever.
fn chosen(desk: &Desk, entry: Option<u64>, all: bool) -> Result<Vec<Statement>> {
    let statements = desk.ledger.statements()?.into_iter().filter(|statement| statement.index.is_some());
    let mut chosen: Vec<Statement> = match entry {
        Some(index) => statements.filter(|statement| statement.index == Some(index)).collect(),
        None => statements.collect(),
    };
    if !all {
        chosen = chosen.pop().into_iter().collect();
    }
    if chosen.is_empty() {
        bail!("nothing was said there. `pollwarden ledger list` shows what was");
    }
    Ok(chosen)
}

/// Enters files by digest, and writes the receipt.
fn enter(desk: &mut Desk, files: &[PathBuf], label: &str, progress: &Progress) -> Result<Exit> {
    let drafts = files.iter().map(|file| draft(desk, file, label, progress)).collect::<Result<Vec<_>>>()?;
    enter_drafts(desk, &drafts)
}

/// Enters what is said, and writes the receipt.
pub(super) fn enter_drafts(desk: &mut Desk, drafts: &[Draft]) -> Result<Exit> {
    let receipt = desk.enter(drafts)?;
    let mut out = Output::open(None)?;
    pollwarden_report::plain_receipt(&receipt, &mut out)?;
    out.done()?;
    Ok(Exit::NothingFound)
}

/// A file by its digest.
pub(super) fn draft(desk: &Desk, file: &Path, label: &str, progress: &Progress) -> Result<Draft> {
    let held = held(file, progress)?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let bytes = said::Bytes { name, sha256: Digest(held.sha256).to_string(), bytes: held.bytes };
    Ok(desk.ledger.salts().file(label, &bytes))
}

fn receipt(desk: &Desk, index: u64, out: &Path) -> Result<Exit> {
    let log = desk.ledger.log();
    let entry = log.entry(index)?;
    let proof = inclusion_proof(&log.tiles(), index)?;
    let proof = TlogProof { extra: Some(entry), index, proof, checkpoint: log.checkpoint().to_owned() };
    write(out, proof.to_text().as_bytes())?;
    Ok(Exit::NothingFound)
}

fn cosign(desk: &mut Desk) -> Result<Exit> {
    let cosigned = desk.cosign();
    let mut out = Output::open(None)?;
    for name in &cosigned.by {
        writeln!(out, "Cosigned by {}.", visible(name))?;
    }
    for refused in &cosigned.refused {
        writeln!(out, "Not cosigned by {}.", visible(refused))?;
    }
    if cosigned.by.is_empty() && cosigned.refused.is_empty() {
        writeln!(out, "No witness is named: put [[ledger.witnesses]] with url and keys into office.toml.")?;
    }
    out.done()?;
    Ok(if cosigned.refused.is_empty() { Exit::NothingFound } else { Exit::CannotTell })
}

/// Looks at the folder as it is: it needs no secret, and the log may be too damaged to be opened.
fn fsck(of: &OfLedger, progress: &Progress) -> Result<Exit> {
    let at = of.archive.clone().unwrap_or_else(|| of.office.join(ARCHIVE)).join(LEDGER);
    let keys = keys(&[at.join(PUBLIC_KEYS).display().to_string()])?;
    let bar = progress.working("deriving the log again from its entries");
    let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
    let report = fsck_log(&at.join(LOG), &keys, &mut |index, bytes| {
        bar.set_message(format!("entry {}", count(index)));
        let kind =
            Entry::parse(bytes).map_or_else(|_| "not of this program".to_owned(), |entry| entry.kind().to_owned());
        *kinds.entry(kind).or_default() += 1;
    });
    bar.finish_and_clear();
    let report = report?;
    let mut out = Output::open(None)?;
    writeln!(out, "{}", judged(&report))?;
    for (kind, number) in kinds {
        writeln!(out, "  {:>10}  {kind}", count(number))?;
    }
    listed("Left by a run that was broken off; the next one clears it away", &report.leftovers, &mut out)?;
    listed("Not of a log: somebody put it there", &report.unexpected, &mut out)?;
    listed("Others may read or change it; say chmod go-rwx", &report.open_to_others, &mut out)?;
    out.done()?;
    Ok(if report.is_sound() { Exit::NothingFound } else { Exit::Found })
}

fn judged(report: &FsckReport) -> String {
    match &report.audited {
        Ok(audited) => format!(
            "Sound: {} entries give the root {} that {} signed. Read: {} tiles and {} bundles of entries, {} bytes.",
            count(audited.entries),
            report.tree.root,
            visible(&report.tree.origin),
            count(audited.tiles),
            count(audited.bundles),
            count(audited.bytes)
        ),
        Err(why) => format!(
            "DAMAGED: {}. Put this file back from a backup, or from whoever mirrors the log.",
            visible(&why.to_string())
        ),
    }
}

fn listed(what: &str, paths: &[PathBuf], out: &mut Output) -> Result<()> {
    for path in paths {
        writeln!(out, "{what}: {}", visible(&path.display().to_string()))?;
    }
    Ok(())
}

fn rotate(desk: &mut Desk) -> Result<Exit> {
    let index = desk.rotate()?;
    show::say(&format!(
        "Changed to new keys by entry {}. Publish {}; whoever knows only the old key is led to the new one by bundles.",
        count(index),
        desk.ledger.public_keys().display()
    ));
    Ok(Exit::NothingFound)
}
