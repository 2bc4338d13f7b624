//! Text in the form it is searched in: small letters without accents, words parted by one space, tricks with look-alike
//! letters and characters of no width undone (UTS #39 describes them; UAX #15 the compatibility forms).

use unicode_normalization::UnicodeNormalization as _;

/// A folded text and what had to be undone.
#[derive(Debug, Default)]
pub(super) struct Folded {
    /// Words parted by single spaces, one before the first and one after the last.
    pub(super) text: String,
    /// Words in which letters of several scripts stand, as they were written; a few.
    pub(super) mixed: Vec<String>,
}

const MOST_MIXED: usize = 8;

impl Folded {
    /// Adds a text, of which no more than `most` bytes are kept.
    pub(super) fn push(&mut self, text: &str, most: usize) {
        if self.text.is_empty() {
            self.text.push(' ');
        }
        let end = self.text.len() + most;
        for word in text.split(parts_words) {
            if self.text.len() >= end {
                return;
            }
            if !word.is_empty() {
                self.word(word);
            }
        }
    }

    fn word(&mut self, word: &str) {
        let before = self.text.len();
        if word.is_ascii() {
            self.text.extend(word.bytes().filter(|b| *b != b'\'').map(|b| b.to_ascii_lowercase() as char));
        } else {
            self.foreign(word);
        }
        if self.text.len() > before {
            self.text.push(' ');
        }
    }

    fn foreign(&mut self, word: &str) {
        let is_mixed = is_mixed(word);
        if is_mixed && self.mixed.len() < MOST_MIXED {
            self.mixed.push(word.to_owned());
        }
        for c in word.nfkd().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric() || *c == '$' || *c == '%') {
            self.text.push(if is_mixed { latin(c) } else { plain(c) });
        }
    }
}

/// Characters of no width and apostrophes stand within words; everything else that is no letter or number parts them.
fn parts_words(c: char) -> bool {
    if c.is_ascii() {
        return !(c.is_ascii_alphanumeric() || matches!(c, '\'' | '$' | '%'));
    }
    !(c.is_alphanumeric() || c == '’' || is_of_no_width(c) || is_mark(c))
}

/// Characters that take no place on the screen.
pub(super) fn is_of_no_width(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}' | '\u{34f}' | '\u{180e}')
}

/// Accents that follow their letter.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Whether Latin letters stand beside letters of Cyrillic or Greek that look like them.
fn is_mixed(word: &str) -> bool {
    // Shorter ones are units and formulas.
    let is_latin =
        word.chars().filter(|c| c.is_alphabetic()).count() >= 4 && word.chars().any(|c| c.is_ascii_alphabetic());
    let mut foreign = word.chars().filter(|c| is_foreign(*c)).peekable();
    // A letter that looks like no Latin one belongs to text that was damaged, or to a word in its own right.
    is_latin && foreign.peek().is_some() && foreign.all(|c| is_foreign_twin(c.to_lowercase().next().unwrap_or(c)))
}

fn is_foreign_twin(c: char) -> bool {
    latin(c) != plain(c)
}

fn is_foreign(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{52f}')
}

/// Letters that no decomposition reaches.
fn plain(c: char) -> char {
    match c {
        'ı' => 'i',
        'ł' => 'l',
        'ø' => 'o',
        'đ' => 'd',
        _ => c,
    }
}

/// The Latin letter that a Cyrillic or Greek one looks like.
fn latin(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'һ' | 'н' | 'η' => 'h',
        'і' | 'ι' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'ӏ' => 'l',
        'м' | 'μ' => 'm',
        'п' | 'ν' => 'n',
        'о' | 'ο' | 'σ' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'г' => 'r',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' => 'u',
        'ѵ' => 'v',
        'ԝ' | 'ω' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        'ζ' => 'z',
        other => plain(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Folded {
        let mut folded = Folded::default();
        folded.push(text, 1_000);
        folded
    }

    #[test]
    fn letters_are_small_and_plain() {
        assert_eq!(folded("Su  Contraseña—¡EXPIRÓ!").text, " su contrasena expiro ");
        assert_eq!(folded("don't wait; 100% free").text, " dont wait 100% free ");
        assert_eq!(folded("").text, " ");
    }

    #[test]
    fn tricks_within_words_are_undone() {
        assert_eq!(folded("pass\u{200b}word").text, " password ");
        assert_eq!(folded("𝐕𝐞𝐫𝐢𝐟𝐲 ｎｏｗ").text, " verify now ");
        let mixed = folded("Micrоsoft");
        assert_eq!((mixed.text.as_str(), mixed.mixed.len()), (" microsoft ", 1));
    }

    #[test]
    fn a_word_of_one_script_is_left_as_it_is() {
        let russian = folded("Подтвердите пароль");
        assert_eq!((russian.text.as_str(), russian.mixed.len()), (" подтвердите пароль ", 0));
        assert!(folded("5μm Größe").mixed.is_empty());
    }

    #[test]
    fn long_texts_are_cut() {
        assert!(folded(&"word ".repeat(10_000)).text.len() < 1_010);
    }
}
