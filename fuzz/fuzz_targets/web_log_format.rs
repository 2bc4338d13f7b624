//! Arbitrary text as the `log_format` of office.toml: understood, or refused with a reason.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(error) = pollwarden_web::check_log_format(text) {
        assert!(!error.to_string().is_empty());
    }
});
