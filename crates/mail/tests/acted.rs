//! Who acted: every kind of record, with a line that names the lure and near misses that don't.

use std::io::{BufReader, Cursor};

use jiff::tz::TimeZone;
use pollwarden_mail::acted::{Deeds, Format as RecordFormat, How, Indicator, Lure, Lures, Order};

const HASH: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const OTHER: &str = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752";

fn lures() -> Lures {
    let indicators = vec![
        Indicator::Host("login.lure.test".into()),
        Indicator::Url("https://forms.example/d/abc?voter=1".into()),
        Indicator::Sha256(HASH.to_uppercase()),
    ];
    let arrived = "2026-11-03T10:00:00Z".parse().ok();
    Lures::new(vec![Lure { name: "false log-in page".into(), arrived, indicators }])
}

fn read(log: &str) -> Deeds {
    lures().read("log", Cursor::new(log), None).unwrap_or_else(|e| panic!("{e}"))
}

/// Reads a log in which only lines that hold ` HIT` behind `|` are deeds: who, how, line.
#[track_caller]
fn check(format: RecordFormat, log: &str, expected: &[(&str, How, u64)]) {
    let deeds = read(log);
    assert_eq!(deeds.format, Some(format));
    let told: Vec<(&str, How, u64)> = deeds.acted.iter().map(|a| (a.who.as_str(), a.how, a.place.line)).collect();
    assert_eq!(told, expected, "{:?}", deeds.reasons);
    assert_eq!(deeds.rejected, 0, "{:?}", deeds.reasons);
    for acted in &deeds.acted {
        let wanted = if acted.when.is_some() { Order::After } else { Order::Unknown };
        assert_eq!(acted.order, wanted);
    }
}

#[test]
fn squid() {
    check(
        RecordFormat::Squid,
        "1793704000.123    152 192.0.2.5 TCP_MISS/200 4123 GET http://login.lure.test/a?u=1 jroe HIER_DIRECT/203.0.113.7 text/html\n\
         1793704001.123    152 192.0.2.6 TCP_MISS/200 4123 POST http://login.lure.test/a - HIER_DIRECT/203.0.113.7 text/html\n\
         1793704002.000     10 192.0.2.7 TCP_TUNNEL/200 900 CONNECT login.lure.test:443 - HIER_DIRECT/203.0.113.7 -\n\
         1793704003.000     10 192.0.2.8 TCP_DENIED/403 900 CONNECT login.lure.test:443 - HIER_NONE/- -\n\
         1793704004.000     10 192.0.2.9 TCP_MISS/200 900 GET http://search.example/?q=login.lure.test - HIER_DIRECT/203.0.113.8 -\n\
         1793704005.000     10 192.0.2.9 TCP_MISS/200 900 GET http://notlogin.lure.test/ - HIER_DIRECT/203.0.113.8 -\n",
        &[
            ("jroe", How::Visited, 1),
            ("192.0.2.6", How::Entered, 2),
            ("192.0.2.7", How::Visited, 3),
            ("192.0.2.8", How::Blocked, 4),
        ],
    );
}

#[test]
fn combined() {
    check(
        RecordFormat::Combined,
        "192.0.2.5 - jroe [03/Nov/2026:12:00:00 -0500] \"GET http://login.lure.test/ HTTP/1.1\" 200 512 \"-\" \"Browser\" TCP_MISS:HIER_DIRECT\n\
         192.0.2.6 - - [03/Nov/2026:12:00:01 -0500] \"GET http://www.example.org/?next=http://login.lure.test/ HTTP/1.1\" 200 512 \"http://login.lure.test/\" \"-\"\n\
         192.0.2.7 - - [03/Nov/2026:12:00:02 -0500] \"POST https://forms.example/d/abc HTTP/1.1\" 200 5 \"-\" \"-\"\n\
         192.0.2.7 - - [03/Nov/2026:12:00:03 -0500] \"POST https://forms.example/d/other HTTP/1.1\" 200 5 \"-\" \"-\"\n",
        &[("jroe", How::Visited, 1), ("192.0.2.7", How::Entered, 3)],
    );
}

#[test]
fn w3c_of_proxies() {
    check(
        RecordFormat::W3c,
        "#Software: SGOS 7.3\n#Version: 1.0\n#Fields: date time time-taken c-ip cs-username s-action sc-status cs-method cs-uri-scheme cs-host cs-uri-path cs-uri-query sc-filter-result\n\
         2026-11-03 10:05:00 12 192.0.2.5 \"COUNTY\\jroe\" TCP_MISS 200 GET https login.lure.test /a ?u=1 OBSERVED\n\
         2026-11-03 10:06:00 12 192.0.2.6 - TCP_DENIED 403 GET https login.lure.test /a ?u=2 DENIED\n\
         2026-11-03 10:07:00 12 192.0.2.7 - TCP_MISS 200 GET https www.example.org /a ?r=login.lure.test OBSERVED\n",
        &[("COUNTY\\jroe", How::Visited, 4), ("192.0.2.6", How::Blocked, 5)],
    );
}

#[test]
fn tables_with_a_header() {
    check(
        RecordFormat::Csv,
        "Time,User,Client IP,Request Method,URL,Action\n\
         2026-11-03T10:05:00Z,jroe@example.org,192.0.2.5,GET,\"https://forms.example/d/abc?voter=7,8\",Allowed\n\
         2026-11-03T10:06:00Z,aroe@example.org,192.0.2.6,POST,https://login.lure.test/x,Blocked\n\
         2026-11-03T10:07:00Z,broe@example.org,192.0.2.7,GET,https://www.example.org/login.lure.test,Allowed\n",
        &[("jroe@example.org", How::Visited, 2), ("aroe@example.org", How::Blocked, 3)],
    );
    check(
        RecordFormat::Csv,
        "timestamp;domain;client;type\n2026-11-03 10:05:00;LOGIN.lure.test.;192.0.2.5;A\n2026-11-03 10:05:00;lure.test;192.0.2.6;A\n",
        &[("192.0.2.5", How::Resolved, 2)],
    );
}

#[test]
fn json_lines() {
    check(
        RecordFormat::JsonLines,
        "{\"@timestamp\":\"2026-11-03T10:05:00Z\",\"url\":{\"full\":\"https://login.lure.test/\",\"domain\":\"login.lure.test\"},\"user\":{\"name\":\"jroe\"},\"http\":{\"request\":{\"method\":\"POST\"}}}\n\
         {\"@timestamp\":\"2026-11-03T10:05:00Z\",\"url\":{\"full\":\"https://www.example.org/?login.lure.test\"},\"user\":{\"name\":\"jroe\"}}\n\
         {\"message\":\"about something else\"}\n",
        &[("jroe", How::Entered, 1)],
    );
}

#[test]
fn bind() {
    check(
        RecordFormat::Bind,
        "03-Nov-2026 10:05:00.123 queries: info: client @0x7f1234 192.0.2.5#53121 (login.lure.test): query: login.lure.test IN A +E(0)K (192.0.2.1)\n\
         03-Nov-2026 10:05:01.123 client 2001:db8::5#53121 (LOGIN.lure.TEST): view in: query: LOGIN.lure.TEST IN AAAA + (192.0.2.1)\n\
         Nov  3 10:05:02 ns1 named[99]: client @0x7f 192.0.2.6#531 (a.login.lure.test): query: a.login.lure.test IN A + (192.0.2.1)\n\
         03-Nov-2026 10:05:03.123 queries: info: client @0x7f 192.0.2.7#1 (login.lure.test.example): query: login.lure.test.example IN A + (192.0.2.1)\n\
         03-Nov-2026 10:05:04.000 general: info: zone example.org/IN: loaded\n",
        &[("192.0.2.5", How::Resolved, 1), ("2001:db8::5", How::Resolved, 2), ("192.0.2.6", How::Resolved, 3)],
    );
}

#[test]
fn dnsmasq_and_pihole() {
    check(
        RecordFormat::Dnsmasq,
        "Nov  3 10:05:00 dnsmasq[815]: query[A] login.lure.test from 192.0.2.5\n\
         Nov  3 10:05:00 dnsmasq[815]: forwarded login.lure.test to 192.0.2.1\n\
         Nov  3 10:05:00 dnsmasq[815]: reply login.lure.test is 203.0.113.7\n\
         Nov  3 10:05:01 pihole dnsmasq[815]: 12 192.0.2.6/5312 query[AAAA] login.lure.test from 192.0.2.6\n\
         Nov  3 10:05:02 dnsmasq[815]: query[A] xlogin.lure.test from 192.0.2.7\n",
        &[("192.0.2.5", How::Resolved, 1), ("192.0.2.6", How::Resolved, 4)],
    );
}

#[test]
fn unbound() {
    check(
        RecordFormat::Unbound,
        "[1793704000] unbound[123:0] info: 192.0.2.5 login.lure.test. A IN\n\
         [1793704000] unbound[123:0] info: 192.0.2.5 login.lure.test. A IN NOERROR 0.012 0 60\n\
         Nov  3 12:05:02 ns unbound[9]: [9:0] info: 192.0.2.6 login.lure.test. AAAA IN\n\
         [1793704001] unbound[123:0] info: start of service (unbound 1.19.0).\n\
         [1793704002] unbound[123:0] info: 192.0.2.7 lure.test. A IN\n",
        &[("192.0.2.5", How::Resolved, 1), ("192.0.2.6", How::Resolved, 3)],
    );
}

#[test]
fn windows_dns() {
    check(
        RecordFormat::WindowsDns,
        "DNS Server log file creation at 11/3/2026 9:00:00 AM\n\
         Message logging key (for packets - other items use a subset of these fields):\n\
         \tField #  Information         Values\n\n\
         11/3/2026 10:05:00 AM 0E50 PACKET  000001D2C5E0 UDP Rcv 192.0.2.5       5ca2   Q [0001   D   NOERROR] A      (5)login(4)lure(4)test(0)\n\
         11/3/2026 10:05:00 AM 0E50 PACKET  000001D2C5E0 UDP Snd 203.0.113.53    5ca3   Q [0001   D   NOERROR] A      (5)login(4)lure(4)test(0)\n\
         11/3/2026 10:05:00 AM 0E50 PACKET  000001D2C5E1 UDP Rcv 203.0.113.53    5ca3 R Q [8081   DR  NOERROR] A      (5)login(4)lure(4)test(0)\n\
         11/3/2026 10:05:01 AM 0E50 PACKET  000001D2C5E2 UDP Rcv 192.0.2.6       5ca4   Q [0001   D   NOERROR] A      (5)login(4)lure(4)test(7)example(0)\n",
        &[("192.0.2.5", How::Resolved, 5)],
    );
}

#[test]
fn zeek() {
    check(
        RecordFormat::Zeek,
        "#separator \\x09\n#path\tdns\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tquery\n#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\n\
         1793704000.5\tC1\t192.0.2.5\t5353\t192.0.2.1\t53\tudp\tlogin.lure.test\n1793704000.5\tC2\t192.0.2.6\t5353\t192.0.2.1\t53\tudp\tlure.test\n",
        &[("192.0.2.5", How::Resolved, 5)],
    );
    check(
        RecordFormat::Zeek,
        "#path\thttp\n#fields\tts\tuid\tid.orig_h\tmethod\thost\turi\treferrer\tusername\n\
         1793704000.5\tC1\t192.0.2.5\tPOST\tlogin.lure.test\t/in\t-\t-\n1793704001.5\tC1\t192.0.2.6\tGET\twww.example.org\t/\thttp://login.lure.test/\t-\n",
        &[("192.0.2.5", How::Entered, 3)],
    );
    check(
        RecordFormat::JsonLines,
        "{\"ts\":1793704000.25,\"id.orig_h\":\"192.0.2.5\",\"query\":\"login.lure.test\"}\n{\"ts\":1793704000.25,\"id.orig_h\":\"192.0.2.6\",\"host\":\"forms.example\",\"uri\":\"/d/abc?voter=9\",\"method\":\"GET\"}\n",
        &[("192.0.2.5", How::Resolved, 1), ("192.0.2.6", How::Visited, 2)],
    );
}

#[test]
fn hashes_of_machines() {
    let sums = format!("{OTHER}  /home/a/other.docx\n{HASH}  /home/jroe/Downloads/manual.docx\n{HASH} *C:\\b.docx\n");
    check(
        RecordFormat::Sums,
        &sums,
        &[("/home/jroe/Downloads/manual.docx", How::FileOnMachine, 2), ("C:\\b.docx", How::FileOnMachine, 3)],
    );
    check(RecordFormat::Sums, &format!("SHA256 (a.docx) = {HASH}\n"), &[("a.docx", How::FileOnMachine, 1)]);
    let table = format!(
        "\"Computer\",\"Algorithm\",\"Hash\",\"Path\"\n\"PC-7\",\"SHA256\",\"{}\",\"C:\\a.docx\"\n\"PC-8\",\"SHA256\",\"{OTHER}\",\"C:\\a.docx\"\n",
        HASH.to_uppercase()
    );
    check(RecordFormat::Csv, &table, &[("PC-7", How::FileOnMachine, 2)]);
    let events = format!(
        "{{\"Event\":{{\"EventData\":{{\"UtcTime\":\"2026-11-03 10:09:00.000\",\"User\":\"COUNTY\\\\jroe\",\"Image\":\"C:\\\\w.exe\",\"Hashes\":\"MD5=0,SHA256={}\"}},\"System\":{{\"Computer\":\"PC-9\"}}}}}}\n\
         {{\"UtcTime\":\"2026-11-03 10:09:00.000\",\"Computer\":\"PC-3\",\"Hashes\":\"SHA256={OTHER}\"}}\n",
        HASH.to_uppercase()
    );
    check(RecordFormat::JsonLines, &events, &[("PC-9", How::FileOnMachine, 1)]);
}

#[test]
fn what_came_before_the_lure_is_not_its_effect() {
    let deeds = read(
        "1793600000.0 1 192.0.2.5 TCP_MISS/200 1 GET http://login.lure.test/ - D/- -\n\
         1793704000.0 1 192.0.2.5 TCP_MISS/200 1 GET http://login.lure.test/ - D/- -\n\
         1793705000.0 1 192.0.2.5 TCP_MISS/200 1 GET http://login.lure.test/b - D/- -\n",
    );
    assert_eq!((deeds.earlier.len(), deeds.acted.len()), (1, 1));
    assert_eq!((deeds.acted[0].times, deeds.acted[0].place.line, deeds.earlier[0].order), (2, 2, Order::Before));
    assert!(deeds.acted[0].when < deeds.acted[0].last);
}

#[test]
fn a_host_alone_is_said_to_be_no_proof_of_the_link() {
    let deeds = read("1793704000.0 1 192.0.2.5 TCP_TUNNEL/200 1 CONNECT forms.example:443 - D/- -\n");
    assert_eq!(deeds.acted.iter().map(|acted| acted.is_exact).collect::<Vec<_>>(), [false]);
}

#[test]
fn zones_are_said_and_used() {
    let log = "03-Nov-2026 03:30:00.000 queries: info: client 192.0.2.5#1 (login.lure.test): query: login.lure.test IN A + (192.0.2.1)\n";
    let bare = read(log);
    assert_eq!((bare.earlier.len(), bare.notes.len()), (1, 1));
    let zone = TimeZone::get("America/Denver").expect("a zone");
    let told = lures().read("log", Cursor::new(log), Some(&zone)).expect("read");
    assert_eq!((told.acted.len(), told.notes.len()), (1, 0));
}

#[test]
fn bad_lines_are_counted_and_the_rest_is_read() {
    let good = "1793704000.0 1 192.0.2.5 TCP_MISS/200 1 GET http://login.lure.test/ - D/- -\n";
    let log = format!("{good}{good}rubbish\n\u{0}\u{0}\n{}\n{good}", "x".repeat(200_000));
    let deeds = lures().read("log", BufReader::with_capacity(16, Cursor::new(log)), None).expect("read");
    assert_eq!((deeds.lines, deeds.rejected, deeds.acted[0].times), (6, 3, 3));
    assert_eq!(deeds.reasons.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 4, 5]);
}

#[test]
fn what_is_no_record_is_refused_and_nothing_is_nothing() {
    for text in [
        "Dear clerk,\nplease see the list.\n",
        "a,b,c\n1,2,3\n",
        "192.0.2.5 - - [03/Nov/2026:12:00:00 -0500] \"GET /index HTTP/1.1\" 200 5\n",
    ] {
        assert!(lures().read("log", Cursor::new(text), None).is_err(), "{text}");
    }
    assert_eq!(read("\n\n").format, None);
}
