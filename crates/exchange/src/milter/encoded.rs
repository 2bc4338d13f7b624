//! Header values that can stand in a message whatever was to be said: encoded words (RFC 2047), folded lines (RFC 5322, section 2.2.3).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Longest value, in characters; more is cut.
const LONGEST: usize = 2_000;
/// Where lines are folded.
const LINE: usize = 76;
/// Bytes of text in an encoded word: at most 75 characters with what is around them.
const WORD: usize = 42;

/// A value for a header that begins at this column. Lines are divided by a line feed and a tab, as the milter protocol has them.
pub(super) fn value(text: &str, column: usize) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    let words = match clean.is_ascii() && !clean.contains("=?") {
        true => clean.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect(),
        false => encoded_words(clean.trim()),
    };
    fold(&words, column)
}

fn fold(words: &[String], mut column: usize) -> String {
    let mut folded = String::new();
    for word in words {
        let is_first = folded.is_empty();
        if !is_first && column + 1 + word.len() > LINE {
            folded.push_str("\n\t");
            column = 8;
        } else if !is_first {
            folded.push(' ');
            column += 1;
        }
        folded.push_str(word);
        column += word.len();
    }
    folded
}

fn encoded_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (word, behind) = rest.split_at(rest.floor_char_boundary(WORD));
        words.push(format!("=?UTF-8?B?{}?=", STANDARD.encode(word)));
        rest = behind;
    }
    words
}

/// A name of ours; `None` where nothing is left of it.
pub(super) fn name(prefix: &str, name: &str) -> Option<String> {
    const LONGEST_NAME: usize = 60;
    let own = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
    let clean: String = name.chars().filter(own).take(LONGEST_NAME).collect();
    (!clean.is_empty()).then(|| format!("{prefix}{clean}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_text_can_become_another_header() {
        assert_eq!(value("fine\r\nBcc: all@example.org\0", 20), "fine Bcc: all@example.org");
        assert_eq!(value("=?UTF-8?Q?x?=", 20), "=?UTF-8?B?PT9VVEYtOD9RP3g/PQ==?=");
        assert_eq!(name("X-Pollwarden-", "Ver dict:\r\nBcc").as_deref(), Some("X-Pollwarden-VerdictBcc"));
        assert_eq!(name("X-Pollwarden-", "\u{e4}:"), None);
    }

    #[test]
    fn other_alphabets_are_encoded_and_long_lines_folded() {
        assert_eq!(value("geprüft", 20), "=?UTF-8?B?Z2VwcsO8ZnQ=?=");
        let folded = value(&"word ".repeat(60), 20);
        assert!(folded.split('\n').all(|line| line.len() <= LINE), "{folded}");
        assert_eq!(folded.replace("\n\t", " "), "word ".repeat(60).trim());
    }

    proptest! {
        #[test]
        fn a_value_is_always_one_header(text in any::<String>(), column in 0..100_usize) {
            let value = value(&text, column);
            prop_assert!(value.is_ascii());
            prop_assert!(value.split("\n\t").all(|line| !line.contains(|c: char| c.is_control())));
        }
    }
}
