//! What a file is, by its first bytes. Names and declared types decide only between kinds that look alike (scripts are
//! plain text).
//!
//! Sources: the magic numbers of each format's specification; WHATWG MIME Sniffing for pages.

mod texts;

/// Kinds of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are the formats' own")]
pub enum FileKind {
    Empty,
    Text,
    Csv,
    Html,
    Svg,
    Xml,
    OfficeXml,
    Rtf,
    Sylk,
    WebQuery,
    Pdf,
    Png,
    Jpeg,
    Gif,
    WebP,
    Bmp,
    OtherPicture,
    Media,
    Font,
    Zip,
    WordOoxml,
    ExcelOoxml,
    PowerPointOoxml,
    OtherOoxml,
    OpenDocument,
    JavaArchive,
    Compound,
    WordBinary,
    ExcelBinary,
    PowerPointBinary,
    OutlookMessage,
    Installer,
    EncryptedOffice,
    VbaProject,
    ActiveMime,
    OneNote,
    SevenZip,
    Rar,
    Tar,
    Gzip,
    Xz,
    Bzip2,
    Cabinet,
    OtherArchive,
    Tnef,
    DiskImage,
    Shortcut,
    WebShortcut,
    Script,
    WindowsProgram,
    ElfProgram,
    MacProgram,
    HelpFile,
    Message,
    Unknown,
}

impl FileKind {
    /// Whether the reader of QR codes can open it.
    pub fn is_picture(self) -> bool {
        matches!(self, Self::Png | Self::Jpeg | Self::Gif | Self::WebP | Self::Bmp | Self::OtherPicture)
    }

    /// Whether a click runs it.
    pub fn runs(self) -> bool {
        use FileKind::*;
        matches!(
            self,
            WindowsProgram | ElfProgram | MacProgram | Installer | Script | Shortcut | JavaArchive | HelpFile
        )
    }

    /// Whether it holds other files.
    pub fn is_archive(self) -> bool {
        use FileKind::*;
        matches!(self, Zip | SevenZip | Rar | Tar | Gzip | Xz | Bzip2 | Cabinet | OtherArchive | DiskImage)
    }

    /// Whether an office program opens it.
    pub fn is_office(self) -> bool {
        use FileKind::*;
        let old =
            matches!(self, WordBinary | ExcelBinary | PowerPointBinary | EncryptedOffice | Rtf | OfficeXml | Sylk);
        old || matches!(self, WordOoxml | ExcelOoxml | PowerPointOoxml | OtherOoxml | OpenDocument)
    }
}

/// What begins so. Longer beginnings stand before shorter ones.
const BEGINNINGS: &[(&[u8], FileKind)] = &[
    (b"\x89PNG\r\n\x1a\n", FileKind::Png),
    (b"\xff\xd8\xff", FileKind::Jpeg),
    (b"GIF87a", FileKind::Gif),
    (b"GIF89a", FileKind::Gif),
    (b"II*\0", FileKind::OtherPicture),
    (b"MM\0*", FileKind::OtherPicture),
    (b"\0\0\x01\0", FileKind::OtherPicture),
    (b"\x01\0\0\0", FileKind::Unknown), // EMF, told apart below
    (b"\xd7\xcd\xc6\x9a", FileKind::OtherPicture),
    (b"8BPS", FileKind::OtherPicture),
    (b"PK\x03\x04", FileKind::Zip),
    (b"PK\x05\x06", FileKind::Zip),
    (b"PK00PK\x03\x04", FileKind::Zip),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileKind::Compound),
    (b"ActiveMime", FileKind::ActiveMime),
    (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", FileKind::OneNote),
    (b"7z\xbc\xaf\x27\x1c", FileKind::SevenZip),
    (b"Rar!\x1a\x07", FileKind::Rar),
    (b"\x1f\x8b", FileKind::Gzip),
    (b"\xfd7zXZ\0", FileKind::Xz),
    (b"BZh", FileKind::Bzip2),
    (b"MSCF\0\0\0\0", FileKind::Cabinet),
    (b"\x60\xea", FileKind::OtherArchive), // ARJ
    (b"**ACE**", FileKind::Unknown),
    (b"\x28\xb5\x2f\xfd", FileKind::OtherArchive), // Zstandard
    (b"\x78\x9f\x3e\x22", FileKind::Tnef),
    (b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46", FileKind::Shortcut),
    (b"\x7fELF", FileKind::ElfProgram),
    (b"\xfe\xed\xfa\xce", FileKind::MacProgram),
    (b"\xfe\xed\xfa\xcf", FileKind::MacProgram),
    (b"\xce\xfa\xed\xfe", FileKind::MacProgram),
    (b"\xcf\xfa\xed\xfe", FileKind::MacProgram),
    (b"ITSF", FileKind::HelpFile),
    (b"conectix", FileKind::DiskImage),
    (b"vhdxfile", FileKind::DiskImage),
    (b"KDMV", FileKind::DiskImage),
    (b"QFI\xfb", FileKind::DiskImage),
    (b"ID3", FileKind::Media),
    (b"OggS", FileKind::Media),
    (b"fLaC", FileKind::Media),
    (b"\x1aE\xdf\xa3", FileKind::Media),
    (b"wOFF", FileKind::Font),
    (b"wOF2", FileKind::Font),
    (b"OTTO", FileKind::Font),
    (b"\0\x01\0\0\0", FileKind::Font),
];

/// What a file is.
pub(crate) fn sniff(bytes: &[u8], name: &str, declared: Option<&str>) -> FileKind {
    if bytes.is_empty() {
        return FileKind::Empty;
    }
    by_beginning(bytes).or_else(|| by_place(bytes)).unwrap_or_else(|| texts::kind(bytes, name, declared))
}

fn by_beginning(bytes: &[u8]) -> Option<FileKind> {
    let (_, kind) = BEGINNINGS.iter().find(|(beginning, _)| bytes.starts_with(beginning))?;
    (*kind != FileKind::Unknown).then_some(*kind)
}

/// Magic that doesn't stand at the beginning, or needs a second look.
fn by_place(bytes: &[u8]) -> Option<FileKind> {
    let at = |place: usize, magic: &[u8]| bytes.get(place..).is_some_and(|rest| rest.starts_with(magic));
    if at(0, b"MZ") && bytes.len() >= 64 {
        return Some(FileKind::WindowsProgram);
    }
    if at(0, b"\xca\xfe\xba\xbe") {
        // The same four bytes begin a Java class; a universal program counts few architectures where a class has its version.
        let count = bytes.get(4..8).map_or(0, |c| u32::from_be_bytes([c[0], c[1], c[2], c[3]]));
        return Some(if count < 40 { FileKind::MacProgram } else { FileKind::JavaArchive });
    }
    if at(0, b"RIFF") {
        return Some(if at(8, b"WEBP") { FileKind::WebP } else { FileKind::Media });
    }
    if at(0, b"BM") && at(6, &[0, 0, 0, 0]) {
        return Some(FileKind::Bmp);
    }
    if at(4, b"ftyp") {
        let still = [b"heic".as_slice(), b"heix", b"mif1", b"avif"].iter().any(|brand| at(8, brand));
        return Some(if still { FileKind::OtherPicture } else { FileKind::Media });
    }
    if at(40, b" EMF") {
        return Some(FileKind::OtherPicture);
    }
    if at(257, b"ustar") {
        return Some(FileKind::Tar);
    }
    let volume = [b"CD001".as_slice(), b"BEA01", b"NSR02", b"NSR03"];
    if volume.iter().any(|magic| at(0x8001, magic)) || is_fat(bytes) {
        return Some(FileKind::DiskImage);
    }
    if at(7, b"**ACE**") || at(2, b"-lh") {
        return Some(FileKind::OtherArchive);
    }
    // ISO 32000-1, annex H: readers accept the header anywhere in the first 1,024 bytes.
    let start = &bytes[..bytes.len().min(1024)];
    memchr::memmem::find(start, b"%PDF-").map(|_| FileKind::Pdf)
}

/// A FAT file system or a partitioned disk: boot signature, and a jump or a partition table with a sound first entry.
fn is_fat(bytes: &[u8]) -> bool {
    let signed = bytes.get(510..512) == Some(&[0x55, 0xaa]);
    let jump = matches!(bytes.first(), Some(0xeb | 0xe9)) && bytes.get(3..11).is_some_and(|maker| maker.is_ascii());
    let partition =
        bytes.get(446..462).is_some_and(|entry| matches!(entry[0], 0 | 0x80) && entry[4] != 0 && entry[12..] != [0; 4]);
    signed && (jump || partition) && bytes.len() >= 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides() {
        assert_eq!(sniff(b"", "a.pdf", None), FileKind::Empty);
        assert_eq!(sniff(b"\n%PDF-1.7\n", "a.doc", None), FileKind::Pdf);
        assert_eq!(sniff(b"<!DOCTYPE html><p>", "a.pdf", None), FileKind::Html);
        assert_eq!(sniff(b"{\\rt1 x}", "a.doc", None), FileKind::Rtf);
        assert_eq!(sniff(b"ID;PWXL;N;E\r\n", "a.txt", None), FileKind::Sylk);
        assert_eq!(sniff(b"RIFF\0\0\0\0WEBPVP8 ", "a", None), FileKind::WebP);
        assert_eq!(sniff(b"BMW dealers, a list", "a.txt", None), FileKind::Text);
        assert_eq!(sniff(b"\xff\xfe<\0h\0t\0m\0l\0>\0", "a", None), FileKind::Html);
        assert_eq!(sniff(b"just text", "a.txt", None), FileKind::Text);
    }

    #[test]
    fn names_decide_between_texts() {
        assert_eq!(sniff(b"var a = 1;", "a.JS", None), FileKind::Script);
        assert_eq!(sniff(b"a,b\n1,2\n", "a.csv", None), FileKind::Csv);
        assert_eq!(sniff(b"a,b\n1,2\n", "x", Some("text/csv")), FileKind::Csv);
        assert_eq!(sniff(b"var a = 1;", "a.txt", None), FileKind::Text);
    }
}
