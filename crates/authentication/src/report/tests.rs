//! Reports whole, packed, attached, broken and hostile.

use std::io::{Cursor, Write};

use super::*;

fn xml(records: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><feedback><report_metadata><org_name>Reporter</org_name>\
         <email>r@reporter.example</email><report_id>7</report_id><date_range><begin>1793440000</begin>\
         <end>1793526399</end></date_range></report_metadata><policy_published><domain>Office.example</domain>\
         <p>reject</p></policy_published>{records}</feedback>"
    )
}

fn record(ip: &str, count: &str, dkim: &str) -> String {
    format!(
        "<record><row><source_ip>{ip}</source_ip><count>{count}</count><policy_evaluated><disposition>reject</disposition>\
         <dkim>{dkim}</dkim><spf>fail</spf></policy_evaluated></row><identifiers><header_from>office.example</header_from>\
         </identifiers><auth_results><dkim><domain>service.example</domain><result>pass</result></dkim></auth_results></record>"
    )
}

fn two_records() -> String {
    xml(&(record("192.0.2.1", "5", "pass") + &record("198.51.100.9", "40", "fail")))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("packed");
    encoder.finish().expect("packed")
}

fn zip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("report.xml", zip::write::SimpleFileOptions::default()).expect("a file");
    writer.write_all(bytes).expect("packed");
    writer.finish().expect("packed").into_inner()
}

fn aggregate(reading: &Reading) -> &Aggregate {
    match reading.reports.as_slice() {
        [Report::Aggregate(report)] => report,
        other => panic!("{other:?} {:?}", reading.complaints),
    }
}

#[test]
fn however_a_report_is_packed_it_is_the_same() {
    let plain = two_records();
    let expected = read("a.xml", plain.as_bytes());
    assert!(expected.complaints.is_empty(), "{:?}", expected.complaints);
    assert_eq!(aggregate(&expected).rows.len(), 2);
    for packed in [gzip(plain.as_bytes()), zip(plain.as_bytes()), zip(&gzip(plain.as_bytes()))] {
        assert_eq!(read("a", &packed).reports, expected.reports);
        let mail = format!(
            "From: r@reporter.example\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{}\r\n",
            base64(&packed)
        );
        assert_eq!(read("a.eml", mail.as_bytes()).reports, expected.reports);
    }
}

fn base64(bytes: &[u8]) -> String {
    let encoded = mail_auth_base64(bytes);
    encoded.as_bytes().chunks(76).map(String::from_utf8_lossy).collect::<Vec<_>>().join("\r\n")
}

fn mail_auth_base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().chain([&0, &0]).take(3).fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
        for place in 0..4 {
            let digit = char::from(DIGITS[group >> (18 - 6 * place) & 63]);
            out.push(if place > chunk.len() { '=' } else { digit });
        }
    }
    out
}

#[test]
fn the_sum_says_who_sends() {
    let report = read("a", two_records().as_bytes()).reports;
    let twice: Vec<Report> = report.iter().chain(&report).cloned().collect();
    let senders = summarise(&twice);
    assert_eq!((senders.messages, senders.aligned, senders.duplicates), (45, 5, 1));
    let (ip, worst) = senders.unaligned().next().expect("one");
    assert_eq!(ip.map(|ip| ip.to_string()).as_deref(), Some("198.51.100.9"));
    assert_eq!((worst.messages, worst.turned_away), (40, 40));
    assert!(worst.vouched_by.contains("service.example") && senders.domains.contains("office.example"));
}

#[test]
fn a_broken_record_does_not_hide_the_others() {
    let broken = record("192.0.2.3", "1", "pass").replace("office.example", "bad<office.example");
    let text = xml(&(record("192.0.2.1", "5", "pass") + &broken + &record("192.0.2.2", "6", "pass")));
    let reading = read("a.xml", text.as_bytes());
    let report = aggregate(&reading);
    assert_eq!((report.rows.len(), report.unread), (2, 1));
    assert_eq!((report.reporter.as_str(), report.domain.as_str()), ("Reporter", "office.example"));
    let complaints: Vec<String> = reading.complaints.iter().map(ToString::to_string).collect();
    assert!(complaints.iter().any(|c| c.contains("1 of 3 records could not be read")), "{complaints:?}");
}

#[test]
fn an_unknown_element_does_not_end_the_report() {
    let text = two_records().replacen("<record>", "<novelty><deep>x</deep></novelty><record>", 1);
    assert_eq!(aggregate(&read("a.xml", text.as_bytes())).rows.len(), 2);
}

#[test]
fn a_bomb_is_not_unpacked() {
    let zeros = gzip(&vec![0; 80 * 1024 * 1024]);
    for bomb in [zeros.clone(), zip(&zeros)] {
        let reading = read("bomb", &bomb);
        assert!(matches!(reading.complaints.as_slice(), [ReportError::TooLarge { .. }]), "{:?}", reading.complaints);
    }
}

#[test]
fn what_is_no_report_says_so() {
    for (bytes, expected) in [
        (&b""[..], "this is not a report"),
        (b"From: a@b.example\r\n\r\nhello\r\n", "this is not a report"),
        (b"<html></html>", "this is no DMARC report"),
        (b"{}", "not a TLS report"),
        (b"\x1f\x8b\x08", "can't be unpacked"),
        (b"PK\x03\x04", "can't be unpacked"),
        (b"<feedback>", "could not be read"),
    ] {
        let said: String = read("x", bytes).complaints.iter().map(ToString::to_string).collect();
        assert!(said.contains(expected) || said.contains("broken"), "{said}");
    }
}

#[test]
fn an_old_encoding_is_read() {
    let text = two_records().replace("UTF-8", "windows-1252").replace("Reporter", "R\u{e9}porter");
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("latin")).collect();
    let reading = read("a.xml", &bytes);
    assert_eq!(aggregate(&reading).reporter, "R\u{e9}porter");
    assert!(reading.complaints.is_empty());
}
