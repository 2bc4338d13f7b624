//! The common and combined log formats of Apache and nginx (Apache, *Log Files*, "Access Log"), with what servers put
//! before and after them: a virtual host, a syslog header, forwarded addresses, a duration.
//!
//! A line is read from its time on, since what stands before it varies: `client ident user [time] "request" status bytes
//! "referer" "agent" …`.

use memchr::{memchr, memchr2};

use super::address::{Trusted, bare};
use super::clock::Clock;
use super::request_line::RequestLine;
use super::{LineFormat, LineReader, PLAIN, Row, Settings, Unread, escapes, known, syslog};

const MEND: &str =
    "Check that the log is in Apache's or nginx's common or combined format, and that the line is whole.";

const ERROR_LOG: &str =
    "This is a line of the server's error log, whose requests stand in its access log too: give the access log alone.";

/// Common and combined logs.
#[derive(Debug)]
pub(crate) struct Combined;

impl LineFormat for Combined {
    const NAME: &'static str = "combined";
    type Reader = Reader;

    fn reader(settings: &'static Settings) -> Reader {
        Reader { settings, ..Reader::default() }
    }
}

#[derive(Debug)]
pub(crate) struct Reader {
    settings: &'static Settings,
    clock: Clock,
    request: String,
    referer: String,
    agent: String,
}

impl Default for Reader {
    fn default() -> Self {
        let empty = String::new;
        Self { settings: &PLAIN, clock: Clock::default(), request: empty(), referer: empty(), agent: empty() }
    }
}

impl LineReader for Reader {
    fn read<'a>(&'a mut self, line: &'a str) -> Result<Option<Row<'a>>, Unread> {
        let bytes = line.as_bytes();
        let (who, close, time) = match plain_beginning(line, &mut self.clock) {
            Some(found) => found,
            None => {
                let (open, close, time) = find_time(bytes, &mut self.clock)?;
                (Who::read(line[..open].trim_end()), close, time)
            }
        };
        let request = quoted(line, close + 1).ok_or(unread(close + 1, "the request in quotes"))?;
        let (status, at) = word(line, request.end);
        let (length, at) = word(line, at);
        let status = status_code(status).ok_or(unread(request.end, "the status and the number of bytes"))?;
        let referer = quoted(line, at);
        let agent = referer.and_then(|r| quoted(line, r.end));
        let rest = agent.or(referer).map_or(at, |q| q.end);

        let request = RequestLine::split(request.undone(&mut self.request));
        Ok(Some(Row {
            time,
            client: who.client(&line[rest..], &self.settings.trusted),
            user: who.user,
            method: request.method,
            path: request.path,
            query: request.query,
            status,
            bytes: number_of_bytes(length),
            duration_us: duration(&line[rest..]),
            referer: referer.and_then(|r| known(r.undone(&mut self.referer))),
            agent: agent.and_then(|a| known(a.undone(&mut self.agent))),
            host: request.host.or(who.host),
        }))
    }
}

fn unread(at: usize, expected: &'static str) -> Unread {
    Unread { at, expected, mend: MEND }
}

/// Where the time's brackets are, and the time.
fn find_time(line: &[u8], clock: &mut Clock) -> Result<(usize, usize, i64), Unread> {
    const LONGEST_TIME: usize = 40;
    let mut from = 0;
    while let Some(open) = memchr(b'[', &line[from..]).map(|at| from + at) {
        let window = &line[open + 1..line.len().min(open + 1 + LONGEST_TIME)];
        // The ordinary time has 26 characters; any other bracket (a process id, an IPv6 address) is passed over.
        let length = if window.get(26) == Some(&b']') { Some(26) } else { memchr(b']', window) };
        if let Some(length) = length
            && let Some(time) = clock.bracketed(&window[..length])
        {
            return Ok((open, open + 1 + length, time));
        }
        from = open + 1;
    }
    let mend = if is_error(line) { ERROR_LOG } else { MEND };
    Err(Unread { at: 0, expected: "a time in brackets, such as [10/Oct/2016:13:55:36 -0700]", mend })
}

/// Whether a line without a time of request is one of Apache's or nginx's error log, which names a level in brackets.
fn is_error(line: &[u8]) -> bool {
    const LEVELS: [&[u8]; 8] = [b"emerg", b"alert", b"crit", b"error", b"warn", b"notice", b"info", b"debug"];
    let named = |part: &[u8]| {
        let level = part.split(|b| *b == b']').next().unwrap_or_default();
        LEVELS.contains(&level.rsplit(|b| *b == b':').next().unwrap_or_default())
    };
    line.split(|b| *b == b'[').skip(1).take(3).any(named)
}

/// What stands before the time.
struct Who<'a> {
    /// The peer's address, or a list of forwarded addresses in its place.
    client: &'a str,
    user: Option<&'a str>,
    host: Option<&'a str>,
    /// Whether the client is an address as it stands.
    bare: bool,
}

/// How nearly every line begins: an address, nothing else that is known, and the time, `192.0.2.7 - - [10/Oct/…]`. Who asked,
/// where the time's bracket closes, and the time.
fn plain_beginning<'a>(line: &'a str, clock: &mut Clock) -> Option<(Who<'a>, usize, i64)> {
    const LONGEST_ADDRESS: usize = 45;
    let bytes = line.as_bytes();
    let (mut end, mut marks) = (0, 0);
    while let Some(mark) = bytes.get(end).and_then(|byte| MARK[usize::from(*byte)]) {
        (end, marks) = (end + 1, marks + mark);
        if end > LONGEST_ADDRESS {
            return None;
        }
    }
    let (dots, colons) = (marks & 0xff, marks >> 8);
    // Beside dots, a colon would be before a port.
    let is_address = (dots == 3 && colons == 0 && bytes[0] != b'.') || (dots == 0 && colons >= 2);
    let after = bytes[end..].strip_prefix(b" - - [")?;
    if !is_address || after.get(26) != Some(&b']') {
        return None;
    }
    let who = Who { client: &line[..end], user: None, host: None, bare: true };
    Some((who, end + 6 + 26, clock.bracketed(&after[..26])?))
}

/// What a byte of an address counts for: a dot in the low bits, a colon above them; `None` where it can't be part of one.
const MARK: [Option<u16>; 256] = {
    let mut marks = [None; 256];
    let mut at = 0;
    while at < 256 {
        marks[at] = match at as u8 {
            b'0'..=b'9' | b'a'..=b'f' => Some(0),
            b'.' => Some(1),
            b':' => Some(1 << 8),
            _ => None,
        };
        at += 1;
    }
    marks
};

impl<'a> Who<'a> {
    fn read(text: &'a str) -> Self {
        let (first, rest) = split_word(text);
        if is_address(first) {
            return Self::client_first(text, rest, None);
        }
        let message = syslog::body(text);
        if message.len() < text.len() {
            return Self::read(message);
        }
        let (second, after) = split_word(rest);
        if is_address(second) {
            return Self::client_first(rest, after, known(without_port(first)));
        }
        match text.rsplit_once(": ") {
            // What else may stand before ends like a header of syslog.
            Some((_, after_header)) => Self::read(after_header),
            None => Self::client_first(text, rest, None),
        }
    }

    /// `client ident user`; `text` begins with the client, `rest` after it. Behind a proxy a list may stand for the client.
    fn client_first(text: &'a str, mut rest: &'a str, host: Option<&'a str>) -> Self {
        let mut end = split_word(text).0.len();
        while text[..end].ends_with(',') && !rest.is_empty() {
            let (word, after) = split_word(rest);
            end = text.len() - rest.len() + word.len();
            rest = after;
        }
        let (_ident, user) = split_word(rest);
        Self { client: &text[..end], user: known(without_request_id(user)), host, bare: false }
    }

    /// The client's address; `rest` is what follows the agent, where the forwarded addresses may stand.
    fn client(&self, rest: &'a str, trusted: &Trusted) -> &'a str {
        if self.bare && trusted.0.is_empty() {
            return self.client;
        }
        if memchr(b',', self.client.as_bytes()).is_some() {
            return trusted.client_of_list(self.client.trim_end_matches(','));
        }
        if trusted.0.is_empty() { bare(self.client) } else { trusted.client(self.client, forwarded(rest)) }
    }
}

/// BunkerWeb and others log nginx's `$request_id` before the user. Taken for a user it would make each request another's.
fn without_request_id(user: &str) -> &str {
    match user.split_once(' ') {
        Some((_, "-")) => "-",
        Some((id, user)) if id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()) => user,
        _ => user,
    }
}

/// A field in quotes that holds nothing but addresses.
fn forwarded(rest: &str) -> Option<&str> {
    let all_addresses = |field: &&str| !field.is_empty() && field.split(',').all(|part| is_address(part.trim()));
    rest.split('"').skip(1).step_by(2).find(all_addresses)
}

fn split_word(text: &str) -> (&str, &str) {
    match memchr(b' ', text.as_bytes()) {
        Some(blank) => (&text[..blank], text[blank..].trim_start_matches(' ')),
        None => (text, ""),
    }
}

/// Whether a word looks like an address: IPv4 in digits and dots, IPv6 in hexadecimal digits and colons.
fn is_address(word: &str) -> bool {
    let word = word.strip_suffix(',').unwrap_or(word).as_bytes();
    let (mut digits, mut dots, mut colons) = (false, 0, 0);
    for &byte in word {
        match byte {
            b'0'..=b'9' => digits = true,
            b'.' => dots += 1,
            b':' => colons += 1,
            b'a'..=b'f' | b'A'..=b'F' | b'[' | b']' | b'%' => {}
            _ => return false,
        }
    }
    (digits && dots == 3) || colons >= 2
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Text between quotes.
#[derive(Clone, Copy)]
struct Quoted<'a> {
    text: &'a str,
    escaped: bool,
    /// After the closing quote.
    end: usize,
}

impl<'a> Quoted<'a> {
    fn undone(self, out: &'a mut String) -> &'a str {
        if self.escaped { escapes::undo(self.text, out) } else { self.text }
    }
}

/// Text in quotes that begins at `at`, after blanks. A quote that is escaped, or not followed by a blank or the end of the
/// line, belongs to the text: some servers don't escape it.
fn quoted(line: &str, at: usize) -> Option<Quoted<'_>> {
    let bytes = line.as_bytes();
    let mut start = at;
    while *bytes.get(start)? == b' ' {
        start += 1;
    }
    if bytes[start] != b'"' {
        return None;
    }
    let (mut from, mut escaped) = (start + 1, false);
    loop {
        let found = from + memchr2(b'"', b'\\', &bytes[from..])?;
        if bytes[found] == b'\\' {
            escaped = true;
            from = (found + 2).min(bytes.len());
        } else if matches!(bytes.get(found + 1), None | Some(b' ')) {
            return Some(Quoted { text: &line[start + 1..found], escaped, end: found + 1 });
        } else {
            from = found + 1;
        }
    }
}

/// The next word from `at` on, and where it ends.
fn word(line: &str, at: usize) -> (&str, usize) {
    let bytes = line.as_bytes();
    let is_blank = |at: usize| bytes.get(at).map(|byte| *byte == b' ');
    // Words are short: to look byte by byte is quicker than to begin a search.
    let mut start = at;
    while is_blank(start) == Some(true) {
        start += 1;
    }
    let mut end = start;
    while is_blank(end) == Some(false) {
        end += 1;
    }
    (&line[start..end], end)
}

/// `Some(None)` for `-`; `None` for what is no status.
#[allow(clippy::option_option, reason = "no status, a status unknown to the server, and a status are three things")]
fn status_code(text: &str) -> Option<Option<u16>> {
    match text.as_bytes() {
        b"-" => Some(None),
        [a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9'] => {
            Some(Some(u16::from(a - b'0') * 100 + u16::from(b - b'0') * 10 + u16::from(c - b'0')))
        }
        _ => None,
    }
}

/// `-` stands for no bytes.
fn number_of_bytes(text: &str) -> Option<u64> {
    if text == "-" { Some(0) } else { text.parse().ok() }
}

/// The time the answer took, among the fields that follow the agent, where a field can mean nothing else: nginx's
/// `$request_time` has three decimals of a second, also as `rt=` or `request_time=`; Traefik writes milliseconds as `12ms`.
fn duration(rest: &str) -> Option<u64> {
    rest.split_ascii_whitespace().map(|field| field.trim_matches('"')).find_map(|field| {
        if let Some(millis) = field.strip_suffix("ms") {
            return millis.parse::<u64>().ok()?.checked_mul(1000);
        }
        let seconds = field.strip_prefix("rt=").or_else(|| field.strip_prefix("request_time=")).unwrap_or(field);
        let (whole, decimals) = seconds.split_once('.')?;
        if decimals.len() != 3 || !decimals.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let (whole, millis): (u64, u64) = (whole.parse().ok()?, decimals.parse().ok()?);
        whole.checked_mul(1_000_000)?.checked_add(millis * 1000)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<R>(line: &str, look: impl FnOnce(Row<'_>) -> R) -> R {
        look(Reader::default().read(line).expect("is a line").expect("is a row"))
    }

    const TAIL: &str = r#"[23/Jun/2016:02:26:12 +0000] "GET /a?b=1 HTTP/1.1" 200 5120 "/from" "Browser/1.0 (x)""#;

    #[test]
    fn the_combined_format() {
        read(&format!("192.0.2.7 - ann {TAIL}"), |row| {
            assert_eq!((row.client, row.user, row.host), ("192.0.2.7", Some("ann"), None));
            assert_eq!((row.method, row.path, row.query), ("GET", "/a", Some("b=1")));
            assert_eq!((row.status, row.bytes, row.duration_us), (Some(200), Some(5120), None));
            assert_eq!((row.referer, row.agent), (Some("/from"), Some("Browser/1.0 (x)")));
            assert_eq!(row.time, 1_466_648_772_000_000);
        });
    }

    #[test]
    fn the_common_format() {
        read(r#"2001:db8::7 - - [23/Jun/2016:02:26:12 +0000] "GET / HTTP/1.0" 304 -"#, |row| {
            assert_eq!((row.client, row.bytes, row.agent), ("2001:db8::7", Some(0), None));
        });
    }

    #[test]
    fn what_stands_before_the_time() {
        let cases = [
            ("vote.example:443 192.0.2.7 - -", "192.0.2.7", None, Some("vote.example")),
            ("Sep 15 16:13:46 web1 nginx[2869]: 192.0.2.7 - -", "192.0.2.7", None, None),
            ("192.0.2.7, 198.51.100.2 - ann lee", "198.51.100.2", Some("ann lee"), None),
            ("192.0.2.7,198.51.100.2 - -", "198.51.100.2", None, None),
            ("192.0.2.7:4711 - -", "192.0.2.7", None, None),
            ("[2001:db8::7]:4711 - -", "2001:db8::7", None, None),
            ("fe80::7%eth0 - -", "fe80::7", None, None),
            ("<171>1 2025-11-05T20:47:03Z 10.0.0.1 nginx - - - 192.0.2.7 - -", "192.0.2.7", None, None),
            ("2025-11-05T20:47:03.5Z stdout F 192.0.2.7 - -", "192.0.2.7", None, None),
            ("vote.example 192.0.2.7 - 95386da81aa13b6ab3ce9c989e1e470e -", "192.0.2.7", None, Some("vote.example")),
            ("192.0.2.7 - 95386da81aa13b6ab3ce9c989e1e470e ann", "192.0.2.7", Some("ann"), None),
            ("192.0.2.7 - req7 -", "192.0.2.7", None, None),
            ("dial-7.example - -", "dial-7.example", None, None),
            ("::1 - -", "::1", None, None),
        ];
        for (before, client, user, host) in cases {
            read(&format!("{before} {TAIL}"), |row| {
                assert_eq!((row.client, row.user, row.host), (client, user, host), "{before}");
            });
        }
    }

    #[test]
    fn a_trusted_proxy_says_for_whom_it_asks() {
        let trusted = Trusted(vec!["192.0.2.0/24".parse().unwrap()]);
        let settings = Box::leak(Box::new(Settings { trusted, zone: None, pattern: Vec::new() }));
        let client = |peer: &str, after: &str| {
            let line = format!("{peer} - - {TAIL}{after}");
            Combined::reader(settings).read(&line).unwrap().unwrap().client.to_owned()
        };
        assert_eq!(client("192.0.2.7", r#" "203.0.113.5, 192.0.2.9""#), "203.0.113.5");
        assert_eq!(client("192.0.2.7", r#" "0.120" 12 "2001:db8::5""#), "2001:db8::5");
        assert_eq!(client("192.0.2.7", r#" "-""#), "192.0.2.7");
        assert_eq!(client("198.51.100.7", r#" "203.0.113.5""#), "198.51.100.7");
        read(&format!(r#"192.0.2.7 - - {TAIL} "203.0.113.5""#), |row| assert_eq!(row.client, "192.0.2.7"));
    }

    #[test]
    fn what_stands_after_the_agent() {
        let cases = [
            (r#" "0.120""#, Some(120_000)),
            (" rt=1.500 uct=0.001", Some(1_500_000)),
            (r#" 500 "router" "http://10.0.0.1" 12ms"#, Some(12_000)),
            (r#" "203.0.113.5""#, None),
            (" 4711", None),
        ];
        for (after, duration) in cases {
            read(&format!("192.0.2.7 - - {TAIL}{after}"), |row| assert_eq!(row.duration_us, duration, "{after}"));
        }
    }

    #[test]
    fn quotes_within_quotes() {
        let line =
            r#"192.0.2.7 - - [23/Jun/2016:02:26:12 +0000] "GET /a\"b\x27 HTTP/1.1" 404 1 "-" "odd/"1"x \"one\" two""#;
        read(line, |row| {
            assert_eq!((row.path, row.referer, row.agent), (r#"/a"b'"#, None, Some(r#"odd/"1"x "one" two"#)));
        });
    }

    #[test]
    fn broken_requests_are_rows() {
        for request in ["-", r"\x16\x03\x01\x02", "", "quit"] {
            let line = format!(r#"192.0.2.7 - - [23/Jun/2016:02:26:12 +0000] "{request}" 400 226 "-" "-""#);
            read(&line, |row| assert_eq!((row.method, row.path), ("", request)));
        }
    }

    #[test]
    fn a_line_of_an_error_log_is_named_as_such() {
        for (line, is_error) in [
            ("2021/09/30 09:23:53 [error] 19#19: *17 open() failed, request: \"GET / HTTP/1.1\"", true),
            ("[Fri Oct 08 17:08:41.203277 2021] [core:error] [pid 7005:tid 1] AH00126: Invalid URI", true),
            ("free text", false),
        ] {
            assert_eq!(Reader::default().read(line).expect_err("is no line").mend == ERROR_LOG, is_error, "{line}");
        }
    }

    #[test]
    fn a_line_that_can_not_be_read_says_where_it_went_wrong() {
        let at = |line: &str| Reader::default().read(line).expect_err("is no line").at;
        assert_eq!(at("free text"), 0);
        assert_eq!(at(r#"192.0.2.7 - - [23/Jun/2016:02:26:12 +0000] GET"#), 42);
        assert_eq!(at(r#"192.0.2.7 - - [23/Jun/2016:02:26:12 +0000] "GET /"#), 42);
        assert_eq!(at(r#"192.0.2.7 - - [23/Jun/2016:02:26:12 +0000] "GET / HTTP/1.1" OK"#), 59);
    }
}
