//! The columns of a vote history: which holds the voter, which the election's day, which the county.
//!
//! Sources: the published layouts of North Carolina (ncvhis), Colorado, Michigan, West Virginia and Florida; others by the same
//! words in their headers.

use pollwarden_core::RollSettings;
use pollwarden_intake::Sample;

use crate::dates::date_in;
use crate::fields;
use crate::formats::{Header, beginnings, most_lines, names, sample_lines};
use crate::layout::{Column, Cut, Layout, Role};

/// A history's columns.
#[derive(Debug, Clone)]
pub(super) struct HistoryLayout {
    pub(super) layout: Layout,
    /// Where the election's day stands.
    pub(super) day: usize,
    pub(super) county: Option<usize>,
}

/// Whether a file is a vote history, from its first bytes.
pub(crate) fn is_history(sample: &Sample, settings: &RollSettings) -> bool {
    of(sample, settings).is_some()
}

/// The columns of a vote history; `None` where the file is another.
pub(super) fn of(sample: &Sample, settings: &RollSettings) -> Option<HistoryLayout> {
    let here = |sample: &Sample| by_header(&Header::read(&sample.bytes)?, sample, settings);
    let below = || {
        beginnings(sample).find_map(|(above, rest)| {
            let mut found = here(&rest)?;
            found.layout.above += above;
            Some(found)
        })
    };
    let mut found = here(sample).or_else(|| florida(sample)).or_else(below)?;
    found.layout.bare_ids = settings.bare_ids;
    Some(found)
}

fn by_header(header: &Header, sample: &Sample, settings: &RollSettings) -> Option<HistoryLayout> {
    let lines = sample_lines(sample);
    let records: Vec<Vec<String>> = lines.iter().skip(1).map(|line| split(line, header.delimiter)).collect();
    let mut names = header.names.clone();
    // Michigan's file of April 2024 has one name too few: only the days themselves tell where they stand then.
    if !records.is_empty() && records.iter().all(|record| record.len() == names.len() + 1) {
        names.push("column without a name".to_owned());
    }
    let columns = names::columns(&names);
    let key = key(&columns, settings)?;
    let is_roll = columns.iter().any(|column| column.role == Role::LastName);
    let named = columns.iter().position(|column| names_election_day(&column.name))?;
    if is_roll {
        return None;
    }
    let days =
        |at: usize| records.iter().filter(|record| record.get(at).is_some_and(|text| date_in(text).is_some())).count();
    // Damaged rows don't make it another file: they are rejected and counted, one by one.
    let elsewhere = || (0..columns.len()).find(|at| days(*at) == records.len());
    let day = if days(named) * 2 >= records.len() { named } else { elsewhere().unwrap_or(named) };
    let county = columns.iter().position(|column| column.role == Role::County);
    let layout =
        Layout { name: "vote-history", cut: Cut::At(header.delimiter), above: 1, columns, key, bare_ids: false };
    Some(HistoryLayout { layout, day, county })
}

fn key(columns: &[Column], settings: &RollSettings) -> Option<usize> {
    let named =
        settings.key.as_ref().and_then(|key| columns.iter().position(|c| c.name.eq_ignore_ascii_case(key.trim())));
    named.or_else(|| columns.iter().position(|c| c.role == Role::VoterId))
}

fn names_election_day(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("election") && ["date", "dt", "day", "lbl", "label"].iter().any(|word| name.contains(word))
}

fn split(line: &[u8], delimiter: u8) -> Vec<String> {
    fields::Fields::of(line, delimiter).map(|raw| fields::text(raw).into_owned()).collect()
}

/// Florida's history has no header: county's three letters, voter's number, day, kind of election, how the vote was cast.
fn florida(sample: &Sample) -> Option<HistoryLayout> {
    const COLUMNS: [&str; 5] = ["County Code", "Voter ID", "Election Date", "Election Type", "History Code"];
    let is_vote = |line: &[u8]| {
        let fields = split(line, b'\t');
        fields.len() == COLUMNS.len()
            && fields[0].len() == 3
            && fields[0].bytes().all(|b| b.is_ascii_uppercase())
            && !fields[1].is_empty()
            && fields[1].bytes().all(|b| b.is_ascii_digit())
            && date_in(&fields[2]).is_some()
    };
    if !most_lines(sample, is_vote) {
        return None;
    }
    let columns = names::columns(&COLUMNS.map(str::to_owned));
    let layout = Layout { name: "vote-history", cut: Cut::At(b'\t'), above: 0, columns, key: 1, bare_ids: false };
    Some(HistoryLayout { layout, day: 2, county: Some(0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Option<(String, usize, Option<usize>)> {
        let sample = Sample { name: "history".into(), bytes: text.into(), whole: true };
        let found = of(&sample, &RollSettings::default())?;
        Some((found.layout.columns[found.layout.key].name.clone(), found.day, found.county))
    }

    #[test]
    fn histories_of_several_states_are_told() {
        let nc = "\"county_id\"\t\"voter_reg_num\"\t\"election_lbl\"\t\"election_desc\"\t\"ncid\"\n\"1\"\t\"7\"\t\"11/05/2024\"\t\"11/05/2024 GENERAL\"\t\"AA1\"\n";
        assert_eq!(told(nc), Some(("ncid".into(), 2, Some(0))));
        let co = "VOTER_ID,ELECTION_TYPE,ELECTION_DATE,ELECTION_DESCRIPTION,VOTING_METHOD,PARTY,COUNTY_NAME\n1,General,11/05/2024,2024 General,Mail,DEM,Adams\n";
        assert_eq!(told(co), Some(("VOTER_ID".into(), 2, Some(6))));
        let wv = "id_voter|id_election|dt_election|Election_Name\n000000001|100|11/5/1996 0:00:00|INP\n";
        assert_eq!(told(wv), Some(("id_voter".into(), 2, None)));
        assert_eq!(told("ALA\t100000001\t11/05/2024\tGEN\tE\n"), Some(("Voter ID".into(), 2, Some(0))));
    }

    #[test]
    fn a_header_with_a_name_too_few_is_read_by_its_days() {
        let mi = "VOTER_IDENTIFICATION_NUMBER,COUNTY_CODE,ELECTION_DATE,IS_ABSENTEE_VOTER\n100,1,ALDERMERE,2024-02-27,Y\n101,1,ALDERMERE,2022-11-08,N\n";
        assert_eq!(told(mi).map(|(key, day, _)| (key, day)), Some(("VOTER_IDENTIFICATION_NUMBER".into(), 3)));
    }

    #[test]
    fn a_damaged_history_is_one() {
        assert_eq!(told("voter_id,election_date\n1,soon\n").map(|(_, day, _)| day), Some(1));
    }

    #[test]
    fn rolls_and_logs_are_none() {
        for text in [
            "voter_id,last_name,first_name,last_election_date,party\n1,A,B,2024-11-05,X\n",
            "seq,ts,operator,voter_id,field,old_value,new_value\n1,2026-09-08T10:00:00,OP,V1,party_cd,A,B\n",
        ] {
            assert_eq!(told(text), None, "{text}");
        }
    }
}
