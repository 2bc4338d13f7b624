//! Files packed inside documents: OLE packages ([MS-OLEDS] 2.3.6, 2.2.5) and whole documents in `Package` streams.

use flate2::read::ZlibDecoder;

use crate::act::ActKind;
use crate::examined::Examined;
use crate::look::Look;
use crate::text::ansi;

use super::ole::Compound;

/// A packed file.
pub(crate) struct Package<'a> {
    pub(crate) name: String,
    pub(crate) bytes: &'a [u8],
}

/// Notes every file packed in a compound file, and looks into it.
pub(crate) fn read(file: &mut Compound<'_>, found: &mut Examined, look: &mut Look<'_>) {
    let paths: Vec<String> = file.paths().map(str::to_owned).collect();
    for path in paths {
        let name = path.rsplit('/').next().unwrap_or("").to_ascii_lowercase();
        match name.as_str() {
            "\u{1}ole10native" => {
                let Some(bytes) = file.stream(&path, found, look) else { continue };
                native(&bytes, &path, found, look);
            }
            "package" | "contents" | "embeddedodf" => {
                let Some(bytes) = file.stream(&path, found, look) else { continue };
                look.part(found, &path, &bytes);
            }
            // Word 2003's XML keeps each object in a stream of its own, named by a number.
            name if name.starts_with('_') => {
                let Some(bytes) = file.stream(&path, found, look) else { continue };
                packed_object(&bytes, &path, found, look);
            }
            _ => {}
        }
    }
}

/// Length, then a packed compound file. Streams that hold anything else are passed over.
fn packed_object(bytes: &[u8], place: &str, found: &mut Examined, look: &mut Look<'_>) {
    let packed = bytes.get(4..).unwrap_or(&[]);
    let is_zlib = packed.first() == Some(&0x78)
        && packed.get(1).is_some_and(|second| (0x7800 + u16::from(*second)).is_multiple_of(31));
    if is_zlib && let Some(unpacked) = look.unpack(found, place, packed.len() as u64, ZlibDecoder::new(packed)) {
        look.part(found, place, &unpacked.bytes);
    }
}

/// The contents of an Ole10Native stream: length, then the package; or, without a package's head, an object's own data.
pub(crate) fn native(bytes: &[u8], place: &str, found: &mut Examined, look: &mut Look<'_>) {
    let inside = bytes.get(4..).unwrap_or(&[]);
    match package(inside) {
        Some(package) => {
            found.act(ActKind::EmbeddedObject, place, &package.name);
            look.member(found, &package.name, package.bytes);
        }
        None => look.part(found, place, inside),
    }
}

/// Two bytes of kind, label, path, two words, the path on the maker's machine, the file.
pub(crate) fn package(bytes: &[u8]) -> Option<Package<'_>> {
    let rest = bytes.strip_prefix(&[2, 0])?;
    let (label, rest) = text(rest)?;
    let (path, rest) = text(rest)?;
    let rest = rest.get(4..)?;
    let (length, rest) = number(rest)?;
    let rest = rest.get(length..)?;
    let (length, rest) = number(rest)?;
    let label = rest.get(length..).and_then(wide_label).unwrap_or(label);
    let name = if label.trim().is_empty() { path } else { label };
    let name = name.rsplit(['\\', '/']).next().unwrap_or("").to_owned();
    // Where the length lies, what is there is the file.
    Some(Package { name, bytes: rest.get(..length).unwrap_or(rest) })
}

/// Behind the file newer packagers write the three texts again, in UTF-16: path, label, path.
fn wide_label(rest: &[u8]) -> Option<String> {
    let (letters, rest) = number(rest)?;
    let (letters, rest) = number(rest.get(letters.checked_mul(2)?..)?)?;
    let label = crate::text::wide(rest.get(..letters.checked_mul(2)?)?);
    Some(label.trim_end_matches('\0').to_owned()).filter(|label| !label.trim().is_empty())
}

fn text(bytes: &[u8]) -> Option<(String, &[u8])> {
    let end = memchr::memchr(0, bytes).filter(|end| *end < 1_000)?;
    Some((ansi(&bytes[..end]), &bytes[end + 1..]))
}

fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let four = bytes.get(..4)?;
    Some((u32::from_le_bytes([four[0], four[1], four[2], four[3]]) as usize, &bytes[4..]))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A package as Windows' packager writes it, behind its length.
    pub(crate) fn packed(name: &str, content: &[u8]) -> Vec<u8> {
        let mut inside = vec![2, 0];
        for text in [name, &format!("C:\\in\\{name}")] {
            inside.extend_from_slice(text.as_bytes());
            inside.push(0);
        }
        inside.extend_from_slice(&[0, 0, 3, 0]);
        let temporary = format!("C:\\tmp\\{name}\0");
        inside.extend_from_slice(&u32::try_from(temporary.len()).unwrap().to_le_bytes());
        inside.extend_from_slice(temporary.as_bytes());
        inside.extend_from_slice(&u32::try_from(content.len()).unwrap().to_le_bytes());
        inside.extend_from_slice(content);
        let mut all = u32::try_from(inside.len()).unwrap().to_le_bytes().to_vec();
        all.extend(inside);
        all
    }

    #[test]
    fn packages_have_a_name_and_a_file() {
        let bytes = packed("plan.txt", b"hello");
        let package = package(&bytes[4..]).expect("a package");
        assert_eq!((package.name.as_str(), package.bytes), ("plan.txt", b"hello".as_slice()));
        let mut bytes = packed("plan?.txt", b"hello");
        for text in ["C:\\tmp\\план.txt", "план.txt", "C:\\in\\план.txt"] {
            let letters: Vec<u16> = text.encode_utf16().collect();
            bytes.extend(u32::try_from(letters.len()).unwrap().to_le_bytes());
            bytes.extend(letters.iter().flat_map(|letter| letter.to_le_bytes()));
        }
        assert_eq!(super::package(&bytes[4..]).expect("a package").name, "план.txt");
    }
}
