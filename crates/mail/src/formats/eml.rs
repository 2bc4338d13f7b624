//! One message a file: `.eml`, and the files of a Maildir.

use std::io::{self, Read};

use super::{LARGEST_MESSAGE, bounded};

pub(super) fn read(reader: &mut dyn Read, give: &mut dyn FnMut(Option<u64>, Vec<u8>, bool)) -> io::Result<()> {
    let (raw, is_cut) = bounded(reader, LARGEST_MESSAGE)?;
    give(None, raw, is_cut);
    Ok(())
}
