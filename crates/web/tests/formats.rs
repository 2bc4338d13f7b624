//! Every format reads its samples as their golden tables say, and no bytes make any of them panic or lose a line.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use arrow::array::{Array as _, AsArray as _, RecordBatch};
use arrow::datatypes::TimestampMicrosecondType;
use arrow::util::display::array_value_to_string;
use pollwarden_core::WebSettings;
use pollwarden_intake::{Block, Format, Parsed, Sample};
use pollwarden_testkit::check_golden;
use pollwarden_web::formats::FORMATS;
use proptest::prelude::*;

#[test]
fn samples_are_read_as_their_goldens_say() {
    for format in FORMATS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/formats").join(format.name());
        let samples = samples(&folder);
        assert!(!samples.is_empty(), "{} has no samples", folder.display());
        for path in samples {
            let bytes = std::fs::read(&path).expect("the sample can be read");
            assert_eq!(best(&bytes).map(Format::name), Some(format.name()), "{}", path.display());
            check_golden(path.with_extension("txt"), &table(&parse(*format, &bytes, bytes.len())));
        }
    }
}

/// The office's own format, with a trusted proxy before the servers and times that name no zone.
#[test]
fn a_log_format_is_read_as_its_golden_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/formats/log-format");
    for (name, log_format) in [
        (
            "nginx",
            r#"$remote_addr|$time_iso8601|"$request"|$status|$body_bytes_sent|$request_time|$http_x_forwarded_for"#,
        ),
        ("apache", r#"%{%Y-%m-%d %H:%M:%S}t %h %u "%r" %>s %b %D "%{User-Agent}i" "%{X-Forwarded-For}i""#),
    ] {
        let web = WebSettings {
            log_format: Some(log_format.to_owned()),
            trusted_proxies: vec!["10.0.0.0/8".parse().expect("a network")],
            time_zone: Some("America/New_York".to_owned()),
            ..WebSettings::default()
        };
        let formats = pollwarden_web::formats(&web).expect("a format");
        let path = folder.join(name).with_extension("log");
        let bytes = std::fs::read(&path).expect("the sample can be read");
        let format = pollwarden_intake::choose(&formats, &sample(&bytes)).expect("is read");
        assert_eq!(format.name(), "log-format", "{name}");
        check_golden(path.with_extension("txt"), &table(&parse(format, &bytes, bytes.len())));
    }
}

/// Real lines of many servers, one scenario at a time: those that are access logs of HTTP are read to the last line.
#[test]
fn logs_of_the_field_are_read() {
    let samples = pollwarden_testkit::data_root().map(|root| root.join("web/crowdsec_format_samples.jsonl.zst"));
    let Some(samples) = samples.filter(|path| path.exists()) else {
        say("skipped: there is no shared data");
        return;
    };
    let (mut read, mut rejected) = (0, 0);
    for line in String::from_utf8_lossy(&pollwarden_testkit::zst(&samples)).lines() {
        let sample: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        let log = sample["log"].as_str().unwrap_or_default().as_bytes();
        let name = sample["scenario"].as_str().unwrap_or_default();
        let Some(format) = best(log) else {
            say(&format!("{name:35} no access log"));
            continue;
        };
        let parsed = parse(format, log, log.len().max(1));
        say(&format!("{name:35} {:18} read {:4} rejected {:4}", format.name(), rows(&parsed), parsed.rejected));
        let errors = parsed.complaints.iter().filter(|c| c.mend.contains("error log")).count();
        parsed.complaints.iter().filter(|c| !c.mend.contains("error log")).for_each(|c| say(&format!("    {c}")));
        read += rows(&parsed);
        rejected += parsed.complaints.len() - errors;
    }
    say(&format!("read {read}, rejected {rejected} beside lines of error logs"));
    assert!(rejected * 100 < read, "access logs of the field are read");
}

#[allow(clippy::print_stdout, reason = "the figures are what this test is run for")]
fn say(text: &str) {
    println!("{text}");
}

fn samples(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "log"));
    paths.sort();
    paths
}

fn sample(bytes: &[u8]) -> Sample {
    Sample { name: "access.log".into(), bytes: bytes.to_vec(), whole: true }
}

fn best(bytes: &[u8]) -> Option<&'static dyn Format> {
    pollwarden_intake::choose(FORMATS, &sample(bytes))
}

/// Parses bytes in blocks of about `size`, cut after whole lines; a new parser goes on from the state of the one before.
fn parse(format: &dyn Format, bytes: &[u8], size: usize) -> Parsed {
    let (mut parsed, mut state, mut first_line, mut offset) = (Parsed::default(), None, 1, 0);
    for block in blocks(bytes, size) {
        let mut parser = format.begin(&sample(bytes), state.as_deref());
        let lines = block.iter().filter(|b| **b == b'\n').count() as u64;
        parser.parse(&Block { source: "access.log".into(), bytes: block.to_vec(), first_line, offset }, &mut parsed);
        (state, first_line, offset) = (Some(parser.state()), first_line + lines, offset + block.len() as u64);
    }
    parsed
}

fn blocks(mut bytes: &[u8], size: usize) -> Vec<&[u8]> {
    let mut blocks = Vec::new();
    while !bytes.is_empty() {
        let least = size.clamp(1, bytes.len());
        let end = bytes[least - 1..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |at| least + at);
        blocks.push(&bytes[..end]);
        bytes = &bytes[end..];
    }
    blocks
}

fn table(parsed: &Parsed) -> String {
    let mut text = String::new();
    for batch in &parsed.batches {
        (0..batch.num_rows()).for_each(|row| write_row(&mut text, batch, row));
    }
    for (table, batch) in &parsed.also {
        for row in 0..batch.num_rows() {
            let value = |name: &str| {
                let column = batch.column_by_name(name).expect("a column");
                array_value_to_string(column, row).expect("the value can be shown")
            };
            let _ = writeln!(text, "{}, line {}: {} {}", table.name, value("line"), value("score"), value("evidence"));
        }
    }
    for complaint in &parsed.complaints {
        let _ = writeln!(text, "rejected {complaint}");
    }
    text
}

/// The values that are there, a line each; what is constant over a sample is left out.
fn write_row(text: &mut String, batch: &RecordBatch, row: usize) {
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        if column.is_valid(row) && field.name() != "source" {
            let value = match column.as_primitive_opt::<TimestampMicrosecondType>() {
                Some(times) => pollwarden_core::from_micros(times.value(row)).to_string(),
                None => array_value_to_string(column, row).expect("the value can be shown").replace('\u{1f}', "|"),
            };
            let _ = writeln!(text, "{:<12}{value}", field.name());
        }
    }
    text.push('\n');
}

fn rows(parsed: &Parsed) -> usize {
    parsed.batches.iter().map(RecordBatch::num_rows).sum()
}

/// Lines, broken lines, and bytes that are no lines at all.
fn log() -> impl Strategy<Value = Vec<u8>> {
    let whole = prop::sample::select(vec![
        r#"192.0.2.7 - - [23/Jun/2016:02:26:12 +0000] "GET /a?b=%27 HTTP/1.1" 200 5120 "-" "Browser \"x\" \x16""#,
        r#"{"ts":1466648772,"remote_addr":"192.0.2.7","request":"GET /a HTTP/1.1","status":200,"h":[1,{"a":null}]}"#,
        "#Fields: date time c-ip cs-method cs-uri-stem sc-status",
        "#Date: 2016-06-23 00:00:00",
        "2016-06-23 02:26:12 192.0.2.7 GET /a 200",
        r#"[2016-06-23T02:26:12Z] "GET /a HTTP/2" 200 - 0 5 12 - "203.0.113.5, 10.0.0.1" "B" "id" "vote.example" "-""#,
        r#"Jun 23 02:26:12 web1 haproxy[7]: ::1:5 [23/Jun/2016:02:26:12.885] f b/s 0/0/0/1/+2 200 +5 - - ---- 1/1/1/1/0 0/0 "GET /a#22"#,
        r#"2016-06-23T02:26:12Z lb 192.0.2.7:1 - -1 0.1 -1 200 - 0 5 "GET http://vote.example:80/a HTTP/1.1" "B" - -"#,
        r#"[23/Jun/2016:02:26:12 +0000] 200 - GET https h "/a" [Client ::1] [Length 5] [Gzip -] "B" "-""#,
        "2016/06/23 02:26:12 [2016-06-23 02:26:12.5] [router:x] [origin:h] [client: ::1] [useragent: B] GET /a 404",
        r#"<Event><Provider Name="Microsoft-Windows-IIS-Logging"/><Data Name="date">2016-06-23</Data><Data Name="time">02:26:12</Data><Data Name="cs-uri-stem">/&amp;</Data></Event>"#,
        r#"{"log":"192.0.2.7 - - [23/Jun/2016:02:26:12 +0000] \"GET /a HTTP/1.1\" 200 5\n","properties":"{\"CIp\":\"::1\"}"}"#,
        "",
        "\u{e9}t\u{e9} [",
    ]);
    let line = (whole, any::<prop::sample::Index>(), prop::collection::vec(any::<u8>(), 0..8), 0..4).prop_map(
        |(line, at, noise, kind)| {
            let mut line = line.as_bytes().to_vec();
            let at = at.index(line.len() + 1);
            match kind {
                0 => line.truncate(at),
                1 => drop(line.splice(at..at, noise)),
                2 => line = noise,
                _ => {}
            }
            line
        },
    );
    prop::collection::vec(line, 0..12).prop_map(|lines| lines.join(&b'\n'))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_line_is_a_row_or_a_rejection(bytes in log(), size in 1..200_usize) {
        for format in FORMATS {
            let parsed = parse(*format, &bytes, size);
            let directive = |line: &[u8]| format.name() == "w3c-extended" && line.starts_with(b"#");
            let lines = bytes.split(|b| *b == b'\n').filter(|l| !l.trim_ascii().is_empty() && !directive(l)).count();
            prop_assert_eq!(rows(&parsed) + parsed.rejected as usize, lines, "{}", format.name());
            prop_assert_eq!(parsed.rejected as usize, parsed.complaints.len());
            prop_assert!(parsed.complaints.iter().all(|c| c.line.is_some() && !c.mend.is_empty()));
        }
    }

    #[test]
    fn how_a_log_is_cut_into_blocks_changes_nothing(bytes in log(), size in 1..200_usize) {
        for format in FORMATS {
            let whole = table(&parse(*format, &bytes, bytes.len().max(1)));
            // Rejections stand at the end of a block's rows: their place among the rows is no matter.
            let sorted = |table: String| { let mut lines: Vec<_> = table.lines().map(str::to_owned).collect(); lines.sort(); lines };
            prop_assert_eq!(sorted(table(&parse(*format, &bytes, size))), sorted(whole), "{}", format.name());
        }
    }
}
