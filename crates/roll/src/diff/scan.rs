//! Reads an extract again from beginning to end, for questions that come up only once its changes are known.

use std::fs::File;
use std::os::unix::fs::FileExt as _;

use super::cut::{Cutter, Raw};
use super::entry::Place;
use super::indexed::{Part, Read};
use super::readable::key;
use crate::RollError;
use crate::layout::Layout;

/// How much is read at once.
const BLOCK: usize = 1 << 20;
/// A line longer than this was rejected at the first look, and is not held in memory now.
const LONGEST_LINE: usize = 1 << 20;

/// A record met on the way.
pub(crate) struct Met<'a> {
    pub(crate) place: Place,
    /// Its part's name.
    pub(crate) source: &'a str,
    pub(crate) layout: &'a Layout,
    pub(crate) bytes: &'a [u8],
}

impl<'a> Met<'a> {
    pub(crate) fn of(parts: &'a [Part], place: Place, bytes: &'a [u8]) -> Self {
        let part = &parts[place.part()];
        Self { place, source: &part.name, layout: &part.layout, bytes }
    }

    /// The number of its part.
    pub(crate) fn part(&self) -> usize {
        self.place.part()
    }

    pub(crate) fn line(&self) -> u64 {
        self.place.line()
    }
}

/// Hands on every record but those that the first look rejected, in the extract's order.
pub(crate) fn scan(parts: &[Part], read: &Read, each: &mut dyn FnMut(&Met<'_>)) -> Result<(), RollError> {
    let repeats = |place: Place| read.repeats.binary_search_by_key(&place.order(), |known| known.order()).is_ok();
    for (at, file) in read.files.iter().enumerate() {
        scan_part((at, parts), file, &repeats, each)?;
    }
    Ok(())
}

fn scan_part(
    (number, parts): (usize, &[Part]),
    file: &File,
    repeats: &dyn Fn(Place) -> bool,
    each: &mut dyn FnMut(&Met<'_>),
) -> Result<(), RollError> {
    let part = &parts[number];
    let mut cutter = Cutter::new(&part.layout);
    let mut hand_on = |raw: Raw<'_>| {
        let place = Place::new(number, raw.offset, raw.bytes.len(), raw.line);
        if raw.line > part.layout.above && key(&part.layout, raw).is_ok() && !repeats(place) {
            each(&Met::of(parts, place, raw.bytes));
        }
    };
    let (mut offset, mut line, mut rest) = (0_u64, 1_u64, Vec::new());
    loop {
        let begin = rest.len();
        rest.resize(begin + BLOCK, 0);
        let read = file.read_at(&mut rest[begin..], offset + begin as u64).map_err(RollError::io(&part.name))?;
        rest.truncate(begin + read);
        let mut whole = if read == 0 { rest.len() } else { memchr::memrchr(b'\n', &rest).map_or(0, |at| at + 1) };
        if whole == 0 && rest.len() > LONGEST_LINE {
            // Its beginning is handed on as a line that fits no layout.
            whole = rest.len();
        }
        cutter.feed(&rest[..whole], offset, line, &mut hand_on);
        line += memchr::memchr_iter(b'\n', &rest[..whole]).count() as u64;
        offset += whole as u64;
        rest.drain(..whole);
        if read == 0 {
            break;
        }
    }
    cutter.end(&mut hand_on);
    Ok(())
}
