//! Snapshots: a file, a folder of part files, or an archive of either, with its date.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use pollwarden_core::{Complaint, RollSettings};
use pollwarden_intake::{Input, IntakeError, find};

use crate::RollError;
use crate::store::KeptSnapshot;

/// A voter-roll extract, or what is kept of one.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Its name: the file's or the folder's.
    pub name: String,
    /// The day it shows.
    pub date: Option<Date>,
    /// Its part files: at least one, or none where it is kept.
    pub inputs: Vec<Input>,
    /// Files of its vote history, where they lie in its own folder or archive.
    pub histories: Vec<Input>,
    /// Where it is kept.
    pub kept: Option<KeptSnapshot>,
}

impl Snapshot {
    /// Its name and day, as it is shown in lists.
    pub fn shown(&self) -> String {
        match self.date {
            Some(date) => format!("{} ({date})", self.name),
            None => format!("{} (no date)", self.name),
        }
    }
}

/// The snapshot at a path, with complaints about what else lies there and can't be read.
///
/// # Errors
/// Where nothing under the path is a voter-roll extract.
pub fn snapshot(path: &Path, settings: &RollSettings) -> Result<(Snapshot, Vec<Complaint>), RollError> {
    let found = find(path);
    let mut complaints = found.complaints;
    let (inputs, histories) = told(found.inputs, settings, &mut complaints);
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    if inputs.is_empty() {
        let why = complaints.first().map_or_else(
            || "A voter-roll extract has a header line with a voter's id; name its column as `key` under [roll] in office.toml where it is not recognised.".to_owned(),
            ToString::to_string,
        );
        return Err(RollError::NoSnapshot { path: path.to_owned(), why });
    }
    let date = date_of(&name, settings).or_else(|| inputs.iter().find_map(|input| date_of(&input.name, settings)));
    Ok((Snapshot { name, date, inputs, histories, kept: None }, complaints))
}

/// All snapshots in a folder, oldest first: extracts of one date are parts of one snapshot. Extracts without a date
/// are each a snapshot of their own and stand last, with a complaint. Vote histories beside them are told by their dates when
/// two snapshots are compared.
pub fn snapshots_in(folder: &Path, settings: &RollSettings) -> (Vec<Snapshot>, Vec<Complaint>) {
    let found = find(folder);
    let mut complaints = found.complaints;
    let mut dated: BTreeMap<Date, Vec<Input>> = BTreeMap::new();
    let mut undated = Vec::new();
    for input in told(found.inputs, settings, &mut complaints).0 {
        match date_of(&input.name, settings) {
            Some(date) => dated.entry(date).or_default().push(input),
            None => undated.push(input),
        }
    }
    let mut snapshots: Vec<Snapshot> = dated
        .into_iter()
        .map(|(date, inputs)| Snapshot {
            name: common_name(&inputs),
            date: Some(date),
            inputs,
            histories: Vec::new(),
            kept: None,
        })
        .collect();
    for input in undated {
        complaints.push(
            Complaint::about(&input.name, "a date in the extract's name", "none")
                .mend("Put the date into the file's or folder's name, or under [roll] dates in office.toml."),
        );
        snapshots.push(Snapshot {
            name: input.name.clone(),
            date: None,
            inputs: vec![input],
            histories: Vec::new(),
            kept: None,
        });
    }
    (snapshots, complaints)
}

fn common_name(inputs: &[Input]) -> String {
    match inputs {
        [one] => one.name.clone(),
        _ => inputs[0].name.rsplit_once(['/', '!']).map_or(&*inputs[0].name, |(folder, _)| folder).to_owned(),
    }
}

/// What an input is, from its first bytes.
enum Kind {
    Extract,
    History,
    Other,
}

/// Those inputs that are voter-roll extracts, and those that are vote histories. An input that can't be opened is complained
/// about.
fn told(inputs: Vec<Input>, settings: &RollSettings, complaints: &mut Vec<Complaint>) -> (Vec<Input>, Vec<Input>) {
    let (mut extracts, mut histories) = (Vec::new(), Vec::new());
    for input in inputs.into_iter().filter(|input| !crate::log::is_suppression(&input.name)) {
        match kind(&input, settings) {
            Ok(Kind::Extract) => extracts.push(input),
            Ok(Kind::History) => histories.push(input),
            Ok(Kind::Other) => {}
            Err(cause) => complaints.push(Complaint::about(&input.name, "a readable file", cause.to_string())),
        }
    }
    (extracts, histories)
}

fn kind(input: &Input, settings: &RollSettings) -> Result<Kind, IntakeError> {
    let mut opened = input.open()?;
    let sample = opened.sample()?;
    // Where the office names the key, a history that has it and a party could be taken for a roll.
    Ok(if crate::history::is_history(sample, settings) {
        Kind::History
    } else if crate::formats::layout_of(sample, settings).is_some() {
        Kind::Extract
    } else {
        Kind::Other
    })
}

/// The vote histories among inputs; what can't be opened is none.
pub(crate) fn histories(inputs: Vec<Input>, settings: &RollSettings) -> Vec<Input> {
    inputs.into_iter().filter(|input| matches!(kind(input, settings), Ok(Kind::History))).collect()
}

/// The date of a snapshot: from office.toml, else from the last part of the name that has one.
pub(crate) fn date_of(name: &str, settings: &RollSettings) -> Option<Date> {
    let named = settings.dates.iter().find(|(file, _)| name == file || name.ends_with(&format!("/{file}")));
    named.map(|(_, date)| *date).or_else(|| name.rsplit(['/', '!']).find_map(date_in))
}

/// A date written with digits: 2026-09-05, 2026_09_05, 20260905, 09-05-2026, 09052026. Of day and month, the month
/// stands first, as American offices write.
pub(crate) fn date_in(name: &str) -> Option<Date> {
    let runs: Vec<(usize, &str)> = digit_runs(name);
    let joined = |pair: &[(usize, &str)]| pair[1].0 == pair[0].0 + pair[0].1.len() + 1;
    let three = runs.windows(3).filter(|w| joined(&w[..2]) && joined(&w[1..])).map(|w| [w[0].1, w[1].1, w[2].1]);
    let eight = runs
        .iter()
        .filter(|(_, run)| run.len() == 8)
        .flat_map(|(_, run)| [[&run[..4], &run[4..6], &run[6..]], [&run[..2], &run[2..4], &run[4..]]]);
    three.chain(eight).find_map(date_of_three)
}

fn date_of_three(three: [&str; 3]) -> Option<Date> {
    let [year, month, day] = match three.map(str::len) {
        [4, _, _] => three,
        [_, _, 4] => [three[2], three[0], three[1]],
        _ => return None,
    };
    let year = year.parse().ok().filter(|year| (1900..2200).contains(year))?;
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

fn digit_runs(text: &str) -> Vec<(usize, &str)> {
    let mut runs = Vec::new();
    let mut begin = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_ascii_digit(), begin) {
            (true, None) => begin = Some(at),
            (false, Some(from)) => {
                runs.push((from, &text[from..at]));
                begin = None;
            }
            _ => {}
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn dates_are_read_from_names() {
        for name in ["ncvoter_2026-09-05.txt", "roll20260905.csv", "09-05-2026", "extract_09052026_1.txt", "a 2026_9_5"]
        {
            assert_eq!(date_in(name), Some(date(2026, 9, 5)), "{name}");
        }
        for name in ["voters.txt", "SWVF_1_22.csv", "v1.2.3", "2026-13-05", "123456789"] {
            assert_eq!(date_in(name), None, "{name}");
        }
    }

    #[test]
    fn the_nearest_name_counts_and_settings_count_most() {
        let mut settings = RollSettings::default();
        assert_eq!(date_of("2025-01-01/roll_2026-09-05.zip!part1.txt", &settings), Some(date(2026, 9, 5)));
        settings.dates.push(("part1.txt".into(), date(2026, 9, 6)));
        assert_eq!(date_of("x/part1.txt", &settings), Some(date(2026, 9, 6)));
    }
}
