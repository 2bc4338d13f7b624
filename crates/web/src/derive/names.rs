//! Texts of clients and pages, one after the other, and columns that refer to them.

use std::hash::Hasher;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringViewBuilder};
use arrow::buffer::Buffer;

/// A text among [`Names`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name {
    offset: u32,
    length: u32,
}

/// Texts, one after the other.
#[derive(Debug, Default)]
pub(super) struct Names(String);

impl Names {
    /// Holds a text.
    pub(super) fn hold(&mut self, text: &str) -> Name {
        let offset = u32::try_from(self.0.len()).expect("names are let go long before there are 4 GiB of them");
        let length = u32::try_from(text.len()).expect("a line is shorter than 4 GiB");
        self.0.push_str(text);
        Name { offset, length }
    }

    /// Bytes of text held.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Lets go of the texts.
    pub(super) fn take(&mut self) -> Buffer {
        Buffer::from(std::mem::take(&mut self.0).into_bytes())
    }
}

/// A column of names, which refer to the texts without a copy of each.
pub(super) fn column(text: &Buffer, names: impl Iterator<Item = Option<Name>>) -> ArrayRef {
    let mut builder = StringViewBuilder::new();
    let block = builder.append_block(text.clone());
    for name in names {
        match name {
            Some(name) => {
                builder.try_append_view(block, name.offset, name.length).expect("names are whole texts of this block")
            }
            None => builder.append_null(),
        }
    }
    Arc::new(builder.finish())
}

/// Keys are hashes already.
#[derive(Default)]
pub(super) struct Key(u64);

impl Hasher for Key {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.0 = self.0.rotate_left(8) ^ u64::from(byte));
    }

    fn write_i64(&mut self, key: i64) {
        self.0 = key as u64;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
