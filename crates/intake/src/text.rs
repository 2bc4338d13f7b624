//! Text of unknown encoding, line by line.
//!
//! Old systems write latin-1 or windows-1252 without saying so, often beside UTF-8 in the same file. UTF-8 is strict enough
//! that text of another encoding hardly ever passes for it, so each line is UTF-8 where it can be and windows-1252
//! otherwise (WHATWG Encoding Standard, section 9.2: every byte has a meaning, so nothing fails).

use std::borrow::Cow;

/// The text of one line. Never fails, and keeps every byte apart from every other.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_line_has_its_own_encoding() {
        assert_eq!(decode("Zoë".as_bytes()), "Zoë");
        assert_eq!(decode(b"Zo\xeb"), "Zoë");
        assert_eq!(decode(b"\x93quoted\x94 \x80"), "“quoted” €");
        assert_eq!(decode(b"plain\0"), "plain\0");
    }

    proptest! {
        #[test]
        fn any_bytes_are_text(bytes: Vec<u8>) {
            let text = decode(&bytes);
            match std::str::from_utf8(&bytes) {
                Ok(same) => prop_assert_eq!(text, same),
                Err(_) => prop_assert_eq!(text.chars().count(), bytes.len()),
            }
        }
    }
}
