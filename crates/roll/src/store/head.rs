//! A kept snapshot's head: JSON behind its own SHA-256. What was published stays readable: a new field may be missing, or needs
//! a new version.

use std::path::Path;

use jiff::civil::Date;
use pollwarden_core::{Complaint, Digest, Source};
use serde::{Deserialize, Serialize};

use super::durable::Unfinished;
use super::kept::Kept;
use crate::RollError;
use crate::diff::{Indexed, Part, Records};
use crate::layout::{Column, Cut, Layout, Role};

const VERSION: u32 = 1;
/// Ten thousand complaints and 65,535 parts with their columns stay below.
const LARGEST: u64 = 1 << 30;

/// What is known of a kept snapshot without its records.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) name: String,
    pub(super) date: Option<Date>,
    pub(super) rows: u64,
    pub(super) rejected: u64,
    pub(super) parts: Vec<Part>,
    pub(super) sources: Vec<Source>,
    pub(super) complaints: Vec<Complaint>,
    /// Packs with blocks of it.
    pub(super) packs: Vec<u32>,
    /// Into how many blocks it is dealt, as a power of two.
    pub(super) bits: u32,
    /// How many blocks its sample has.
    pub(super) sample: u32,
    /// Whether all voters' ids are known to stand without unusual blanks around them.
    pub(super) plain_ids: bool,
    /// Part and line of each record with the id of one before it.
    pub(super) repeats: Vec<(u16, u32)>,
    /// The hash of the list's table and directory.
    pub(super) list: [u64; 2],
    /// The number of the marks' forms, and the hash of their directory. Stores of before have no marks.
    pub(super) marks: Option<(u32, [u64; 2])>,
}

impl Head {
    pub(super) fn read(folder: &Path, id: &str) -> Result<Self, RollError> {
        let path = folder.join(format!("{id}.json"));
        let length = std::fs::metadata(&path).map_err(RollError::store(&path))?.len();
        if length > LARGEST {
            return Err(RollError::damaged(&path, "it is longer than any head"));
        }
        let text = std::fs::read_to_string(&path).map_err(RollError::store(&path))?;
        let (digest, json) = text.split_once('\n').ok_or_else(|| RollError::damaged(&path, "it is cut off"))?;
        if digest != Digest::of(json.as_bytes()).to_string() {
            return Err(RollError::damaged(&path, "its digest is not that of its text"));
        }
        let wire: Wire = serde_json::from_str(json)
            .map_err(|error| RollError::damaged(&path, &format!("it can't be read: {error}")))?;
        if wire.version != VERSION {
            return Err(RollError::damaged(&path, &format!("its version is {}, not {VERSION}", wire.version)));
        }
        wire.head().map_err(|what| RollError::damaged(&path, &what))
    }

    pub(super) fn write(&self, folder: &Path, id: &str) -> Result<(), RollError> {
        let path = folder.join(format!("{id}.json"));
        let json = serde_json::to_string(&Wire::of(self)).map_err(|e| RollError::store(&path)(e.into()))?;
        let mut file = Unfinished::create(folder)?;
        file.write(format!("{}\n{json}", Digest::of(json.as_bytes())).as_bytes())?;
        file.finish(&path)
    }

    pub(super) fn indexed(&self, kept: Kept) -> Indexed {
        Indexed {
            parts: self.parts.clone(),
            records: Records::Kept(kept),
            sources: self.sources.clone(),
            rows: self.rows,
            rejected: self.rejected,
            complaints: self.complaints.clone(),
            plain_ids: self.plain_ids,
        }
    }

    /// What makes it this snapshot: names, layouts, and the digests of what was read.
    pub(super) fn digest(&self) -> Digest {
        let wire = Wire::of(self);
        let says = serde_json::json!([VERSION, wire.name, wire.date, wire.parts, wire.sources]);
        Digest::of(says.to_string().as_bytes())
    }
}

#[derive(Serialize, Deserialize)]
struct Wire {
    version: u32,
    name: String,
    date: Option<String>,
    rows: u64,
    rejected: u64,
    bits: u32,
    sample: u32,
    repeats: Vec<(u16, u32)>,
    list: [u64; 2],
    #[serde(default)]
    plain_ids: bool,
    #[serde(default)]
    marks: Option<(u32, [u64; 2])>,
    packs: Vec<u32>,
    parts: Vec<WirePart>,
    sources: Vec<WireSource>,
    complaints: Vec<WireComplaint>,
}

#[derive(Serialize, Deserialize)]
struct WirePart {
    name: String,
    layout: String,
    delimiter: Option<u8>,
    places: Vec<(usize, usize)>,
    header: bool,
    key: usize,
    columns: Vec<(String, String, Option<usize>)>,
}

#[derive(Serialize, Deserialize)]
struct WireSource {
    name: String,
    sha256: String,
    length: u64,
    format: String,
    rows: u64,
    rejected: u64,
}

#[derive(Serialize, Deserialize)]
struct WireComplaint {
    source: String,
    line: Option<u64>,
    column: Option<String>,
    expected: String,
    found: String,
    mend: String,
}

impl Wire {
    fn of(head: &Head) -> Self {
        Self {
            version: VERSION,
            name: head.name.clone(),
            date: head.date.map(|date| date.to_string()),
            rows: head.rows,
            rejected: head.rejected,
            bits: head.bits,
            sample: head.sample,
            plain_ids: head.plain_ids,
            repeats: head.repeats.clone(),
            list: head.list,
            marks: head.marks,
            packs: head.packs.clone(),
            parts: head.parts.iter().map(WirePart::of).collect(),
            sources: head.sources.iter().map(WireSource::of).collect(),
            complaints: head.complaints.iter().map(WireComplaint::of).collect(),
        }
    }

    fn head(self) -> Result<Head, String> {
        if self.repeats.iter().any(|(part, _)| usize::from(*part) >= self.parts.len()) {
            return Err("a record is of no part of it".to_owned());
        }
        let date = self.date.map(|date| date.parse().map_err(|_| format!("{date} is no date"))).transpose()?;
        Ok(Head {
            name: self.name,
            date,
            rows: self.rows,
            rejected: self.rejected,
            bits: self.bits,
            sample: self.sample,
            plain_ids: self.plain_ids,
            repeats: self.repeats,
            list: self.list,
            marks: self.marks,
            packs: self.packs,
            parts: self.parts.into_iter().map(WirePart::part).collect::<Result<_, _>>()?,
            sources: self.sources.into_iter().map(WireSource::source).collect::<Result<_, _>>()?,
            complaints: self.complaints.into_iter().map(WireComplaint::complaint).collect(),
        })
    }
}

impl WirePart {
    fn of(part: &Part) -> Self {
        let layout = &part.layout;
        let (delimiter, places) = match &layout.cut {
            Cut::At(delimiter) => (Some(*delimiter), Vec::new()),
            Cut::Fixed(places) => (None, places.iter().map(|place| (place.start, place.end)).collect()),
        };
        let column = |c: &Column| (c.name.clone(), c.role.word().to_owned(), c.describes);
        Self {
            name: part.name.clone(),
            layout: layout.name.to_owned(),
            delimiter,
            places,
            header: layout.above > 0,
            key: layout.key,
            columns: layout.columns.iter().map(column).collect(),
        }
    }

    fn part(self) -> Result<Part, String> {
        let name = crate::formats::known_name(&self.layout).ok_or(format!("no layout is called {}", self.layout))?;
        let count = self.columns.len();
        let cut = match self.delimiter {
            Some(delimiter) => Cut::At(delimiter),
            None => Cut::Fixed(self.places.into_iter().map(|(start, end)| start..end).collect()),
        };
        let fits = match &cut {
            Cut::At(_) => true,
            Cut::Fixed(places) => places.len() == count && places.iter().all(|place| place.start <= place.end),
        };
        let column = |(name, role, describes): (String, String, Option<usize>)| {
            let role = Role::of_word(&role).ok_or(format!("no column says {role}"))?;
            Ok(Column { name, role, describes: describes.filter(|at| *at < count) })
        };
        let columns = self.columns.into_iter().map(column).collect::<Result<Vec<_>, String>>()?;
        if self.key >= count || !fits {
            return Err(format!("the layout of {} does not fit its columns", self.name));
        }
        Ok(Part {
            name: self.name,
            layout: Layout { name, cut, above: u64::from(self.header), columns, key: self.key, bare_ids: false },
        })
    }
}

impl WireSource {
    fn of(source: &Source) -> Self {
        Self {
            name: source.name.clone(),
            sha256: source.digest.to_string(),
            length: source.length,
            format: source.format.clone(),
            rows: source.rows,
            rejected: source.rejected,
        }
    }

    fn source(self) -> Result<Source, String> {
        let digest = digest(&self.sha256).ok_or(format!("{} is no digest", self.sha256))?;
        Ok(Source {
            name: self.name,
            digest,
            length: self.length,
            format: self.format,
            rows: self.rows,
            rejected: self.rejected,
        })
    }
}

fn digest(text: &str) -> Option<Digest> {
    let mut digest = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (at, byte) in digest.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(Digest(digest))
}

impl WireComplaint {
    fn of(complaint: &Complaint) -> Self {
        let Complaint { source, line, column, expected, found, mend } = complaint.clone();
        Self { source, line, column, expected, found, mend }
    }

    fn complaint(self) -> Complaint {
        let Self { source, line, column, expected, found, mend } = self;
        Complaint { source, line, column, expected, found, mend }
    }
}
