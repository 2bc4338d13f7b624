//! What a threat names: person, place, time, weapon. The more, the graver.

use super::Specifics;
use super::lexicon::Word;
use super::said::shown;
use super::tables::Named;
use super::tokens::Token;

/// Reads the sentences around the evidence. `words` gives their words with the office's places marked.
pub(super) fn specifics(near: &[(&str, &[Token])], c: &Named, words: impl Fn(&[Token]) -> Vec<Word>) -> Specifics {
    let mut found = Specifics::default();
    for (text, tokens) in near.iter().take(12) {
        let words = words(tokens);
        let show = |range: Option<std::ops::Range<usize>>| range.map(|range| shown(text, &tokens[range], 80));
        found.person = found.person.or_else(|| show(person(&words, c)));
        found.place = found.place.or_else(|| show(place(&words, c)));
        found.time = found.time.or_else(|| show(time(&words, c)));
        found.weapon = found.weapon.or_else(|| show(run(&words, |word| word.classes & c.weapon != 0)));
    }
    found
}

fn person(words: &[Word], c: &Named) -> Option<std::ops::Range<usize>> {
    run(words, |word| word.classes & c.person != 0).or_else(|| after(words, c.your, c.kin))
}

/// A place of the office's, the reader's home or work, or an address: a number and a street.
fn place(words: &[Word], c: &Named) -> Option<std::ops::Range<usize>> {
    run(words, |word| word.classes & c.place_named != 0).or_else(|| address(words, c)).or_else(|| {
        after(words, c.your, c.home | c.site).or_else(|| run(words, |word| word.classes & (c.site & !c.home) != 0))
    })
}

fn address(words: &[Word], c: &Named) -> Option<std::ops::Range<usize>> {
    let number = words.iter().position(|word| word.classes & c.num != 0)?;
    let street = words[number..].iter().take(5).position(|word| word.classes & c.street != 0)?;
    (street > 0).then_some(number..number + street + 1)
}

/// A day, a time of day, or a number of hours.
fn time(words: &[Word], c: &Named) -> Option<std::ops::Range<usize>> {
    let at = words.iter().position(|word| word.classes & (c.day | c.when) != 0)?;
    let from = at.saturating_sub(usize::from(at > 0 && words[at - 1].classes & c.num != 0));
    let more = words[at..].iter().take(3).take_while(|word| word.classes & (c.day | c.when | c.num) != 0).count();
    Some(from..at + more)
}

/// The first run of words that are something.
fn run(words: &[Word], is: impl Fn(&Word) -> bool) -> Option<std::ops::Range<usize>> {
    let from = words.iter().position(&is)?;
    let length = words[from..].iter().take(6).take_while(|word| is(word)).count();
    Some(from..from + length)
}

/// The first word of one class that one of another follows within two words.
fn after(words: &[Word], first: u128, second: u128) -> Option<std::ops::Range<usize>> {
    let from = (0..words.len()).find(|at| {
        words[*at].classes & first != 0 && words[at + 1..].iter().take(3).any(|word| word.classes & second != 0)
    })?;
    let more = words[from + 1..].iter().position(|word| word.classes & second != 0)?;
    Some(from..from + more + 2)
}
