//! Short patterns of words and classes, and where they match in a sentence.
//!
//! An element is a set of words and classes (`a|b|@class`). `?` before it: it may be missing. `*`: up to four such words.
//! `~3`: up to three words of any kind but a denial. Elements are few and gaps short, so the work per word is bounded.

use super::lexicon::{Classes, Lexicon, Word};

/// Matching stops here in a text that is all threats; what was found until then is told.
const MOST_STEPS: u32 = 5_000_000;

#[derive(Debug, Clone)]
enum Element {
    /// One word of a set; whether it may be missing.
    One(Set, bool),
    /// Up to four words of a set.
    Many(Set),
    /// Up to so many words of any kind.
    Gap(usize),
}

#[derive(Debug, Clone, Default)]
struct Set {
    classes: Classes,
    words: Vec<u16>,
}

impl Set {
    fn has(&self, word: Word) -> bool {
        word.classes & self.classes != 0 || word.id != 0 && self.words.contains(&word.id)
    }
}

/// A pattern.
#[derive(Debug, Clone)]
struct Pattern {
    elements: Vec<Element>,
    /// For each element that must be there: classes, and numbers of words as bits, one of which the sentence must have.
    needs: Vec<(Classes, u128)>,
}

/// Many patterns, found by their first word.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    all: Vec<Pattern>,
    by_class: Vec<Vec<usize>>,
    by_word: Vec<Vec<usize>>,
}

/// A pattern's match: its number, its first word and the one after its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) pattern: usize,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// How much work is left, and which words are denials.
pub(super) struct Work {
    pub(super) steps: u32,
    denials: Classes,
}

impl Work {
    pub(super) fn new(lexicon: &Lexicon) -> Self {
        Self { steps: MOST_STEPS, denials: lexicon.class("not") }
    }
}

impl Patterns {
    /// Adds a pattern; patterns are numbered in the order they are added.
    pub(super) fn add(&mut self, text: &str, lexicon: &mut Lexicon) {
        let elements: Vec<Element> = text.split_whitespace().map(|part| element(part, lexicon)).collect();
        let number = self.all.len();
        if let Some(Element::One(first, false)) = elements.first() {
            for bit in (0..Classes::BITS).filter(|bit| first.classes >> bit & 1 == 1) {
                place(&mut self.by_class, bit as usize).push(number);
            }
            for word in &first.words {
                place(&mut self.by_word, usize::from(*word)).push(number);
            }
        }
        let needs = elements.iter().filter_map(need).collect();
        self.all.push(Pattern { elements, needs });
    }

    /// Every pattern's matches, at most one for each first word.
    pub(super) fn matches(&self, sentence: &[Word], work: &mut Work) -> Vec<Match> {
        let has = sentence.iter().fold((0, 0), |(classes, words), w| (classes | w.classes, words | bit(w.id)));
        let mut found = Vec::new();
        for (from, word) in sentence.iter().enumerate() {
            let by_word = self.by_word.get(usize::from(word.id)).into_iter().flatten();
            for pattern in by_word.chain(self.of_classes(word.classes)) {
                if let Some(to) = self.match_at(*pattern, sentence, from, has, work) {
                    found.push(Match { pattern: *pattern, from, to });
                }
            }
        }
        found.dedup();
        found
    }

    fn of_classes(&self, mut classes: Classes) -> impl Iterator<Item = &usize> {
        let bits = std::iter::from_fn(move || {
            let bit = classes.trailing_zeros();
            classes &= classes.wrapping_sub(1);
            (bit < Classes::BITS).then_some(bit)
        });
        bits.filter_map(|bit| self.by_class.get(bit as usize)).flatten()
    }

    fn match_at(
        &self,
        pattern: usize,
        sentence: &[Word],
        from: usize,
        has: (Classes, u128),
        work: &mut Work,
    ) -> Option<usize> {
        let pattern = &self.all[pattern];
        let may = pattern.needs.iter().all(|(classes, words)| has.0 & classes != 0 || has.1 & words != 0);
        may.then(|| ends(&pattern.elements, sentence, from, work)).flatten()
    }
}

fn place(lists: &mut Vec<Vec<usize>>, at: usize) -> &mut Vec<usize> {
    if lists.len() <= at {
        lists.resize_with(at + 1, Vec::new);
    }
    &mut lists[at]
}

/// Where a match that begins here ends.
fn ends(elements: &[Element], sentence: &[Word], at: usize, work: &mut Work) -> Option<usize> {
    let Some((first, rest)) = elements.split_first() else { return Some(at) };
    work.steps = work.steps.checked_sub(1)?;
    match first {
        Element::One(set, is_optional) => {
            let taken =
                sentence.get(at).filter(|word| set.has(**word)).and_then(|_| ends(rest, sentence, at + 1, work));
            taken.or_else(|| is_optional.then(|| ends(rest, sentence, at, work)).flatten())
        }
        Element::Many(set) => {
            let most = sentence[at..].iter().take(4).take_while(|word| set.has(**word)).count();
            (0..=most).rev().find_map(|n| ends(rest, sentence, at + n, work))
        }
        Element::Gap(most) => {
            let denials = work.denials;
            let most = sentence[at..].iter().take(*most).take_while(|word| word.classes & denials == 0).count();
            (0..=most).find_map(|n| ends(rest, sentence, at + n, work))
        }
    }
}

fn element(part: &str, lexicon: &mut Lexicon) -> Element {
    if let Some(most) = part.strip_prefix('~') {
        return Element::Gap(most.parse().unwrap_or(1));
    }
    if let Some(many) = part.strip_prefix('*') {
        return Element::Many(set(many, lexicon));
    }
    let bare = part.strip_prefix('?');
    Element::One(set(bare.unwrap_or(part), lexicon), bare.is_some())
}

fn set(text: &str, lexicon: &mut Lexicon) -> Set {
    let mut set = Set::default();
    for one in text.split('|') {
        match one.strip_prefix('@') {
            Some(class) => set.classes |= lexicon.class(class),
            None => set.words.push(lexicon.id(one)),
        }
    }
    set
}

fn need(element: &Element) -> Option<(Classes, u128)> {
    let Element::One(set, false) = element else { return None };
    Some((set.classes, set.words.iter().fold(0, |bits, word| bits | bit(*word))))
}

fn bit(word: u16) -> u128 {
    if word == 0 { 0 } else { 1 << (word % 128) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pattern: &str, sentence: &str) -> bool {
        let mut lexicon = Lexicon::read("not: not never\ni: i we\nkill: kill\nq: all of\ncore:", "", "");
        let mut patterns = Patterns::default();
        patterns.add(pattern, &mut lexicon);
        let words: Vec<Word> = sentence.split(' ').map(|w| lexicon.word(w).unwrap_or_default()).collect();
        !patterns.matches(&words, &mut Work::new(&lexicon)).is_empty()
    }

    #[test]
    fn gaps_options_and_denials() {
        assert!(found("@i ~3 @kill *@q you", "so we will surely kill all of you"));
        assert!(!found("@i ~3 @kill *@q you", "we will not kill you"));
        assert!(!found("@i ~3 @kill *@q you", "we kill the process you saw"));
        assert!(found("the ?big dog|cat", "the cat") && found("the ?big dog|cat", "the big dog"));
    }

    #[test]
    fn work_is_bounded() {
        let mut lexicon = Lexicon::read("not: not\ncore:", "", "");
        let mut patterns = Patterns::default();
        patterns.add("a ~9 a ~9 a ~9 a ~9 a ~9 a ~9 b", &mut lexicon);
        let a = lexicon.word("a").unwrap_or_default();
        let b = lexicon.word("b").unwrap_or_default();
        let mut words = vec![a; 5_000];
        words.push(b);
        let mut work = Work::new(&lexicon);
        let _ = patterns.matches(&words, &mut work);
        assert_eq!(work.steps, 0);
    }
}
