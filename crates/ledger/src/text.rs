//! Numbers and base64 as the specifications write them: each has one form.

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// The largest size of a tree: 2^63 − 1, the bound that cosignatures set for times and databases for numbers.
pub(crate) const MAX_SIZE: u64 = i64::MAX as u64;

/// A decimal number without leading zeros.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = digits && !text.is_empty() && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|number| plain && *number <= MAX_SIZE)
}

/// Padded standard base64 (RFC 4648, section 4); the only text for these bytes.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

pub(crate) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_form() {
        for (text, number) in [("0", Some(0)), ("10", Some(10)), ("9223372036854775807", Some(MAX_SIZE))] {
            assert_eq!(decimal(text), number);
        }
        for text in ["", "00", "01", "+1", "-1", "1 ", "9223372036854775808", "99999999999999999999", "١"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }

    #[test]
    fn base64_has_one_form() {
        assert_eq!(decode("AAE="), Some(vec![0, 1]));
        for text in ["AAE", "AAF=", "AAE=\n", "AA-=", " AAE="] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
