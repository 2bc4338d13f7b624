//! Kinds of files that are plain text: told by their first words, else by name and declared type.

use crate::name::{ending, is_script_ending};
use crate::text::looks_like_text;

use super::FileKind;

/// What a file is whose first bytes are no format's own.
pub(super) fn kind(bytes: &[u8], name: &str, declared: Option<&str>) -> FileKind {
    if is_rtf(bytes) {
        return FileKind::Rtf;
    }
    if !looks_like_text(bytes) {
        return FileKind::Unknown;
    }
    let ending = ending(name);
    let start = beginning_of_text(bytes);
    if is_script_ending(&ending) || start.starts_with("#!/") {
        return FileKind::Script;
    }
    if start.starts_with("web\r\n1") || start.starts_with("web\n1") || ending == "iqy" {
        return FileKind::WebQuery;
    }
    if start.starts_with("id;p") {
        return FileKind::Sylk;
    }
    if start.starts_with("[internetshortcut") || matches!(ending.as_str(), "url" | "website") {
        return FileKind::WebShortcut;
    }
    markup_kind(&start, &ending, declared).unwrap_or_else(|| plain_kind(&start, &ending, declared))
}

/// Word opens whatever begins with `{\rt`.
fn is_rtf(bytes: &[u8]) -> bool {
    let start = bytes.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(0);
    start < 64 && bytes[start..].starts_with(b"{\\rt")
}

fn markup_kind(start: &str, ending: &str, declared: Option<&str>) -> Option<FileKind> {
    let office = ["<?mso-application", "schemas.microsoft.com/office/", "urn:schemas-microsoft-com:office:spreadsheet"];
    if start.starts_with('<') && !start.contains("<html") && office.iter().any(|mark| start.contains(mark)) {
        return Some(FileKind::OfficeXml);
    }
    if start.contains("<svg") && (start.starts_with('<')) && !start.contains("<html") {
        return Some(FileKind::Svg);
    }
    let page = ["<!doctype html", "<html", "<head", "<script", "<body", "<iframe", "<form", "<meta"];
    let declared_page = declared.is_some_and(|d| d.starts_with("text/html") || d.starts_with("application/xhtml"));
    let named_page = matches!(ending, "html" | "htm" | "xhtml" | "shtml" | "mht" | "mhtml");
    if start.starts_with('<') && page.iter().any(|mark| start.contains(mark)) || declared_page {
        return Some(FileKind::Html);
    }
    if named_page && !start.contains("mime-version:") {
        return Some(FileKind::Html);
    }
    start.starts_with("<?xml").then_some(FileKind::Xml)
}

fn plain_kind(start: &str, ending: &str, declared: Option<&str>) -> FileKind {
    let headers =
        ["mime-version:", "received:", "return-path:", "from:", "message-id:", "delivered-to:", "content-type:"];
    let message =
        headers.iter().any(|name| start.starts_with(name)) || start.starts_with("date:") && start.contains("\nfrom:");
    let told = declared.is_some_and(|declared| declared.starts_with("message/")) || ending == "eml";
    if told || message && (start.contains("mime-version:") || matches!(ending, "mht" | "mhtml" | "doc")) {
        return FileKind::Message;
    }
    let table = declared
        .is_some_and(|d| d.starts_with("text/csv") || d.contains("comma-separated") || d.contains("tab-separated"));
    // Excel opens text under its own ending as a table.
    if table || matches!(ending, "csv" | "tsv" | "tab" | "xls" | "prn") {
        return FileKind::Csv;
    }
    FileKind::Text
}

/// The first 2,000 characters, lower case, blanks and byte order mark before them left out.
fn beginning_of_text(bytes: &[u8]) -> String {
    let text = crate::text::decode(&bytes[..bytes.len().min(4_000)]);
    text.trim_start().chars().take(2_000).collect::<String>().to_ascii_lowercase()
}
