//! VBA's own compression and the list of modules ([MS-OVBA] 2.4.1 and 2.3.4.2).
//!
//! Own code, because the one library for it keeps its decompressor to itself and gives up at the first odd record, where
//! a hostile project has several and Word still runs it.

/// Bytes that one module may unpack to. The longest module that the editor allows has 65,534 lines.
const LARGEST: usize = 8 << 20;

/// A module of a project.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Module {
    /// Its stream's name.
    pub(crate) stream: String,
    /// Where its compressed source begins.
    pub(crate) offset: usize,
}

/// Unpacks a compressed container. What comes before a fault is kept. `None` where it is no container.
pub(crate) fn decompress(container: &[u8]) -> Option<Vec<u8>> {
    let mut rest = container.strip_prefix(&[1])?;
    let mut out = Vec::new();
    while let [low, high, after @ ..] = rest {
        let header = u16::from_le_bytes([*low, *high]);
        // Three bits of signature: 0b011.
        if (header >> 12) & 7 != 3 || out.len() > LARGEST {
            break;
        }
        let length = usize::from(header & 0x0fff) + 1;
        let chunk = &after[..length.min(after.len())];
        if header & 0x8000 == 0 {
            out.extend_from_slice(chunk);
        } else if !chunk_into(chunk, &mut out) {
            break;
        }
        rest = &after[chunk.len()..];
    }
    Some(out)
}

/// Unpacks one chunk; `false` at a fault.
fn chunk_into(chunk: &[u8], out: &mut Vec<u8>) -> bool {
    let start = out.len();
    let mut rest = chunk;
    while let [flags, after @ ..] = rest {
        rest = after;
        for bit in 0..8 {
            if rest.is_empty() {
                return true;
            }
            if flags >> bit & 1 == 0 {
                out.push(rest[0]);
                rest = &rest[1..];
                continue;
            }
            let [low, high, after @ ..] = rest else { return false };
            if !copy(u16::from_le_bytes([*low, *high]), start, out) {
                return false;
            }
            rest = after;
        }
        // 2.4.1.3.3: a chunk holds at most 4,096 bytes.
        if out.len() - start > 4096 {
            return false;
        }
    }
    true
}

/// 2.4.1.3.19: how many bits are the length depends on how far the chunk has come.
fn copy(token: u16, start: usize, out: &mut Vec<u8>) -> bool {
    let written = out.len() - start;
    let bits = (usize::BITS - written.saturating_sub(1).leading_zeros()).clamp(4, 12);
    let mask = 0xffff_u16 >> bits;
    let length = usize::from(token & mask) + 3;
    let back = usize::from(token >> (16 - bits)) + 1;
    let Some(from) = out.len().checked_sub(back).filter(|from| *from >= start) else { return false };
    for at in from..from + length {
        out.push(out[at]);
    }
    true
}

/// The modules that a project's `dir` stream names (unpacked already), as far as it can be read.
pub(crate) fn modules(dir: &[u8]) -> Vec<Module> {
    let mut all = Vec::new();
    let mut stream = String::new();
    let mut rest = dir;
    while let Some((id, value, after)) = record(rest) {
        match id {
            0x32 => stream = crate::text::wide(value),
            0x1a if stream.is_empty() => stream = crate::text::ansi(value),
            0x31 => {
                let offset = value.get(..4).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
                all.push(Module { stream: std::mem::take(&mut stream), offset: offset as usize });
            }
            _ => {}
        }
        rest = after;
    }
    all
}

fn record(rest: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let head = rest.get(..6)?;
    let id = u16::from_le_bytes([head[0], head[1]]);
    // PROJECTVERSION says 4 and has 6.
    let length = if id == 9 { 6 } else { u32::from_le_bytes([head[2], head[3], head[4], head[5]]) as usize };
    let end = 6_usize.checked_add(length)?;
    Some((id, rest.get(6..end)?, &rest[end..]))
}

/// Where a compressed source begins in a stream, by what every source begins with: `Attribute VB_Name`.
pub(crate) fn find_source(stream: &[u8]) -> Option<usize> {
    let mark = memchr::memmem::find(stream, b"\0Attribut\0e ")?;
    let start = mark.checked_sub(3)?;
    (stream[start] == 1).then_some(start)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Packs as literals alone: valid, if not short.
    pub(crate) fn compress(text: &[u8]) -> Vec<u8> {
        let mut out = vec![1];
        for piece in text.chunks(3_600) {
            let mut chunk = Vec::new();
            for eight in piece.chunks(8) {
                chunk.push(0);
                chunk.extend_from_slice(eight);
            }
            let header = 0xb000 | u16::try_from(chunk.len() - 1).unwrap();
            out.extend_from_slice(&header.to_le_bytes());
            out.extend(chunk);
        }
        out
    }

    /// [MS-OVBA] 3.2.3, the maximum compression example: 73 times `a`.
    #[test]
    fn the_specification_s_shortest_example_unpacks() {
        let packed = [0x01, 0x03, 0xb0, 0x02, 0x61, 0x45, 0x00];
        assert_eq!(decompress(&packed).expect("a container"), b"a".repeat(73));
    }

    #[test]
    fn faults_keep_what_came_before() {
        let packed = compress(&b"Attribute VB_Name = \"a\"\r\n".repeat(400));
        assert_eq!(decompress(&packed).expect("a container").len(), 400 * 25);
        assert!(!decompress(&packed[..packed.len() / 2]).expect("a container").is_empty());
        assert_eq!(decompress(b"\x02"), None);
        assert_eq!(decompress(&[1, 3, 0xb0, 1, 0xff, 0xff]), Some(Vec::new()));
    }
}
