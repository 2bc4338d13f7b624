//! XML read part by part, as far as it can be read. Office opens documents that are not quite well formed, so this does too.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// One step through a document. Names come without their namespace prefix.
pub(crate) enum Step<'a> {
    /// An element begins; the flag says that it ends at once.
    Open(&'a Element<'a>, bool),
    Close(&'a str),
    Text(&'a str),
}

/// An element's name and attributes.
pub(crate) struct Element<'a> {
    start: &'a BytesStart<'a>,
}

impl Element<'_> {
    pub(crate) fn name(&self) -> &str {
        self.start.local_name().into_inner()
    }

    /// An attribute's value by its name without prefix; empty where there is none.
    pub(crate) fn attribute(&self, name: &str) -> String {
        self.attributes().into_iter().find(|(key, _)| key == name).map_or(String::new(), |(_, value)| value)
    }

    /// Attributes by name without prefix; at most 64, which is more than any schema of Office has.
    pub(crate) fn attributes(&self) -> Vec<(String, String)> {
        let mut all = self.start.attributes();
        let all = all.with_checks(false).flatten().take(64);
        all.map(|one| (one.key.local_name().into_inner().to_owned(), value(&one))).collect()
    }
}

fn value(attribute: &quick_xml::events::attributes::Attribute<'_>) -> String {
    let raw = || attribute.value.to_string();
    attribute.normalized_value(XmlVersion::Implicit1_0).map_or_else(|_| raw(), |value| value.into_owned())
}

/// Walks through a document. `false` where it broke off.
pub(crate) fn walk(text: &str, mut visit: impl FnMut(Step<'_>)) -> bool {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => visit(Step::Open(&Element { start: &start }, false)),
            Ok(Event::Empty(start)) => visit(Step::Open(&Element { start: &start }, true)),
            Ok(Event::End(end)) => visit(Step::Close(end.local_name().into_inner())),
            Ok(Event::Text(text)) => visit(Step::Text(&text.xml10_content())),
            Ok(Event::CData(text)) => visit(Step::Text(&text.xml10_content())),
            Ok(Event::GeneralRef(name)) => visit(Step::Text(&entity(&name))),
            Ok(Event::Eof) => return true,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

fn entity(name: &quick_xml::events::BytesRef<'_>) -> String {
    if let Ok(Some(letter)) = name.resolve_char_ref() {
        return letter.to_string();
    }
    quick_xml::escape::resolve_predefined_entity(&name.xml10_content()).unwrap_or("").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_and_entities_are_resolved() {
        let mut seen = Vec::new();
        let whole = walk(r#"<w:a r:id="x&amp;y"><b/>1&lt;&#50;<![CDATA[<3]]></w:a>"#, |step| match step {
            Step::Open(element, empty) => seen.push(format!("{}:{}:{empty}", element.name(), element.attribute("id"))),
            Step::Close(name) => seen.push(format!("/{name}")),
            Step::Text(text) => seen.push(text.to_owned()),
        });
        assert!(whole);
        assert_eq!(seen, ["a:x&y:false", "b::true", "1", "<", "2", "<3", "/a"]);
    }

    #[test]
    fn broken_documents_are_read_as_far_as_they_go() {
        let mut names = Vec::new();
        let whole = walk("<a><b></c></b><d x=1 y><e", |step| {
            if let Step::Open(element, _) = step {
                names.push(element.name().to_owned());
            }
        });
        assert!(!whole);
        assert_eq!(names, ["a", "b", "d"]);
    }
}
