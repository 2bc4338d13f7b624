//! What a likeness is worth. Long, distinct names and slips of the eye or hand weigh much; short names, common words and
//! letters that no attacker would swap weigh little.

use crate::entry::{Entry, Form, Standing};
use crate::host::Host;
use crate::index::Protected;
use crate::lookup::Asked;
use crate::plausible::is_plausible_office;
use crate::slip::{Kind, Slip, Slips};
use crate::words::{
    is_all_lure, is_common, is_credential, is_election, is_everyday, is_giveaway, is_restricted, is_state_code,
    split_into,
};
use crate::{LookalikeClass, PartyKind, Strength};

/// Slips within a label, under whichever suffix. `None`: no likeness.
pub(crate) fn slips(index: &Protected, entry: &Entry, asked: &Asked<'_>, slips: &Slips) -> Option<Strength> {
    let host = asked.host;
    let same = *entry.suffix == *host.suffix();
    let strength = by_length(entry, slips, same)?;
    if index.knows_all(host) && same {
        return Some(strength.max(Strength::Moderate));
    }
    if index.may_be_an_office(host) && is_plausible_office(index, entry, asked, slips) {
        return Some(Strength::Weak);
    }
    let office = index.party(entry).kind == PartyKind::Office;
    if office && swaps_state(entry, host.label()) || !same && is_word_for_word(entry, host.label()) {
        return Some(Strength::Weak);
    }
    Some(strength)
}

/// Whether a common word on either side makes a slip elsewhere a chance: archive.org and archives.gov.
fn is_word_for_word(entry: &Entry, seen: &str) -> bool {
    entry.standing == Standing::Common || is_common(seen)
}

/// How many letters a name needs for its slips to be no chance.
fn by_length(entry: &Entry, slips: &Slips, same_suffix: bool) -> Option<Strength> {
    let (letters, beyond) = (entry.len(), slips.beyond_look());
    let (foreign, glyphs, hyphens) = (slips.count(Kind::Foreign), slips.count(Kind::Glyph), slips.count(Kind::Hyphen));
    if letters < 3 || beyond > 1 || glyphs > 4 || glyphs * 2 > letters || hyphens > 3 {
        return None;
    }
    let mut needed = match slips.list.iter().find(|slip| !slip.kind.is_look()) {
        None if foreign > 0 => 3,
        None => 4 + usize::from(glyphs == 0),
        Some(slip) if matches!(slip.kind, Kind::Inserted | Kind::Replaced) => 7,
        Some(_) => 5,
    };
    needed += if same_suffix { 0 } else { 3 };
    needed += glyphs.saturating_sub(usize::from(beyond == 0)) + usize::from(hyphens > 0 && beyond > 0);
    Some(match letters {
        _ if letters >= needed + 4 => Strength::Strong,
        _ if letters >= needed => Strength::Moderate,
        _ if letters + 2 >= needed => Strength::Weak,
        _ => return None,
    })
}

/// Whether the seen label is the genuine one with another state's code at its end.
fn swaps_state(entry: &Entry, seen: &str) -> bool {
    let genuine = &*entry.written;
    let parted = |label: &str| label.len().checked_sub(2).filter(|at| label.is_char_boundary(*at));
    match (parted(genuine), parted(seen)) {
        (Some(g), Some(s)) => genuine[..g] == seen[..s] && is_state_code(&genuine[g..]) && is_state_code(&seen[s..]),
        _ => false,
    }
}

/// The same label under another suffix.
pub(crate) fn other_suffix(index: &Protected, entry: &Entry, host: &Host) -> Option<Strength> {
    let (letters, suffix) = (entry.len(), host.suffix());
    if *entry.suffix == *suffix || letters < 3 {
        return None;
    }
    if entry.is_restricted() && is_restricted(suffix) {
        return Some(Strength::Weak);
    }
    let country = suffix.len() == 2 || suffix.split('.').next_back().is_some_and(|last| last.len() == 2);
    let kind = index.party(entry).kind;
    // A service's branch in another country has its own name there more often than not.
    if kind == PartyKind::Service && country && !is_giveaway(suffix) {
        return Some(Strength::Weak);
    }
    let everybodys = is_everyday(suffix) || country && !is_giveaway(suffix);
    Some(match letters {
        ..=4 => Strength::Weak,
        _ if is_common(&entry.written) && everybodys => Strength::Weak,
        8.. if kind != PartyKind::Office => Strength::Strong,
        _ => Strength::Moderate,
    })
}

/// Label and suffix in one word: `vrsystemscom`.
pub(crate) fn written_suffix(entry: &Entry) -> Strength {
    match entry.standing {
        Standing::Distinct => Strength::Strong,
        Standing::Usual => Strength::Moderate,
        Standing::Short | Standing::Common => Strength::Weak,
    }
}

/// A party's name or alias as the whole label of a stranger's domain.
pub(crate) fn name_as_domain(entry: &Entry, slips: &Slips) -> Option<Strength> {
    if !slips.list.iter().all(|slip| slip.kind == Kind::Hyphen) {
        return by_length(entry, slips, false).filter(|_| entry.standing >= Standing::Usual);
    }
    match entry.standing {
        Standing::Distinct => Some(Strength::Strong),
        Standing::Usual => Some(Strength::Moderate),
        Standing::Short => Some(Strength::Weak),
        Standing::Common => None,
    }
}

/// What is left of a label beside one word of it.
#[derive(Clone, Copy)]
pub(crate) struct Rest<'a> {
    pub text: &'a str,
    /// It is made of a lure's words alone.
    pub lure: bool,
}

impl<'a> Rest<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        Self { text, lure: is_all_lure(text) }
    }
}

/// What stands beside a protected word in one label.
pub(crate) struct Beside<'a> {
    pub rest: &'a str,
    /// It is made of a lure's words alone.
    pub lure: bool,
    /// A hyphen parts them.
    pub apart: bool,
    pub same_suffix: bool,
    /// The name seen may be another public body's that isn't known.
    pub restricted: bool,
    /// Every genuine name under the suffix is known.
    pub complete: bool,
}

impl<'a> Beside<'a> {
    pub(crate) fn of(index: &Protected, entry: &Entry, host: &Host, rest: &Rest<'a>, apart: bool) -> Self {
        let same_suffix = *entry.suffix == *host.suffix();
        let (restricted, complete) = (index.may_be_an_office(host), index.knows_all(host));
        let (rest, lure) = (rest.text, rest.lure);
        Self { rest, lure, apart, same_suffix, restricted, complete: complete && same_suffix }
    }

    pub(crate) fn distance(&self) -> u16 {
        let rest = self.rest.len().min(40) as u16 / 8;
        rest + if self.same_suffix { 0 } else { 2 } + if self.apart { 0 } else { 2 }
    }
}

/// A protected word with others before or after it. Under a restricted suffix a department's own name is made so
/// (`votelakecounty`), unless the words are of log-in pages.
pub(crate) fn word_among(index: &Protected, entry: &Entry, beside: &Beside<'_>) -> Option<Strength> {
    if beside.complete && entry.len() > 2 && beside.lure {
        return Some(Strength::Moderate);
    }
    let strength = word_among_bought(index, entry, beside)?;
    let doubtful = beside.restricted && !is_credential(beside.rest);
    Some(if doubtful { Strength::Weak } else { strength })
}

fn word_among_bought(index: &Protected, entry: &Entry, beside: &Beside<'_>) -> Option<Strength> {
    let lure = beside.lure;
    match entry.standing {
        Standing::Distinct if lure => Some(Strength::Strong),
        Standing::Distinct if beside.apart || entry.len() >= 10 => Some(Strength::Moderate),
        Standing::Distinct => Some(Strength::Weak),
        Standing::Usual if lure => Some(Strength::Moderate),
        Standing::Usual if beside.apart => Some(Strength::Weak),
        Standing::Short if lure && beside.apart && beside.same_suffix => Some(Strength::Moderate),
        Standing::Short if lure && beside.apart => Some(Strength::Weak),
        Standing::Common => common_word_among(index, entry, beside),
        _ => None,
    }
}

/// A common word names a vendor only where the rest speaks of elections: `dominion-voting-support`, not `dominionenergy`.
fn common_word_among(index: &Protected, entry: &Entry, beside: &Beside<'_>) -> Option<Strength> {
    let vendor = matches!(index.party(entry).kind, PartyKind::Vendor | PartyKind::Own);
    if !vendor || entry.len() < 4 || !beside.lure {
        return None;
    }
    // Under a suffix that few use, the suffix tells as much as the word: voting.works.
    if beside.same_suffix && entry.form == Form::Label && !is_everyday(&entry.suffix) && entry.suffix.len() > 2 {
        return Some(Strength::Moderate);
    }
    let rest: String = beside.rest.chars().filter(|c| *c != '-').collect();
    let elections = beside.rest.split('-').any(is_election) || split_into(&rest, is_election);
    elections.then_some(Strength::Moderate)
}

/// A protected word with a slip, among others.
pub(crate) fn slipped_word(entry: &Entry, slips: &Slips, beside: &Beside<'_>) -> Option<Strength> {
    let strength = by_length(entry, slips, beside.same_suffix)?;
    let lure = beside.lure && !beside.restricted;
    match entry.standing {
        Standing::Distinct | Standing::Usual if lure => Some(strength.min(Strength::Moderate)),
        Standing::Distinct => Some(Strength::Weak),
        _ => None,
    }
}

/// A label alone as sub-domain of a stranger. Tenants of ordinary services are named so: alone it is a lead.
pub(crate) fn label_in_front(entry: &Entry, host: &Host) -> Option<Strength> {
    match (entry.form, entry.standing) {
        (Form::LabelWithSuffix, Standing::Distinct) => Some(Strength::Moderate),
        (_, Standing::Distinct) if is_all_lure(host.label()) => Some(Strength::Moderate),
        (_, Standing::Usual) if is_all_lure(host.label()) => Some(Strength::Weak),
        (_, Standing::Distinct) => Some(Strength::Weak),
        _ => None,
    }
}

/// The class of slips that stand under the genuine suffix.
pub(crate) fn class_of(slips: &Slips, seen: &str) -> LookalikeClass {
    let all = |kind| slips.list.iter().all(|slip: &Slip| slip.kind == kind);
    if slips.list.iter().all(|slip| matches!(slip.kind, Kind::Foreign | Kind::Glyph)) {
        let cyrillic = seen.chars().filter(|c| c.is_alphabetic()).all(|c| matches!(c, '\u{400}'..='\u{52f}'));
        return if cyrillic { LookalikeClass::Cyrillic } else { LookalikeClass::Homoglyph };
    }
    if slips.list.len() > 1 && !all(Kind::Hyphen) {
        return LookalikeClass::Combination;
    }
    match slips.list[0].kind {
        Kind::Hyphen => LookalikeClass::Hyphenation,
        Kind::Doubled => LookalikeClass::Repetition,
        Kind::Undoubled | Kind::Omitted => LookalikeClass::Omission,
        Kind::Transposed => LookalikeClass::Transposition,
        Kind::Plural => LookalikeClass::Plural,
        Kind::Vowel => LookalikeClass::VowelSwap,
        Kind::Bit => LookalikeClass::Bitsquatting,
        Kind::NearKeyInserted | Kind::Inserted => LookalikeClass::Insertion,
        Kind::Appended => LookalikeClass::Addition,
        Kind::NearKey | Kind::Replaced | Kind::Same => LookalikeClass::Replacement,
        Kind::Foreign | Kind::Glyph => LookalikeClass::Homoglyph,
    }
}
