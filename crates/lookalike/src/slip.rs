//! Which slips lead from a genuine label to a seen one: the cheapest alignment of the two (Damerau 1964, with the look-alike
//! letters and typing slips of dnstwist as edits of their own). Whether that makes an imitation, is for others.

use crate::keyboard::near_keys;
use crate::letters::{alike, groups_alike, plain};

/// Longest label, in letters (RFC 1035, 2.3.4). Longer ones are compared as far as this.
pub(crate) const LONGEST_LABEL: usize = 63;
/// How far the two may drift apart, in letters.
const BAND: usize = 5;
const FAR: u16 = u16::MAX / 2;

/// One kind of slip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Same,
    /// A letter from beyond ASCII that looks like the genuine one.
    Foreign,
    /// Letters of ASCII that look alike, one or two for one or two.
    Glyph,
    Hyphen,
    Doubled,
    /// One of two equal letters left out.
    Undoubled,
    Transposed,
    Plural,
    Vowel,
    NearKey,
    Bit,
    Omitted,
    NearKeyInserted,
    Appended,
    Inserted,
    Replaced,
}

impl Kind {
    /// In eighths of an ordinary slip.
    pub(crate) fn cost(self) -> u16 {
        match self {
            Self::Same => 0,
            Self::Foreign => 3,
            Self::Glyph | Self::Hyphen => 5,
            Self::Doubled | Self::Undoubled | Self::Transposed => 6,
            Self::Plural | Self::Vowel => 7,
            Self::NearKey | Self::NearKeyInserted | Self::Bit | Self::Omitted | Self::Appended => 8,
            Self::Inserted | Self::Replaced => 11,
        }
    }

    /// Whether only the look changes, so that several may stand in one name.
    pub(crate) fn is_look(self) -> bool {
        matches!(self, Self::Foreign | Self::Glyph | Self::Hyphen)
    }
}

/// One slip and where it is, in letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slip {
    pub kind: Kind,
    pub genuine_at: usize,
    pub genuine_len: usize,
    pub seen_at: usize,
    pub seen_len: usize,
    /// A digit stands where the genuine name has a letter or nothing.
    pub is_digit: bool,
}

/// The slips from a genuine label to a seen one, in reading order, and their cost in eighths of an ordinary slip.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Slips {
    pub list: Vec<Slip>,
    pub cost: u16,
}

impl Slip {
    /// A hyphen added in front of the seen letter.
    pub(crate) fn hyphen(seen_at: usize) -> Self {
        Self { kind: Kind::Hyphen, genuine_at: 0, genuine_len: 0, seen_at, seen_len: 1, is_digit: false }
    }
}

impl Slips {
    pub(crate) fn count(&self, kind: Kind) -> usize {
        self.list.iter().filter(|slip| slip.kind == kind).count()
    }

    /// Those that change more than the look.
    pub(crate) fn beyond_look(&self) -> usize {
        self.list.iter().filter(|slip| !slip.kind.is_look()).count()
    }
}

/// The cheapest alignment of at most `dearest` eighths; `None` where there is none.
pub(crate) fn slips(genuine: &[char], seen: &[char], dearest: u16) -> Option<Slips> {
    let (genuine, seen) = (&genuine[..genuine.len().min(LONGEST_LABEL)], &seen[..seen.len().min(LONGEST_LABEL)]);
    if genuine.len().abs_diff(seen.len()) > BAND {
        return None;
    }
    let mut table = Table::new(genuine, seen);
    for i in 0..=genuine.len() {
        let near = i.saturating_sub(BAND)..=(i + BAND).min(seen.len());
        let mut best = FAR;
        for j in near {
            best = best.min(table.cost[table.at(i, j)]);
            table.spread(genuine, seen, i, j, dearest);
        }
        if best > dearest && i > 1 && table.row_is_far(i - 1, dearest) {
            return None;
        }
    }
    let cost = table.cost[table.at(genuine.len(), seen.len())];
    (cost <= dearest).then(|| Slips { list: table.way_back(genuine, seen), cost })
}

struct Table {
    cost: Vec<u16>,
    from: Vec<(Kind, u8, u8)>,
    wide: usize,
    /// What each seen letter is read as: one or two ASCII letters, or none.
    read: Vec<Read>,
}

impl Table {
    fn new(genuine: &[char], seen: &[char]) -> Self {
        let read = seen.iter().map(|c| read_as(*c)).collect();
        let (genuine, seen) = (genuine.len(), seen.len());
        let (wide, places) = (seen + 1, (genuine + 1) * (seen + 1));
        let mut cost = vec![FAR; places];
        cost[0] = 0;
        Self { cost, from: vec![(Kind::Same, 0, 0); places], wide, read }
    }

    fn at(&self, i: usize, j: usize) -> usize {
        i * self.wide + j
    }

    fn row_is_far(&self, i: usize, dearest: u16) -> bool {
        self.cost[self.at(i, 0)..self.at(i + 1, 0)].iter().all(|cost| *cost > dearest)
    }

    /// Carries the cost at (i, j) on to the places that one slip leads to.
    fn spread(&mut self, g: &[char], s: &[char], i: usize, j: usize, dearest: u16) {
        let here = self.cost[self.at(i, j)];
        if here > dearest {
            return;
        }
        let (g_left, s_left) = (g.len() - i, s.len() - j);
        if g_left > 0 && s_left > 0 {
            self.reach(i, j, 1, 1, single(g[i], s[j], self.read[j]));
            if g[i] == s[j] {
                // Nothing beats going on alike but a group that begins here.
                self.groups(g, s, i, j);
                return self.one_sided(g, s, i, j);
            }
        }
        self.groups(g, s, i, j);
        self.one_sided(g, s, i, j);
    }

    fn groups(&mut self, g: &[char], s: &[char], i: usize, j: usize) {
        if g.len() - i >= 2 && s.len() - j >= 2 && g[i] == s[j + 1] && g[i + 1] == s[j] && g[i] != g[i + 1] {
            self.reach(i, j, 2, 2, Kind::Transposed);
        }
        for (a, b) in [(1, 2), (2, 1)] {
            if g.len() - i >= a && s.len() - j >= b && looks_grouped(&g[i..i + a], &s[j..j + b], &self.read[j..j + b]) {
                self.reach(i, j, a, b, group_kind(&s[j..j + b]));
            }
        }
    }

    fn one_sided(&mut self, g: &[char], s: &[char], i: usize, j: usize) {
        if i < g.len() {
            self.reach(i, j, 1, 0, left_out(g, i));
        }
        if j < s.len() {
            self.reach(i, j, 0, 1, put_in(g, s, i, j));
        }
        if s.len() - j >= 2 && i > 0 && s[j..j + 2] == ['e', 's'] && matches!(g[i - 1], 's' | 'x' | 'z') {
            self.reach(i, j, 0, 2, Kind::Plural);
        }
    }

    fn reach(&mut self, i: usize, j: usize, di: usize, dj: usize, kind: Kind) {
        let cost = self.cost[self.at(i, j)] + kind.cost();
        let place = self.at(i + di, j + dj);
        if cost < self.cost[place] {
            self.cost[place] = cost;
            self.from[place] = (kind, di as u8, dj as u8);
        }
    }

    fn way_back(&self, genuine: &[char], seen: &[char]) -> Vec<Slip> {
        let digits = |letters: &[char]| letters.iter().any(char::is_ascii_digit);
        let (mut i, mut j) = (genuine.len(), seen.len());
        let mut list = Vec::new();
        while (i, j) != (0, 0) {
            let (kind, di, dj) = self.from[self.at(i, j)];
            (i, j) = (i - usize::from(di), j - usize::from(dj));
            if kind != Kind::Same {
                let (genuine_len, seen_len) = (usize::from(di), usize::from(dj));
                let is_digit = digits(&seen[j..j + seen_len]) && !digits(&genuine[i..i + genuine_len]);
                list.push(Slip { kind, genuine_at: i, genuine_len, seen_at: j, seen_len, is_digit });
            }
        }
        list.reverse();
        list
    }
}

fn single(genuine: char, seen: char, read: Read) -> Kind {
    if genuine == seen {
        return Kind::Same;
    }
    if !seen.is_ascii() {
        return if reads_as(seen, read, genuine) { Kind::Foreign } else { Kind::Replaced };
    }
    if alike(genuine, seen) {
        return Kind::Glyph;
    }
    if is_vowel(genuine) && is_vowel(seen) {
        return Kind::Vowel;
    }
    if near_keys(genuine, seen) {
        return Kind::NearKey;
    }
    if one_bit_apart(genuine, seen) { Kind::Bit } else { Kind::Replaced }
}

/// The ASCII letters that one letter is read as.
type Read = [Option<char>; 2];

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

fn reads_as(seen: char, read: Read, genuine: char) -> bool {
    match read {
        // A turned e reads as e, though dnstwist has it for a.
        _ if seen == 'ə' && genuine == 'e' => true,
        [Some(one), None] => one == genuine || alike(genuine, one),
        _ => false,
    }
}

fn looks_grouped(genuine: &[char], seen: &[char], read: &[Read]) -> bool {
    match (genuine, seen, read) {
        ([first, second], [_], [[Some(one), Some(two)]]) => (first, second) == (one, two),
        (_, [_], [[Some(one), None]]) => groups_alike(genuine, &[*one]),
        (_, [_, _], [[Some(one), None], [Some(two), None]]) => groups_alike(genuine, &[*one, *two]),
        _ => false,
    }
}

fn group_kind(seen: &[char]) -> Kind {
    if seen.iter().all(char::is_ascii) { Kind::Glyph } else { Kind::Foreign }
}

fn left_out(g: &[char], i: usize) -> Kind {
    if g[i] == '-' {
        return Kind::Hyphen;
    }
    let beside = (i > 0 && g[i - 1] == g[i]) || g.get(i + 1) == Some(&g[i]);
    if beside { Kind::Undoubled } else { Kind::Omitted }
}

fn put_in(g: &[char], s: &[char], i: usize, j: usize) -> Kind {
    let (before, after) = (i.checked_sub(1).map(|at| g[at]), g.get(i).copied());
    if s[j] == '-' {
        return Kind::Hyphen;
    }
    if before == Some(s[j]) || after == Some(s[j]) {
        return Kind::Doubled;
    }
    if s[j] == 's' && i > 2 && !matches!(before, Some('s' | 'x' | 'z')) {
        return Kind::Plural;
    }
    if i == g.len() || after == Some('-') {
        return Kind::Appended;
    }
    let near = [before, after].into_iter().flatten().any(|key| near_keys(key, s[j]));
    if near { Kind::NearKeyInserted } else { Kind::Inserted }
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u')
}

fn one_bit_apart(a: char, b: char) -> bool {
    (a as u32 ^ b as u32).is_power_of_two()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(genuine: &str, seen: &str) -> Option<Vec<Kind>> {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        slips(&chars(genuine), &chars(seen), 40).map(|found| found.list.iter().map(|slip| slip.kind).collect())
    }

    #[test]
    fn each_slip_is_named() {
        for (seen, kind) in [
            ("vrsysterns", Kind::Glyph),
            ("vrsystens", Kind::Glyph),
            ("vrѕystems", Kind::Foreign),
            ("vr-systems", Kind::Hyphen),
            ("vrsysttems", Kind::Doubled),
            ("vrsytsems", Kind::Transposed),
            ("vrsystims", Kind::Vowel),
            ("vrsystemd", Kind::NearKey),
            ("vrcystems", Kind::Bit),
            ("vrsystes", Kind::Omitted),
            ("vrsystems9", Kind::Appended),
            ("vrsysgtems", Kind::NearKeyInserted),
            ("vrskystems", Kind::Inserted),
            ("vrsysbems", Kind::Replaced),
            ("vrsystbems", Kind::Inserted),
        ] {
            assert_eq!(kinds("vrsystems", seen), Some(vec![kind]), "{seen}");
        }
        assert_eq!(kinds("vrsystems", "vrsysestems"), Some(vec![Kind::Plural]));
        assert_eq!(kinds("vrsystems", "vrsystems"), Some(vec![]));
    }

    #[test]
    fn strangers_are_far() {
        assert_eq!(kinds("vrsystems", "democracylive"), None);
        assert_eq!(kinds("", "abcdefgh"), None);
        assert_eq!(kinds("", ""), Some(vec![]));
    }
}
