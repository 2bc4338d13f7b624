//! Members of a zip archive (PKWARE APPNOTE 6.3): stored and deflated ones, which is what offices' programs write.

use std::io::BufReader;

use pollwarden_core::Complaint;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::{Archive, Archives, Listed, Region, member_name};
use crate::Found;
use crate::place::{Place, Stretch};

type Zip = ZipArchive<BufReader<Stretch>>;

impl Archives {
    /// Adds its members, unless it is an Office document: that is a file like any other. Whether it was an archive.
    pub(super) fn zip(&mut self, archive: &Archive<'_>, region: &Region, found: &mut Found) -> Listed<bool> {
        let mut zip = open(archive, region)?;
        let holds = |name: &str| zip.index_for_name(name).is_some();
        // ECMA-376 (Open Packaging Conventions) and OpenDocument 1.3, part 2.
        if holds("[Content_Types].xml") || (holds("mimetype") && holds("content.xml")) {
            return Ok(false);
        }
        for index in 0..zip.len() {
            match member(&mut zip, index, region) {
                Ok(Some((name, Ok(place)))) => self.add(archive, &name, place, found)?,
                Ok(Some((name, Err(found_instead)))) => found.complaints.push(refused(archive, &name, &found_instead)),
                Ok(None) => {}
                Err(fault) => found.complaints.push(broken(archive, &fault)),
            }
        }
        Ok(true)
    }
}

fn open(archive: &Archive<'_>, region: &Region) -> Listed<Zip> {
    let refuse = |fault| Box::new(broken(archive, &fault));
    let stretch = region.open().map_err(|fault| refuse(ZipError::Io(fault)))?;
    let mut zip = ZipArchive::new(BufReader::new(stretch)).map_err(refuse)?;
    // Members that share their packed bytes are how a small archive states an enormous size (Fifield 2019, "A better zip
    // bomb"). Without sharing, deflate's own limit holds.
    if zip.has_overlapping_entries().unwrap_or(true) {
        let found = "members that overlap; none was read";
        let complaint = Complaint::about(archive.name, "members beside each other", found);
        return Err(Box::new(
            complaint.mend("No honest program writes this. Ask its sender, and treat it as hostile."),
        ));
    }
    Ok(zip)
}

/// A member's name, and its place or why it can't be read.
type Member = (String, Result<Place, String>);

/// The member; `None` for folders and what isn't wanted.
fn member(zip: &mut Zip, index: usize, region: &Region) -> Result<Option<Member>, ZipError> {
    let file = zip.by_index_raw(index)?;
    let Some(name) = member_name(file.name()?.as_bytes()).filter(|_| file.is_file()) else { return Ok(None) };
    let Some(start) = file.data_start() else { return Err(ZipError::FileNotFound) };
    let (holder, offset) = (region.holder.clone(), region.offset + start);
    let (packed, length, crc) = (file.compressed_size(), file.size(), file.crc32());
    let place = match file.compression() {
        _ if file.encrypted() => Err("an encrypted one; it was not read".to_owned()),
        CompressionMethod::Stored => Ok(Place::Stored { holder, offset, length, crc: Some(crc) }),
        CompressionMethod::Deflated => Ok(Place::Deflated { holder, offset, packed, length, crc }),
        other => Err(format!("one packed by {other}; it was not read")),
    };
    Ok(Some((name, place)))
}

fn refused(archive: &Archive<'_>, name: &str, found: &str) -> Complaint {
    Complaint::about(format!("{}!{name}", archive.name), "a member that is stored or deflated", found)
        .mend("Unpack the archive with the program that made it, and give the files.")
}

fn broken(archive: &Archive<'_>, fault: &ZipError) -> Complaint {
    Complaint::about(archive.name, "a whole zip archive", fault.to_string())
        .mend("The copy was probably interrupted: fetch it again.")
}
