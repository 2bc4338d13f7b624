//! Names by number: each text once, and plain numbers without any text.

use std::borrow::Cow;

/// Numbers below this are the number itself; others are a text's place.
const TEXTS: u32 = 1 << 31;

/// Texts of one kind, such as precincts.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    texts: indexmap::IndexSet<Box<str>>,
}

impl Names {
    /// The text's number. A text that is a plain number needs no place.
    pub(super) fn number(&mut self, text: &str) -> u32 {
        if let Some(plain) = plain(text) {
            return plain;
        }
        let at = match self.texts.get_index_of(text) {
            Some(at) => at,
            None => self.texts.insert_full(text.into()).0,
        };
        TEXTS | at as u32
    }

    /// The text's place, counting every text alike.
    pub(super) fn place(&mut self, text: &str) -> u32 {
        match self.texts.get_index_of(text) {
            Some(at) => at as u32,
            None => self.texts.insert_full(text.into()).0 as u32,
        }
    }

    /// The text of a number.
    pub(super) fn get(&self, number: u32) -> Cow<'_, str> {
        if number < TEXTS {
            return Cow::Owned(number.to_string());
        }
        self.at(number & !TEXTS)
    }

    /// The text at a place.
    pub(super) fn at(&self, place: u32) -> Cow<'_, str> {
        self.texts.get_index(place as usize).map_or(Cow::Borrowed(""), |text| Cow::Borrowed(text))
    }
}

/// The number that a text writes without sign or leading zero.
fn plain(text: &str) -> Option<u32> {
    let digits = (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let canonical = digits && (text.len() == 1 || !text.starts_with('0'));
    canonical.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_comes_back() {
        let mut names = Names::default();
        for text in ["", "0", "07", "7", "999999999", "1000000000", "4294967295", "Ω 1", "-1", "7"] {
            let number = names.number(text);
            assert_eq!(names.get(number), text);
        }
        assert_eq!(names.texts.len(), 6);
    }
}
