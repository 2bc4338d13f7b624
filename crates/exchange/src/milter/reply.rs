//! What we say to the mail server (libmilter's `mfdef.h`, SMFIR_*).

use super::packet::write;

/// `c`: go on.
pub(super) fn go_on(out: &mut Vec<u8>) {
    write(out, b'c', &[]);
}

/// `s`: go on, and spare us the rest of the body.
pub(super) fn skip(out: &mut Vec<u8>) {
    write(out, b's', &[]);
}

/// `O`: what we agree on.
pub(super) fn agree(out: &mut Vec<u8>, agreed: &[u8]) {
    write(out, b'O', agreed);
}

/// `m`: removes the so-manieth header of this name, counted from 1.
pub(super) fn remove_header(out: &mut Vec<u8>, name: &[u8], index: u32) {
    write(out, b'm', &[&index.to_be_bytes(), name, b"\0\0"].concat());
}

/// `i`: puts a header before all others but the server's own. `space` is what stands behind the colon: servers that keep
/// that of others add none to ours.
pub(super) fn insert_header(out: &mut Vec<u8>, name: &str, space: &str, value: &str) {
    const FIRST: u32 = 1;
    let parts = [&FIRST.to_be_bytes()[..], name.as_bytes(), b"\0", space.as_bytes(), value.as_bytes(), b"\0"];
    write(out, b'i', &parts.concat());
}

/// `q`: the message is held.
pub(super) fn quarantine(out: &mut Vec<u8>, reason: &str) {
    write(out, b'q', &[reason.as_bytes(), b"\0"].concat());
}
