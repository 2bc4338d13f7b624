//! Reads an extract again from beginning to end, for questions that come up only once its changes are known.

use std::fs::File;
use std::os::unix::fs::FileExt as _;

use super::cut::{Cutter, Raw};
use super::entry::Place;
use super::indexed::{Part, Read};
use super::readable::Reader;
use crate::RollError;
use crate::layout::Layout;

/// How much is read at once.
const BLOCK: usize = 1 << 20;
/// A line longer than this was rejected at the first look, and is not held in memory now.
const LONGEST_LINE: usize = 1 << 20;

/// A record met on the way.
pub(crate) struct Met<'a> {
    /// The number of its part.
    pub(crate) part: usize,
    pub(crate) layout: &'a Layout,
    pub(crate) line: u64,
    pub(crate) bytes: &'a [u8],
}

impl Met<'_> {
    /// Its place in the order of the extract: that of [`Place::order`].
    pub(crate) fn order(&self) -> u64 {
        Place::new(self.part, 0, 0, self.line).order()
    }
}

/// Hands on every record but those that the first look rejected, in the extract's order.
pub(crate) fn scan(parts: &[Part], read: &Read, each: &mut dyn FnMut(&Met<'_>)) -> Result<(), RollError> {
    for (at, (part, file)) in parts.iter().zip(&read.files).enumerate() {
        let twice =
            |line| !read.twice.is_empty() && read.twice.binary_search(&Place::new(at, 0, 0, line).order()).is_ok();
        scan_part((at, part), file, &twice, each)?;
    }
    Ok(())
}

fn scan_part(
    (number, part): (usize, &Part),
    file: &File,
    twice: &dyn Fn(u64) -> bool,
    each: &mut dyn FnMut(&Met<'_>),
) -> Result<(), RollError> {
    let (mut cutter, reader) = (Cutter::new(&part.layout), Reader::new(&part.layout, false));
    let mut header = part.layout.header;
    let mut hand_on = |raw: Raw<'_>| {
        if !std::mem::replace(&mut header, false) && reader.takes(raw) && !twice(raw.line) {
            each(&Met { part: number, layout: &part.layout, line: raw.line, bytes: raw.bytes });
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
