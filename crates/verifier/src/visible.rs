//! Outside text made safe to look at: characters that drive a terminal, can't be seen, or turn the order of others around
//! are written as their code point (Unicode Technical Report 36, section 3.4; CVE-2021-42574).
//!
//! `crates/report` has the like of its own. It can't serve here, as all that it is built from would come into the verifier; and
//! here nothing is left out silently, not even a carriage return, as the text comes from somebody who may want to deceive.

use std::fmt::Write as _;

/// The text with everything invisible written as `‹U+202E›`. Line breaks and tabs become spaces.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => shown.push(' '),
            c if c.is_control() || is_hidden(c) => _ = write!(shown, "‹U+{:04X}›", u32::from(c)),
            c => shown.push(c),
        }
    }
    shown
}

/// A name or a label: blanks are single and there are at most `most` characters, so that none can fill a line and make the next
/// look like another part of the report.
pub(crate) fn name(text: &str, most: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let name = visible(&words.join(" "));
    match name.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &name[..at]),
        None => name,
    }
}

fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}' | '\u{feff}'
        | '\u{ffa0}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_drive_a_terminal_or_turn_around() {
        assert_eq!(visible("Peña — 漢字"), "Peña — 漢字");
        assert_eq!(visible("\u{1b}[2Jgone\u{7}\n\u{9b}"), "‹U+001B›[2Jgone‹U+0007› ‹U+009B›");
        assert_eq!(name(&format!("a{}b\u{202e}", " ".repeat(500)), 60), "a b‹U+202E›");
        assert_eq!(name("ééé", 2), "éé…");
        assert_eq!(visible("exe.\u{202e}txt\u{e0041}"), "exe.‹U+202E›txt‹U+E0041›");
    }
}
