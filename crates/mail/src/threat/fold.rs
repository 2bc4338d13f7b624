//! Letters as a reader takes them: case, accents, look-alike letters of other scripts and digits in place of letters.
//!
//! Compatibility forms (full width, mathematical letters, ligatures) are taken apart by Unicode's NFKD (UAX #15).
//! Look-alikes are those of UTS #39 that Cyrillic and Greek have for small Latin letters.

use unicode_normalization::UnicodeNormalization as _;

/// Adds a character in its plain form; nothing for marks and for characters of no width.
pub(super) fn push(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    for plain in std::iter::once(c).nfkd().take(8) {
        for small in plain.to_lowercase() {
            match latin(small) {
                Some(latin) => out.push(latin),
                None if is_unseen(small) => {}
                None => out.push(small),
            }
        }
    }
}

/// The word that digits and signs in place of letters stand for: `k1ll`, `$hoot`. `one` is what `1` stands for.
pub(super) fn letters(word: &str, one: char) -> String {
    word.chars().map(|c| letter(c, one)).collect()
}

fn letter(c: char, one: char) -> char {
    match c {
        '0' => 'o',
        '1' | '!' | '|' => one,
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        '8' => 'b',
        other => other,
    }
}

/// Marks over letters, and characters that take no room.
pub(super) fn is_unseen(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{fe0f}')
}

fn latin(c: char) -> Option<char> {
    Some(match c {
        'а' | 'α' => 'a',
        'ь' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'ɡ' => 'g',
        'һ' => 'h',
        'і' | 'ι' | 'ı' => 'i',
        'ј' | 'ϳ' => 'j',
        'к' | 'κ' => 'k',
        'ӏ' => 'l',
        'м' => 'm',
        'п' | 'η' => 'n',
        'о' | 'ο' | 'ø' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' => 'u',
        'ν' | 'ѵ' => 'v',
        'ԝ' | 'ω' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        '’' | '‘' | 'ʼ' | '′' | '`' => '\'',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fold(text: &str) -> String {
        let mut out = String::new();
        text.chars().for_each(|c| push(c, &mut out));
        out
    }

    #[test]
    fn letters_are_plain() {
        assert_eq!(fold("Dónde VIVES, ñandú"), "donde vives, nandu");
        assert_eq!(fold("kіll yоu ｋｉｌｌ 𝐤𝐢𝐥𝐥 ki\u{200b}ll"), "kill you kill kill kill");
        assert_eq!(fold("I’ll"), "i'll");
    }

    #[test]
    fn digits_stand_for_letters() {
        assert_eq!(
            (letters("k1ll", 'i'), letters("$h00t", 'i'), letters("m4t0", 'i')),
            ("kill".into(), "shoot".into(), "mato".into())
        );
    }
}
