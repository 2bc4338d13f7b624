//! From a file to the report inside: by its first bytes, not by its name.

use std::io::{Cursor, Read};

use flate2::read::MultiGzDecoder;
use mail_auth::report::Feedback;
use mail_parser::{MessageParser, MimeHeaders, PartType};
use zip::ZipArchive;

use super::{FailureReport, Reading, Report, ReportError, TlsReport, aggregate};

/// What one file may unpack to, all its parts together. The largest providers' reports are a few MiB.
const MAX_UNPACKED: usize = 64 * 1024 * 1024;
/// Parts of a mail or files of an archive that are looked at.
const MAX_PARTS: usize = 64;
/// Packed in packed in a mail is as deep as reports come.
const MAX_DEPTH: usize = 3;

/// Reads a file.
pub(super) fn read(name: &str, bytes: &[u8], reading: &mut Reading) {
    let mut room = MAX_UNPACKED;
    Unpacker { reading, room: &mut room }.bytes(name, bytes, 0);
}

struct Unpacker<'a> {
    reading: &'a mut Reading,
    room: &'a mut usize,
}

impl Unpacker<'_> {
    fn bytes(&mut self, place: &str, bytes: &[u8], depth: usize) {
        if depth > MAX_DEPTH {
            return self.packed(place, "it is packed too deeply");
        }
        if bytes.starts_with(b"\x1f\x8b") {
            self.gzip(place, bytes, depth);
        } else if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
            self.zip(place, bytes, depth);
        } else if let Some(text) = aggregate::as_xml(bytes) {
            let (report, complaints) = aggregate::read(place, &text);
            self.reading.complaints.extend(complaints);
            self.reading.reports.extend(report.map(Report::Aggregate));
        } else if bytes.trim_ascii_start().starts_with(b"{") {
            match TlsReport::read(bytes) {
                Ok(report) => self.reading.reports.push(Report::Tls(report)),
                Err(why) => self.damaged(place, format!("this is not a TLS report in JSON: {why}")),
            }
        } else if depth == 0 {
            self.mail(place, bytes);
        }
    }

    fn gzip(&mut self, place: &str, bytes: &[u8], depth: usize) {
        match self.unpacked(place, MultiGzDecoder::new(bytes)) {
            Some(content) if content.is_empty() => self.packed(place, "it is empty"),
            Some(content) => self.bytes(place, &content, depth + 1),
            None => (),
        }
    }

    fn zip(&mut self, place: &str, bytes: &[u8], depth: usize) {
        let mut archive = match ZipArchive::new(Cursor::new(bytes)) {
            Ok(archive) => archive,
            Err(why) => return self.packed(place, &why.to_string()),
        };
        if archive.len() > MAX_PARTS {
            self.damaged(place, format!("only the first {MAX_PARTS} of {} files were read", archive.len()));
        }
        for index in 0..archive.len().min(MAX_PARTS) {
            match archive.by_index(index) {
                Ok(file) if file.is_dir() => (),
                Ok(file) => {
                    let inner = file.name().unwrap_or_default();
                    let inner = format!("{place}, {}", crate::tags::shown(&inner));
                    if let Some(content) = self.unpacked(&inner, file) {
                        self.bytes(&inner, &content, depth + 1);
                    }
                }
                Err(why) => self.packed(place, &why.to_string()),
            }
        }
    }

    /// Unpacks within what is left of the room.
    fn unpacked(&mut self, place: &str, from: impl Read) -> Option<Vec<u8>> {
        let mut content = Vec::new();
        let read = from.take(u64::try_from(*self.room).unwrap_or(u64::MAX).saturating_add(1)).read_to_end(&mut content);
        if content.len() > *self.room {
            *self.room = 0;
            let too_large = ReportError::TooLarge { place: place.to_owned(), limit: MAX_UNPACKED };
            self.reading.complaints.push(too_large);
            return None;
        }
        *self.room -= content.len();
        if let Err(why) = read {
            self.packed(place, &why.to_string());
            // What came before the damage may hold whole records.
            return (!content.is_empty()).then_some(content);
        }
        Some(content)
    }

    fn mail(&mut self, place: &str, bytes: &[u8]) {
        let Some(message) = MessageParser::new().parse(bytes) else { return };
        for (index, part) in message.parts.iter().enumerate().take(MAX_PARTS) {
            let content = match &part.body {
                PartType::Text(text) | PartType::Html(text) => text.as_bytes(),
                PartType::Binary(content) | PartType::InlineBinary(content) => content,
                PartType::Message(_) | PartType::Multipart(_) => continue,
            };
            if part.is_content_type("message", "feedback-report") {
                self.feedback(place, content);
            } else if looks_packed(content) || names_report(part) {
                self.bytes(&format!("{place}, part {index}"), content, 1);
            }
        }
    }

    fn feedback(&mut self, place: &str, content: &[u8]) {
        match Feedback::parse_arf(content) {
            Some(feedback) => self.reading.reports.push(Report::Failure(FailureReport::from(&feedback))),
            None => self.damaged(place, "the failure report in it can't be read".into()),
        }
    }

    fn packed(&mut self, place: &str, why: &str) {
        self.reading.complaints.push(ReportError::Packed { place: place.to_owned(), why: why.to_owned() });
    }

    fn damaged(&mut self, place: &str, why: String) {
        self.reading.complaints.push(ReportError::Damaged { place: place.to_owned(), why });
    }
}

fn looks_packed(content: &[u8]) -> bool {
    content.starts_with(b"\x1f\x8b") || content.starts_with(b"PK\x03\x04")
}

/// A part that says that it is XML or JSON, by type or by name.
fn names_report(part: &mail_parser::MessagePart<'_>) -> bool {
    let subtype = part.content_type().and_then(|kind| kind.subtype()).unwrap_or_default().to_ascii_lowercase();
    let name = part.attachment_name().unwrap_or_default().to_ascii_lowercase();
    subtype.ends_with("xml") || subtype.ends_with("json") || name.ends_with(".xml") || name.ends_with(".json")
}
