//! Compound files ([MS-CFB]): old Office documents, VBA projects, installers, Outlook messages, embedded objects.

use std::io::Cursor;

use cfb::CompoundFile;

use crate::act::{ActKind, Audience};
use crate::examined::{Cause, Examined};
use crate::guard::guarded;
use crate::kind::FileKind;
use crate::look::Look;
use crate::text::{decode, urls, wide};

use super::{doc, package, ppt, unlock, vba, xls};

/// Streams and folders of one file that are listed. The largest documents met have some 2,000.
const ENTRIES: usize = 5_000;

/// An opened compound file.
pub(crate) struct Compound<'a> {
    file: CompoundFile<Cursor<&'a [u8]>>,
    /// Paths of streams, folders joined by `/`, with their lengths.
    streams: Vec<(String, u64)>,
    class: String,
}

impl<'a> Compound<'a> {
    /// `None` where it is damaged.
    pub(crate) fn open(bytes: &'a [u8]) -> Option<Self> {
        if !tables_are_sound(bytes) {
            return None;
        }
        guarded(|| {
            let file = CompoundFile::open(Cursor::new(bytes)).ok()?;
            let streams = file
                .walk()
                .take(ENTRIES)
                .filter(|entry| entry.is_stream())
                .map(|entry| (path(&entry), entry.len()))
                .collect();
            let class = file.root_entry().clsid().to_string().to_ascii_lowercase();
            Some(Self { file, streams, class })
        })?
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.streams.iter().map(|(path, _)| path.as_str())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.paths().any(|path| path.eq_ignore_ascii_case(name))
    }

    /// A stream's bytes. What hinders is noted.
    pub(crate) fn stream(&mut self, path: &str, found: &mut Examined, look: &mut Look<'_>) -> Option<Vec<u8>> {
        let length = self.streams.iter().find(|(known, _)| known == path)?.1;
        let file = &mut self.file;
        let read = guarded(|| {
            let stream = file.open_stream(format!("/{path}")).ok()?;
            look.unpack(found, path, length, stream)
        });
        if !matches!(read, Some(Some(_))) {
            found.gap(Cause::Unreadable, path, "A stream that can't be read.");
        }
        read.flatten().map(|unpacked| unpacked.bytes)
    }
}

fn path(entry: &cfb::Entry) -> String {
    entry.path().to_string_lossy().trim_start_matches('/').to_owned()
}

/// The library reads every sector that the master table lists before it compares with the file's length; a table that
/// lists one sector over and over would take 128 times the file's size in memory.
fn tables_are_sound(bytes: &[u8]) -> bool {
    let four = |at: usize| bytes.get(at..at + 4).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    let shift = bytes.get(30).copied().unwrap_or(0);
    let sector = if shift == 12 { 4096 } else { 512 };
    let needed = bytes.len() / sector / (sector / 4) + 110;
    let mut next = four(0x44) as usize;
    for _ in 0..needed {
        let Some(start) = next.checked_add(1).and_then(|next| next.checked_mul(sector)) else { return true };
        if start + sector > bytes.len() {
            return true;
        }
        next = four(start + sector - 4) as usize;
    }
    false
}

pub(crate) fn read(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    let Some(mut file) = Compound::open(bytes) else {
        found.gap(Cause::Unreadable, "", "A damaged Office file: only searched for macros as a whole.");
        return vba::read_raw(bytes, found, look);
    };
    found.kind = kind(&file);
    match found.kind {
        FileKind::EncryptedOffice => return unlock::package(&mut file, found, look),
        FileKind::Installer => return found.act(ActKind::Executable, "", "Windows installer"),
        FileKind::OutlookMessage => return message(&mut file, found, look),
        FileKind::WordBinary => doc::read(&mut file, found, look),
        FileKind::ExcelBinary => xls::read(&mut file, found, look),
        FileKind::PowerPointBinary => ppt::read(&mut file, found, look),
        _ => {}
    }
    vba::read(&mut file, found, look);
    package::read(&mut file, found, look);
    linked(&mut file, found, look);
    controls(&file, found);
    equation(&file, found);
}

fn kind(file: &Compound<'_>) -> FileKind {
    let installer = ["000c1084", "000c1086", "000c1082"].iter().any(|class| file.class.starts_with(class));
    if installer {
        return FileKind::Installer;
    }
    if file.has("EncryptedPackage") || file.has("EncryptionInfo") {
        return FileKind::EncryptedOffice;
    }
    if file.has("WordDocument") {
        return FileKind::WordBinary;
    }
    if file.has("Workbook") || file.has("Book") {
        return FileKind::ExcelBinary;
    }
    if file.has("PowerPoint Document") {
        return FileKind::PowerPointBinary;
    }
    if file.has("__properties_version1.0") {
        return FileKind::OutlookMessage;
    }
    if file.has("VBA/dir") { FileKind::VbaProject } else { FileKind::Compound }
}

/// An Outlook message's attachments ([MS-OXMSG] 2.2.2), those of messages within it too.
fn message(file: &mut Compound<'_>, found: &mut Examined, look: &mut Look<'_>) {
    const DATA: &str = "__substg1.0_37010102";
    const NAMES: &[&str] =
        &["__substg1.0_3707001F", "__substg1.0_3704001F", "__substg1.0_3707001E", "__substg1.0_3704001E"];
    let attached: Vec<String> = file.paths().filter(|path| path.ends_with(DATA)).map(str::to_owned).collect();
    for path in attached {
        let folder = path.trim_end_matches(DATA);
        let named = NAMES.iter().map(|name| format!("{folder}{name}")).find(|name| file.has(name));
        let name = named.and_then(|named| {
            file.stream(&named, found, look)
                .map(|raw| if named.ends_with('F') { wide(&raw) } else { decode(&raw).into_owned() })
        });
        if let Some(bytes) = file.stream(&path, found, look) {
            look.member(found, name.as_deref().unwrap_or("attachment"), &bytes);
        }
    }
}

/// Linked objects ([MS-OLEDS] 2.3.3): a moniker that fetches when the document is opened or clicked.
fn linked(file: &mut Compound<'_>, found: &mut Examined, look: &mut Look<'_>) {
    let streams: Vec<String> = file.paths().filter(|path| path.ends_with("\u{1}Ole")).map(str::to_owned).collect();
    for path in streams.into_iter().take(200) {
        let Some(bytes) = file.stream(&path, found, look) else { continue };
        let is_linked = bytes.get(4).is_some_and(|flags| flags & 1 != 0);
        if !is_linked {
            continue;
        }
        let (narrow, broad) = (decode(&bytes).into_owned(), wide(&bytes[bytes.len() % 2..]));
        for url in urls(&narrow).chain(urls(&broad)) {
            found.act(ActKind::ExternalLink, &path, url);
            look.link(found, url, &path);
        }
    }
}

/// The equation editor of 2000, which runs what its data tell it (CVE-2017-11882). Old documents have genuine equations;
/// those keep their data in a stream of another name.
fn equation(file: &Compound<'_>, found: &mut Examined) {
    let is_editor = ["0002ce02", "00021700"].iter().any(|class| file.class.starts_with(class));
    let genuine = file.paths().any(|path| path.eq_ignore_ascii_case("Equation Native"));
    if is_editor {
        let audience = if genuine { Audience::Analyst } else { Audience::Clerk };
        found.act_for(ActKind::RtfObject, audience, "", "equation editor");
    }
}

fn controls(file: &Compound<'_>, found: &mut Examined) {
    if let Some(path) = file.paths().find(|path| path.ends_with("\u{3}OCXNAME") || path.ends_with("\u{3}OCXDATA")) {
        let path = path.to_owned();
        found.act_for(ActKind::ActiveX, Audience::Analyst, &path, "");
    }
}
