//! Picks the fields that there are columns for out of a JSON object, by their names, in buffers that are used again.

use std::fmt;

use hashbrown::HashMap;
use serde::Deserializer as _;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A field that there is a column for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Time,
    Date,
    /// The peer, where the client is told apart from it.
    Socket,
    Client,
    Forwarded,
    User,
    RequestLine,
    Method,
    Target,
    Query,
    Status,
    Bytes,
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
    TimeTaken,
    /// Only Envoy has them.
    EnvoyFlags,
    /// A line of another log.
    Text,
    Referer,
    Agent,
    Host,
}

/// Names in lower case, with `.` between nested objects. Of several names in one line the earlier in this list counts.
pub(super) const NAMES: &[(Field, &[&str])] = &[
    (
        Field::Time,
        &[
            "time",
            "@timestamp",
            "timestamp",
            "ts",
            "time_iso8601",
            "time_local",
            "datetime",
            "start_time",
            "startutc",
            "msec",
            "event_time",
            "edgestarttimestamp",
            "edgeendtimestamp",
        ],
    ),
    (Field::Date, &["date"]),
    (Field::Socket, &["socketip", "socket_ip"]),
    (
        Field::Forwarded,
        &[
            "http_x_forwarded_for",
            "proxy_add_x_forwarded_for",
            "x_forwarded_for",
            "x-forwarded-for",
            "request.headers.x-forwarded-for",
            "request_x-forwarded-for",
            "headers.x-forwarded-for",
            "cs(x-forwarded-for)",
            "xff",
            "http_forwarded",
        ],
    ),
    (
        Field::Client,
        &[
            "request.client_ip",
            "client_ip",
            "clienthost",
            "remote_addr",
            "remote_ip",
            "request.remote_ip",
            "clientip",
            "client.ip",
            "client.address",
            "source.ip",
            "remotehost",
            "remote_host",
            "client",
            "ip",
            "c-ip",
            "host.ip",
            "downstream_remote_address",
            "clientaddr",
            "request.remote_addr",
            "remoteip",
            "src_ip",
            "cip",
        ],
    ),
    (
        Field::User,
        &[
            "remote_user",
            "user_id",
            "clientusername",
            "username",
            "user",
            "user.name",
            "auth_user",
            "cs-username",
            "csusername",
        ],
    ),
    (Field::RequestLine, &["request", "request_line", "http_request"]),
    (
        Field::Method,
        &[
            "request_method",
            "method",
            "request.method",
            "requestmethod",
            "http.request.method",
            "http_method",
            "verb",
            "cs-method",
            "csmethod",
            "httpmethod",
            "clientrequestmethod",
        ],
    ),
    (
        Field::Target,
        &[
            "originalrequesturiwithargs",
            "clientrequesturi",
            "request_uri",
            "uri",
            "request.uri",
            "requestpath",
            "url.original",
            "request_path",
            "path",
            "url.path",
            "request.path",
            "url",
            "request.url",
            "request_url",
            "http.url",
            "http.target",
            "target",
            "cs-uri-stem",
            "csuristem",
            "requesturi",
            "requesturl",
            "clientrequestpath",
        ],
    ),
    (
        Field::Query,
        &["query_string", "args", "url.query", "query", "request.query", "cs-uri-query", "csuriquery", "requestquery"],
    ),
    (
        Field::Status,
        &[
            "status",
            "downstreamstatus",
            "status_code",
            "response_code",
            "http.response.status_code",
            "response.status",
            "response",
            "http_status",
            "code",
            "sc-status",
            "scstatus",
            "httpstatus",
            "httpstatuscode",
            "edgeresponsestatus",
        ],
    ),
    (
        Field::Bytes,
        &[
            "body_bytes_sent",
            "size",
            "downstreamcontentsize",
            "bytes_sent",
            "bytes",
            "http.response.body.bytes",
            "response_size",
            "response.size",
            "response_length",
            "bytes_out",
            "content_length",
            "sc-bytes",
            "scbytes",
            "sentbytes",
            "responsebytes",
            "edgeresponsebodybytes",
            "edgeresponsebytes",
            "responsesize",
        ],
    ),
    (Field::Seconds, &["request_time", "duration", "elapsed", "response_time", "latency", "duration_s"]),
    (Field::Milliseconds, &["duration_ms", "latency_ms", "response_time_ms", "elapsed_ms"]),
    (Field::Microseconds, &["duration_us", "elapsed_us"]),
    (Field::Nanoseconds, &["Duration", "event.duration", "duration_ns"]),
    (Field::TimeTaken, &["time-taken", "time_taken", "timetaken"]),
    (Field::EnvoyFlags, &["response_flags"]),
    (Field::Text, &["log", "message", "msg", "textpayload", "@message", "event.original"]),
    (
        Field::Referer,
        &[
            "http_referer",
            "referer",
            "referrer",
            "request.headers.referer",
            "request_referer",
            "http.request.referrer",
            "headers.referer",
            "cs(referer)",
            "clientrequestreferer",
        ],
    ),
    (
        Field::Agent,
        &[
            "http_user_agent",
            "user_agent",
            "useragent",
            "agent",
            "request.headers.user-agent",
            "request_user-agent",
            "user_agent.original",
            "headers.user-agent",
            "user-agent",
            "cs(user-agent)",
            "request.user_agent",
            "clientrequestuseragent",
        ],
    ),
    (
        Field::Host,
        &[
            "host",
            "request.host",
            "requesthost",
            "http_host",
            "server_name",
            "vhost",
            "authority",
            "url.domain",
            "request.headers.host",
            "requestaddr",
            "x-host-header",
            "cshost",
            "cs-host",
            "clientrequesthost",
            "originalhost",
            "hostname",
        ],
    ),
];

const COUNT: usize = Field::Host as usize + 1;
/// Objects, or JSON within text, that hold a whole request: Azure's, containers', Google Cloud's.
const WRAPPERS: [&str; 6] = ["properties", "log", "message", "msg", "jsonpayload", "httprequest"];
/// Deeper objects hold no field of a request.
const DEEPEST: usize = 6;

/// The fields of the line read last.
#[derive(Debug, Default)]
pub(super) struct Fields {
    values: [String; COUNT],
    /// The place of the name in its list, so that a better name wins; `None` where there is none yet.
    ranks: [Option<usize>; COUNT],
    path: String,
    /// What names were found to mean: every line of a log has the same.
    meanings: HashMap<String, Meaning>,
}

/// A name's field and the name's place among that field's names.
type Meaning = Option<(Field, usize)>;

impl Fields {
    /// Reads a line.
    ///
    /// # Errors
    /// Where it is no JSON object.
    pub(super) fn read(&mut self, line: &str) -> Result<(), serde_json::Error> {
        self.ranks = [None; COUNT];
        self.path.clear();
        let mut json = serde_json::Deserializer::from_str(line);
        json.deserialize_map(Object { fields: self, depth: 0 })?;
        json.end()
    }

    /// A field's value; `None` where it is empty or `-`.
    pub(super) fn get(&self, field: Field) -> Option<&str> {
        self.ranks[field as usize]?;
        super::super::known(&self.values[field as usize])
    }

    /// Whether the line has a field, be it empty.
    pub(super) fn has(&self, field: Field) -> bool {
        self.ranks[field as usize].is_some()
    }

    fn meaning(&mut self) -> Meaning {
        const MOST: usize = 1000;
        if let Some(meaning) = self.meanings.get(&self.path) {
            return *meaning;
        }
        let meaning = named(&self.path);
        if self.meanings.len() < MOST {
            self.meanings.insert(self.path.clone(), meaning);
        }
        meaning
    }

    fn set(&mut self, value: fmt::Arguments<'_>) {
        let Some((field, rank)) = self.meaning() else { return };
        let index = field as usize;
        if self.ranks[index].is_none_or(|before| rank < before || super::super::known(&self.values[index]).is_none()) {
            self.ranks[index] = Some(rank);
            self.values[index].clear();
            self.write(index, value);
        } else if field == Field::Forwarded && self.ranks[index] == Some(rank) {
            // Each header of that name goes on where the one before ended (RFC 9110, section 5.3).
            self.values[index].push_str(", ");
            self.write(index, value);
        }
    }

    fn write(&mut self, index: usize, value: fmt::Arguments<'_>) {
        fmt::Write::write_fmt(&mut self.values[index], value).expect("text can be written to memory");
    }

    fn is_wrapper(&self) -> bool {
        WRAPPERS.iter().any(|name| name.eq_ignore_ascii_case(&self.path))
    }
}

/// Traefik's `Duration` is told from `duration` by its case.
fn named(path: &str) -> Meaning {
    let path = match path.split_once('.') {
        Some((wrapper, within)) if WRAPPERS.iter().any(|name| name.eq_ignore_ascii_case(wrapper)) => within,
        _ => path,
    };
    let exact = |name: &str| name == path;
    let alike = |name: &str| name.eq_ignore_ascii_case(path);
    if path == "Duration" {
        return Some((Field::Nanoseconds, 0));
    }
    let find = |same: &dyn Fn(&str) -> bool| {
        NAMES.iter().find_map(|(field, names)| Some((*field, names.iter().position(|name| same(name))?)))
    };
    find(&exact).or_else(|| find(&alike))
}

/// Walks an object, with the path to it in `fields.path`.
struct Object<'f> {
    fields: &'f mut Fields,
    depth: usize,
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        let length = self.fields.path.len();
        while map.next_key_seed(Name(&mut self.fields.path))?.is_some() {
            map.next_value_seed(Object { fields: self.fields, depth: self.depth + 1 })?;
            self.fields.path.truncate(length);
        }
        Ok(())
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<(), S::Error> {
        if matches!(self.fields.meaning(), Some((Field::Forwarded, _))) {
            let depth = self.depth + 1;
            while seq.next_element_seed(Object { fields: &mut *self.fields, depth })?.is_some() {}
            return Ok(());
        }
        // A header's values: the first counts.
        if seq.next_element_seed(Object { fields: &mut *self.fields, depth: self.depth + 1 })?.is_some() {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
        }
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        if text.starts_with('{') && self.depth < DEEPEST && self.fields.is_wrapper() {
            let length = self.fields.path.len();
            let mut json = serde_json::Deserializer::from_str(text);
            // What is no JSON after all is text.
            let read = json.deserialize_map(Object { fields: &mut *self.fields, depth: self.depth + 1 });
            self.fields.path.truncate(length);
            if read.is_ok() {
                return Ok(());
            }
        }
        self.fields.set(format_args!("{text}"));
        Ok(())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.fields.set(format_args!("{number}"));
        Ok(())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.fields.set(format_args!("{number}"));
        Ok(())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        // With its decimals, also where they are zero: they tell seconds from milliseconds.
        self.fields.set(format_args!("{number:?}"));
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Object<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        if self.depth > DEEPEST {
            value.deserialize_ignored_any(IgnoredAny).map(|_| ())
        } else {
            value.deserialize_any(self)
        }
    }
}

/// Appends a key to the path.
struct Name<'p>(&'p mut String);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, key: D) -> Result<(), D::Error> {
        key.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<(), E> {
        if !self.0.is_empty() {
            self.0.push('.');
        }
        self.0.push_str(name);
        Ok(())
    }
}
