//! Whatever a request holds, in however many layers of encoding: nothing panics, and what a row keeps of it does not
//! outgrow it.

use arrow::array::{Array as _, AsArray as _, RecordBatch};
use pollwarden_intake::{Block, Parsed, Sample};
use pollwarden_web::request::{Request, classify, classify_lines};
use proptest::prelude::*;

/// What a row may keep beyond the request's own length: braces for identifiers, evidence of a fixed length.
const BESIDE: usize = 1_000;

/// Parts that decoders unfold: escapes of URLs, HTML, scripts, shells and SQL, whole, nested and broken.
fn parts() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "%27",
        "%2527",
        "%252527",
        "%u0027",
        "&#39;",
        "&#x27;",
        "&amp;#39;",
        "&lt;",
        "\\x27",
        "\\u0027",
        "\\047",
        "+",
        "%",
        "%f",
        "&#",
        "&#9999999999;",
        "' or 1=1--",
        "/**/",
        "union",
        "select",
        "<script>",
        "../",
        "..%2f",
        "${jndi:",
        "{{",
        "|",
        ";cat /etc/passwd",
        "PHNjcmlwdD4=",
        "JyBvciAxPTEtLQ==",
        "eval(",
        "char(39)",
        "0x27",
        "%00",
        "=",
        "&",
        "?",
        "id",
        "[]",
        "%c0%af",
        "\u{202e}",
        "é",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => ".{0,8}"]
}

fn target() -> impl Strategy<Value = String> {
    (prop::collection::vec(parts(), 0..40), 0..6_usize).prop_map(|(parts, layers)| {
        (0..layers).fold(format!("/v?a={}", parts.concat()), |text, _| match layers % 2 {
            0 => text.replace('%', "%25"),
            _ => text.replace('&', "&amp;"),
        })
    })
}

fn read(line: &str) -> Vec<RecordBatch> {
    let sample = Sample { name: "access.log".into(), bytes: line.into(), whole: true };
    let mut parsed = Parsed::default();
    let format = pollwarden_web::FORMATS.iter().find(|f| f.name() == "combined").expect("a format");
    let block = Block { source: "access.log".into(), bytes: line.into(), first_line: 1, offset: 0 };
    format.begin(&sample, None).parse(&block, &mut parsed);
    // What was seen of an attack stands in a table of its own.
    parsed.batches.into_iter().chain(parsed.also.into_iter().map(|(_, batch)| batch)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_row_does_not_outgrow_its_request(target in target()) {
        let line = format!("192.0.2.7 - - [23/Jun/2016:02:26:12 +0000] \"GET {target} HTTP/1.1\" 200 5 \"-\" \"{target}\"\n");
        for batch in read(&line) {
            for name in ["path", "query", "agent", "route", "record", "evidence"] {
                let Some(column) = batch.column_by_name(name).map(|column| column.as_string_view()) else { continue };
                let longest = column.iter().flatten().map(str::len).max().unwrap_or_default();
                prop_assert!(longest <= 2 * line.len() + BESIDE, "{name}: {longest} of {}", line.len());
            }
            prop_assert!(batch.num_rows() == 1 && batch.column(0).is_valid(0));
        }
    }

    #[test]
    fn evidence_is_bounded(target in target(), body in target()) {
        let headers = [("user-agent", target.as_str()), ("cookie", body.as_str())];
        let signs = classify(&Request { method: "POST", target: &target, headers: &headers, body: &body });
        prop_assert!((0.0..=1.0).contains(&signs.score));
        prop_assert!(signs.evidence.iter().map(|e| e.decoded.len()).sum::<usize>() <= 64 * BESIDE);
    }

    #[test]
    fn every_line_is_answered(lines in prop::collection::vec(target(), 0..8)) {
        let asked: Vec<String> = lines.iter().map(|t| serde_json::json!({ "id": "1", "target": t }).to_string()).collect();
        let mut answers = Vec::new();
        classify_lines(asked.join("\n").as_bytes(), &mut answers).expect("lines of JSON are answered");
        prop_assert_eq!(answers.iter().filter(|b| **b == b'\n').count(), asked.len());
    }
}

/// A long request costs time in proportion: a thousand times the length is not a million times the work.
#[test]
fn a_long_request_is_read_in_time() {
    for unit in ["%25", "&amp;", "&#39;", "%u0027", "' or ", "/**/", "../", "((", "PHNj", "\\x27", "a=b&", "<", "${"] {
        let target = format!("/v?a={}", unit.repeat((1 << 20) / unit.len()));
        let began = cpu_seconds();
        classify(&Request { method: "GET", target: &target, headers: &[], body: "" });
        let took = cpu_seconds() - began;
        assert!(took < 20.0, "{unit}: {took} seconds");
    }
}

/// What this thread had of a processor, whatever else the machine does (proc(5): `schedstat`, in nanoseconds).
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux tells");
    stat.split(' ').next().and_then(|n| n.parse::<f64>().ok()).expect("a number") / 1e9
}
