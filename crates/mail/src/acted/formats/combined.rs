//! The combined and common log formats with whole addresses in their request lines, as proxies write them (Squid's
//! `logformat combined`, Apache's mod_proxy).

use super::squid::visit;
use super::{Event, Outcome};
use crate::acted::clock::Clock;

pub(super) fn line(line: &str, clock: &mut Clock) -> Outcome {
    let Some((head, rest)) = line.split_once('[') else { return Outcome::Bad("expected a time in brackets") };
    let Some((time, rest)) = rest.split_once(']') else { return Outcome::Bad("expected a time in brackets") };
    let Some(when) = clock.read(time) else { return Outcome::Bad("the time in brackets can't be read") };
    let mut quoted = rest.trim_start().strip_prefix('"').unwrap_or_default().splitn(2, '"');
    let (request, after) = (quoted.next().unwrap_or_default(), quoted.next().unwrap_or_default());
    let mut request = request.split_whitespace();
    let (Some(method), Some(url)) = (request.next(), request.next()) else {
        return Outcome::Bad("expected a request line in quotes");
    };
    let mut head = head.split_whitespace();
    let (client, user) = (head.next().unwrap_or_default(), head.nth(1).filter(|user| *user != "-"));
    // A web server's own log names no host: nothing can be told from it.
    if url.starts_with('/') {
        return Outcome::Bad("the request names no host: this is a web server's log, not a proxy's");
    }
    let who = user.unwrap_or(client).to_owned();
    Outcome::Event(Event { when: Some(when), who, seen: vec![visit(method, url, is_refused(after))] })
}

/// Whether the proxy refused it, or reached nobody (Squid's result codes and hierarchy codes).
fn is_refused(after: &str) -> bool {
    let status = after.split_whitespace().next().unwrap_or_default();
    after.contains("TCP_DENIED") || after.contains("HIER_NONE") && status.starts_with('5')
}
