//! Letters that look alike: any script to plain ASCII, and ASCII to classes of like shape (Unicode TS 39; the glyph pairs
//! are those of dnstwist's tables). Which party is meant, is for others.

mod beyond;

pub(crate) use beyond::push_plain;

/// A text in the ASCII letters that a reader takes it for.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| push_plain(c, &mut out));
    out
}

/// A plain label reduced to classes of like shape, one letter for one, hyphens and dots left out.
pub(crate) fn flat(plain: &str) -> String {
    plain.chars().filter(|c| !matches!(c, '-' | '.' | '_')).map(class_of).collect()
}

fn class_of(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | 'i' => 'l',
        'd' => 'b',
        'e' => 'c',
        'q' => 'g',
        '9' => '6',
        '8' => '3',
        'm' | 'r' => 'n',
        'v' | 'w' => 'u',
        other => other,
    }
}

/// What is left when groups of letters that look like one (`rn`, `vv`, `cl`) count as that one.
pub(crate) fn shape(flat: &str) -> String {
    let mut out = String::with_capacity(flat.len());
    for c in flat.chars() {
        match (out.chars().next_back(), c) {
            (Some('n'), 'n') | (Some('u'), 'u') | (Some('b'), 'l') => {}
            (Some('c'), 'l') | (Some('l'), 'b') => replace_last(&mut out, 'b'),
            (Some('l'), 'c') => replace_last(&mut out, 'k'),
            (Some('l'), 'h') => replace_last(&mut out, 'h'),
            _ => out.push(c),
        }
    }
    out
}

fn replace_last(out: &mut String, c: char) {
    out.pop();
    out.push(c);
}

/// The same with groups read from the end: where two groups overlap, one of the two readings meets the genuine one.
pub(crate) fn shape_from_end(flat: &str) -> String {
    let mut out: Vec<char> = Vec::with_capacity(flat.len());
    for c in flat.chars().rev() {
        match (c, out.last().copied()) {
            ('n', Some('n')) | ('u', Some('u')) => {}
            ('b', Some('l')) | ('c', Some('l')) | ('l', Some('b')) => replace_top(&mut out, 'b'),
            ('l', Some('c')) => replace_top(&mut out, 'k'),
            ('l', Some('h')) => replace_top(&mut out, 'h'),
            _ => out.push(c),
        }
    }
    out.into_iter().rev().collect()
}

fn replace_top(out: &mut Vec<char>, c: char) {
    out.pop();
    out.push(c);
}

/// Groups of one or two letters that look like the other group.
const GROUPS: &[(&str, &str)] = &[
    ("m", "rn"),
    ("m", "nn"),
    ("w", "vv"),
    ("d", "cl"),
    ("d", "dl"),
    ("b", "lb"),
    ("h", "lh"),
    ("k", "lc"),
    ("rn", "m"),
    ("cl", "d"),
    ("nn", "m"),
    ("vv", "w"),
];

/// Single letters of ASCII that look like another.
const SINGLES: &[(&str, &str)] = &[
    ("0", "o"),
    ("o", "0"),
    ("1", "l"),
    ("1", "i"),
    ("l", "1"),
    ("i", "1"),
    ("l", "i"),
    ("i", "l"),
    ("3", "8"),
    ("8", "3"),
    ("6", "9"),
    ("9", "6"),
    ("b", "d"),
    ("d", "b"),
    ("c", "e"),
    ("e", "c"),
    ("g", "q"),
    ("q", "g"),
    ("m", "n"),
    ("n", "m"),
    ("n", "r"),
    ("u", "v"),
    ("v", "u"),
];

/// Every pair of ASCII letters or groups of which the second is taken for the first.
pub(crate) fn pairs() -> impl Iterator<Item = (&'static str, &'static str)> {
    SINGLES.iter().chain(GROUPS).copied()
}

/// Whether two groups of letters look alike, as far as ASCII goes: `GROUPS`, but asked for nearly every pair of letters.
pub(crate) fn groups_alike(genuine: &[char], seen: &[char]) -> bool {
    match (genuine, seen) {
        // A letter of a group may itself be replaced by one of its shape: `c1` for `cl`.
        (['m' | 'w' | 'd' | 'b' | 'h' | 'k'], [first, second]) => {
            let like = (class_of(*first), class_of(*second));
            match genuine[0] {
                'm' => like == ('n', 'n'),
                'w' => like == ('u', 'u'),
                'd' => matches!(like, ('c' | 'b', 'l')),
                'b' => like == ('l', 'b'),
                'h' => like == ('l', 'h'),
                _ => like == ('l', 'c'),
            }
        }
        (['r' | 'n', 'n'], [one]) => class_of(*one) == 'n',
        (['c', 'l'], [one]) => class_of(*one) == 'b',
        (['v', 'v'], [one]) => class_of(*one) == 'u',
        _ => false,
    }
}

/// Whether two letters look like any one.
pub(crate) fn look_like_one(first: char, second: char) -> bool {
    let like = (class_of(first), class_of(second));
    matches!(like, ('n', 'n') | ('u', 'u') | ('c' | 'b', 'l') | ('l', 'b' | 'h' | 'c'))
}

/// Whether two ASCII letters look alike.
pub(crate) fn alike(genuine: char, seen: char) -> bool {
    genuine != seen && class_of(genuine) == class_of(seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_scripts_become_what_a_reader_sees() {
        assert_eq!(plain("vrѕуѕtеmѕ"), "vrsystems");
        assert_eq!(plain("ṿřśÿșţēṁš"), "vrsystems");
        assert_eq!(plain("ｇｏｏｇｌｅ"), "google");
        assert_eq!(plain("ÆSIR"), "aesir");
    }

    #[test]
    fn like_shapes_meet() {
        assert_eq!(flat("paypa1"), flat("paypal"));
        assert_eq!(shape(&flat("vrsysterns")), shape(&flat("vrsystems")));
        assert_eq!(shape(&flat("vvorldpay")), shape(&flat("worldpay")));
        assert_eq!(shape(&flat("clominion")), shape(&flat("dominion")));
        assert_ne!(shape(&flat("hart")), shape(&flat("heart")));
    }

    #[test]
    fn groups_are_those_of_the_table() {
        let letters: Vec<char> = ('a'..='z').chain('0'..='9').collect();
        let pairs: Vec<[char; 2]> = letters.iter().flat_map(|a| letters.iter().map(|b| [*a, *b])).collect();
        let singles: Vec<[char; 1]> = letters.iter().map(|a| [*a]).collect();
        let alike = |genuine: &[char], seen: &[char]| {
            let like = |text: &str| text.chars().map(class_of).eq(seen.iter().copied().map(class_of));
            GROUPS.iter().any(|(a, b)| a.chars().eq(genuine.iter().copied()) && like(b))
        };
        for (one, two) in singles.iter().flat_map(|one| pairs.iter().map(move |two| (one, two))) {
            assert_eq!(groups_alike(one, two), alike(one, two), "{one:?} {two:?}");
            assert_eq!(groups_alike(two, one), alike(two, one), "{two:?} {one:?}");
            assert!(!groups_alike(one, two) || look_like_one(two[0], two[1]));
        }
    }

    #[test]
    fn nothing_panics_on_strange_text() {
        for text in ["", "\u{0}", "日本", "🗳", "\u{301}\u{301}", "ﷺ"] {
            let _ = shape(&flat(&plain(text)));
        }
    }
}
