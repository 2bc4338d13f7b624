//! What speaks for ordinary mail. Little of it can be feigned for nothing, and none of it outweighs a plain lure.

use std::collections::BTreeSet;

use super::evidence::{Alignment, Evidence};
use super::hosts::{Place, place};
use super::links::is_own;
use super::look::quotes;
use super::random::is_random;
use super::{Seen, clues, who};
use crate::{Letter, Link, registrable};

pub(super) fn look(letter: &Letter, evidence: &Evidence<'_>, is_list: bool, seen: &mut Seen) {
    if evidence.known() > 0.0 {
        seen.add_part(clues::KNOWN, evidence.known(), "The office has written to this writer before.");
    }
    if evidence.is_answer {
        seen.add(clues::ANSWER, "It answers a message of the office.");
    } else if !letter.in_reply_to.is_empty() && quotes(letter) {
        seen.add(clues::QUOTES, "It answers a message and quotes it.");
    }
    let vouched = evidence.vouched();
    // A stranger's domain may well vouch for the stranger.
    let fits = ![clues::NAME_ELSEWHERE, clues::NAME_UNLIKE, clues::IMITATES].iter().any(|clue| seen.has(*clue));
    if vouched > 0.0 && fits {
        seen.add_part(clues::VOUCHED, vouched, "Its writer's domain vouches for it.");
    }
    if vouched > 0.0 && is_list && letter.list_id.is_some() && letter.header("list-post").next().is_some() {
        seen.add_part(clues::LIST, vouched, "It came by a list for discussion whose domain vouches for it.");
    }
    own_office(letter, evidence, seen);
    links(letter, vouched, seen);
}

/// A colleague's message that leads nowhere else. One that poses as a colleague's needs a link, a file or another address.
fn own_office(letter: &Letter, evidence: &Evidence<'_>, seen: &mut Seen) {
    let Some(writer) = who::author(letter) else { return };
    let is_colleague = letter
        .to
        .iter()
        .any(|to| to.address != writer.address && registrable(to.domain()) == registrable(writer.domain()));
    let leads_away = letter.links.iter().any(|link| link.is_web() && !is_own(&link.host, letter))
        || !letter.parts.is_empty()
        || !letter.reply_to.is_empty();
    let is_disowned = matches!(evidence.alignment, Some(Alignment::Disowned(_)));
    if is_colleague && !leads_away && !is_disowned && place(writer.domain()).is_none() {
        seen.add(clues::OWN_OFFICE, "It comes from its reader's own office and leads nowhere else.");
    }
}

fn links(letter: &Letter, vouched: f64, seen: &mut Seen) {
    let web: Vec<&Link> = letter.links.iter().filter(|link| link.is_web()).take(400).collect();
    let is_whose = who::author(letter).is_some_and(|writer| {
        who::is_real(writer.domain())
            && place(writer.domain()).is_none()
            && !is_random(registrable(writer.domain()).split('.').next().unwrap_or_default())
    });
    let own = web.iter().filter(|link| is_own(&link.host, letter)).count();
    let is_itself = !seen.has(clues::NAME_ELSEWHERE) && !seen.has(clues::IMITATES) && !seen.has(clues::MIXED_SCRIPTS);
    if is_whose && is_itself && own > 0 && own * 3 >= web.len() * 2 && !seen.has(clues::SHOWS_ANOTHER) {
        seen.add(clues::OWN_LINKS, "Its links lead to its writer's own domain.");
        if vouched > 0.0 && own == web.len() {
            seen.add_part(clues::SPEAKS_FOR_ITSELF, vouched, "A domain that vouches for it writes of its own service.");
        }
    }
    let targets: BTreeSet<&str> = web.iter().map(|link| link.url.as_str()).collect();
    let hosts: BTreeSet<&str> =
        web.iter().map(|link| link.host.as_str()).filter(|host| place(host) != Some(Place::Shortener)).collect();
    if letter.text.len() > 3_000 && targets.len() >= 10 && (hosts.len() >= 5 || own * 2 >= web.len()) {
        seen.add(clues::MUCH_TO_READ, "It gives much to read, with many different links.");
    }
}
