//! What a reader sees of an HTML body, by the WHATWG's tokeniser; styles are taken as far as mail uses them to hide text.

mod leads;
mod nesting;
mod shown;

use html5gum::{DefaultEmitter, Token, Tokenizer};
use url::Url;

use self::leads::Anchor;
use self::shown::Shown;
use super::bodies::MOST_TEXT;
use super::links::{Link, LinkPlace, cut};

type StartTag = html5gum::StartTag<()>;

const DEEPEST: usize = 512;
const MOST_PICTURES: usize = 500;

/// A picture that a body shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Picture {
    /// Where it is taken from, cut where it holds the picture itself.
    pub source: String,
    /// What is said where it can't be shown.
    pub alternative: String,
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Field {
    /// Its type, such as `password`.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// A body's content.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) text: String,
    pub(super) hidden: String,
    pub(super) broken_words: u32,
    pub(super) links: Vec<Link>,
    pub(super) pictures: Vec<Picture>,
    pub(super) fields: Vec<Field>,
    pub(super) scripts: u32,
    /// Which bounds left something of it out.
    pub(super) unread: Vec<&'static str>,
}

/// Reads a body.
pub(super) fn body(html: &str) -> Body {
    let mut reader = Reader::default();
    for token in Tokenizer::new_with_emitter(html, emitter()) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => reader.start(&tag),
            Token::EndTag(tag) => reader.end(&String::from_utf8_lossy(&tag.name)),
            Token::String(text) => reader.text(&String::from_utf8_lossy(&text.value)),
            _ => {}
        }
    }
    reader.close_anchor();
    reader.resolve();
    reader.body
}

/// Scripts and styles are no marks.
fn emitter() -> DefaultEmitter {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    emitter
}

#[derive(Default)]
struct Reader {
    body: Body,
    open: Vec<Element>,
    anchor: Option<Anchor>,
    /// What relative targets are relative to: the first `<base href>` (HTML standard, 4.2.3).
    base: Option<Url>,
    /// How many links there are, and how many more with nothing to click on.
    clickable: usize,
    silent: usize,
}

struct Element {
    name: String,
    marks: nesting::Marks,
    /// How its text is shown.
    shown: Shown,
}

impl Reader {
    fn start(&mut self, tag: &StartTag) {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        match name.as_str() {
            "a" => self.anchor(tag),
            "area" => self.area(tag),
            "base" => self.base(tag),
            "img" | "input" if attribute(tag, "src").is_some() || name == "img" => self.picture(tag),
            "form" => self.leads_to(attribute(tag, "action"), LinkPlace::Form),
            "meta" => self.leads_to(leads::refresh(tag), LinkPlace::Refresh),
            "script" => self.body.scripts += 1,
            _ => {}
        }
        if matches!(name.as_str(), "input" | "select" | "textarea") {
            self.field(&name, tag);
        }
        if let Some(at) = nesting::closed_by(&name, &self.open) {
            self.open.truncate(at);
        }
        self.break_at(&name);
        if nesting::is_void(&name) || nesting::is_ignored(&name, &self.open) {
            return;
        }
        if self.open.len() >= DEEPEST {
            return self.left_out("Its page is nested deeper than is followed.");
        }
        let shown = nesting::around(Some(&name), &self.open).within(&name, tag);
        self.open.push(Element { marks: nesting::marks(&name), name, shown });
    }

    fn end(&mut self, name: &str) {
        if name == "a" {
            self.close_anchor();
        }
        self.break_at(name);
        if let Some(at) = nesting::ended_by(name, &self.open) {
            self.open.truncate(at);
        }
    }

    fn text(&mut self, text: &str) {
        let shown = nesting::around(None, &self.open);
        if shown.is_apart {
            return;
        }
        let hidden = shown.is_hidden();
        self.body.broken_words += broken_words(text);
        let out = if hidden { &mut self.body.hidden } else { &mut self.body.text };
        let is_full = out.len() >= MOST_TEXT;
        if !is_full {
            squeeze(text, out);
        }
        if let Some(anchor) = &mut self.anchor
            && !hidden
            && anchor.text.len() < 1_000
        {
            squeeze(text, &mut anchor.text);
        }
        if is_full {
            self.left_out("Its text is longer than 1 MiB; the rest was not read.");
        }
    }

    fn left_out(&mut self, why: &'static str) {
        if !self.body.unread.contains(&why) {
            self.body.unread.push(why);
        }
    }

    fn field(&mut self, name: &str, tag: &StartTag) {
        if self.body.fields.len() >= MOST_PICTURES {
            return self.left_out("Its form has more fields than are read.");
        }
        let kind = attribute(tag, "type").unwrap_or_else(|| name.to_owned()).to_ascii_lowercase();
        self.body.fields.push(Field { kind, name: attribute(tag, "name").unwrap_or_default() });
    }

    fn picture(&mut self, tag: &StartTag) {
        let alternative = attribute(tag, "alt").unwrap_or_default();
        let is_hidden = self.open.last().is_some_and(|element| element.shown.is_hidden());
        if let Some(anchor) = &mut self.anchor {
            anchor.has_picture |= !is_hidden;
            squeeze(cut(&alternative, 200), &mut anchor.text);
        }
        if self.body.pictures.len() >= MOST_PICTURES {
            return self.left_out("It shows more pictures than are looked at.");
        }
        let source = cut(&attribute(tag, "src").unwrap_or_default(), 300).to_owned();
        self.body.pictures.push(Picture { source, alternative });
    }

    /// A new line where a browser begins one, so that words don't run together.
    fn break_at(&mut self, name: &str) {
        let breaks = ["br", "p", "div", "tr", "li", "table", "h1", "h2", "h3", "h4", "hr", "ul", "ol", "blockquote"];
        let is_hidden = self.open.last().is_some_and(|element| element.shown.is_hidden());
        let out = if is_hidden { &mut self.body.hidden } else { &mut self.body.text };
        if breaks.contains(&name) {
            end_line(out);
        } else if matches!(name, "td" | "th") && !out.is_empty() && !out.ends_with(char::is_whitespace) {
            out.push(' ');
        }
    }
}

fn end_line(text: &mut String) {
    let kept = text.trim_end_matches(' ').len();
    text.truncate(kept);
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

/// Adds a text with runs of white space as one space, as a browser shows it.
fn squeeze(text: &str, out: &mut String) {
    for c in text.chars() {
        let is_space = c.is_whitespace() || matches!(c, '\u{200b}' | '\u{200c}' | '\u{feff}' | '\u{ad}' | '\u{34f}');
        match (is_space, c) {
            (false, c) => out.push(c),
            // Characters of no width stand within words to break them up: a reader does not see them.
            (true, '\u{200b}' | '\u{200c}' | '\u{feff}' | '\u{ad}' | '\u{34f}') => {}
            (true, _) if out.is_empty() || out.ends_with([' ', '\n']) => {}
            (true, _) => out.push(' '),
        }
    }
}

/// How often characters of no width stand within a word of Latin letters. Soft hyphens have their use there.
pub(super) fn broken_words(text: &str) -> u32 {
    if text.is_ascii() {
        return 0;
    }
    let is_unseen = |c: char| matches!(c, '\u{200b}' | '\u{200c}' | '\u{2060}' | '\u{feff}' | '\u{34f}');
    let is_letter = |c: char| c.is_alphabetic() && c < '\u{250}';
    let (mut count, mut before, mut is_within) = (0, ' ', false);
    for c in text.chars() {
        match (is_unseen(c), is_letter(c)) {
            (true, _) => is_within |= is_letter(before),
            (false, true) if is_within => (count, is_within) = (count + 1, false),
            (false, _) => is_within = false,
        }
        before = c;
    }
    count
}

fn attribute(tag: &StartTag, name: &str) -> Option<String> {
    tag.attributes.get(name.as_bytes()).map(|value| String::from_utf8_lossy(value).into_owned())
}

#[cfg(test)]
mod tests;
