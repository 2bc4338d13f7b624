//! One JSON object a line: nginx with a JSON `log_format`, Caddy, Traefik, Envoy, Cloudflare (Logpush), Azure (App Service,
//! Application Gateway, Front Door), Google Cloud, and whatever names its fields alike.
//!
//! Fields are told by their names, of which each has several ([`fields::NAMES`]); names of nested objects are joined by dots,
//! so that Caddy's `{"request":{"uri":…}}` and a flat `"request.uri"` are the same. A line of another log within a field, as
//! containers write it, is read as the line that it is.

mod fields;

use pollwarden_intake::{Fit, Sample};

use self::fields::{Field, Fields};
use super::address::bare;
use super::combined::{self, Combined};
use super::request_line::RequestLine;
use super::times::Times;
use super::{LineFormat, LineReader, Row, Settings, Unread, fit, syslog};

/// JSON lines.
#[derive(Debug)]
pub(crate) struct JsonLines;

impl LineFormat for JsonLines {
    const NAME: &'static str = "json-lines";
    type Reader = Reader;

    fn reader(settings: &'static Settings) -> Reader {
        let (times, combined) = (Times::new(settings), Combined::reader(settings));
        Reader { settings, times, fields: Fields::default(), combined }
    }

    fn sniff(sample: &Sample, reader: Reader) -> Fit {
        let first = sample.bytes.trim_ascii_start().split(|b| *b == b'\n').next().unwrap_or_default();
        let is_json = std::str::from_utf8(first).is_ok_and(|line| syslog::body(line).starts_with('{'));
        if is_json || first.first() == Some(&b'{') { fit(sample, reader) } else { Fit::No }
    }
}

const MEND: &str =
    "Check that each line is one JSON object with a time, a client and a request, and that the line is whole.";

#[derive(Debug)]
pub(crate) struct Reader {
    settings: &'static Settings,
    times: Times,
    fields: Fields,
    /// For a line of a combined log within a field.
    combined: combined::Reader,
}

impl LineReader for Reader {
    fn read<'a>(&'a mut self, line: &'a str) -> Result<Option<Row<'a>>, Unread> {
        let unread = |at, expected| Unread { at, expected, mend: MEND };
        let body = if line.starts_with('{') { line } else { syslog::body(line) };
        let before = line.len() - body.len();
        self.fields.read(body).map_err(|error| unread(before + error.column().saturating_sub(1), "a JSON object"))?;
        let fields = &self.fields;
        let Some(request) = request(fields) else {
            let text = fields.get(Field::Text).map(str::trim_end);
            let row = text.and_then(|text| self.combined.read(text).ok().flatten());
            return row.map(Some).ok_or(unread(0, "a field named request, uri, path or the like"));
        };
        let time = fields.get(Field::Time).ok_or(unread(0, "a field named time, ts, timestamp or the like"))?;
        let time = moment(time, fields.get(Field::Date), &mut self.times)
            .ok_or(unread(line.find(time).unwrap_or(0), "a time, or seconds since 1970"))?;
        Ok(Some(Row {
            time,
            client: client(fields, self.settings),
            user: fields.get(Field::User),
            method: request.method,
            path: request.path,
            query: request.query,
            status: fields.get(Field::Status).and_then(|s| s.parse().ok()).filter(|s| *s >= 100),
            bytes: fields.get(Field::Bytes).and_then(whole_number),
            duration_us: duration(fields),
            referer: fields.get(Field::Referer),
            agent: fields.get(Field::Agent),
            host: fields.get(Field::Host).or(request.host.map(bare)),
        }))
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

/// CloudFront writes date and time in fields of their own, in UTC.
fn moment(time: &str, date: Option<&str>, times: &mut Times) -> Option<i64> {
    match date {
        Some(date) if time.as_bytes().get(2) == Some(&b':') => times.clock.date_and_time(date, time),
        _ => times.any(time),
    }
}

/// Front Door's `clientIp` is taken from X-Forwarded-For, `socketIp` is the peer (Azure, *Monitor metrics and logs in Azure
/// Front Door*).
fn client<'a>(fields: &'a Fields, settings: &'static Settings) -> &'a str {
    let trusted = &settings.trusted;
    let (client, forwarded) = (fields.get(Field::Client), fields.get(Field::Forwarded));
    match (fields.get(Field::Socket), client) {
        (Some(peer), _) => trusted.client(peer, forwarded.or(client)),
        (None, Some(list)) if list.contains(',') => trusted.client_of_list(list),
        (None, Some(peer)) => trusted.client(peer, forwarded),
        (None, None) => forwarded.map_or("-", |list| trusted.client_of_list(list)),
    }
}

/// From a request line, or from its parts in fields of their own.
fn request(fields: &Fields) -> Option<RequestLine<'_>> {
    if let Some(line) = fields.get(Field::RequestLine) {
        return Some(RequestLine::split(line));
    }
    let method = fields.get(Field::Method).unwrap_or_default();
    Some(RequestLine::of_parts(method, fields.get(Field::Target)?, fields.get(Field::Query)))
}

fn whole_number(text: &str) -> Option<u64> {
    text.parse().ok().or_else(|| text.parse::<f64>().ok().filter(|n| (0.0..9e15).contains(n)).map(|n| n as u64))
}

/// By the unit its name tells: seconds (nginx, Caddy), milliseconds (App Service), nanoseconds (Traefik). Envoy's `duration`
/// is in milliseconds; `timeTaken` is in seconds where it has decimals (Front Door, Application Gateway version 2), else
/// in milliseconds.
fn duration(fields: &Fields) -> Option<u64> {
    const UNITS: [(Field, f64); 5] = [
        (Field::Seconds, 1e6),
        (Field::Milliseconds, 1e3),
        (Field::Microseconds, 1.0),
        (Field::Nanoseconds, 1e-3),
        (Field::TimeTaken, 1e6),
    ];
    let (text, micros) = UNITS.into_iter().find_map(|(field, micros)| Some((fields.get(field)?, micros)))?;
    let is_milliseconds = text.ends_with("ms")
        || (fields.get(Field::TimeTaken) == Some(text) && !text.contains('.'))
        || fields.has(Field::EnvoyFlags);
    let value: f64 = text.trim_end_matches(['s', 'm']).parse().ok()?;
    let micros = if is_milliseconds { 1e3 } else { micros };
    (0.0..1e12).contains(&value).then_some((value * micros).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<R>(line: &str, look: impl FnOnce(Row<'_>) -> R) -> R {
        look(JsonLines::reader(&super::super::PLAIN).read(line).expect("is a line").expect("is a row"))
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
            assert_eq!((row.bytes, row.duration_us), (Some(19), Some(216)));
        });
    }

    #[test]
    fn envoy() {
        let line = r#"{"start_time":"2016-06-23T02:26:12.500Z","method":"GET","path":"/a?b=1","response_code":200,"response_flags":"-","bytes_sent":5,"duration":12,"x_forwarded_for":"198.51.100.66, 203.0.113.5","downstream_remote_address":"[2001:db8::7]:4711","authority":"vote.example"}"#;
        read(line, |row| {
            assert_eq!((row.client, row.duration_us, row.bytes), ("2001:db8::7", Some(12_000), Some(5)));
            assert_eq!((row.path, row.query, row.host), ("/a", Some("b=1"), Some("vote.example")));
        });
    }

    #[test]
    fn azure_app_service_writes_json_within_json() {
        let line = r#"{"time":"2016-06-23T02:26:12Z","category":"AppServiceHTTPLogs","properties":"{\"CsMethod\":\"GET\",\"CsUriStem\":\"/a\",\"CsUriQuery\":\"b=1\",\"CIp\":\"192.0.2.7\",\"UserAgent\":\"Browser\",\"CsHost\":\"vote.example\",\"ScStatus\":200,\"ScBytes\":5,\"TimeTaken\":31,\"CsUsername\":\"-\"}"}"#;
        read(line, |row| {
            assert_eq!((row.client, row.path, row.query, row.user), ("192.0.2.7", "/a", Some("b=1"), None));
            assert_eq!((row.status, row.bytes, row.duration_us), (Some(200), Some(5), Some(31_000)));
            assert_eq!((row.agent, row.host), (Some("Browser"), Some("vote.example")));
        });
    }

    #[test]
    fn azure_front_door_and_application_gateway() {
        let line = r#"{"time":"2016-06-23T02:26:12.0000000Z","category":"FrontDoorAccessLog","properties":{"httpMethod":"GET","requestUri":"https://vote.example:443/a?b=1","clientIp":"203.0.113.5","socketIp":"192.0.2.7","httpStatusCode":"200","responseBytes":"5","timeTaken":"0.023","userAgent":"Browser"}}"#;
        read(line, |row| {
            assert_eq!((row.client, row.path, row.query), ("192.0.2.7", "/a", Some("b=1")));
            assert_eq!((row.status, row.bytes, row.duration_us), (Some(200), Some(5), Some(23_000)));
        });
        let line = r#"{"timeStamp":"2016-06-23T02:26:12+00:00","properties":{"clientIP":"192.0.2.7","clientPort":1,"httpMethod":"GET","requestUri":"/a","requestQuery":"b=1","httpStatus":200,"sentBytes":5,"timeTaken":1.0,"host":"vote.example"}}"#;
        read(line, |row| {
            assert_eq!((row.client, row.path, row.query), ("192.0.2.7", "/a", Some("b=1")));
            assert_eq!((row.status, row.bytes, row.duration_us), (Some(200), Some(5), Some(1_000_000)));
        });
    }

    #[test]
    fn cloudflare_and_cloudfront() {
        let line = r#"{"ClientIP":"2001:db8::7","ClientRequestHost":"vote.example","ClientRequestMethod":"GET","ClientRequestURI":"/a?b=1","EdgeResponseBytes":512,"EdgeResponseStatus":200,"EdgeStartTimestamp":1466648772000000000,"ClientRequestUserAgent":"Browser"}"#;
        read(line, |row| {
            assert_eq!((row.time, row.client), (1_466_648_772_000_000, "2001:db8::7"));
            assert_eq!((row.path, row.query, row.bytes), ("/a", Some("b=1"), Some(512)));
        });
        let line = r#"{"date":"2016-06-23","time":"02:26:12","c-ip":"192.0.2.7","cs-method":"GET","cs-uri-stem":"/a","cs-uri-query":"b=1","sc-status":"200","sc-bytes":"512","time-taken":"0.001","cs(User-Agent)":"Browser"}"#;
        read(line, |row| {
            assert_eq!((row.time, row.client), (1_466_648_772_000_000, "192.0.2.7"));
            assert_eq!((row.status, row.duration_us, row.agent), (Some(200), Some(1_000), Some("Browser")));
        });
    }

    #[test]
    fn a_line_of_another_log_within() {
        let line = r#"{"log":"192.0.2.7 - - [23/Jun/2016:02:26:12 +0000] \"GET /a HTTP/1.1\" 200 5 \"-\" \"Browser\"\n","stream":"stdout","time":"2016-06-23T02:26:12.9Z"}"#;
        read(line, |row| assert_eq!((row.client, row.path, row.agent), ("192.0.2.7", "/a", Some("Browser"))));
        let line = r#"Jun 23 02:26:12 web1 nginx: {"time":"2016-06-23T02:26:12Z","request":"GET /a HTTP/1.1"}"#;
        read(line, |row| assert_eq!((row.client, row.path), ("-", "/a")));
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
        let error = |line: &str| JsonLines::reader(&super::super::PLAIN).read(line).map(|_| ()).expect_err("is no row");
        assert_eq!(error(r#"{"time":"2016-06-23T02:26:12Z","request":"GET"#).expected, "a JSON object");
        assert!(error(r#"{"request":"GET / HTTP/1.1"}"#).expected.contains("time"));
        assert_eq!(error(r#"{"time":"yesterday","request":"GET / HTTP/1.1"}"#).at, 9);
        assert!(error(r#"{"time":"2016-06-23T02:26:12Z","msg":"started"}"#).expected.contains("uri"));
        assert!(JsonLines::reader(&super::super::PLAIN).read("[1]").is_err());
    }
}
