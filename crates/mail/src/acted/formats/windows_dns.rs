//! The debug log of Windows' DNS server: `11/3/2026 10:00:00 AM 0E50 PACKET 000001D2 UDP Rcv 192.0.2.5 5ca2 Q [0001 D NOERROR]
//! A (3)www(7)example(0)`. Days may come before months: that is told by a number above 12, or by dots.

use super::{Event, Outcome, Seen};
use crate::acted::clock::Clock;

pub(super) fn line(line: &str, clock: &mut Clock) -> Outcome {
    let Some((head, packet)) = line.split_once(" PACKET ") else {
        // The file begins with a legend; other lines tell of other events.
        let is_legend =
            !line.starts_with(|c: char| c.is_ascii_digit()) || line.contains(" EVENT ") || line.contains(" Note:");
        return if is_legend && !line.starts_with(['{', '#']) { legend(line) } else { Outcome::Bad("expected PACKET") };
    };
    let words: Vec<&str> = packet.split_whitespace().collect();
    let Some(at) = words.iter().position(|word| *word == "Rcv") else { return Outcome::Other };
    let Some((client, rest)) = words[at + 1..].split_first() else {
        return Outcome::Bad("expected a client's address");
    };
    // `R Q` is an answer that the server got from another.
    if rest.get(1) == Some(&"R") {
        return Outcome::Other;
    }
    let Some(name) = words.last().and_then(|word| labels(word)) else {
        return Outcome::Bad("expected a name such as (3)www(0)");
    };
    let mut time = head.split_whitespace();
    let (date, clock_time) = (time.next().unwrap_or_default(), time.next().unwrap_or_default());
    let half = time.next().unwrap_or_default();
    let Some(when) = clock.civil(date, &format!("{clock_time} {half}")) else {
        return Outcome::Bad("its time can't be read");
    };
    Outcome::Event(Event { when: Some(when), who: (*client).to_owned(), seen: vec![Seen::Lookup(name)] })
}

fn legend(line: &str) -> Outcome {
    let known =
        ["Message logging key", "Field #", "DNS Server log", "Log file wrap", "---", "Rcv", "R = ", "Q = ", "UQR"];
    let is_known = line.starts_with([' ', '\t']) || known.iter().any(|words| line.contains(words));
    if is_known { Outcome::Other } else { Outcome::Bad("expected PACKET") }
}

/// A name of `(3)www(7)example(0)`.
fn labels(text: &str) -> Option<String> {
    let mut name = String::new();
    for part in text.strip_prefix('(')?.split('(') {
        let (_, label) = part.split_once(')')?;
        if !label.is_empty() {
            if !name.is_empty() {
                name.push('.');
            }
            name.push_str(label);
        }
    }
    (!name.is_empty()).then_some(name)
}
