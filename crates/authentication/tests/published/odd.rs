//! Odd and malformed messages of other programs: all are judged, none stops the program.

use std::time::Instant;

use pollwarden_authentication::{DnsSnapshot, Settings, authenticate};

use super::archive::archive;

const ARCHIVES: [&str; 4] = [
    "mail-parser-messages.tar.zst",
    "rspamd-functional-messages.tar.zst",
    "spamassassin-test-messages.tar.zst",
    "dkim-arc-dkim2-mail-auth-vectors.tar.zst",
];

#[test]
fn odd_messages_are_judged() {
    for name in ARCHIVES {
        let Some(files) = archive("odd messages", name) else { continue };
        let (dns, settings) = (DnsSnapshot::new(), Settings::default());
        let started = Instant::now();
        for content in files.values() {
            authenticate(content, None, &dns, None, &settings);
        }
        println!("{name}: {} messages judged in {} ms", files.len(), started.elapsed().as_millis());
        for content in files.values() {
            for cut in (0..content.len().min(20_000)).step_by(997) {
                authenticate(&content[..cut], None, &dns, None, &settings);
            }
        }
    }
}
