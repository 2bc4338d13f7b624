//! One compressed file: gzip (RFC 1952), xz, bzip2. A tar inside is read by its own reader.

use bzip2_rs::DecoderReader;
use flate2::read::MultiGzDecoder;
use liblzma::read::XzDecoder;
use liblzma::stream::Stream;

use crate::examined::{Cause, Examined};
use crate::guard::guarded;
use crate::kind::FileKind;
use crate::look::{Look, Unpacked};

/// Memory that an xz stream may ask for.
const MEMORY: u64 = 64 << 20;

pub(crate) fn read(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    if super::spent(found, look) {
        return;
    }
    let name = inner_name(&found.name);
    let unpacked = match found.kind {
        FileKind::Gzip => look.unpack(found, "", bytes.len() as u64, MultiGzDecoder::new(bytes)),
        FileKind::Xz => xz(bytes, found, look),
        _ => bzip2(bytes, found, look),
    };
    match unpacked {
        Some(unpacked) => look.unpacked_member(found, &name, &unpacked),
        None => crate::name::judge_listed(&name, found),
    }
}

fn xz(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) -> Option<Unpacked> {
    let stream = Stream::new_stream_decoder(MEMORY, 0).ok()?;
    look.unpack(found, "", bytes.len() as u64, XzDecoder::new_stream(bytes, stream))
}

fn bzip2(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) -> Option<Unpacked> {
    let unpacked = guarded(|| look.unpack(found, "", bytes.len() as u64, DecoderReader::new(bytes)));
    if unpacked.is_none() {
        found.gap(Cause::Unreadable, "", "Damaged: can't be unpacked.");
    }
    unpacked.flatten()
}

/// `a.tar.gz` holds `a.tar`, `a.tgz` too.
fn inner_name(name: &str) -> String {
    let Some((stem, ending)) = name.rsplit_once('.') else { return "content".to_owned() };
    match ending.to_ascii_lowercase().as_str() {
        "tgz" | "txz" | "tbz" | "tbz2" => format!("{stem}.tar"),
        "gz" | "xz" | "bz2" | "bz" => stem.to_owned(),
        _ => "content".to_owned(),
    }
}
