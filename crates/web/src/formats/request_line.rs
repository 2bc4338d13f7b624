//! An HTTP request line (RFC 9112, section 3), as servers log it: also what was sent to the port and is none.

use super::split_target;

/// A request line in its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RequestLine<'a> {
    /// Empty where the line is no HTTP request.
    pub(crate) method: &'a str,
    /// All of the line where it is no HTTP request.
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
    /// Named in the target (`GET http://host/path`), as to a proxy.
    pub(crate) host: Option<&'a str>,
}

impl<'a> RequestLine<'a> {
    /// Splits a request line. A target with blanks in it, which no browser sends, is kept whole.
    pub(crate) fn split(line: &'a str) -> Self {
        let Some((method, rest)) = method_and_rest(line) else {
            return Self { method: "", path: line, query: None, host: None };
        };
        let (host, target) = split_authority(trimmed(without_version(rest)));
        let (path, query) = split_target(target);
        Self { method, path, query, host }
    }

    /// From a method and a target in fields of their own; the target may be a whole address, and the query stand apart.
    pub(crate) fn of_parts(method: &'a str, target: &'a str, query: Option<&'a str>) -> Self {
        let (host, target) = split_authority(target);
        let (path, in_target) = split_target(target);
        let query = in_target.or(query.map(|query| query.trim_start_matches('?')).filter(|query| !query.is_empty()));
        Self { method, path, query, host }
    }
}

/// The first word, where it can be a method, and what follows it.
fn method_and_rest(line: &str) -> Option<(&str, &str)> {
    const LONGEST_METHOD: usize = 32;
    // What nearly every line asks with.
    for method in ["GET", "POST", "HEAD"] {
        if let Some(rest) = line.strip_prefix(method).and_then(|rest| rest.strip_prefix(' ')) {
            return Some((method, rest));
        }
    }
    let is_of_method = |b: &u8| b.is_ascii_uppercase() || matches!(b, b'-' | b'_');
    let end = line.bytes().take(LONGEST_METHOD + 1).position(|b| !is_of_method(&b))?;
    let (method, rest) = line.split_at_checked(end)?;
    let has_letter = method.bytes().any(|b| b.is_ascii_uppercase());
    has_letter.then_some(method).zip(rest.strip_prefix(' '))
}

/// Without blanks around it, which hardly any has.
fn trimmed(text: &str) -> &str {
    if text.starts_with(' ') || text.ends_with(' ') { text.trim_matches(' ') } else { text }
}

fn without_version(rest: &str) -> &str {
    match rest.as_bytes() {
        [target @ .., b' ', b'H', b'T', b'T', b'P', b'/', _, b'.', _] => &rest[..target.len()],
        // HTTP/2 and HTTP/3 as some servers write them.
        [target @ .., b' ', b'H', b'T', b'T', b'P', b'/', _] => &rest[..target.len()],
        _ => rest,
    }
}

fn split_authority(target: &str) -> (Option<&str>, &str) {
    if target.as_bytes().first().is_none_or(|&b| b == b'/') {
        return (None, target);
    }
    let Some(rest) = target.strip_prefix("http://").or_else(|| target.strip_prefix("https://")) else {
        return (None, target);
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    (Some(&rest[..end]), &rest[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(line: &str) -> (&str, &str, Option<&str>, Option<&str>) {
        let RequestLine { method, path, query, host } = RequestLine::split(line);
        (method, path, query, host)
    }

    #[test]
    fn requests_of_every_version() {
        assert_eq!(split("GET /a?b=1 HTTP/1.1"), ("GET", "/a", Some("b=1"), None));
        assert_eq!(split("GET /a HTTP/2"), ("GET", "/a", None, None));
        assert_eq!(split("GET /"), ("GET", "/", None, None));
        assert_eq!(split("GET /a b?c=d e HTTP/1.0"), ("GET", "/a b", Some("c=d e"), None));
        assert_eq!(split("GET http://www.example/x HTTP/1.1"), ("GET", "/x", None, Some("www.example")));
        assert_eq!(split("CONNECT www.example:25 HTTP/1.1"), ("CONNECT", "www.example:25", None, None));
    }

    #[test]
    fn what_is_no_request_is_kept_whole() {
        for line in ["-", "", r"\x16\x03\x01", "quit", "a b c", "- - -", "Ünï code"] {
            assert_eq!(split(line), ("", line, None, None));
        }
    }
}
