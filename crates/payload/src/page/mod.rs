//! Attached pages and SVG pictures, read as a browser reads them (WHATWG HTML): forms that ask for a password, scripts
//! that put a file together, links.

mod hidden;
pub(crate) mod message;
mod script;

use html5gum::emitters::default::{DefaultEmitter, StartTag};
use html5gum::{Token, Tokenizer};

use crate::act::{ActKind, Audience};
use crate::examined::{Cause, Examined};
use crate::kind::FileKind;
use crate::look::Look;
use crate::office::Reach;
use crate::text::decode;

/// Bytes of a page that are read.
const LONGEST: usize = 8 << 20;
/// Where a form's answers go, in bytes: a link is no longer.
const LONGEST_ACTION: usize = 4_000;
/// Fields of one page that ask for a password; a page has one or two.
const MOST_FIELDS: usize = 100;

pub(crate) fn read(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    if bytes.len() > LONGEST {
        found.gap(Cause::TooLarge, "", "A very long page: only its beginning was read.");
    }
    let text = decode(&bytes[..bytes.len().min(LONGEST)]);
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut page = Page::default();
    for Ok(token) in Tokenizer::new_with_emitter(&*text, emitter) {
        match token {
            Token::StartTag(tag) => page.open(&tag, found, look),
            Token::EndTag(tag) => page.close(&tag.name),
            Token::String(text) if page.in_script => page.script.push_str(&String::from_utf8_lossy(&text)),
            Token::String(text) => look.links_of_text(found, &String::from_utf8_lossy(&text), "text"),
            _ => {}
        }
    }
    page.judge(found, look);
}

#[derive(Default)]
struct Page {
    in_script: bool,
    script: String,
    /// Where the form that is open posts to.
    action: Option<String>,
    /// Where forms with a password post to; empty where the page doesn't say.
    asks: Vec<String>,
    saves: bool,
}

impl Page {
    fn open(&mut self, tag: &StartTag<()>, found: &mut Examined, look: &mut Look<'_>) {
        let name = tag.name.as_slice();
        match name {
            b"script" => {
                self.in_script = !tag.self_closing;
                look.link(found, &attribute(tag, b"src"), "script");
            }
            b"form" => self.form(tag, found, look),
            b"input" => self.input(tag),
            b"meta" => refresh(tag, found, look),
            b"a" => self.saves |= tag.attributes.contains_key(b"download".as_slice()),
            _ => {}
        }
        for key in [b"href".as_slice(), b"xlink:href", b"src", b"data", b"formaction"] {
            let target = attribute(tag, key);
            if !target.is_empty() && name != b"script" {
                target_of(name, &target, found, look);
            }
        }
        handlers(tag, &mut self.script);
    }

    fn close(&mut self, name: &[u8]) {
        match name {
            b"script" => {
                self.in_script = false;
                self.script.push('\n');
            }
            b"form" => self.action = None,
            _ => {}
        }
    }

    fn form(&mut self, tag: &StartTag<()>, found: &mut Examined, look: &mut Look<'_>) {
        let mut action = attribute(tag, b"action");
        look.link(found, &action, "form");
        // It is kept for each field that asks for a password.
        action.truncate(action.floor_char_boundary(LONGEST_ACTION));
        self.action = Some(action);
    }

    /// A field for a password, also where it is called one only by its other attributes.
    fn input(&mut self, tag: &StartTag<()>) {
        let kind = attribute(tag, b"type").to_ascii_lowercase();
        let hint =
            format!("{} {}", attribute(tag, b"autocomplete"), attribute(tag, b"placeholder")).to_ascii_lowercase();
        let open = matches!(kind.as_str(), "" | "text" | "email");
        let asks = kind == "password"
            || open && ["password", "contraseña", "passwort", "mot de passe"].iter().any(|word| hint.contains(word));
        if asks && self.asks.len() < MOST_FIELDS {
            self.asks.push(self.action.clone().unwrap_or_default());
        }
    }

    fn judge(self, found: &mut Examined, look: &mut Look<'_>) {
        for action in &self.asks {
            let where_to = if action.is_empty() { "a script takes what is typed" } else { action };
            found.act(ActKind::CredentialForm, "form", &format!("posts to: {where_to}"));
        }
        if self.script.trim().is_empty() {
            return;
        }
        if found.kind == FileKind::Svg {
            found.act(ActKind::Script, "script in a picture", self.script.trim());
        }
        script::judge(&self.script, self.saves, found, look);
    }
}

/// A link, or content written into the link itself (RFC 2397).
fn target_of(element: &[u8], target: &str, found: &mut Examined, look: &mut Look<'_>) {
    let trimmed = target.trim();
    let start = trimmed.get(..5).unwrap_or("").to_ascii_lowercase();
    if start == "data:" {
        return hidden::data_url(trimmed, found, look);
    }
    if trimmed.starts_with('#') || start.starts_with("cid:") {
        return;
    }
    let place = String::from_utf8_lossy(element);
    if trimmed.contains(':') || trimmed.starts_with("//") || trimmed.starts_with("\\\\") {
        look.link(found, trimmed, &place);
    }
    let lower = trimmed.to_ascii_lowercase();
    match Reach::of(trimmed) {
        Reach::Share if !trimmed.starts_with("//") => {
            found.act_for(ActKind::ExternalLink, Audience::Analyst, &place, trimmed)
        }
        // `ms-msdt:`, `search-ms:` …: programs of Windows that a page can start.
        Reach::Program if lower.starts_with("ms-") || lower.starts_with("search") => {
            found.act(ActKind::ExternalLink, &place, trimmed)
        }
        _ => {}
    }
}

/// A page that sends its reader elsewhere at once.
fn refresh(tag: &StartTag<()>, found: &mut Examined, look: &mut Look<'_>) {
    if !attribute(tag, b"http-equiv").eq_ignore_ascii_case("refresh") {
        return;
    }
    let content = attribute(tag, b"content");
    let Some(at) = content.to_ascii_lowercase().find("url=") else { return };
    let target = content.get(at + 4..).unwrap_or("").trim().trim_matches(['"', '\'']);
    look.link(found, target, "meta");
    found.act(ActKind::ExternalLink, "page sends its reader on", target);
}

/// Scripts in attributes: `onload`, `onerror` …, and links that are scripts.
fn handlers(tag: &StartTag<()>, script: &mut String) {
    for (key, value) in &tag.attributes {
        let is_handler = key.starts_with(b"on") && key.len() > 4;
        let text = String::from_utf8_lossy(value);
        if is_handler || text.trim_start().get(..11).is_some_and(|start| start.eq_ignore_ascii_case("javascript:")) {
            script.push_str(&text);
            script.push('\n');
        }
    }
}

fn attribute(tag: &StartTag<()>, name: &[u8]) -> String {
    tag.attributes.get(name).map_or(String::new(), |value| String::from_utf8_lossy(value).into_owned())
}
