//! Names that no person would choose: letters and numbers in turns, letters that no language puts side by side.

/// Whether a label of a domain, or an address's part before `@`, looks as if a program had drawn it.
pub(super) fn is_random(label: &str) -> bool {
    label.split(['-', '_', '.']).any(is_random_word)
}

fn is_random_word(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    if word.len() < 5 || letters < 3 || !word.is_ascii() {
        return false;
    }
    let digits = word.len() - letters;
    let has_few_vowels = 4 * word.bytes().filter(|b| b"aeiouy".contains(b)).count() < letters;
    let (turns, rare) = (turns(word.as_bytes()), rare_pairs(word.as_bytes()));
    let is_shuffled = digits >= 2 && turns >= 3 || digits >= 3 && turns >= 2 && word.len() >= 7;
    let is_unsayable = word.len() >= 6 && rare >= 2 && (has_few_vowels || 3 * rare >= word.len());
    is_shuffled || is_unsayable || rare >= 1 && digits >= 1 && has_few_vowels
}

/// How often letters and numbers change.
fn turns(word: &[u8]) -> usize {
    word.windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count()
}

fn rare_pairs(word: &[u8]) -> usize {
    word.windows(2).filter(|pair| follows_rarely(pair[0]).contains(&pair[1])).count()
}

/// Letters that hardly follow a letter within words or names of the languages written in Latin letters.
fn follows_rarely(letter: u8) -> &'static [u8] {
    match letter {
        b'b' => b"fgkpqwxz",
        b'c' => b"bdfgjpvwx",
        b'd' => b"kpqxz",
        b'f' => b"bcdghjkmnpqvwxz",
        b'g' => b"cfjkpqvxz",
        b'h' => b"bcfgjkpqvxz",
        b'j' => b"bcdfghjlmpqrtvwxyz",
        b'k' => b"cfgjpqvxz",
        b'l' => b"jqrxz",
        b'm' => b"gjkqvwxz",
        b'n' => b"qx",
        b'p' => b"bfgjkqvwxz",
        b'q' => b"bcdefghjklmnopqrstvwxyz",
        b'r' => b"jqx",
        b's' => b"jxz",
        b't' => b"bgjkqvx",
        b'v' => b"bcdfghjknpqtwxz",
        b'w' => b"bcfgjmpquvwxz",
        b'x' => b"bdfgjkmnqrsvwxz",
        b'y' => b"hjqwy",
        b'z' => b"bcdfgjkmnpqrstvwx",
        _ => b"",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawn_names_are_told_from_chosen_ones() {
        for drawn in ["kq7x2vb9", "pzxqvt", "gd83ks0q", "noreply-x8f3k2q"] {
            assert!(is_random(drawn), "{drawn}");
        }
        for chosen in [
            "newsletter",
            "elections",
            "mail2",
            "web12",
            "county-clerk",
            "rhythm",
            "example",
            "mx01",
            "schwarz",
            "b2b",
            "vmware",
            "pcworld",
            "jobfair24",
            "bangkokpost",
            "mp3isnotacrime",
        ] {
            assert!(!is_random(chosen), "{chosen}");
        }
    }
}
