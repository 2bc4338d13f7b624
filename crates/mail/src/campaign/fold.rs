//! Writing as it looks: case, accents, widths and look-alike letters of other scripts don't tell two words apart.
//!
//! Unicode's compatibility forms (UAX 15) and skeletons of confusables (UTS 39), letter by letter: the skeleton of a whole
//! word would also change its plain letters (`m` to `rn`), which is right for names of hosts and needless here.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_security::confusable_detection::skeleton;

/// Adds a letter as it looks, in lower case; nothing where it has no width or is a mark on another letter.
pub(super) fn fold(letter: char, out: &mut String) {
    if letter.is_ascii() {
        out.push(letter.to_ascii_lowercase());
    } else if !has_no_width(letter) {
        fold_other(letter, out);
    }
}

/// A whole text, folded.
pub(super) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|letter| fold(letter, &mut out));
    out
}

fn fold_other(letter: char, out: &mut String) {
    for plain in letter.to_lowercase().nfkd().filter(|c| !is_combining_mark(*c)) {
        if plain.is_ascii() {
            out.push(plain.to_ascii_lowercase());
            continue;
        }
        let mut bytes = [0; 4];
        let looks = skeleton(plain.encode_utf8(&mut bytes)).filter(|c| !is_combining_mark(*c));
        looks.flat_map(char::to_lowercase).for_each(|c| out.push(c));
    }
}

/// Characters that nobody sees, set within words to break them up.
pub(super) fn has_no_width(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// Scripts that set no spaces between words: each letter is taken as a word.
pub(super) fn needs_no_space(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_alike_is_alike() {
        assert_eq!(folded("Pаsswоrd"), "password", "Cyrillic letters");
        assert_eq!(folded("CONTRASEÑA contraséna"), "contrasena contrasena");
        assert_eq!(folded("pass\u{200b}wo\u{ad}rd"), "password");
        assert_eq!(folded("ｐａｓｓｗｏｒｄ"), "password");
        assert_eq!(folded("𝐏𝐚𝐬𝐬𝐰𝐨𝐫𝐝"), "password");
    }
}
