//! Arbitrary bytes as requests to be classified: every line is answered.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pollwarden_web::request::{Request, classify, classify_lines};

fuzz_target!(|bytes: &[u8]| {
    let mut answers = Vec::new();
    let _ = classify_lines(bytes, &mut answers);
    let text = String::from_utf8_lossy(bytes);
    let signs = classify(&Request { method: "GET", target: &text, headers: &[("user-agent", &text)], body: &text });
    assert!((0.0..=1.0).contains(&signs.score));
});
