//! Writes a request as a line of an access log.

use std::{
    fmt::Write as _,
    io::{self, BufWriter, Write},
};

use jiff::tz::TimeZone;
use pollwarden_core::from_micros;
use serde_json::json;

use super::{hit::Hit, plan::PortalPlan};

/// How the server writes its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Apache's and nginx's combined format, with the office's offset.
    Combined,
    /// A JSON object a line, with the member names that nginx's own variables have.
    Json,
    /// W3C extended as IIS writes it, in UTC; without `sc-bytes`, which IIS leaves off by default.
    W3c,
}

const W3C_HEADER: &str = "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n\
    #Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status\n";

pub(super) struct LineWriter<W: Write> {
    out: BufWriter<W>,
    format: LogFormat,
    zone: TimeZone,
    line: String,
    written: u64,
}

impl<W: Write> LineWriter<W> {
    pub(super) fn new(plan: &PortalPlan, out: W) -> io::Result<Self> {
        let out = BufWriter::with_capacity(1 << 18, out);
        let mut writer = Self { out, format: plan.format, zone: plan.zone.clone(), line: String::new(), written: 0 };
        if plan.format == LogFormat::W3c {
            writer.line.push_str(W3C_HEADER);
            writer.put()?;
        }
        Ok(writer)
    }

    pub(super) fn write(&mut self, hit: &Hit) -> io::Result<()> {
        self.line.clear();
        match self.format {
            LogFormat::Combined => combined(&mut self.line, hit, &self.zone),
            LogFormat::Json => json_line(&mut self.line, hit),
            LogFormat::W3c => w3c(&mut self.line, hit),
        }
        self.line.push('\n');
        self.put()
    }

    pub(super) fn written(&self) -> u64 {
        self.written
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn put(&mut self) -> io::Result<()> {
        self.written += self.line.len() as u64;
        self.out.write_all(self.line.as_bytes())
    }
}

fn combined(line: &mut String, hit: &Hit, zone: &TimeZone) {
    let at = from_micros(hit.at).to_zoned(zone.clone());
    let size = if hit.bytes == 0 { "-".to_owned() } else { hit.bytes.to_string() };
    let _ = write!(
        line,
        "{} - {} [{}] \"{} {} HTTP/1.1\" {} {size} \"{}\" \"{}\"",
        hit.client,
        hit.user.unwrap_or("-"),
        at.strftime("%d/%b/%Y:%H:%M:%S %z"),
        hit.method,
        hit.target,
        hit.status,
        or_dash(&hit.referer),
        or_dash(&hit.agent),
    );
}

fn json_line(line: &mut String, hit: &Hit) {
    let object = json!({
        "time_iso8601": from_micros(hit.at).strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string(),
        "remote_addr": hit.client,
        "remote_user": hit.user.unwrap_or(""),
        "request_method": hit.method,
        "request_uri": hit.target,
        "server_protocol": "HTTP/1.1",
        "status": hit.status,
        "body_bytes_sent": hit.bytes,
        "http_referer": hit.referer,
        "http_user_agent": &*hit.agent,
    });
    let _ = write!(line, "{object}");
}

fn w3c(line: &mut String, hit: &Hit) {
    let (stem, query) = hit.target.split_once('?').unwrap_or((&hit.target, "-"));
    let _ = write!(
        line,
        "{} 192.0.2.4 {} {stem} {query} 443 {} {} {} {} {}",
        from_micros(hit.at).strftime("%Y-%m-%d %H:%M:%S"),
        hit.method,
        hit.user.unwrap_or("-"),
        hit.client,
        or_dash(&hit.agent).replace(' ', "+"),
        or_dash(&hit.referer),
        hit.status,
    );
}

fn or_dash(text: &str) -> &str {
    if text.is_empty() { "-" } else { text }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;

    use super::*;

    fn written(format: LogFormat) -> String {
        let start: Timestamp = "2026-09-01T04:00:00Z".parse().unwrap();
        let plan = PortalPlan { format, ..PortalPlan::ordinary(1, start, 1, 1.0, 10) };
        let agent: Arc<str> = Arc::from("Browser/1.0 (A B)");
        let hit = Hit::get(1_788_235_205_000_000, [192, 0, 2, 9].into(), &agent, "/a?b=1", 0);
        let mut out = Vec::new();
        let mut writer = LineWriter::new(&plan, &mut out).unwrap();
        writer.write(&hit).unwrap();
        writer.flush().unwrap();
        drop(writer);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn combined_has_the_offices_offset() {
        let line =
            "192.0.2.9 - - [01/Sep/2026:00:00:05 -0400] \"GET /a?b=1 HTTP/1.1\" 200 - \"-\" \"Browser/1.0 (A B)\"\n";
        assert_eq!(written(LogFormat::Combined), line);
    }

    #[test]
    fn w3c_is_in_utc_under_a_header() {
        let text = written(LogFormat::W3c);
        assert!(text.starts_with("#Software"), "{text}");
        assert!(
            text.ends_with("2026-09-01 04:00:05 192.0.2.4 GET /a b=1 443 - 192.0.2.9 Browser/1.0+(A+B) - 200\n"),
            "{text}"
        );
    }

    #[test]
    fn json_is_an_object_a_line() {
        let object: serde_json::Value = serde_json::from_str(&written(LogFormat::Json)).unwrap();
        assert_eq!(object["request_uri"], "/a?b=1");
        assert_eq!(object["time_iso8601"], "2026-09-01T04:00:05+00:00");
    }
}
