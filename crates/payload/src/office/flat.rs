//! Office documents as one XML file: flat Open XML (`pkg:package`), Word 2003 (`w:wordDocument` with `w:binData`) and
//! Excel 2003 (`Workbook`).

use crate::act::ActKind;
use crate::examined::{Cause, Examined};
use crate::look::Look;
use crate::text::{base64, decode};
use crate::xml::{Element, Step, walk};

use super::{csv, excel_parts, ooxml};

pub(crate) fn read(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    let text = decode(bytes);
    ooxml::fields_of(&text, "text", found, look);
    excel_parts::xml("workbook", &text, found);
    ooxml::relationships("relationships", &text, found, look);
    let mut parts = Parts::default();
    let whole = walk(&text, |step| parts.step(step, found, look));
    if !whole {
        found.gap(Cause::Unreadable, "", "The file's XML is damaged: what follows the fault was not read.");
    }
}

/// Binary parts as they come.
#[derive(Default)]
struct Parts {
    /// The part that is being read.
    name: String,
    data: Option<String>,
}

impl Parts {
    fn step(&mut self, step: Step<'_>, found: &mut Examined, look: &mut Look<'_>) {
        match step {
            Step::Open(element, _) => self.open(element, found, look),
            Step::Close("binData" | "binaryData") => self.close(found, look),
            Step::Close(_) => {}
            Step::Text(text) => {
                if let Some(data) = &mut self.data {
                    data.push_str(text);
                }
            }
        }
    }

    fn open(&mut self, element: &Element<'_>, found: &mut Examined, look: &mut Look<'_>) {
        match element.name() {
            "part" => self.name = element.attribute("name"),
            "binaryData" => self.data = Some(String::new()),
            "binData" => {
                self.name = element.attribute("name");
                self.data = Some(String::new());
            }
            "attachedTemplate" => template(element, found),
            "hlink" => look.link(found, &element.attribute("dest"), "text"),
            "Cell" | "NamedRange" => formula(element, found, look),
            _ => {}
        }
    }

    fn close(&mut self, found: &mut Examined, look: &mut Look<'_>) {
        let Some(data) = self.data.take() else { return };
        match base64(&data) {
            Some(bytes) => {
                look.spend(bytes.len() as u64);
                look.part(found, self.name.trim_start_matches('/'), &bytes);
            }
            None => found.gap(Cause::Unreadable, &self.name, "A binary part that can't be decoded."),
        }
    }
}

/// Word 2003 names the template in the document's properties.
fn template(element: &Element<'_>, found: &mut Examined) {
    let target = element.attribute("val");
    if super::Reach::of(&target).is_elsewhere() {
        found.act(ActKind::TemplateInjection, "attached template", &target);
    }
}

fn formula(element: &Element<'_>, found: &mut Examined, look: &mut Look<'_>) {
    for attribute in ["Formula", "RefersTo"] {
        csv::judge_cell(&element.attribute(attribute), element.name(), found);
    }
    look.link(found, &element.attribute("HRef"), "cells");
}
