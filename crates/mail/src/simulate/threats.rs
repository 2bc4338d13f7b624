//! Threats to officials in four grades of how specific they are, English and Spanish, for the limit of the detector of
//! threats. Shaped after what officials report; no real message is quoted.

use jiff::Zoned;

use super::blanks::blanks;
use super::dice::Dice;
use super::draft::{Coding, Draft, Style};
use super::people::{OfficeShape, Person, at_home};
use super::route::{ALL_PASS, Route};
use super::template::{Template, fill, templates};
use super::{Folder, Kind, Sent, Truth};

/// A threat of this grade (1 to 4; others are taken as the nearest) to a person of the office. The same arguments give the
/// same bytes.
pub fn threats(grade: u8, office: &OfficeShape, against: &Person, at: &Zoned, seed: u64) -> Sent {
    let grade = grade.clamp(1, 4);
    let mut dice = Dice::of(seed, &format!("threat/{grade}/{}", against.address));
    let template = template(grade, &mut dice);
    let from = writer(&mut dice);
    let blanks = blanks(office, &from, against, at, &mut dice);
    let mut draft = Draft {
        from: (String::new(), from.address.clone()),
        to: vec![(String::new(), against.address.clone())],
        subject: fill(template.field("subject"), &blanks, &mut dice),
        body: fill(template.body, &blanks, &mut dice),
        at: at.clone(),
        style: if dice.chance(30) { Style::Both } else { Style::Plain },
        coding: dice.pick(&[Coding::Best, Coding::Best, Coding::Base64, Coding::EightBit]),
        message_id: format!("{}@mail.gmail.com", dice.hex(20)),
        ..Draft::default()
    };
    let route = Route {
        envelope: &from.address,
        domain: from.address.split('@').nth(1).unwrap_or_default(),
        host: "out1.gmail.com".to_owned(),
        to: &against.address,
        office: &office.domain,
        checks: ALL_PASS,
        is_checked: true,
        at,
    };
    draft.trace = route.fields(&mut dice).0;
    let language = if template.field("lang") == "es" { "es" } else { "en" };
    let kind = Kind::Threat { grade, language, against: against.address.clone() };
    let truth = Truth { kind, campaign: None, recipients: vec![against.address.clone()], at: at.timestamp() };
    Sent { raw: draft.bytes(&mut dice), truth, folder: Folder::Inbox }
}

fn template(grade: u8, dice: &mut Dice) -> Template {
    let all = templates(include_str!("templates/threats.txt"));
    let of_grade: Vec<Template> =
        all.into_iter().filter(|template| template.id.starts_with(&format!("{grade}/"))).collect();
    dice.pick(&of_grade)
}

/// An account that says nothing of its owner, in a form that the provider gives to nobody.
fn writer(dice: &mut Dice) -> Person {
    let name = dice.pick(&["patriot", "watchman", "truth-now", "nobody", "citizen"]);
    Person { address: format!("{name}-{}@gmail.com", 100 + dice.below(9_000)), ..at_home(dice) }
}
