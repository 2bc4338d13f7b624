//! One sheet's record. Elements are known by their names within their parents, whatever the namespace.

use pollwarden_core::Complaint;
use pollwarden_intake::text::decode;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, Event};

/// How deep elements may lie in each other; a record has seven levels.
const DEEPEST: usize = 32;

/// A sheet's record.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cvr {
    pub(super) guid: String,
    pub(super) batch: String,
    pub(super) sequence: String,
    pub(super) sheet: String,
    pub(super) precinct: String,
    pub(super) contests: Vec<Contest>,
    /// Elements of contests that are not read, each once.
    pub(super) unread: Vec<String>,
}

/// What a contest holds beside its options that says nothing more of them.
const KNOWN: [&str; 6] = ["Name", "Id", "Options", "Overvoted", "Undervotes", "InvalidStraightPartyVote"];
/// More unknown elements than this are not told apart.
const MOST_UNREAD: usize = 16;

/// A contest on it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Contest {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) overvoted: bool,
    /// Votes that could have been given and were not, as written; empty where the record doesn't say.
    pub(super) undervotes: String,
    pub(super) options: Vec<Marked>,
}

/// A marked option; one for a write-in has no name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Marked {
    pub(super) id: String,
    pub(super) name: Option<String>,
    pub(super) value: String,
}

/// Reads a record.
pub(super) fn parse(name: &str, bytes: &[u8]) -> Result<Cvr, Box<Complaint>> {
    let text = decode(bytes);
    let mut reader = Reader::from_str(&text);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.check_end_names = true;
    let mut reading = Reading::default();
    loop {
        let at = reader.buffer_position() as usize;
        let refuse = |expected: &str, found: String| Box::new(refusal(name, &text, at, expected, found));
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                let local = element.local_name();
                if reading.open.len() == DEEPEST || reading.open.is_empty() && local.as_ref() != "Cvr" {
                    return Err(refuse("a record, “Cvr”", format!("the element “{}”", local.as_ref())));
                }
                reading.begin(local.as_ref());
            }
            Ok(Event::Text(text)) => reading.text.push_str(&text.xml10_content()),
            Ok(Event::CData(text)) => reading.text.push_str(&text.xml10_content()),
            Ok(Event::GeneralRef(reference)) => match resolved(&reference) {
                Some(text) => reading.text.push_str(&text),
                None => return Err(refuse("a character", format!("“&{};”", &*reference))),
            },
            Ok(Event::End(_)) => reading.end(),
            Ok(Event::Eof) => return reading.finish().map_err(|(expected, found)| refuse(expected, found)),
            Ok(Event::DocType(_)) => return Err(refuse("a record without a document type", "one".to_owned())),
            Ok(_) => {}
            Err(fault) => return Err(refuse("well-formed XML", fault.to_string())),
        }
    }
}

fn resolved(reference: &BytesRef<'_>) -> Option<String> {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return Some(character.to_string());
    }
    resolve_predefined_entity(reference).map(str::to_owned)
}

fn refusal(name: &str, text: &str, at: usize, expected: &str, found: String) -> Complaint {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    let line = memchr::memchr_iter(b'\n', before).count() as u64 + 1;
    let column = before.len() - memchr::memrchr(b'\n', before).map_or(0, |end| end + 1) + 1;
    Complaint::about(name, expected, found)
        .line(line)
        .column(column.to_string())
        .mend("Fetch the file again, or export the records again. Nothing of this export was used.")
}

/// A record as far as it was read.
#[derive(Debug, Default)]
struct Reading {
    cvr: Cvr,
    contest: Contest,
    option: Marked,
    open: Vec<String>,
    text: String,
    whole: bool,
}

impl Reading {
    fn begin(&mut self, name: &str) {
        self.text.clear();
        let parent = self.open.last().map_or("", String::as_str);
        let read = parent != "Contest" || KNOWN.contains(&name);
        let unread = &mut self.cvr.unread;
        if !read && unread.len() < MOST_UNREAD && !unread.iter().any(|there| there == name) {
            unread.push(name.to_owned());
        }
        match name {
            "Contest" => self.contest = Contest::default(),
            "Option" => self.option = Marked::default(),
            _ => {}
        }
        self.open.push(name.to_owned());
    }

    fn end(&mut self) {
        let Some(name) = self.open.pop() else { return };
        let text = std::mem::take(&mut self.text).trim().to_owned();
        let (cvr, contest, option) = (&mut self.cvr, &mut self.contest, &mut self.option);
        match (self.open.last().map_or("", String::as_str), name.as_str()) {
            ("Cvr", "CvrGuid") => cvr.guid = text,
            ("Cvr", "BatchNumber") => cvr.batch = text,
            ("Cvr", "BatchSequence") => cvr.sequence = text,
            ("Cvr", "SheetNumber") => cvr.sheet = text,
            ("PrecinctSplit", "Name") => cvr.precinct = text,
            ("Contest", "Name") => contest.name = text,
            ("Contest", "Id") => contest.id = text,
            ("Contest", "Overvoted") => contest.overvoted = true,
            ("Contest", "Undervotes") => contest.undervotes = text,
            ("Option", "Name") => option.name = Some(text).filter(|name| !name.is_empty()),
            ("Option", "Id") => option.id = text,
            ("Option", "Value") => option.value = text,
            ("Options", "Option") => contest.options.push(std::mem::take(option)),
            ("Contests", "Contest") => cvr.contests.push(std::mem::take(contest)),
            ("", "Cvr") => self.whole = true,
            _ => {}
        }
    }

    fn finish(self) -> Result<Cvr, (&'static str, String)> {
        if !self.whole {
            return Err(("the rest of the record", "the end of the file".to_owned()));
        }
        if self.cvr.guid.is_empty() {
            return Err(("the record's id, “CvrGuid”", "none".to_owned()));
        }
        Ok(self.cvr)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read() {
        let text = "<?xml version=\"1.0\"?>\n<h:Cvr xmlns:h=\"http://example.org/CVRDesign.xsd\"><h:Contests><h:Contest>\
                    <h:Name>Mayor &amp; Council &#x41;</h:Name><h:Id>c1</h:Id><h:Options><h:Option><h:Id>o1</h:Id>\
                    <h:Value>010</h:Value><h:WriteInData><h:Text>Someone</h:Text></h:WriteInData></h:Option></h:Options>\
                    <h:Overvoted /><h:Undervotes>2</h:Undervotes></h:Contest></h:Contests><h:CvrGuid>g</h:CvrGuid></h:Cvr>";
        let cvr = parse("a.xml", text.as_bytes()).expect("a record");
        let option = Marked { id: "o1".into(), name: None, value: "010".into() };
        let contest = Contest {
            id: "c1".into(),
            name: "Mayor & Council A".into(),
            overvoted: true,
            undervotes: "2".into(),
            options: vec![option],
        };
        assert_eq!(cvr, Cvr { guid: "g".into(), contests: vec![contest], ..Cvr::default() });
    }

    #[test]
    fn what_is_no_record_is_refused_with_its_place() {
        for (text, line, column) in [
            ("<Cvr>\n<CvrGuid>g</Contests>", 2, "11"),
            ("<Cvr><CvrGuid>g</CvrGuid>", 1, "26"),
            ("<Cvr></Cvr>", 1, "12"),
            ("<Report/>", 1, "1"),
            ("<!DOCTYPE Cvr [<!ENTITY a \"b\">]><Cvr>&a;</Cvr>", 1, "1"),
        ] {
            let complaint = parse("a.xml", text.as_bytes()).expect_err(text);
            assert_eq!((complaint.line, complaint.column.as_deref()), (Some(line), Some(column)), "{text}");
        }
    }
}
