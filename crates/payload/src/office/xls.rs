//! Excel's binary workbooks ([MS-XLS], and BIFF 2 to 5 before it): macro sheets, automatic names, DDE and other links.

use crate::act::{ActKind, Audience};
use crate::examined::Examined;
use crate::look::Look;
use crate::text::{ansi, urls, wide};

use super::ole::Compound;
use super::reach::Reach;
use super::{excel_formula, unlock};

/// Records of one stream that are looked at; the longest stream met has some 300,000.
const RECORDS: usize = 2_000_000;
/// Formulas of macro sheets that are described.
const FORMULAS: usize = 12;

pub(crate) fn read(file: &mut Compound<'_>, found: &mut Examined, look: &mut Look<'_>) {
    for name in ["Workbook", "Book"] {
        let path = file.paths().find(|path| path.eq_ignore_ascii_case(name)).map(str::to_owned);
        let Some(bytes) = path.and_then(|path| file.stream(&path, found, look)) else { continue };
        read_stream(&bytes, name, found, look);
    }
}

/// Reads a stream of records, and once more where it opens with Excel's built-in password.
pub(crate) fn read_stream(bytes: &[u8], place: &str, found: &mut Examined, look: &mut Look<'_>) {
    let Some(lock) = records(bytes).find(|record| record.id == FILE_PASS) else {
        return Workbook::default().read(bytes, place, found, look);
    };
    match unlock::workbook(bytes, lock.body, found, look) {
        Some(open) => Workbook::default().read(&open, place, found, look),
        None => {
            // The sheets' list is never encrypted, so macro sheets show even so.
            Workbook { is_locked: true, ..Workbook::default() }.read(bytes, place, found, look);
            unlock::locked(found);
        }
    }
}

pub(crate) const FILE_PASS: u16 = 0x2f;
pub(crate) const BOUND_SHEET: u16 = 0x85;
const FORMULA: u16 = 0x06;
const NAME: u16 = 0x18;
const EXTERN_SHEET: u16 = 0x17;
const EXTERN_NAME: u16 = 0x23;
const SUP_BOOK: u16 = 0x1ae;
const HYPERLINK: u16 = 0x1b8;

/// A record: its number, its place in the stream, its body.
pub(crate) struct Record<'a> {
    pub(crate) id: u16,
    pub(crate) body_at: usize,
    pub(crate) body: &'a [u8],
}

pub(crate) fn records(bytes: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let mut at = 0;
    let next = move || {
        let head = bytes.get(at..at + 4)?;
        let (id, length) =
            (u16::from_le_bytes([head[0], head[1]]), usize::from(u16::from_le_bytes([head[2], head[3]])));
        let body_at = at + 4;
        let body = bytes.get(body_at..(body_at + length).min(bytes.len()))?;
        at = body_at + length;
        Some(Record { id, body_at, body })
    };
    std::iter::from_fn(next).take(RECORDS)
}

/// What a beginning of a substream says: version and kind.
pub(crate) fn is_begin(id: u16) -> bool {
    matches!(id, 0x0009 | 0x0209 | 0x0409 | 0x0809)
}

#[derive(Default)]
struct Workbook {
    is_locked: bool,
    /// Whether texts are of BIFF 8, with a byte of flags before them.
    is_new: bool,
    in_macro_sheet: bool,
    described: usize,
    /// A link of another program, `service` and `topic`, whose kind the next external name tells.
    waiting: Option<String>,
}

impl Workbook {
    fn read(mut self, bytes: &[u8], place: &str, found: &mut Examined, look: &mut Look<'_>) {
        for record in records(bytes) {
            self.record(&record, place, found, look);
        }
        self.settle(ActKind::Dde, place, found);
    }

    fn record(&mut self, record: &Record<'_>, place: &str, found: &mut Examined, look: &mut Look<'_>) {
        match record.id {
            id if is_begin(id) => self.begin(record, place, found),
            BOUND_SHEET => self.sheet(record.body, place, found),
            _ if self.is_locked => {}
            FORMULA if self.in_macro_sheet => self.formula(record.body, place, found),
            NAME => self.name(record.body, place, found),
            SUP_BOOK => self.book(record.body.get(2..).unwrap_or(&[]), true, place, found),
            EXTERN_SHEET if !self.is_new => self.book(record.body, false, place, found),
            EXTERN_NAME => {
                // 2.4.105: fOleLink.
                let is_ole = record.body.first().is_some_and(|flags| flags & 0x10 != 0);
                self.settle(if is_ole { ActKind::ExternalLink } else { ActKind::Dde }, place, found);
            }
            HYPERLINK => hyperlink(record.body, place, found, look),
            _ => {}
        }
    }

    fn begin(&mut self, record: &Record<'_>, place: &str, found: &mut Examined) {
        let two = |at: usize| record.body.get(at..at + 2).map_or(0, |b| u16::from_le_bytes([b[0], b[1]]));
        self.is_new = record.id == 0x0809 && two(0) >= 0x0600;
        // The kind of an old stream without container, or of a sheet within a workbook.
        self.in_macro_sheet = two(2) == 0x0040;
        if self.in_macro_sheet && record.id != 0x0809 {
            found.act(ActKind::XlmMacro, place, "macro sheet");
        }
    }

    fn sheet(&mut self, body: &[u8], place: &str, found: &mut Examined) {
        let &[_, _, _, _, state, kind, ref name @ ..] = body else { return };
        let name = self.short_text(name);
        let hidden = ["", " (hidden)", " (very hidden)", ""][usize::from(state & 3)];
        if kind == 1 {
            found.act(ActKind::XlmMacro, place, &format!("macro sheet {name}{hidden}"));
        } else if state & 3 == 2 {
            found.act(ActKind::HiddenSheet, place, &format!("sheet {name}{hidden}"));
        }
    }

    fn formula(&mut self, body: &[u8], place: &str, found: &mut Examined) {
        if self.described >= FORMULAS {
            return;
        }
        let Some(described) = body.get(22..).and_then(|tokens| excel_formula::described(tokens, self.is_new)) else {
            return;
        };
        self.described += 1;
        found.act(ActKind::XlmMacro, place, &described);
    }

    /// 2.4.150: built-in names are numbers.
    fn name(&mut self, body: &[u8], place: &str, found: &mut Examined) {
        let (Some(flags), Some(length)) = (body.first(), body.get(3)) else { return };
        let skip = if self.is_new { 15 } else { 14 };
        let raw = body.get(skip..skip + usize::from(*length)).unwrap_or(&[]);
        let built_in = flags & 0x20 != 0;
        let name = match (built_in, raw.first()) {
            (true, Some(1)) => "Auto_Open".to_owned(),
            (true, Some(2)) => "Auto_Close".to_owned(),
            (true, Some(0x0a)) => "Auto_Activate".to_owned(),
            (true, Some(0x0b)) => "Auto_Deactivate".to_owned(),
            _ => ansi(raw),
        };
        if name.to_ascii_lowercase().starts_with("auto_") {
            found.act(ActKind::AutoRun, place, &name);
        }
    }

    /// 2.4.271: another workbook, or another program's `service` and `topic`.
    fn book(&mut self, body: &[u8], is_long: bool, place: &str, found: &mut Examined) {
        self.settle(ActKind::Dde, place, found);
        let name = if is_long { long_text(body) } else { body.get(1..).map_or(String::new(), ansi) };
        let is_path = name.starts_with(['\u{1}', '\u{2}', '\u{3}', '\u{4}']);
        if !is_path && let Some((service, topic)) = name.split_once('\u{3}') {
            self.waiting = Some(format!("{service}|{topic}"));
            return;
        }
        let path = name.replace(|c: char| c.is_control(), "");
        if let Some(at) = path.find("http").filter(|at| path.is_char_boundary(*at)) {
            found.act_for(ActKind::ExternalLink, Audience::Analyst, place, &path[at..]);
        }
    }

    fn settle(&mut self, kind: ActKind, place: &str, found: &mut Examined) {
        let Some(link) = self.waiting.take() else { return };
        match kind {
            ActKind::Dde => found.act(kind, place, &link),
            _ => {
                let target = link.split_once('|').map_or("", |(_, topic)| topic);
                found.act_for(kind, Reach::of(target).audience().max(Audience::Analyst), place, &link);
            }
        }
    }

    /// A text with its length in one byte.
    fn short_text(&self, body: &[u8]) -> String {
        let Some((length, rest)) = body.split_first() else { return String::new() };
        let length = usize::from(*length);
        match (self.is_new, rest.split_first()) {
            (true, Some((1, letters))) => wide(letters.get(..2 * length).unwrap_or(letters)),
            (true, Some((_, letters))) => ansi(letters.get(..length).unwrap_or(letters)),
            _ => ansi(rest.get(..length).unwrap_or(rest)),
        }
    }
}

/// A text with its length in two bytes.
fn long_text(body: &[u8]) -> String {
    let &[low, high, flags, ref letters @ ..] = body else { return String::new() };
    let length = usize::from(u16::from_le_bytes([low, high]));
    if flags & 1 != 0 {
        wide(letters.get(..2 * length).unwrap_or(letters))
    } else {
        ansi(letters.get(..length).unwrap_or(letters))
    }
}

/// 2.4.140: a moniker, whose address is in UTF-16 at an even or odd place.
fn hyperlink(body: &[u8], place: &str, found: &mut Examined, look: &mut Look<'_>) {
    for start in [0, 1] {
        let text = wide(body.get(start..).unwrap_or(&[]));
        for url in urls(&text) {
            look.link(found, url.trim_end_matches('\0'), place);
        }
    }
}
