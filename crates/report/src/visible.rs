//! Outside text made safe to look at: characters that can't be seen, or that change the order in which others are seen,
//! are written out as their code point.
//!
//! Which characters: control characters (they can drive a terminal) and those of Unicode Technical Report 36, section 3.4
//! and Unicode Technical Standard 39, that let a text read differently from what it is (CVE-2021-42574).

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text with everything invisible or direction-changing written as `‹U+202E›`. Line breaks and tabs become spaces.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c.is_control() || is_hidden(c)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' | '\t' => shown.push(' '),
            '\r' => {}
            c if c.is_control() || is_hidden(c) => {
                let _ = write!(shown, "‹U+{:04X}›", u32::from(c));
            }
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_stays_as_it_is() {
        for text in ["", "O'Brien <b>", "Peña — 漢字", "Ω"] {
            assert!(matches!(visible(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn text_that_turns_around_is_shown_as_it_is() {
        assert_eq!(visible("exe.\u{202e}txt"), "exe.‹U+202E›txt");
        assert_eq!(visible("a\u{200b}b\u{feff}"), "a‹U+200B›b‹U+FEFF›");
    }

    #[test]
    fn a_terminal_cannot_be_driven() {
        assert_eq!(visible("\u{1b}[2Jgone\u{7}"), "‹U+001B›[2Jgone‹U+0007›");
        assert_eq!(visible("a\r\nb\tc"), "a b c");
    }
}
