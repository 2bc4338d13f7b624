//! Format `clarity-xml`: the detail.xml of Clarity's election-night pages, of one county by precinct or of a state by county.
//!
//! Scytl publishes no specification; the shape is that of files of Georgia and of counties in Kentucky and West Virginia. Over-
//! and undervotes stand there as ways of voting of the contest itself.

use std::collections::HashMap;
use std::io::BufRead;

use indexmap::IndexMap;
use pollwarden_core::Complaint;
use pollwarden_intake::{Fit, Input, Sample};

use super::Format;
use super::bound::Counts;
use super::document::{Node, Take, read_xml};
use super::nist::{root_element, text_of};
use crate::{Records, ReportedChoice, ReportedContest, ReportedPart, Results};

/// Format `clarity-xml`.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClarityXml;

const ROOT: &str = "ElectionResult";

impl Format for ClarityXml {
    fn name(&self) -> &'static str {
        "clarity-xml"
    }

    fn sniff(&self, sample: &Sample) -> Fit {
        if root_element(&sample.bytes) == Some(ROOT) { Fit::Yes } else { Fit::No }
    }

    fn together(&self) -> crate::formats::Together {
        crate::formats::Together::Alone
    }

    fn read(&self, inputs: &[Input], into: &mut Records) -> Result<(), Box<Complaint>> {
        inputs.iter().try_for_each(|input| read_from(input.name(), text_of(input)?, into))
    }
}

/// Reads a detail file.
fn read_from(name: &str, bytes: impl BufRead, into: &mut Records) -> Result<(), Box<Complaint>> {
    let mut detail = Detail { source: name.to_owned(), ..Detail::default() };
    read_xml(name, bytes, &[ROOT], &mut detail)?;
    detail.add_turnout();
    into.complaints.append(&mut detail.complaints);
    into.results.push(detail.results);
    Ok(())
}

/// A file as it is read.
#[derive(Default)]
struct Detail {
    source: String,
    results: Results,
    counts: Counts,
    turnout: HashMap<String, (Option<u64>, Option<i64>)>,
    complaints: Vec<Complaint>,
}

impl Take for Detail {
    fn opens(&self, _: &str) -> bool {
        false
    }

    fn wants(&self, _: &str, name: &str) -> bool {
        matches!(name, "ElectionName" | "VoterTurnout" | "ElectionVoterTurnout" | "Contest")
    }

    fn take(&mut self, _: &str, record: Node<'_>) -> Result<(), Box<Complaint>> {
        match record.name() {
            "ElectionName" => self.results.election = record.text().to_owned(),
            "Contest" => {
                let contest = self.contest(record)?;
                self.results.contests.push(contest);
            }
            _ => self.take_turnout(record)?,
        }
        Ok(())
    }
}

impl Detail {
    fn take_turnout(&mut self, node: Node<'_>) -> Result<(), Box<Complaint>> {
        self.results.registered = node.number("totalVoters")?.filter(|voters| *voters > 0);
        self.results.ballots = node.number("ballotsCast")?;
        for list in node.children().filter(|list| matches!(list.name(), "Precincts" | "Counties")) {
            for unit in list.children() {
                // Where voters are not known by precinct, there are none of them anywhere.
                let voters = unit.number("totalVoters")?.filter(|voters| *voters > 0);
                self.turnout.insert(unit.field("name").to_owned(), (voters, unit.number("ballotsCast")?));
            }
        }
        Ok(())
    }

    fn contest(&mut self, node: Node<'_>) -> Result<ReportedContest, Box<Complaint>> {
        let mut contest = ReportedContest {
            name: node.field("text").to_owned(),
            external_id: node.field("key").to_owned(),
            votes_allowed: node.number("voteFor")?,
            ..ReportedContest::default()
        };
        let choices = node.all("Choice").count();
        let mut met = Met { parts: Parts::new(), choices, source: &self.source, counts: &mut self.counts };
        for (at, choice) in node.all("Choice").enumerate() {
            contest.choices.push(read_choice(choice)?);
            read_votes(choice, at, &mut met)?;
            check_sums(choice, &mut self.complaints)?;
        }
        for way in node.all("VoteType") {
            lost_votes(way, &mut contest, &mut met)?;
        }
        contest.parts = with_unit_totals(met.parts, choices);
        Ok(contest)
    }

    fn add_turnout(&mut self) {
        for part in self.results.contests.iter_mut().flat_map(|contest| &mut contest.parts) {
            if let Some((registered, ballots)) = self.turnout.get(&part.unit).filter(|_| part.group.is_empty()) {
                (part.registered, part.ballots) = (*registered, *ballots);
            }
        }
    }
}

/// A contest's parts by unit and way of voting; `("", way)` is a way's own total.
type Parts = IndexMap<(String, String), ReportedPart>;

/// Parts of one contest as they are met.
struct Met<'d> {
    parts: Parts,
    choices: usize,
    source: &'d str,
    counts: &'d mut Counts,
}

impl Met<'_> {
    fn part(&mut self, unit: &str, group: &str) -> Result<&mut ReportedPart, Box<Complaint>> {
        let key = (unit.to_owned(), group.to_owned());
        if !self.parts.contains_key(&key) {
            // A unit's total comes in addition.
            self.counts.add(self.source, 2, self.choices)?;
        }
        Ok(self.parts.entry(key).or_insert_with(|| ReportedPart {
            unit: unit.to_owned(),
            group: group.to_owned(),
            votes: vec![None; self.choices],
            ..ReportedPart::default()
        }))
    }
}

fn read_choice(node: Node<'_>) -> Result<ReportedChoice, Box<Complaint>> {
    let name = node.field("text");
    let votes = node.number("totalVotes")?;
    Ok(ReportedChoice {
        name: name.to_owned(),
        external_id: node.field("key").to_owned(),
        party: node.field("party").to_owned(),
        write_in: name.to_lowercase().contains("write-in"),
        votes: votes.ok_or_else(|| Box::new(node.complaint("totalVotes", "none")))?,
    })
}

fn read_votes(choice: Node<'_>, at: usize, met: &mut Met<'_>) -> Result<(), Box<Complaint>> {
    for way in choice.all("VoteType") {
        let group = way.field("name");
        met.part("", group)?.votes[at] = way.number("votes")?;
        for unit in units(way) {
            met.part(unit.field("name"), group)?.votes[at] = unit.number("votes")?;
        }
    }
    Ok(())
}

/// Over- and undervotes, of the contest and by unit.
fn lost_votes(way: Node<'_>, contest: &mut ReportedContest, met: &mut Met<'_>) -> Result<(), Box<Complaint>> {
    let over = match way.field("name") {
        "Overvotes" => true,
        "Undervotes" => false,
        _ => return Ok(()),
    };
    *if over { &mut contest.overvotes } else { &mut contest.undervotes } = way.number("votes")?;
    for unit in units(way) {
        let part = met.part(unit.field("name"), "")?;
        *if over { &mut part.overvotes } else { &mut part.undervotes } = unit.number("votes")?;
    }
    Ok(())
}

fn units<'a>(way: Node<'a>) -> impl Iterator<Item = Node<'a>> {
    way.children().filter(|unit| matches!(unit.name(), "Precinct" | "County"))
}

/// Adds to each unit what its ways of voting are together.
fn with_unit_totals(parts: Parts, choices: usize) -> Vec<ReportedPart> {
    let mut totals: IndexMap<String, ReportedPart> = IndexMap::new();
    let mut ways = Vec::new();
    for ((unit, group), given) in parts {
        if !unit.is_empty() {
            let total = totals.entry(unit.clone()).or_insert_with(|| ReportedPart {
                unit,
                votes: vec![None; choices],
                ..ReportedPart::default()
            });
            total.overvotes = total.overvotes.or(given.overvotes);
            total.undervotes = total.undervotes.or(given.undervotes);
            for (sum, votes) in total.votes.iter_mut().zip(&given.votes) {
                *sum = votes.map_or(*sum, |votes| Some(sum.unwrap_or(0).saturating_add(votes)));
            }
        }
        if !group.is_empty() {
            ways.push(given);
        }
    }
    totals.into_values().chain(ways).collect()
}

/// Says where a choice's total is not the sum of its ways of voting, or a way's not that of its units.
fn check_sums(choice: Node<'_>, complaints: &mut Vec<Complaint>) -> Result<(), Box<Complaint>> {
    let mut check = |of: Node<'_>, total: Option<i64>, sum: Option<i64>| {
        if let (Some(total), Some(sum)) = (total, sum)
            && total != sum
        {
            let name = choice.field("text");
            complaints.push(of.complaint(&format!("{total} votes of {name} together"), sum.to_string()));
        }
    };
    let mut all = None;
    for way in choice.all("VoteType") {
        let votes: Option<i64> = way.number("votes")?;
        let mut sum = None;
        for unit in units(way) {
            add(&mut sum, unit.number("votes")?);
        }
        check(way, votes, sum);
        add(&mut all, votes);
    }
    check(choice, choice.number("totalVotes")?, all);
    Ok(())
}

fn add(sum: &mut Option<i64>, votes: Option<i64>) {
    *sum = votes.map_or(*sum, |votes| Some(sum.unwrap_or(0).saturating_add(votes)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Results, Vec<String>) {
        let mut into = Records::default();
        read_from("detail.xml", text.as_bytes(), &mut into).expect("read");
        (into.results.remove(0), into.complaints.iter().map(ToString::to_string).collect())
    }

    const DETAIL: &str = include_str!("../../testdata/formats/clarity-xml/detail.xml");

    #[test]
    fn counts_stand_by_precinct_and_way_of_voting() {
        let (results, complaints) = read(DETAIL);
        let mayor = &results.contests[0];
        assert_eq!((results.registered, results.ballots, mayor.votes_allowed), (Some(90), Some(40), Some(1)));
        assert_eq!(mayor.choices.iter().map(|c| c.votes).collect::<Vec<_>>(), [21, 16]);
        assert_eq!((mayor.overvotes, mayor.undervotes), (Some(1), Some(2)));
        let north = mayor.parts.iter().find(|p| p.unit == "North" && p.group.is_empty()).expect("a part");
        assert_eq!((north.votes.as_slice(), north.undervotes), (&[Some(11), Some(6)][..], Some(2)));
        assert_eq!((north.registered, north.ballots), (None, Some(20)));
        let mail = mayor.parts.iter().find(|p| p.unit.is_empty() && p.group == "Mail").expect("a part");
        assert_eq!(mail.votes, [Some(3), Some(4)]);
        assert!(mayor.choices[1].write_in);
        assert_eq!(complaints, Vec::<String>::new());
    }

    #[test]
    fn sums_that_do_not_add_up_are_said() {
        let (_, complaints) = read(&DETAIL.replace("totalVotes=\"21\"", "totalVotes=\"22\""));
        assert_eq!(complaints.len(), 1);
        assert!(
            complaints[0].contains("line 10, column Choice: expected 22 votes of Ada Quill together, found 21"),
            "{}",
            complaints[0]
        );
    }

    #[test]
    fn a_count_that_is_no_number_is_refused() {
        let text = DETAIL.replace("votes=\"3\"", "votes=\"three\"");
        let refused = read_from("detail.xml", text.as_bytes(), &mut Records::default()).unwrap_err().to_string();
        assert!(refused.contains("column votes: expected a whole number in range, found three"), "{refused}");
    }
}
