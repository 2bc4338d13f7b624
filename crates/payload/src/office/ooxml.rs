//! Office Open XML (ECMA-376): relationships, fields, macro sheets, and the files among the parts.

use crate::act::{ActKind, Audience};
use crate::archive::zip::Members;
use crate::examined::Examined;
use crate::look::Look;
use crate::text::decode;
use crate::xml::{Element, Step, walk};

use super::excel_parts;
use super::fields::{self, Fields};
use super::reach::Reach;

/// Endings of parts that hold nothing that acts.
const QUIET: &[&str] =
    &["emf", "wmf", "wdp", "odttf", "fntdata", "thmx", "tif", "tiff", "mp3", "mp4", "wav", "m4a", "mov", "svg"];

pub(crate) fn read(members: &mut Members<'_>, found: &mut Examined, look: &mut Look<'_>) {
    for number in 0..members.list.len() {
        let member = members.list[number].clone();
        // Any part can be called anything: a macro project under a picture's name is read all the same.
        if !member.is_file || is_quiet(&member.name) && !members.is_compound(number) {
            continue;
        }
        let Some(unpacked) = members.unpack(number, found, look) else { continue };
        part(&member.name, &unpacked.bytes, found, look);
    }
}

fn is_quiet(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let dull = ["theme/", "/styles.xml", "fonttable.xml", "/numbering.xml", "sharedstrings.xml", "docprops/"];
    let sheet = lower.contains("worksheets/sheet") && lower.ends_with(".xml");
    sheet
        || dull.iter().any(|part| lower.contains(part)) && !lower.ends_with(".rels")
        || QUIET.contains(&crate::name::ending(&lower).as_str())
}

/// Looks into a part, whatever container it came from.
pub(crate) fn part(name: &str, bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    match crate::name::ending(name).as_str() {
        "rels" => relationships(name, &decode(bytes), found, look),
        "xml" | "vml" => xml(name, bytes, found, look),
        // Excel's binary workbooks keep their parts in .bin files; so do macros and objects, which begin otherwise.
        "bin" if name.contains("xl/") && !bytes.starts_with(b"\xd0\xcf") => excel_parts::binary(name, bytes, found),
        _ => look.part(found, name, bytes),
    }
}

fn xml(name: &str, bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    // A macro project under a name of XML is one all the same.
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return look.part(found, name, bytes);
    }
    let text = decode(bytes);
    fields_of(&text, name, found, look);
    excel_parts::xml(name, &text, found);
    actions(&text, name, found);
    if name.contains("activeX/") && text.contains("classid") {
        found.act(ActKind::ActiveX, name, "");
    }
}

/// Fields of Word's text: `fldChar` and `instrText`, or `fldSimple`. Word 2003's XML calls them so too.
pub(crate) fn fields_of(text: &str, name: &str, found: &mut Examined, look: &mut Look<'_>) {
    if !["instrText", "fldSimple", "delInstrText"]
        .iter()
        .any(|mark| memchr::memmem::find(text.as_bytes(), mark.as_bytes()).is_some())
    {
        return;
    }
    let mut fields = Fields::default();
    let mut in_code = false;
    walk(text, |step| match step {
        Step::Open(element, _) => match element.name() {
            "instrText" | "delInstrText" => in_code = true,
            "fldSimple" => fields.simple(&element.attribute("instr")),
            "fldChar" => mark(element, &mut fields),
            _ => {}
        },
        Step::Close("instrText" | "delInstrText") => in_code = false,
        Step::Text(code) if in_code => fields.code(code),
        _ => {}
    });
    fields::judge(fields, name, found, look);
}

fn mark(element: &Element<'_>, fields: &mut Fields) {
    match element.attribute("fldCharType").as_str() {
        "begin" => fields.begin(),
        "separate" => fields.separate(),
        "end" => fields.end(),
        _ => {}
    }
}

/// A slide's clicks that start a program or a macro (`ppaction://program`).
fn actions(text: &str, name: &str, found: &mut Examined) {
    if text.contains("ppaction://program") {
        found.act(ActKind::AutoRun, name, "a click runs a program");
    }
    if text.contains("ppaction://macro") {
        found.act_for(ActKind::AutoRun, Audience::Analyst, name, "a click runs a macro");
    }
}

/// A relationships part: what leads outside, and which parts are macro sheets.
pub(crate) fn relationships(place: &str, text: &str, found: &mut Examined, look: &mut Look<'_>) {
    walk(text, |step| {
        let Step::Open(element, _) = step else { return };
        if element.name() != "Relationship" {
            return;
        }
        let (kind, target) = (element.attribute("Type"), element.attribute("Target"));
        let kind = kind.rsplit('/').next().unwrap_or("");
        let external = element.attribute("TargetMode").eq_ignore_ascii_case("External");
        match (external, kind) {
            (true, _) => outside(kind, &target, place, found, look),
            (false, "xlMacrosheet" | "xlIntlMacrosheet") => found.act(ActKind::XlmMacro, place, &target),
            _ => {}
        }
    });
}

/// Who needs to see what is fetched from outside depends on what is fetched, and from where.
fn outside(kind: &str, target: &str, place: &str, found: &mut Examined, look: &mut Look<'_>) {
    let reach = Reach::of(target);
    let audience = match (kind, reach) {
        ("hyperlink", Reach::Program | Reach::Share) => Audience::Analyst,
        ("hyperlink", _) => return look.link(found, target, place),
        ("attachedTemplate", _) if reach.is_elsewhere() => {
            found.act(ActKind::TemplateInjection, place, target);
            return look.link(found, target, place);
        }
        // An object linked into the document is loaded anew from its place, wherever that is.
        ("oleObject" | "package" | "frame" | "subDocument" | "aFChunk", _) => Audience::Clerk,
        ("image" | "video" | "audio" | "media", Reach::Web) => Audience::Analyst,
        // A workbook's cells taken from another workbook.
        (
            "externalLinkPath" | "xlExternalLinkPath" | "xlPathMissing" | "xlStartup" | "pivotCacheDefinition",
            Reach::Web | Reach::Share,
        ) => Audience::Analyst,
        _ => reach.audience(),
    };
    found.act_for(ActKind::ExternalLink, audience, place, target);
    if reach == Reach::Web {
        look.link(found, target, place);
    }
}
