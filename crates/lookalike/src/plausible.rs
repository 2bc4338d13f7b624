//! Whether a name under `.gov` or `.mil` may be another real office's. Nobody buys a name there, yet a sender line can claim
//! any; and thousands of real offices differ by a letter (barren/warren, `…countyil`/`…countyin`). So a likeness counts there
//! only where the result is no plausible office name: a common word broken, or one slip in a place's name that leaves no word.

use crate::entry::{Entry, MadeOf};
use crate::index::Protected;
use crate::lookup::Asked;
use crate::slip::{Kind, Slip, Slips};
use crate::words::is_state_name;

/// Shortest label that one slip can be told in.
const SHORTEST: usize = 6;

/// Whether the seen label may well be a real office's that is not known.
pub(crate) fn is_plausible_office(index: &Protected, entry: &Entry, asked: &Asked<'_>, slips: &Slips) -> bool {
    let seen = asked.host.label();
    if !seen.is_ascii() {
        return false; // These registries take ASCII alone.
    }
    // A name that is no words itself (an acronym, a place unheard of) says nothing about what a real one looks like.
    let Some(genuine) = entry.made_of.as_ref().filter(|made_of| made_of.is_whole) else { return true };
    let adds_digit_to_state = || adds_digit(&entry.written, slips) && genuine.ends_in_state;
    if entry.len() < SHORTEST || asked.is_made_of_words(index) && !adds_digit_to_state() {
        return true;
    }
    let label = Label { word: &entry.written, genuine, seen };
    let broken: Vec<&Slip> = slips.list.iter().filter(|slip| !label.is_between_names(slip)).collect();
    match (broken.as_slice(), slips.list.len()) {
        ([], _) => true,
        ([_], 1) => false,
        (broken, _) => !broken.iter().any(|slip| label.is_never_a_name(slip)) && !label.are_in_two_words(broken),
    }
}

/// A genuine label and the words in it.
struct Label<'a> {
    word: &'a str,
    genuine: &'a MadeOf,
    seen: &'a str,
}

impl Label<'_> {
    /// The word that a slip falls in.
    fn piece(&self, slip: &Slip) -> Option<(usize, usize)> {
        self.words().find(|(start, end)| (*start..*end).contains(&slip.genuine_at))
    }

    fn words(&self) -> impl Iterator<Item = (usize, usize)> {
        self.genuine.words.iter().map(|(start, end)| (usize::from(*start), usize::from(*end)))
    }

    /// Whether a slip is such as two real names differ by: in a short form, a hyphen between words, an ending, a number,
    /// letters that nobody would take for each other.
    fn is_between_names(&self, slip: &Slip) -> bool {
        let at = slip.genuine_at;
        match slip.kind {
            Kind::Hyphen => {
                self.word[at..].starts_with('-') || self.words().any(|(start, end)| start == at || end == at)
            }
            Kind::Plural | Kind::Appended => self.words().any(|(_, end)| end == at) && !self.genuine.ends_in_state,
            Kind::Inserted | Kind::Replaced => true,
            Kind::NearKeyInserted if at == 0 => true,
            Kind::Bit if self.changes_consonant(slip) => !self.piece(slip).is_some_and(|place| self.is_civic(place)),
            _ if self.word[at..].starts_with(|c: char| c.is_ascii_digit()) => true,
            _ => self.piece(slip).is_some_and(|(start, end)| {
                end - start <= 3 && !(end == self.word.len() && self.genuine.ends_in_state)
            }),
        }
    }

    /// One consonant for another, as names of places differ by: Stafford, Spafford.
    fn changes_consonant(&self, slip: &Slip) -> bool {
        let consonant =
            |text: &str, at: usize| text[at..].starts_with(|c: char| c.is_ascii_lowercase() && !"aeiou".contains(c));
        consonant(self.word, slip.genuine_at) && consonant(self.seen, slip.seen_at)
    }

    /// Whether a slip leaves what is no other place's name: a civic word broken, a digit for a letter.
    fn is_never_a_name(&self, slip: &Slip) -> bool {
        slip.is_digit || self.piece(slip).is_some_and(|place| self.is_civic(place))
    }

    /// Letters that look alike, in two words: two real names hardly differ so.
    fn are_in_two_words(&self, slips: &[&Slip]) -> bool {
        let mut places = slips.iter().map(|slip| self.piece(slip));
        let first = places.next();
        slips.iter().all(|slip| slip.kind == Kind::Glyph) && places.any(|place| Some(place) != first)
    }

    /// Words that every other office's name has: broken, they are no other place's.
    fn is_civic(&self, (start, end): (usize, usize)) -> bool {
        let word = &self.word[start..end];
        CIVIC.contains(&word) || is_state_name(word)
    }
}

const CIVIC: &[&str] = &[
    "borough",
    "city",
    "clerk",
    "commission",
    "council",
    "county",
    "court",
    "courts",
    "department",
    "district",
    "elections",
    "fire",
    "government",
    "health",
    "office",
    "parish",
    "police",
    "public",
    "schools",
    "sheriff",
    "state",
    "town",
    "township",
    "village",
    "vote",
    "votes",
    "voter",
    "voting",
    "water",
];

/// Whether a digit follows at the end: after a state's code, where real names end.
fn adds_digit(word: &str, slips: &Slips) -> bool {
    slips.list.iter().any(|slip| slip.is_digit && slip.genuine_at == word.len())
}
