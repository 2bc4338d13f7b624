//! 7z archives. Methods that the library is built without (PPMd, BZip2, AES) are said as gaps.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use sevenz_rust2::{ArchiveReader, Error, Password};

use crate::act::ActKind;
use crate::examined::{Cause, Examined};
use crate::guard::guarded;
use crate::look::Look;

/// Memory that headers and dictionaries may take.
const MEMORY: usize = 40 << 20;

pub(crate) fn read(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    match guarded(|| members(bytes, found, look)) {
        Some(Ok(())) => {}
        Some(Err(error)) if needs_password(&error) => encrypted(found),
        Some(Err(error)) => {
            found.gap(Cause::Unreadable, "", format!("The 7z archive can't be unpacked: {}.", why(&error)))
        }
        None => found.gap(Cause::Unreadable, "", "A damaged 7z archive: can't be unpacked."),
    }
}

/// Built without AES, the library names the method that it lacks (06F10701 is AES-256 with SHA-256).
fn needs_password(error: &Error) -> bool {
    if matches!(error, Error::PasswordRequired | Error::MaybeBadPassword(_)) {
        return true;
    }
    let said = error.to_string().to_ascii_lowercase();
    said.contains("aes") || said.contains("password") || said.contains("[6, 241, 7, 1]")
}

/// In a clerk's words: the library's own are its parts' names.
fn why(error: &Error) -> &'static str {
    match error {
        Error::MaxMemLimited { .. } => "it asks for more memory than is given",
        Error::ExternalUnsupported | Error::UnsupportedCompressionMethod(_) | Error::Unsupported(_) => {
            "its method of compression is not read here"
        }
        _ => "it is damaged",
    }
}

fn encrypted(found: &mut Examined) {
    found.act(ActKind::EncryptedArchive, "", "");
    found.gap(Cause::Encrypted, "", "Encrypted: could not look inside.");
}

fn members(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) -> Result<(), Error> {
    let mut archive = ArchiveReader::new_with_memory_limit(Cursor::new(bytes), Password::empty(), MEMORY)?;
    archive.set_thread_count(1);
    let files = archive.archive().files.iter().filter(|entry| !entry.is_directory());
    let names: Vec<String> = files.take(super::LISTED).map(|entry| entry.name().to_owned()).collect();
    let end = unpack(&mut archive, bytes.len() as u64, found, look);
    // Names are told even where the content can't be unpacked.
    let seen: BTreeSet<String> = found.inner.iter().map(|file| file.name.clone()).collect();
    for name in names.iter().filter(|name| (end.is_err() || look.is_spent()) && !seen.contains(*name)) {
        crate::name::judge_listed(name, found);
    }
    match end {
        Err(error) if !names.is_empty() && !needs_password(&error) => {
            found.gap(Cause::Unreadable, "content", format!("The 7z archive can't be unpacked: {}.", why(&error)));
            Ok(())
        }
        end => end,
    }
}

fn unpack(
    archive: &mut ArchiveReader<Cursor<&[u8]>>,
    packed: u64,
    found: &mut Examined,
    look: &mut Look<'_>,
) -> Result<(), Error> {
    archive.for_each_entries(|entry, reader| {
        if super::spent(found, look) {
            return Ok(false);
        }
        if entry.is_directory() {
            return Ok(true);
        }
        // Members share one solid stream, so the ratio is judged against the whole archive.
        if let Some(unpacked) = look.unpack(found, entry.name(), packed, &mut *reader) {
            look.unpacked_member(found, entry.name(), &unpacked);
        }
        skip(reader, look)
    })
}

/// What is left of a member must be read before the next; more than may be unpacked ends the reading.
fn skip(reader: &mut dyn Read, look: &mut Look<'_>) -> Result<bool, Error> {
    let most = look.left();
    let skipped = std::io::copy(&mut reader.take(most + 1), &mut std::io::sink())?;
    look.spend(skipped);
    Ok(skipped <= most)
}
