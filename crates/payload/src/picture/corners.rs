//! How many corners of codes a picture holds, counted as the library that reads codes will count them: a row that crosses
//! dark and light in 1:1:3:1:1, whose outer ring is one region, whose core is another, and whose areas fit.
//!
//! The library tries corners against each other and copies the picture for each try, so a picture full of corners would
//! hold it up for minutes. Counting first takes one pass, for each region is filled once.

/// A picture in dark and light.
pub(super) struct Bits {
    pub(super) width: usize,
    pub(super) dark: Vec<bool>,
}

/// Connected pixels of one shade: which region each pixel belongs to (0 is none yet), and how large each is.
struct Regions<'a> {
    bits: &'a Bits,
    of: Vec<u32>,
    sizes: Vec<usize>,
}

/// Corners in the picture; counting ends beyond `most`.
pub(super) fn count(bits: &Bits, most: usize) -> usize {
    let mut regions = Regions { bits, of: vec![0; bits.dark.len()], sizes: vec![0] };
    let mut rings: Vec<u32> = Vec::new();
    for (row, pixels) in bits.dark.chunks_exact(bits.width).enumerate() {
        for (stone, right) in crossings(pixels) {
            let place = row * bits.width;
            let (core, ring) = (regions.at(place + stone), regions.at(place + right));
            let fits = (11..70).contains(&(regions.sizes[core as usize] * 100 / regions.sizes[ring as usize].max(1)));
            if core != ring && fits && !rings.contains(&ring) {
                rings.push(ring);
            }
            if rings.len() > most {
                return rings.len();
            }
        }
    }
    rings.len()
}

impl Regions<'_> {
    fn at(&mut self, place: usize) -> u32 {
        if self.of[place] == 0 {
            self.fill(place);
        }
        self.of[place]
    }

    fn fill(&mut self, start: usize) {
        let number = u32::try_from(self.sizes.len()).unwrap_or(u32::MAX);
        let (width, shade) = (self.bits.width, self.bits.dark[start]);
        let mut size = 0;
        let mut waiting = vec![start];
        self.of[start] = number;
        while let Some(place) = waiting.pop() {
            size += 1;
            let column = place % width;
            let left = (column > 0).then(|| place - 1);
            let right = (column + 1 < width).then_some(place + 1);
            for next in [left, right, place.checked_sub(width), Some(place + width)].into_iter().flatten() {
                if next < self.of.len() && self.of[next] == 0 && self.bits.dark[next] == shade {
                    self.of[next] = number;
                    waiting.push(next);
                }
            }
        }
        self.sizes.push(size);
    }
}

/// Where a row has dark, light, dark, light, dark of 1:1:3:1:1, then light or its end: the core's and the last run's start.
pub(super) fn crossings(row: &[bool]) -> impl Iterator<Item = (usize, usize)> {
    let mut runs = [0_usize; 5];
    let mut changes = 0;
    (0..=row.len()).filter_map(move |at| {
        let before = at.checked_sub(1).map(|at| row[at]);
        if at < row.len() && before == Some(row[at]) || before.is_none() {
            runs[4] += 1;
            return None;
        }
        changes += 1;
        let hit = before == Some(true) && changes >= 5 && is_corner(runs);
        let places = (at - runs[2] - runs[3] - runs[4], at - runs[4]);
        runs.rotate_left(1);
        runs[4] = 1;
        hit.then_some(places)
    })
}

/// Each run may be off by three quarters of a module, as the library has it.
fn is_corner(runs: [usize; 5]) -> bool {
    let module = (runs[0] + runs[1] + runs[3] + runs[4]) / 4;
    let slack = module * 3 / 4;
    module > 0 && runs.iter().zip([1, 1, 3, 1, 1]).all(|(run, modules)| run.abs_diff(modules * module) <= slack)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(rows: &[&str]) -> Bits {
        let scale = 2;
        let wide: Vec<bool> = rows
            .iter()
            .flat_map(|row| std::iter::repeat_n(row, scale))
            .flat_map(|row| row.bytes().flat_map(move |b| std::iter::repeat_n(b == b'#', scale)))
            .collect();
        Bits { width: rows[0].len() * scale, dark: wide }
    }

    #[test]
    fn corners_are_counted_once() {
        let corner = [
            "#######.#######",
            "#     #.#     #",
            "# ### #.# ### #",
            "# ### #.# # # #",
            "# ### #.# ### #",
            "#     #.#     #",
            "#######.#######",
        ];
        assert_eq!(count(&bits(&corner), 10), 2);
        assert_eq!(count(&bits(&corner), 0), 1);
    }

    #[test]
    fn stripes_are_no_corners() {
        let stripes = ["# ### #..", "# ### #..", "# ### #..", "# ### #.."];
        assert_eq!(count(&bits(&stripes), 10), 0);
        assert_eq!(crossings(&bits(&stripes).dark[..18]).count(), 1);
    }
}
