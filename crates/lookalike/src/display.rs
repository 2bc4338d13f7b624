//! Names in a display name: organisations by phrase, persons by first and last name, addresses written inside.
//!
//! A common or short name ("Hart", "VR", "Dominion") is no evidence alone: it must stand beside words of elections and nothing
//! else. A person of that surname stays quiet.

use crate::phrase;
use crate::sender::{Place, Sender};
use crate::words::{is_common, is_election, is_lure, is_state_name};
use crate::{Imitation, LookalikeClass, Party, PartyKind, Strength};

/// Longest name of a party in words.
const MOST_WORDS: usize = 16;
/// Longest display name whose words are read, in bytes.
const LONGEST_NAME: usize = 2000;
/// Words of a display name that are looked at.
const READ_WORDS: usize = 24;

/// A display name as words.
pub(crate) struct Display {
    pub words: Vec<String>,
    /// The key of the person it may name.
    pub person: Option<u64>,
    /// Says itself that somebody else sends: "Pat via List".
    pub via: bool,
}

impl Display {
    pub(crate) fn read(name: &str) -> Self {
        let mut words = phrase::words(name, LONGEST_NAME);
        words.truncate(READ_WORDS);
        let via = words.iter().any(|word| word == "via");
        Self { person: phrase::person(name), words, via }
    }

    /// The words of a longer text, which is no name itself.
    pub(crate) fn of_text(text: &str, longest: usize) -> Self {
        Self { words: phrase::words(text, longest), person: None, via: false }
    }

    /// The longest runs of words that are a known phrase, not overlapping, with what `known` gives for them.
    pub(crate) fn phrases<'a, T: ?Sized>(&self, known: impl Fn(&str) -> Option<&'a T>) -> Vec<(String, &'a T)> {
        let mut found = Vec::new();
        let mut from = 0;
        while from < self.words.len() {
            let longest = (from + 1..=self.words.len().min(from + MOST_WORDS)).rev();
            let hit = longest
                .map(|to| (to, self.words[from..to].join(" ")))
                .find_map(|(to, phrase)| Some((to, known(&phrase)?, phrase)));
            from = match hit {
                Some((to, it, phrase)) => {
                    found.push((phrase, it));
                    to
                }
                None => from + 1,
            };
        }
        found
    }

    /// The words beside a phrase.
    fn beside(&self, phrase: &str) -> Vec<&str> {
        let named: Vec<&str> = phrase.split(' ').collect();
        let at = self.words.windows(named.len()).position(|run| run.iter().eq(named.iter())).unwrap_or_default();
        let rest = self.words.iter().enumerate().filter(|(i, _)| !(at..at + named.len()).contains(i));
        rest.map(|(_, word)| word.as_str()).collect()
    }
}

/// An organisation's name in a stranger's display name.
pub(crate) fn imitation<'a>(
    party: &'a Party,
    phrase: &str,
    display: &Display,
    sender: &Sender<'_>,
    owner: Option<&Party>,
) -> Option<Imitation<'a>> {
    let mut strength = by_phrase(party, phrase, &display.beside(phrase))?;
    // A public body may call itself like another; under its own suffix, or as a party that is known, it does so openly.
    let openly = sender.place == Place::Restricted || owner.is_some() && sender.place != Place::FreeMail;
    let office_elsewhere =
        party.kind == PartyKind::Office && sender.place == Place::Stranger && !is_one_of_a_kind(phrase);
    if openly && matches!(party.kind, PartyKind::Office | PartyKind::Own) {
        return None;
    }
    if openly || office_elsewhere || display.via {
        strength = Strength::Weak;
    }
    Some(told(party, LookalikeClass::DisplayName, strength, sender))
}

/// Whether a public body's name is no place's: a county or town may write from an older domain of its own, and shares its
/// name with others; a federal commission does neither.
fn is_one_of_a_kind(phrase: &str) -> bool {
    let words: Vec<&str> = phrase.split(' ').collect();
    words.len() >= 3 && !words.iter().any(|word| LOCAL.contains(word) || is_state_name(word))
}

const LOCAL: &[&str] = &[
    "authority",
    "borough",
    "city",
    "commissioners",
    "county",
    "district",
    "fire",
    "parish",
    "police",
    "school",
    "schools",
    "sheriff",
    "town",
    "township",
    "tribe",
    "village",
];

/// What a phrase and the words beside it are worth.
fn by_phrase(party: &Party, phrase: &str, beside: &[&str]) -> Option<Strength> {
    let one_word = !phrase.contains(' ');
    let letters = phrase.chars().filter(|c| *c != ' ').count();
    if one_word && (is_common(phrase) || letters <= 4 && party.kind != PartyKind::Service) {
        let only_elections = !beside.is_empty() && beside.iter().all(|word| is_election(word) || is_lure(word));
        let enough =
            only_elections && (beside.iter().any(|word| is_election(word)) || !is_common(phrase) && letters > 2);
        return enough.then_some(Strength::Moderate);
    }
    let plain = beside.iter().all(|word| is_lure(word) || is_election(word) || is_filler(word));
    match (one_word, plain) {
        (_, true) if letters >= 8 && !one_word => Some(Strength::Strong),
        (_, true) if letters >= 5 || party.kind == PartyKind::Service => Some(Strength::Moderate),
        (false, false) if letters >= 8 => Some(Strength::Moderate),
        _ => Some(Strength::Weak),
    }
}

fn is_filler(word: &str) -> bool {
    matches!(
        word,
        "and"
            | "for"
            | "from"
            | "of"
            | "your"
            | "the"
            | "at"
            | "by"
            | "no"
            | "noreply"
            | "do"
            | "not"
            | "inc"
            | "us"
            | "dear"
    )
}

/// An official's or contact's name as a stranger's.
pub(crate) fn person_imitation<'a>(
    party: &'a Party,
    name: &str,
    sender: &Sender<'_>,
    owner: Option<&Party>,
) -> Option<Imitation<'a>> {
    let [first, last] = phrase::first_and_last(name)?;
    let strength = match (sender.place, party.kind) {
        (Place::FreeMail, _) => Strength::Moderate,
        // Two people may have one name: at a known party or a public body the other one is likelier.
        _ if owner.is_some() || sender.place == Place::Restricted => Strength::Weak,
        (_, PartyKind::Official) if !is_common(&first) || !is_common(&last) => Strength::Moderate,
        _ => Strength::Weak,
    };
    Some(told(party, LookalikeClass::DisplayName, strength, sender))
}

/// A party's address in a stranger's display name.
pub(crate) fn address_imitation<'a>(party: &'a Party, named: &str, name: &str, sender: &Sender<'_>) -> Imitation<'a> {
    let via = Display::read(name).via;
    let strength = if via { Strength::Weak } else { Strength::Strong };
    let why = format!(
        "{}: shows the address {named} of {} {} as its name, but is sent from another address.",
        sender.whole,
        party.kind.noun(),
        party.name
    );
    let class = LookalikeClass::AddressInDisplayName;
    Imitation { party, genuine: named.to_owned(), seen: sender.whole.clone(), class, strength, why, distance: 0 }
}

/// An address written inside a display name.
pub(crate) fn address_in(name: &str) -> Option<&str> {
    let word = name
        .split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | '"' | '\'' | ',' | ';' | '[' | ']'));
    word.map(|word| word.trim_matches(['.', ':']))
        .find(|word| word.split_once('@').is_some_and(|(local, host)| !local.is_empty() && host.contains('.')))
}

pub(crate) fn told<'a>(
    party: &'a Party,
    class: LookalikeClass,
    strength: Strength,
    sender: &Sender<'_>,
) -> Imitation<'a> {
    let genuine = party.domains.first().or(party.addresses.first()).unwrap_or(&party.name).clone();
    Imitation {
        party,
        seen: sender.whole.clone(),
        class,
        strength,
        why: crate::explain::sender(party, class, strength, sender),
        genuine,
        distance: 4,
    }
}
