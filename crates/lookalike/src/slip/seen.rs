//! A seen label ready to be compared with many genuine ones: what each letter is read as, and the least that its foreign letters
//! cost whatever they stand for.

use crate::letters::{look_like_one, plain};
use crate::slip::{Kind, LONGEST_LABEL};

/// The ASCII letters that one letter is read as: one or two, or none.
pub(super) type Read = [Option<char>; 2];

/// A seen label, or a word in one.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(super) letters: Vec<char>,
    pub(super) read: Vec<Read>,
    /// For each place, the least cost of what follows.
    pub(super) least: Vec<u16>,
    pub(super) foreign: u16,
    /// The same without hyphens, and where each of its letters and its end stand.
    bare: Option<(Box<Seen>, Vec<usize>)>,
}

impl Seen {
    pub(crate) fn of(label: &str) -> Self {
        let all: Vec<char> = label.chars().collect();
        let mut seen = Self::read(&all);
        if all.contains(&'-') {
            let mut places: Vec<usize> = (0..all.len()).filter(|at| all[*at] != '-').collect();
            let letters: Vec<char> = places.iter().map(|at| all[*at]).collect();
            places.push(all.len());
            seen.bare = Some((Box::new(Self::read(&letters)), places));
        }
        seen
    }

    fn read(all: &[char]) -> Self {
        let letters = all[..all.len().min(LONGEST_LABEL)].to_vec();
        let read: Vec<Read> = letters.iter().map(|c| read_as(*c)).collect();
        let foreign = all.iter().filter(|c| !c.is_ascii()).count() as u16;
        let least = if foreign == 0 { vec![0; letters.len() + 1] } else { least(&letters, &read) };
        Self { letters, read, least, foreign, bare: None }
    }

    /// The label without hyphens, and where each of its letters and its end stand; `None` where it has none.
    pub(super) fn bare(&self) -> Option<(&Seen, &[usize])> {
        self.bare.as_ref().map(|(bare, places)| (bare.as_ref(), places.as_slice()))
    }

    pub(super) fn len(&self) -> usize {
        self.letters.len()
    }
}

fn read_as(seen: char) -> Read {
    if seen.is_ascii() {
        return [Some(seen), None];
    }
    let mut buffer = [0; 4];
    let plain = plain(seen.encode_utf8(&mut buffer));
    let mut letters = plain.chars();
    match (letters.next(), letters.next(), letters.next()) {
        (Some(first), second, None) if plain.is_ascii() => [Some(first), second],
        _ => [None, None],
    }
}

/// No slip takes a foreign letter for less than this, alone or two of them as a group.
fn least(letters: &[char], read: &[Read]) -> Vec<u16> {
    let mut least = vec![0; letters.len() + 1];
    let is_foreign = |at: usize| letters.get(at).is_some_and(|c| !c.is_ascii());
    for at in (0..letters.len()).rev() {
        let alone = if is_foreign(at) { Kind::Foreign.cost() } else { 0 };
        least[at] = alone + least[at + 1];
        if is_foreign(at) && is_foreign(at + 1) && is_group(&read[at..at + 2]) {
            least[at] = least[at].min(Kind::Foreign.cost() + least[at + 2]);
        }
    }
    least
}

/// Whether two letters may be read as one.
fn is_group(read: &[Read]) -> bool {
    match read {
        [[Some(one), None], [Some(two), None]] => look_like_one(*one, *two),
        _ => false,
    }
}
