//! Files of sketches from other offices: whatever a file holds, reading ends; what is read is written and read again as the same,
//! and joining it with itself under another name counts no recipient twice.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pollwarden_mail::campaign::{OfficeSketches, join};

fuzz_target!(|bytes: &[u8]| {
    let Ok(sketches) = OfficeSketches::read(bytes) else { return };
    let again = OfficeSketches::read(sketches.write().as_bytes());
    assert_eq!(again.as_ref(), Ok(&sketches));
    let mut other = sketches.clone();
    other.office.push('x');
    let joined = join(&sketches, &[other]);
    for found in &joined.across {
        assert_eq!(found.recipients, found.offices.values().sum::<u64>());
        assert!(found.yours <= found.recipients && found.offices.len() == 2);
        assert!(found.first <= found.last);
    }
});
