//! The cheapest alignment of two labels by a table of costs: a band around the diagonal, and only places from where the end can
//! still be reached for what may be spent (Ukkonen 1985 for both).

use super::naming::{grouped, is_plural, is_swap, left_out, put_in, single};
use super::seen::Seen;
use super::{Kind, Slip, Slips};

/// How far the two may drift apart, in letters.
pub(super) const BAND: usize = 5;
const WIDE: usize = 2 * BAND + 1;
const FAR: u16 = u16::MAX / 2;

/// The least cost of reaching a place, and by which slip, over how many letters of each.
#[derive(Clone, Copy)]
struct Cell {
    cost: u16,
    kind: Kind,
    step: (u8, u8),
}

const UNREACHED: Cell = Cell { cost: FAR, kind: Kind::Same, step: (0, 0) };

pub(super) struct Table<'a> {
    genuine: &'a [char],
    seen: &'a Seen,
    dearest: u16,
    /// Foreign letters stand for ASCII ones only, so that each costs something.
    all_foreign_cost: bool,
    /// For each genuine place, the seen ones at most `BAND` from it.
    rows: Vec<[Cell; WIDE]>,
}

impl<'a> Table<'a> {
    /// The cheapest alignment of at most `dearest` eighths. Where two cost the same, that with the earlier slips.
    pub(super) fn align(genuine: &'a [char], seen: &'a Seen, dearest: u16) -> Option<Slips> {
        let rows = vec![[UNREACHED; WIDE]; genuine.len() + 1];
        let all_foreign_cost = seen.foreign > 0 && genuine.iter().all(char::is_ascii);
        let mut table = Self { genuine, seen, dearest, all_foreign_cost, rows };
        table.rows[0][BAND].cost = 0;
        let mut far_before = false;
        for i in 0..=genuine.len() {
            let far = !table.spread_row(i);
            // No slip is longer than two letters.
            if far && far_before {
                return None;
            }
            far_before = far;
        }
        let cost = table.cell(genuine.len(), seen.len())?.cost;
        (cost <= dearest).then(|| Slips { list: table.way_back(), cost })
    }

    /// The cheapest alignment at whatever cost, no place left out.
    #[cfg(test)]
    pub(super) fn exhaustive(genuine: &'a [char], seen: &'a Seen) -> Option<Slips> {
        let rows = vec![[UNREACHED; WIDE]; genuine.len() + 1];
        let mut table = Self { genuine, seen, dearest: FAR - 1, all_foreign_cost: false, rows };
        table.rows[0][BAND].cost = 0;
        (0..=genuine.len()).for_each(|i| _ = table.spread_row(i));
        let cost = table.cell(genuine.len(), seen.len())?.cost;
        (cost < FAR).then(|| Slips { list: table.way_back(), cost })
    }

    /// Whether any place of the row leads on.
    fn spread_row(&mut self, i: usize) -> bool {
        let mut any = false;
        for j in i.saturating_sub(BAND)..=(i + BAND).min(self.seen.len()) {
            let here = self.rows[i][j + BAND - i].cost;
            if here <= self.dearest && here + self.least(i, j) <= self.dearest {
                any = true;
                self.spread(i, j, here);
            }
        }
        any
    }

    /// What the rest costs at least.
    fn least(&self, i: usize, j: usize) -> u16 {
        let (g_left, s_left) = (self.genuine.len() - i, self.seen.len() - j);
        let apart = g_left.abs_diff(s_left) as u16;
        if self.seen.foreign > 0 {
            // A foreign letter may stand for two.
            let letters = if self.all_foreign_cost { self.seen.least[j] } else { 0 };
            return letters.max(apart * Kind::Foreign.cost());
        }
        if s_left > g_left {
            return (apart * Kind::Plural.cost()).div_ceil(2); // Two letters for one slip.
        }
        apart * Kind::Glyph.cost()
    }

    /// Carries the cost on to the places that one slip leads to.
    fn spread(&mut self, i: usize, j: usize, here: u16) {
        let (g, s) = (self.genuine, &self.seen.letters);
        if i < g.len() && j < s.len() {
            self.reach(i, j, here, (1, 1), single(g[i], s[j], self.seen.read[j]));
        }
        self.groups(i, j, here);
        if i < g.len() {
            self.reach(i, j, here, (1, 0), left_out(g, i));
        }
        if j < s.len() {
            self.reach(i, j, here, (0, 1), put_in(g, self.seen, i, j));
            if is_plural(g, self.seen, i, j) {
                self.reach(i, j, here, (0, 2), Kind::Plural);
            }
        }
    }

    fn groups(&mut self, i: usize, j: usize, here: u16) {
        let (g, s, read) = (self.genuine, &self.seen.letters, &self.seen.read);
        if is_swap(&g[i..], &s[j..]) {
            self.reach(i, j, here, (2, 2), Kind::Transposed);
        }
        for (a, b) in [(1, 2), (2, 1)] {
            if g.len() - i >= a
                && s.len() - j >= b
                && let Some(kind) = grouped(&g[i..i + a], &s[j..j + b], &read[j..j + b])
            {
                self.reach(i, j, here, (a, b), kind);
            }
        }
    }

    fn reach(&mut self, i: usize, j: usize, here: u16, (di, dj): (usize, usize), kind: Kind) {
        let cost = here + kind.cost();
        let place = (j + dj + BAND).checked_sub(i + di).and_then(|column| self.rows.get_mut(i + di)?.get_mut(column));
        if let Some(place) = place.filter(|place| cost < place.cost) {
            *place = Cell { cost, kind, step: (di as u8, dj as u8) };
        }
    }

    fn cell(&self, i: usize, j: usize) -> Option<Cell> {
        self.rows.get(i)?.get((j + BAND).checked_sub(i)?).copied()
    }

    fn way_back(&self) -> Vec<Slip> {
        let (genuine, seen) = (self.genuine, &self.seen.letters);
        let digits = |letters: &[char]| letters.iter().any(char::is_ascii_digit);
        let (mut i, mut j) = (genuine.len(), seen.len());
        let mut list = Vec::new();
        while let Some(Cell { kind, step: (di, dj), .. }) = self.cell(i, j).filter(|cell| cell.step != (0, 0)) {
            let (genuine_len, seen_len) = (usize::from(di), usize::from(dj));
            (i, j) = (i - genuine_len, j - seen_len);
            if kind != Kind::Same {
                let is_digit = digits(&seen[j..j + seen_len]) && !digits(&genuine[i..i + genuine_len]);
                list.push(Slip { kind, genuine_at: i, genuine_len, seen_at: j, seen_len, is_digit });
            }
        }
        list.reverse();
        list
    }
}
