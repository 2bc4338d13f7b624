//! What a file's name and declared type claim, and whether that is so.
//!
//! MITRE ATT&CK T1036.007 (double extension), T1036.002 (right-to-left override).

use std::borrow::Cow;

use crate::act::{ActKind, Audience};
use crate::examined::Examined;
use crate::kind::FileKind;
use crate::unopened::BY_NAME;

/// Longer names are shortened, in bytes.
const LONGEST_NAME: usize = 1_000;

/// Endings that Windows runs, beside programs proper: scripts and files that start one.
const SCRIPTS: &[&str] = &[
    "js",
    "jse",
    "vbs",
    "vbe",
    "vb",
    "wsf",
    "wsh",
    "wsc",
    "sct",
    "hta",
    "ps1",
    "ps1xml",
    "psm1",
    "psd1",
    "bat",
    "cmd",
    "reg",
    "inf",
    "scf",
    "py",
    "pyw",
    "sh",
    "command",
    "applescript",
    "au3",
    "ahk",
    "msh",
    "settingcontent-ms",
    "library-ms",
    "search-ms",
    "searchconnector-ms",
    "theme",
    "msc",
    "appref-ms",
    "application",
    "jnlp",
    "rdp",
];

const PROGRAMS: &[&str] = &[
    "exe", "com", "scr", "pif", "cpl", "dll", "msi", "msp", "msix", "appx", "jar", "lnk", "chm", "xll", "ocx", "sys",
    "gadget", "url", "apk", "app", "iso", "img", "vhd", "vhdx",
];

/// Endings of what people expect to receive.
const HARMLESS: &[&str] = &[
    "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "rtf", "odt", "ods", "txt", "csv", "jpg", "jpeg", "png", "gif",
    "bmp", "tif", "tiff", "webp", "mp3", "mp4", "wav", "avi", "mov", "eml", "msg", "htm", "html", "xml",
];

/// The last ending of a name, lower case, without the dot; empty where there is none.
pub(crate) fn ending(name: &str) -> String {
    // Windows ignores dots and blanks at the end.
    let name = name.trim_end_matches(['.', ' ', '\0', '\t', '\r', '\n']);
    name.rsplit_once('.').map_or(String::new(), |(_, ending)| ending.trim().to_ascii_lowercase())
}

pub(crate) fn is_script_ending(ending: &str) -> bool {
    SCRIPTS.contains(&ending)
}

fn runs(ending: &str) -> bool {
    is_script_ending(ending) || PROGRAMS.contains(&ending)
}

/// Whether a file of this name would run when clicked.
pub(crate) fn runs_by_name(name: &str) -> bool {
    runs(&ending(name))
}

/// Notes what the name hides.
pub(crate) fn judge(name: &str, declared: Option<&str>, found: &mut Examined) {
    reversed(name, found);
    double_ending(name, found);
    mismatch(name, declared, found);
    runs_all_the_same(name, found);
}

/// A file that begins like a picture or a document but is named like what runs: Windows goes by the name, and readers of scripts and
/// disk images look past a strange beginning.
fn runs_all_the_same(name: &str, found: &mut Examined) {
    use FileKind::{Csv, DiskImage, Empty, Html, Message, Text, WebShortcut, Xml};
    let is_told = found.kind.runs() || matches!(found.kind, DiskImage | WebShortcut | Empty);
    // `county.com` is a website's name far more often than a program's, and a text runs nowhere by that ending.
    let is_site = ending(name) == "com" && matches!(found.kind, Text | Html | Message | Csv | Xml);
    if runs_by_name(name) && !is_told && !is_site {
        by_name(name, found);
    }
}

/// A member's name with its beginning and its end: every file within it carries it in its path, and an archive may give a
/// thousand members names of 64 KiB each. No file system keeps a name of more than 255 letters.
pub(crate) fn shortened(name: &str) -> Cow<'_, str> {
    if name.len() <= LONGEST_NAME {
        return Cow::Borrowed(name);
    }
    let (start, end) =
        (name.floor_char_boundary(LONGEST_NAME / 2), name.ceil_char_boundary(name.len() - LONGEST_NAME / 4));
    Cow::Owned(format!("{}…{}", &name[..start], &name[end..]))
}

/// Notes what the name alone tells of a member that can't be looked into.
pub(crate) fn judge_listed(name: &str, found: &mut Examined) {
    reversed(name, found);
    double_ending(name, found);
    by_name(name, found);
}

fn by_name(name: &str, found: &mut Examined) {
    let last = ending(name);
    let kind = match last.as_str() {
        "iso" | "img" | "vhd" | "vhdx" => ActKind::DiskImage,
        "lnk" | "url" => ActKind::Shortcut,
        _ if is_script_ending(&last) => ActKind::Script,
        _ if PROGRAMS.contains(&last.as_str()) => ActKind::Executable,
        _ => return,
    };
    found.act(kind, BY_NAME, name);
}

/// U+202A–U+202E and U+2066–U+2069 (Unicode annex 9): none has a place in a file's name.
fn reversed(name: &str, found: &mut Examined) {
    let turns = |c: char| matches!(c, '\u{202d}' | '\u{202e}' | '\u{2066}'..='\u{2068}');
    if name.contains(turns) {
        found.act(ActKind::RightToLeftName, "", &name.replace(turns, "⟲"));
    }
}

fn double_ending(name: &str, found: &mut Examined) {
    let last = ending(name);
    if !runs(&last) {
        return;
    }
    let before = name.trim_end_matches(['.', ' ']).rsplit_once('.').map_or("", |(before, _)| before);
    let second = ending(before);
    // Many blanks push the real ending out of sight.
    let padded = before.ends_with("     ");
    if HARMLESS.contains(&second.as_str()) || padded {
        found.act(ActKind::DoubleExtension, "", name);
    }
}

fn mismatch(name: &str, declared: Option<&str>, found: &mut Examined) {
    let last = ending(name);
    let Some(claimed) = claim_of_name(&last).or_else(|| declared.and_then(claim_of_type)) else { return };
    if matches!(found.kind, FileKind::Empty) || claimed.holds(found.kind) {
        return;
    }
    let page = found.kind == FileKind::Html && matches!(claimed, Claim::Picture | Claim::Pdf | Claim::Media);
    let audience = match claimed {
        _ if found.kind.runs() || page => Audience::Clerk,
        // A spreadsheet saved as text or page under .xls, a Word file under .rtf: everyday work of web applications.
        Claim::Office if !found.kind.is_archive() => Audience::Examiner,
        _ => Audience::Analyst,
    };
    found.act_for(ActKind::TypeMismatch, audience, "", &format!("{name}: in truth {:?}", found.kind));
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Claim {
    Picture,
    Pdf,
    Office,
    Text,
    Media,
    Archive,
}

fn claim_of_name(ending: &str) -> Option<Claim> {
    Some(match ending {
        "png" | "jpg" | "jpeg" | "gif" | "bmp" | "webp" | "tif" | "tiff" | "heic" | "ico" => Claim::Picture,
        "pdf" => Claim::Pdf,
        "doc" | "docx" | "docm" | "dot" | "dotx" | "dotm" | "rtf" | "xls" | "xlsx" | "xlsm" | "xlsb" | "xlt"
        | "xltx" | "xltm" | "ppt" | "pptx" | "pptm" | "pps" | "ppsx" | "odt" | "ods" | "odp" => Claim::Office,
        "txt" | "csv" | "log" | "md" => Claim::Text,
        "mp3" | "mp4" | "wav" | "avi" | "mov" | "m4a" => Claim::Media,
        "zip" | "7z" | "rar" | "tar" | "gz" | "cab" => Claim::Archive,
        _ => return None,
    })
}

fn claim_of_type(declared: &str) -> Option<Claim> {
    let declared = declared.to_ascii_lowercase();
    let kind = declared.split(';').next().unwrap_or("").trim();
    Some(match kind {
        "application/pdf" => Claim::Pdf,
        "text/plain" | "text/csv" => Claim::Text,
        "application/zip" => Claim::Archive,
        "application/msword" | "application/vnd.ms-excel" | "application/vnd.ms-powerpoint" => Claim::Office,
        _ if kind.starts_with("image/") && kind != "image/svg+xml" => Claim::Picture,
        _ if kind.starts_with("audio/") || kind.starts_with("video/") => Claim::Media,
        _ if kind.starts_with("application/vnd.openxmlformats") => Claim::Office,
        _ => return None,
    })
}

impl Claim {
    fn holds(self, kind: FileKind) -> bool {
        match self {
            Claim::Picture => kind.is_picture(),
            Claim::Pdf => kind == FileKind::Pdf,
            Claim::Office => kind.is_office() || matches!(kind, FileKind::Compound | FileKind::Message),
            Claim::Text => {
                matches!(kind, FileKind::Text | FileKind::Csv | FileKind::Xml | FileKind::Sylk | FileKind::Message)
            }
            Claim::Media => matches!(kind, FileKind::Media),
            Claim::Archive => kind.is_archive() || kind == FileKind::JavaArchive,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, declared: Option<&str>, kind: FileKind) -> Examined {
        let mut found = Examined::new(name, name.to_owned(), kind, b"x");
        judge(name, declared, &mut found);
        found
    }

    #[test]
    fn hidden_endings_are_seen() {
        assert!(named("Ballot.pdf.exe", None, FileKind::WindowsProgram).has(ActKind::DoubleExtension));
        assert!(named("Ballot            .scr ", None, FileKind::WindowsProgram).has(ActKind::DoubleExtension));
        assert!(named("Ballot_\u{202e}fdp.exe", None, FileKind::WindowsProgram).has(ActKind::RightToLeftName));
        assert!(named("report.v2.docx", None, FileKind::WordOoxml).acts.is_empty());
        assert!(named("archive.tar.gz", None, FileKind::Gzip).acts.is_empty());
        assert!(named("jquery.min.js", None, FileKind::Script).acts.is_empty());
    }

    #[test]
    fn a_name_that_runs_is_told_whatever_the_file_begins_with() {
        for (name, kind, act) in [
            ("ballot.iso", FileKind::Png, ActKind::DiskImage),
            ("form.hta", FileKind::Gif, ActKind::Script),
            ("count.bat", FileKind::Unknown, ActKind::Script),
            ("guide.lnk", FileKind::Pdf, ActKind::Shortcut),
            ("setup.exe", FileKind::Unknown, ActKind::Executable),
        ] {
            let told = named(name, None, kind).acts.into_iter().find(|found| found.kind == act);
            assert_eq!(told.map(|act| act.audience), Some(Audience::Clerk), "{name}");
        }
        for (name, kind) in
            [("county.com", FileKind::Text), ("a.bat", FileKind::Empty), ("a.url", FileKind::WebShortcut)]
        {
            assert!(named(name, None, kind).acts.is_empty(), "{name}");
        }
    }

    #[test]
    fn false_claims_are_louder_where_they_are_dangerous() {
        assert_eq!(named("scan.pdf", None, FileKind::Html).audience(), Some(Audience::Clerk));
        assert_eq!(named("scan.pdf", None, FileKind::Zip).audience(), Some(Audience::Analyst));
        assert_eq!(named("export.xls", None, FileKind::Text).audience(), Some(Audience::Examiner));
        assert_eq!(named("x", Some("image/png"), FileKind::WindowsProgram).audience(), Some(Audience::Clerk));
        assert_eq!(named("photo.jpg", Some("image/png"), FileKind::Jpeg).audience(), None);
        assert_eq!(named("x", Some("application/octet-stream"), FileKind::Zip).audience(), None);
    }
}
