//! Why a name is an imitation, in words for a clerk: short, with what was seen and what is genuine.

use crate::host::Host;
use crate::lead::{Lead, Means};
use crate::sender::{Place, Sender};
use crate::slip::{Kind, Slip, Slips};
use crate::{LookalikeClass, Party, Strength};

/// The reason of a lead.
pub(crate) fn why(lead: &Lead<'_>, party: &Party, host: &Host) -> String {
    let seen = &host.text;
    let whose = format!("{} ({} {})", lead.entry.genuine, party.kind.noun(), party.name);
    let mut why = match &lead.means {
        Means::Slips(slips) => format!("{seen}: {} in {whose}.", slips_told(slips, &lead.entry.letters, host.label())),
        Means::OtherSuffix => format!("{seen}: the same name as {whose}, but with another ending."),
        Means::Dots => format!("{seen}: without its inner dots it is {whose}."),
        Means::SuffixWritten => format!("{seen}: writes the name and ending of {whose} together as one word."),
        Means::Among { word, rest } => among(seen, word, rest, &whose, &lead.entry.word),
        Means::InFront => {
            format!("{seen}: begins like {whose}, but the part at the end decides, and it belongs to somebody else.")
        }
        Means::LabelInFront => format!("{seen}: has the name of {whose} in front of somebody else's domain."),
        Means::Name => format!(
            "{seen}: is “{}”, a name of {} {}, but none of its domains.",
            lead.entry.genuine,
            party.kind.noun(),
            party.name
        ),
    };
    if lead.strength == Strength::Weak {
        why.push_str(" Ordinary names can be as alike as this: take it as a lead, not as proof.");
    }
    why
}

/// The reason where a stranger has `gov` in front of its domain.
pub(crate) fn government(seen: &str, dress: &str, domain: &str) -> String {
    format!(
        "{seen}: puts “{dress}” in front to look like a government office, but belongs to whoever registered {domain}."
    )
}

fn among(seen: &str, word: &str, rest: &str, whose: &str, genuine: &str) -> String {
    if word == genuine {
        return format!("{seen}: puts “{rest}” beside the name of {whose}, but is none of its domains.");
    }
    format!("{seen}: “{word}” stands for “{genuine}” of {whose}, with “{rest}” beside it.")
}

/// Only the whole label is ever aligned, so that the slips count in its letters.
fn slips_told(slips: &Slips, genuine: &[char], label: &str) -> String {
    let seen: Vec<char> = label.chars().collect();
    let told: Vec<String> = slips.list.iter().take(3).map(|slip| slip_told(slip, genuine, &seen)).collect();
    match slips.list.len().saturating_sub(told.len()) {
        0 => told.join(" and "),
        more => format!("{}, and {more} more such", told.join(", ")),
    }
}

fn slip_told(slip: &Slip, genuine: &[char], seen: &[char]) -> String {
    let text = |letters: &[char], at: usize, len: usize| -> String { letters.iter().skip(at).take(len).collect() };
    let was = text(genuine, slip.genuine_at, slip.genuine_len);
    let is = text(seen, slip.seen_at, slip.seen_len);
    match slip.kind {
        Kind::Foreign => format!("the foreign letter “{is}” stands for “{was}”"),
        Kind::Hyphen if was.is_empty() => "a hyphen is added".to_owned(),
        Kind::Hyphen => "a hyphen is left out".to_owned(),
        Kind::Transposed => format!("“{was}” is turned to “{is}”"),
        _ if was.is_empty() => format!("“{is}” is added"),
        _ if is.is_empty() => format!("“{was}” is left out"),
        _ => format!("“{is}” stands for “{was}”"),
    }
}

/// The reason where a sender bears a party's name.
pub(crate) fn sender(party: &Party, class: LookalikeClass, strength: Strength, sender: &Sender<'_>) -> String {
    let who = format!("{} {}", party.kind.noun(), party.name);
    let own = party.domains.first().or(party.addresses.first());
    let own = own.map(|own| format!(" Its mail comes from {own}.")).unwrap_or_default();
    let place = match sender.place {
        Place::FreeMail => "a free mailbox that anybody can open",
        Place::Restricted | Place::Stranger => "an address that is not its own",
    };
    let how = match class {
        LookalikeClass::NameAtFreeMail => "has the name of",
        _ => "calls itself",
    };
    let mut why = format!("{}: {how} {who}, but writes from {place}.{own}", sender.whole);
    if strength == Strength::Weak {
        why.push_str(" People and offices can share a name: take it as a lead, not as proof.");
    }
    why
}
