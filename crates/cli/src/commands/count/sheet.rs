//! `pollwarden count draw`: the entry sheet for the audit board.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use pollwarden_count::audit::{Audit, Drawn, Files, PLACE_COLUMNS, write_batch_sheet};
use pollwarden_count::{Evidence, guarded};

use super::audit_of;
use crate::exit::Exit;
use crate::show::{Output, say};

pub(super) fn run(evidence: &Evidence, size: Option<u64>, skip: u64, output: Option<&Path>) -> Result<Exit> {
    let audit = audit_of(evidence)?;
    let settings = &audit.settings;
    if settings.seed.is_none() {
        bail!("audit.toml has no seed: draw one in public (twenty ten-sided dice, say) and write seed = \"…\" into it")
    }
    if audit.contests.iter().any(|contest| contest.batches.is_some()) {
        return batches(evidence, audit, skip, output);
    }
    if skip > 0 && settings.style && settings.contests.iter().any(|contest| !contest.rounds.is_empty()) {
        bail!(
            "--skip can't tell earlier rounds apart where style = true and contests have rounds of their own: draw the whole sheet, and copy \
             into it the rows that were filled in"
        );
    }
    let drawn = audit.sheet(Files::of(evidence), size, skip).context("the cards can't be drawn")?;
    let Some(new) = drawn else {
        bail!("how many? Give --size N, or write rounds = [N] into audit.toml; `pollwarden count plan` says how many")
    };
    if new.is_empty() {
        bail!(
            "--skip {skip} leaves nothing of {} cards, or no round in audit.toml is of a contest that can be drawn for. \
             `pollwarden count audit` says what is in the way of a contest",
            audit.paper.cards()
        );
    }
    let rows = write(evidence, audit, &new, output)?;
    say(&format!("{} draws of {} cards: {rows} cards to look at.", new.len(), audit.paper.cards()));
    Ok(Exit::NothingFound)
}

/// Whole batches are drawn: a row for each choice of each.
fn batches(evidence: &Evidence, audit: &Audit, skip: u64, output: Option<&Path>) -> Result<Exit> {
    let drawn = audit.contests.iter().filter_map(|contest| contest.batches.as_ref()).map(|batches| batches.drawn.len());
    let most = drawn.max().unwrap_or(0);
    if skip >= most as u64 {
        bail!("--skip {skip} leaves nothing: {most} draws of batches were asked for by audit.toml's rounds");
    }
    let mut out = Output::open(output)?;
    let batches = write_batch_sheet(audit, &evidence.manifest, usize::try_from(skip).unwrap_or(usize::MAX), &mut out)?;
    out.done()?;
    say(&format!("{batches} batches to count by hand."));
    Ok(Exit::NothingFound)
}

/// A row a card, in the order of the manifest: so people fetch them.
fn write(evidence: &Evidence, audit: &Audit, drawn: &[(u64, Drawn)], output: Option<&Path>) -> Result<usize> {
    let mut out = csv::Writer::from_writer(Output::open(output)?);
    let contests: Vec<&str> = audit.contests.iter().map(|c| c.name()).collect();
    let lead = ["draw", "ticket"].into_iter().chain(PLACE_COLUMNS).chain(["status"]);
    out.write_record(lead.chain(contests.iter().copied()).map(|cell| guarded(cell).into_owned()))?;
    let mut by_card: std::collections::BTreeMap<u64, (String, &str)> = std::collections::BTreeMap::new();
    for (nth, drawn) in drawn {
        by_card
            .entry(drawn.card)
            .and_modify(|(draws, _)| draws.push_str(&format!(" {nth}")))
            .or_insert_with(|| (nth.to_string(), drawn.ticket.as_str()));
    }
    for (card, (draws, ticket)) in &by_card {
        let Some(at) = audit.paper.position(*card) else { continue };
        let key = &evidence.manifest.batches[at.batch].key;
        let imprinted =
            audit.paper.record(*card).and_then(|r| evidence.cvrs.card(r)).map(|c| c.imprinted().into_owned());
        let (position, imprinted) = (at.position.to_string(), imprinted.unwrap_or_default());
        let place = [draws, *ticket, &key.jurisdiction, &key.tabulator, &key.batch, &position, &imprinted, ""];
        out.write_record(place.into_iter().chain(contests.iter().map(|_| "")).map(|cell| guarded(cell).into_owned()))?;
    }
    out.into_inner().map_err(|e| e.into_error())?.done()?;
    Ok(by_card.len())
}
