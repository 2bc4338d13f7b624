//! Where its links lead: to whom, hidden behind what.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::hosts::{Place, is_odd_ending, place};
use super::random::is_random;
use super::{Seen, clues, who};
use crate::{Letter, Link, LinkPlace, Mailbox, registrable};

/// More links than a reader follows; lures show theirs early.
const MOST: usize = 200;
const MANY_TARGETS: usize = 5;

pub(super) fn look(letter: &Letter, is_list: bool, seen: &mut Seen) {
    let web: Vec<&Link> = letter.links.iter().filter(|link| link.is_web()).take(MOST).collect();
    let targets: BTreeSet<&str> = web.iter().map(|link| registrable(&link.host)).collect();
    // A digest that leads to many places leads to an odd one now and then.
    let part = if targets.len() >= MANY_TARGETS { 0.5 } else { 1.0 };
    for link in &web {
        one(link, letter, part, seen);
        written(link, letter, part, seen);
    }
    together(&web, letter, is_list, seen);
    let is_page = |link: &&Link| starts(&link.url, "data:text/html") || starts(&link.url, "javascript:");
    if let Some(link) = letter.links.iter().find(is_page) {
        seen.add(clues::CARRIES_PAGE, format!("A link carries a page within itself: {}.", short(&link.url)));
    }
}

/// The host that a link leads to.
fn one(link: &Link, letter: &Letter, part: f64, seen: &mut Seen) {
    let host = link.host.as_str();
    let is_own = is_own(host, letter);
    shows_another(link, is_own, part, seen);
    taken_by_anybody(link, is_own, part, seen);
    if host.parse::<std::net::IpAddr>().is_ok() && is_hidden(link) {
        seen.add_part(clues::ADDRESS_NUMBER, part, format!("A link leads to a bare number, {host}."));
    }
    if host.split('.').any(|label| label.starts_with("xn--")) {
        seen.add_part(
            clues::PUNYCODE,
            part,
            format!("A link's name is written in letters that can be mistaken: {host}."),
        );
    }
    if is_odd_ending(host) && !is_own {
        seen.add_part(clues::ODD_LINK_ENDING, part, format!("{host} has an ending that is often taken for a day."));
    }
    if is_random(registrable(host).split('.').next().unwrap_or_default()) {
        seen.add_part(clues::RANDOM_HOST, part, format!("The host {host} looks drawn by a program."));
    }
}

/// Places that show nothing of who put a page there.
fn taken_by_anybody(link: &Link, is_own: bool, part: f64, seen: &mut Seen) {
    // What is written out can be read before it is clicked.
    let part = if is_hidden(link) { part } else { 0.5 * part };
    match place(&link.host) {
        Some(Place::Shortener) => {
            seen.add_part(
                clues::SHORTENED,
                part,
                format!("A short address hides where it leads: {}.", short(&link.url)),
            );
        }
        Some(Place::AnybodysSite) if !is_own => {
            seen.add_part(
                clues::ANYBODYS_SITE,
                part,
                format!("A link leads to {}, where anybody can put a page.", link.host),
            );
        }
        _ => {}
    }
}

/// Text that shows one host over a link to another. A way through a counter that names the host shown still leads there.
fn shows_another(link: &Link, is_own: bool, part: f64, seen: &mut Seen) {
    if let Some(shown) = other_host_shown(link).filter(|_| !is_own) {
        seen.add_part(clues::SHOWS_ANOTHER, part, format!("A link shows {shown} and leads to {}.", link.host));
    }
}

/// The host that a link shows and does not lead to. A way through a counter of clicks that names it still leads there.
pub(crate) fn other_host_shown(link: &Link) -> Option<String> {
    let shown = shown_host(&link.text).filter(|_| link.place == LinkPlace::Anchor && link.is_web())?;
    let is_other = registrable(&shown) != registrable(&link.host) && !names_behind(&link.url, &shown);
    is_other.then_some(shown)
}

/// Whether an address names a host behind its own.
fn names_behind(url: &str, host: &str) -> bool {
    let url = url.to_ascii_lowercase();
    let Some((_, rest)) = url.split_once("://") else { return false };
    let behind = rest.find(['/', '?', '#']).map_or("", |at| &rest[at..]);
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    let mut named = ["://", "%3a%2f%2f"].iter().map(|to| format!("{to}{host}"));
    named.any(|named| behind.match_indices(&named).any(|(at, _)| ends(&behind[at + named.len()..])))
}

/// The host that a link's text shows, where the text is an address.
fn shown_host(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    if text.contains(char::is_whitespace) || text.contains('@') {
        return None;
    }
    let rest = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next()?.trim_end_matches('.');
    (host.contains('.') && who::is_real(host)).then(|| host.to_owned())
}

/// What stands in the address itself.
fn written(link: &Link, letter: &Letter, part: f64, seen: &mut Seen) {
    let url = link.url.to_ascii_lowercase();
    let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let (authority, path) = rest.split_once(['/', '?', '#']).unwrap_or((rest, ""));
    if [".well-known/", "wp-content/", "wp-includes/", "wp-admin/"].iter().any(|inside| path.contains(inside))
        && is_hidden(link)
    {
        seen.add_part(
            clues::BROKEN_INTO,
            part,
            format!("A link leads into the inside of a website, as after a break-in: {}.", short(&link.url)),
        );
    }
    let port = authority.rsplit_once(':').map(|(_, port)| port).filter(|port| port.bytes().all(|b| b.is_ascii_digit()));
    if port.is_some_and(|port| !["80", "443", ""].contains(&port)) && is_hidden(link) {
        seen.add_part(
            clues::ODD_PORT,
            part,
            format!("A link leads to an unusual door of a server: {}.", short(&link.url)),
        );
    }
    if authority.contains('@') {
        seen.add_part(clues::USER_INFO, part, format!("A link hides its host behind an @: {}.", short(&link.url)));
    }
    let goes_on = ["http%3a", "https%3a", "http://", "https://"].iter().any(|scheme| path.contains(scheme));
    if goes_on && !is_own(&link.host, letter) {
        seen.add_part(clues::REDIRECTS, part, format!("A link goes through {} to another place.", link.host));
    }
    let labels: Vec<&str> = link.host.split('.').collect();
    let above = link.host.strip_suffix(registrable(&link.host)).unwrap_or_default();
    if labels.len() > 3 && [".com.", ".org.", ".net.", ".gov."].iter().any(|ending| above.contains(ending)) {
        seen.add_part(
            clues::HOST_WITHIN,
            part,
            format!("{} looks like another host and belongs to {}.", link.host, registrable(&link.host)),
        );
    }
    let address = who::own_addresses(letter).into_iter().find(|address| names(&link.url, &url, address));
    if let Some(address) = address.filter(|_| !is_own(&link.host, letter)) {
        seen.add(clues::NAMES_RECIPIENT, format!("A link tells {} that {address} clicked.", link.host));
    }
}

/// Whether an address stands in a link, plain, percent-encoded or in base64.
fn names(url: &str, lower: &str, address: &str) -> bool {
    let encoded = STANDARD_NO_PAD.encode(address);
    let stem = encoded.get(..(encoded.len() / 4 * 4).saturating_sub(4)).unwrap_or_default();
    lower.contains(address) || lower.contains(&address.replace('@', "%40")) || stem.len() >= 12 && url.contains(stem)
}

fn together(web: &[&Link], letter: &Letter, is_list: bool, seen: &mut Seen) {
    let hidden: Vec<&&Link> = web.iter().filter(|link| is_hidden(link)).collect();
    if hidden.is_empty() || is_list && letter.in_reply_to.len() + letter.header("list-post").count() > 0 {
        return;
    }
    let first = registrable(&hidden[0].host);
    let own = hidden.iter().filter(|link| is_akin(&link.host, letter, is_list)).count();
    if own > 0 && 2 * own <= hidden.len() {
        seen.add_part(clues::STRANGERS, 0.5, "Most of its links lead to strangers.");
    }
    if own == 0 {
        seen.add(clues::STRANGERS, format!("None of its links leads to its writer; they lead to {first}."));
        let targets: BTreeSet<&str> = hidden.iter().map(|link| registrable(&link.host)).collect();
        if targets.len() == 1 {
            seen.add(clues::ONE_TARGET, format!("Whatever is clicked, it leads to {first}."));
        }
    }
}

/// Whether a host is the writer's own, or the reader's: nobody is lured to his own house.
pub(super) fn is_own(host: &str, letter: &Letter) -> bool {
    let Some(writer) = who::author(letter) else { return false };
    let target = registrable(host);
    let is_readers = |to: &String| to.rsplit('@').next().is_some_and(|domain| registrable(domain) == target);
    registrable(writer.domain()) == target || letter.delivered_to.iter().any(is_readers)
}

/// Whether a host may well belong to the writer: its own, or a word of the writer's domain in its name. A list's members are led to
/// the list's own place.
fn is_akin(host: &str, letter: &Letter, is_list: bool) -> bool {
    let Some(writer) = who::author(letter) else { return false };
    let (own, target) = (registrable(writer.domain()), registrable(host));
    let is_lists = |to: &Mailbox| registrable(to.domain()) == target;
    if is_own(host, letter) || is_list && letter.to.iter().any(is_lists) {
        return true;
    }
    let label = |domain: &str| domain.split('.').next().unwrap_or_default().to_owned();
    let (own, target) = (label(own), label(target));
    own.len() >= 4 && target.len() >= 4 && (own.contains(&target) || target.contains(&own))
}

/// A link that shows words or a picture instead of where it leads.
pub(super) fn is_hidden(link: &Link) -> bool {
    matches!(link.place, LinkPlace::Anchor | LinkPlace::Form | LinkPlace::Refresh) && !link.text.contains("://")
}

fn starts(url: &str, scheme: &str) -> bool {
    url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

/// A link in a report, so that nobody clicks it by mistake.
fn short(url: &str) -> String {
    let start: String = url.chars().take(60).collect();
    start.replacen("http", "hxxp", 1).replace('.', "[.]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_names_the_host_that_it_leads_to() {
        assert!(names_behind("https://click.example/?to=https%3A%2F%2Fcounty.example%2Fa", "county.example"));
        assert!(names_behind("https://click.example/https://county.example", "county.example"));
        for elsewhere in [
            "https://county.example.evil.example/",
            "https://evil.example/county.example/a",
            "https://evil.example/?to=https://county.example.evil.example",
            "mailto:county.example",
        ] {
            assert!(!names_behind(elsewhere, "county.example"), "{elsewhere}");
        }
    }

    #[test]
    fn a_host_that_a_text_shows() {
        assert_eq!(shown_host("https://www.example.org/a").as_deref(), Some("www.example.org"));
        assert_eq!(shown_host("example.net").as_deref(), Some("example.net"));
        assert_eq!(shown_host("Read more"), None);
        assert_eq!(shown_host("report.docx"), None);
    }
}
