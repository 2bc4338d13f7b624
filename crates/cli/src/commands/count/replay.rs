//! `pollwarden count replay`: what became of each drawn card, from seed, manifest, records and the board's rows alone.

use std::io::Write as _;
use std::path::Path;

use anyhow::{Result, bail};
use pollwarden_count::audit::{Audit, Fate};
use pollwarden_count::{Evidence, guarded};

use pollwarden_report::visible;

use super::audit_of;
use crate::exit::Exit;
use crate::show::Output;

pub(super) fn run(evidence: &Evidence, output: Option<&Path>) -> Result<Exit> {
    let audit = audit_of(evidence)?;
    let by_batch = audit.contests.iter().any(|contest| contest.batches.is_some());
    let by_hand = audit.drawn.is_empty() && audit.is_hand_count();
    if audit.drawn.is_empty() && !by_batch && !by_hand {
        bail!("nothing was drawn: audit.toml needs a seed, and rounds or rows of the audit board");
    }
    if let Some(path) = output {
        write_cards(evidence, audit, path)?;
    }
    let lines: Vec<String> = lines(evidence, audit).into_iter().chain(batch_lines(evidence, audit)).collect();
    let mut out = Output::open(None)?;
    writeln!(
        out,
        "{} draws by the rule {} from {} cards: {} cards.",
        audit.drawn.len(),
        audit.settings.draw.name(),
        audit.paper.cards(),
        audit.replay.drawn.len()
    )?;
    for line in &lines {
        writeln!(out, "{}", visible(line))?;
    }
    for line in twice(evidence, audit, true).iter().chain(&unread_lines(evidence, audit)) {
        writeln!(out, "{}", visible(line))?;
    }
    if by_hand && lines.is_empty() {
        writeln!(out, "Nothing had to be drawn: every contest was counted by hand in full.")?;
    } else if lines.is_empty() {
        writeln!(out, "Everything that was drawn has a row of the audit board, and nothing else has.")?;
    }
    out.done()?;
    if !lines.is_empty() {
        return Ok(Exit::Found);
    }
    Ok(if is_open(audit) { Exit::CannotTell } else { Exit::NothingFound })
}

/// Whether cells that nobody filled in leave a contest open. They count as votes against every reported winner: where the risk is below
/// the limit with them, they are a gap and no fault, for the audit as for this list.
fn is_open(audit: &Audit) -> bool {
    let unread: Vec<&str> = audit.unread().into_iter().map(|(_, contest)| contest).collect();
    let mut contests = audit.contests.iter().filter(|contest| unread.contains(&contest.name()));
    contests.any(|contest| contest.risk() > audit.settings.risk_limit.share())
}

/// What does not fit, a line each.
fn lines(evidence: &Evidence, audit: &Audit) -> Vec<String> {
    let mut lines = Vec::new();
    for (card, fate) in &audit.replay.drawn {
        if let Some(said) = fault(evidence, audit, *card, *fate) {
            lines.push(format!("{}: {said}", place(evidence, audit, *card)));
        }
    }
    let at = |row: usize| row_place(audit, row);
    lines.extend(audit.replay.extra.iter().map(|row| format!("{}: a card that was not drawn", at(*row))));
    lines.extend(twice(evidence, audit, false));
    lines.extend(audit.replay.unmappable.iter().map(|(row, why)| format!("{}: {why}", at(*row))));
    let disputed = audit.replay.disputed.iter();
    lines
        .extend(disputed.map(|(card, dispute)| {
            format!("{}: {}", place(evidence, audit, *card), dispute.in_words(&evidence.board))
        }));
    lines
}

fn row_place(audit: &Audit, row: usize) -> String {
    let (source, line) = audit.row_place(row).unwrap_or_default();
    format!("{source}, line {line}")
}

/// Second rows of a card: those that say the same as the first, which is no fault, or the others.
fn twice(evidence: &Evidence, audit: &Audit, same: bool) -> Vec<String> {
    let votes = |row: usize| &evidence.board.cards[row].votes;
    let rows = audit.replay.twice.iter().filter(|(row, first)| (votes(*row) == votes(*first)) == same);
    let says = if same { "says the same" } else { "says something else" };
    let at = |row: usize| row_place(audit, row);
    rows.map(|(row, first)| format!("{}: a second row of the card of {}; it {says}", at(*row), at(*first))).collect()
}

/// Drawn cards of which a cell is empty.
fn unread_lines(evidence: &Evidence, audit: &Audit) -> Vec<String> {
    let said = "drawn, not read: it counts as a vote against every reported winner";
    let unread = audit.unread().into_iter();
    unread.map(|(card, contest)| format!("{}: {contest}: {said}", place(evidence, audit, card))).collect()
}

/// What does not fit where whole batches are drawn, a line each.
fn batch_lines(evidence: &Evidence, audit: &Audit) -> Vec<String> {
    let each = audit.contests.iter().filter_map(|contest| Some((contest.name(), contest.batches.as_ref()?)));
    let mut lines = Vec::new();
    for (name, batches) in each {
        lines.extend(
            batches.not_counted.iter().map(|at| format!("{name}: {}: drawn, not counted", evidence.batch(*at))),
        );
        lines.extend(batches.extra.iter().map(|at| format!("{name}: {}: counted, not drawn", evidence.batch(*at))));
        lines.extend(batches.unmappable.iter().map(|(row, why)| {
            let place = evidence.board.batches.get(*row).map(|row| format!("{}, line {}", row.source, row.line));
            format!("{name}: {}: {why}", place.unwrap_or_default())
        }));
    }
    lines
}

/// What is wrong with a drawn card: a fault of the export told from a card that was not audited.
fn fault(evidence: &Evidence, audit: &Audit, card: u64, fate: Fate) -> Option<&'static str> {
    Some(match (fate, audit.lacks_record(&evidence.manifest, card)) {
        (Fate::Audited(_), false) => return None,
        (Fate::Audited(_), true) => "audited, but the export has no record of it: a fault of the export",
        (Fate::NotFound(_), false) if audit.paper.record(card).is_some() => {
            "the board did not find it, though it has a record"
        }
        (Fate::NotFound(_), false) => "the board did not find it",
        (Fate::NotFound(_), true) => {
            "the board did not find it, and it has no record: the manifest may have a card too many"
        }
        (Fate::NotAudited, false) => "not audited: no row speaks of it",
        (Fate::NotAudited, true) => "not audited, and the export has no record of it",
    })
}

fn place(evidence: &Evidence, audit: &Audit, card: u64) -> String {
    match audit.paper.position(card) {
        Some(at) => format!("card {} of {}", at.position, evidence.batch(at.batch)),
        None => format!("card {card}"),
    }
}

fn write_cards(evidence: &Evidence, audit: &Audit, path: &Path) -> Result<()> {
    let mut out = csv::Writer::from_writer(Output::open(Some(path))?);
    out.write_record([
        "draw",
        "ticket",
        "jurisdiction",
        "tabulator",
        "batch",
        "position",
        "has_record",
        "fate",
        "row",
    ])?;
    for (drawn, nth) in audit.drawn.iter().zip(1u64..) {
        let Some(at) = audit.paper.position(drawn.card) else { continue };
        let key = &evidence.manifest.batches[at.batch].key;
        let fate = audit.replay.drawn.get(&drawn.card).copied().unwrap_or(Fate::NotAudited);
        let (fate, row) = match fate {
            Fate::Audited(row) => ("audited", Some(row)),
            Fate::NotFound(row) => ("not found", Some(row)),
            Fate::NotAudited => ("not audited", None),
        };
        let row = row.and_then(|row| audit.row_place(row)).map(|(source, line)| format!("{source}:{line}"));
        let has_record = if audit.paper.record(drawn.card).is_some() { "yes" } else { "no" };
        let (nth, position, row) = (nth.to_string(), at.position.to_string(), row.unwrap_or_default());
        let row = [
            nth.as_str(),
            &drawn.ticket,
            &key.jurisdiction,
            &key.tabulator,
            &key.batch,
            &position,
            has_record,
            fate,
            &row,
        ];
        out.write_record(row.map(|cell| guarded(cell).into_owned()))?;
    }
    out.into_inner().map_err(|e| e.into_error())?.done()
}
