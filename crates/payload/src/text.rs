//! Text in unknown encodings, and the links in it.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

const LAX: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Text by its byte order mark, else as UTF-8, else as Windows' western code page, which can decode any byte.
pub(crate) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0;
    }
    if let Some(wide) = wide_without_mark(bytes) {
        return wide.decode_without_bom_handling(bytes).0;
    }
    match UTF_8.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => text,
        None => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

/// UTF-16 is told by zero bytes at every second place of the beginning.
fn wide_without_mark(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let start = bytes.get(..8)?;
    let zeros = |from: usize| start.iter().skip(from).step_by(2).all(|b| *b == 0);
    let letters = |from: usize| start.iter().skip(from).step_by(2).all(|b| *b != 0);
    if zeros(1) && letters(0) {
        return Some(UTF_16LE);
    }
    (zeros(0) && letters(1)).then_some(UTF_16BE)
}

/// Whether the first bytes are text rather than a binary format.
pub(crate) fn looks_like_text(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(512)];
    if encoding_rs::Encoding::for_bom(start).is_some() || wide_without_mark(start).is_some() {
        return true;
    }
    let odd = start.iter().filter(|b| **b < 0x20 && !matches!(**b, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b)).count();
    odd * 50 <= start.len() && !start.contains(&0)
}

/// Base64 as readers take it: blanks anywhere, padding missing, last bits left over.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    let packed: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    LAX.decode(packed).ok()
}

/// Windows-1252 bytes up to the first zero.
pub(crate) fn ansi(bytes: &[u8]) -> String {
    let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    WINDOWS_1252.decode_without_bom_handling(&bytes[..end]).0.into_owned()
}

/// UTF-16 little endian, whole.
pub(crate) fn wide(bytes: &[u8]) -> String {
    UTF_16LE.decode_without_bom_handling(bytes).0.into_owned()
}

/// Links of one text that are found: each is sought for up to [`LONGEST_URL`] bytes, also where one stands within another.
pub(crate) const MOST_URLS: usize = 20_000;

/// A link is read up to here, in bytes.
const LONGEST_URL: usize = 2_000;

/// Links with a scheme in running text: from `http://`, `https://` or `ftp://` to the first character that ends one.
pub(crate) fn urls(text: &str) -> impl Iterator<Item = &str> {
    memchr::memmem::find_iter(text.as_bytes(), b"://").filter_map(|at| url_around(text, at)).take(MOST_URLS)
}

fn url_around(text: &str, colon: usize) -> Option<&str> {
    let schemes = ["https", "http", "ftp"];
    let before = &text.as_bytes()[..colon];
    let scheme = schemes
        .iter()
        .find(|s| before.len() >= s.len() && before[before.len() - s.len()..].eq_ignore_ascii_case(s.as_bytes()))?;
    let rest = text.get(colon + 3..)?;
    // The end is not sought beyond: a text of beginnings alone would be gone through once for each of them.
    let rest = &rest[..rest.floor_char_boundary(LONGEST_URL)];
    let ends = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '`' | '{' | '}' | '|' | '^' | '\\' | '\'')
    };
    let length = rest.find(ends).unwrap_or(rest.len());
    let rest = rest.get(..length)?.trim_end_matches(['.', ',', ';', ':', ')', ']', '!', '?', '*']);
    (!rest.is_empty()).then(|| &text[colon - scheme.len()..colon + 3 + rest.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_apart() {
        assert_eq!(decode(b"\xef\xbb\xbfa"), "a");
        assert_eq!(decode(b"<\0h\0t\0m\0l\0"), "<html");
        assert_eq!(decode(b"caf\xe9"), "café");
        assert!(looks_like_text("übung".as_bytes()) && !looks_like_text(b"\0\x01\x02"));
    }

    #[test]
    fn links_end_where_text_goes_on() {
        let text = "See HTTP://a.example/b?c=d, (https://e.test/). ://no xhttp://f.test'";
        assert_eq!(urls(text).collect::<Vec<_>>(), ["HTTP://a.example/b?c=d", "https://e.test/", "http://f.test"]);
        assert_eq!(urls("http://").count(), 0);
    }

    #[test]
    fn a_text_of_beginnings_alone_is_read_in_bounded_time() {
        let text = "http://".repeat(600_000);
        assert_eq!(urls(&text).count(), MOST_URLS);
        assert!(urls(&text).all(|url| url.len() <= LONGEST_URL + 7));
        let accented = format!("http://{}", "é".repeat(3_000));
        assert_eq!(urls(&accented).map(str::len).collect::<Vec<_>>(), [LONGEST_URL + 7]);
    }
}
