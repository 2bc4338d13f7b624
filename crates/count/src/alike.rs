//! Names that people and programs write a little differently: capitals, spaces, apostrophes, accents of one character or two.

use unicode_normalization::UnicodeNormalization as _;

/// A name without what doesn't tell names apart.
pub(crate) fn alike(name: &str) -> String {
    let apostrophe = |c: char| if matches!(c, '’' | '‘' | 'ʼ' | '`' | '´') { '\'' } else { c };
    // Apostrophes first: composing would change some of them.
    let plain: String = name.chars().map(apostrophe).collect::<String>().to_lowercase().nfc().collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The place of the one name that is written alike; `None` where none is, or several are.
pub(crate) fn the_one<'a>(names: impl IntoIterator<Item = &'a str>, wanted: &str) -> Option<usize> {
    let wanted = alike(wanted);
    let mut same = names.into_iter().enumerate().filter(|(_, name)| alike(name) == wanted);
    let (at, _) = same.next()?;
    same.next().is_none().then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_spaces_apostrophes_and_composed_accents_tell_no_names_apart() {
        assert_eq!(alike("ADA  O’BRIEN "), alike("Ada O'Brien"));
        assert_eq!(alike("Jose\u{301} Nun\u{303}ez"), alike("José Nuñez"));
        assert_ne!(alike("Jose Nunez"), alike("José Nuñez"), "an accent may tell two people apart");
        assert_eq!(the_one(["Ada", "ADA", "Ben"], "ada"), None);
        assert_eq!(the_one(["Ada", "Ben"], " BEN"), Some(1));
    }
}
