//! Arbitrary bytes as an access log, read by every format whether it fits or not, also by formats of office.toml, with
//! trusted proxies and a time zone: nothing panics, each row has its table's columns, a parser goes on from its state, and
//! rows that are added up as they are read come to what rows that are kept come to.
#![no_main]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use pollwarden_core::{Part, WebSettings};
use pollwarden_intake::{Block, Format, Parsed, Sample};
use pollwarden_web::DERIVED;

/// Formats live as long as the process: each is made once.
static FORMATS: LazyLock<Vec<&'static dyn Format>> = LazyLock::new(|| {
    let configured = [
        r#"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_x_forwarded_for""#,
        r#"$msec|$remote_addr|$request_method|$scheme://$host$request_uri|$status|$request_time|$http_x_forwarded_for"#,
        r#"%v:%p %h %l %u %t "%r" %>s %b %D "%{Referer}i" "%{User-Agent}i" "%{Forwarded}i""#,
        r#"%{%Y-%m-%d %H:%M:%S}t %a "%m %U%q %H" %>s %O %{ms}T"#,
    ];
    let made = configured.into_iter().flat_map(|log_format| {
        let web = WebSettings {
            log_format: Some(log_format.into()),
            trusted_proxies: vec!["10.0.0.0/8".parse().expect("a network"), "::/1".parse().expect("a network")],
            time_zone: Some("America/Chicago".into()),
            ..WebSettings::default()
        };
        pollwarden_web::formats(&web).expect("a format")
    });
    made.chain(pollwarden_web::FORMATS.iter().copied()).collect()
});

fuzz_target!(|input: (u8, Vec<u8>, Vec<u8>)| {
    let (which, head, rest) = input;
    let format = FORMATS[usize::from(which) % FORMATS.len()];
    let sample = Sample { name: "log".into(), bytes: head.clone(), whole: rest.is_empty() };
    format.sniff(&sample);
    let mut parser = format.begin(&sample, None);
    let mut parsed = Parsed::default();
    for (offset, bytes) in [(0, &head), (head.len() as u64, &rest)] {
        let block = Block { source: "log".into(), bytes: bytes.clone(), first_line: 1, offset };
        parser.parse(&block, &mut parsed);
        parser = format.begin(&sample, Some(&parser.state()));
    }
    parser.notes();
    let _ = format.begin(&sample, Some(&rest));
    for batch in &parsed.batches {
        assert_eq!(batch.schema(), (format.table().schema)());
    }
    // A parser's memory is large beside such logs: making three more for each would leave time for few.
    if rest.len() % 16 == 1 {
        add_up(format, &sample, &[head, rest]);
    }
});

/// All blocks again, by parsers that keep rows and by one that adds them up.
fn add_up(format: &'static dyn Format, sample: &Sample, blocks: &[Vec<u8>]) {
    let (mut kept, mut added) = (Parsed::default(), Parsed::default());
    let (mut keeping, mut adding) = (format.begin(sample, None), format.begin_derived(sample));
    for bytes in blocks {
        let block = Block { source: "log".into(), bytes: bytes.clone(), first_line: 1, offset: 0 };
        keeping.parse(&block, &mut kept);
        adding.parse(&block, &mut added);
    }
    adding.finish(&mut added);
    let (mut derive, mut parts) = ((DERIVED.begin)(), Vec::new());
    kept.batches.iter().for_each(|batch| derive.add(batch, &mut parts));
    derive.finish(&mut parts);
    assert_eq!(kept.batches.iter().map(|b| b.num_rows() as u64).sum::<u64>(), added.derived_from);
    assert_eq!(settled(parts), settled(added.derived));
}

/// How many rows of each table, once the parts of all shares are put together.
fn settled(parts: Vec<Part>) -> BTreeMap<&'static str, usize> {
    let mut rows = BTreeMap::new();
    let (shared, ready): (Vec<Part>, Vec<Part>) = parts.into_iter().partition(|part| part.share.is_some());
    let shared: Vec<_> = shared.into_iter().map(|part| (part.table, part.rows)).collect();
    let ready = ready.into_iter().map(|part| (part.table, part.rows));
    for (table, batch) in (DERIVED.settle)(&shared).into_iter().chain(ready) {
        assert_eq!(batch.schema(), (table.schema)());
        *rows.entry(table.name).or_default() += batch.num_rows();
    }
    rows
}
