//! Scratch space for archives that are compressed as a whole: one file without a name, gone with the process.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use pollwarden_core::Complaint;

use super::{Listed, Region};
use crate::Input;
use crate::compression::{EXPANDED_FREELY, Tap, Unpacked, allowance};
use crate::error::mend_for;
use crate::place::Holder;

/// How much one search may unpack: a state's whole roll as text is a tenth of it.
const MOST_UNPACKED: u64 = 64 << 30;
const CHUNK: usize = 256 << 10;

#[derive(Default)]
pub(super) struct Scratch {
    file: Option<Arc<File>>,
    end: u64,
}

impl Scratch {
    /// Unpacks an archive. One that is cut off or damaged gives what it has, and a complaint.
    pub(super) fn unpack(&mut self, input: &Input, complaints: &mut Vec<Complaint>) -> Listed<Region> {
        let refuse = |fault: io::Error| {
            let complaint = Complaint::about(&input.name, "an archive that can be unpacked", fault.to_string());
            Box::new(complaint.mend(mend_for(&fault)))
        };
        let mut unpacked = input
            .place()
            .open()
            .and_then(|bytes| Unpacked::new(Tap::new(bytes), input.place().length()))
            .map_err(refuse)?;
        let file = self.file().map_err(refuse)?;
        let offset = self.end;
        let fault = self.append(&mut unpacked, &file).map_err(refuse)?;
        if let Some(fault) = fault {
            complaints.push(cut_off(&input.name, &fault));
        }
        Ok(Region { holder: Holder::Scratch(file), offset, length: self.end - offset })
    }

    fn file(&mut self) -> io::Result<Arc<File>> {
        if let Some(file) = &self.file {
            return Ok(Arc::clone(file));
        }
        let file = Arc::new(tempfile::tempfile()?);
        self.file = Some(Arc::clone(&file));
        Ok(file)
    }

    /// Copies to the end, or to a fault in what is copied. An error is one of the scratch space, or of too much.
    fn append(&mut self, unpacked: &mut Unpacked, mut file: &File) -> io::Result<Option<io::Error>> {
        let offset = self.end;
        file.seek(SeekFrom::Start(offset))?;
        let mut chunk = vec![0; CHUNK];
        loop {
            let n = match unpacked.read(&mut chunk) {
                Ok(0) => return Ok(None),
                Ok(n) => n,
                Err(fault) if fault.kind() == io::ErrorKind::Interrupted => continue,
                Err(fault) => return Ok(Some(fault)),
            };
            file.write_all(&chunk[..n])?;
            self.end += n as u64;
            if self.end - offset > allowance(EXPANDED_FREELY, unpacked.tap().count()) || self.end > MOST_UNPACKED {
                file.set_len(offset)?;
                self.end = offset;
                return Err(io::Error::new(io::ErrorKind::FileTooLarge, "one that unpacks to an unreasonable size"));
            }
        }
    }
}

fn cut_off(name: &str, fault: &io::Error) -> Complaint {
    Complaint::about(name, "a whole archive", format!("one that is cut off or damaged ({fault})"))
        .mend("Members after the fault are unknown and were not read: fetch the archive again.")
}
