//! The word of receivers: what machines on the way say they found (RFC 8601, RFC 7208 §9.1, RFC 8617 §4.1.1).
//!
//! Anyone can write such a field. A word counts as trusted above the outermost Received field of the office's own, and, where
//! the office names its authserv-ids, only under one of them. Some receivers write below their own Received field, where a
//! sender can write too: there it counts only under a name of the office's own machines, whose forged fields the receiver has to
//! remove (RFC 8601 §5), and only for what no word above it speaks of. All others are kept, as unverified.

pub(crate) mod adopt;
mod authentication_results;
mod received_spf;

use crate::Settings;
use crate::message::{Field, Message};
use crate::name;
use crate::trace::Trace;

/// Which field the word stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordField {
    /// Authentication-Results (RFC 8601).
    AuthenticationResults,
    /// ARC-Authentication-Results (RFC 8617).
    ArcAuthenticationResults,
    /// Received-SPF (RFC 7208 §9.1).
    ReceivedSpf,
    /// X-MS-Exchange-Authentication-Results, which Microsoft's receivers keep beside the first.
    Microsoft,
}

/// One method's result in a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodResult {
    /// `spf`, `dkim`, `dmarc` and others, in lower case.
    pub method: String,
    /// The result, in lower case.
    pub result: String,
    /// `reason=`.
    pub reason: Option<String>,
    /// What it was found about, by name: `smtp.mailfrom`, `header.d` and others, in lower case.
    pub properties: Vec<(String, String)>,
    /// Comments in brackets, joined.
    pub comment: String,
}

impl MethodResult {
    /// A property's value.
    pub fn property(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What one receiver says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiversWord {
    /// Where it stands.
    pub field: WordField,
    /// Whose word it is; empty where the field does not say, as Microsoft's do not.
    pub authserv_id: String,
    /// Whether an own machine wrote it, by the settings and the trace.
    pub trusted: bool,
    /// What it says.
    pub results: Vec<MethodResult>,
}

/// Words of one message that are kept, at most.
const MAX_WORDS: usize = 64;
/// Octets of one field that are read.
const MAX_LENGTH: usize = 16 * 1024;

/// Every word in the message, from the top.
pub(crate) fn read(message: &Message<'_>, trace: &Trace, settings: &Settings) -> Vec<ReceiversWord> {
    let mut words = Vec::new();
    for (at, field) in message.fields.iter().enumerate() {
        if words.len() == MAX_WORDS {
            break;
        }
        let Some(kind) = kind(field) else { continue };
        let Some(mut word) = parse(kind, field) else { continue };
        // What a sealer saw is trusted by the chain, not by its place.
        word.trusted = kind != WordField::ArcAuthenticationResults
            && if at < trace.own_fields {
                may_speak(&word, settings) && !spoken(&words, &word)
            } else {
                at < trace.near_fields && is_own_name(&word, settings) && !spoken_at_all(&words, &word)
            };
        words.push(word);
    }
    words
}

fn kind(field: &Field<'_>) -> Option<WordField> {
    // Most fields are told apart by their first letter.
    match field.name.first()?.to_ascii_lowercase() {
        b'a' if field.is("Authentication-Results") => Some(WordField::AuthenticationResults),
        b'a' if field.is("ARC-Authentication-Results") => Some(WordField::ArcAuthenticationResults),
        b'r' if field.is("Received-SPF") => Some(WordField::ReceivedSpf),
        b'x' if field.is("X-MS-Exchange-Authentication-Results") => Some(WordField::Microsoft),
        _ => None,
    }
}

fn parse(kind: WordField, field: &Field<'_>) -> Option<ReceiversWord> {
    let value = &field.value[..field.value.len().min(MAX_LENGTH)];
    let text = String::from_utf8_lossy(value);
    match kind {
        WordField::ReceivedSpf => received_spf::parse(&text),
        _ => Some(authentication_results::parse(kind, &text)),
    }
}

/// Above the office's own Received field: any name, unless the office names its own.
fn may_speak(word: &ReceiversWord, settings: &Settings) -> bool {
    settings.trusted_authserv_ids.is_empty() || word.authserv_id.is_empty() || is_own_name(word, settings)
}

/// Whether the word stands under a name of the office's own machines.
fn is_own_name(word: &ReceiversWord, settings: &Settings) -> bool {
    let id = name::canonical(&word.authserv_id);
    let is_own = |known: &String| !known.is_empty() && name::is_within(&id, &name::canonical(known));
    !id.is_empty()
        && (settings.trusted_authserv_ids.iter().any(|known| *name::canonical(known) == *id)
            || settings.own_receivers.iter().any(is_own))
}

/// Of several fields under one name only the topmost counts: a receiver that leaves forged ones in place writes its own
/// above them (RFC 8601 §5). Results of different methods may be spread over several.
fn spoken(words: &[ReceiversWord], word: &ReceiversWord) -> bool {
    let mut earlier = words.iter().filter(|w| w.trusted && w.field == word.field && w.authserv_id == word.authserv_id);
    earlier.any(|w| shares_method(w, word))
}

/// Whether any trusted word above this one speaks of the same method.
fn spoken_at_all(words: &[ReceiversWord], word: &ReceiversWord) -> bool {
    words.iter().any(|earlier| earlier.trusted && shares_method(earlier, word))
}

fn shares_method(one: &ReceiversWord, other: &ReceiversWord) -> bool {
    one.results.iter().any(|a| other.results.iter().any(|b| a.method == b.method))
}

/// Takes the comments out of a header's text (RFC 5322 §3.2.2); they are returned in order. Quoted text is left alone.
fn split_comments(text: &str) -> (String, Vec<String>) {
    let (mut plain, mut comments) = (String::with_capacity(text.len()), Vec::new());
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let mut comment = String::new();
    for c in text.chars() {
        let out = if depth > 0 { &mut comment } else { &mut plain };
        match c {
            _ if escaped => out.push(c),
            '"' if depth == 0 => {
                quoted = !quoted;
                out.push(c);
            }
            '(' if !quoted => {
                depth += 1;
                if depth > 1 {
                    out.push(c);
                }
            }
            ')' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    comments.push(std::mem::take(&mut comment));
                    plain.push(' ');
                } else {
                    out.push(c);
                }
            }
            _ => out.push(c),
        }
        escaped = c == '\\' && !escaped;
    }
    if depth > 0 {
        comments.push(comment);
    }
    (plain, comments)
}

/// Splits at a character outside quotes.
fn split_unquoted(text: &str, at: char) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(|c| {
        let cut = c == at && !quoted;
        if c == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = c == '\\' && !escaped;
        cut
    })
    .collect()
}

/// `name = value` pairs, spaces around the equals sign allowed; values may be quoted. Words without one are skipped.
fn pairs(text: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut rest = text;
    while let Some(equals) = rest.find('=') {
        let (before, after) = (&rest[..equals], rest[equals + 1..].trim_start());
        let name = before.split_whitespace().last().unwrap_or_default().to_ascii_lowercase();
        let (value, tail) = value(after);
        if !name.is_empty() {
            pairs.push((name, value));
        }
        rest = tail;
    }
    pairs
}

fn value(text: &str) -> (String, &str) {
    let Some(inner) = text.strip_prefix('"') else {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        return (text[..end].to_owned(), &text[end..]);
    };
    let (mut out, mut escaped) = (String::new(), false);
    for (at, c) in inner.char_indices() {
        match c {
            _ if escaped => out.push(c),
            '"' => return (out, &inner[at + 1..]),
            '\\' => (),
            _ => out.push(c),
        }
        escaped = c == '\\' && !escaped;
    }
    (out, "")
}
