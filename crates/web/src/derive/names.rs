//! Texts that come again and again, each held once.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringViewBuilder};
use arrow::buffer::Buffer;

/// A text that is held among [`Names`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name {
    offset: u32,
    length: u32,
}

/// Texts, one after the other.
#[derive(Debug, Default)]
pub(super) struct Names {
    text: String,
    /// Where a text is, by its key.
    places: HashMap<u64, Name>,
}

impl Names {
    /// The name of a text of that key (two texts of one key are taken for one).
    pub(super) fn name(&mut self, key: u64, text: &str) -> Name {
        let held = &mut self.text;
        *self.places.entry(key).or_insert_with(|| {
            let offset = u32::try_from(held.len()).expect("names are let go long before there are 4 GiB of them");
            let length = u32::try_from(text.len()).expect("a line is shorter than 4 GiB");
            held.push_str(text);
            Name { offset, length }
        })
    }

    /// Bytes of text held.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// A column of names, which refer to the texts without a copy of each.
    pub(super) fn column(text: &Buffer, names: impl Iterator<Item = Option<Name>>) -> ArrayRef {
        let mut builder = StringViewBuilder::new();
        let block = builder.append_block(text.clone());
        for name in names {
            match name {
                Some(name) => builder
                    .try_append_view(block, name.offset, name.length)
                    .expect("names are whole texts of this block"),
                None => builder.append_null(),
            }
        }
        Arc::new(builder.finish())
    }

    /// Lets go of the texts.
    pub(super) fn take(&mut self) -> Buffer {
        self.places.clear();
        Buffer::from(std::mem::take(&mut self.text).into_bytes())
    }
}
