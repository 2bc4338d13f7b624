//! What a request is a sign of, how surely, and by which of its parts.

use std::fmt::Write as _;

/// A class of attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// SQL injection.
    Sqli,
    /// Cross-site scripting.
    Xss,
    /// Path traversal and the reading of the server's own files.
    Traversal,
    /// Commands and code: shells, PHP, JavaScript, Java classes, serialised objects.
    Rce,
    /// Probing: tools that look for weak sites, and the pages they ask for.
    Scanner,
    /// Addresses for the server to fetch: remote files, its own network (SSRF, RFI).
    Ssrf,
    /// Expressions that templates and loggers evaluate: server-side templates, JNDI look-ups.
    Template,
    /// Line ends that begin a header, a request, a response or a command of their own.
    Splitting,
    /// Queries other than SQL: LDAP, XPath, MongoDB.
    Query,
    /// Scripts by which intruders keep a site open, and commands sent to them.
    WebShell,
    /// A session planted by the address. Weak: some sites keep sessions so.
    Fixation,
}

impl Class {
    /// All classes, in the order of their bits.
    pub const ALL: [Self; 11] = [
        Self::Sqli,
        Self::Xss,
        Self::Traversal,
        Self::Rce,
        Self::Scanner,
        Self::Ssrf,
        Self::Template,
        Self::Splitting,
        Self::Query,
        Self::WebShell,
        Self::Fixation,
    ];

    /// The class's name, as `pollwarden web classify` writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqli => "sqli",
            Self::Xss => "xss",
            Self::Traversal => "traversal",
            Self::Rce => "rce",
            Self::Scanner => "scanner",
            Self::Ssrf => "ssrf",
            Self::Template => "template",
            Self::Splitting => "splitting",
            Self::Query => "query",
            Self::WebShell => "webshell",
            Self::Fixation => "fixation",
        }
    }

    /// The class's bit in the column `attack`.
    pub fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// A part of a request that is a sign of an attack.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Where it is: `path`, `query appId`, `header user-agent`, `body`.
    pub place: String,
    /// What it is a sign of.
    pub class: Class,
    /// How surely, from 0 to 1.
    pub score: f32,
    /// The part, decoded, with control characters escaped, shortened.
    pub decoded: String,
}

/// What a request is a sign of.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Signs {
    /// The classes' bits; 0 for a clean request.
    pub classes: u32,
    /// Of the surest sign, from 0 to 1.
    pub score: f32,
    /// The signs, in the order of the request.
    pub evidence: Vec<Evidence>,
    /// Whether all that was noted is that the page belongs to software which most sites do not run.
    pub(crate) only_common_page: bool,
}

/// A request with more signs than this is no clearer.
const MOST_EVIDENCE: usize = 8;
/// The longest decoded text kept of one sign, in characters.
const LONGEST_EXCERPT: usize = 240;

impl Signs {
    /// From this score on, a part is a sign.
    pub const THRESHOLD: f32 = 0.5;

    /// Whether the class is among them.
    pub fn has(&self, class: Class) -> bool {
        self.classes & class.bit() != 0
    }

    /// The surest sign as one text: its place and what stood there.
    pub fn worst(&self) -> Option<String> {
        let worst = self.evidence.iter().reduce(|a, b| if b.score > a.score { b } else { a })?;
        Some(format!("{}: {}", worst.place, worst.decoded))
    }

    /// Notes a part, if it is sure enough.
    pub(crate) fn note(&mut self, class: Class, score: f32, threshold: f32, place: &Place<'_>, decoded: &str) {
        if score < threshold {
            return;
        }
        self.only_common_page = false;
        self.classes |= class.bit();
        self.score = self.score.max(score);
        if self.evidence.len() < MOST_EVIDENCE {
            self.evidence.push(Evidence { place: place.text(), class, score, decoded: excerpt(decoded) });
        }
    }

    pub(crate) fn clear(&mut self) {
        self.classes = 0;
        self.score = 0.0;
        self.evidence.clear();
        self.only_common_page = false;
    }
}

/// A part of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'a> {
    Path,
    ParameterName,
    Parameter(&'a str),
    Query,
    Header(&'a str),
    Body(&'a str),
}

impl<'a> Place<'a> {
    /// The name that a form or page gave the part; empty where it gave none.
    pub(crate) fn parameter(&self) -> Option<&'a str> {
        match self {
            Self::Parameter(name) | Self::Body(name) => Some(name),
            Self::Query => Some(""),
            _ => None,
        }
    }

    /// As the evidence says it.
    fn text(&self) -> String {
        match self {
            Self::Path => "path".to_owned(),
            Self::ParameterName => "query name".to_owned(),
            Self::Parameter(name) => ["query ", &excerpt(name)].concat(),
            Self::Query => "query".to_owned(),
            Self::Header(name) => ["header ", name].concat(),
            Self::Body("") => "body".to_owned(),
            Self::Body(name) => ["body ", &excerpt(name)].concat(),
        }
    }
}

/// Text safe to show: control characters and those that turn the direction of text escaped, cut to length.
fn excerpt(text: &str) -> String {
    // Without a branch for each byte, so that it is done for many at once.
    let odd = |text: &str| text.bytes().fold(0, |odd, b| odd | u8::from(b.wrapping_sub(b' ') > b'~' - b' ')) != 0;
    if text.len() < LONGEST_EXCERPT && !odd(text) {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        if out.len() >= LONGEST_EXCERPT {
            out.push('…');
            break;
        }
        match c {
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                _ = write!(out, "{}", c.escape_unicode())
            }
            c if c.is_control() => _ = write!(out, "{}", c.escape_default()),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_short_and_printable() {
        assert_eq!(excerpt("a\r\n\u{202e}b\u{1b}"), r"a\r\n\u{202e}b\u{1b}");
        assert!(Class::ALL.iter().enumerate().all(|(at, class)| class.bit() == 1 << at));
        assert!(excerpt(&"ü".repeat(1000)).len() < LONGEST_EXCERPT + 8);
    }
}
