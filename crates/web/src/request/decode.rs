//! A value as the application behind the server would come to see it.
//!
//! Undone, in the order a request meets them: percent and plus encoding (WHATWG URL, section 5.1), again where it was
//! applied twice; `%uXXXX`; overlong UTF-8 and fullwidth letters, which some decoders take for ASCII; numeric and common
//! named character references of HTML; `\xHH` and `\uHHHH`. No step makes text longer, and the rounds are bounded.

use std::borrow::Cow;
use std::cell::OnceCell;

/// Twice is an old way round filters; what is encoded more often than this is no longer meant for any application.
const MOST_ROUNDS: usize = 4;

/// A value decoded, as it was written and in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decoded {
    pub(crate) text: String,
    pub(crate) lower: String,
    /// How many rounds of percent-encoding were undone.
    pub(crate) rounds: usize,
    /// Whether overlong UTF-8 was found: no honest encoder writes it.
    pub(crate) overlong: bool,
    /// Whether a NUL was left out, at which programs in C stop reading.
    pub(crate) nul: bool,
    /// Which ASCII bytes the lower-case text holds; worked out for the few values that are judged.
    marks: OnceCell<[u64; 2]>,
}

impl Decoded {
    /// Whether it holds any of these ASCII bytes.
    pub(crate) fn has(&self, any: &[u8]) -> bool {
        let marks = self.marks.get_or_init(|| marks(&self.lower));
        any.iter().any(|b| marks[usize::from(b >> 6 & 1)] & (1 << (b & 63)) != 0)
    }
}

fn marks(text: &str) -> [u64; 2] {
    let mut marks = [0; 4];
    text.bytes().for_each(|b| marks[usize::from(b >> 6)] |= 1_u64 << (b & 63));
    [marks[0], marks[1]]
}

/// Decodes a value; in a query or form, `+` is a space.
pub(crate) fn decode(value: &str, plus_is_space: bool) -> Decoded {
    let mut bytes = Cow::Borrowed(value.as_bytes());
    let plus = if plus_is_space { b' ' } else { b'+' };
    let mut rounds = 0;
    // A plus sign that was encoded stays one.
    while rounds < MOST_ROUNDS
        && let Some(decoded) = percent(&bytes, if rounds == 0 { plus } else { b'+' })
    {
        bytes = Cow::Owned(decoded);
        rounds += 1;
    }
    if rounds == 0 && plus_is_space && memchr::memchr(b'+', &bytes).is_some() {
        bytes.to_mut().iter_mut().filter(|b| **b == b'+').for_each(|b| *b = b' ');
    }
    let mut overlong = false;
    if !bytes.is_ascii() {
        overlong = shorten_overlong(&mut bytes);
        high_brackets(&mut bytes);
    }
    let nul = memchr::memchr(0, &bytes).is_some();
    let text = if !nul && bytes.is_ascii() {
        String::from_utf8(bytes.into_owned()).expect("ASCII is UTF-8")
    } else {
        plain_letters(&readable(&bytes))
    };
    let holds = |text: &str, mark| memchr::memchr(mark, text.as_bytes()).is_some();
    let text = if holds(&text, b'&') { references(&text) } else { text };
    let text = if holds(&text, b'\\') { backslashes(&text) } else { text };
    Decoded { lower: text.to_ascii_lowercase(), text, rounds, overlong, nul, marks: OnceCell::new() }
}

/// The text in bytes. What is no UTF-8 is shown as U+FFFD, but for a space of Latin-1 (0xA0), at which databases end words.
fn readable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        match chunk.invalid() {
            [] => {}
            [0xA0] => text.push(' '),
            _ => text.push(char::REPLACEMENT_CHARACTER),
        }
    }
    text
}

/// One round of `%XX` and `%uXXXX`, with what stands for a plus sign; `None` where there is none.
fn percent(bytes: &[u8], plus: u8) -> Option<Vec<u8>> {
    memchr::memchr(b'%', bytes)?;
    let mut out = vec![0; bytes.len()];
    let (mut at, mut length, mut any) = (0, 0, false);
    while let Some(&byte) = bytes.get(at) {
        let value = match byte {
            b'%' => match bytes.get(at + 1..at + 3) {
                Some(&[high, low]) if DIGITS[usize::from(high)] < 16 && DIGITS[usize::from(low)] < 16 => {
                    any = true;
                    at += 2;
                    DIGITS[usize::from(high)] << 4 | DIGITS[usize::from(low)]
                }
                Some(&[b'u' | b'U', _]) => return percent_with_unicode(bytes, plus),
                _ => byte,
            },
            b'+' => plus,
            _ => byte,
        };
        out[length] = value;
        length += 1;
        at += 1;
    }
    out.truncate(length);
    any.then_some(out)
}

/// The same where `%uXXXX` is among them, which may take three bytes.
fn percent_with_unicode(bytes: &[u8], plus: u8) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    let (mut at, mut any) = (0, false);
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'%' => {
                let taken = escape(&bytes[at..], &mut out);
                if taken == 0 {
                    out.push(byte);
                }
                any |= taken > 0;
                at += taken;
            }
            b'+' => out.push(plus),
            _ => out.push(byte),
        }
    }
    any.then_some(out)
}

/// Writes what follows a percent sign, and says how many bytes it took; 0 where it is no escape.
fn escape(tail: &[u8], out: &mut Vec<u8>) -> usize {
    match tail {
        [b'u' | b'U', digits @ ..] if digits.len() >= 4 => match hex(&digits[..4]).and_then(char::from_u32) {
            Some(c) => {
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                5
            }
            None => 0,
        },
        [high, low, ..] => match (DIGITS[usize::from(*high)], DIGITS[usize::from(*low)]) {
            (high @ 0..16, low @ 0..16) => {
                out.push(high << 4 | low);
                2
            }
            _ => 0,
        },
        _ => 0,
    }
}

/// What each byte is worth as a hexadecimal digit; 255 where it is none.
const DIGITS: [u8; 256] = {
    let mut digits = [u8::MAX; 256];
    let mut value = 0;
    while value < 16 {
        digits[b"0123456789abcdef"[value] as usize] = value as u8;
        digits[b"0123456789ABCDEF"[value] as usize] = value as u8;
        value += 1;
    }
    digits
};

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |n, d| Some(n * 16 + char::from(*d).to_digit(16)?))
}

/// ASCII written in two or three bytes (RFC 3629, section 10).
fn shorten_overlong(bytes: &mut Cow<'_, [u8]>) -> bool {
    let overlong = |b: &[u8]| match b {
        [lead @ (0xC0 | 0xC1), tail, ..] => Some((((lead & 1) << 6) | (tail & 0x3F), 2)),
        [0xE0, middle @ (0x80 | 0x81), tail, ..] => Some((((middle & 1) << 6) | (tail & 0x3F), 3)),
        _ => None,
    };
    if bytes.is_ascii() || !bytes.windows(2).any(|w| matches!(w, [0xC0 | 0xC1, _] | [0xE0, 0x80 | 0x81])) {
        return false;
    }
    let (mut out, mut rest, mut any) = (Vec::with_capacity(bytes.len()), &bytes[..], false);
    while let Some(&byte) = rest.first() {
        let (value, taken) = overlong(rest).unwrap_or((byte, 1));
        any |= taken > 1;
        out.push(value);
        rest = &rest[taken..];
    }
    *bytes = Cow::Owned(out);
    any
}

/// `¼script¾` with single bytes: angle brackets to what drops the highest bit, as US-ASCII with seven bits does.
fn high_brackets(bytes: &mut Cow<'_, [u8]>) {
    let opens = |w: &[u8]| w[0] == 0xBC && (w[1].is_ascii_alphabetic() || w[1] == b'/');
    if bytes.is_ascii() || !bytes.contains(&0xBE) || !bytes.windows(2).any(opens) || std::str::from_utf8(bytes).is_ok()
    {
        return;
    }
    for byte in bytes.to_mut() {
        *byte = match *byte {
            0xBC => b'<',
            0xBE => b'>',
            other => other,
        };
    }
}

/// Fullwidth forms (U+FF01 to U+FF5E) and typographic quotes, which some databases fold to ASCII. NULs go.
fn plain_letters(text: &str) -> String {
    text.chars()
        .filter(|c| *c != '\0')
        .map(|c| match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            '\u{02BC}' => '\'',
            '\u{00A0}' | '\u{3000}' => ' ',
            // Digits in circles, which resolvers of names take for digits.
            '\u{2460}'..='\u{2468}' => char::from_digit(u32::from(c) - 0x245F, 10).unwrap_or(c),
            '\u{24EA}' => '0',
            '\u{3002}' | '\u{2024}' => '.',
            // Slashes of mathematics and fractions, which file systems' "best fit" takes for separators.
            '\u{2215}' | '\u{2044}' => '/',
            '\u{2216}' => '\\',
            _ => c,
        })
        .collect()
}

/// Character references: `&#39;`, `&#x27`, `&lt;` and what else spells markup.
fn references(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (c, taken) = reference(rest).unwrap_or(('&', 1));
        out.push(c);
        rest = &rest[taken..];
    }
    out.push_str(rest);
    out
}

fn reference(text: &str) -> Option<(char, usize)> {
    const NAMED: [(&str, char); 25] = [
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&quot;", '"'),
        ("&apos;", '\''),
        ("&amp;", '&'),
        ("&lpar;", '('),
        ("&rpar;", ')'),
        ("&colon;", ':'),
        ("&tab;", '\t'),
        ("&newline;", '\n'),
        ("&sol;", '/'),
        ("&equals;", '='),
        ("&grave;", '`'),
        ("&dollar;", '$'),
        ("&lbrace;", '{'),
        ("&lcub;", '{'),
        ("&rbrace;", '}'),
        ("&rcub;", '}'),
        ("&lsqb;", '['),
        ("&rsqb;", ']'),
        ("&bsol;", '\\'),
        ("&semi;", ';'),
        ("&percnt;", '%'),
        ("&num;", '#'),
        ("&period;", '.'),
    ];
    if let Some(number) = text.strip_prefix("&#") {
        return numeric_reference(number).map(|(c, taken)| (c, taken + 2));
    }
    NAMED
        .iter()
        .find(|(name, _)| text.get(..name.len()).is_some_and(|t| t.eq_ignore_ascii_case(name)))
        .map(|(name, c)| (*c, name.len()))
}

fn numeric_reference(number: &str) -> Option<(char, usize)> {
    let (digits, radix, prefix) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16, 1),
        None => (number, 10, 0),
    };
    // Leading zeros are an old trick; more than seven digits are no character.
    let length = digits.bytes().take(10).take_while(|b| char::from(*b).is_digit(radix)).count();
    let c = char::from_u32(u32::from_str_radix(&digits[..length], radix).ok()?)?;
    let semicolon = usize::from(digits[length..].starts_with(';'));
    Some((c, prefix + length + semicolon))
}

/// `\x3c` and `\u003c`, where they stand for printable ASCII: paths such as `C:\users` stay.
fn backslashes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let bytes = rest.as_bytes();
        let escaped = match bytes {
            [_, b'x', digits @ ..] if digits.len() >= 2 => hex(&digits[..2]).map(|c| (c, 4)),
            [_, b'u', digits @ ..] if digits.len() >= 4 => hex(&digits[..4]).map(|c| (c, 6)),
            _ => None,
        };
        let mark = |c: u32| u8::try_from(c).ok().filter(u8::is_ascii_graphic).map(char::from);
        let (c, taken) = escaped.and_then(|(c, taken)| Some((mark(c)?, taken))).unwrap_or(('\\', 1));
        out.push(c);
        rest = &rest[taken..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(value: &str) -> String {
        decode(value, true).text
    }

    #[test]
    fn every_layer_is_undone() {
        let cases = [
            ("a+b%20c", "a b c"),
            ("%2527", "'"),
            ("%u0027%U003c", "'<"),
            ("..%c0%af..%e0%80%af", "../../"),
            ("%EF%BC%87", "'"),
            ("%26%2339;%26%23x3C%26lt;", "'<<"),
            (r"\x3cscript\u003e", "<script>"),
            (r"\x73ys\u0074em", "system"),
            (r"C:\xampp\users", r"C:\xampp\users"),
            ("%BCscript%BE", "<script>"),
            ("%E2%91%A0.%E2%91%A1", "1.2"),
            ("100%", "100%"),
            ("%%32%65", "."),
            ("a%00b", "ab"),
            ("1%A0union", "1 union"),
        ];
        for (value, plain) in cases {
            assert_eq!(text(value), plain, "{value}");
        }
        assert_eq!(decode("a+b", false).text, "a+b");
        assert!(decode("%c0%ae", false).overlong && !decode("%C3%A9", false).overlong);
    }

    proptest! {
        #[test]
        fn decoding_ends_and_never_grows(value in ".{0,200}", plus: bool) {
            let decoded = decode(&value, plus);
            // A byte that is no UTF-8 is shown as U+FFFD, which takes three.
            prop_assert!(decoded.text.len() <= 3 * value.len());
            prop_assert!(decoded.rounds <= MOST_ROUNDS);
        }

        #[test]
        fn encoded_text_comes_back(value in "[a-zA-Z0-9 ';()=,*]{0,60}") {
            let encoded: String = value.bytes().map(|b| format!("%{b:02x}")).collect();
            prop_assert_eq!(decode(&encoded, true).text, value);
        }
    }
}
