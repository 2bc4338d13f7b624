//! OpenDocument (ISO/IEC 26300): Basic macros, event listeners, DDE, encrypted parts, objects.

use crate::act::{ActKind, Audience};
use crate::archive::zip::Members;
use crate::examined::{Cause, Examined};
use crate::look::Look;
use crate::text::decode;
use crate::xml::{Element, Step, walk};

use super::reach::Reach;
use super::{csv, unlock, vba};

pub(crate) fn read(members: &mut Members<'_>, found: &mut Examined, look: &mut Look<'_>) {
    if is_encrypted(members, found, look) {
        return unlock::locked(found);
    }
    for number in 0..members.list.len() {
        let member = members.list[number].clone();
        let quiet = ["styles.xml", "meta.xml", "settings.xml", "mimetype"].contains(&member.name.as_str());
        if !member.is_file
            || quiet
            || member.name.starts_with("Thumbnails/")
            || member.name.starts_with("ObjectReplacements/")
        {
            continue;
        }
        let Some(unpacked) = members.unpack(number, found, look) else { continue };
        part(&member.name, &unpacked.bytes, found, look);
    }
}

fn is_encrypted(members: &mut Members<'_>, found: &mut Examined, look: &mut Look<'_>) -> bool {
    let Some(number) = members.number("META-INF/manifest.xml") else { return false };
    members.unpack(number, found, look).is_some_and(|manifest| decode(&manifest.bytes).contains("encryption-data"))
}

fn part(name: &str, bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    let is_code = name.starts_with("Basic/") || name.starts_with("Scripts/");
    if name.ends_with(".xml") || name.ends_with(".xlb") || name.ends_with(".xba") {
        let text = decode(bytes);
        return if is_code { module(name, &text, found, look) } else { content(name, &text, found, look) };
    }
    if is_code {
        found.act(ActKind::VbaMacro, name, name);
    }
    look.part(found, name, bytes);
}

/// A Basic module's source is the text of its one element.
fn module(name: &str, text: &str, found: &mut Examined, look: &mut Look<'_>) {
    if name.ends_with("script-lb.xml") || name.ends_with("script-lc.xml") {
        return;
    }
    let mut source = String::new();
    let whole = walk(text, |step| {
        if let Step::Text(piece) = step {
            source.push_str(piece);
        }
    });
    if !whole {
        found.gap(Cause::Unreadable, name, "A damaged part: what follows the fault was not read.");
    }
    // LibreOffice writes this over every empty module.
    let empty = source.trim().trim_start_matches("REM  *****  BASIC  *****").trim();
    if !empty.eq_ignore_ascii_case("sub main\n\nend sub") {
        vba::judge(empty, name, found, look);
    }
}

fn content(name: &str, text: &str, found: &mut Examined, look: &mut Look<'_>) {
    let whole = walk(text, |step| {
        if let Step::Open(element, _) = step {
            judge(element, name, found, look);
        }
    });
    if !whole {
        found.gap(Cause::Unreadable, name, "A damaged part: what follows the fault was not read.");
    }
}

fn judge(element: &Element<'_>, place: &str, found: &mut Examined, look: &mut Look<'_>) {
    match element.name() {
        "dde-connection-decl" | "dde-source" => {
            let link = format!("{}|{}", element.attribute("dde-application"), element.attribute("dde-topic"));
            // Writer links its own documents to each other by DDE.
            let own = link.to_ascii_lowercase().starts_with("soffice|");
            found.act_for(ActKind::Dde, if own { Audience::Analyst } else { Audience::Clerk }, place, &link);
        }
        "event-listener" => found.act_for(ActKind::AutoRun, Audience::Analyst, place, &element.attribute("event-name")),
        "a" => look.link(found, &element.attribute("href"), place),
        "object" | "object-ole" | "image" | "section-source" | "table-source" | "plugin" => {
            outside(element, place, found)
        }
        "table-cell" => csv::judge_cell(
            element.attribute("formula").trim_start_matches("of:").trim_start_matches("msoxl:"),
            place,
            found,
        ),
        _ => {}
    }
}

fn outside(element: &Element<'_>, place: &str, found: &mut Examined) {
    let target = element.attribute("href");
    let audience = match (element.name(), Reach::of(&target)) {
        (_, Reach::Local) => return,
        ("image", Reach::Web) => Audience::Analyst,
        (_, reach) => reach.audience(),
    };
    found.act_for(ActKind::ExternalLink, audience, place, &target);
}
