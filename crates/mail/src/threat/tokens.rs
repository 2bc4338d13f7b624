//! A text as words that are known or not, and its sentences.

use std::ops::Range;

use super::lexicon::{Form, Lexicon, Word};
use super::{fold, voice};

/// A word of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) word: Word,
    /// Where it stands in the text.
    pub(super) from: usize,
    pub(super) to: usize,
    /// Whether it is somebody else's: quoted or passed on.
    pub(super) is_quoted: bool,
    /// Whether it stands between quotation marks.
    pub(super) is_marked: bool,
    /// Whether it was written so as not to be found: letters apart, digits for letters, a wrong letter.
    pub(super) is_disguised: bool,
}

/// A text's words, and where its sentences are among them.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    pub(super) all: Vec<Token>,
    pub(super) sentences: Vec<Range<usize>>,
}

/// Reads a text. Sentences end at marks and at empty lines, and where the voice changes.
pub(super) fn tokens(text: &str, are_quoted: bool, lexicon: &Lexicon) -> Tokens {
    let quotes = voice::quotations(text);
    let mut reader = Reader { lexicon, plain: String::new(), tokens: Tokens::default(), begun: 0, singles: 0 };
    for (range, is_passed_on) in voice::voices(text) {
        reader.stretch(text, range, is_passed_on || are_quoted);
        reader.end_sentence();
    }
    let mut tokens = reader.tokens;
    let mut next = quotes.into_iter().peekable();
    for token in &mut tokens.all {
        while next.next_if(|quote| quote.end < token.from).is_some() {}
        token.is_marked = next.peek().is_some_and(|quote| quote.contains(&token.from));
    }
    tokens
}

struct Reader<'a> {
    lexicon: &'a Lexicon,
    plain: String,
    tokens: Tokens,
    /// The first word of the sentence.
    begun: usize,
    /// How many words of one letter came last.
    singles: usize,
}

impl Reader<'_> {
    fn stretch(&mut self, text: &str, range: Range<usize>, is_quoted: bool) {
        let mut chars = text[range.clone()].char_indices().map(|(at, c)| (range.start + at, c)).peekable();
        let mut begun: Option<usize> = None;
        let mut last = '\n';
        while let Some((at, c)) = chars.next() {
            let next = chars.peek().map_or(' ', |(_, next)| *next);
            if is_part(c, begun.is_some(), next) {
                begun = begun.or(Some(at));
            } else {
                if let Some(from) = begun.take() {
                    self.word(&text[from..at], from..at, is_quoted);
                }
                self.mark(c, last, next);
            }
            if c != ' ' && c != '\r' && c != '>' {
                last = c;
            }
        }
        if let Some(from) = begun {
            self.word(&text[from..range.end], from..range.end, is_quoted);
        }
        self.join_singles();
    }

    /// A mark between words: may end the sentence.
    fn mark(&mut self, c: char, last: char, next: char) {
        let apart = next.is_whitespace() || matches!(next, '"' | '”' | '»' | '\'' | ')');
        let ends = match c {
            '!' | '?' | ';' | '…' | '¿' | '¡' => true,
            '.' => apart && last != '.',
            '\n' => last == '\n',
            '•' | '|' => true,
            _ => false,
        };
        if ends {
            self.join_singles();
            self.end_sentence();
        }
    }

    fn end_sentence(&mut self) {
        if self.tokens.all.len() > self.begun {
            self.tokens.sentences.push(self.begun..self.tokens.all.len());
            self.begun = self.tokens.all.len();
        }
    }

    fn word(&mut self, written: &str, at: Range<usize>, is_quoted: bool) {
        let mut plain = std::mem::take(&mut self.plain);
        plain.clear();
        written.chars().for_each(|c| fold::push(c, &mut plain));
        squeeze(&mut plain);
        let plain_word = plain.trim_end_matches('\'');
        let is_single = plain_word.chars().count() == 1;
        if !is_single {
            self.join_singles();
        }
        let form = self.lexicon.form(plain_word);
        match form.map(|form| form.joined.as_slice()) {
            Some(joined @ [_, ..]) => {
                for part in joined {
                    self.push(self.lexicon.word(part).unwrap_or_default(), at.clone(), is_quoted, false);
                }
            }
            _ => {
                let (word, is_disguised) = known(plain_word, form, self.lexicon);
                self.push(word, at, is_quoted, is_disguised);
            }
        }
        self.singles = if is_single { self.singles + 1 } else { 0 };
        self.plain = plain;
    }

    fn push(&mut self, word: Word, at: Range<usize>, is_quoted: bool, is_disguised: bool) {
        self.tokens.all.push(Token { word, from: at.start, to: at.end, is_quoted, is_marked: false, is_disguised });
    }

    /// Words written with their letters apart, `k i l l`: three letters at least.
    fn join_singles(&mut self) {
        let run = std::mem::take(&mut self.singles);
        if !(3..=60).contains(&run) {
            return;
        }
        let letters: Vec<Token> = self.tokens.all.split_off(self.tokens.all.len() - run);
        let spelt: Vec<char> = letters.iter().map(|token| single(token.word, self.lexicon)).collect();
        let mut at = 0;
        while at < run {
            let longest = (3..=12.min(run - at)).rev().find_map(|n| {
                let text: String = spelt[at..at + n].iter().collect();
                Some((n, self.lexicon.word(&text).filter(|word| word.classes != 0)?))
            });
            let (n, word, disguised) = longest.map_or((1, letters[at].word, false), |(n, word)| (n, word, true));
            let (first, last) = (letters[at], letters[at + n - 1]);
            self.push(word, first.from..last.to, first.is_quoted, disguised);
            at += n;
        }
    }
}

/// The letter that a word of one letter is; the lexicon knows all of them by number.
fn single(word: Word, lexicon: &Lexicon) -> char {
    let mut buffer = [0; 4];
    ('a'..='z')
        .find(|c| lexicon.word(c.encode_utf8(&mut buffer)).is_some_and(|w| w.id == word.id))
        .unwrap_or('\u{fffd}')
}

/// The word that a plain form is, and whether it was disguised. `form` is what the lexicon knows of it.
fn known(plain: &str, form: Option<&Form>, lexicon: &Lexicon) -> (Word, bool) {
    let (mut bare, mut form) = (plain, form);
    if let Some(owner) = plain.strip_suffix("'s").filter(|_| form.is_none_or(|form| form.word.is_none())) {
        (bare, form) = (owner, lexicon.form(owner));
    }
    if let Some(word) = form.and_then(|form| form.word) {
        return (word, false);
    }
    if bare.bytes().any(|c| !c.is_ascii_lowercase()) && bare.bytes().any(|c| c.is_ascii_lowercase()) {
        let read = ['i', 'l'].into_iter().find_map(|one| lexicon.word(&fold::letters(bare, one)));
        if let Some(word) = read.filter(|word| word.classes != 0) {
            return (word, true);
        }
    }
    let misspelt = form.and_then(|form| form.misspelt);
    misspelt.map_or_else(|| (number(bare, lexicon), false), |word| (word, true))
}

/// Numbers are one word to the tables: `#`.
fn number(plain: &str, lexicon: &Lexicon) -> Word {
    let is_number = plain.len() < 8 && plain.bytes().next().is_some_and(|c| c.is_ascii_digit());
    is_number.then(|| lexicon.word("#")).flatten().unwrap_or_default()
}

/// Letters repeated for weight: more than two are two.
fn squeeze(plain: &mut String) {
    let bytes = plain.as_bytes();
    if !bytes.windows(3).any(|w| w[0] == w[1] && w[1] == w[2] && w[0].is_ascii_lowercase()) {
        return;
    }
    let mut kept = String::with_capacity(plain.len());
    let (mut last, mut run) = ('\0', 0);
    for c in plain.chars() {
        run = if c == last { run + 1 } else { 1 };
        last = c;
        if run <= 2 {
            kept.push(c);
        }
    }
    *plain = kept;
}

/// Whether a character belongs to a word. Signs count within one only, where letters follow.
fn is_part(c: char, is_within: bool, next: char) -> bool {
    match c {
        '\'' | '’' | '‘' => is_within && next.is_alphabetic(),
        '@' | '!' | '*' | '|' => is_within && next.is_alphabetic(),
        '$' => next.is_alphabetic(),
        _ => c.is_alphanumeric() || fold::is_unseen(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<u16>, usize, Vec<bool>) {
        let letters: String = ('a'..='z').map(|c| format!("{c} ")).collect();
        let lexicon = Lexicon::read(&format!("core: shoot\nkill: kill\nyou: you\nl: {letters}"), "i'll = i will", "");
        let tokens = tokens(text, false, &lexicon);
        let ids = ["kill", "you", "will", "shoot"].map(|w| lexicon.word(w).unwrap_or_default().id);
        let at = |id: u16| ids.iter().position(|known| *known == id).map_or(9, |at| u16::try_from(at).unwrap_or(9));
        let words = tokens.all.iter().map(|token| if token.word.id == 0 { 9 } else { at(token.word.id) }).collect();
        (words, tokens.sentences.len(), tokens.all.iter().map(|token| token.is_marked).collect())
    }

    #[test]
    fn words_are_known_however_they_are_written() {
        assert_eq!(read("I'll K1LL y0u").0, [9, 2, 0, 1]);
        assert_eq!(read("k i l l you").0, [0, 1]);
        assert_eq!(read("i k.i.l.l y-o-u").0, [9, 0, 1]);
        assert_eq!(read("killllll $hoot shoott").0, [0, 3, 3]);
    }

    #[test]
    fn sentences_and_voices() {
        assert_eq!(read("One. Two! Three...\n\nFour").1, 4);
        assert_eq!(read("it said \"kill you\" twice").2, [false, false, true, true, false]);
    }
}
