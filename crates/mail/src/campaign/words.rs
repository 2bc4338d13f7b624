//! Pairs of words that make a text this text, without what differs per recipient.
//!
//! Within each sentence, neighbours of the words that carry meaning are paired: a sentence that is moved or dropped changes
//! only its own pairs. Names, offices, numbers, days, addresses and links' tokens are left out. A word with a capital letter
//! within a sentence is taken for a name (in German this also takes nouns, in all copies of a text alike).

use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use super::fold::{fold, has_no_width, needs_no_space};
use super::spoken::spoken;
use super::stop_words::{Known, known};

/// The least of a longer text's hashes are kept: the same ones in every copy (a bottom-k sample).
const MOST_PAIRS: usize = 500;
/// Words longer than this are no words.
const LONGEST_WORD: usize = 32;

/// Words of recipients, senders and offices, as hashes of folded words.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    /// The office's, in order, shared by all messages.
    own: Arc<[u64]>,
    /// A message's.
    more: Vec<u64>,
}

impl Names {
    /// Adds the words of a name or an address, except those that are no one's.
    pub(super) fn add(&mut self, name: &str) {
        for piece in name.split(|c: char| !c.is_alphanumeric()) {
            let mut word = String::new();
            piece.chars().for_each(|c| fold(c, &mut word));
            if word.len() >= 2 && word.len() <= LONGEST_WORD && !known(&word).is_generic && !known(&word).is_small {
                self.more.push(xxh3_64(word.as_bytes()));
            }
        }
    }

    /// The same, quick to copy and to look up.
    pub(super) fn settled(mut self) -> Self {
        self.more.extend_from_slice(&self.own);
        self.more.sort_unstable();
        self.more.dedup();
        Self { own: self.more.into(), more: Vec::new() }
    }

    pub(super) fn has(&self, word: &str) -> bool {
        let hash = xxh3_64(word.as_bytes());
        self.own.binary_search(&hash).is_ok() || self.more.contains(&hash)
    }
}

/// A word of the sentence that is read, folded.
#[derive(Debug, Clone, Copy)]
struct Word {
    /// Where it stands among the sentence's letters.
    from: usize,
    to: usize,
    is_capital: bool,
    /// Already taken for a name.
    is_name: bool,
    known: Known,
}

/// The pairs of a text, as hashes in order, without repeats; not yet keyed.
pub(super) fn pairs(text: &str, is_html: bool, names: &Names) -> Vec<u64> {
    let mut reader =
        Reader { names, letters: String::new(), begun: 0, is_capital: false, sentence: vec![], pairs: vec![] };
    for line in spoken(text, is_html) {
        line.text.split_whitespace().for_each(|token| reader.token(token));
        if line.ends {
            reader.end_sentence();
        }
    }
    reader.end_sentence();
    sampled(reader.pairs, MOST_PAIRS)
}

/// Sorted, without repeats, the least ones.
pub(super) fn sampled(mut hashes: Vec<u64>, most: usize) -> Vec<u64> {
    hashes.sort_unstable();
    hashes.dedup();
    hashes.truncate(most);
    hashes
}

struct Reader<'a> {
    names: &'a Names,
    /// The sentence's words, folded, one behind the other.
    letters: String,
    /// Where the word begins that is read.
    begun: usize,
    is_capital: bool,
    sentence: Vec<Word>,
    pairs: Vec<u64>,
}

impl Reader<'_> {
    fn token(&mut self, token: &str) {
        if !is_place(token) {
            token.chars().for_each(|c| self.letter(c));
            self.end_word();
        }
        if token
            .trim_end_matches(['"', '\'', ')', '”', '’', '*'])
            .ends_with(['.', '!', '?', ':', ';', '。', '！', '？'])
        {
            self.end_sentence();
        }
    }

    fn letter(&mut self, c: char) {
        if needs_no_space(c) {
            // A word by itself, before the one that is being read.
            let around =
                if self.letters.len() > self.begun { self.letters.split_off(self.begun) } else { String::new() };
            let is_capital = std::mem::take(&mut self.is_capital);
            self.letters.push(c);
            self.end_word();
            self.letters.push_str(&around);
            self.is_capital = is_capital;
        } else if c.is_alphanumeric() || has_no_width(c) {
            if self.letters.len() == self.begun {
                self.is_capital = c.is_uppercase();
            }
            fold(c, &mut self.letters);
        } else if !matches!(c, '\'' | '’' | '`') && !unicode_normalization::char::is_combining_mark(c) {
            self.end_word();
        }
    }

    fn end_word(&mut self) {
        plain_digits(&mut self.letters, self.begun);
        let word = &self.letters[self.begun..];
        let is_number = word.bytes().any(|byte| byte.is_ascii_digit());
        let is_single = word.len() == 1 && word.is_ascii();
        if word.is_empty() || word.len() > LONGEST_WORD || is_number || is_single {
            self.letters.truncate(self.begun);
        } else {
            let (known, is_capital) = (known(word), self.is_capital);
            let (from, to) = (self.begun, self.letters.len());
            self.sentence.push(Word { from, to, is_capital, is_name: false, known });
        }
        (self.begun, self.is_capital) = (self.letters.len(), false);
    }

    fn end_sentence(&mut self) {
        let is_footer = self.sentence.iter().any(|word| word.known.is_footer);
        if !is_footer {
            self.mark_names();
            self.pair();
        }
        self.sentence.clear();
        self.letters.clear();
        self.begun = 0;
    }

    fn mark_names(&mut self) {
        let capitals = self.sentence.iter().filter(|word| word.is_capital).count();
        // A headline or a shout has capitals for other reasons.
        let is_headline = capitals >= 4 && capitals * 5 > self.sentence.len() * 3;
        for at in 0..self.sentence.len() {
            let word = self.sentence[at];
            let next_is_capital = self.sentence.get(at + 1).is_some_and(|next| next.is_capital);
            let is_inner = at > 0 || next_is_capital;
            let may_be_known = word.is_capital || word.to - word.from >= 5;
            let is_known = may_be_known && self.names.has(&self.letters[word.from..word.to]);
            let is_proper = word.is_capital && is_inner && !is_headline;
            self.sentence[at].is_name = is_known || is_proper;
        }
    }

    fn pair(&mut self) {
        let carries = |word: &&Word| !word.is_name && !word.known.is_small && !word.known.is_day;
        let mut words = self.sentence.iter().filter(carries).map(|word| &self.letters[word.from..word.to]);
        let Some(mut last) = words.next() else { return };
        let (mut both, mut is_alone) = (String::with_capacity(2 * LONGEST_WORD + 1), true);
        for word in words {
            both.clear();
            both.extend([last, " ", word]);
            self.pairs.push(xxh3_64(both.as_bytes()));
            (last, is_alone) = (word, false);
        }
        if is_alone {
            self.pairs.push(xxh3_64(last.as_bytes()));
        }
    }
}

/// An address, a link or a file's name: it differs per recipient, and is looked at elsewhere.
fn is_place(token: &str) -> bool {
    let bytes = token.as_bytes();
    let is_inner_dot = |at: usize| {
        bytes[at] == b'.'
            && at > 0
            && bytes[at - 1].is_ascii_alphanumeric()
            && bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric)
    };
    token.contains('@') || token.contains("://") || (0..bytes.len()).any(is_inner_dot)
}

/// Digits that stand for letters within the last word (`passw0rd`), which begins at `from`, are those letters.
fn plain_digits(letters: &mut String, from: usize) {
    let word = &letters[from..];
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let ends_plain = !word.starts_with(|c: char| c.is_ascii_digit()) && !word.ends_with(|c: char| c.is_ascii_digit());
    if digits == 0 || digits * 3 > word.len() || !ends_plain {
        return;
    }
    let letter = |c: char| match c {
        '0' => 'o',
        '1' => 'l',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        c => c,
    };
    let plain: String = word.chars().map(letter).collect();
    letters.truncate(from);
    letters.push_str(&plain);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Names {
        let mut all = Names::default();
        names.iter().for_each(|name| all.add(name));
        all
    }

    #[test]
    fn what_differs_per_recipient_makes_no_difference() {
        let one = "Dear Ann,\nplease open the new guide for Harper County before October 27: https://example.net/x?u=aGk1\nIt takes 5 minutes, Ann.";
        let two = "Hello Mr. Bell,\nPlease open the new guide for Lee County before November 1: https://example.net/x?u=Zm9v\nIt takes 10 minutes, Bell.";
        assert_eq!(pairs(one, false, &names(&["Ann Example"])), pairs(two, false, &names(&["bell@example.org"])));
    }

    #[test]
    fn sentences_may_be_moved() {
        let (one, two) = (
            "Your password expires soon. Keep it by the link below.",
            "Keep it by the link below. Your password expires soon.",
        );
        assert_eq!(pairs(one, false, &Names::default()), pairs(two, false, &Names::default()));
    }

    #[test]
    fn look_alike_letters_and_digits_do_not_hide_a_text() {
        let (one, two) = ("the password expires soon", "the p\u{430}ssw0rd exp\u{200b}ires soon");
        assert_eq!(pairs(one, false, &Names::default()), pairs(two, false, &Names::default()));
    }

    #[test]
    fn generic_words_of_addresses_are_kept() {
        let text = "the elections office closes early";
        assert_eq!(pairs(text, false, &names(&["elections@example.org"])), pairs(text, false, &Names::default()));
    }

    #[test]
    fn other_texts_are_other_pairs() {
        let (one, two) =
            (pairs("open the parcel", false, &Names::default()), pairs("pay the invoice", false, &Names::default()));
        assert!(one.iter().all(|pair| !two.contains(pair)) && !one.is_empty());
    }
}
