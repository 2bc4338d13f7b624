//! Format `raire`: ranked ballots as the programs around RAIRE exchange them (Blom, Stuckey, Teague 2019, "RAIRE:
//! Risk-Limiting Audits for IRV Elections", arXiv:1903.08804).
//!
//! The first line says how many contests there are, a line `Contest,id,n,choice…` is each of them, then a line
//! `contest,ballot,choice…` is each ballot, its choices by preference. Names stand in files of their own.

use std::collections::HashMap;
use std::io::{BufRead, Read};

use indexmap::IndexMap;
use pollwarden_core::Complaint;
use pollwarden_intake::{Fit, Input, IntakeError, Sample};

use super::Format;
use super::nist::text_of;
use crate::{CardPlace, Choice, ContestId, Mark, Records, Votes};

/// Format `raire`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Raire;

const LONGEST_LINE: u64 = 1 << 20;
const MOST_CONTESTS: usize = 10_000;

impl Format for Raire {
    fn name(&self) -> &'static str {
        "raire"
    }

    fn sniff(&self, sample: &Sample) -> Fit {
        let mut lines = sample.bytes.split(|b| *b == b'\n').map(<[u8]>::trim_ascii);
        let number = lines.next().is_some_and(|line| !line.is_empty() && line.iter().all(u8::is_ascii_digit));
        if number && lines.next().is_some_and(|line| line.starts_with(b"Contest,")) { Fit::Yes } else { Fit::No }
    }

    fn together(&self) -> crate::formats::Together {
        crate::formats::Together::Alone
    }

    fn read(&self, inputs: &[Input], into: &mut Records) -> Result<(), Box<Complaint>> {
        inputs.iter().try_for_each(|input| read_from(input.name(), text_of(input)?, into))
    }
}

/// Reads a file.
fn read_from(name: &str, bytes: impl BufRead, into: &mut Records) -> Result<(), Box<Complaint>> {
    let mut lines = Lines { name, bytes, number: 0, line: String::new() };
    let contests = contests(&mut lines, into)?;
    let mut ballots = Ballots { several: contests.len() > 1, ..Ballots::default() };
    while lines.next()? {
        if !lines.line.is_empty() {
            ballots.take(&lines, &contests, into)?;
        }
    }
    ballots.finish(into);
    Ok(())
}

/// Lines of a file, one at a time.
struct Lines<'n, R> {
    name: &'n str,
    bytes: R,
    number: u64,
    line: String,
}

impl<R: BufRead> Lines<'_, R> {
    fn next(&mut self) -> Result<bool, Box<Complaint>> {
        let mut line = std::mem::take(&mut self.line).into_bytes();
        line.clear();
        let read = self.bytes.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line);
        let read = read.map_err(|fault| Box::new(IntakeError::complaint_of(self.name, fault)))?;
        self.number += 1;
        if read as u64 == LONGEST_LINE {
            return Err(self.refuse("lines of at most 1 MiB", "a longer one"));
        }
        let end = line.trim_ascii_end().len();
        line.truncate(end);
        self.line = String::from_utf8(line).map_err(|_| self.refuse("text", "bytes that are no UTF-8"))?;
        Ok(read > 0)
    }

    fn refuse(&self, expected: &str, found: &str) -> Box<Complaint> {
        let found = Complaint::excerpt(found.as_bytes(), 60);
        let complaint = Complaint::about(self.name, expected, found).line(self.number);
        Box::new(complaint.mend("Write the file again; nothing of it was used"))
    }
}

/// A contest of the file: where it is in the records, and its choices.
struct Ranked {
    id: ContestId,
    choices: HashMap<String, u32>,
}

fn contests(
    lines: &mut Lines<'_, impl BufRead>,
    into: &mut Records,
) -> Result<HashMap<String, Ranked>, Box<Complaint>> {
    lines.next()?;
    let number = lines.line.parse().ok().filter(|n| (1..=MOST_CONTESTS).contains(n));
    let number = number.ok_or_else(|| lines.refuse("a number of contests", &lines.line))?;
    let mut contests = HashMap::new();
    for _ in 0..number {
        lines.next()?;
        let (key, ranked) = contest(lines, into)?;
        if contests.insert(key, ranked).is_some() {
            return Err(lines.refuse("each contest once", &lines.line));
        }
    }
    Ok(contests)
}

fn contest(lines: &Lines<'_, impl BufRead>, into: &mut Records) -> Result<(String, Ranked), Box<Complaint>> {
    let mut fields = lines.line.split(',').map(str::trim);
    let head = (fields.next(), fields.next(), fields.next().and_then(|n| n.parse::<usize>().ok()));
    let (Some("Contest"), Some(id), Some(number)) = head else {
        return Err(lines.refuse("Contest, its id, how many choices it has, and these", &lines.line));
    };
    // What comes after the choices (who won, how many ballots were informal) is for RAIRE alone.
    let names: Vec<&str> = fields.take(number).collect();
    if names.len() < number || number == 0 {
        return Err(lines.refuse(&format!("{number} choices"), &names.len().to_string()));
    }
    let contest = into.cvrs.contest(id, id);
    let about = into.cvrs.contest_mut(contest);
    let mut choices: HashMap<String, u32> =
        about.choices.iter().enumerate().map(|(at, choice)| (choice.name.clone(), at as u32)).collect();
    for name in names {
        let next = about.choices.len() as u32;
        choices.entry(name.to_owned()).or_insert_with(|| {
            about.choices.push(Choice { name: name.to_owned(), external_id: name.to_owned(), ..Choice::default() });
            next
        });
    }
    about.ranks = about.ranks.max(u16::try_from(number).unwrap_or(u16::MAX));
    Ok((id.to_owned(), Ranked { id: contest, choices }))
}

/// Ballots as they are read. Of several contests, a ballot's lines may stand apart: these wait for the end.
#[derive(Default)]
struct Ballots {
    several: bool,
    waiting: IndexMap<Box<str>, Vec<(ContestId, Option<Mark>)>>,
    votes: Votes,
}

impl Ballots {
    fn take(
        &mut self,
        lines: &Lines<'_, impl BufRead>,
        contests: &HashMap<String, Ranked>,
        into: &mut Records,
    ) -> Result<(), Box<Complaint>> {
        let mut fields = lines.line.split(',').map(str::trim);
        let contest = fields.next().and_then(|id| contests.get(id));
        let contest = contest.ok_or_else(|| lines.refuse("a contest's id", &lines.line))?;
        let ballot = fields.next().ok_or_else(|| lines.refuse("a ballot's id", &lines.line))?;
        self.votes.clear();
        self.votes.on_card(contest.id);
        let mut waiting = self.several.then(|| self.waiting.entry(ballot.into()).or_default());
        waiting.iter_mut().for_each(|marks| marks.push((contest.id, None)));
        for (at, name) in fields.filter(|name| !name.is_empty()).enumerate() {
            let choice = *contest.choices.get(name).ok_or_else(|| lines.refuse("choices of the contest", name))?;
            let rank = u16::try_from(at + 1).map_err(|_| lines.refuse("at most 65,535 ranks", "more"))?;
            match &mut waiting {
                Some(marks) => marks.push((contest.id, Some(Mark::ranked(choice, rank)))),
                None => self.votes.mark(contest.id, Mark::ranked(choice, rank)),
            }
        }
        if !self.several {
            into.cvrs.card(place(ballot), &mut self.votes);
        }
        Ok(())
    }

    fn finish(mut self, into: &mut Records) {
        for (ballot, marks) in &self.waiting {
            self.votes.clear();
            for (contest, mark) in marks {
                match mark {
                    Some(mark) => self.votes.mark(*contest, *mark),
                    None => self.votes.on_card(*contest),
                }
            }
            into.cvrs.card(place(ballot), &mut self.votes);
        }
    }
}

/// Ids such as `99813_1_6` are made of the machine, the batch and the position in it.
fn place(ballot: &str) -> CardPlace<'_> {
    let mut parts = ballot.splitn(4, '_');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(tabulator), Some(batch), Some(record), None) => {
            CardPlace { tabulator, batch, record, ..CardPlace::default() }
        }
        _ => CardPlace { record: ballot, ..CardPlace::default() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Records, String> {
        let mut into = Records::default();
        read_from("a.raire", text.as_bytes(), &mut into).map_err(|c| c.to_string())?;
        Ok(into)
    }

    #[test]
    fn ballots_of_several_contests_become_one_card() {
        let text = "2\nContest,1,2,7,8,winner,7\nContest,2,2,7,9\r\n1,3_1_5,8,7\n2,b,9\n2,3_1_5,\n1,b\n";
        let cvrs = read(text).expect("read").cvrs.finish();
        let (one, two) = (cvrs.find_contest("1").expect("one"), cvrs.find_contest("2").expect("two"));
        let card = cvrs.card(0).expect("a card");
        assert_eq!(
            (card.batch().tabulator.as_str(), card.batch().batch.as_str(), card.record()),
            ("3", "1", "5".into())
        );
        assert_eq!(card.marks(one), Some(&[Mark::ranked(1, 1), Mark::ranked(0, 2)][..]));
        assert_eq!(card.marks(two), Some(&[][..]));
        assert_eq!(cvrs.card(1).expect("a card").record(), "b");
        assert_eq!((cvrs.len(), cvrs.contest(one).choices.len(), cvrs.contest(one).ranks), (2, 2, 2));
    }

    #[test]
    fn what_is_malformed_is_refused_with_its_line() {
        let refused = |text: &str| read(text).map(|_| ()).unwrap_err();
        assert!(refused("x\n").starts_with("a.raire, line 1: expected a number of contests, found x"));
        assert!(refused("1\nContest,1,3,7,8\n").starts_with("a.raire, line 2: expected 3 choices, found 2"));
        assert!(
            refused("1\nContest,1,2,7,8\n1,a,9\n")
                .starts_with("a.raire, line 3: expected choices of the contest, found 9")
        );
        assert!(refused("1\nContest,1,2,7,8\n2,a,7\n").starts_with("a.raire, line 3: expected a contest's id"));
        assert!(
            refused("2\nContest,1,1,7\nContest,1,1,7\n").starts_with("a.raire, line 3: expected each contest once")
        );
        assert!(refused("1\nContest,1,2,7,8\n1\n").starts_with("a.raire, line 3: expected a ballot's id"));
    }
}
