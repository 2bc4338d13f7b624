//! What a cosignature is over (C2SP tlog-cosignature): that a tree was seen, at a time, as one that only grew.

use std::ops::Range;

use crate::Hash;

/// The message of an Ed25519 cosignature: a header, the time (seconds since 1970) and the checkpoint's text.
pub fn cosignature_message(time: u64, checkpoint: &str) -> Vec<u8> {
    format!("cosignature/v1\ntime {time}\n{checkpoint}").into_bytes()
}

/// The message of an ML-DSA-44 cosignature: of a whole tree where `leaves` begins at 0, else of a part of it. `None`
/// where a name is empty or longer than 255 bytes.
pub fn subtree_message(cosigner: &str, time: u64, origin: &str, leaves: Range<u64>, root: &Hash) -> Option<Vec<u8>> {
    let mut message = b"subtree/v1\n\0".to_vec();
    prefixed(&mut message, cosigner)?;
    message.extend(time.to_be_bytes());
    prefixed(&mut message, origin)?;
    message.extend(leaves.start.to_be_bytes());
    message.extend(leaves.end.to_be_bytes());
    message.extend(root.0);
    Some(message)
}

fn prefixed(message: &mut Vec<u8>, name: &str) -> Option<()> {
    let length = u8::try_from(name.len()).ok().filter(|length| *length > 0)?;
    message.push(length);
    message.extend(name.bytes());
    Some(())
}
