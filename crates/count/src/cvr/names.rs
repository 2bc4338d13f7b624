//! Names by number: each text once, and plain numbers without any text.

use std::borrow::Cow;

use super::Set;

/// The two highest bits say what the rest is.
const KIND: u32 = 0b11 << 30;
/// The number itself.
const PLAIN: u32 = 0;
/// A number with zeros before it: its width in five bits, then the number.
const PADDED: u32 = 0b01 << 30;
/// A text's place.
const TEXT: u32 = 0b10 << 30;

const WIDTH_BITS: u32 = 25;

/// Texts of one kind, such as precincts or record ids.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    texts: Set<Box<str>>,
    /// The place of the text that was met last: cards of a precinct come together.
    last: u32,
}

impl Names {
    /// The text's number. A text of digits needs no place.
    pub(super) fn number(&mut self, text: &str) -> u32 {
        match digits(text) {
            Some(number) => number,
            None => TEXT | self.place(text),
        }
    }

    /// The text's place, counting every text alike.
    pub(super) fn place(&mut self, text: &str) -> u32 {
        if self.texts.get_index(self.last as usize).is_none_or(|last| &**last != text) {
            self.last = match self.texts.get_index_of(text) {
                Some(at) => at as u32,
                None => self.texts.insert_full(text.into()).0 as u32,
            };
        }
        self.last
    }

    /// The text of a number.
    pub(super) fn get(&self, number: u32) -> Cow<'_, str> {
        match number & KIND {
            PLAIN => Cow::Owned(number.to_string()),
            PADDED => {
                let width = (number & !KIND) >> WIDTH_BITS;
                Cow::Owned(format!("{:0width$}", number & ((1 << WIDTH_BITS) - 1), width = width as usize))
            }
            _ => self.at(number & !KIND),
        }
    }

    /// The text at a place.
    pub(super) fn at(&self, place: u32) -> Cow<'_, str> {
        self.texts.get_index(place as usize).map_or(Cow::Borrowed(""), |text| Cow::Borrowed(text))
    }
}

/// The value of a number that writes digits, with or without zeros before it.
pub(super) fn value(number: u32) -> Option<u64> {
    match number & KIND {
        PLAIN => Some(u64::from(number)),
        PADDED => Some(u64::from(number & ((1 << WIDTH_BITS) - 1))),
        _ => None,
    }
}

/// A text of digits as a number that gives back every zero.
fn digits(text: &str) -> Option<u32> {
    let all = !text.is_empty() && text.len() < 32 && text.bytes().all(|b| b.is_ascii_digit());
    let value: u32 = if all { text.parse().ok()? } else { return None };
    if text.len() == 1 || !text.starts_with('0') {
        return (value < 1 << 30).then_some(value);
    }
    (value < 1 << WIDTH_BITS).then_some(PADDED | (text.len() as u32) << WIDTH_BITS | value)
}

/// Texts that hardly repeat: one after the other, without looking for one that is there already.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts {
    bytes: String,
    ends: Vec<u64>,
}

impl Texts {
    /// Adds a text and gives its place.
    pub(super) fn add(&mut self, text: &str) -> u32 {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len() as u64);
        self.ends.len() as u32 - 1
    }

    /// The text at a place.
    pub(super) fn at(&self, place: u32) -> &str {
        let place = place as usize;
        let start = place.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(place).map_or("", |end| &self.bytes[start as usize..*end as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_comes_back() {
        let mut names = Names::default();
        let texts =
            ["", "0", "07", "7", "999999999", "1000000000", "4294967295", "Ω 1", "-1", "7", "000", "0001013415"];
        for text in texts {
            let number = names.number(text);
            assert_eq!(names.get(number), text);
            let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) && number & KIND != TEXT;
            assert_eq!(value(number), digits.then(|| text.parse().expect("digits")));
        }
        assert_eq!(names.texts.len(), 4);
    }

    #[test]
    fn texts_come_back_by_place() {
        let mut texts = Texts::default();
        let places: Vec<u32> = ["a-1", "", "Ω"].iter().map(|text| texts.add(text)).collect();
        assert_eq!(places.iter().map(|at| texts.at(*at)).collect::<Vec<_>>(), ["a-1", "", "Ω"]);
        assert_eq!(texts.at(9), "");
    }
}
