//! Zip archives (APPNOTE.TXT 6.3), and what is a zip in disguise: office documents, Java programs.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::read::ZipFile;

use super::LISTED;
use crate::act::ActKind;
use crate::examined::{Cause, Examined};
use crate::guard::guarded;
use crate::kind::FileKind;
use crate::look::{Look, Unpacked};
use crate::office;
use crate::text::decode;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// An opened zip: its members by number.
pub(crate) struct Members<'a> {
    archive: Archive<'a>,
    /// Name, packed length, whether it is a file, whether it needs a password.
    pub(crate) list: Vec<Member>,
}

/// What the directory says about a member.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) name: String,
    packed: u64,
    pub(crate) is_file: bool,
    encrypted: bool,
}

pub(crate) fn read(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    let Some(mut members) = Members::open(bytes) else {
        found.gap(Cause::Unreadable, "", "A damaged zip archive, or one of very many members: its list can't be read.");
        return;
    };
    found.kind = members.kind(look, found);
    match found.kind {
        FileKind::Zip => every_member(&mut members, found, look),
        FileKind::OpenDocument => office::odf::read(&mut members, found, look),
        FileKind::JavaArchive => found.act(ActKind::Executable, "", "Java program"),
        _ => office::ooxml::read(&mut members, found, look),
    }
}

fn every_member(members: &mut Members<'_>, found: &mut Examined, look: &mut Look<'_>) {
    for number in 0..members.list.len() {
        if super::spent(found, look) {
            let rest = members.list[number..].iter().filter(|member| member.is_file);
            return rest.for_each(|member| crate::name::judge_listed(&member.name, found));
        }
        let Member { name, is_file, .. } = members.list[number].clone();
        if !is_file {
            continue;
        }
        match members.unpack(number, found, look) {
            Some(unpacked) => look.unpacked_member(found, &name, &unpacked),
            // The name alone can tell.
            None => crate::name::judge_listed(&name, found),
        }
    }
}

impl<'a> Members<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        // The library lists every member at some 300 bytes; an archive of more members than this is no one's mail.
        if memchr::memmem::find_iter(bytes, b"PK\x01\x02").take(LISTED + 1).count() > LISTED {
            return None;
        }
        let mut archive = guarded(|| ZipArchive::new(Cursor::new(bytes)).ok())??;
        // Names are no more than the directory holds, and that no more than the file.
        let list = (0..archive.len()).map(|number| describe(&mut archive, number)).collect();
        Some(Self { archive, list })
    }

    fn kind(&mut self, look: &mut Look<'_>, found: &mut Examined) -> FileKind {
        let has = |name: &str| self.list.iter().any(|member| member.name.eq_ignore_ascii_case(name));
        if has("[Content_Types].xml") || has("_rels/.rels") {
            return self.ooxml_kind();
        }
        if has("META-INF/MANIFEST.MF") && self.list.iter().any(|member| member.name.ends_with(".class")) {
            return FileKind::JavaArchive;
        }
        let (true, Some(number)) = (has("content.xml"), self.number("mimetype")) else { return FileKind::Zip };
        let kind = self.unpack(number, found, look).map(|unpacked| unpacked.bytes).unwrap_or_default();
        if decode(&kind).contains("opendocument") { FileKind::OpenDocument } else { FileKind::Zip }
    }

    fn ooxml_kind(&self) -> FileKind {
        let folder = |name: &str| self.list.iter().any(|member| member.name.trim_start_matches('/').starts_with(name));
        match (folder("word/"), folder("xl/"), folder("ppt/")) {
            (true, ..) => FileKind::WordOoxml,
            (_, true, _) => FileKind::ExcelOoxml,
            (.., true) => FileKind::PowerPointOoxml,
            _ => FileKind::OtherOoxml,
        }
    }

    /// A member's number by its name, in any case.
    pub(crate) fn number(&self, name: &str) -> Option<usize> {
        self.list.iter().position(|member| member.name.eq_ignore_ascii_case(name))
    }

    /// Whether a member begins like a compound file.
    pub(crate) fn is_compound(&mut self, number: usize) -> bool {
        let archive = &mut self.archive;
        let begins = || {
            let mut start = [0; 4];
            archive.by_index(number).ok()?.read_exact(&mut start).ok()?;
            Some(start == *b"\xd0\xcf\x11\xe0")
        };
        guarded(begins).flatten().unwrap_or(false)
    }

    /// A member's bytes, as far as the bounds go. What hinders is noted.
    pub(crate) fn unpack(&mut self, number: usize, found: &mut Examined, look: &mut Look<'_>) -> Option<Unpacked> {
        let Member { name, packed, encrypted, .. } = self.list.get(number)?.clone();
        if encrypted {
            return self.decrypt(number, &name, packed, found, look);
        }
        let archive = &mut self.archive;
        match guarded(|| archive.by_index(number).map(|file| look.unpack(found, &name, packed, file))) {
            Some(Ok(unpacked)) => unpacked,
            Some(Err(error)) => {
                found.gap(Cause::Unreadable, &name, format!("Can't be unpacked: {error}."));
                None
            }
            None => {
                found.gap(Cause::Unreadable, &name, "Damaged: can't be unpacked.");
                None
            }
        }
    }

    fn decrypt(
        &mut self,
        number: usize,
        name: &str,
        packed: u64,
        found: &mut Examined,
        look: &mut Look<'_>,
    ) -> Option<Unpacked> {
        found.act(ActKind::EncryptedArchive, "", "");
        for password in &look.bounds.passwords {
            let archive = &mut self.archive;
            // One byte in 256 lets a wrong password pass; then the checksum fails, and the next is tried.
            let mut trial = Examined::new("", String::new(), FileKind::Unknown, b"");
            let open = |file: ZipFile<'_, _>| look.unpack(&mut trial, name, packed, file);
            let opened =
                guarded(|| archive.by_index_decrypt(number, password.as_bytes()).ok().and_then(open)).flatten();
            if let Some(unpacked) = opened.filter(|_| trial.gaps.is_empty()) {
                return Some(unpacked);
            }
        }
        found.gap(Cause::Encrypted, "", "Encrypted: could not look inside.");
        None
    }
}

fn describe(archive: &mut Archive<'_>, number: usize) -> Member {
    let unknown = Member { name: format!("member {number}"), packed: 0, is_file: true, encrypted: false };
    let describe = || {
        let file = archive.by_index_raw(number).ok()?;
        let name = decode(file.name_raw()).replace('\\', "/");
        Some(Member {
            packed: file.compressed_size(),
            is_file: !name.ends_with('/'),
            encrypted: file.encrypted(),
            name,
        })
    };
    guarded(describe).flatten().unwrap_or(unknown)
}
