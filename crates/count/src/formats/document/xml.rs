//! XML documents, record by record, by quick-xml.

use std::io::{self, BufRead};
use std::rc::Rc;
use std::sync::Arc;

use pollwarden_core::Complaint;
use pollwarden_intake::IntakeError;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::counted::{Counted, Place};
use super::tree::Tree;
use super::{DEPTH, MEND, Take};

pub(super) fn read(
    name: &str,
    bytes: Counted<impl BufRead>,
    roots: &[&str],
    take: &mut dyn Take,
) -> Result<(), Box<Complaint>> {
    let place = bytes.place();
    let mut reader = Reader::from_reader(bytes);
    reader.config_mut().expand_empty_elements = true;
    let walk = Walk { name, roots, place, take, tree: Tree::new(name), depth: 0, parent: String::new(), skip: 0 };
    walk.all(&mut reader)
}

/// Where in the document the reader stands.
struct Walk<'a> {
    name: &'a str,
    roots: &'a [&'a str],
    place: Rc<Place>,
    take: &'a mut dyn Take,
    tree: Tree,
    /// Elements open outside any record: the root, and an opened one.
    depth: usize,
    /// The opened element's name; empty below the root.
    parent: String,
    /// Elements open within one that nobody wants.
    skip: usize,
}

impl Walk<'_> {
    fn all(mut self, reader: &mut Reader<Counted<impl BufRead>>) -> Result<(), Box<Complaint>> {
        let mut buffer = Vec::new();
        let mut rooted = false;
        loop {
            buffer.clear();
            let event = reader.read_event_into(&mut buffer).map_err(|fault| self.unreadable(fault))?;
            match event {
                Event::Start(start) => {
                    self.start(&start)?;
                    rooted = true;
                }
                Event::End(_) => self.end()?,
                Event::Text(text) if self.tree.depth() > 0 => self.tree.value(&text.xml10_content()),
                Event::CData(text) if self.tree.depth() > 0 => self.tree.value(&text.xml10_content()),
                Event::GeneralRef(reference) => self.reference(&reference)?,
                Event::DocType(_) => return Err(self.refuse("no document type", "<!DOCTYPE")),
                Event::Eof if self.depth > 0 => return Err(self.refuse("XML to its end", "the end of the file")),
                Event::Eof if !rooted => return Err(self.refuse(&self.expected_root(), "nothing")),
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), Box<Complaint>> {
        let local = start.local_name();
        let name = local.as_ref();
        if self.skip > 0 {
            self.skip += 1;
            return if self.skip > DEPTH { Err(self.refuse(&too_deep(), "more")) } else { Ok(()) };
        }
        if self.tree.depth() > 0 {
            return self.open(name, start);
        }
        match self.depth {
            0 if self.roots.contains(&name) => self.depth = 1,
            0 => return Err(self.refuse(&self.expected_root(), name)),
            1 if self.take.opens(name) => {
                self.depth = 2;
                self.parent.push_str(name);
            }
            _ if self.take.wants(&self.parent, name) => {
                self.tree.clear();
                self.open(name, start)?;
            }
            _ => self.skip = 1,
        }
        Ok(())
    }

    fn open(&mut self, name: &str, start: &BytesStart<'_>) -> Result<(), Box<Complaint>> {
        let line = self.place.line();
        self.tree.open(name, line)?;
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|fault| self.refuse("an attribute", &fault.to_string()))?;
            if attribute.key.as_ref().starts_with("xmlns") {
                continue;
            }
            let value = quick_xml::escape::unescape(&attribute.value);
            let value = value.map_err(|fault| self.refuse("a value without unknown entities", &fault.to_string()))?;
            self.tree.open(attribute.key.local_name().as_ref(), line)?;
            self.tree.value(&value);
            self.tree.close();
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), Box<Complaint>> {
        if self.skip > 0 {
            self.skip -= 1;
        } else if self.tree.depth() > 0 {
            self.tree.close();
        } else {
            self.depth = self.depth.saturating_sub(1);
            self.parent.clear();
            return Ok(());
        }
        if self.skip > 0 || self.tree.depth() > 0 {
            return Ok(());
        }
        self.place.next_record();
        let taken = self.tree.root().map_or(Ok(()), |record| self.take.take(&self.parent, record));
        self.tree.clear();
        taken
    }

    /// A character reference or one of XML's own five entities; others are defined in document types, which are refused.
    fn reference(&mut self, reference: &BytesRef<'_>) -> Result<(), Box<Complaint>> {
        let name = reference.xml10_content();
        let character = reference.resolve_char_ref().ok().flatten();
        let mut room = [0; 4];
        let text = match character {
            Some(character) => Some(&*character.encode_utf8(&mut room)),
            None => quick_xml::escape::resolve_predefined_entity(&name),
        };
        match text {
            Some(text) => self.tree.value(text),
            None => return Err(self.refuse("no entity but XML's own", &name)),
        }
        Ok(())
    }

    fn expected_root(&self) -> String {
        format!("the element {}", self.roots.join(" or "))
    }

    fn refuse(&self, expected: &str, found: &str) -> Box<Complaint> {
        let found = Complaint::excerpt(found.as_bytes(), 80);
        Box::new(Complaint::about(self.name, expected, found).line(self.place.line()).mend(MEND))
    }

    fn unreadable(&self, fault: quick_xml::Error) -> Box<Complaint> {
        if self.place.too_long() {
            return self.refuse("records of at most 256 MiB", "a longer one");
        }
        match fault {
            quick_xml::Error::Io(fault) => {
                let fault = Arc::try_unwrap(fault).unwrap_or_else(|shared| io::Error::other(shared.to_string()));
                Box::new(IntakeError::complaint_of(self.name, fault))
            }
            fault => self.refuse("well-formed XML", &fault.to_string()),
        }
    }
}

fn too_deep() -> String {
    format!("at most {DEPTH} elements within each other")
}
