//! A party's name in the local part of a stranger's address: `vr.elections@gmail.com`, `vrsystems.com@mail.example`.

use crate::display::told;
use crate::entry::{Entry, Form, Standing};
use crate::index::Protected;
use crate::phrase;
use crate::sender::{Place, Sender};
use crate::words::{is_all_lure, is_election};
use crate::{Imitation, LookalikeClass, Party, PartyKind, Strength};

/// Longest local part looked at, in bytes (RFC 5321, 4.5.3.1.1).
const LONGEST: usize = 64;
const MOST_PARTS: usize = 6;

/// Parties whose label, name or alias the local part has.
pub(crate) fn named_in<'a>(index: &'a Protected, sender: &Sender<'_>) -> Vec<Imitation<'a>> {
    let Some(parts) = parts(sender.local) else { return Vec::new() };
    let mut found = Vec::new();
    for from in 0..parts.len() {
        for to in from + 1..=parts.len() {
            let rest = [&parts[..from], &parts[to..]].concat();
            for entry in index.exactly(&parts[from..to].concat()) {
                let Some(strength) = strength(index.party(entry), entry, &rest, sender.place) else { continue };
                found.push(told(index.party(entry), LookalikeClass::NameAtFreeMail, strength, sender));
            }
        }
    }
    found
}

/// The parts between dots, hyphens and underscores, a `+tag` left out, digits at the end as well.
fn parts(local: &str) -> Option<Vec<String>> {
    let local = local.split('+').next().filter(|local| !local.is_empty() && local.len() <= LONGEST)?;
    let parts = local
        .split(['.', '-', '_'])
        .map(|part| crate::letters::plain(part.trim_end_matches(|c: char| c.is_ascii_digit())));
    Some(parts.filter(|part| !part.is_empty()).take(MOST_PARTS).collect())
}

fn strength(party: &Party, entry: &Entry, rest: &[String], place: Place) -> Option<Strength> {
    if place == Place::Restricted {
        return None;
    }
    // A whole domain in a local part (`vrsystems.com@`) is dress wherever it is worn.
    if entry.form == Form::LabelWithSuffix {
        return (entry.standing >= Standing::Usual && rest.iter().all(|word| is_all_lure(word)))
            .then_some(Strength::Moderate);
    }
    let plain = rest.iter().all(|word| is_all_lure(word) || is_election(word));
    let elections = plain && rest.iter().any(|word| is_election(word));
    let least = if party.kind == PartyKind::Office { 7 } else { 5 };
    // A small office's own mailbox may bear its place's name alone.
    let alone = plain && (party.kind != PartyKind::Office || !rest.is_empty());
    let strength = match entry.standing {
        Standing::Distinct if plain => Strength::Moderate,
        Standing::Usual if elections || alone && entry.len() > least => Strength::Moderate,
        Standing::Short | Standing::Common if elections && matches!(party.kind, PartyKind::Vendor | PartyKind::Own) => {
            Strength::Moderate
        }
        Standing::Distinct => Strength::Weak,
        _ => return None,
    };
    // Elsewhere a sender may name the service or office it writes about.
    Some(if place == Place::FreeMail { strength } else { Strength::Weak })
}

/// The person that `first.last`, `last_first` or `first-last` may name.
pub(crate) fn person_key(local: &str) -> Option<u64> {
    let parts = parts(local)?;
    match parts.as_slice() {
        [first, last] if first.len() > 1 => Some(phrase::person_key(first, last)),
        _ => None,
    }
}

/// A person's name as local part at a free-mail provider. People have private mailboxes: alone it is a lead.
pub(crate) fn person<'a>(party: &'a Party, sender: &Sender<'_>) -> Option<Imitation<'a>> {
    (sender.place == Place::FreeMail).then(|| told(party, LookalikeClass::NameAtFreeMail, Strength::Weak, sender))
}
