//! What happens in any county in any month.

use super::super::dice::Dice;
use super::super::person::{ACTIVE, DECEASED, INACTIVE, Person, Status, last_name, street};
use super::super::words::PARTIES;
use super::office::{Act, OPERATORS, SYSTEMS};
use super::{Making, PRECINCTS};

impl Making {
    pub(super) fn ordinary_life(&mut self) {
        let voters = self.before.len() as u64;
        self.redistrict();
        (0..voters / 50).for_each(|_| self.somebody_moves());
        (0..voters / 200).for_each(|_| self.somebody_changes_party());
        (0..voters / 400).for_each(|_| self.somebody_marries());
        (0..voters / 80).for_each(|_| self.somebody_registers());
        self.batch("DEATH", "STATE-HEALTH", 2, voters / 300, DECEASED);
        self.batch("NCOA", "STATE-BOARD", 3, voters / 200, INACTIVE);
        for at in self.some(voters / 100, |_| true) {
            self.blanks.insert(at);
        }
    }

    /// An act on one of three ordinary ways, within what is usual for it.
    pub(super) fn act(&mut self) -> Act {
        let at = self.office.in_hours(&mut self.dice);
        match self.dice.below(3) {
            0 => self.system_act(at, 0, "DMV", "10.0.0.20".to_owned()),
            1 => {
                let ip = elsewhere(&mut self.dice);
                self.system_act(at, 1, "PORTAL", ip)
            }
            _ => self.paper_act(at),
        }
    }

    pub(super) fn system_act(
        &mut self,
        at: jiff::civil::DateTime,
        system: usize,
        source: &'static str,
        ip: String,
    ) -> Act {
        let document = self.office.document(source);
        Act { at, operator: SYSTEMS[system].into(), ip, source, batch: String::new(), document }
    }

    pub(super) fn paper_act(&mut self, at: jiff::civil::DateTime) -> Act {
        let desk = self.dice.below(OPERATORS.len() as u64) as usize;
        let document = self.office.document("PAPER");
        let (operator, ip) = (OPERATORS[desk].into(), format!("10.0.1.{}", 11 + desk));
        Act { at, operator, ip, source: "PAPER", batch: String::new(), document }
    }

    /// One precinct gets a new number by an order of the board.
    fn redistrict(&mut self) {
        let (old, new) = (PRECINCTS / 2, PRECINCTS + 1);
        let (from, to) = (format!("P{old:02}"), format!("P{new:02}"));
        let effective = self.office.middle();
        self.office.order("ORD-1", "precinct", "precinct_abbrv", &from, &to, effective);
        for (at, person) in self.now.iter_mut().enumerate() {
            if let Some(person) = person.as_mut().filter(|p| p.precinct == old) {
                person.precinct = new;
                self.touched.insert(at);
            }
        }
    }

    fn somebody_moves(&mut self) {
        let Some(at) = self.untouched(|_| true) else { return };
        let (act, street) = (self.act(), street(&mut self.dice));
        let precinct = self.other_precinct(self.before[at].precinct);
        let before = self.before[at].clone();
        let mut now = before.clone();
        now.street.clone_from(&street);
        self.office.log(&act, &before, "res_street_address", &before.street, &street);
        if before.mail == before.street {
            now.mail.clone_from(&street);
            self.office.log(&act, &before, "mail_addr1", &before.mail, &street);
        }
        if self.dice.chance(0.4) {
            now.precinct = precinct;
            self.log_precinct(&act, &before, &now);
        }
        self.now[at] = Some(now);
    }

    fn log_precinct(&mut self, act: &Act, before: &Person, now: &Person) {
        let (old, new) = (before.precinct_code(), now.precinct_code());
        self.office.log(act, before, "precinct_abbrv", &old, &new);
        self.office.log(act, before, "precinct_desc", &before.precinct_words(), &now.precinct_words());
        self.office.log(act, before, "vtd_abbrv", &old, &new);
    }

    /// A precinct other than this one and the one that has been renumbered.
    pub(super) fn other_precinct(&mut self, than: u64) -> u64 {
        loop {
            let precinct = 1 + self.dice.below(PRECINCTS);
            if precinct != than && precinct != PRECINCTS / 2 {
                return precinct;
            }
        }
    }

    pub(super) fn other_party(&mut self, than: &str) -> &'static str {
        loop {
            let party = self.dice.weighed(&PARTIES);
            if party != than {
                return party;
            }
        }
    }

    fn somebody_changes_party(&mut self) {
        let Some(at) = self.untouched(|_| true) else { return };
        let (act, before) = (self.act(), self.before[at].clone());
        let party = self.other_party(before.party);
        self.office.log(&act, &before, "party_cd", before.party, party);
        self.now[at] = Some(Person { party, ..before });
    }

    fn somebody_marries(&mut self) {
        let Some(at) = self.untouched(|_| true) else { return };
        let (act, before, last) = (self.act(), self.before[at].clone(), last_name(&mut self.dice));
        if last != before.last {
            self.office.log(&act, &before, "last_name", &before.last, &last);
            self.now[at] = Some(Person { last, ..before });
        }
    }

    fn somebody_registers(&mut self) {
        let act = self.act();
        self.register(&act, |_| {});
    }

    /// A new voter, with changes to what is invented; gives the id.
    pub(super) fn register(&mut self, act: &Act, change: impl Fn(&mut Person)) -> String {
        let mut person = Person::invent(self.seed, self.now.len() as u64, 1, PRECINCTS);
        person.precinct = self.other_precinct(PRECINCTS / 2);
        person.status = ACTIVE;
        person.registered = act.at.strftime("%m/%d/%Y").to_string();
        change(&mut person);
        let said = format!("{}|{}|{}", person.last, person.first, person.birth_year);
        self.office.log(act, &person, "*new*", "", &said);
        let id = person.id();
        self.now.push(Some(person));
        id
    }

    /// An authorised batch that sets a status.
    fn batch(&mut self, kind: &'static str, by: &'static str, system: usize, count: u64, status: Status) {
        let voters = self.some(count, |p| p.status == ACTIVE);
        let run = self.office.in_hours(&mut self.dice);
        let list = voters.iter().map(|at| self.before[*at].id()).collect();
        let batch = self.office.authorise(kind, by, run, list);
        let ip = format!("10.0.0.{}", 30 + system);
        let act = Act { at: run, operator: SYSTEMS[system].into(), ip, source: kind, document: batch.clone(), batch };
        for at in voters {
            self.set_status(&act, at, status);
        }
    }

    pub(super) fn set_status(&mut self, act: &Act, at: usize, status: Status) {
        let before = self.before[at].clone();
        self.office.log(act, &before, "status_cd", before.status[0], status[0]);
        self.now[at] = Some(Person { status, ..before });
    }
}

/// An address out of the documentation range of IPv6: another one for (nearly) every act.
pub(super) fn elsewhere(dice: &mut Dice) -> String {
    format!("2001:db8:{:x}:{:x}::{:x}", 1 + dice.below(0xfffe), 1 + dice.below(0xfffe), 1 + dice.below(0xfffe))
}
