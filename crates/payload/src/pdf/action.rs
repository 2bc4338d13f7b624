//! Actions of a PDF (ISO 32000-1, 12.6): what a click, or opening the file, does.

use lopdf::{Dictionary, Document, Object};

use crate::act::{ActKind, Audience};
use crate::examined::Examined;
use crate::look::Look;
use crate::office::Reach;

use super::{content, get, text};

/// Actions in a chain that are followed.
const CHAIN: usize = 20;

/// What happens by itself when the file is opened: the catalogue's action, its further actions, its named scripts.
pub(crate) fn at_start(document: &Document, found: &mut Examined, look: &mut Look<'_>) {
    let Ok(catalog) = document.catalog() else { return };
    if let Some(action) = get(document, catalog, b"OpenAction").and_then(|action| action.as_dict().ok()) {
        starts(document, action, "when opened", Audience::Clerk, found, look);
    }
    let more = get(document, catalog, b"AA").and_then(|more| more.as_dict().ok());
    for (_, action) in more.into_iter().flat_map(|more| more.iter()).take(CHAIN) {
        if let Ok(action) = document.dereference(action).map(|(_, action)| action).and_then(Object::as_dict) {
            starts(document, action, "when opened or closed", Audience::Analyst, found, look);
        }
    }
    let names = get(document, catalog, b"Names").and_then(|names| names.as_dict().ok());
    if let Some(scripts) = names.and_then(|names| get(document, names, b"JavaScript")) {
        let shown =
            scripts.as_dict().ok().map_or(String::new(), |scripts| first_script(document, scripts, found, look));
        found.act(ActKind::PdfJavaScript, "when opened", &shown);
    }
}

/// Showing a page at a size is what most files do when opened; anything else is told.
fn starts(
    document: &Document,
    first: &Dictionary,
    place: &str,
    audience: Audience,
    found: &mut Examined,
    look: &mut Look<'_>,
) {
    let mut action = Some(first);
    for _ in 0..CHAIN {
        let Some(now) = action else { return };
        let kind = kind(document, now);
        match kind.as_str() {
            "JavaScript" => {
                let script = script(document, now, found, look);
                found.act_for(ActKind::PdfOpenAction, audience, place, &script);
                found.act_for(ActKind::PdfJavaScript, audience, place, &script);
                look.links_of_text(found, &script, "script");
            }
            "Launch" | "URI" | "SubmitForm" | "ImportData" | "GoToR" | "GoToE" | "Rendition" => {
                found.act_for(
                    ActKind::PdfOpenAction,
                    Audience::Clerk,
                    place,
                    &format!("{kind} {}", target(document, now)),
                );
            }
            _ => {}
        }
        action = get(document, now, b"Next").and_then(|next| next.as_dict().ok());
    }
}

/// Notes a dictionary that is an action.
pub(crate) fn judge(
    document: &Document,
    dictionary: &Dictionary,
    place: &str,
    found: &mut Examined,
    look: &mut Look<'_>,
) {
    if let Some(url) = dictionary.get(b"URI").ok().and_then(|url| document.dereference(url).ok()) {
        look.link(found, &text(url.1), place);
    }
    if !dictionary.has(b"S") && !dictionary.has(b"JS") {
        return;
    }
    let target = target(document, dictionary);
    match kind(document, dictionary).as_str() {
        "JavaScript" => script_of(document, dictionary, place, found, look),
        "Launch" => found.act(ActKind::PdfLaunch, place, &target),
        "SubmitForm" | "ImportData" if Reach::of(&target).is_elsewhere() => {
            found.act_for(ActKind::ExternalLink, Audience::Analyst, place, &target);
            look.link(found, &target, "form");
        }
        "GoToR" | "GoToE" if Reach::of(&target).is_elsewhere() => found.act(ActKind::ExternalLink, place, &target),
        _ => {}
    }
}

/// Acrobat itself writes scripts for the formats of fields; their calls begin with AF.
fn script_of(document: &Document, dictionary: &Dictionary, place: &str, found: &mut Examined, look: &mut Look<'_>) {
    let script = script(document, dictionary, found, look);
    let audience = if script.trim_start().starts_with("AF") { Audience::Examiner } else { Audience::Analyst };
    found.act_for(ActKind::PdfJavaScript, audience, place, &script);
    look.links_of_text(found, &script, "script");
}

fn kind(document: &Document, action: &Dictionary) -> String {
    get(document, action, b"S").map_or(String::new(), text)
}

/// Where an action leads: a link, a file, a program with its arguments.
fn target(document: &Document, action: &Dictionary) -> String {
    let win = get(document, action, b"Win").and_then(|win| win.as_dict().ok());
    if let Some(win) = win {
        let of = |key: &[u8]| get(document, win, key).map_or(String::new(), text);
        return format!("{} {}", of(b"F"), of(b"P")).trim().to_owned();
    }
    let named = [b"URI".as_slice(), b"F"].iter().find_map(|key| get(document, action, key));
    match named {
        Some(Object::Dictionary(spec)) => {
            [b"UF".as_slice(), b"F"].iter().find_map(|key| get(document, spec, key)).map_or(String::new(), text)
        }
        Some(name) => text(name),
        None => String::new(),
    }
}

/// A script is a text or a stream.
fn script(document: &Document, action: &Dictionary, found: &mut Examined, look: &mut Look<'_>) -> String {
    match get(document, action, b"JS") {
        Some(Object::Stream(stream)) => {
            let bytes = content(stream, "script", found, look).unwrap_or_default();
            crate::text::decode(&bytes).into_owned()
        }
        Some(other) => text(other),
        None => String::new(),
    }
}

/// The first script of a name tree's first leaf (7.9.6), to show.
fn first_script(document: &Document, tree: &Dictionary, found: &mut Examined, look: &mut Look<'_>) -> String {
    let mut node = tree;
    for _ in 0..CHAIN {
        let list = |key: &[u8]| get(document, node, key).and_then(|list| list.as_array().ok());
        if let Some(names) = list(b"Names") {
            let action = names
                .get(1)
                .and_then(|action| document.dereference(action).ok())
                .and_then(|(_, action)| action.as_dict().ok());
            return action.map_or(String::new(), |action| script(document, action, found, look));
        }
        let kid = list(b"Kids").and_then(|kids| kids.first()).and_then(|kid| document.dereference(kid).ok());
        let Some(kid) = kid.and_then(|(_, kid)| kid.as_dict().ok()) else { break };
        node = kid;
    }
    String::new()
}
