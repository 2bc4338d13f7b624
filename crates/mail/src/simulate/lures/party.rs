//! Whom a lure imitates, and the address that it comes from.

use super::super::dice::Dice;
use super::super::people::{OfficeShape, Person, at_work, plain};
use super::super::twist::look_alike;
use super::{Case, Way, Whom};

/// The party that is imitated, and the person who seems to write.
pub(super) struct Party {
    pub(super) name: String,
    pub(super) writes_from: String,
    pub(super) person: Person,
}

pub(super) fn party(whom: Whom, office: &OfficeShape, to: &Person, dice: &mut Dice) -> Party {
    let of = |name: &str, domain: &str, dice: &mut Dice| Party {
        name: name.to_owned(),
        writes_from: domain.to_owned(),
        person: at_work(dice, domain),
    };
    match whom {
        Whom::Vendor => {
            let vendor = office.vendor();
            let person = dice.pick(&vendor.people);
            Party { name: vendor.name, writes_from: vendor.domain, person }
        }
        Whom::Official => named(office.people.iter().find(|person| person.address != to.address)),
        Whom::Contact => named(office.contacts.get(dice.place(office.contacts.len()))),
        Whom::Office => Party { person: office.official(), ..of(&office.name, &office.domain, dice) },
        Whom::Google => of("Google", "google.com", dice),
        Whom::Microsoft => of("Microsoft", "microsoft.com", dice),
        Whom::Commission => of("U.S. Election Assistance Commission", "eac.gov", dice),
        Whom::Association => of("Association of Election Clerks", "electionclerks.example", dice),
        Whom::Advisory => of("Elections Sharing Center", "sharingcenter.example", dice),
        Whom::State => of("State Elections Division", "elections.state.example", dice),
    }
}

fn named(person: Option<&Person>) -> Party {
    let person = person.cloned().unwrap_or_default();
    Party { name: person.name(), writes_from: person.address.clone(), person }
}

/// The name that mail programs show: of the person where a person is imitated, else of the party.
pub(super) fn shown(whom: Whom, party: &Party) -> String {
    match whom {
        Whom::Official | Whom::Contact => party.person.name(),
        Whom::Association | Whom::State => format!("{} ({})", party.person.name(), party.name),
        Whom::Vendor => format!("{} Support", party.name),
        _ => party.name.clone(),
    }
}

pub(super) fn address(case: &Case, grade: u8, party: &Party, dice: &mut Dice) -> String {
    let local = |party: &Party| party.person.address.split('@').next().unwrap_or_default().to_owned();
    match case.way {
        // With a hyphen, since the provider gives no account that has one.
        Way::FreeMail => format!("{}{}@gmail.com", hyphened(&party.name), suffix(grade, dice)),
        Way::Own | Way::ReplyTo(_) => party.person.address.clone(),
        Way::LookAlike(twist) => {
            let domain = look_alike(&party.writes_from, twist, grade, dice);
            match case.whom {
                Whom::Google | Whom::Microsoft | Whom::Office | Whom::Commission => {
                    format!("{}@{domain}", dice.pick(&["no-reply", "notice", "account-security"]))
                }
                _ => format!("{}@{domain}", local(party)),
            }
        }
    }
}

fn hyphened(name: &str) -> String {
    let name = name.split_whitespace().map(plain).collect::<Vec<_>>().join("-");
    if name.contains('-') { name } else { format!("{name}-elections") }
}

/// Crude ones have a number; better ones a word, or nothing.
fn suffix(grade: u8, dice: &mut Dice) -> String {
    if grade < 3 { (100 + dice.below(900)).to_string() } else { dice.pick(&["", "", "-office", "-desk"]).to_owned() }
}
