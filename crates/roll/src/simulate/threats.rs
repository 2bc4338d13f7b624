//! Threats to a roll, made of any size on the office's own records: what is done to which voters, and what the log says of it.

use std::collections::HashMap;

use super::dice::Dice;
use crate::diff::{Diff, Sampled};
use crate::layout::{Layout, Role, is_active, is_removed};

/// A kind of manipulation, whose detection limit can be measured.
#[derive(Debug)]
pub struct Threat {
    /// Its short name.
    pub name: &'static str,
    /// The attack, in words that go before its size.
    pub attack: &'static str,
    /// Who and how, in words that go after `voters`.
    pub manner: &'static str,
    /// How it is simulated.
    pub how: &'static str,
    /// Whether an assessment measures it without being asked.
    pub assessed: bool,
    pub(crate) logged: Logged,
    act: Act,
}

/// What the log says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Logged {
    /// Nothing.
    Nothing,
    /// A complete entry of a system's account each, from addresses as many as entries.
    ManyAddresses,
    /// A complete entry of a system's account each, from one internet address.
    OneAddress,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Remove,
    RemoveAsInactive,
    OtherParty,
    OtherPrecinct,
    MailToOneBox,
    HouseNumber,
    LetterOfName,
    MoveOneParty,
    MoveAnybody,
    Ghosts,
}

/// Every threat, in the order they are told.
pub static THREATS: &[Threat] = &[
    Threat {
        name: "removal",
        attack: "a removal of",
        manner: "whose records are taken out",
        how: "Active voters of one precinct, records taken out, nothing logged.",
        assessed: true,
        logged: Logged::Nothing,
        act: Act::Remove,
    },
    Threat {
        name: "false-inactivity",
        attack: "a removal of",
        manner: "as inactive who were active",
        how: "Active voters anywhere on the roll, set to removed with the reason that the roll gives for inactivity, nothing logged.",
        assessed: false,
        logged: Logged::Nothing,
        act: Act::RemoveAsInactive,
    },
    Threat {
        name: "other-party",
        attack: "a change of party of",
        manner: "without their knowledge",
        how: "Voters anywhere on the roll, given another of the roll's parties, nothing logged.",
        assessed: false,
        logged: Logged::Nothing,
        act: Act::OtherParty,
    },
    Threat {
        name: "other-precinct",
        attack: "a transfer of",
        manner: "of one precinct to another one",
        how: "Voters of one precinct, given precinct and districts of another, address unchanged, nothing logged.",
        assessed: false,
        logged: Logged::Nothing,
        act: Act::OtherPrecinct,
    },
    Threat {
        name: "letter-of-name",
        attack: "an alteration by one letter of the last names of",
        manner: "anywhere on the roll",
        how: "Two neighbouring letters exchanged, nothing logged.",
        assessed: false,
        logged: Logged::Nothing,
        act: Act::LetterOfName,
    },
    Threat {
        name: "one-hand",
        attack: "an alteration of the house numbers of",
        manner: "through the office's own system from one internet address",
        how: "Digits of the house number exchanged, each with a complete entry under a system's account.",
        assessed: true,
        logged: Logged::OneAddress,
        act: Act::HouseNumber,
    },
    Threat {
        name: "mail-redirect",
        attack: "a redirection of the mail of",
        manner: "to one box through the office's own system",
        how: "One post-office box for all, each with a complete entry under a system's account, from as many internet addresses.",
        assessed: true,
        logged: Logged::ManyAddresses,
        act: Act::MailToOneBox,
    },
    Threat {
        name: "ghosts",
        attack: "a registration of",
        manner: "who do not exist, at one address through the office's own system",
        how: "Names and births mixed from the roll, each with a complete entry under a system's account, from as many internet addresses.",
        assessed: true,
        logged: Logged::ManyAddresses,
        act: Act::Ghosts,
    },
    Threat {
        name: "one-party-moved",
        attack: "a false change of address of",
        manner: "of one party through the office's own system",
        how: "Other voters' addresses, precincts and districts, each with a complete entry under a system's account, from as many internet addresses.",
        assessed: true,
        logged: Logged::ManyAddresses,
        act: Act::MoveOneParty,
    },
    Threat {
        name: "anybody-moved",
        attack: "a false change of address of",
        manner: "picked at random through the office's own system",
        how: "As before, of voters of every kind: nothing tells these changes from true ones but the voters themselves.",
        assessed: true,
        logged: Logged::ManyAddresses,
        act: Act::MoveAnybody,
    },
];

/// A voter's record before and after; one of the two may be missing.
#[derive(Debug)]
pub(crate) struct MadeUp {
    /// The sampled record whose part and line it borrows.
    pub(crate) at: usize,
    pub(crate) before: Option<Vec<u8>>,
    pub(crate) after: Option<Vec<u8>>,
    pub(crate) voter_id: String,
}

/// The voters of one attack.
///
/// `None` where the roll lacks what the threat needs (no party, no precinct), or has too few such voters.
pub(crate) fn plant(threat: &Threat, size: u64, diff: &Diff, roll: &[Sampled], seed: u64) -> Option<Vec<MadeUp>> {
    let mut making = Making { dice: Dice::of(seed, size), diff, roll };
    let size = usize::try_from(size).ok()?;
    let picked = making.pick(threat.act, size)?;
    let one = making.dice.below(roll.len() as u64) as usize;
    let planted: Vec<MadeUp> =
        picked.into_iter().enumerate().filter_map(|(nth, at)| making.one(threat.act, at, nth, one)).collect();
    (planted.len() == size).then_some(planted)
}

struct Making<'a> {
    dice: Dice,
    diff: &'a Diff,
    roll: &'a [Sampled],
}

/// Attempts at a draw that some records refuse.
const ATTEMPTS: usize = 200;

impl Making<'_> {
    fn layout(&self, at: usize) -> &Layout {
        self.diff.layout_of_sampled(&self.roll[at])
    }

    fn value(&self, at: usize, role: Role) -> String {
        let layout = self.layout(at);
        layout.first(role).map(|column| self.field(at, column)).unwrap_or_default()
    }

    fn field(&self, at: usize, column: usize) -> String {
        let layout = self.layout(at);
        layout
            .fields(&self.roll[at].bytes)
            .nth(column)
            .map(|raw| layout.text(raw).trim().to_owned())
            .unwrap_or_default()
    }

    /// Whose records are changed: different ones, in the order drawn.
    fn pick(&mut self, act: Act, size: usize) -> Option<Vec<usize>> {
        let active = |making: &Self, at: usize| is_active(&making.value(at, Role::Status).to_uppercase());
        let role = match act {
            Act::Remove | Act::OtherPrecinct => Some(Role::Precinct),
            Act::MoveOneParty => Some(Role::Party),
            _ => None,
        };
        let mut order: Vec<usize> = (0..self.roll.len()).collect();
        // Fisher and Yates.
        for at in (1..order.len()).rev() {
            order.swap(at, self.dice.below(at as u64 + 1) as usize);
        }
        let alike = role.map(|role| self.largest(&order, role));
        let mut picked = Vec::with_capacity(size);
        for at in order {
            let fits = match (role, &alike) {
                (Some(role), Some(value)) => !value.is_empty() && self.value(at, role) == *value,
                _ => true,
            };
            if fits && (act == Act::Ghosts || active(self, at)) {
                picked.push(at);
            }
            if picked.len() == size {
                return Some(picked);
            }
        }
        None
    }

    /// A value of a role that many bear: of a few drawn, the commonest.
    fn largest(&self, order: &[usize], role: Role) -> String {
        const DRAWN: usize = 50;
        let mut counts: HashMap<String, usize> = HashMap::new();
        for at in order.iter().take(DRAWN) {
            *counts.entry(self.value(*at, role)).or_default() += 1;
        }
        counts.into_iter().max_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0))).map(|(value, _)| value).unwrap_or_default()
    }

    fn one(&mut self, act: Act, at: usize, nth: usize, one: usize) -> Option<MadeUp> {
        let before = self.roll[at].bytes.clone();
        let layout = self.layout(at);
        let voter_id = layout.key_of(&before).map(|key| String::from_utf8_lossy(&key).into_owned())?;
        if act == Act::Remove {
            return Some(MadeUp { at, before: Some(before), after: None, voter_id });
        }
        if act == Act::Ghosts {
            return self.ghost(at, nth, one);
        }
        let edits = self.edits(act, at)?;
        let after = self.edited(at, &edits)?;
        Some(MadeUp { at, before: Some(before), after: Some(after), voter_id })
    }

    fn edits(&mut self, act: Act, at: usize) -> Option<Vec<(usize, String)>> {
        match act {
            Act::OtherParty => {
                let ours = self.value(at, Role::Party);
                let other = self.other(|making, other| {
                    !making.value(other, Role::Party).is_empty() && making.value(other, Role::Party) != ours
                })?;
                Some(self.copied(at, other, &[Role::Party]))
            }
            Act::OtherPrecinct => {
                let (ours, county) = (self.value(at, Role::Precinct), self.value(at, Role::County));
                let other = self.other(|making, other| {
                    making.value(other, Role::Precinct) != ours && making.value(other, Role::County) == county
                })?;
                Some(self.copied(at, other, &[Role::Precinct, Role::District]))
            }
            Act::MoveOneParty | Act::MoveAnybody => {
                let (ours, county) = (self.value(at, Role::Street), self.value(at, Role::County));
                let other = self.other(|making, other| {
                    let street = making.value(other, Role::Street);
                    !street.is_empty() && street != ours && making.value(other, Role::County) == county
                })?;
                Some(self.copied(at, other, &[Role::Street, Role::Locality, Role::Precinct, Role::District]))
            }
            Act::RemoveAsInactive => {
                let other = self.other(|making, other| {
                    let reason =
                        making.layout(other).all(Role::StatusReason).map(|c| making.field(other, c).to_uppercase());
                    is_removed(&making.value(other, Role::Status).to_uppercase())
                        && reason.into_iter().any(|r| r.contains("INACTIV"))
                })?;
                Some(self.copied(at, other, &[Role::Status, Role::StatusReason]))
            }
            Act::MailToOneBox => {
                let mail: Vec<usize> = self.layout(at).all(Role::Mail).collect();
                let first = *mail.first()?;
                Some(
                    mail.iter()
                        .map(|c| (*c, if *c == first { "PO BOX 40117".to_owned() } else { self.field(at, *c) }))
                        .collect(),
                )
            }
            Act::HouseNumber => {
                let column = self.layout(at).first(Role::Street)?;
                Some(vec![(column, other_number(&self.field(at, column), &mut self.dice)?)])
            }
            Act::LetterOfName => {
                let column = self.layout(at).first(Role::LastName)?;
                Some(vec![(column, exchanged(&self.field(at, column))?)])
            }
            Act::Remove | Act::Ghosts => None,
        }
    }

    /// Another record that passes.
    fn other(&mut self, pass: impl Fn(&Self, usize) -> bool) -> Option<usize> {
        for _ in 0..ATTEMPTS {
            let at = self.dice.below(self.roll.len() as u64) as usize;
            if pass(self, at) {
                return Some(at);
            }
        }
        None
    }

    /// Another record's values of some roles. Values are taken by name, since parts may be laid out differently.
    fn copied(&self, at: usize, other: usize, roles: &[Role]) -> Vec<(usize, String)> {
        let theirs = self.layout(other).places();
        let columns = self.layout(at).columns.iter().enumerate().filter(|(_, c)| roles.contains(&c.role));
        columns
            .filter_map(|(column, c)| Some((column, self.field(other, *theirs.get(&c.name.to_ascii_lowercase())?))))
            .collect()
    }

    /// Somebody who does not exist: one voter's record under a new id, with another's first name and a third one's birth, at the
    /// address of `one`.
    fn ghost(&mut self, at: usize, nth: usize, one: usize) -> Option<MadeUp> {
        let (second, third) = (self.other(|_, _| true)?, self.other(|_, _| true)?);
        let mut edits = self.copied(at, second, &[Role::FirstName, Role::MiddleName, Role::Sex]);
        edits.extend(self.copied(at, third, &[Role::Birth, Role::Age]));
        edits.extend(self.copied(
            at,
            one,
            &[Role::Street, Role::Locality, Role::Mail, Role::Precinct, Role::District, Role::County],
        ));
        edits.extend(self.layout(at).all(Role::Contact).map(|column| (column, String::new())));
        let layout = self.layout(at);
        let old = self.field(at, layout.key);
        // As long as other ids, and no number that is in use.
        let digits = format!("{:0>width$}", nth, width = old.len().saturating_sub(2).max(1));
        let voter_id = format!("~{digits}~").chars().take(old.chars().count().max(3)).collect::<String>();
        edits.push((layout.key, voter_id.clone()));
        let after = self.edited(at, &edits)?;
        Some(MadeUp { at, before: None, after: Some(after), voter_id })
    }

    fn edited(&self, at: usize, edits: &[(usize, String)]) -> Option<Vec<u8>> {
        let layout = self.layout(at);
        let edits: HashMap<usize, &String> = edits.iter().map(|(column, value)| (*column, value)).collect();
        layout.with_values(&self.roll[at].bytes, &|column| edits.get(&column).map(|value| value.as_str()))
    }
}

/// Digits of a house number in another order, or another last digit where there is one order only.
fn other_number(street: &str, dice: &mut Dice) -> Option<String> {
    let end = street.find(|c: char| !c.is_ascii_digit()).unwrap_or(street.len());
    let (number, rest) = street.split_at(end);
    let last = number.chars().last()?.to_digit(10)?;
    let other = (u64::from(last) + 1 + dice.below(9)) % 10;
    let reversed: String = number.chars().rev().collect();
    let changed = if reversed == number || reversed.starts_with('0') {
        format!("{}{other}", &number[..end - 1])
    } else {
        reversed
    };
    Some(format!("{changed}{rest}"))
}

/// The second and third letter exchanged, or the first two that differ after it.
fn exchanged(name: &str) -> Option<String> {
    let mut letters: Vec<char> = name.chars().collect();
    let at = (1..letters.len().saturating_sub(1)).find(|&at| letters[at] != letters[at + 1])?;
    letters.swap(at, at + 1);
    Some(letters.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn altered_values_differ_in_one_place() {
        let dice = &mut Dice::of(1, 1);
        assert_eq!(other_number("123 MAIN ST", dice).as_deref(), Some("321 MAIN ST"));
        assert_ne!(other_number("11 MAIN ST", dice).as_deref(), Some("11 MAIN ST"));
        assert_eq!(other_number("MAIN ST", dice), None);
        assert_eq!(exchanged("SMITH").as_deref(), Some("SIMTH"));
        assert_eq!(exchanged("LOO"), None);
    }
}
