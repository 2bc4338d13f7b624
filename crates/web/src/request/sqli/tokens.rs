//! Cuts text into the tokens of SQL, as several database systems together understand it.
//!
//! A value may stand in a statement as it is, or within quotes; the caller says which, and gets the tokens that a server
//! would see from there on. MySQL's executable comments (`/*!50000 … */`) count as what is in them.

pub(super) use super::words::Word;
use super::words::classify;

/// The quotes a value is assumed to stand within.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    Bare,
    Within(u8),
}

/// One token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'a> {
    Word(Word, &'a str),
    Number(&'a str),
    /// A string; open where the value ends before it does.
    Text {
        open: bool,
        text: &'a str,
    },
    /// `= <> < > <= >= := !=` and the like.
    Compare,
    /// `|| && !`, as words `or`, `and`, `not`.
    And,
    Or,
    Not,
    /// `+ - * / % ^ ~ & |`, and `||` as PostgreSQL and Oracle join text with it.
    Arithmetic(u8),
    Open,
    Close,
    Comma,
    Semicolon,
    /// `-- …`, `# …` to the end of the line, or `/*` that never ends; with what follows in it.
    Tail(&'a str),
    /// `@x`, `@@version`
    Variable(&'a str),
    Other,
}

/// The tokens of lower-case text. At most `MOST` are returned: a statement's sense shows long before.
pub(super) fn tokens(text: &str, context: Context) -> Vec<Token<'_>> {
    const MOST: usize = 2000;
    let mut cutter = Cutter { text, at: 0 };
    // A token takes four bytes or so.
    let mut tokens = Vec::with_capacity((text.len() / 4 + 8).min(MOST));
    if let Context::Within(quote) = context {
        tokens.push(cutter.rest_of_text(quote, 0));
    }
    while tokens.len() < MOST
        && let Some(token) = cutter.next()
    {
        tokens.push(token);
    }
    tokens
}

const NUMBER: u8 = 1;
const VARIABLE: u8 = 2;
const WORD: u8 = 4;

/// To which kinds of token each byte may belong.
const BELONGS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'.' => NUMBER | VARIABLE | WORD,
            b'_' => VARIABLE | WORD,
            b'@' => VARIABLE,
            b'$' | 0x80.. => WORD,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};

struct Cutter<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cutter<'a> {
    fn next(&mut self) -> Option<Token<'a>> {
        self.skip_blanks();
        let bytes = &self.text.as_bytes()[self.at..];
        let (first, second) = (*bytes.first()?, bytes.get(1).copied().unwrap_or(0));
        Some(match (first, second) {
            (b'\'' | b'"' | b'`', _) => {
                self.at += 1;
                self.rest_of_text(first, self.at)
            }
            (b'-', b'-') | (b'#', _) => self.tail(),
            (b'/', b'*') => self.tail(),
            (b'0'..=b'9', _) => self.number(),
            (b'.', b'0'..=b'9') => self.number(),
            (b'@', _) => self.variable(),
            (b'a'..=b'z' | b'_' | b'$' | 0x80.., _) => self.word(),
            (b'|', b'|') => self.take(2, Token::Or),
            (b'&', b'&') => self.take(2, Token::And),
            (b'<' | b'>' | b'!' | b':', b'=' | b'>') | (b'<' | b'>', b'<') => self.take(2, Token::Compare),
            (b'=' | b'<' | b'>', _) => self.take(1, Token::Compare),
            (b'!', _) => self.take(1, Token::Not),
            (b'+' | b'-' | b'*' | b'/' | b'%' | b'^' | b'~' | b'&' | b'|', _) => self.take(1, Token::Arithmetic(first)),
            (b'(', _) => self.take(1, Token::Open),
            (b')', _) => self.take(1, Token::Close),
            (b',', _) => self.take(1, Token::Comma),
            (b';', _) => self.take(1, Token::Semicolon),
            _ => self.take(1, Token::Other),
        })
    }

    fn take(&mut self, bytes: usize, token: Token<'a>) -> Token<'a> {
        self.at += bytes;
        token
    }

    /// White space, comments that end, and the marks of executable comments.
    fn skip_blanks(&mut self) {
        let bytes = self.text.as_bytes();
        loop {
            match (bytes.get(self.at), bytes.get(self.at + 1)) {
                (Some(0..=b' '), _) => self.at += 1,
                (Some(b'/'), Some(b'*')) if bytes.get(self.at + 2) == Some(&b'!') => {
                    self.at += 3 + bytes[self.at + 3..].iter().take_while(|b| b.is_ascii_digit()).count();
                }
                (Some(b'/'), Some(b'*')) if let Some(end) = memchr::memmem::find(&bytes[self.at + 2..], b"*/") => {
                    self.at += end + 4;
                }
                (Some(b'*'), Some(b'/')) => self.at += 2,
                _ => return,
            }
        }
    }

    /// What is left of a string from `self.at` on, to its closing quote. Doubled and backslashed quotes belong to it.
    fn rest_of_text(&mut self, quote: u8, start: usize) -> Token<'a> {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'\\' => at += 2,
                b if b == quote && start > 0 && bytes.get(at + 1) == Some(&quote) => at += 2,
                b if b == quote => {
                    self.at = at + 1;
                    return Token::Text { open: false, text: &self.text[start..at] };
                }
                _ => at += 1,
            }
        }
        self.at = bytes.len();
        Token::Text { open: true, text: &self.text[start..] }
    }

    fn tail(&mut self) -> Token<'a> {
        let rest = &self.text[self.at..];
        let mark = if rest.starts_with('#') { 1 } else { 2 };
        let length = if rest.starts_with("/*") { rest.len() } else { rest.find('\n').unwrap_or(rest.len()) };
        self.at += length;
        Token::Tail(&rest[mark..length])
    }

    fn number(&mut self) -> Token<'a> {
        let text = self.span(NUMBER);
        // `1or 2` and `1union` are two tokens to MySQL; `0x41` and `1e5` are one.
        let plain = text.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
        let is_one = text.starts_with("0x") || plain == text.len() || text[plain..].starts_with('e');
        if let Some(end) = exponent_before_word(text, plain) {
            self.at -= text.len() - end;
            return Token::Number(&text[..end]);
        }
        if !is_one && classify(&text[plain..]) != Word::Plain || starts_operator(&text[plain..]) {
            self.at -= text.len() - plain;
            return Token::Number(&text[..plain]);
        }
        if is_one { Token::Number(text) } else { Token::Word(Word::Plain, text) }
    }

    fn variable(&mut self) -> Token<'a> {
        let text = self.span(VARIABLE);
        Token::Variable(text)
    }

    fn word(&mut self) -> Token<'a> {
        let text = self.span(WORD);
        // `select.1` is `select` and `.1` to MySQL.
        if text.bytes().any(|b| b == b'.')
            && let Some((word, rest)) = text.split_once('.')
            && rest.starts_with(|c: char| c.is_ascii_digit())
            && classify(word) != Word::Plain
        {
            self.at -= text.len() - word.len();
            return Token::Word(classify(word), word);
        }
        match text {
            "and" => Token::And,
            "or" | "xor" => Token::Or,
            "not" => Token::Not,
            _ => Token::Word(classify(text), text),
        }
    }

    /// As many bytes as belong to what begins here.
    fn span(&mut self, kind: u8) -> &'a str {
        let (bytes, start) = (self.text.as_bytes(), self.at);
        while self.at < bytes.len() && BELONGS[usize::from(bytes[self.at])] & kind != 0 {
            self.at += 1;
        }
        &self.text[start..self.at]
    }
}

/// Where the number ends in `1e0union`, which MySQL reads as two words.
fn exponent_before_word(text: &str, plain: usize) -> Option<usize> {
    let exponent = text[plain..].strip_prefix('e')?;
    let digits = exponent.bytes().take_while(u8::is_ascii_digit).count();
    let word = &exponent[digits..];
    (digits > 0 && (starts_operator(word) || classify(word) != Word::Plain)).then_some(plain + 1 + digits)
}

fn starts_operator(text: &str) -> bool {
    matches!(text, "or" | "and" | "xor")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_depend_on_the_quotes_around_the_value() {
        let bare = tokens("o'brien", Context::Bare);
        assert_eq!(bare, [Token::Word(Word::Plain, "o"), Token::Text { open: true, text: "brien" }]);
        let quoted = tokens("o'brien", Context::Within(b'\''));
        assert_eq!(quoted, [Token::Text { open: false, text: "o" }, Token::Word(Word::Plain, "brien")]);
    }

    #[test]
    fn comments_separate_and_executable_comments_speak() {
        use Token::{Number, Word as W};
        let expected =
            [Number("1"), W(Word::Union, "union"), W(Word::Select, "select"), Number("2"), Token::Tail(" x")];
        assert_eq!(tokens("1/**/union/*!50000select*/2-- x", Context::Bare), expected);
        assert_eq!(tokens("1union\tselect\n2# x", Context::Bare), expected);
    }
}
