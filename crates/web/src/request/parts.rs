//! Takes a request apart and has every part judged.

use std::borrow::Cow;

use serde_json::Value;

use super::decode::{Decoded, decode};
use super::signs::{Class, Place, Signs};
use super::{
    base64, code, gate, numbers, php, query, remote, scanner, session, shell, splitting, sqli, template, traversal,
    webshell, xss,
};

/// Headers quote other sites' addresses and all kinds of software: only what is surer than in a value is a sign.
const HEADER_THRESHOLD: f32 = 0.75;

/// In a filter that a client sends on purpose, only what is surer than elsewhere is a sign.
const FILTER_THRESHOLD: f32 = 0.6;

/// No page's path holds the end of a line.
const PATH_LINE_END: f32 = 0.6;

/// A value that is so surely one thing is not read as any other.
const SURE: f32 = 0.9;

/// What was found in Base64 is surer, as chance has its share in what it says.
const BASE64_THRESHOLD: f32 = 0.7;

/// Judges path and query.
pub(crate) fn target(path: &str, query: Option<&str>, signs: &mut Signs) {
    Parts { gate: gate::value, signs }.target(path, query);
}

/// The same without the gate, to test the gate by.
#[cfg(test)]
pub(crate) fn target_without_gate(path: &str, query: Option<&str>, signs: &mut Signs) {
    Parts { gate: |_| true, signs }.target(path, query);
}

/// Judges a header.
pub(crate) fn header(name: &str, value: &str, signs: &mut Signs) {
    if value.is_empty() {
        return;
    }
    let name = name.to_ascii_lowercase();
    let place = Place::Header(&name);
    let mut parts = Parts { gate: gate::value, signs };
    match name.as_str() {
        "user-agent" => {
            let lower = value.to_ascii_lowercase();
            parts.signs.note(Class::Scanner, scanner::agent(&lower), Signs::THRESHOLD, &place, value);
            if parts.is_odd_agent(&lower) {
                parts.text(&decode(value, false), &place, HEADER_THRESHOLD);
            }
        }
        "referer" | "referrer" => parts.referer(value, &place),
        _ => parts.text(&decode(value, false), &place, HEADER_THRESHOLD),
    }
}

/// Judges a body: a form's fields, JSON's texts, or the whole.
pub(crate) fn body(body: &str, signs: &mut Signs) {
    let mut parts = Parts { gate: gate::value, signs };
    if let Ok(json) = serde_json::from_str::<Value>(body)
        && (json.is_object() || json.is_array())
    {
        return parts.json("", &json);
    }
    if body.contains('=') && !body.trim_start().starts_with('<') {
        return parts.parameters(body, true);
    }
    parts.text(&decode(body, false), &Place::Body(""), Signs::THRESHOLD);
}

/// A parameter's name as the application reads it, in lower case.
fn lower_name(raw: &str) -> Cow<'_, str> {
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-' | b'.' | b'$');
    if raw.bytes().all(is_plain) {
        Cow::Borrowed(raw)
    } else if raw.bytes().all(|b| is_plain(b.to_ascii_lowercase())) {
        Cow::Owned(raw.to_ascii_lowercase())
    } else {
        Cow::Owned(decode(raw, true).lower)
    }
}

/// `a[1]b`: PHP drops what follows the bracket, so that two names of one parameter get past a filter. Forms write `a[1].b`.
fn odd_array(name: &str) -> f32 {
    let goes_on = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphanumeric());
    let unpaired = name.contains('[') != name.contains(']');
    if unpaired || (name.contains('[') && name.split(']').skip(1).any(goes_on)) { 0.5 } else { 0.0 }
}

struct Parts<'s> {
    gate: fn(&str) -> bool,
    signs: &'s mut Signs,
}

impl Parts<'_> {
    fn target(&mut self, path: &str, query: Option<&str>) {
        self.path(path);
        if let Some(query) = query {
            self.parameters(query, false);
        }
    }

    fn path(&mut self, path: &str) {
        if self.is_plain(path) {
            return;
        }
        let whole = decode(path, false);
        if !self.is_suspicious(&whole) {
            return;
        }
        let place = Place::Path;
        let page = scanner::common_page(&whole.lower);
        self.note(Class::Scanner, page, &place, &whole);
        self.signs.only_common_page = page >= Signs::THRESHOLD;
        self.note(Class::Traversal, traversal::score(&whole), &place, &whole);
        self.note(Class::Scanner, scanner::secret_file(&whole.lower), &place, &whole);
        self.note(Class::WebShell, webshell::page(&whole.lower), &place, &whole);
        self.note(Class::Xss, xss::score(&whole), &place, &whole);
        self.code(&whole, None, &place, Signs::THRESHOLD);
        if whole.has(b"\r\n") {
            self.note(Class::Splitting, PATH_LINE_END, &place, &whole);
        }
        for segment in path.split('/') {
            if self.is_plain(segment) {
                continue;
            }
            let segment = decode(segment, false);
            if self.is_suspicious(&segment) {
                self.note(Class::Sqli, sqli::score(&segment), &place, &segment);
            }
        }
    }

    fn parameters(&mut self, query: &str, body: bool) {
        let ends = memchr::memchr_iter(b'&', query.as_bytes()).chain([query.len()]);
        let mut start = 0;
        for end in ends {
            let parameter = &query[start..end];
            start = end + 1;
            if parameter.is_empty() {
                continue;
            }
            let equals = memchr::memchr(b'=', parameter.as_bytes());
            let (raw_name, raw_value) = equals.map_or(("", parameter), |at| (&parameter[..at], &parameter[at + 1..]));
            let plain_name = self.is_plain(raw_name);
            if plain_name && self.is_plain(raw_value) {
                continue;
            }
            let value = decode(raw_value, true);
            let place = match (body, raw_name) {
                (true, name) => Place::Body(name),
                (false, "") => Place::Query,
                (false, name) => Place::Parameter(name),
            };
            self.text(&value, &place, Signs::THRESHOLD);
            if !plain_name && (self.gate)(raw_name) {
                self.parameter_name(raw_name, &value);
            }
        }
    }

    /// Whether a part needs no decoding, and holds nothing that a sign could rest on.
    fn is_plain(&self, raw: &str) -> bool {
        let readable = raw.bytes().all(|b| b.is_ascii() && !matches!(b, b'%' | b'+' | b'\\' | b'&'));
        readable && !(self.gate)(raw) && !base64::may_hold(raw)
    }

    fn is_suspicious(&self, decoded: &Decoded) -> bool {
        decoded.nul || (self.gate)(&decoded.lower)
    }

    fn parameter_name(&mut self, raw: &str, value: &Decoded) {
        let name = decode(raw, true);
        let place = Place::ParameterName;
        self.note(Class::Fixation, session::score(&name.lower, value), &Place::Parameter(raw), value);
        self.note(Class::WebShell, webshell::command(&name.lower, &value.lower), &Place::Parameter(raw), value);
        self.note(Class::Splitting, splitting::name(&name), &place, &name);
        self.note(Class::Scanner, odd_array(&name.lower), &place, &name);
        self.note(Class::Sqli, sqli::score(&name), &place, &name);
        self.note(Class::Xss, xss::name(&name), &place, &name);
        self.note(Class::Traversal, traversal::score(&name), &place, &name);
        self.code(&name, None, &place, Signs::THRESHOLD);
    }

    /// A value, by every rule that is about values.
    fn text(&mut self, value: &Decoded, place: &Place<'_>, threshold: f32) {
        if self.is_suspicious(value) && self.plain_text(value, place, threshold) >= SURE {
            return;
        }
        if let Some(said) = base64::decoded(value)
            && self.is_suspicious(&said)
        {
            self.plain_text(&said, place, threshold.max(BASE64_THRESHOLD));
        }
    }

    /// The same of text that is not encoded further; says how sure SQL or script in it is.
    fn plain_text(&mut self, value: &Decoded, place: &Place<'_>, threshold: f32) -> f32 {
        let name = place.parameter().map(lower_name);
        let filters = name.as_deref().is_some_and(|name| sqli::is_filter(name, &value.lower));
        let broken = name.as_deref().map_or(0.0, |name| sqli::broken_number(name, &value.lower));
        let sqli = if filters { 0.0 } else { sqli::score(value).max(broken) };
        self.signs.note(Class::Sqli, sqli, threshold, place, &value.text);
        if sqli >= SURE {
            return sqli;
        }
        let xss = xss::score(value);
        self.signs.note(Class::Xss, xss, threshold, place, &value.text);
        if xss >= SURE {
            return xss;
        }
        let file = traversal::score(value).max(traversal::named_file(&value.lower));
        self.signs.note(Class::Traversal, file, threshold, place, &value.text);
        self.signs.note(Class::Scanner, numbers::score(&value.lower), threshold, place, &value.text);
        // Filters call functions too.
        let threshold = if filters { threshold.max(FILTER_THRESHOLD) } else { threshold };
        self.code(value, name.as_deref(), place, threshold);
        sqli.max(xss)
    }

    /// What a server would run, evaluate, fetch or be split by.
    fn code(&mut self, value: &Decoded, name: Option<&str>, place: &Place<'_>, threshold: f32) {
        let run = shell::score(value).max(php::score(value)).max(code::score(value));
        self.signs.note(Class::Rce, run, threshold, place, &value.text);
        self.signs.note(Class::Template, template::score(value), threshold, place, &value.text);
        self.signs.note(Class::Ssrf, remote::score(value, name), threshold, place, &value.text);
        self.signs.note(Class::Splitting, splitting::score(value), threshold, place, &value.text);
        self.signs.note(Class::Query, query::score(value), threshold, place, &value.text);
    }

    fn note(&mut self, class: Class, score: f32, place: &Place<'_>, decoded: &Decoded) {
        self.signs.note(class, score, Signs::THRESHOLD, place, &decoded.text);
    }

    /// Another page's address: its parameters are judged; that it names a site is what it is for.
    fn referer(&mut self, value: &str, place: &Place<'_>) {
        let (_, query) = value.split_once('?').unwrap_or((value, value));
        for parameter in query.split('&') {
            let value = decode(parameter.split_once('=').map_or(parameter, |(_, v)| v), true);
            if (self.gate)(&value.lower) && !value.lower.starts_with("http") {
                self.text(&value, place, HEADER_THRESHOLD);
            }
        }
    }

    /// Browsers' names hold parentheses, semicolons and addresses; what else belongs to no browser.
    fn is_odd_agent(&self, lower: &str) -> bool {
        lower.contains(['\'', '"', '<', '$', '{', '|', '`', '%', '\\'])
            || ["select", "sleep", "../", "/etc/", "waitfor", "union"].iter().any(|w| lower.contains(w))
    }

    fn json(&mut self, name: &str, value: &Value) {
        match value {
            Value::String(text) => self.text(&decode(text, false), &Place::Body(name), Signs::THRESHOLD),
            Value::Array(items) => items.iter().for_each(|item| self.json(name, item)),
            Value::Object(fields) => fields.iter().for_each(|(name, field)| self.json(name, field)),
            _ => {}
        }
    }
}
