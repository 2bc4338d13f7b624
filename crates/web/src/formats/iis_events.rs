//! IIS logging to Event Tracing for Windows: one `<Event>` of the provider Microsoft-Windows-IIS-Logging a line, as event
//! collectors forward them. The values are those of the W3C log, in `<Data Name="…">`.

use std::borrow::Cow;

use pollwarden_intake::{Fit, Sample};
use quick_xml::Reader as Xml;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use super::w3c::{self, W3c};
use super::{LineFormat, LineReader, Row, Settings, Unread, fit, syslog};

const PROVIDER: &str = "Microsoft-Windows-IIS-Logging";
const MEND: &str =
    "Export one event a line, such as `wevtutil qe /f:xml` does, of the channel Microsoft-IIS-Logging/Logs.";

#[derive(Debug)]
pub(crate) struct IisEvents;

impl LineFormat for IisEvents {
    const NAME: &'static str = "iis-events";
    type Reader = Reader;

    fn reader(settings: &'static Settings) -> Reader {
        Reader { w3c: W3c::reader(settings), fields: String::new(), values: String::new() }
    }

    fn sniff(sample: &Sample, reader: Reader) -> Fit {
        let is_event = memchr::memmem::find(&sample.bytes, PROVIDER.as_bytes()).is_some();
        if is_event { fit(sample, reader) } else { Fit::No }
    }
}

pub(crate) struct Reader {
    w3c: w3c::Reader,
    /// The event as lines of a W3C log.
    fields: String,
    values: String,
}

impl LineReader for Reader {
    fn read<'a>(&'a mut self, line: &'a str) -> Result<Option<Row<'a>>, Unread> {
        let body = syslog::body(line);
        let unread = |at: u64, expected| Unread {
            at: line.len().min(line.len() - body.len() + at as usize),
            expected,
            mend: MEND,
        };
        if !body.contains(PROVIDER) {
            return Err(unread(0, "an event of the provider Microsoft-Windows-IIS-Logging"));
        }
        self.take(body).map_err(|at| unread(at, "a whole event in XML"))?;
        self.w3c.directive(&self.fields);
        let row = self.w3c.read(&self.values);
        row.map_err(|error| Unread { at: 0, expected: error.expected, mend: MEND })
    }
}

impl Reader {
    /// Turns an event's data into the two lines of a W3C log that say the same.
    fn take(&mut self, line: &str) -> Result<(), u64> {
        "#Fields:".clone_into(&mut self.fields);
        self.values.clear();
        let mut xml = Xml::from_str(line);
        let mut name: Option<String> = None;
        loop {
            let at = xml.buffer_position();
            match xml.read_event().map_err(|_| at)? {
                Event::Start(tag) if tag.local_name().as_ref() == "Data" => {
                    name = name_of(&tag);
                    self.begin(name.as_deref());
                }
                Event::Text(text) if name.is_some() => self.value(&text),
                // quick-xml hands out `&amp;` and its like one by one.
                Event::GeneralRef(entity) if name.is_some() => {
                    let entity = format!("&{};", &*entity);
                    self.value(&unescape(&entity).unwrap_or(Cow::Borrowed("")));
                }
                Event::End(_) if name.take().is_some() && self.values.ends_with(' ') => self.values.push('-'),
                Event::Eof => return if line.trim_end().ends_with('>') { Ok(()) } else { Err(line.len() as u64) },
                _ => {}
            }
        }
    }

    fn begin(&mut self, name: Option<&str>) {
        if let Some(name) = name {
            self.fields.push(' ');
            self.fields.push_str(name);
            self.values.push(' ');
        }
    }

    /// A W3C log's values have no blanks in them.
    fn value(&mut self, text: &str) {
        self.values.extend(text.chars().map(|c| if c.is_whitespace() { '+' } else { c }));
    }
}

/// The header fields lack their parentheses: `csUser-Agent`.
fn name_of(tag: &BytesStart<'_>) -> Option<String> {
    let name = tag.try_get_attribute("Name").ok()??;
    let name = name.value.replace(char::is_whitespace, "");
    Some(match name.strip_prefix("cs").filter(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase())) {
        Some(header) => format!("cs({header})"),
        None => name,
    })
}

#[cfg(test)]
mod tests {
    use super::super::PLAIN;
    use super::*;

    const EVENT: &str = r#"<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Microsoft-Windows-IIS-Logging"/></System><EventData><Data Name="date">2016-06-23</Data><Data Name="time">02:26:12</Data><Data Name="c-ip">192.0.2.7</Data><Data Name="cs-username">-</Data><Data Name="cs-method">GET</Data><Data Name="cs-uri-stem">/a</Data><Data Name="cs-uri-query">b=1&amp;c=&lt;2&gt;</Data><Data Name="sc-status">200</Data><Data Name="sc-bytes">5</Data><Data Name="time-taken">49</Data><Data Name="csUser-Agent">Browser+(x)</Data><Data Name="csCookie"></Data></EventData></Event>"#;

    #[test]
    fn an_event_is_a_line_of_a_w3c_log() {
        let mut reader = IisEvents::reader(&PLAIN);
        let row = reader.read(EVENT).expect("is an event").expect("is a row");
        assert_eq!((row.time, row.client, row.user), (1_466_648_772_000_000, "192.0.2.7", None));
        assert_eq!((row.method, row.path, row.query), ("GET", "/a", Some("b=1&c=<2>")));
        assert_eq!((row.status, row.bytes, row.duration_us), (Some(200), Some(5), Some(49_000)));
        assert_eq!(row.agent, Some("Browser (x)"));
    }

    #[test]
    fn what_is_no_whole_event_says_so() {
        let mut reader = IisEvents::reader(&PLAIN);
        assert!(reader.read("<Event></Event>").is_err_and(|e| e.expected.contains("provider")));
        assert!(reader.read(&EVENT[..400]).is_err());
        assert!(reader.read(&EVENT.replace("</Event>", "</Other>")).is_err_and(|e| e.expected.contains("XML")));
    }
}
