//! Whether an extract is kept already: told by its files' names, lengths and digests and by its layouts, without reading
//! its records.

use pollwarden_core::{RollSettings, Source};
use pollwarden_intake::{BlockOptions, Input};

use super::head::Head;
use crate::diff::Part;
use crate::layout::Layout;
use crate::{RollError, Snapshot};

/// The kept snapshot that an extract would become again.
pub(super) fn find(
    kept: &[Snapshot],
    extract: &Snapshot,
    settings: &RollSettings,
) -> Result<Option<Snapshot>, RollError> {
    let heads = kept.iter().filter_map(|snapshot| Some((snapshot, &snapshot.kept.as_ref()?.head)));
    let alike: Vec<_> = heads.filter(|(_, head)| may_be(head, extract)).collect();
    if alike.is_empty() {
        return Ok(None);
    }
    let files = extract.inputs.iter().map(|input| file(input, settings)).collect::<Result<Vec<_>, _>>()?;
    let is_same = |head: &Head| {
        let parts = head.parts.iter().zip(&head.sources);
        files.len() == head.parts.len() && files.iter().zip(parts).all(|(file, part)| file.is(part))
    };
    Ok(alike.into_iter().find(|(_, head)| is_same(head)).map(|(snapshot, _)| snapshot.clone()))
}

fn may_be(head: &Head, extract: &Snapshot) -> bool {
    let names = head.parts.iter().map(|part| &part.name);
    head.name == extract.name && head.date == extract.date && names.eq(extract.inputs.iter().map(|input| &input.name))
}

/// What tells a file.
struct File {
    layout: Option<Layout>,
    digest: pollwarden_core::Digest,
    length: u64,
}

impl File {
    fn is(&self, (part, source): (&Part, &Source)) -> bool {
        // Of what stands above the records it is only kept whether there is something.
        let kept = self.layout.clone().map(|layout| Layout { above: layout.above.min(1), ..layout });
        kept.as_ref() == Some(&part.layout) && (self.digest, self.length) == (source.digest, source.length)
    }
}

fn file(input: &Input, settings: &RollSettings) -> Result<File, RollError> {
    let broken = |cause| RollError::Broken { name: input.name.clone(), cause };
    let mut opened = input.open().map_err(broken)?;
    let layout = crate::formats::layout_of(opened.sample().map_err(broken)?, settings);
    let received = opened.blocks(BlockOptions::default()).received();
    Ok(File { layout, digest: received.digest, length: received.length })
}
