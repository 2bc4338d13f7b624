//! DMARC, failure and TLS reports, packed and attached.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pollwarden_authentication::report;

fuzz_target!(|bytes: &[u8]| {
    let reading = report::read("report", bytes);
    assert!(!reading.reports.is_empty() || !reading.complaints.is_empty());
    report::summarise(&reading.reports);
});
