//! Lists of SHA-256 sums: `sha256sum`'s (`hash  path`, `hash *path`) and BSD's (`SHA256 (path) = hash`). Such a list has no
//! times, and its machine is the record's name.

use super::{Event, Outcome, Seen};

pub(super) fn line(line: &str) -> Outcome {
    let (hash, path) = match line.strip_prefix("SHA256 (").and_then(|rest| rest.rsplit_once(") = ")) {
        Some((path, hash)) => (hash, path),
        None => line.trim_start_matches('\\').split_once([' ', '\t']).unwrap_or((line, "")),
    };
    if !is_sha256(hash.trim()) {
        return Outcome::Bad("expected a SHA-256 sum of 64 hexadecimal digits");
    }
    let who = path.trim_start_matches([' ', '*']).to_owned();
    Outcome::Event(Event { when: None, who, seen: vec![Seen::File(hash.trim().to_owned())] })
}

pub(super) fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|c| c.is_ascii_hexdigit())
}
