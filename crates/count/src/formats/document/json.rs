//! JSON documents, record by record, by serde_json.

use std::cell::RefCell;
use std::fmt;
use std::io::BufRead;
use std::rc::Rc;

use pollwarden_core::Complaint;
use pollwarden_intake::IntakeError;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::counted::{Counted, Place};
use super::tree::Tree;
use super::{MEND, Take};

pub(super) fn read(name: &str, bytes: Counted<impl BufRead>, take: &mut dyn Take) -> Result<(), Box<Complaint>> {
    let place = bytes.place();
    let mut deserializer = serde_json::Deserializer::from_reader(bytes);
    let reading = RefCell::new(Reading { take, tree: Tree::new(name), place: Rc::clone(&place), fault: None });
    let done = Level { reading: &reading, parent: "" }.deserialize(&mut deserializer);
    let fault = match done.and_then(|()| deserializer.end()) {
        Ok(()) => return Ok(()),
        Err(fault) => fault,
    };
    let ours = reading.borrow_mut().fault.take();
    Err(ours.unwrap_or_else(|| Box::new(complaint(name, fault, &place))))
}

fn complaint(name: &str, fault: serde_json::Error, place: &Place) -> Complaint {
    if place.too_long() {
        return Complaint::about(name, "records of at most 256 MiB", "a longer one").line(place.line()).mend(MEND);
    }
    if fault.is_io() {
        return IntakeError::complaint_of(name, fault.into());
    }
    let expected = if fault.is_eof() { "JSON to its end" } else { "JSON" };
    let (line, column) = (fault.line().max(1) as u64, fault.column());
    Complaint::about(name, expected, fault.to_string()).line(line).column(column.to_string()).mend(MEND)
}

struct Reading<'t> {
    take: &'t mut dyn Take,
    tree: Tree,
    place: Rc<Place>,
    fault: Option<Box<Complaint>>,
}

impl Reading<'_> {
    /// Keeps the complaint, and stops serde.
    fn stop<E: Error>(&mut self, fault: Box<Complaint>) -> E {
        self.fault = Some(fault);
        E::custom("refused")
    }

    fn hand_over<E: Error>(&mut self, parent: &str) -> Result<(), E> {
        self.tree.close();
        self.place.next_record();
        let taken = self.tree.root().map_or(Ok(()), |record| self.take.take(parent, record));
        taken.map_err(|fault| self.stop(fault))
    }
}

/// An object whose values are records: the document, or an opened element in it.
#[derive(Clone, Copy)]
struct Level<'r, 't> {
    reading: &'r RefCell<Reading<'t>>,
    parent: &'r str,
}

impl<'de> DeserializeSeed<'de> for Level<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.parent.is_empty() { deserializer.deserialize_map(self) } else { deserializer.deserialize_any(self) }
    }
}

impl<'de> Visitor<'de> for Level<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            let (opens, wants) = {
                let reading = self.reading.borrow();
                reading.place.next_record();
                (self.parent.is_empty() && reading.take.opens(&name), reading.take.wants(self.parent, &name))
            };
            if opens {
                map.next_value_seed(Level { reading: self.reading, parent: &name })?;
            } else if wants {
                map.next_value_seed(List { level: self, name: &name })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// A record, or a list of them.
#[derive(Clone, Copy)]
struct List<'r, 't> {
    level: Level<'r, 't>,
    name: &'r str,
}

impl<'de> DeserializeSeed<'de> for List<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl List<'_, '_> {
    fn begin<E: Error>(&self) -> Result<(), E> {
        let mut reading = self.level.reading.borrow_mut();
        reading.tree.clear();
        let line = reading.place.line();
        let begun = reading.tree.open(self.name, line);
        begun.map_err(|fault| reading.stop(fault))
    }

    fn end<E: Error>(&self) -> Result<(), E> {
        self.level.reading.borrow_mut().hand_over(self.level.parent)
    }

    fn text<E: Error>(&self, text: &str) -> Result<(), E> {
        self.begin()?;
        self.level.reading.borrow_mut().tree.value(text);
        self.end()
    }
}

/// What scalars become, in a visitor that has `text`.
macro_rules! scalars {
    () => {
        fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
            self.text(text)
        }
        fn visit_bool<E: Error>(self, yes: bool) -> Result<(), E> {
            self.text(if yes { "true" } else { "false" })
        }
        fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
            self.text(&number.to_string())
        }
        fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
            self.text(&number.to_string())
        }
        fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
            self.text(&number.to_string())
        }
    };
}

impl<'de> Visitor<'de> for List<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record or a list of records")
    }

    scalars!();

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.begin()?;
        Field(self.level.reading).object(&mut map)?;
        self.end()
    }
}

/// The value of a field whose element is open. It closes the element, or forgets it where there is no value.
struct Field<'r, 't>(&'r RefCell<Reading<'t>>);

impl<'r, 't> Field<'r, 't> {
    fn object<'de, A: MapAccess<'de>>(&self, map: &mut A) -> Result<(), A::Error> {
        while map.next_key_seed(Key(self.0))?.is_some() {
            map.next_value_seed(Field(self.0))?;
        }
        Ok(())
    }

    fn text<E>(&self, text: &str) -> Result<(), E> {
        let tree = &mut self.0.borrow_mut().tree;
        tree.value(text);
        tree.close();
        Ok(())
    }
}

/// A field's name opens its element.
struct Key<'r, 't>(&'r RefCell<Reading<'t>>);

impl<'de> DeserializeSeed<'de> for Key<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<(), E> {
        let mut reading = self.0.borrow_mut();
        let line = reading.place.line();
        let opened = reading.tree.open(name, line);
        opened.map_err(|fault| reading.stop(fault))
    }
}

impl<'de> DeserializeSeed<'de> for Field<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Field<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    scalars!();

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.0.borrow_mut().tree.drop_open();
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let like = self.0.borrow().tree.current();
        while list.next_element_seed(Field(self.0))?.is_some() {
            let mut reading = self.0.borrow_mut();
            let line = reading.place.line();
            let opened = reading.tree.open_again(like, line);
            opened.map_err(|fault| reading.stop(fault))?;
        }
        self.0.borrow_mut().tree.drop_open();
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.object(&mut map)?;
        self.0.borrow_mut().tree.close();
        Ok(())
    }
}
