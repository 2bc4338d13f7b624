//! Snapshots: a file, a folder of part files, or an archive of either, with its date.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use pollwarden_core::{Complaint, RollSettings};
use pollwarden_intake::{Input, IntakeError, Sample, find};

use crate::RollError;
use crate::dates::{self, Said};
use crate::formats;
use crate::layout::Layout;
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
    let (extracts, histories) = told(found.inputs, settings, &mut complaints);
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    if extracts.is_empty() {
        let why = complaints.first().map_or_else(
            || "A voter-roll extract has a header line with a voter's id; name its column as `key` under [roll] in office.toml where it is not recognised.".to_owned(),
            ToString::to_string,
        );
        return Err(RollError::NoSnapshot { path: path.to_owned(), why });
    }
    let date = date_of(&name, settings).or_else(|| extracts.iter().find_map(|extract| extract.day()));
    let inputs = extracts.into_iter().map(|extract| extract.input).collect();
    Ok((Snapshot { name, date, inputs, histories, kept: None }, complaints))
}

/// All snapshots in a folder, oldest first: extracts of one date are parts of one snapshot. Extracts without a date
/// are each a snapshot of their own and stand last, with a complaint: which of them is older can't be told. Vote histories
/// beside them are told by their dates when two snapshots are compared.
pub fn snapshots_in(folder: &Path, settings: &RollSettings) -> (Vec<Snapshot>, Vec<Complaint>) {
    let found = find(folder);
    let mut complaints = found.complaints;
    let mut dated: BTreeMap<Date, Vec<Input>> = BTreeMap::new();
    let mut undated = Vec::new();
    for extract in told(found.inputs, settings, &mut complaints).0 {
        match extract.day() {
            Some(date) => dated.entry(date).or_default().push(extract.input),
            None => undated.push(extract),
        }
    }
    let of = |date: Option<Date>, inputs: Vec<Input>| Snapshot {
        name: common_name(&inputs),
        date,
        inputs,
        histories: Vec::new(),
        kept: None,
    };
    complaints.extend(undated_of(&undated));
    let mut snapshots: Vec<Snapshot> = dated.into_iter().map(|(date, inputs)| of(Some(date), inputs)).collect();
    snapshots.extend(undated.into_iter().map(|extract| of(None, vec![extract.input])));
    (snapshots, complaints)
}

fn common_name(inputs: &[Input]) -> String {
    match inputs {
        [one] => one.name.clone(),
        _ => inputs[0].name.rsplit_once(['/', '!']).map_or(&*inputs[0].name, |(folder, _)| folder).to_owned(),
    }
}

/// A file of an extract, and what its name, or else its content, says of its day.
struct Extract {
    input: Input,
    said: Said,
}

impl Extract {
    fn day(&self) -> Option<Date> {
        match self.said {
            Said::Day(day) => Some(day),
            _ => None,
        }
    }

    /// What is there in place of a date.
    fn instead(&self) -> String {
        match &self.said {
            Said::Unclear(days) => {
                let days: Vec<String> = days.iter().map(Date::to_string).collect();
                format!("what may be {} in {}", days.join(" or "), self.input.name)
            }
            _ => format!("none in {}", self.input.name),
        }
    }
}

/// That the days of extracts are not known, and the lines of office.toml that mend it. When a file was last written says
/// nothing of the day it shows: copying or opening it changes that.
fn undated_of(extracts: &[Extract]) -> Option<Complaint> {
    let names: Vec<&str> = extracts.iter().map(|extract| extract.input.name.as_str()).collect();
    let found: Vec<String> = extracts.iter().map(Extract::instead).collect();
    let line = |name: &&str| format!("{:?} = \"YYYY-MM-DD\"", name.rsplit(['/', '!']).next().unwrap_or(name));
    let lines: Vec<String> = names.iter().map(line).collect();
    let mend = format!(
        "Which extract is older can't be told without it. Put the day that the extract shows into the file's name, or write the lines \
         below into office.toml\n[roll.dates]\n{}",
        lines.join("\n")
    );
    let expected = "one date in an extract's name, such as 2026-10-03 or Oct 3 2026";
    (!names.is_empty()).then(|| Complaint::about(names.join(", "), expected, found.join(", ")).mend(mend))
}

/// What an input is, from its first bytes.
pub(crate) enum Kind {
    /// An extract, and the day that its content says.
    Extract(Option<Date>),
    History,
    Other,
}

/// Those inputs that are voter-roll extracts, and those that are vote histories. An input that can't be opened is complained
/// about.
fn told(inputs: Vec<Input>, settings: &RollSettings, complaints: &mut Vec<Complaint>) -> (Vec<Extract>, Vec<Input>) {
    let (mut extracts, mut histories) = (Vec::new(), Vec::new());
    for input in inputs.into_iter().filter(|input| !crate::log::is_suppression(&input.name)) {
        match kind(&input, settings) {
            Ok(Kind::Extract(day)) => {
                let said = match (said_of(&input.name, settings), day) {
                    (Said::Nothing, Some(day)) => Said::Day(day),
                    (said, _) => said,
                };
                extracts.push(Extract { input, said });
            }
            Ok(Kind::History) => histories.push(input),
            Ok(Kind::Other) => {}
            Err(cause) => complaints.push(Complaint::about(&input.name, "a readable file", cause.to_string())),
        }
    }
    (extracts, histories)
}

pub(crate) fn kind(input: &Input, settings: &RollSettings) -> Result<Kind, IntakeError> {
    let mut opened = input.open()?;
    let sample = opened.sample()?;
    // Where the office names the key, a history that has it and a party could be taken for a roll.
    Ok(if crate::history::is_history(sample, settings) {
        Kind::History
    } else if let Some(layout) = formats::layout_of(sample, settings) {
        Kind::Extract(day_in(sample, &layout))
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
    match said_of(name, settings) {
        Said::Day(day) => Some(day),
        _ => None,
    }
}

fn said_of(name: &str, settings: &RollSettings) -> Said {
    let is_it = |file: &str| name.strip_suffix(file).is_some_and(|rest| rest.is_empty() || rest.ends_with(['/', '!']));
    match settings.dates.iter().find(|(file, _)| is_it(file)) {
        Some((_, date)) => Said::Day(*date),
        None => {
            name.rsplit(['/', '!']).map(dates::in_name).find(|said| *said != Said::Nothing).unwrap_or(Said::Nothing)
        }
    }
}

/// How many of the first records are asked for the day.
const RECORDS: usize = 40;

/// The day that an extract says of itself: in a line above its header, or in a column that has one and the same day throughout.
pub(crate) fn day_in(sample: &Sample, layout: &Layout) -> Option<Date> {
    const COLUMNS: [&str; 8] = [
        "snapshot date",
        "snapshot dt",
        "extract date",
        "extract dt",
        "export date",
        "as of date",
        "file date",
        "run date",
    ];
    let above = usize::try_from(layout.above).unwrap_or(0);
    let lines = || sample.bytes.split(|&byte| byte == b'\n');
    let titles = lines().take(above.saturating_sub(1)).filter_map(|line| dates::date_in(&layout.text(line)));
    let is_day = |name: &str| COLUMNS.contains(&formats::names::words(name).trim());
    let column = layout.columns.iter().position(|column| is_day(&column.name));
    let records = lines().skip(above).take(RECORDS);
    let of_column = records.filter_map(|record| dates::date_in(&layout.text(layout.fields(record).nth(column?)?)));
    let mut days: Vec<Date> = titles.chain(of_column).collect();
    days.dedup();
    days.first().copied().filter(|_| days.len() == 1)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_nearest_name_counts_and_settings_count_most() {
        let mut settings = RollSettings::default();
        assert_eq!(date_of("2025-01-01/roll_2026-09-05.zip!part1.txt", &settings), Some(date(2026, 9, 5)));
        assert_eq!(date_of("2025-01-01/Voters_100326.csv", &settings), None);
        settings.dates.push(("part1.txt".into(), date(2026, 9, 6)));
        assert_eq!(date_of("x/part1.txt", &settings), Some(date(2026, 9, 6)));
        assert_eq!(date_of("x.zip!part1.txt", &settings), Some(date(2026, 9, 6)));
        assert_eq!(date_of("x/apart1.txt", &settings), None);
    }

    #[test]
    fn an_extract_may_say_its_day_itself() {
        let day = |text: &str| {
            let sample = Sample { name: "voters.csv".into(), bytes: text.into(), whole: true };
            day_in(&sample, &formats::layout_of(&sample, &RollSettings::default()).expect("a layout"))
        };
        let header = "voter_id,last_name,party,precinct,snapshot_dt\n";
        assert_eq!(day(&format!("{header}1,A,X,P,2026-10-03\n2,B,X,P,2026-10-03\n")), Some(date(2026, 10, 3)));
        assert_eq!(day(&format!("{header}1,A,X,P,2026-10-03\n2,B,X,P,2026-10-04\n")), None);
        assert_eq!(day(&format!("Voters as of 10/3/2026,,,,\n{header}1,A,X,P,\n")), Some(date(2026, 10, 3)));
    }
}
