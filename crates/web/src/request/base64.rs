//! Base64 in a value: what it says is judged like the value itself, if it says text at all (RFC 4648, both alphabets).

use super::decode::{Decoded, decode};

/// Shorter text says nothing that could be told from chance.
const SHORTEST: usize = 16;
/// Longer text is a file, and is judged by its beginning.
const LONGEST: usize = 8192;

/// Whether raw text holds a run that may be Base64.
pub(crate) fn may_hold(raw: &str) -> bool {
    let bytes = raw.as_bytes();
    // A run that long covers one of every so many bytes.
    (SHORTEST - 1..bytes.len()).step_by(SHORTEST).any(|at| {
        let before = bytes[..=at].iter().rev().take(SHORTEST).take_while(|b| is_letter(**b)).count();
        let after = bytes[at + 1..].iter().take(SHORTEST).take_while(|b| is_letter(**b)).count();
        before > 0 && before + after >= SHORTEST
    })
}

/// Those letters of Base64 that stand for nothing but a text which so many bytes of a group come before.
pub(crate) fn spelt(text: &str, before: usize) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: Vec<bool> = text.bytes().flat_map(|b| (0..8).rev().map(move |bit| b >> bit & 1 == 1)).collect();
    let begun = [0, 4, 2][before];
    let letter = |six: &[bool]| char::from(LETTERS[six.iter().fold(0, |n, bit| n << 1 | usize::from(*bit))]);
    bits[begun..].chunks_exact(6).map(letter).collect()
}

/// What a value says that is Base64 as a whole, or after `base64,`.
pub(crate) fn decoded(value: &Decoded) -> Option<Decoded> {
    let text = value.text.trim();
    if text.len() < SHORTEST {
        return None;
    }
    // Words between spaces: where plus signs became spaces, other marks of Base64 are hardly missing.
    let spaced = memchr::memchr(b' ', text.as_bytes()).is_some();
    if spaced && memchr::memchr3(b'/', b'=', b',', text.as_bytes()).is_none() {
        return None;
    }
    let said_to_be = memchr::memmem::find(text.as_bytes(), b"base64,");
    let encoded = said_to_be.map_or(text, |at| &text[at + 7..]);
    let letters = encoded.trim_end_matches('=');
    if letters.len() < SHORTEST || letters.len() % 4 == 1 || !letters.bytes().all(|b| is_letter(b) || b == b' ') {
        return None;
    }
    let mixed = letters.bytes().any(|b| b.is_ascii_uppercase()) && letters.bytes().any(|b| b.is_ascii_lowercase());
    let bytes = if mixed { bytes(letters) } else { return None };
    let said = String::from_utf8(bytes).ok()?;
    let is_text = said.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'));
    is_text.then(|| decode(&said, false))
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

fn bytes(letters: &str) -> Vec<u8> {
    let (mut out, mut bits, mut count) = (Vec::with_capacity(letters.len() * 3 / 4), 0_u32, 0);
    for letter in letters.bytes().take(LONGEST) {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            // In a query, a plus sign has become a space.
            b'+' | b'-' | b' ' => 62,
            _ => 63,
        };
        bits = (bits << 6) | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_and_chance_is_not() {
        let read = |text: &str| decoded(&decode(text, true)).map(|d| d.text);
        assert_eq!(read("PHNjcmlwdD54KCk8L3NjcmlwdD4=").as_deref(), Some("<script>x()</script>"));
        assert_eq!(read("data:text/html;base64,PHNjcmlwdD54KCk8L3NjcmlwdD4").as_deref(), Some("<script>x()</script>"));
        assert_eq!(read("JTI3IG9yIDE9MSAtLSA").as_deref(), Some("' or 1=1 -- "));
        for text in ["WashingtonCountyClerk", "0123456789abcdef0123", "short", "3f2504e04f8911d39a0c0305e82c3301"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert!(may_hold("id=PHNjcmlwdD54KCk8L3Njc") && !may_hold("street=Main&number=12&zip=27601"));
    }
}
