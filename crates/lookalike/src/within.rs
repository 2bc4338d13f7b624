//! A protected word among others in one label: `my-iri.org`, `adfs-senate.services`, `vrsystems-login.com`,
//! `securevrsystems.com`; with a slip as well: `vrsysterns-login.com`.

use crate::entry::{Entry, Form, Standing};
use crate::host::Host;
use crate::index::Protected;
use crate::lead::{Lead, Leads, Means};
use crate::lookup::Asked;
use crate::slip::{Seen, Slips, aligned};
use crate::weigh::{self, Beside, Rest};
use crate::words::{is_all_lure, is_lure};
use crate::{LookalikeClass, Strength};

/// Parts between hyphens that are looked at; a label has room for 32.
const MOST_PARTS: usize = 8;
/// Shortest word found without a hyphen beside it, in letters.
const SHORTEST_JOINED: usize = 5;
/// Shortest word found with a slip in it.
const SHORTEST_SLIPPED: usize = 7;

impl Protected {
    pub(crate) fn words_within<'a>(&'a self, asked: &Asked<'_>, leads: &mut Leads<'a>) {
        if !asked.plain.is_ascii() {
            return;
        }
        self.between_hyphens(&asked.plain, asked.host, leads);
        self.at_either_end(&asked.plain, asked.host, leads);
    }

    fn between_hyphens<'a>(&'a self, label: &str, host: &Host, leads: &mut Leads<'a>) {
        let parts: Vec<&str> = label.split('-').filter(|part| !part.is_empty()).take(MOST_PARTS).collect();
        if parts.len() < 2 {
            return;
        }
        for from in 0..parts.len() {
            for to in from + 1..=parts.len() {
                if to - from == parts.len() {
                    continue;
                }
                let rest = [&parts[..from], &parts[to..]].concat().join("-");
                self.one_word(&parts[from..to].concat(), &rest, true, host, leads);
            }
        }
    }

    /// The longest words first and last in the label, hyphens left out.
    fn at_either_end<'a>(&'a self, label: &str, host: &Host, leads: &mut Leads<'a>) {
        let whole = label.replace('-', "");
        // With hyphens, slipped words are looked for between them.
        let joined = whole.len() == label.len();
        let shortest = if self.knows_all(host) { 3 } else { SHORTEST_JOINED };
        for cut in 1..whole.len() {
            let (front, back) = whole.split_at(cut);
            if cut >= shortest {
                self.exact_word(front, back, false, host, leads);
            }
            if back.len() >= shortest {
                self.exact_word(back, front, false, host, leads);
            }
            if joined && back.len() >= SHORTEST_SLIPPED && is_lure(front) {
                self.slipped_word(back, front, host, leads);
            }
            if joined && cut >= SHORTEST_SLIPPED && is_lure(back) {
                self.slipped_word(front, back, host, leads);
            }
        }
    }

    fn one_word<'a>(&'a self, word: &str, rest: &str, apart: bool, host: &Host, leads: &mut Leads<'a>) {
        self.exact_word(word, rest, apart, host, leads);
        if word.len() >= SHORTEST_SLIPPED && !is_all_lure(word) {
            self.slipped_word(word, rest, host, leads);
        }
    }

    fn exact_word<'a>(&'a self, word: &str, rest: &str, apart: bool, host: &Host, leads: &mut Leads<'a>) {
        let mut entries = self.exactly(word).peekable();
        if entries.peek().is_none() {
            return;
        }
        let beside = Rest::of(rest);
        for entry in entries {
            let beside = Beside::of(self, entry, host, &beside, apart);
            let Some(strength) = weigh::word_among(self, entry, &beside) else { continue };
            let class = match entry.form {
                Form::Label if is_dictionary(&beside) => LookalikeClass::Dictionary,
                Form::Label => LookalikeClass::BrandWord,
                Form::LabelWithSuffix => LookalikeClass::BrandWord,
                Form::Name => LookalikeClass::NameAsDomain,
            };
            let means = Means::Among { word: word.to_owned(), rest: rest.to_owned() };
            leads.add(Lead { entry, class, strength, distance: 6 + beside.distance(), means });
        }
    }

    fn slipped_word<'a>(&'a self, word: &str, rest: &str, host: &Host, leads: &mut Leads<'a>) {
        let entries = self.near(word);
        if entries.is_empty() {
            return;
        }
        let (seen, beside) = (Seen::of(word), Rest::of(rest));
        for entry in entries {
            let Some((slips, beside, strength)) = slipped(self, entry, &seen, &beside, host) else { continue };
            let distance = 8 + slips.cost + if beside.same_suffix { 0 } else { 4 };
            let means = Means::Among { word: word.to_owned(), rest: rest.to_owned() };
            leads.add(Lead { entry, class: LookalikeClass::Combination, strength, distance, means });
        }
    }
}

/// The slips in a word among others, and what they are worth.
fn slipped<'r>(
    index: &Protected,
    entry: &Entry,
    seen: &Seen,
    rest: &Rest<'r>,
    host: &Host,
) -> Option<(Slips, Beside<'r>, Strength)> {
    if entry.form == Form::LabelWithSuffix || entry.standing < Standing::Usual || entry.len() < SHORTEST_SLIPPED - 1 {
        return None;
    }
    let slips = aligned(&entry.letters, seen).filter(|slips| !slips.list.is_empty())?;
    let beside = Beside::of(index, entry, host, rest, true);
    let strength = weigh::slipped_word(entry, &slips, &beside)?;
    Some((slips, beside, strength))
}

/// One word added under the genuine suffix is what dnstwist calls dictionary.
fn is_dictionary(beside: &Beside<'_>) -> bool {
    beside.same_suffix && is_lure(beside.rest)
}
