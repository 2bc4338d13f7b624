//! Lines of a file of sketches, version 1, written and read; the format is described at [`super::office_sketches`].
//!
//! Other people's files are bounded in size, lines and numbers, and refused whole at the first fault.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::SketchError;
use super::clues::{Clue, Kind};
use super::minhash::MinHash;
use super::office_sketches::{LONGEST_NAME, MOST_EXAMPLES, OfficeSketches, Sketched, check_name};
use super::sketch::{Build, FILE_VALUES, KeyMark, Sketch, TEXT_VALUES};

const FORMAT: &str = "pollwarden-sketches";
const VERSION: u32 = 1;
/// No office has more lures to tell of; comparing takes seconds even where all are made to look alike.
const MOST_LINES: usize = 20_000;
const LONGEST_LINE: usize = 8_192;
/// Days of one campaign.
const MOST_DAYS: usize = 1_000;
/// Recipients of one day: no office has more people.
const MOST_RECIPIENTS: u32 = 1_000_000;
const MOST_CLUES: usize = 32;
const UNKNOWN: &str = "unknown";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadLine {
    format: String,
    version: u32,
    office: String,
    made: String,
    key: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SketchLine {
    lure: usize,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    days: BTreeMap<String, u32>,
    text: String,
    pairs: u16,
    files: String,
    pieces: u16,
    clues: Vec<(u8, String)>,
    build: [String; 4],
    link: bool,
    automatic: bool,
    answer: bool,
}

pub(super) fn write(office: &OfficeSketches) -> String {
    let head = HeadLine {
        format: FORMAT.to_owned(),
        version: VERSION,
        office: office.office.clone(),
        made: office.made.to_string(),
        key: hex(office.key),
    };
    let mut text = String::new();
    push(&head, &mut text);
    for (lure, sketched) in office.lures.iter().enumerate() {
        for (at, example) in sketched.examples.iter().enumerate() {
            let days = if at == 0 { written_days(&sketched.days) } else { BTreeMap::new() };
            push(&line_of(lure, days, example), &mut text);
        }
    }
    text
}

fn push(line: &impl Serialize, text: &mut String) {
    text.push_str(&serde_json::to_string(line).expect("plain structs of texts and numbers are always JSON"));
    text.push('\n');
}

fn written_days(days: &BTreeMap<Option<Date>, u32>) -> BTreeMap<String, u32> {
    days.iter().map(|(day, count)| (day.map_or(UNKNOWN.to_owned(), |day| day.to_string()), *count)).collect()
}

fn line_of(lure: usize, days: BTreeMap<String, u32>, sketch: &Sketch) -> SketchLine {
    let build = sketch.build;
    SketchLine {
        lure,
        days,
        text: hex_values(sketch.text.values()),
        pairs: sketch.text.count(),
        files: hex_values(sketch.files.values()),
        pieces: sketch.files.count(),
        clues: sketch.clues.iter().map(|clue| (clue.kind as u8, hex(clue.hash))).collect(),
        build: [build.subject, build.payload, build.file_names, build.shape].map(hex),
        link: build.has_link,
        automatic: build.is_automatic,
        answer: build.is_answer,
    }
}

fn hex(hash: u64) -> String {
    format!("{hash:016x}")
}

fn hex_values(values: &[u16]) -> String {
    values.iter().map(|value| format!("{value:04x}")).collect()
}

pub(super) fn read(bytes: &[u8]) -> Result<OfficeSketches, SketchError> {
    let mut lines = bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let head = lines.next().unwrap_or_default();
    let mut office = head_line(head)?;
    for (at, line) in lines.enumerate().filter(|(_, line)| !line.is_empty()) {
        if at >= MOST_LINES {
            return Err(SketchError::TooMany { what: "lines", most: MOST_LINES });
        }
        Reader { line: at + 2 }.sketch(line, &mut office)?;
    }
    Ok(office)
}

fn head_line(line: &[u8]) -> Result<OfficeSketches, SketchError> {
    let reader = Reader { line: 1 };
    let head: HeadLine = reader.json(line, "the head of a file of sketches (format, version, office, made, key)")?;
    if head.format != FORMAT {
        return reader.fault("the format pollwarden-sketches", &head.format);
    }
    if head.version != VERSION {
        return reader.fault("version 1", &head.version.to_string());
    }
    if check_name(&head.office).is_err() {
        return reader.fault("an office's name of 1 to 200 characters on one line", cut(&head.office, LONGEST_NAME));
    }
    let made = reader.day(&head.made)?;
    let key = reader.hash(&head.key)?;
    Ok(OfficeSketches { office: head.office, made, key, lures: Vec::new() })
}

struct Reader {
    line: usize,
}

impl Reader {
    fn sketch(&self, line: &[u8], office: &mut OfficeSketches) -> Result<(), SketchError> {
        let line: SketchLine = self
            .json(line, "a sketch (lure, days, text, pairs, files, pieces, clues, build, link, automatic, answer)")?;
        let sketch = self.example(&line, office.key)?;
        if line.lure == office.lures.len() {
            office.lures.push(Sketched { days: self.days(&line.days)?, examples: vec![sketch] });
            return Ok(());
        }
        let is_last = line.lure + 1 == office.lures.len();
        let Some(lure) = office.lures.last_mut().filter(|_| is_last) else {
            return self.fault("the number of the lure before, or the next one", &line.lure.to_string());
        };
        if !line.days.is_empty() {
            return self.fault("days in the first line of a lure only", "more days");
        }
        if lure.examples.len() >= MOST_EXAMPLES {
            return self.fault("at most 8 lines for a lure", "one more");
        }
        lure.examples.push(sketch);
        Ok(())
    }

    fn example(&self, line: &SketchLine, key: u64) -> Result<Sketch, SketchError> {
        let [subject, payload, file_names, shape] = &line.build;
        let build = Build {
            subject: self.hash(subject)?,
            payload: self.hash(payload)?,
            file_names: self.hash(file_names)?,
            shape: self.hash(shape)?,
            has_link: line.link,
            is_automatic: line.automatic,
            is_answer: line.answer,
        };
        Ok(Sketch {
            at: None,
            text: MinHash::from_parts(
                self.values::<TEXT_VALUES>(&line.text, "384 hexadecimal digits of the text")?,
                line.pairs,
            ),
            files: MinHash::from_parts(
                self.values::<FILE_VALUES>(&line.files, "128 hexadecimal digits of the files")?,
                line.pieces,
            ),
            clues: self.clues(&line.clues)?,
            build,
            recipients: Vec::new(),
            shown: None,
            key: KeyMark { check: key, is_shared: true },
        })
    }

    fn clues(&self, written: &[(u8, String)]) -> Result<Vec<Clue>, SketchError> {
        if written.len() > MOST_CLUES {
            return self.fault("at most 32 clues", &written.len().to_string());
        }
        let mut clues = Vec::with_capacity(written.len());
        for (kind, hash) in written {
            let Some(kind) = Kind::ALL.into_iter().find(|known| *known as u8 == *kind) else {
                return self.fault("a clue's kind from 1 to 10", &kind.to_string());
            };
            clues.push(Clue { kind, hash: self.hash(hash)? });
        }
        clues.sort_unstable();
        clues.dedup();
        Ok(clues)
    }

    fn days(&self, written: &BTreeMap<String, u32>) -> Result<BTreeMap<Option<Date>, u32>, SketchError> {
        if written.is_empty() || written.len() > MOST_DAYS {
            return self.fault("1 to 1,000 days", &written.len().to_string());
        }
        let mut days = BTreeMap::new();
        for (day, count) in written {
            if !(1..=MOST_RECIPIENTS).contains(count) {
                return self.fault("1 to 1,000,000 recipients on a day", &count.to_string());
            }
            let day = if day == UNKNOWN { None } else { Some(self.day(day)?) };
            days.insert(day, *count);
        }
        Ok(days)
    }

    fn day(&self, text: &str) -> Result<Date, SketchError> {
        let day = text.parse::<Date>().ok().filter(|day| day.to_string() == text && day.year() >= 1970);
        day.map_or_else(|| self.fault("a day such as 2016-10-27", text), Ok)
    }

    fn hash(&self, text: &str) -> Result<u64, SketchError> {
        let is_hex = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let hash = u64::from_str_radix(text, 16).ok().filter(|_| is_hex);
        hash.map_or_else(|| self.fault("16 hexadecimal digits", text), Ok)
    }

    fn values<const VALUES: usize>(&self, text: &str, expected: &'static str) -> Result<[u16; VALUES], SketchError> {
        if text.len() != 4 * VALUES || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return self.fault(expected, text);
        }
        let mut values = [0; VALUES];
        for (value, digits) in values.iter_mut().zip(text.as_bytes().chunks_exact(4)) {
            *value =
                digits.iter().fold(0, |value, digit| value << 4 | char::from(*digit).to_digit(16).unwrap_or(0) as u16);
        }
        Ok(values)
    }

    fn json<'a, T: Deserialize<'a>>(&self, line: &'a [u8], expected: &'static str) -> Result<T, SketchError> {
        if line.len() > LONGEST_LINE {
            return self.fault("a line of at most 8,192 bytes", &format!("{} bytes", line.len()));
        }
        let fault = |e: serde_json::Error| SketchError::Line {
            line: self.line,
            expected,
            found: cut(&e.to_string(), 200).to_owned(),
        };
        serde_json::from_slice(line).map_err(fault)
    }

    fn fault<T>(&self, expected: &'static str, found: &str) -> Result<T, SketchError> {
        let found = if found.is_empty() { "nothing".to_owned() } else { cut(found, 80).escape_debug().to_string() };
        Err(SketchError::Line { line: self.line, expected, found })
    }
}

fn cut(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}
