//! What is done to the roll without right.

use jiff::Span;

use super::super::person::{ACTIVE, INACTIVE, Person, REMOVED};
use super::life::elsewhere;
use super::office::{Act, OPERATORS, SYSTEMS};
use super::{Making, Manipulation, Planted};

/// From the documentation ranges.
const ONE_ADDRESS: &str = "203.0.113.77";
const ANOTHER_ADDRESS: &str = "203.0.113.40";

impl Making {
    pub(super) fn plant(&mut self, what: Manipulation, count: u64) -> Planted {
        let voters = match what {
            Manipulation::GhostRegistrations => self.ghosts(count),
            Manipulation::IdentitySwap => self.swap(count),
            Manipulation::PrecinctWithoutOrder => self.move_precinct(count),
            _ => self.each(what, count),
        };
        Planted { manipulation: what, voters }
    }

    fn each(&mut self, what: Manipulation, count: u64) -> Vec<String> {
        let active = what != Manipulation::NameCorruption;
        let two_letters = |p: &Person| p.last.as_bytes()[1] != p.last.as_bytes()[2];
        let voters = self.some(count, |p| two_letters(p) && (!active || p.status == ACTIVE));
        for (nth, &at) in voters.iter().enumerate() {
            self.one(what, nth as i64, at);
        }
        voters.into_iter().map(|at| self.before[at].id()).collect()
    }

    fn one(&mut self, what: Manipulation, nth: i64, at: usize) {
        let before = self.before[at].clone();
        match what {
            Manipulation::UnloggedRemoval => self.now[at] = None,
            Manipulation::NameCorruption => self.now[at] = Some(Person { last: exchange(&before.last), ..before }),
            Manipulation::ForgedBatch => {
                let act = Act { batch: "BATCH-0900".into(), document: "BATCH-0900".into(), ..self.night(nth, 90) };
                self.set_status(&act, at, REMOVED);
            }
            Manipulation::BatchOverreach => {
                let Some((batch, run)) = self.office.batch("NCOA") else { return };
                let (operator, ip) = (SYSTEMS[3].to_owned(), "10.0.0.33".to_owned());
                let act = Act { at: run, operator, ip, source: "NCOA", document: batch.clone(), batch };
                self.set_status(&act, at, INACTIVE);
            }
            Manipulation::NightParty => {
                let act = self.night(nth, 15);
                self.set_party(&act, at, None);
            }
            Manipulation::OldValueMismatch => {
                let at_desk = self.office.in_hours(&mut self.dice);
                let act = self.paper_act(at_desk);
                self.set_party(&act, at, Some("GRE"));
            }
            Manipulation::UnknownOperator => self.shift_birth(at),
            Manipulation::SlowDrip => self.alter_house(at),
            _ => self.redirect_mail(at),
        }
    }

    /// An act of one operator's account at night, without a document.
    fn night(&mut self, nth: i64, apart: i64) -> Act {
        let begin = self.office.middle().at(2, 0, 0, 0);
        let at = begin.saturating_add(Span::new().seconds(nth * apart));
        Act { at, operator: OPERATORS[3].into(), ip: "10.0.1.14".into(), source: "PAPER", ..Act::default() }
    }

    fn set_party(&mut self, act: &Act, at: usize, logged: Option<&str>) {
        let before = self.before[at].clone();
        let party = self.other_party(before.party);
        self.office.log(act, &before, "party_cd", logged.unwrap_or(before.party), party);
        self.now[at] = Some(Person { party, ..before });
    }

    fn shift_birth(&mut self, at: usize) {
        let at_desk = self.office.in_hours(&mut self.dice);
        let act = Act { operator: "C01-OP9".into(), ip: "10.0.1.19".into(), ..self.paper_act(at_desk) };
        let before = self.before[at].clone();
        let birth_year = before.birth_year - 10;
        self.office.log(&act, &before, "birth_year", &before.birth_year.to_string(), &birth_year.to_string());
        self.now[at] = Some(Person { birth_year, ..before });
    }

    fn alter_house(&mut self, at: usize) {
        let when = self.office.in_hours(&mut self.dice);
        let act = self.system_act(when, 1, "PORTAL", ONE_ADDRESS.into());
        let before = self.before[at].clone();
        let street = format!("1{}", before.street);
        self.office.log(&act, &before, "res_street_address", &before.street, &street);
        self.now[at] = Some(Person { street, ..before });
    }

    fn redirect_mail(&mut self, at: usize) {
        let when = self.office.in_hours(&mut self.dice);
        let ip = elsewhere(&mut self.dice);
        let act = self.system_act(when, 1, "PORTAL", ip);
        let before = self.before[at].clone();
        let mail = "PO BOX 31".to_owned();
        self.office.log(&act, &before, "mail_addr1", &before.mail, &mail);
        self.now[at] = Some(Person { mail, ..before });
    }

    fn move_precinct(&mut self, count: u64) -> Vec<String> {
        let voters = self.some(count, |p| p.precinct == 3);
        for &at in &voters {
            self.now[at] = Some(Person { precinct: 9, ..self.before[at].clone() });
        }
        voters.into_iter().map(|at| self.before[at].id()).collect()
    }

    /// Exchanges who stands behind two ids.
    fn swap(&mut self, count: u64) -> Vec<String> {
        let voters = self.some(count / 2 * 2, |_| true);
        for pair in voters.chunks_exact(2) {
            let (one, two) = (self.before[pair[0]].clone(), self.before[pair[1]].clone());
            self.now[pair[0]] = Some(with_identity(one.clone(), &two));
            self.now[pair[1]] = Some(with_identity(two, &one));
        }
        voters.into_iter().map(|at| self.before[at].id()).collect()
    }

    fn ghosts(&mut self, count: u64) -> Vec<String> {
        (0..count)
            .map(|_| {
                let at = self.office.in_hours(&mut self.dice);
                let act = self.system_act(at, 1, "PORTAL", ANOTHER_ADDRESS.into());
                self.register(&act, |person| {
                    person.street = "77 TANNERY CT".into();
                    person.mail.clone_from(&person.street);
                })
            })
            .collect()
    }
}

fn exchange(name: &str) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    letters.swap(1, 2);
    letters.into_iter().collect()
}

fn with_identity(person: Person, of: &Person) -> Person {
    let (last, middle) = (of.last.clone(), of.middle.clone());
    Person { last, middle, first: of.first, birth_year: of.birth_year, sex: of.sex, ..person }
}
