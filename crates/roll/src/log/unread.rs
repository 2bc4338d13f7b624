//! Files that nothing reads: what each seems to be, why it was not read, and what to do about it.

use std::path::Path;

use pollwarden_core::{Complaint, Gap, Office, RollSettings};
use pollwarden_intake::{Input, Sample, find};

use super::headings::{Headings, Meaning};
use super::kind::{self, Kind};
use crate::formats::{Header, names};
use crate::layout::{Column, Role};
use crate::snapshot;

/// How many columns are named.
const COLUMNS_SHOWN: usize = 30;
const COLUMN_SHOWN: usize = 40;

/// The gaps that a folder's files leave which neither the log nor the extracts know.
pub fn unread(folder: &Path, office: &Office) -> Vec<Gap> {
    let found = find(folder);
    let closed = found.complaints.iter().map(closed);
    let strangers = found.inputs.into_iter().filter(|input| matches!(Kind::of(input, &office.roll), Kind::Stranger));
    closed.chain(strangers.filter_map(|input| gap(&input, &office.roll))).collect()
}

/// The gap that something leaves which can't be looked into.
pub(super) fn closed(complaint: &Complaint) -> Gap {
    Gap { when: None, why: complaint.to_string(), needed: true }
}

/// The gap that a file leaves which is not the log's; none where it is an extract or a vote history.
pub(super) fn gap(input: &Input, settings: &RollSettings) -> Option<Gap> {
    let is_roll = matches!(snapshot::kind(input, settings), Ok(snapshot::Kind::Extract(_) | snapshot::Kind::History));
    if is_roll || kind::base_name(&input.name) == "office.toml" {
        return None;
    }
    // That it can't be opened is told where it is looked at as an extract.
    let sample = kind::sample(input)?;
    let (why, needed) = why(&sample, settings);
    Some(Gap { when: None, why: format!("The file {} was not read: {why}", input.name), needed })
}

/// Why it is not read, and whether an answer may need it.
fn why(sample: &Sample, settings: &RollSettings) -> (String, bool) {
    if sample.bytes.trim_ascii().is_empty() {
        return ("it is empty; if there should be something in it, export it again".to_owned(), true);
    }
    if let Some((what, mend)) = of_a_program(sample) {
        return (format!("it is {what}; {mend}"), mend != NO_TABLE || what == ACCESS);
    }
    if is_binary(&sample.bytes) {
        return ("it is no text; if it belongs to the roll, save it as CSV".to_owned(), false);
    }
    match kind::likely_header(sample) {
        Some(header) if is_table(sample, &header) => (of_a_table(&header, settings), true),
        _ => (
            "it is text without columns; if it is neither an extract nor a log, nothing need be done".to_owned(),
            false,
        ),
    }
}

/// What to do with files that can't be saved as a table.
const NO_TABLE: &str = "if it belongs to the roll, export the table itself as CSV from the program that made it";
const ACCESS: &str = "an Access database";

/// Files of office programs, which are told by their first bytes.
fn of_a_program(sample: &Sample) -> Option<(&'static str, &'static str)> {
    const AS_CSV: &str = "open it and save each of its sheets as \"CSV UTF-8\" (File, Save As); keep columns of ids as text, so \
                          that zeros at their beginning stay";
    let begins = |bytes: &[u8]| sample.bytes.starts_with(bytes);
    let ends = |ending: &str| sample.name.to_ascii_lowercase().ends_with(ending);
    if begins(b"\xd0\xcf\x11\xe0") {
        return Some(if ends(".xls") { ("a spreadsheet", AS_CSV) } else { ("an office document", NO_TABLE) });
    }
    if begins(b"%PDF") {
        return Some(("a PDF", NO_TABLE));
    }
    let is_access = sample
        .bytes
        .get(4..)
        .is_some_and(|rest| rest.starts_with(b"Standard Jet DB") || rest.starts_with(b"Standard ACE DB"));
    is_access.then_some((ACCESS, NO_TABLE))
}

fn is_binary(bytes: &[u8]) -> bool {
    bytes.contains(&0)
}

/// Whether the lines below the header have as many fields, nearly all of them.
fn is_table(sample: &Sample, header: &Header) -> bool {
    let lines = crate::formats::sample_lines(sample);
    let fields = |line: &&&[u8]| crate::fields::count(line, header.delimiter) == header.names.len();
    let fitting = lines.iter().filter(fields).count();
    header.names.len() > 2 && fitting * 2 > lines.len()
}

/// What a table seems to be, and the lines of office.toml that have it read.
fn of_a_table(header: &Header, settings: &RollSettings) -> String {
    let headings = Headings::of(&header.names, &settings.log);
    let columns = names::columns(&header.names);
    let seen: Vec<String> = header.names.iter().filter(|name| !name.is_empty()).map(|name| shown(name)).collect();
    let more = if seen.len() > COLUMNS_SHOWN { ", …" } else { "" };
    let seen = format!("its columns are {}{more}", seen[..seen.len().min(COLUMNS_SHOWN)].join(", "));
    let of_log = [Meaning::Field, Meaning::Old, Meaning::New, Meaning::User, Meaning::Time];
    let like_a_log = of_log.into_iter().filter(|meaning| headings.at(*meaning).is_some()).count();
    let of_roll =
        [Role::LastName, Role::FirstName, Role::Birth, Role::Party, Role::Precinct, Role::Street, Role::Status];
    let like_a_roll = of_roll.into_iter().filter(|role| columns.iter().any(|column| column.role == *role)).count();
    match (like_a_log, like_a_roll) {
        (log, roll) if log >= 2 && log >= roll => format!(
            "it seems to be a log of changes, but {seen}, and {}. Write the lines below into office.toml, with the column that each is\n{}",
            lacks(&headings),
            log_lines(&headings, header)
        ),
        (_, roll) if roll >= 2 => format!(
            "it seems to be a list of voters, but {seen}, and which of them is the voter's id is not known. Write the lines below into \
             office.toml, under [roll], with the column that it is\n{}",
            roll_lines(&columns)
        ),
        _ => format!(
            "it is a table of which nothing is known: {seen}. If it is the transaction log, write the lines below into office.toml, with \
             the column that each is; if it belongs elsewhere, move it there\n{}",
            log_lines(&headings, header)
        ),
    }
}

/// What a log must have and this one has not.
fn lacks(headings: &Headings) -> String {
    let has = |meaning| headings.at(meaning).is_some();
    let needed = [
        (has(Meaning::Voter), "the voter's id"),
        (has(Meaning::Field), "the field that was changed"),
        (has(Meaning::Old) || has(Meaning::New), "its old or new value"),
        (has(Meaning::User) || has(Meaning::Time), "who changed it or when"),
    ];
    let lacks: Vec<&str> = needed.into_iter().filter(|(has, _)| !has).map(|(_, what)| what).collect();
    format!("none of them is known to be {}", lacks.join(", or "))
}

fn log_lines(headings: &Headings, header: &Header) -> String {
    const NEEDED: [&str; 6] = ["voter-id", "field", "old", "new", "user", "time"];
    let mut open = headings.unused(&header.names);
    if open.is_empty() {
        open = header.names.iter().map(String::as_str).collect();
    }
    let open = open.into_iter().map(shown).collect::<Vec<_>>().join(", ");
    let told = headings.told(&header.names).filter(|(word, column)| column.is_some() || NEEDED.contains(word));
    let lines = told.map(|(word, column)| match column {
        Some(column) => format!("{word} = {}", quoted(column)),
        None => format!("{word} = \"\"  # which of: {open}"),
    });
    std::iter::once("[roll.log.columns]".to_owned()).chain(lines).collect::<Vec<_>>().join("\n")
}

fn roll_lines(columns: &[Column]) -> String {
    let open = |column: &&Column| column.role == Role::Other && !column.name.is_empty();
    let names: Vec<String> = columns.iter().filter(open).map(|column| shown(&column.name)).collect();
    let known = columns.iter().filter(|column| column.role != Role::Other).take(COLUMNS_SHOWN);
    let roles = known.map(|column| format!("{} = \"{}\"", quoted(&column.name), column.role.word()));
    let key = format!("key = \"\"  # which of: {}", names.join(", "));
    [key, "[roll.layout.roles]".to_owned()].into_iter().chain(roles).collect::<Vec<_>>().join("\n")
}

fn shown(name: &str) -> String {
    Complaint::excerpt(name.as_bytes(), COLUMN_SHOWN)
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    let escaped: String = text
        .chars()
        .filter(|c| !c.is_control())
        .flat_map(|c| match c {
            '"' | '\\' => vec!['\\', c],
            c => vec![c],
        })
        .collect();
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &str, bytes: &[u8]) -> (String, bool) {
        let sample = Sample { name: name.into(), bytes: bytes.to_vec(), whole: true };
        why(&sample, &RollSettings::default())
    }

    #[test]
    fn a_log_of_unknown_words_is_told_with_the_lines_that_map_it() {
        let (why, needed) = told("audit.csv", b"Nbr,Item,Old,New,Who,Date\n1,party,A,B,kim,10/3/2026\n");
        assert!(
            needed
                && why
                    .starts_with("it seems to be a log of changes, but its columns are Nbr, Item, Old, New, Who, Date")
        );
        let lines = "[roll.log.columns]\nvoter-id = \"\"  # which of: Nbr, Item, Who\nfield = \"\"  # which of: Nbr, Item, Who\n\
                     old = \"Old\"\nnew = \"New\"\nuser = \"\"  # which of: Nbr, Item, Who\ntime = \"Date\"";
        assert!(why.ends_with(lines), "{why}");
    }

    #[test]
    fn a_list_without_a_known_id_is_told_with_its_columns() {
        let (why, needed) = told("list.csv", b"Nr;Last Name;Party;Precinct\n1;A;X;P1\n");
        assert!(needed && why.contains("list of voters") && why.contains("key = \"\"  # which of: Nr\n"), "{why}");
        assert!(why.contains("\"Last Name\" = \"last-name\""), "{why}");
    }

    #[test]
    fn files_of_programs_are_told() {
        assert!(told("a.xls", b"\xd0\xcf\x11\xe0....").0.contains("CSV UTF-8"));
        assert!(told("a.doc", b"\xd0\xcf\x11\xe0....").0.contains("office document"));
        assert_eq!(
            [told("a.pdf", b"%PDF-1.7").1, told("a.txt", b"Dear clerk,\nsee, here, it is.\n").1],
            [false, false]
        );
        assert_eq!([told("a.csv", b" \n").1, told("a.png", b"\x89PNG\0\0").1], [true, false]);
    }
}
