//! `pollwarden roll commit` and `pollwarden roll prove`.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use pollwarden_core::{Complaint, RollSettings};
use pollwarden_report::{count, visible};
use pollwarden_roll::proof::{self, Committed, MAX_PROOF, OfficeSecret, Proven};
use pollwarden_roll::{Snapshot, snapshot};

use super::roll::{private, reading};
use crate::args::{Commit, Prove};
use crate::exit::Exit;
use crate::progress::Progress;
use crate::show::Output;
use crate::{office, show};

/// How many complaints are shown; all are counted.
const COMPLAINTS_SHOWN: usize = 20;

pub(super) fn commit(commit: &Commit, progress: &Progress) -> Result<Exit> {
    let settings = office::read_or_default(commit.office.office.as_deref())?.roll;
    let snapshot = opened(&commit.snapshot, &settings)?;
    let is_new = !commit.key.exists();
    let secret = OfficeSecret::new(&pollwarden_archive::office_secret(&commit.key, true)?);
    if is_new {
        show::say(&format!(
            "Made a new key, {}. Keep it in the office, with a copy in a safe place: without it nothing can be proven \
             from this commitment.",
            commit.key.display()
        ));
    }
    let committed = reading(&[&snapshot], progress, |told| Ok(proof::commit(&snapshot, &settings, &secret, told)?))?;
    let commitment = committed.commitment(&snapshot, &secret, commit.publish_digest);
    write(&commit.out, commitment.to_json()?.as_bytes())?;
    let mut out = Output::open(None)?;
    writeln!(out, "Committed to {} of {}.", records(commitment.records), visible(&snapshot.name))?;
    writeln!(out, "Root: {}", commitment.published().root)?;
    left_out(&committed, &snapshot, &mut out)?;
    writeln!(out, "Publish {}, and note where and when. It shows no voter's data.", commit.out.display())?;
    out.done()?;
    Ok(Exit::NothingFound)
}

pub(super) fn prove(prove: &Prove, progress: &Progress) -> Result<Exit> {
    let settings = office::read_or_default(prove.office.office.as_deref())?.roll;
    let (a, b) = (opened(&prove.a, &settings)?, opened(&prove.b, &settings)?);
    let secret = pollwarden_archive::office_secret(&prove.key, false)
        .context("a proof needs the key that both commitments were made with")?;
    let secret = OfficeSecret::new(&secret);
    let both = reading(&[&a, &b], progress, |told| Ok(proof::commit_both([&a, &b], &settings, &secret, told)?))?;
    let bar = progress.working("proving what differs");
    let proof = proof::prove(&both[0], &both[1]);
    bar.finish_and_clear();
    if proof.bytes.len() > MAX_PROOF {
        bail!("so many records differ that the proof has {} bytes, more than verifiers read", proof.bytes.len());
    }
    let proven = proof::verify(&proof.bytes, proof.published[0], proof.published[1])
        .context("the proof does not verify (a mistake in Pollwarden; please report it)")?;
    if let Some(path) = &prove.openings {
        let openings = proof::open(&prove.open, [&a, &b], &settings, &secret, &proven)?;
        write_private(path, openings.as_bytes())?;
    }
    write(&prove.out, &proof.bytes)?;
    said(prove, &proof, &proven, [(&a, &both[0]), (&b, &both[1])])?;
    Ok(Exit::NothingFound)
}

fn said(prove: &Prove, proof: &proof::Proof, proven: &Proven, of: [(&Snapshot, &Committed); 2]) -> Result<()> {
    let mut out = Output::open(None)?;
    let differing = proven.differences.len() as u64;
    writeln!(out, "{} between the two extracts; {} the same.", differ(differing), are(proven.same))?;
    for ((snapshot, committed), published) in of.into_iter().zip(&proof.published) {
        writeln!(out, "Root of {}: {}", visible(&snapshot.name), published.root)?;
        left_out(committed, snapshot, &mut out)?;
    }
    let (before, after) = (of[0].1.columns(), of[1].1.columns());
    let alone: Vec<&str> = before.symmetric_difference(after).map(String::as_str).collect();
    if !alone.is_empty() {
        let named = visible(&alone.join(", ")).into_owned();
        writeln!(out, "Only one of the extracts has the columns {named}: records with a value there differ.")?;
    }
    let name = prove.out.display();
    writeln!(
        out,
        "The proof, {name} ({} bytes), shows no voter's data. Whoever has it can run:",
        count(proof.bytes.len() as u64)
    )?;
    writeln!(out, "  pollwarden roll verify {name} --a COMMITMENT --b COMMITMENT")?;
    if let Some(path) = &prove.openings {
        writeln!(out, "{} holds voters' data: give it only to those who may see them.", path.display())?;
    }
    out.done()
}

/// How many records differ, as a sentence begins.
pub(super) fn differ(number: u64) -> String {
    match number {
        0 => "No record differs".to_owned(),
        1 => "Exactly 1 record differs".to_owned(),
        many => format!("Exactly {} records differ", count(many)),
    }
}

fn are(number: u64) -> String {
    if number == 1 { "1 is".to_owned() } else { format!("{} are", count(number)) }
}

pub(super) fn records(number: u64) -> String {
    format!("{} record{}", count(number), if number == 1 { "" } else { "s" })
}

fn left_out(committed: &Committed, snapshot: &Snapshot, out: &mut Output) -> Result<()> {
    let number = committed.left_out();
    if number == 0 {
        return Ok(());
    }
    let rows = if number == 1 { "row could not be read and is" } else { "rows could not be read and are" };
    writeln!(out, "{} {rows} left out of {}:", count(number), visible(&snapshot.name))?;
    for complaint in committed.complaints().iter().take(COMPLAINTS_SHOWN) {
        writeln!(out, "  {}", visible(&complaint.to_string()))?;
    }
    let more = number.saturating_sub(COMPLAINTS_SHOWN as u64);
    if more > 0 {
        writeln!(out, "  and {} more", count(more))?;
    }
    Ok(())
}

fn opened(path: &Path, settings: &RollSettings) -> Result<Snapshot> {
    let (snapshot, complaints) = snapshot(path, settings)?;
    complaints
        .iter()
        .for_each(|complaint: &Complaint| show::say(&format!("Not read: {}", visible(&complaint.to_string()))));
    Ok(snapshot)
}

pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).with_context(|| format!("{} can't be written", path.display()))
}

fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let written = private(path).and_then(|mut file| file.write_all(bytes));
    written.with_context(|| format!("{} can't be written", path.display()))
}

/// Reads a file that must not be longer than `most` bytes; one byte more, so that the reader of it can tell.
pub(super) fn bounded(path: &Path, most: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(most as u64 + 1).read_to_end(&mut bytes));
    read.with_context(|| format!("{} can't be read", path.display()))?;
    Ok(bytes)
}
