//! Reads JSON (RFC 8259) from a stretch of it, value by value, without building anything: an export's marks are mostly
//! fields that nobody needs, and skipping them is what its speed hangs on.
//!
//! Texts are given as they stand, escapes and all. What is skipped is checked for its brackets, not for its spelling.

use memchr::memchr2;

/// How deep values may lie in each other. An export has about ten levels.
const DEEPEST: usize = 64;

/// What numbers and literals are made of.
const WORD: [bool; 256] = {
    let mut word = [false; 256];
    let mut at = 0;
    while at < 256 {
        word[at] = matches!(at as u8, b'a'..=b'z' | b'0'..=b'9' | b'+' | b'-' | b'.' | b'E');
        at += 1;
    }
    word
};

/// Why a value could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The stretch ends within it.
    More,
    /// Something else stands there.
    Bad { at: usize, expected: &'static str },
}

pub(super) type Got<T> = Result<T, Fault>;

/// A stretch of JSON and how far it was read.
pub(super) struct Pull<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Pull<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many bytes were read.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The next byte that is no white space; it is not taken.
    #[inline(always)]
    pub(super) fn peek(&mut self) -> Got<u8> {
        match self.bytes.get(self.at) {
            Some(byte) if *byte > b' ' => Ok(*byte),
            _ => self.peek_further(),
        }
    }

    #[cold]
    fn peek_further(&mut self) -> Got<u8> {
        while let Some(byte) = self.bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Ok(*byte);
            }
            self.at += 1;
        }
        Err(Fault::More)
    }

    /// Whether only white space is left.
    pub(super) fn is_over(&mut self) -> bool {
        self.peek().is_err()
    }

    /// Takes the next byte where it is this one.
    #[inline(always)]
    pub(super) fn takes(&mut self, byte: u8) -> Got<bool> {
        let is = self.peek()? == byte;
        self.at += usize::from(is);
        Ok(is)
    }

    /// Takes the next byte, which must be this one.
    #[inline(always)]
    pub(super) fn take(&mut self, byte: u8, expected: &'static str) -> Got<()> {
        if self.takes(byte)? { Ok(()) } else { self.bad(expected) }
    }

    /// Complains about what comes next.
    #[cold]
    pub(super) fn bad<T>(&self, expected: &'static str) -> Got<T> {
        Err(Fault::Bad { at: self.at, expected })
    }

    /// An object's members, or nothing for `null`. `each` must read, or skip, the member's value.
    #[inline(always)]
    pub(super) fn object(&mut self, mut each: impl FnMut(&mut Self, &'a [u8]) -> Got<()>) -> Got<()> {
        if self.is_null()? {
            return Ok(());
        }
        self.take(b'{', "an object, “{”")?;
        if self.takes(b'}')? {
            return Ok(());
        }
        let key = self.key()?;
        each(self, key)?;
        self.rest(each)
    }

    /// The rest of an object, of which a member was just read.
    #[inline(always)]
    pub(super) fn rest(&mut self, mut each: impl FnMut(&mut Self, &'a [u8]) -> Got<()>) -> Got<()> {
        while self.takes(b',')? {
            let key = self.key()?;
            each(self, key)?;
        }
        self.take(b'}', "“,” or “}”")
    }

    /// Takes what comes next where it is these very bytes. Whoever guesses which member comes next saves finding its end.
    #[inline(always)]
    pub(super) fn begins<const N: usize>(&mut self, guess: &[u8; N]) -> bool {
        let is = self.bytes[self.at..].first_chunk() == Some(guess);
        self.at += if is { N } else { 0 };
        is
    }

    /// A member's name with the colon after it.
    #[inline(always)]
    pub(super) fn key(&mut self) -> Got<&'a [u8]> {
        let key = self.text()?;
        self.take(b':', "“:”")?;
        Ok(key)
    }

    /// An array's elements, or nothing for `null`. `each` must read, or skip, the element.
    #[inline(always)]
    pub(super) fn array(&mut self, mut each: impl FnMut(&mut Self) -> Got<()>) -> Got<()> {
        if self.is_null()? {
            return Ok(());
        }
        self.take(b'[', "an array, “[”")?;
        if self.takes(b']')? {
            return Ok(());
        }
        loop {
            each(self)?;
            if !self.takes(b',')? {
                return self.take(b']', "“,” or “]”");
            }
        }
    }

    /// A text between its quotes, escapes as they stand.
    #[inline(always)]
    pub(super) fn text(&mut self) -> Got<&'a [u8]> {
        self.take(b'"', "a text in quotes")?;
        let from = self.at;
        self.past_quote()?;
        Ok(&self.bytes[from..self.at - 1])
    }

    /// A text or a number, as it stands; empty for `null`.
    pub(super) fn scalar(&mut self) -> Got<&'a [u8]> {
        match self.peek()? {
            b'"' => self.text(),
            b'n' => self.word().map(|_| &b""[..]),
            b'-' | b'0'..=b'9' => self.word(),
            _ => self.bad("a number or a text"),
        }
    }

    /// A whole number of at most 18 digits; 0 for `null`.
    #[inline(always)]
    pub(super) fn number(&mut self) -> Got<u64> {
        if self.peek()? == b'n' {
            return self.word().map(|_| 0);
        }
        let from = self.at;
        let mut number = 0;
        while let Some(digit @ b'0'..=b'9') = self.bytes.get(self.at) {
            number = number * 10 + u64::from(digit - b'0');
            self.at += 1;
            if self.at - from > 18 {
                break;
            }
        }
        match self.bytes.get(self.at) {
            None => Err(Fault::More),
            Some(b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t') if self.at > from => Ok(number),
            Some(_) => {
                self.at = from;
                self.bad("a whole number")
            }
        }
    }

    /// `true` or `false`; false for `null`.
    #[inline(always)]
    pub(super) fn truth(&mut self) -> Got<bool> {
        self.peek()?;
        let from = self.at;
        match self.word()? {
            b"true" => Ok(true),
            b"false" | b"null" => Ok(false),
            _ => {
                self.at = from;
                self.bad("true or false")
            }
        }
    }

    /// Any value.
    #[inline(always)]
    pub(super) fn skip(&mut self) -> Got<()> {
        match self.peek()? {
            b'"' => self.text().map(|_| ()),
            b'{' | b'[' => self.skip_nested(),
            b'}' | b']' | b',' | b':' => self.bad("a value"),
            _ => self.word().map(|_| ()),
        }
    }

    #[inline(always)]
    fn skip_nested(&mut self) -> Got<()> {
        // Most lists that are skipped are empty.
        if let Some(b"[]") = self.bytes.get(self.at..self.at + 2) {
            self.at += 2;
            return Ok(());
        }
        self.skip_filled()
    }

    fn skip_filled(&mut self) -> Got<()> {
        let mut open = [0; DEEPEST];
        let mut depth = 0;
        loop {
            let byte = self.peek()?;
            match byte {
                b'{' | b'[' if depth == DEEPEST => return self.bad("values not nested so deeply"),
                b'{' | b'[' => {
                    open[depth] = byte + 2;
                    depth += 1;
                }
                b'}' | b']' if open[depth - 1] != byte => return self.bad("the bracket that closes what is open"),
                b'}' | b']' => depth -= 1,
                b'"' => {
                    self.text()?;
                    continue;
                }
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Ok(());
            }
        }
    }

    #[inline(always)]
    fn is_null(&mut self) -> Got<bool> {
        if self.peek()? != b'n' {
            return Ok(false);
        }
        if self.word()? == b"null" { Ok(true) } else { self.bad("null") }
    }

    /// A number or a literal, up to what can't belong to it.
    #[inline(always)]
    fn word(&mut self) -> Got<&'a [u8]> {
        let from = self.at;
        let rest = &self.bytes[from..];
        let length = rest.iter().position(|byte| !WORD[usize::from(*byte)]).ok_or(Fault::More)?;
        if length == 0 {
            return self.bad("a value");
        }
        self.at += length;
        Ok(&rest[..length])
    }

    /// Past the quote that ends a text.
    #[inline(always)]
    fn past_quote(&mut self) -> Got<()> {
        loop {
            // Names are short: most end in the first or second eight bytes, before a longer search would have begun.
            let found = match self.bytes.get(self.at..self.at + 8) {
                Some(eight) => quote_or_escape(eight),
                None => None,
            };
            let found = match found {
                Some(found) => found,
                None => match self.bytes.get(self.at + 8..self.at + 16).and_then(quote_or_escape) {
                    Some(found) => found + 8,
                    None => memchr2(b'"', b'\\', &self.bytes[self.at..]).ok_or(Fault::More)?,
                },
            };
            self.at += found + 1;
            if self.bytes[self.at - 1] == b'"' {
                return Ok(());
            }
            if self.at >= self.bytes.len() {
                return Err(Fault::More);
            }
            self.at += 1;
        }
    }
}

/// Where the first quote or backslash is among eight bytes.
#[inline(always)]
fn quote_or_escape(eight: &[u8]) -> Option<usize> {
    let eight = u64::from_le_bytes(eight.try_into().ok()?);
    let found = zero_bytes(eight ^ (EACH * u64::from(b'"'))) | zero_bytes(eight ^ (EACH * u64::from(b'\\')));
    (found != 0).then(|| found.trailing_zeros() as usize / 8)
}

const EACH: u64 = 0x0101_0101_0101_0101;

/// The high bit of each byte that is zero; of bytes after the first such, it may be wrong (Warren, Hacker's Delight, 6-1).
#[inline(always)]
fn zero_bytes(eight: u64) -> u64 {
    eight.wrapping_sub(EACH) & !eight & (EACH << 7)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_are_skipped_whole() {
        for value in ["1", "-1.5e7", "null", "true", r#""a\"b\\""#, r#"{"a":[1,{"b":"}"}],"c":[]}"#, "[ ]"] {
            let text = format!(" {value} ,");
            let mut pull = Pull::new(text.as_bytes());
            assert_eq!(pull.skip(), Ok(()), "{value}");
            assert_eq!(pull.takes(b','), Ok(true), "{value}");
        }
    }

    #[test]
    fn what_is_cut_off_asks_for_more() {
        let whole = r#"{"Id":12,"Marks":[{"Rank":1,"IsVote":true,"T":"\\"}],"N":null}"#;
        let read = |text: &str| {
            let mut ranks = 0;
            let mut pull = Pull::new(text.as_bytes());
            pull.object(|pull, key| match key {
                b"Id" => pull.number().map(|_| ()),
                b"Marks" => pull.array(|pull| {
                    pull.object(|pull, key| match key {
                        b"Rank" => pull.number().map(|rank| ranks += rank),
                        b"IsVote" => pull.truth().map(|_| ()),
                        _ => pull.skip(),
                    })
                }),
                _ => pull.skip(),
            })
        };
        assert_eq!(read(whole), Ok(()));
        for end in 0..whole.len() {
            assert_eq!(read(&whole[..end]), Err(Fault::More), "{end}");
        }
    }

    #[test]
    fn nesting_has_a_bottom() {
        let deep = "[".repeat(100_000);
        assert!(matches!(Pull::new(deep.as_bytes()).skip(), Err(Fault::Bad { at: DEEPEST, .. })));
        assert!(matches!(Pull::new(b"[}").skip(), Err(Fault::Bad { at: 1, .. })));
    }

    proptest! {
        #[test]
        fn nothing_panics(bytes: Vec<u8>) {
            let mut pull = Pull::new(&bytes);
            while pull.skip().is_ok() {}
            let mut pull = Pull::new(&bytes);
            let _ = pull.object(|pull, _| pull.number().map(|_| ()));
        }
    }
}
