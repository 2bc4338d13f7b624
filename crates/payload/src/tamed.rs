//! Encoded words (RFC 2047, 2) that begin and never end. mail-parser looks for the end of each to the end of its field, so that a long
//! field of them would take time as the square of its length.

use std::borrow::Cow;

use memchr::{memchr, memmem};

/// Bytes that may be gone through again and again, in all: a fraction of a second.
const MOST: usize = 1 << 28;

/// The message with as many beginnings of encoded words as can be followed; nearly every message as it is. What is left of others
/// stands in it as `=_`.
pub fn tamed(message: &[u8]) -> Cow<'_, [u8]> {
    let begins = memmem::Finder::new(b"=?");
    if begins.find_iter(message).count().saturating_mul(message.len()) <= MOST {
        return Cow::Borrowed(message);
    }
    let mut tamed = Cow::Borrowed(message);
    let (mut from, mut left) = (0, MOST);
    while from < message.len() {
        let field = &message[from..from + field_end(&message[from..])];
        let cost = begins.find_iter(field).count().saturating_mul(field.len());
        if cost > left {
            begins.find_iter(field).for_each(|at| tamed.to_mut()[from + at + 1] = b'_');
        } else {
            left -= cost;
        }
        from += field.len();
    }
    tamed
}

/// The length of a line with those that are folded onto it (RFC 5322, 2.2.3).
fn field_end(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(feed) = memchr(b'\n', &bytes[at..]) {
        at += feed + 1;
        if !matches!(bytes.get(at), Some(b' ' | b'\t')) {
            return at;
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_too_long_is_left_out() {
        let subject = "=?ab?q? ".repeat(40_000);
        let message =
            format!("From: =?utf-8?q?Ann?= <a@example.org>\r\nSubject: {subject}\r\nTo: b@example.org\r\n\r\n=?");
        let tame = String::from_utf8(tamed(message.as_bytes()).into_owned()).expect("text");
        assert!(tame.starts_with("From: =?utf-8?q?Ann?= <a@example.org>") && tame.ends_with("=?"));
        assert_eq!((tame.len(), tame.matches("=?").count()), (message.len(), 2));
    }

    #[test]
    fn ordinary_messages_are_left_as_they_are() {
        let long = format!("Subject: =?utf-8?q?Ann?=\r\n\r\n{}", "QUJD\r\n".repeat(100_000));
        assert!(matches!(tamed(long.as_bytes()), Cow::Borrowed(_)));
        let many = format!("{long}{}", "=?x\r\n".repeat(100_000));
        assert_eq!(tamed(many.as_bytes()), many.as_bytes());
    }
}
