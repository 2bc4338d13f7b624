//! What an attachment holds, in pieces that copies made per recipient have in common though their hashes differ.
//!
//! Office files (OPC, ISO/IEC 29500-2) are unpacked to their text and macros, PDF (ISO 32000) to its streams, and the result is
//! cut where its content says so (content-defined chunking with a gear hash, Xia et al. 2016): a changed name changes one or
//! two pieces. Nothing is executed, and what can't be unpacked is taken as it is. What a file could do is judged elsewhere.

use std::io::{Cursor, Read};

use flate2::read::ZlibDecoder;
use memchr::memmem;
use xxhash_rust::xxh3::xxh3_64;

use super::words::sampled;
use crate::letter::Part;

/// Unpacked content is read up to here, in bytes, for all parts of a message together.
const MOST_BYTES: usize = 2 << 20;
/// The least pieces are kept: the same ones in every copy.
const MOST_PIECES: usize = 256;
const MOST_MEMBERS: usize = 200;
const MOST_STREAMS: usize = 200;
/// Smaller pictures are logos and tracking pixels.
const SMALLEST_PICTURE: usize = 4_096;
/// Pieces: at least, at most, and on average 64 bytes more than at least.
const SHORTEST: usize = 32;
const LONGEST: usize = 512;

/// The pieces of a message's attachments, as hashes in order, without repeats; not yet keyed.
pub(super) fn pieces(parts: &[Part]) -> Vec<u64> {
    let mut content = Content { left: MOST_BYTES, pieces: Vec::new() };
    parts.iter().filter(|part| is_content(part)).for_each(|part| content.file(&part.bytes, 0));
    sampled(content.pieces, MOST_PIECES)
}

fn is_content(part: &Part) -> bool {
    let is_picture = part.declared.starts_with("image/");
    !part.bytes.is_empty() && (!is_picture || part.bytes.len() >= SMALLEST_PICTURE)
}

struct Content {
    left: usize,
    pieces: Vec<u64>,
}

impl Content {
    fn file(&mut self, bytes: &[u8], depth: usize) {
        let was = self.pieces.len();
        if bytes.starts_with(b"PK\x03\x04") && depth < 2 {
            self.archive(bytes, depth);
        } else if bytes.starts_with(b"%PDF") {
            self.pdf(bytes);
        }
        if self.pieces.len() == was {
            self.chunk(bytes);
        }
    }

    fn archive(&mut self, bytes: &[u8], depth: usize) {
        let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return };
        for at in 0..archive.len().min(MOST_MEMBERS) {
            let Ok(member) = archive.by_index(at) else { continue };
            let name = member.name().map(|name| name.to_ascii_lowercase()).unwrap_or_default();
            if is_scaffold(&name) {
                continue;
            }
            let inner = read(member, self.left);
            if name.ends_with(".xml") || name.ends_with(".rels") {
                self.chunk(&without_marks(&inner));
            } else {
                self.file(&inner, depth + 1);
            }
        }
    }

    fn pdf(&mut self, bytes: &[u8]) {
        for at in memmem::find_iter(bytes, b"stream").take(2 * MOST_STREAMS) {
            let body = &bytes[at + b"stream".len()..];
            let body = body.strip_prefix(b"\r\n").or_else(|| body.strip_prefix(b"\n")).unwrap_or_default();
            if !body.is_empty() && !bytes[..at].ends_with(b"end") {
                let inner = read(ZlibDecoder::new(body), self.left);
                self.chunk(&inner);
            }
        }
    }

    fn chunk(&mut self, bytes: &[u8]) {
        let bytes = &bytes[..bytes.len().min(self.left)];
        self.left -= bytes.len();
        let (mut from, mut hash) = (0, 0_u64);
        for (at, byte) in bytes.iter().enumerate() {
            hash = (hash << 1).wrapping_add(GEAR[usize::from(*byte)]);
            let length = at + 1 - from;
            if length >= LONGEST || length >= SHORTEST && hash >> 58 == 0 {
                self.pieces.push(xxh3_64(&bytes[from..=at]));
                from = at + 1;
            }
        }
        if from < bytes.len() {
            self.pieces.push(xxh3_64(&bytes[from..]));
        }
    }
}

/// Reads as far as there is room; a fault ends the reading, not the message.
fn read(reader: impl Read, most: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = reader.take(most as u64).read_to_end(&mut bytes);
    bytes
}

/// Parts that every document of the same program has.
fn is_scaffold(name: &str) -> bool {
    ["theme", "styles", "settings", "fonttable", "numbering", "docprops/", "[content_types]", "webextensions"]
        .iter()
        .any(|part| name.contains(part))
        || name == "_rels/.rels"
}

/// XML without its marks: names of elements are the same in every document. Targets of relations are kept.
fn without_marks(xml: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(xml.len() / 4);
    let mut is_mark = false;
    for byte in xml {
        match byte {
            b'<' => is_mark = true,
            b'>' => is_mark = false,
            byte if !is_mark => text.push(*byte),
            _ => {}
        }
    }
    for target in memmem::find_iter(xml, b"Target=\"") {
        let rest = &xml[target + 8..];
        let end = memchr::memchr(b'"', rest).unwrap_or(0);
        if memmem::find(&rest[..end], b"://").is_some() {
            text.extend_from_slice(&rest[..end.min(LONGEST)]);
        }
    }
    text
}

static GEAR: [u64; 256] = gear();

const fn gear() -> [u64; 256] {
    let mut all = [0; 256];
    let mut at = 0;
    while at < all.len() {
        all[at] = super::minhash::split_mix(at as u64 + 1_000);
        at += 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn common(a: &[u64], b: &[u64]) -> f64 {
        let both = a.iter().filter(|piece| b.contains(piece)).count();
        both as f64 / (a.len() + b.len() - both) as f64
    }

    fn part(bytes: Vec<u8>) -> Part {
        Part { bytes, ..Part::default() }
    }

    fn document(text: &str, macros: &[u8]) -> Part {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        for (name, bytes) in
            [("word/document.xml", format!("<w:t>{text}</w:t>").as_bytes()), ("word/vbaProject.bin", macros)]
        {
            zip.start_file(name, options).expect("a member");
            zip.write_all(bytes).expect("written");
        }
        part(zip.finish().expect("an archive").into_inner())
    }

    fn noise(seed: u64, length: usize) -> Vec<u8> {
        (0..length).map(|at| (super::super::minhash::split_mix(seed + at as u64) & 0xff) as u8).collect()
    }

    #[test]
    fn copies_of_a_document_share_most_of_their_pieces() {
        let (one, two) = (document("Guide for Ann", &noise(1, 8_000)), document("Guide for Robert", &noise(1, 8_000)));
        assert_ne!(one.bytes, two.bytes);
        assert!(common(&pieces(&[one]), &pieces(&[two])) > 0.9);
    }

    #[test]
    fn other_documents_share_few() {
        let (one, two) = (document("Guide", &noise(1, 8_000)), document("Guide", &noise(1 << 40, 8_000)));
        assert!(common(&pieces(&[one]), &pieces(&[two])) < 0.1);
    }

    #[test]
    fn text_inserted_in_plain_bytes_moves_no_other_piece() {
        let body = noise(9, 20_000);
        let mut longer = body.clone();
        longer.splice(5_000..5_000, b"for Ann only".iter().copied());
        assert!(common(&pieces(&[part(body)]), &pieces(&[part(longer)])) > 0.95);
    }

    #[test]
    fn bombs_are_read_to_a_bound() {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("a.bin", zip::write::SimpleFileOptions::default()).expect("a member");
        zip.write_all(&vec![0; 20 << 20]).expect("written");
        let bomb = part(zip.finish().expect("an archive").into_inner());
        assert!(pieces(&[bomb]).len() <= MOST_PIECES);
        assert!(!pieces(&[part(b"PK\x03\x04broken".to_vec())]).is_empty(), "taken as it is");
    }
}
