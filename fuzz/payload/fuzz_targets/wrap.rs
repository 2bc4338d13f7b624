//! What all targets share: small bounds, so that many files a second are read, and what must hold of any answer.

use pollwarden_payload::{Bounds, Examined, examine};

/// Panics of libraries are caught at their border and become gaps; the fuzzer's own hook would end the process before.
/// A panic that is not caught still ends it.
pub fn quiet() {
    std::panic::set_hook(Box::new(|_| {}));
}

pub fn look(name: &str, bytes: &[u8]) -> Examined {
    let bounds = Bounds {
        unpacked: 4 << 20,
        member: 1 << 20,
        members: 60,
        pixels: 300_000,
        all_pixels: 900_000,
        ..Bounds::default()
    };
    let found = examine(name, None, bytes, &bounds);
    assert_eq!(found.size, bytes.len() as u64);
    assert!(found.walk().count() <= bounds.members + 1);
    assert!(found.all_acts().all(|act| act.shown.chars().count() < 2_000 && !act.why.is_empty()));
    assert!(found.all_links().count() <= bounds.links + found.walk().count() * 100);
    found
}
