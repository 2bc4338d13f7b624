//! Squid's native access log (Squid's `logformat squid`): time, duration, client, result, size, method, URL, user, peer, type.

use super::{Event, Outcome, Seen};
use crate::acted::How;
use crate::acted::clock::{Clock, epoch};

pub(super) fn line(line: &str, _: &mut Clock) -> Outcome {
    let parts: Vec<&str> = line.split_whitespace().collect();
    let [time, _, client, result, _, method, url, ref rest @ ..] = parts[..] else {
        return Outcome::Bad("expected Squid's ten fields");
    };
    let (Some(when), Some((code, _))) = (epoch(time), result.split_once('/')) else {
        return Outcome::Bad("expected a time in seconds first and a result such as TCP_MISS/200 fourth");
    };
    let user = rest.first().copied().filter(|user| *user != "-");
    let who = user.unwrap_or(client).to_owned();
    Outcome::Event(Event { when: Some(when), who, seen: vec![visit(method, url, code.contains("DENIED"))] })
}

/// A request as a visit. `CONNECT` shows the host alone.
pub(super) fn visit(method: &str, url: &str, is_blocked: bool) -> Seen {
    let how = match method.to_ascii_uppercase().as_str() {
        _ if is_blocked => How::Blocked,
        "POST" | "PUT" => How::Entered,
        _ => How::Visited,
    };
    let has_path = !method.eq_ignore_ascii_case("CONNECT") && !url.starts_with("tcp://") && !url.starts_with("ssl://");
    Seen::Visit { url: url.to_owned(), has_path, how }
}
