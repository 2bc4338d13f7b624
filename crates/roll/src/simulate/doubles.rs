//! A roll of households in which some people stand twice, with the truth: for measuring how well second records are found
//! and whether their probabilities hold.
//!
//! Households share last name, address and telephone; some have twins, some a parent and child of one name. Namesakes without
//! kinship come about by chance. People who stand twice have mostly moved, some have married, and clerks make slips.

use super::dice::Dice;
use super::person::{ACTIVE, Person, last_name, street, write_header};
use super::words::FIRST;

/// What to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoublesPlan {
    /// Another seed, other people.
    pub seed: u64,
    /// People on the roll.
    pub people: u64,
    /// How many of them stand there twice.
    pub twice: u64,
}

/// A roll with its truth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubles {
    /// The extract in North Carolina's layout.
    pub extract: Vec<u8>,
    /// Ids of the two records of each person who stands there twice.
    pub pairs: Vec<(String, String)>,
    /// How many pairs of twins there are, and of a parent and child of one name.
    pub twins: u64,
    /// See `twins`.
    pub namesakes_in_family: u64,
}

/// Makes a roll. The same plan makes the same bytes.
pub fn doubles(plan: &DoublesPlan) -> Doubles {
    let dice = &mut Dice::of(plan.seed ^ 0x00d0_0b1e, plan.people);
    let mut made = Doubles { extract: Vec::new(), pairs: Vec::new(), twins: 0, namesakes_in_family: 0 };
    let mut people = households(plan, dice, &mut made);
    let mut chosen: Vec<usize> = (0..people.len()).collect();
    for number in 0..plan.twice.min(people.len() as u64) {
        let at = number as usize + dice.below(chosen.len() as u64 - number) as usize;
        chosen.swap(number as usize, at);
        let second = second_record(&people[chosen[number as usize]], plan.people + number, plan.seed, dice);
        made.pairs.push((people[chosen[number as usize]].id(), second.id()));
        people.push(second);
    }
    write_header(&mut made.extract).expect("memory takes all that is written");
    people.iter().for_each(|person| person.write(&mut made.extract).expect("memory takes all that is written"));
    made
}

fn households(plan: &DoublesPlan, dice: &mut Dice, made: &mut Doubles) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    while (people.len() as u64) < plan.people {
        let head = invent(plan.seed, people.len() as u64);
        people.push(head.clone());
        for _ in 0..dice.weighed(&[(0, 30), (1, 40), (2, 20), (3, 10)]) {
            if (people.len() as u64) < plan.people {
                let member = member(&head, people.last().unwrap_or(&head), people.len() as u64, plan.seed, dice, made);
                people.push(member);
            }
        }
    }
    people
}

fn invent(seed: u64, number: u64) -> Person {
    Person { status: ACTIVE, ..Person::invent(seed, number, 4, 12) }
}

/// Somebody who lives with `head`; `before` is who came last.
fn member(head: &Person, before: &Person, number: u64, seed: u64, dice: &mut Dice, made: &mut Doubles) -> Person {
    let mut member = invent(seed, number);
    (member.street, member.mail, member.county) = (head.street.clone(), head.mail.clone(), head.county);
    (member.precinct, member.ward, member.race) = (head.precinct, head.ward, head.race);
    if dice.chance(0.85) {
        member.last.clone_from(&head.last);
    }
    if dice.chance(0.5) {
        member.phone.clone_from(&head.phone);
    }
    if before.number != head.number && dice.chance(0.04) && before.first != member.first {
        member.birth_year = before.birth_year;
        member.last.clone_from(&before.last);
        made.twins += 1;
    } else if dice.chance(0.02) && head.birth_year < 1970 {
        (member.first, member.sex, member.birth_year) = (head.first, head.sex, head.birth_year + 20 + dice.below(15));
        member.last.clone_from(&head.last);
        made.namesakes_in_family += 1;
    }
    member
}

/// Another record of the same person.
fn second_record(person: &Person, number: u64, seed: u64, dice: &mut Dice) -> Person {
    let mut second = Person { number, ..person.clone() };
    if dice.chance(0.75) {
        second.street = street(dice);
        second.mail.clone_from(&second.street);
        second.county = dice.below(4) as usize;
    }
    if dice.chance(0.5) {
        second.phone = invent(seed, number).phone;
    }
    if dice.chance(0.06) {
        second.last = last_name(dice);
    }
    if dice.chance(0.4) {
        second.middle.truncate(dice.below(2) as usize);
    }
    if dice.chance(0.03) {
        second.last = slip(&second.last, dice);
    }
    if dice.chance(0.02) {
        second.first = dice.pick(&FIRST);
    }
    if dice.chance(0.02) {
        second.birth_year = second.birth_year - 1 + 2 * dice.below(2);
    }
    second
}

/// Two neighbouring letters exchanged.
fn slip(name: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    if letters.len() > 2 {
        let at = 1 + dice.below(letters.len() as u64 - 2) as usize;
        letters.swap(at, at + 1);
    }
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_makes_as_many_people_and_pairs_as_it_says() {
        let plan = DoublesPlan { seed: 3, people: 500, twice: 20 };
        let made = doubles(&plan);
        assert_eq!(made, doubles(&plan));
        assert_eq!((made.extract.iter().filter(|b| **b == b'\n').count(), made.pairs.len()), (521, 20));
        assert!(made.twins > 0 && made.namesakes_in_family > 0);
    }
}
