//! The W3C extended log format (W3C working draft WD-logfile-960323), as IIS and Amazon CloudFront write it.
//!
//! `#Fields:` says which fields follow, anywhere in the file and as often as it likes. IIS leaves `sc-bytes` and
//! `time-taken` off unless told otherwise: then they are null, and so unknown. Times are in UTC; blanks within a value are
//! written
//! as `+`, by CloudFront as `%20`.

use percent_encoding::percent_decode_str;
use pollwarden_intake::{Fit, Sample};

use super::address::bare;
use super::clock::Clock;
use super::request_line::RequestLine;
use super::{LineFormat, LineReader, PLAIN, Row, Settings, Unread, fit, known};

/// IIS and other W3C logs.
#[derive(Debug)]
pub(crate) struct W3c;

impl LineFormat for W3c {
    const NAME: &'static str = "w3c-extended";
    type Reader = Reader;

    fn reader(settings: &'static Settings) -> Reader {
        Reader { settings, ..Reader::default() }
    }

    fn sniff(sample: &Sample, reader: Reader) -> Fit {
        if !sample.bytes.split(|b| *b == b'\n').any(|line| line.starts_with(b"#Fields:")) {
            return Fit::No;
        }
        // A log of a quiet day has directives only.
        fit(sample, reader).max(Fit::Maybe)
    }
}

/// A field that there is a column for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Date,
    Time,
    Client,
    ForwardedFor,
    User,
    Method,
    Stem,
    Query,
    Uri,
    Status,
    Bytes,
    TimeTaken,
    Referer,
    Agent,
    Host,
    /// CloudFront's: what the visitor asked for, while `cs(Host)` is CloudFront's own name.
    HostHeader,
    Other,
}

#[derive(Debug)]
pub(crate) struct Reader {
    settings: &'static Settings,
    /// The `#Fields:` line in force.
    line: String,
    fields: Vec<Field>,
    /// From `#Date:`, for logs whose lines hold only a time.
    date: String,
    clock: Clock,
    agent: String,
    referer: String,
    forwarded: String,
    /// CloudFront writes blanks as `%20`, others as `+`.
    percent: bool,
}

impl Default for Reader {
    fn default() -> Self {
        let empty = String::new;
        Self {
            settings: &PLAIN,
            line: empty(),
            fields: Vec::new(),
            date: empty(),
            clock: Clock::default(),
            agent: empty(),
            referer: empty(),
            forwarded: empty(),
            percent: false,
        }
    }
}

impl LineReader for Reader {
    fn read<'a>(&'a mut self, line: &'a str) -> Result<Option<Row<'a>>, Unread> {
        if line.starts_with('#') {
            self.directive(line);
            return Ok(None);
        }
        if self.fields.is_empty() {
            return Err(unread(0, "a line \"#Fields: …\" before the first request", NO_FIELDS));
        }
        let values = Values::split(line, &self.fields)?;
        let date = values.get(Field::Date).unwrap_or(&self.date);
        let moment = values.get(Field::Time).and_then(|time| self.clock.date_and_time(date, time));
        let time = moment.ok_or(unread(values.at(line, Field::Time), "a date and a time in UTC", NO_TIME))?;
        let target = values.get(Field::Stem).or(values.get(Field::Uri)).unwrap_or_default();
        let method = values.get(Field::Method).unwrap_or_default();
        let request = RequestLine::of_parts(method, target, values.get(Field::Query));
        let spaced = |text, out| spaced(text, self.percent, out);
        let forwarded = values.get(Field::ForwardedFor).map(|list| spaced(list, &mut self.forwarded));
        let client = match (values.get(Field::Client), forwarded) {
            (Some(peer), forwarded) => self.settings.trusted.client(peer, forwarded),
            (None, Some(list)) => self.settings.trusted.client_of_list(list),
            (None, None) => "-",
        };
        Ok(Some(Row {
            time,
            client,
            user: values.get(Field::User),
            method: request.method,
            path: request.path,
            query: request.query,
            status: values.get(Field::Status).and_then(|s| s.parse().ok()).filter(|s| *s >= 100),
            bytes: values.get(Field::Bytes).and_then(|b| b.parse().ok()),
            duration_us: values.get(Field::TimeTaken).and_then(milliseconds),
            referer: values.get(Field::Referer).map(|r| spaced(r, &mut self.referer)),
            agent: values.get(Field::Agent).map(|a| spaced(a, &mut self.agent)),
            host: values.get(Field::HostHeader).or(values.get(Field::Host)).or(request.host).map(bare),
        }))
    }

    fn state(&self) -> String {
        format!("{}\n#Date: {}", self.line, self.date)
    }

    fn resume(&mut self, state: &str) {
        state.lines().filter(|line| line.starts_with('#')).for_each(|line| self.directive(line));
    }
}

impl Reader {
    pub(crate) fn directive(&mut self, line: &str) {
        if let Some(fields) = line.strip_prefix("#Fields:") {
            self.fields = fields.split_ascii_whitespace().map(field).collect();
            line.clone_into(&mut self.line);
            self.percent = fields.contains("x-edge-location");
        } else if let Some(date) = line.strip_prefix("#Date:") {
            date.split_ascii_whitespace().next().unwrap_or_default().clone_into(&mut self.date);
        }
    }
}

fn field(name: &str) -> Field {
    match name.to_ascii_lowercase().as_str() {
        "date" => Field::Date,
        "time" => Field::Time,
        "c-ip" => Field::Client,
        "x-forwarded-for" | "cs(x-forwarded-for)" => Field::ForwardedFor,
        "cs-username" => Field::User,
        "cs-method" => Field::Method,
        "cs-uri-stem" => Field::Stem,
        "cs-uri-query" => Field::Query,
        "cs-uri" => Field::Uri,
        "sc-status" => Field::Status,
        "sc-bytes" => Field::Bytes,
        "time-taken" => Field::TimeTaken,
        "cs(referer)" => Field::Referer,
        "cs(user-agent)" => Field::Agent,
        "x-host-header" => Field::HostHeader,
        "cs-host" | "cs(host)" => Field::Host,
        _ => Field::Other,
    }
}

/// A line's values by field.
struct Values<'a> {
    values: [&'a str; Field::Other as usize + 1],
}

impl<'a> Values<'a> {
    fn split(line: &'a str, fields: &[Field]) -> Result<Self, Unread> {
        let mut values = [""; Field::Other as usize + 1];
        let mut rest = line.split([' ', '\t']).filter(|v| !v.is_empty());
        for field in fields {
            let value = rest.next().ok_or(unread(line.len(), "as many values as #Fields names", CUT))?;
            values[*field as usize] = value;
        }
        if rest.next().is_some() {
            return Err(unread(0, "as many values as #Fields names", CUT));
        }
        Ok(Self { values })
    }

    fn get(&self, field: Field) -> Option<&'a str> {
        known(self.values[field as usize])
    }

    /// Where a field's value stands in its line.
    fn at(&self, line: &str, field: Field) -> usize {
        (self.values[field as usize].as_ptr() as usize)
            .checked_sub(line.as_ptr() as usize)
            .filter(|at| *at < line.len())
            .unwrap_or(0)
    }
}

const NO_FIELDS: &str = "Take the log from its beginning, where IIS writes #Fields.";
const NO_TIME: &str = "Switch on the fields date and time in IIS Manager under Logging.";
const CUT: &str = "The line is cut short, or its #Fields line is missing; take the log from its beginning.";

fn unread(at: usize, expected: &'static str, mend: &'static str) -> Unread {
    Unread { at, expected, mend }
}

/// IIS writes milliseconds; the draft, and other servers, seconds with decimals.
fn milliseconds(text: &str) -> Option<u64> {
    if let Ok(millis) = text.parse::<u64>() {
        return millis.checked_mul(1000);
    }
    text.parse::<f64>().ok().filter(|s| (0.0..1e9).contains(s)).map(|s| (s * 1e6) as u64)
}

fn spaced<'a>(text: &'a str, percent: bool, out: &'a mut String) -> &'a str {
    if !text.contains(if percent { '%' } else { '+' }) {
        return text;
    }
    out.clear();
    if percent {
        out.push_str(&percent_decode_str(text).decode_utf8_lossy());
    } else {
        out.extend(text.chars().map(|c| if c == '+' { ' ' } else { c }));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &str = "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip \
                          cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken";
    const LINE: &str =
        "2016-06-23 02:26:12 10.0.0.1 GET /voter/record id=7 443 - 192.0.2.7 Browser/1.0+(x) - 200 0 0 46";

    fn reader() -> Reader {
        let mut reader = Reader::default();
        reader.directive(FIELDS);
        reader
    }

    #[test]
    fn what_iis_writes_by_default() {
        let mut reader = reader();
        let row = reader.read(LINE).expect("is a line").expect("is a row");
        assert_eq!((row.time, row.client, row.user), (1_466_648_772_000_000, "192.0.2.7", None));
        assert_eq!((row.method, row.path, row.query), ("GET", "/voter/record", Some("id=7")));
        assert_eq!((row.status, row.bytes, row.duration_us), (Some(200), None, Some(46_000)));
        assert_eq!((row.agent, row.referer), (Some("Browser/1.0 (x)"), None));
    }

    #[test]
    fn fields_may_change_and_are_carried_over() {
        let mut reader = reader();
        assert_eq!(reader.read("#Fields: time c-ip cs-method cs-uri-stem sc-status sc-bytes"), Ok(None));
        assert_eq!(reader.read("#Date: 2016-06-23 00:00:00"), Ok(None));
        let row = reader.read("02:26:12 192.0.2.7 GET / 200 512").expect("is a line").expect("is a row");
        assert_eq!((row.time, row.bytes), (1_466_648_772_000_000, Some(512)));
        let mut again = Reader::default();
        again.resume(&reader.state());
        assert_eq!((again.fields, again.date), (reader.fields, reader.date));
    }

    #[test]
    fn a_line_that_does_not_fit_says_so() {
        assert!(Reader::default().read(LINE).is_err_and(|e| e.mend == NO_FIELDS));
        assert!(reader().read(&LINE[..60]).is_err_and(|e| e.mend == CUT));
        assert!(reader().read(&format!("{LINE} more")).is_err());
        assert!(reader().read(&LINE.replace("02:26:12", "26:02:12")).is_err_and(|e| e.at == 11));
    }
}
