//! A snapshot's file: an error, or a snapshot that is written and read again alike.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pollwarden_authentication::{DnsSnapshot, posture};

fuzz_target!(|bytes: &[u8]| {
    let Ok(snapshot) = DnsSnapshot::from_json("dns.json", bytes) else { return };
    let again = DnsSnapshot::from_json("dns.json", snapshot.to_json().as_bytes());
    assert_eq!(again.ok().as_ref(), Some(&snapshot));
    for question in snapshot.questions().iter().take(20) {
        posture(&question.name, &[], &snapshot);
    }
});
