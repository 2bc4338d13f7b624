//! One JSON object a line: nginx with a JSON `log_format`, Caddy, Traefik, Envoy, and whatever names its fields alike.
//!
//! Fields are told by their names, of which each has several ([`NAMES`]); names of nested objects are joined by dots, so
//! that Caddy's `{"request":{"uri":…}}` and a flat `"request.uri"` are the same.

mod fields;

use pollwarden_core::Table;
use pollwarden_intake::{Fit, Format, Parser, Sample};

use self::fields::{Field, Fields};
use super::clock::{self, Clock};
use super::request_line::RequestLine;
use super::{LineParser, LineReader, Row, Unread, fit, known, split_target, table};

/// JSON lines.
#[derive(Debug)]
pub(crate) struct JsonLines;

impl Format for JsonLines {
    fn name(&self) -> &'static str {
        "json-lines"
    }

    fn table(&self) -> &'static Table {
        table()
    }

    fn sniff(&self, sample: &Sample) -> Fit {
        if sample.bytes.trim_ascii_start().first() == Some(&b'{') { fit(sample, Reader::default()) } else { Fit::No }
    }

    fn begin(&self, _: &Sample, _: Option<&[u8]>) -> Box<dyn Parser> {
        Box::new(LineParser::new(Reader::default()))
    }
}

const MEND: &str =
    "Check that each line is one JSON object with a time, a client and a request, and that the line is whole.";

#[derive(Debug, Default)]
struct Reader {
    clock: Clock,
    fields: Fields,
}

impl LineReader for Reader {
    fn read<'a>(&'a mut self, line: &'a str) -> Result<Option<Row<'a>>, Unread> {
        let unread = |at, expected| Unread { at, expected, mend: MEND };
        self.fields.read(line).map_err(|error| unread(error.column().saturating_sub(1), "a JSON object"))?;
        let fields = &self.fields;
        let time = fields.get(Field::Time).ok_or(unread(0, "a field named time, ts, timestamp or the like"))?;
        let time = moment(time, &mut self.clock)
            .ok_or(unread(line.find(time).unwrap_or(0), "a time with its zone, or seconds since 1970"))?;
        let request = request(fields).ok_or(unread(0, "a field named request, uri, path or the like"))?;
        Ok(Some(Row {
            time,
            client: fields.get(Field::Client).map_or("-", without_port),
            user: fields.get(Field::User),
            method: request.method,
            path: request.path,
            query: request.query,
            status: fields.get(Field::Status).and_then(|s| s.parse().ok()),
            bytes: fields.get(Field::Bytes).and_then(whole_number),
            duration_us: duration(fields),
            referer: fields.get(Field::Referer),
            agent: fields.get(Field::Agent),
            host: fields.get(Field::Host).or(request.host),
        }))
    }
}

fn moment(text: &str, clock: &mut Clock) -> Option<i64> {
    if let Ok(number) = text.parse::<f64>() {
        return clock::epoch(number);
    }
    clock.bracketed(text.trim_matches(['[', ']']).as_bytes())
}

/// From a request line, or from its parts in fields of their own.
fn request(fields: &Fields) -> Option<RequestLine<'_>> {
    if let Some(line) = fields.get(Field::RequestLine) {
        return Some(RequestLine::split(line));
    }
    let method = fields.get(Field::Method).unwrap_or_default();
    let (path, query) = split_target(fields.get(Field::Target)?);
    let query = query.or(fields.get(Field::Query).map(|q| q.trim_start_matches('?')).and_then(known));
    Some(RequestLine { method, path, query, host: None })
}

fn whole_number(text: &str) -> Option<u64> {
    text.parse().ok().or_else(|| text.parse::<f64>().ok().filter(|n| (0.0..9e15).contains(n)).map(|n| n as u64))
}

/// By the unit its name tells: seconds (nginx, Caddy), milliseconds (Envoy), nanoseconds (Traefik).
fn duration(fields: &Fields) -> Option<u64> {
    [(Field::Seconds, 1e6), (Field::Milliseconds, 1e3), (Field::Microseconds, 1.0), (Field::Nanoseconds, 1e-3)]
        .into_iter()
        .find_map(|(field, micros)| {
            let value: f64 = fields.get(field)?.trim_end_matches(['s', 'm']).parse().ok()?;
            (0.0..1e12).contains(&value).then_some((value * micros) as u64)
        })
}

/// `192.0.2.7:4711` and `[2001:db8::7]:4711`; of several forwarded addresses the first.
fn without_port(address: &str) -> &str {
    let address = address.split(',').next().unwrap_or(address).trim();
    match address.rsplit_once(':') {
        Some((host, _)) if !host.contains(':') => host,
        Some((host, _)) if host.ends_with(']') => host.trim_start_matches('[').trim_end_matches(']'),
        _ => address.trim_start_matches('[').trim_end_matches(']'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<R>(line: &str, look: impl FnOnce(Row<'_>) -> R) -> R {
        look(Reader::default().read(line).expect("is a line").expect("is a row"))
    }

    #[test]
    fn nginx() {
        let line = r#"{"time":"2016-06-23T02:26:12+00:00","remote_addr":"192.0.2.7","remote_user":"-","request":"GET /a?b=\"1\" HTTP/1.1","status":"200","body_bytes_sent":"512","request_time":0.120,"http_referer":"","http_user_agent":"Browser"}"#;
        read(line, |row| {
            assert_eq!((row.time, row.client, row.user), (1_466_648_772_000_000, "192.0.2.7", None));
            assert_eq!((row.method, row.path, row.query), ("GET", "/a", Some("b=\"1\"")));
            assert_eq!((row.status, row.bytes, row.duration_us), (Some(200), Some(512), Some(120_000)));
            assert_eq!((row.referer, row.agent), (None, Some("Browser")));
        });
    }

    #[test]
    fn caddy() {
        let line = r#"{"ts":1466648772.25,"logger":"http","request":{"remote_ip":"192.0.2.7","remote_port":"1","client_ip":"192.0.2.8","method":"POST","host":"vote.example","uri":"/x?y","headers":{"User-Agent":["Browser"],"Referer":["/z"]}},"user_id":"","duration":0.5,"size":7,"status":302,"resp_headers":{"Server":["Caddy"]}}"#;
        read(line, |row| {
            assert_eq!((row.time, row.client, row.host), (1_466_648_772_250_000, "192.0.2.8", Some("vote.example")));
            assert_eq!((row.method, row.path, row.query), ("POST", "/x", Some("y")));
            assert_eq!((row.status, row.bytes, row.duration_us), (Some(302), Some(7), Some(500_000)));
            assert_eq!((row.agent, row.referer), (Some("Browser"), Some("/z")));
        });
    }

    #[test]
    fn traefik() {
        let line = r#"{"ClientAddr":"192.0.2.7:39490","ClientHost":"192.0.2.7","ClientUsername":"-","DownstreamContentSize":19,"DownstreamStatus":404,"Duration":215563,"OriginStatus":200,"RequestHost":"vote.example","RequestMethod":"GET","RequestPath":"/a?b=1","request_User-Agent":"Browser","StartUTC":"2016-06-23T02:26:12.5Z","time":"2016-06-23T02:26:13Z"}"#;
        read(line, |row| {
            assert_eq!((row.time, row.client, row.agent), (1_466_648_773_000_000, "192.0.2.7", Some("Browser")));
            assert_eq!((row.path, row.query, row.status), ("/a", Some("b=1"), Some(404)));
            assert_eq!((row.bytes, row.duration_us), (Some(19), Some(215)));
        });
    }

    #[test]
    fn parts_of_the_request_in_fields_of_their_own() {
        let line = r#"{"@timestamp":"23/Jun/2016:02:26:12 +0000","source":{"ip":"2001:db8::7"},"http":{"request":{"method":"GET"},"response":{"status_code":200,"body":{"bytes":5}}},"url":{"path":"/a","query":"b=1"}}"#;
        read(line, |row| {
            assert_eq!((row.time, row.client), (1_466_648_772_000_000, "2001:db8::7"));
            assert_eq!((row.method, row.path, row.query, row.status), ("GET", "/a", Some("b=1"), Some(200)));
        });
    }

    #[test]
    fn a_line_that_is_no_request_says_so() {
        let error = |line: &str| Reader::default().read(line).expect_err("is no row");
        assert_eq!(error(r#"{"time":"2016-06-23T02:26:12Z","request":"GET"#).expected, "a JSON object");
        assert!(error(r#"{"request":"GET / HTTP/1.1"}"#).expected.contains("time"));
        assert_eq!(error(r#"{"time":"yesterday","request":"GET / HTTP/1.1"}"#).at, 9);
        assert!(error(r#"{"time":"2016-06-23T02:26:12Z","msg":"started"}"#).expected.contains("uri"));
        assert!(Reader::default().read("[1]").is_err());
    }
}
