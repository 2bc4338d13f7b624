//! An element of a report, in either notation.

use std::fmt::Write as _;

use quick_xml::escape::escape;
use serde_json::{Map, Value as Json, json};

/// The namespace of version 2.
const NAMESPACE: &str = "http://itl.nist.gov/ns/voting/1500-100/v2";
const LANGUAGE: &str = "en";
/// Fields that are lists, even of one.
const LISTS: &[&str] = &[
    "BallotCounts",
    "Candidate",
    "CandidateIds",
    "Contest",
    "ContestSelection",
    "Election",
    "GpUnit",
    "OtherCounts",
    "Party",
    "PartyIds",
    "VoteCounts",
];
/// Elements whose kind XML must name: their schema type is abstract.
const ABSTRACT: &[&str] = &["Contest", "ContestSelection", "GpUnit"];

/// An element: its kind, its id, its fields in the order of the XML schema (JSON needs none).
#[derive(Debug)]
pub(super) struct Element {
    kind: &'static str,
    id: Option<String>,
    fields: Vec<(&'static str, Value)>,
}

/// What a field holds.
#[derive(Debug)]
pub(super) enum Value {
    Text(String),
    Number(i64),
    Yes,
    /// A text in one language.
    Words(String),
    Element(Element),
}

impl Element {
    pub(super) fn new(kind: &'static str) -> Self {
        Self { kind, id: None, fields: Vec::new() }
    }

    pub(super) fn with_id(kind: &'static str, id: &str) -> Self {
        Self { kind, id: Some(id.to_owned()), fields: Vec::new() }
    }

    pub(super) fn text(mut self, name: &'static str, text: &str) -> Self {
        self.fields.push((name, Value::Text(text.to_owned())));
        self
    }

    pub(super) fn words(mut self, name: &'static str, text: &str) -> Self {
        self.fields.push((name, Value::Words(text.to_owned())));
        self
    }

    pub(super) fn number(mut self, name: &'static str, number: Option<i64>) -> Self {
        self.fields.extend(number.map(|number| (name, Value::Number(number))));
        self
    }

    pub(super) fn yes(mut self, name: &'static str, yes: bool) -> Self {
        self.fields.extend(yes.then_some((name, Value::Yes)));
        self
    }

    pub(super) fn all(mut self, name: &'static str, elements: impl IntoIterator<Item = Element>) -> Self {
        self.fields.extend(elements.into_iter().map(|element| (name, Value::Element(element))));
        self
    }

    /// As JSON.
    pub(super) fn json(&self) -> Json {
        let mut map = Map::new();
        map.insert("@type".to_owned(), json!(format!("ElectionResults.{}", self.kind)));
        if let Some(id) = &self.id {
            map.insert("@id".to_owned(), json!(id));
        }
        for (name, value) in &self.fields {
            let value = value.json();
            if !LISTS.contains(name) {
                map.insert((*name).to_owned(), value);
            } else if let Json::Array(list) = map.entry(*name).or_insert_with(|| json!([])) {
                list.push(value);
            }
        }
        Json::Object(map)
    }

    /// As an XML document.
    pub(super) fn xml(&self, name: &str) -> String {
        let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
        let spaces = format!(" xmlns=\"{NAMESPACE}\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"");
        self.write(name, &spaces, 0, &mut out);
        out
    }

    fn write(&self, name: &str, attributes: &str, depth: usize, out: &mut String) {
        let pad = "  ".repeat(depth);
        let id = self.id.as_ref().map_or(String::new(), |id| format!(" ObjectId=\"{}\"", plain(id)));
        let kind = if ABSTRACT.contains(&name) { format!(" xsi:type=\"{}\"", self.kind) } else { String::new() };
        // Writing to a String can't fail.
        let _ = writeln!(out, "{pad}<{name}{attributes}{id}{kind}>");
        for (name, value) in &self.fields {
            let text = match value {
                Value::Element(element) => {
                    element.write(name, "", depth + 1, out);
                    continue;
                }
                Value::Words(words) => format!("<Text Language=\"{LANGUAGE}\">{}</Text>", plain(words)),
                Value::Text(text) => plain(text),
                Value::Number(number) => number.to_string(),
                Value::Yes => "true".to_owned(),
            };
            let _ = writeln!(out, "{pad}  <{name}>{text}</{name}>");
        }
        let _ = writeln!(out, "{pad}</{name}>");
    }
}

impl Value {
    fn json(&self) -> Json {
        match self {
            Self::Text(text) => json!(text),
            Self::Number(number) => json!(number),
            Self::Yes => json!(true),
            Self::Element(element) => element.json(),
            Self::Words(words) => {
                let text = json!({"@type": "ElectionResults.LanguageString", "Content": words, "Language": LANGUAGE});
                json!({"@type": "ElectionResults.InternationalizedText", "Text": [text]})
            }
        }
    }
}

/// Text without characters that XML can't hold, escaped.
fn plain(text: &str) -> String {
    let held = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r');
    let text: String = text.chars().map(|c| if held(c) { c } else { char::REPLACEMENT_CHARACTER }).collect();
    escape(&text).into_owned()
}
