//! Reads lines by patterns.

use memchr::memchr;

use super::super::line::{LineReader, Unread};
use super::super::request_line::RequestLine;
use super::super::rows::Row;
use super::super::times::Times;
use super::super::{Settings, address, escapes, known, syslog};
use super::{Part, Pattern, Until, Value};

/// How a server writes what would break its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Escape {
    /// `\"` and `\x22`: nginx, Apache and most others.
    Backslash,
    /// `#22`: HAProxy.
    Hash,
}

/// Reads lines of the first pattern that fits.
pub(crate) struct PatternReader {
    patterns: &'static [Pattern],
    escape: Escape,
    settings: &'static Settings,
    times: Times,
    values: Values,
    mend: &'static str,
}

/// Texts that a row can borrow.
const KINDS: usize = 11;

/// A line's values.
#[derive(Debug, Default)]
struct Values {
    places: [Option<(usize, usize)>; KINDS],
    /// Text whose escapes were undone.
    undone: [String; KINDS],
    is_undone: [bool; KINDS],
    time: Option<i64>,
    status: Option<u16>,
    bytes: Option<u64>,
    duration: Option<u64>,
}

impl PatternReader {
    pub(crate) fn new(
        patterns: &'static [Pattern],
        escape: Escape,
        settings: &'static Settings,
        mend: &'static str,
    ) -> Self {
        Self { patterns, escape, settings, times: Times::new(settings), values: Values::default(), mend }
    }

    /// Reads a line into `values` by any pattern.
    fn take(&mut self, line: &str) -> Result<(), Unread> {
        let mut furthest = Unread { at: 0, expected: "a request", mend: self.mend };
        // Always in the same order: what a line is read as must not depend on the lines before it.
        for pattern in self.patterns {
            match self.take_by(pattern, line) {
                Ok(()) => return Ok(()),
                Err((at, expected)) if at >= furthest.at => furthest = Unread { at, expected, mend: self.mend },
                Err(_) => {}
            }
        }
        Err(furthest)
    }

    fn take_by(&mut self, pattern: &Pattern, line: &str) -> Result<(), (usize, &'static str)> {
        self.values.clear();
        let mut at = pattern.lead.len();
        if !line.starts_with(&pattern.lead) {
            return Err((0, "the text that the format begins with"));
        }
        for part in &pattern.parts {
            let end = part.end(line, at, self.escape).ok_or((at, part.value.expected()))?;
            self.values.take(part, line, (at, end), &mut self.times, self.escape).ok_or((at, part.value.expected()))?;
            at = end + part.until_length();
        }
        let whole = pattern.open_ended || at >= line.len();
        if whole { Ok(()) } else { Err((at, "the end of the line")) }
    }
}

impl LineReader for PatternReader {
    fn read<'a>(&'a mut self, line: &'a str) -> Result<Option<Row<'a>>, Unread> {
        // The header of syslog comes off first; a format may also name it as its own.
        let body = syslog::body(line);
        let line = match self.take(body) {
            Ok(()) => body,
            Err(unread) if body.len() == line.len() => return Err(unread),
            Err(unread) => match self.take(line) {
                Ok(()) => line,
                Err(_) => return Err(Unread { at: unread.at + line.len() - body.len(), ..unread }),
            },
        };
        Ok(Some(self.values.row(line, self.settings)))
    }

    fn state(&self) -> String {
        self.times.state()
    }

    fn resume(&mut self, state: &str) {
        self.times.resume(state);
    }

    fn notes(&self, source: &str) -> Vec<String> {
        self.times.notes(source)
    }
}

impl Values {
    fn clear(&mut self) {
        self.places = [None; KINDS];
        (self.time, self.status, self.bytes, self.duration) = (None, None, None, None);
    }

    /// Takes a value; `None` where it is not what it should be.
    fn take(
        &mut self,
        part: &Part,
        line: &str,
        (from, to): (usize, usize),
        times: &mut Times,
        escape: Escape,
    ) -> Option<()> {
        let text = &line[from..to];
        match &part.value {
            Value::Time => self.time = Some(times.any(text)?),
            Value::FormattedTime(_) if self.time.is_some() => {}
            Value::FormattedTime(format) => self.time = Some(times.formatted(format, text)?),
            Value::Status => self.status = self.status.or(status(text)?),
            Value::Bytes => self.bytes = self.bytes.or(number_of_bytes(text)?),
            Value::Duration(unit) => self.add_duration(text, *unit),
            Value::Other => {}
            Value::Client | Value::ClientAndPort if !is_client(text) => return None,
            Value::ClientAndPort => {
                let address = text.rsplit_once(':').map_or(text, |(address, _)| address);
                self.take_text(Value::Client.kind()?, address, (from, from + address.len()), false, escape);
            }
            value => self.take_text(value.kind()?, text, (from, to), part.quoted, escape),
        }
        Some(())
    }

    /// Balancers log each leg of the way: the answer took the sum. What is not known is negative or a dash.
    fn add_duration(&mut self, text: &str, unit: f64) {
        let value = text.trim_start_matches('+').parse::<f64>().ok().filter(|v| (0.0..1e12).contains(v));
        if let Some(value) = value {
            self.duration = Some(self.duration.unwrap_or(0).saturating_add((value * unit).round() as u64));
        }
    }

    /// Of several values of a kind the first that is known counts.
    fn take_text(&mut self, kind: usize, text: &str, place: (usize, usize), quoted: bool, escape: Escape) {
        if self.places[kind].is_some() || known(text).is_none() {
            return;
        }
        self.places[kind] = Some(place);
        let out = &mut self.undone[kind];
        let plain = match escape {
            Escape::Backslash if quoted => escapes::undo(text, out),
            Escape::Backslash => text,
            Escape::Hash => escapes::undo_hash(text, out),
        };
        self.is_undone[kind] = !std::ptr::eq(plain, text);
    }

    fn get<'a>(&'a self, line: &'a str, value: &Value) -> Option<&'a str> {
        let kind = value.kind()?;
        let (from, to) = self.places[kind]?;
        Some(if self.is_undone[kind] { &self.undone[kind] } else { &line[from..to] })
    }

    fn row<'a>(&'a self, line: &'a str, settings: &'static Settings) -> Row<'a> {
        let get = |value| self.get(line, &value);
        let request = match get(Value::RequestLine) {
            // HAProxy's word for what it could not read is none of the visitor's.
            Some("<BADREQ>") => RequestLine::split("-"),
            Some(request) => RequestLine::split(request),
            None => RequestLine::of_parts(
                get(Value::Method).unwrap_or_default(),
                get(Value::Target).or(get(Value::Path)).unwrap_or_default(),
                get(Value::Query),
            ),
        };
        let client = match (get(Value::Client), get(Value::Forwarded)) {
            (Some(peer), forwarded) => settings.trusted.client(peer, forwarded),
            (None, Some(list)) => settings.trusted.client_of_list(list),
            (None, None) => "-",
        };
        Row {
            // Every pattern has a time, and a line without it is not read.
            time: self.time.unwrap_or_default(),
            client,
            user: get(Value::User),
            method: request.method,
            path: request.path,
            query: request.query,
            status: self.status,
            bytes: self.bytes,
            duration_us: self.duration,
            referer: get(Value::Referer),
            agent: get(Value::Agent),
            host: get(Value::Host).or(request.host).map(address::bare),
        }
    }
}

impl Part {
    /// Where the value that begins at `at` ends.
    fn end(&self, line: &str, at: usize, escape: Escape) -> Option<usize> {
        let rest = line.get(at..)?;
        match &self.until {
            Until::End => Some(line.len()),
            Until::Slash => Some(at + rest.find('/')?),
            Until::Text(text) if self.quoted && escape == Escape::Backslash => {
                Some(at + quote_end(rest.as_bytes(), text.needle())?)
            }
            Until::Text(text) if !self.like.is_empty() => {
                let within = text.find_iter(self.like.as_bytes()).count();
                Some(at + text.find_iter(rest.as_bytes()).nth(within)?)
            }
            Until::Text(text) => match text.find(rest.as_bytes()) {
                // HAProxy cuts a long request, its closing quote included.
                None if self.quoted && text.needle() == b"\"" => Some(line.len()),
                found => Some(at + found?),
            },
        }
    }

    fn until_length(&self) -> usize {
        match &self.until {
            Until::Text(text) => text.needle().len(),
            Until::Slash | Until::End => 0,
        }
    }
}

/// Where the closing quote stands: one that is not escaped and has the text after it that the format says. Others belong to
/// the value: some servers don't escape them.
fn quote_end(rest: &[u8], until: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let found = from + memchr::memchr2(b'"', b'\\', rest.get(from..)?)?;
        if rest[found] == b'\\' {
            from = found + 2;
        } else if rest[found..].starts_with(until) && (until.len() > 1 || ends_value(&rest[found + 1..])) {
            return Some(found);
        } else {
            from = found + 1;
        }
    }
}

/// An address or a name; behind a proxy also a list of them.
fn is_client(text: &str) -> bool {
    !text.is_empty() && text.split(", ").all(|word| !word.contains(' '))
}

fn ends_value(after: &[u8]) -> bool {
    memchr(b' ', &after[..after.len().min(1)]).is_some() || after.is_empty()
}

#[allow(clippy::option_option, reason = "no status, a status unknown to the server, and a status are three things")]
fn status(text: &str) -> Option<Option<u16>> {
    match text {
        "-" | "-1" | "0" | "000" => Some(None),
        text => Some(Some(text.parse().ok().filter(|s| (100..1000).contains(s))?)),
    }
}

/// `-` stands for no bytes.
#[allow(clippy::option_option, reason = "no number, a number unknown to the server, and a number are three things")]
fn number_of_bytes(text: &str) -> Option<Option<u64>> {
    match text {
        "-" => Some(Some(0)),
        "-1" => Some(None),
        text => Some(Some(text.trim_start_matches('+').parse().ok()?)),
    }
}

impl Value {
    /// Its place among the texts that a row can borrow.
    fn kind(&self) -> Option<usize> {
        Some(match self {
            Self::Client => 0,
            Self::Forwarded => 1,
            Self::User => 2,
            Self::RequestLine => 3,
            Self::Method => 4,
            Self::Target => 5,
            Self::Path => 6,
            Self::Query => 7,
            Self::Referer => 8,
            Self::Agent => 9,
            Self::Host => 10,
            _ => return None,
        })
    }

    fn expected(&self) -> &'static str {
        match self {
            Self::Time | Self::FormattedTime(_) => "the time, as the format writes it",
            Self::Client | Self::ClientAndPort => "the client's address",
            Self::Forwarded => "the forwarded addresses",
            Self::User => "the user",
            Self::RequestLine => "the request",
            Self::Method => "the request's method",
            Self::Target | Self::Path => "the request's path",
            Self::Query => "the request's query",
            Self::Status => "the status, three digits",
            Self::Bytes => "the number of bytes",
            Self::Duration(_) => "how long the answer took",
            Self::Referer => "the referring page",
            Self::Agent => "the user agent",
            Self::Host => "the host",
            Self::Other => "a value that the format names",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::address::Trusted;
    use super::*;

    fn reader(format: &str) -> PatternReader {
        let patterns = vec![Pattern::configured(format).expect("a format")];
        let settings: &'static Settings =
            Box::leak(Box::new(Settings { trusted: Trusted(Vec::new()), zone: None, pattern: patterns }));
        PatternReader::new(&settings.pattern, Escape::Backslash, settings, "mend")
    }

    fn read<R>(format: &str, line: &str, look: impl FnOnce(Row<'_>) -> R) -> R {
        look(reader(format).read(line).unwrap_or_else(|e| panic!("{line}: {e:?}")).expect("is a row"))
    }

    const NGINX: &str = r#"$remote_addr [$time_local] "$request" $status $body_bytes_sent $request_time "$http_user_agent" $http_x_forwarded_for"#;

    #[test]
    fn a_format_of_nginx() {
        let line = r#"192.0.2.7 [23/Jun/2016:02:26:12 +0000] "GET /a?b=\x22 HTTP/1.1" 200 5 0.120 "odd/"1"x \"y\" z" 203.0.113.5, 10.0.0.1"#;
        read(NGINX, line, |row| {
            assert_eq!((row.time, row.client), (1_466_648_772_000_000, "192.0.2.7"));
            assert_eq!((row.method, row.path, row.query), ("GET", "/a", Some("b=\"")));
            assert_eq!((row.status, row.bytes, row.duration_us), (Some(200), Some(5), Some(120_000)));
            assert_eq!(row.agent, Some(r#"odd/"1"x "y" z"#));
        });
        let parts = "$msec|$remote_addr|$request_method|$scheme://$host$request_uri|$status";
        read(parts, "1466648772.250|2001:db8::7|GET|https://vote.example/a?b=1|200", |row| {
            assert_eq!((row.time, row.client), (1_466_648_772_250_000, "2001:db8::7"));
            assert_eq!((row.host, row.path, row.query), (Some("vote.example"), "/a", Some("b=1")));
        });
    }

    #[test]
    fn a_format_of_apache() {
        let format = r#"%v:%p %h %l %u %t "%r" %>s %b %D "%{X-Forwarded-For}i" "%{User-Agent}i""#;
        let line = r#"vote.example:443 192.0.2.7 - ann [23/Jun/2016:02:26:12 +0000] "GET /a HTTP/1.1" 304 - 1500 "-" "Browser""#;
        read(format, line, |row| {
            assert_eq!((row.host, row.client, row.user), (Some("vote.example"), "192.0.2.7", Some("ann")));
            assert_eq!((row.status, row.bytes, row.duration_us), (Some(304), Some(0), Some(1_500)));
        });
        read(
            r#"%a %{%Y-%m-%d %H:%M:%S %z}t %m %U%q %>s %T"#,
            "192.0.2.7 2016-06-23 02:26:12 +0000 GET /a?b=1 200 2",
            |row| {
                assert_eq!((row.time, row.path, row.query), (1_466_648_772_000_000, "/a", Some("b=1")));
                assert_eq!(row.duration_us, Some(2_000_000));
            },
        );
    }

    #[test]
    fn a_line_of_another_format_says_where_it_differs() {
        let error = |line: &str| reader(NGINX).read(line).expect_err("is no line");
        assert_eq!(error("192.0.2.7 - - [23/Jun/2016:02:26:12 +0000]").expected, "the client's address");
        assert_eq!(error("192.0.2.7 [yesterday] \"GET / HTTP/1.1\" 200 5 0.1 \"x\" -").at, 11);
        let status = error("192.0.2.7 [23/Jun/2016:02:26:12 +0000] \"GET / HTTP/1.1\" OK 5 0.1 \"x\" -");
        assert_eq!(status.expected, "the status, three digits");
        let long =
            reader(r#"%h %t "%r" %>s"#).read("192.0.2.7 [23/Jun/2016:02:26:12 +0000] \"GET /\" 200 more").map(|_| ());
        assert!(long.is_err());
    }

    #[test]
    fn a_syslog_header_before_the_format_is_no_part_of_it() {
        let line = "Jun 23 02:26:12 web1 nginx: 192.0.2.7 [23/Jun/2016:02:26:12 +0000] \"GET / HTTP/1.1\" 200";
        read(r#"%h %t "%r" %>s"#, line, |row| assert_eq!(row.client, "192.0.2.7"));
    }
}
