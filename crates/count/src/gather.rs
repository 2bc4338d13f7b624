//! From files to evidence: sorts a folder's inputs into settings, the board's rows, and the count's own files.

use std::collections::HashSet;
use std::io::Read as _;

use pollwarden_core::{Complaint, Coverage, Source};
use pollwarden_intake::Input;
use pollwarden_rla::draw::DrawError;

use crate::audit::{
    Audit, AuditSettings, Audited, BoardRecords, ContestAudit, Files, Interpretation, MOST_CARDS, Method,
    read_entry_sheet,
};
use crate::formats::ess_xlsx;
use crate::kind::{Kind, is_spreadsheet, kind};
use crate::read::shown;
use crate::{Cvrs, Evidence, Records, batch_names, read_inputs, written_alike};

/// Settings and entry sheets are typed by people: nothing larger is one.
const LARGEST_SHEET: u64 = 64 << 20;

/// Reads everything, and runs the audit where there are settings for one.
pub fn gather(inputs: &[Input]) -> (Evidence, Coverage) {
    let mut coverage = Coverage::default();
    let mut settings: Vec<(&str, Option<AuditSettings>)> = Vec::new();
    let mut board = BoardRecords::default();
    let mut rest = Vec::new();
    for input in inputs {
        match kind(input) {
            Kind::Settings => {
                let read = take(input, &mut coverage, |_, text| AuditSettings::parse(input.name(), text));
                settings.push((input.name(), read));
            }
            Kind::Board => {
                // A sheet is used as a whole or not at all: half of one would look like cards left out.
                let mut with = board.clone();
                let read = |_: &str, text: &str| read_entry_sheet(input.name(), text.as_bytes(), &mut with);
                let is_read = take(input, &mut coverage, read).is_some();
                if is_read && is_unfilled(&with.cards[board.cards.len()..]) {
                    let name = input.name();
                    coverage.notes.push(format!("{name} is an entry sheet that nobody filled in: it was passed over."));
                } else if is_read {
                    board = with;
                }
            }
            Kind::Own => {
                let name = input.name();
                coverage.notes.push(format!(
                    "{name} was written by this program and is no file of the count: it was passed over."
                ));
            }
            Kind::Beside(what) => {
                let why = format!("{} is {what}: it was not read", input.name());
                coverage.dim(None, why);
            }
            Kind::Other => rest.push(input.clone()),
        }
    }
    let mut settings = the_one(settings, &mut coverage);
    let records = read_inputs(&rest);
    let is_whole = records.refused.is_empty();
    let mut evidence = evidence(records, board, &mut coverage);
    coverage.notes.extend(batch_names::write_alike(&evidence.manifest, &mut evidence.cvrs));
    coverage.notes.extend(written_alike::write_alike(&mut evidence, settings.as_mut()));
    let mut evidence = audited(evidence, settings.as_ref(), &mut coverage);
    if !is_whole && let Some(audit) = &mut evidence.audit {
        leave_unread_open(audit, &evidence.cvrs);
    }
    (evidence, coverage)
}

/// The audit's settings. Of several files nobody can say which are those that were announced: none is used then.
fn the_one(mut settings: Vec<(&str, Option<AuditSettings>)>, coverage: &mut Coverage) -> Option<AuditSettings> {
    if settings.len() > 1 {
        let mut names: Vec<&str> = settings.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        let all = names.join(", ");
        coverage.blind(
            None,
            format!("There are several files of settings, and none was used: {all}. Keep the audit's own alone"),
        );
        return None;
    }
    settings.pop()?.1
}

/// Whether rows are as they were written for the board: not one says anything of its card.
fn is_unfilled(rows: &[Audited]) -> bool {
    let says_nothing =
        |row: &Audited| row.votes.as_ref().is_some_and(|votes| votes.iter().all(|v| *v == Interpretation::NotRead));
    !rows.is_empty() && rows.iter().all(says_nothing)
}

/// Reads a small text file, and notes it as a source or what is wrong with it.
fn take<T>(
    input: &Input,
    coverage: &mut Coverage,
    read: impl FnOnce(&str, &str) -> Result<T, Box<Complaint>>,
) -> Option<T> {
    let text = text(input, coverage)?;
    match read(input.name(), &text) {
        Ok(taken) => Some(taken),
        Err(complaint) => {
            let complaint = shown(*complaint);
            coverage.blind(None, format!("Not read: {complaint}"));
            coverage.complain(complaint);
            None
        }
    }
}

fn text(input: &Input, coverage: &mut Coverage) -> Option<String> {
    let read = || -> Result<_, Box<Complaint>> {
        let mut reader = input.reader().map_err(|e| Box::new(e.complaint()))?;
        let mut bytes = Vec::new();
        let fault = |e: std::io::Error| Box::new(Complaint::about(input.name(), "a text file", e.to_string()));
        reader.by_ref().take(LARGEST_SHEET + 1).read_to_end(&mut bytes).map_err(fault)?;
        if bytes.len() as u64 > LARGEST_SHEET {
            let expected = format!("at most {LARGEST_SHEET} bytes of settings or rows");
            return Err(Box::new(Complaint::about(input.name(), expected, "more").mend("Split the sheet.")));
        }
        let received = reader.received();
        if is_spreadsheet(&bytes) {
            let (text, further) = ess_xlsx::entry_sheet(input)?;
            return Ok((text, received, further));
        }
        Ok((String::from_utf8_lossy(&bytes).into_owned(), received, None))
    };
    match read() {
        Ok((text, received, further)) => {
            further.into_iter().for_each(|complaint| coverage.complain(shown(complaint)));
            let format = if text.starts_with("risk_limit") { "audit-settings" } else { "audit-sheet" };
            coverage.sources.push(Source {
                digest: received.digest,
                length: received.length,
                format: format.to_owned(),
                ..Source::named(input.name())
            });
            Some(text)
        }
        Err(complaint) => {
            let complaint = shown(*complaint);
            coverage.blind(None, format!("Not read: {complaint}"));
            coverage.complain(complaint);
            None
        }
    }
}

fn evidence(records: Records, board: BoardRecords, coverage: &mut Coverage) -> Evidence {
    let cvrs = records.cvrs.finish();
    coverage.rows = if cvrs.is_empty() { records.manifest.cards() } else { cvrs.len() as u64 };
    coverage.sources.extend(records.sources);
    for complaint in &records.refused {
        coverage.blind(None, format!("Not read: {complaint}"));
    }
    for complaint in records.complaints {
        coverage.complain(complaint);
    }
    Evidence {
        cvrs,
        record_files: records.record_files,
        manifest: records.manifest,
        results: records.results,
        feeds: records.feeds,
        board,
        audit: None,
        commitment: None,
    }
}

fn audited(mut evidence: Evidence, settings: Option<&AuditSettings>, coverage: &mut Coverage) -> Evidence {
    let Some(settings) = settings else { return evidence };
    if evidence.manifest.batches.is_empty() {
        let why = "There is no ballot manifest, so that no card can be drawn: put the list of batches and their numbers of cards into \
            the folder";
        coverage.blind(None, why);
        return evidence;
    }
    if let Some(why) = too_many(&evidence) {
        coverage.blind(None, why);
        return evidence;
    }
    crate::unnamed_rows::settle(&mut evidence.results, &evidence.cvrs, settings);
    let files = Files {
        cvrs: &evidence.cvrs,
        manifest: &evidence.manifest,
        results: &evidence.results,
        board: &evidence.board,
    };
    match Audit::run(settings, files) {
        Ok(audit) => {
            say_unused(&evidence, &audit, coverage);
            evidence.audit = Some(audit);
        }
        Err(error) => coverage.blind(None, cannot_draw(&error)),
    }
    evidence
}

/// What the board typed of contests that nobody else names: it took no part in the audit.
fn say_unused(evidence: &Evidence, audit: &Audit, coverage: &mut Coverage) {
    let audited = audit.contests.iter().map(ContestAudit::name);
    let recorded = evidence.cvrs.contests().map(|(_, contest)| contest.name.as_str());
    let reported = evidence.results.iter().flat_map(|results| &results.contests).map(|contest| contest.name.as_str());
    let left_out = audit.settings.left_out.iter().map(String::as_str);
    let mut known: HashSet<&str> = audited.chain(recorded).chain(reported).chain(left_out).collect();
    let board = &evidence.board;
    let complaint = |source: &str, name: &str| {
        let complaint = Complaint::about(source, "a contest of the audit", format!("“{name}”"));
        complaint.mend("Name the contest as audit.toml or the records do: what people read of it was not used.")
    };
    let sheet = board.cards.first().map_or("the audit board's sheet", |row| row.source.as_str());
    for name in board.contests.iter().filter(|name| !known.contains(name.as_str())) {
        coverage.complain(shown(complaint(sheet, name).column(name)));
    }
    for row in &board.batches {
        // Each name once: every batch has a row of it.
        if known.insert(&row.contest) {
            coverage.complain(shown(complaint(&row.source, &row.contest).line(row.line).column("contest")));
        }
    }
}

/// So many cards for each record are more than any export leaves out.
const CARDS_PER_RECORD: u64 = 100;
/// Draws from fewer cards take no time, however wrong their number is.
const FEW_CARDS: u64 = 1_000_000;

/// Why no card is drawn from a manifest of so many.
fn too_many(evidence: &Evidence) -> Option<String> {
    let (cards, records) = (evidence.manifest.cards(), evidence.cvrs.len() as u64);
    let file = evidence.manifest_file();
    if cards > MOST_CARDS {
        return Some(format!(
            "{file} has {cards} cards, more than the {MOST_CARDS} that an audit draws from: correct it"
        ));
    }
    let with = cards.saturating_sub(evidence.cards_without_records());
    (records > 0 && with > FEW_CARDS && with / CARDS_PER_RECORD > records).then(|| {
        format!(
            "{file} has {with} cards that should have records, and there are {records} records: correct the numbers of cards, or say in it \
             which batches have no records"
        )
    })
}

/// Without records a contest is audited by polling. Where a file could not be read, nobody knows whether it is without: a method that
/// changes since a file is damaged would measure something that nobody planned.
fn leave_unread_open(audit: &mut Audit, cvrs: &Cvrs) {
    let Audit { settings, contests, .. } = audit;
    for contest in contests.iter_mut().filter(|contest| contest.method == Method::Polling) {
        let is_asked = settings.contests.iter().any(|c| c.name == contest.name() && c.method.is_some());
        if !is_asked && cvrs.find_contest(contest.name()).is_none() {
            let why = "a file that could not be read may hold its cast vote records: mend the file, or write method = \"polling\" into \
                audit.toml if there are none";
            contest.measured = Err(why.to_owned());
        }
    }
}

fn cannot_draw(error: &DrawError) -> String {
    format!("The cards can't be drawn again: {error}")
}
