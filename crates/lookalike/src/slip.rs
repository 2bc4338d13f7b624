//! Which slips lead from a genuine label to a seen one: the cheapest alignment of the two (Damerau 1964, with the look-alike
//! letters and typing slips of dnstwist as edits of their own). Whether that makes an imitation, is for others.

mod naming;
mod seen;
mod table;

pub(crate) use seen::Seen;
use table::{BAND, Table};

/// Longest label, in letters (RFC 1035, 2.3.4). Longer ones are compared as far as this.
pub(crate) const LONGEST_LABEL: usize = 63;
/// Slips dearer than this, in eighths of an ordinary one, are no likeness, foreign letters aside.
const DEAREST: u16 = 24;
/// The dearest single slip.
const ONE_SLIP: u16 = 11;

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
            Self::Inserted | Self::Replaced => ONE_SLIP,
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
    fn hyphen(seen_at: usize) -> Self {
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

/// The slips that lead to the seen label, if they are few enough.
pub(crate) fn aligned(genuine: &[char], seen: &Seen) -> Option<Slips> {
    // Foreign letters may stand for every genuine one.
    let dearest = DEAREST + Kind::Foreign.cost() * seen.foreign;
    let plainly = slips(genuine, seen, dearest);
    match &plainly {
        Some(found) if found.beyond_look() <= 1 => plainly,
        _ => without_hyphens(genuine, seen, dearest).or(plainly),
    }
}

/// The alignment with the seen hyphens left out: one may part two letters that are swapped.
fn without_hyphens(genuine: &[char], seen: &Seen, dearest: u16) -> Option<Slips> {
    let (bare, places) = seen.bare().filter(|_| !genuine.contains(&'-'))?;
    let mut found = slips(genuine, bare, dearest)?;
    for slip in &mut found.list {
        let end = (slip.seen_at + slip.seen_len).checked_sub(1).map_or(0, |last| places[last] + 1);
        slip.seen_at = places[slip.seen_at];
        slip.seen_len = end.saturating_sub(slip.seen_at);
    }
    let hyphen = (0..places.len()).find(|at| places[*at] != *at).unwrap_or_default();
    found.list.push(Slip::hyphen(hyphen));
    found.cost += Kind::Hyphen.cost();
    Some(found)
}

/// The cheapest alignment of at most `dearest` eighths; `None` where there is none.
///
/// Most labels that are compared are one slip apart or strangers, so little is spent at first: what is found for less is what
/// would be found for more.
fn slips(genuine: &[char], seen: &Seen, dearest: u16) -> Option<Slips> {
    let genuine = &genuine[..genuine.len().min(LONGEST_LABEL)];
    if genuine == seen.letters {
        return Some(Slips::default());
    }
    if genuine.len().abs_diff(seen.len()) > BAND {
        return None;
    }
    let least = if genuine.iter().all(char::is_ascii) { seen.least[0] } else { 0 };
    let spent = [least, least + ONE_SLIP, dearest];
    let worth_trying = spent.iter().filter(|spent| (1..=dearest).contains(*spent));
    worth_trying.into_iter().find_map(|spent| Table::align(genuine, seen, *spent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kinds(genuine: &str, seen: &str) -> Option<Vec<Kind>> {
        let genuine: Vec<char> = genuine.chars().collect();
        slips(&genuine, &Seen::of(seen), 40).map(|found| found.list.iter().map(|slip| slip.kind).collect())
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

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

        /// What saves work changes no answer: a table that may spend everything finds the same slips.
        #[test]
        fn thrift_changes_nothing(genuine in "[anrmeös-]{0,12}", seen in "[anrmeösпгæм-]{0,12}", dearest in 0..60_u16) {
            let genuine: Vec<char> = genuine.chars().collect();
            let seen = Seen::of(&seen);
            let wasteful = (genuine.len().abs_diff(seen.len()) <= BAND).then(|| Table::exhaustive(&genuine, &seen));
            let wanted = wasteful.flatten().filter(|found| found.cost <= dearest);
            prop_assert_eq!(slips(&genuine, &seen, dearest), wanted);
        }
    }
}
