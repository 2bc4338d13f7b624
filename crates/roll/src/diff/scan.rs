//! Reads a snapshot again from beginning to end, for questions that come up only once its changes are known.

use std::os::unix::fs::FileExt as _;

use super::cut::Cutter;
use super::index::Part;
use super::{Diff, Side};
use crate::RollError;
use crate::layout::Layout;

/// How much is read at once.
const BLOCK: usize = 1 << 20;

/// A record met on the way.
pub(crate) struct Met<'a> {
    pub(crate) source: &'a str,
    pub(crate) layout: &'a Layout,
    pub(crate) line: u64,
    pub(crate) bytes: &'a [u8],
}

/// Hands on every record of one snapshot. Rows that were rejected at the first look come along: the caller takes
/// what it can use.
pub(crate) fn scan(diff: &Diff, side: Side, each: &mut dyn FnMut(&Met<'_>)) -> Result<(), RollError> {
    diff.parts(side).iter().try_for_each(|part| scan_part(part, each))
}

fn scan_part(part: &Part, each: &mut dyn FnMut(&Met<'_>)) -> Result<(), RollError> {
    let mut cutter = Cutter::new(&part.layout);
    let mut header = part.layout.header;
    let mut hand_on = |raw: super::cut::Raw<'_>| {
        if !std::mem::replace(&mut header, false) && raw.balanced {
            each(&Met { source: &part.name, layout: &part.layout, line: raw.line, bytes: raw.bytes });
        }
    };
    let (mut offset, mut line, mut rest) = (0_u64, 1_u64, Vec::new());
    loop {
        let begin = rest.len();
        rest.resize(begin + BLOCK, 0);
        let read = part.file.read_at(&mut rest[begin..], offset + begin as u64).map_err(RollError::io(&part.name))?;
        rest.truncate(begin + read);
        let whole = if read == 0 { rest.len() } else { memchr::memrchr(b'\n', &rest).map_or(0, |at| at + 1) };
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
