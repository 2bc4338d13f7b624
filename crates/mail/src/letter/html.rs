//! What a reader sees of an HTML body, by the WHATWG's tokeniser; styles are taken as far as mail uses them to hide text.

use html5gum::{DefaultEmitter, Token, Tokenizer};

type StartTag = html5gum::StartTag<()>;

use super::links::{Link, LinkPlace, MOST_LINKS, cut};

/// Bodies are read up to here: a person reads less.
const MOST_TEXT: usize = 1 << 20;
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
    /// The anchor that is open, with its text so far.
    anchor: Option<(String, String)>,
}

struct Element {
    name: String,
    /// Not shown: hidden by its style, or by one around it.
    is_hidden: bool,
    /// Not text at all: a script, a style, the head.
    is_apart: bool,
}

impl Reader {
    fn start(&mut self, tag: &StartTag) {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        match name.as_str() {
            "a" | "area" => self.anchor(tag),
            "img" | "input" if attribute(tag, "src").is_some() || name == "img" => self.picture(tag),
            "form" => self.link(attribute(tag, "action"), LinkPlace::Form),
            "meta" => self.link(refresh(tag), LinkPlace::Refresh),
            "script" => self.body.scripts += 1,
            _ => {}
        }
        if matches!(name.as_str(), "input" | "select" | "textarea") && self.body.fields.len() < MOST_PICTURES {
            let kind = attribute(tag, "type").unwrap_or_else(|| name.clone()).to_ascii_lowercase();
            self.body.fields.push(Field { kind, name: attribute(tag, "name").unwrap_or_default() });
        }
        self.break_at(&name);
        if is_void(&name) || self.open.len() >= DEEPEST {
            return;
        }
        let around = self.open.last();
        let is_hidden = around.is_some_and(|e| e.is_hidden) || hides(tag);
        let is_apart =
            around.is_some_and(|e| e.is_apart) || matches!(name.as_str(), "script" | "style" | "title" | "template");
        self.open.push(Element { name, is_hidden, is_apart });
    }

    fn end(&mut self, name: &str) {
        if name == "a" {
            self.close_anchor();
        }
        self.break_at(name);
        if let Some(at) = self.open.iter().rposition(|element| element.name == name) {
            self.open.truncate(at);
        }
    }

    fn text(&mut self, text: &str) {
        let (hidden, apart) = self.open.last().map_or((false, false), |e| (e.is_hidden, e.is_apart));
        if apart {
            return;
        }
        self.body.broken_words += broken_words(text);
        let out = if hidden { &mut self.body.hidden } else { &mut self.body.text };
        if out.len() < MOST_TEXT {
            squeeze(text, out);
        }
        if let Some((_, shown)) = &mut self.anchor
            && !hidden
            && shown.len() < 1_000
        {
            squeeze(text, shown);
        }
    }

    fn anchor(&mut self, tag: &StartTag) {
        self.close_anchor();
        if let Some(target) = attribute(tag, "href") {
            self.anchor = Some((target, String::new()));
        }
    }

    fn close_anchor(&mut self) {
        if let Some((target, text)) = self.anchor.take()
            && self.body.links.len() < MOST_LINKS
            && !target.starts_with('#')
        {
            self.body.links.push(Link::new(text.trim().to_owned(), &target, LinkPlace::Anchor));
        }
    }

    fn link(&mut self, target: Option<String>, place: LinkPlace) {
        if let Some(target) = target
            && self.body.links.len() < MOST_LINKS
        {
            self.body.links.push(Link::new(String::new(), &target, place));
        }
    }

    fn picture(&mut self, tag: &StartTag) {
        let alternative = attribute(tag, "alt").unwrap_or_default();
        if let Some((_, shown)) = &mut self.anchor {
            squeeze(cut(&alternative, 200), shown);
        }
        if self.body.pictures.len() < MOST_PICTURES {
            let source = cut(&attribute(tag, "src").unwrap_or_default(), 300).to_owned();
            self.body.pictures.push(Picture { source, alternative });
        }
    }

    /// A new line where a browser begins one, so that words don't run together.
    fn break_at(&mut self, name: &str) {
        let breaks = ["br", "p", "div", "tr", "li", "table", "h1", "h2", "h3", "h4", "hr", "ul", "ol", "blockquote"];
        if breaks.contains(&name) {
            end_line(&mut self.body.text);
        } else if matches!(name, "td" | "th") && !self.body.text.ends_with(char::is_whitespace) {
            self.body.text.push(' ');
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

/// Where `<meta http-equiv="refresh" content="0; url=…">` goes.
fn refresh(tag: &StartTag) -> Option<String> {
    let is_refresh = attribute(tag, "http-equiv").is_some_and(|kind| kind.eq_ignore_ascii_case("refresh"));
    let content = attribute(tag, "content").filter(|_| is_refresh)?;
    let at = content.to_ascii_lowercase().find("url=")?;
    Some(content[at + 4..].trim_matches(['"', '\'', ' ']).to_owned())
}

/// Whether a style hides an element's text.
fn hides(tag: &StartTag) -> bool {
    if attribute(tag, "hidden").is_some() {
        return true;
    }
    let Some(style) = attribute(tag, "style") else { return false };
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    let declares = |what: &str| style.split(';').any(|declared| declared.trim_end_matches("!important") == what);
    let zero =
        |what: &str| ["0", "0px", "0pt", "0em", "0%", "1px"].iter().any(|size| declares(&format!("{what}:{size}")));
    declares("display:none")
        || declares("visibility:hidden")
        || declares("opacity:0")
        || declares("mso-hide:all")
        || zero("font-size")
        || (declares("max-height:0") || declares("max-height:0px")) && style.contains("overflow:hidden")
        || same_colours(&style)
}

/// Whether text has the colour of what is behind it.
fn same_colours(style: &str) -> bool {
    let value = |name: &str| style.split(';').find_map(|declared| declared.strip_prefix(name)?.strip_prefix(':'));
    match (value("color"), value("background-color").or_else(|| value("background"))) {
        (Some(text), Some(behind)) => text == behind,
        _ => false,
    }
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "source"
            | "track"
            | "wbr"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_sees_text_without_marks_and_links_with_their_words() {
        let seen = body(
            "<html><head><title>t</title><style>p{}</style></head><body><p>Dear&nbsp;clerk,</p><div>please <b>log</b> in \
             <a href='https://login.example.net/?u=1'><img alt='here' src='cid:1'></a> soon</div></body>",
        );
        assert_eq!(seen.text, "Dear clerk,\nplease log in soon\n");
        assert_eq!((seen.links[0].text.as_str(), seen.links[0].host.as_str()), ("here", "login.example.net"));
        assert_eq!(seen.pictures[0].alternative, "here");
    }

    #[test]
    fn hidden_text_is_kept_apart() {
        let seen = body(
            "<p>Shown <span style='DISPLAY: none'>not <b>this</b></span> too\
             <font style='font-size:0px'>nor this</font><span style='color:#fff;background-color:#fff'>nor</span></p>",
        );
        assert_eq!(seen.text.trim(), "Shown too");
        assert!(seen.hidden.contains("not this") && seen.hidden.contains("nor this") && seen.hidden.ends_with("nor"));
    }

    #[test]
    fn words_broken_by_characters_of_no_width_are_whole() {
        let seen = body("pass\u{200b}word pass&shy;port a \u{200c} b");
        assert_eq!((seen.text.as_str(), seen.broken_words), ("password passport a b", 1));
    }

    #[test]
    fn forms_and_what_they_ask() {
        let seen = body(
            "<form action='https://collect.example/x'><input type=PASSWORD name=p></form><meta http-equiv=Refresh content='0;URL=https://go.example'>",
        );
        assert_eq!(seen.fields, [Field { kind: "password".into(), name: "p".into() }]);
        let places: Vec<LinkPlace> = seen.links.iter().map(|link| link.place).collect();
        assert_eq!(places, [LinkPlace::Form, LinkPlace::Refresh]);
    }

    #[test]
    fn deep_nests_are_read_in_bounded_memory() {
        let deep = "<div>".repeat(100_000) + "end";
        assert_eq!(body(&deep).text, "end");
    }
}
