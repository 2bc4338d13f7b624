//! Who writes to an office: the public from free-mail accounts, vendors, other offices, services.

use super::dice::Dice;
use super::people::{OfficeShape, Person, at_home, at_work, plain};
use super::route::{ALL_PASS, Checks, FORWARDED, NOTHING, SPF_ALONE};
use super::template::{Blanks, fill};

/// A list that adds its own footer breaks the writer's signature.
const BROKEN_BY_LIST: Checks = Checks { spf: "pass", dkim: "fail", dmarc: "none" };

/// A writer of mail.
#[derive(Debug, Clone)]
pub(super) struct Sender {
    pub(super) person: Person,
    /// The name that mail programs show.
    pub(super) shown: String,
    pub(super) checks: Checks,
}

impl Sender {
    pub(super) fn domain(&self) -> &str {
        self.person.address.split('@').nth(1).unwrap_or_default()
    }

    fn of(person: Person, checks: Checks) -> Self {
        Self { shown: person.name(), person, checks }
    }
}

/// A sender of this kind: of the templates' field `from`, or of `templates/senders.txt`.
pub(super) fn sender(kind: &str, office: &OfficeShape, dice: &mut Dice) -> Sender {
    match kind {
        "staff" => Sender::of(dice.pick(&office.people), ALL_PASS),
        "vendor" => {
            let vendor = dice.pick(&office.vendors);
            Sender::of(dice.pick(&vendor.people), ALL_PASS)
        }
        "neighbour" if !office.contacts.is_empty() => Sender::of(dice.pick(&office.contacts), ALL_PASS),
        "voter" | "candidate" | "pollworker" => public(dice),
        _ => listed(kind, office, dice),
    }
}

fn public(dice: &mut Dice) -> Sender {
    let person = at_home(dice);
    let checks = if dice.chance(4) { FORWARDED } else { ALL_PASS };
    let shown = match dice.below(10) {
        0 => String::new(),
        1 => person.first.to_lowercase(),
        2 => format!("{}, {}", person.last, person.first),
        _ => person.name(),
    };
    Sender { person, shown, checks }
}

fn listed(kind: &str, office: &OfficeShape, dice: &mut Dice) -> Sender {
    let rows = include_str!("templates/senders.txt").lines().map(|line| line.split(" | ").collect::<Vec<_>>());
    let found = rows.into_iter().find(|row| row.first() == Some(&kind));
    let Some([_, shown, address, posture]) = found.as_deref() else { return public(dice) };
    let person = at_work(dice, "example.com");
    let blanks = Blanks::from([
        ("first", person.first.clone()),
        ("last", person.last.clone()),
        ("first-low", plain(&person.first)),
        ("last-low", plain(&person.last)),
        ("county", office.county.clone()),
        ("county-domain", office.county_domain.clone()),
        ("domain", office.domain.clone()),
    ]);
    let address = fill(address, &blanks, dice);
    let checks = match *posture {
        "full" => ALL_PASS,
        "spf" => SPF_ALONE,
        "list" => BROKEN_BY_LIST,
        _ => NOTHING,
    };
    Sender { shown: fill(shown, &blanks, dice), person: Person { address, ..person }, checks }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_that_templates_name_is_listed() {
        let office = OfficeShape::example(1);
        let others = ["staff", "vendor", "neighbour", "voter", "candidate", "pollworker", "answer", "back", "away"];
        for template in super::super::ordinary::all() {
            let kind = template.field("from");
            let domain = sender(kind, &office, &mut Dice::of(1, kind)).domain().to_owned();
            assert!(others.contains(&kind) || !super::super::people::FREE_MAIL.contains(&domain.as_str()), "{kind}");
        }
    }
}
