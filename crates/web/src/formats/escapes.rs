//! Escapes within quoted text of Apache's and nginx's logs: `\"`, `\\`, `\xHH`, and Apache's `\n`, `\r`, `\t`, `\b`, `\v`.
//!
//! See Apache, *mod_log_config*, "Format Notes", and nginx, *log_format*, `escape=default`.

/// Writes `text` into `out` with its escapes undone, and returns what was written.
///
/// Where the bytes so written are no text, or hold control characters (TLS sent to a plain port, say), the text stays as
/// it was logged: nothing is lost and nothing unprintable gets in.
pub(crate) fn undo<'a>(text: &'a str, out: &'a mut String) -> &'a str {
    if !text.contains('\\') {
        return text;
    }
    let bytes = unescaped(text.as_bytes(), std::mem::take(out).into_bytes());
    if printable(bytes, out) { out } else { text }
}

/// The same for HAProxy, which writes `#22` for a quote (HAProxy, *Configuration Manual*, section 8.6).
pub(crate) fn undo_hash<'a>(text: &'a str, out: &'a mut String) -> &'a str {
    if !text.contains('#') {
        return text;
    }
    let mut bytes = std::mem::take(out).into_bytes();
    bytes.clear();
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let value = match (byte, tail) {
            (b'#', [high, low, ..]) => hex(*high).zip(hex(*low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        bytes.push(value.unwrap_or(byte));
        rest = if value.is_some() { &tail[2..] } else { tail };
    }
    if printable(bytes, out) { out } else { text }
}

/// Keeps what is text without control characters.
fn printable(bytes: Vec<u8>, out: &mut String) -> bool {
    match String::from_utf8(bytes) {
        Ok(plain) if !plain.chars().any(char::is_control) => {
            *out = plain;
            true
        }
        _ => false,
    }
}

fn unescaped(text: &[u8], mut out: Vec<u8>) -> Vec<u8> {
    out.clear();
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        let (value, taken) = if byte == b'\\' { escape(tail).unwrap_or((byte, 0)) } else { (byte, 0) };
        out.push(value);
        rest = &tail[taken..];
    }
    out
}

/// The byte that an escape stands for, and how many bytes after the backslash it took.
fn escape(tail: &[u8]) -> Option<(u8, usize)> {
    match tail {
        [b'x', high, low, ..] => Some((hex(*high)? << 4 | hex(*low)?, 3)),
        [quoted @ (b'"' | b'\\'), ..] => Some((*quoted, 1)),
        [b'n', ..] => Some((b'\n', 1)),
        [b'r', ..] => Some((b'\r', 1)),
        [b't', ..] => Some((b'\t', 1)),
        _ => None,
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|d| d as u8)
}

#[cfg(test)]
mod tests {
    use super::{undo, undo_hash};

    #[test]
    fn escapes_of_haproxy() {
        let mut out = String::new();
        assert_eq!(undo_hash("GET /a?b=#22#27#23x HTTP/1.1", &mut out), "GET /a?b=\"'#x HTTP/1.1");
        for text in ["GET /#", "#2", "#zz", "#00#01", "é#é"] {
            assert_eq!(undo_hash(text, &mut out), text);
        }
    }

    #[test]
    fn escapes_are_undone_where_the_result_is_text() {
        let mut out = String::new();
        assert_eq!(undo(r#"a\"b\\c\x22\x27d"#, &mut out), r#"a"b\c"'d"#);
        assert_eq!(undo(r"Jos\xC3\xA9", &mut out), "José");
        assert_eq!(undo(r"C:\windows\x", &mut out), r"C:\windows\x");
        assert_eq!(undo("plain", &mut out), "plain");
    }

    #[test]
    fn what_is_no_text_stays_as_logged() {
        let mut out = String::new();
        for text in [r"\x16\x03\x01", r"\xFF\xFE", r"a\nb"] {
            assert_eq!(undo(text, &mut out), text);
        }
    }
}
