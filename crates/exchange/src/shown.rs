//! Foreign words in a message of ours.

/// Foreign words in one line, without control characters, and not too long.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 300;
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST).collect()
}

/// As [`shown`], of bytes that may be no text.
pub(crate) fn shown_bytes(bytes: &[u8]) -> String {
    shown(&String::from_utf8_lossy(bytes.get(..2000).unwrap_or(bytes)))
}
