//! The roll's part of an assessment: an office's extracts, as far as their days are known, and the log beside them.

use std::path::Path;

use anyhow::Result;
use arrow::array::RecordBatch;
use pollwarden_archive::Archive;
use pollwarden_core::{Answer, Gap, Office, Question, Scope};
use pollwarden_database::Database;
use pollwarden_engine::EngineOptions;
use pollwarden_roll::{RollError, Snapshot, snapshots_in, unread};

use super::{Judged, compared, take_limits};
use crate::commands::{kept, threads};
use crate::progress::Progress;
use crate::roll_limits::{self, Wanted};
use crate::{database, read, remembered};

/// The answer of the last two snapshots, with its detection limits where a folder is given to remember them in.
fn last_two(
    (a, b): (&Snapshot, &Snapshot),
    history: &[RecordBatch],
    folder: Option<&Path>,
    scope: Scope,
    limits_in: Option<&Path>,
    options: &EngineOptions,
    progress: &Progress,
) -> Result<Answer> {
    let comparison = compared((a, b), folder, &scope.office, options, progress)?;
    let mut answer = Judged::of(&comparison, history, scope.clone(), options, progress)?.answer;
    let Some(archive) = limits_in else { return Ok(answer) };
    let wanted = Wanted::by_assessment(threads(options));
    let key = remembered::key(
        &answer.coverage,
        &(&scope.office.roll, &wanted, history.iter().map(RecordBatch::num_rows).collect::<Vec<_>>()),
    );
    let measured = match remembered::recall(archive, Question::Roll, &key) {
        Some(measured) => measured,
        None => {
            let measured = roll_limits::measure(&comparison, history, &scope, &answer, &wanted, progress)?;
            remembered::remember(archive, Question::Roll, &key, &measured);
            measured
        }
    };
    take_limits(&mut answer, measured);
    Ok(answer)
}

/// Earlier periods that the last one is held against.
const PERIODS: usize = 6;

/// Who was changed between the snapshots before the last two.
fn history(
    earlier: &[Snapshot],
    a: &Snapshot,
    folder: Option<&Path>,
    office: &Office,
    options: &EngineOptions,
    progress: &Progress,
) -> Result<Vec<RecordBatch>> {
    let all: Vec<&Snapshot> = earlier.iter().chain([a]).collect();
    let mut batches = Vec::new();
    for (pair, period) in all.windows(2).rev().take(PERIODS).zip(1..) {
        batches.extend(compared((pair[0], pair[1]), folder, office, options, progress)?.groups(period)?);
    }
    Ok(batches)
}

/// The roll's answer of an office: its last two snapshots, whether files or taken from its database, and the log beside them.
pub(in crate::commands) fn of_office(
    folder: &Path,
    (archive, at): (&mut Archive, &Path),
    database: Option<&Database>,
    scope: Scope,
    measures: bool,
    options: &EngineOptions,
    progress: &Progress,
) -> Result<Answer> {
    let taken = database.map(|database| database::keep(database, at, &scope.office, progress));
    let folder = folder.is_dir().then_some(folder);
    let (mut snapshots, complaints) = folder.map(|folder| snapshots_in(folder, &scope.office.roll)).unwrap_or_default();
    let (kept, unread_extracts) = database::kept(at, &scope.office);
    snapshots.extend(kept);
    // Without its day it can't be told whether an extract is the older or the newer one: a wrong guess makes new look like gone.
    let undated = snapshots.iter().filter(|snapshot| snapshot.date.is_none()).count();
    snapshots.retain(|snapshot| snapshot.date.is_some());
    snapshots.sort_by_key(|snapshot| snapshot.date);
    let formats = pollwarden_roll::formats(&scope.office.roll);
    for snapshot in &snapshots {
        let found = pollwarden_intake::Found { inputs: snapshot.inputs.clone(), ..Default::default() };
        read::all(&found, &formats, &mut archive.whole(), progress)?;
    }
    let (snapshots, notes, kept_complaints) =
        kept::of_office(&snapshots, &kept::store(archive), &scope.office.roll, progress)?;
    let mut answer = match snapshots.as_slice() {
        [earlier @ .., a, b] => {
            let limits_in = measures.then_some(at);
            let answer = history(earlier, a, folder, &scope.office, options, progress)
                .and_then(|history| last_two((a, b), &history, folder, scope, limits_in, options, progress));
            answer.or_else(not_comparable)?
        }
        few => {
            let mut answer = too_few(few, undated);
            answer.not_watched(folder.iter().flat_map(|folder| unread(folder, &scope.office)));
            answer
        }
    };
    if let Some((older, _)) = snapshots.split_last_chunk::<2>().filter(|(older, _)| !older.is_empty()) {
        let (unseen, known) = older.split_at(older.len().saturating_sub(PERIODS));
        let names = |of: &[Snapshot]| of.iter().map(|s| s.name.as_str()).collect::<Vec<_>>().join(", ");
        let mut note = format!(
            "The last two extracts were compared. Of {} it was looked at who changes ordinarily.",
            names(known)
        );
        if !unseen.is_empty() {
            note += &format!(" Not looked at: {}.", names(unseen));
        }
        answer.coverage.notes.push(note);
    }
    answer.coverage.notes.extend(notes);
    let complaints = complaints.into_iter().chain(kept_complaints);
    let unseen = complaints.map(|complaint| complaint.to_string()).chain(unread_extracts);
    answer.not_watched(unseen.map(|why| Gap { when: None, why, needed: true }));
    match taken {
        None => {}
        Some(Ok(taken)) => answer.coverage.notes.push(taken.note),
        Some(Err(error)) => answer.coverage.blind(None, format!("The roll's database was not read: {error:#}")),
    }
    Ok(answer)
}

/// The answer where extracts can be read and not compared; any other error as it stands.
fn not_comparable(error: anyhow::Error) -> Result<Answer> {
    match error.downcast_ref() {
        Some(RollError::KeptWithZeros { .. }) => {
            Ok(Answer::cannot_tell(Question::Roll, format!("Nothing was compared: {error}")))
        }
        _ => Err(error),
    }
}

/// Why nothing can be compared.
fn too_few(dated: &[Snapshot], undated: usize) -> Answer {
    let why = match (dated, undated) {
        ([], 0) => "No voter-roll extract was found: two are needed, of different days".to_owned(),
        ([one], 0) => format!(
            "There is one extract only, {}: a second one of another day is needed to compare with. Where office.toml names \
             the roll's database, the next assessment takes it",
            one.shown()
        ),
        (dated, undated) => format!(
            "Of {} voter-roll extracts, {undated} have no day that can be told: which is the older one is not known, and nothing was compared",
            dated.len() + undated
        ),
    };
    Answer::cannot_tell(Question::Roll, why)
}
