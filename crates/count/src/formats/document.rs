//! XML and JSON documents that are long lists of records, one record at a time.
//!
//! NIST's common data formats say the same in both notations, so both become the same [`Node`]s: an attribute is a child
//! (`ObjectId` is `@id`, `xsi:type` is `@type`, as their JSON says it), and each item of a JSON list is a child of the list's
//! name. Memory holds one record, whose size and depth are bounded. What records mean is left to the formats.

mod counted;
mod json;
mod tree;
mod xml;

use std::io::BufRead;

use pollwarden_core::Complaint;

use counted::Counted;
pub(crate) use tree::Node;

/// The largest record, and the longest run of bytes without one.
const RECORD_BYTES: u64 = 256 << 20;
/// The most elements of a record: a contest's counts of a state's precincts are a tenth of it.
const ELEMENTS: usize = 8 << 20;
/// How deep a record may be nested.
const DEPTH: usize = 64;

/// Who takes the records of a document.
pub(crate) trait Take {
    /// Whether the children of this element are records, rather than the element itself.
    fn opens(&self, name: &str) -> bool;

    /// Whether records of this name are wanted; `parent` is the opened element they are in, else empty.
    fn wants(&self, parent: &str, name: &str) -> bool;

    /// A record.
    ///
    /// # Errors
    /// What makes the document unreadable.
    fn take(&mut self, parent: &str, record: Node<'_>) -> Result<(), Box<Complaint>>;
}

/// Reads a JSON document.
///
/// # Errors
/// The first thing that makes it unreadable.
pub(crate) fn read_json(name: &str, bytes: impl BufRead, take: &mut dyn Take) -> Result<(), Box<Complaint>> {
    json::read(name, Counted::new(bytes, RECORD_BYTES), take)
}

/// Reads an XML document whose root element is one of `roots`.
///
/// # Errors
/// The first thing that makes it unreadable. A document type is refused: these formats have none, and one can make a short
/// document very long.
pub(crate) fn read_xml(
    name: &str,
    bytes: impl BufRead,
    roots: &[&str],
    take: &mut dyn Take,
) -> Result<(), Box<Complaint>> {
    xml::read(name, Counted::new(bytes, RECORD_BYTES), roots, take)
}

const MEND: &str = "Export the file again, or ask its vendor; nothing of it was used";

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes down what it is given.
    struct Seen(Vec<String>);

    impl Take for Seen {
        fn opens(&self, name: &str) -> bool {
            name == "Election"
        }
        fn wants(&self, _: &str, name: &str) -> bool {
            name != "Noise"
        }
        fn take(&mut self, parent: &str, record: Node<'_>) -> Result<(), Box<Complaint>> {
            self.0.push(format!("{parent}/{}", record.shown()));
            Ok(())
        }
    }

    fn xml(text: &str) -> Result<Vec<String>, String> {
        let mut seen = Seen(Vec::new());
        read_xml("a.xml", text.as_bytes(), &["Report"], &mut seen).map_err(|c| c.to_string())?;
        Ok(seen.0)
    }

    fn json(text: &str) -> Result<Vec<String>, String> {
        let mut seen = Seen(Vec::new());
        read_json("a.json", text.as_bytes(), &mut seen).map_err(|c| c.to_string())?;
        Ok(seen.0)
    }

    #[test]
    fn both_notations_become_the_same_records() {
        let x = "<r:Report xmlns:r='x' xmlns:xsi='y'>\n<r:CVR ObjectId='a'><r:Id>1 &amp; &#50;</r:Id><r:Id><![CDATA[<3>]]></r:Id></r:CVR>\
                 <Noise><Id>4</Id></Noise><!-- c --><Election><Contest xsi:type='CandidateContest' ObjectId='c'/></Election>\n</r:Report>\n";
        let j = r#"{"Noise":[{"Id":4}],"CVR":[{"@id":"a","Id":["1 & 2","<3>"]}],
                   "Election":[{"Contest":[{"@type":"CVR.CandidateContest","@id":"c","None":null,"Empty":[]}]}]}"#;
        let expected = ["/CVR(@id=a Id=1 & 2 Id=<3>)", "Election/Contest(@type=CandidateContest @id=c)"];
        assert_eq!(xml(x).expect("read"), expected);
        assert_eq!(json(j).expect("read"), expected);
    }

    #[test]
    fn a_bad_document_is_refused_with_its_line() {
        let bomb = "<?xml version='1.0'?>\n<!DOCTYPE Report [<!ENTITY a 'b'>]>\n<Report/>";
        assert!(xml(bomb).unwrap_err().starts_with("a.xml, line 2: expected no document type"));
        assert!(xml("<Report>\n<CVR>&a;</CVR></Report>").unwrap_err().starts_with("a.xml, line 2: expected"));
        assert!(xml("<Report>\n<CVR></Report>").unwrap_err().starts_with("a.xml, line 2: expected"));
        assert!(xml("<Report>\n<CVR>").unwrap_err().starts_with("a.xml, line 2: expected"));
        assert!(xml("<Other/>").unwrap_err().contains("expected the element Report, found Other"));
        assert!(xml("").unwrap_err().contains("expected the element Report"));
        assert!(json("[1]").unwrap_err().contains("expected"));
        assert!(json("{\"CVR\":[\n{\"a\":}]}").unwrap_err().starts_with("a.json, line 2, column 6: expected"));
        assert!(json("{\"CVR\":[{}]").unwrap_err().starts_with("a.json, line 1"));
        assert!(json("{} {}").unwrap_err().starts_with("a.json, line 1"));
    }

    #[test]
    fn nesting_is_bounded() {
        let deep = format!("<Report>{}", "<a>".repeat(1 << 16));
        assert!(xml(&deep).unwrap_err().contains("at most 64 elements within each other"));
        let deep = format!("{{\"CVR\":{}", "{\"a\":".repeat(1 << 16));
        assert!(json(&deep).unwrap_err().contains("at most 64 elements within each other"));
        let deep = format!("{{\"CVR\":{}", "[".repeat(1 << 16));
        assert!(json(&deep).unwrap_err().contains("line 1"));
        let skipped = format!("<Report><Noise>{}", "<a>".repeat(1 << 16));
        assert!(xml(&skipped).unwrap_err().starts_with("a.xml, line 1"));
    }
}
