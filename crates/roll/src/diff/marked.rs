//! The marks of an extract's records, as they were met at the first look.

use super::entry::Place;
use crate::linkage::Marks;

/// A record's marks, by its line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Marked {
    pub(crate) line: u32,
    pub(crate) marks: Marks,
}

/// The marks of the record at a place; `None` where they were not noted. `parts` holds each part's, by line.
pub(crate) fn marks_at(parts: &[Vec<Marked>], place: Place) -> Option<Marks> {
    let marked = parts.get(place.part())?;
    let line = u32::try_from(place.line()).unwrap_or(u32::MAX);
    // Most files have a record on each line: then this is its place, and else it is a little before.
    let guess = line.checked_sub(marked.first()?.line)? as usize;
    if let Some(marked) = marked.get(guess).filter(|marked| marked.line == line) {
        return Some(marked.marks);
    }
    let (mut high, mut low, mut step) = (marked.len(), guess.min(marked.len() - 1), 1);
    while marked[low].line > line {
        (high, low, step) = (low, low.saturating_sub(step), 2 * step);
    }
    let found = low + marked[low..high].partition_point(|marked| marked.line < line);
    marked.get(found).filter(|marked| marked.line == line).map(|marked| marked.marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_by_line_whatever_was_rejected_between() {
        let lines: Vec<u32> = (2..400).filter(|line| line % 7 != 3 && !(100..160).contains(line)).collect();
        let parts = [Vec::new(), lines.iter().map(|line| Marked { line: *line, marks: [*line; 3] }).collect()];
        let at = |part, line: u32| marks_at(&parts, Place::new(part, 0, 0, line.into()));
        for line in 0..500 {
            assert_eq!(at(1, line), lines.contains(&line).then_some([line; 3]), "{line}");
        }
        assert_eq!((at(0, 5), at(2, 5)), (None, None));
    }
}
