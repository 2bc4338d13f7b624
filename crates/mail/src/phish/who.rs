//! Who it says wrote it: names, addresses, where answers go, and who vouches for it.

use pollwarden_lookalike::Strength;

use super::evidence::{Alignment, Evidence};
use super::hosts::{Place, is_free_mail, is_odd_ending, place};
use super::random::is_random;
use super::words::Read;
use super::{Seen, clues, names};
use crate::{Imitation, Letter, Mailbox, registrable};

pub(super) fn look(letter: &Letter, read: &Read, is_list: bool, seen: &mut Seen) {
    match author(letter) {
        Some(writer) => self::writer(writer, letter, read, seen),
        None => seen.add(clues::NO_DOMAIN, "It does not say who wrote it."),
    }
    several(letter, seen);
    // A list has answers come to itself, and comes by another server than its writer's.
    if !is_list {
        answers(letter, seen);
        envelope(letter, seen);
    }
    to_nobody(letter, seen);
}

/// Who is taken as its writer: the first that has an address.
pub(super) fn author(letter: &Letter) -> Option<&Mailbox> {
    letter.from.iter().find(|mailbox| !mailbox.address.is_empty()).or(letter.writer())
}

/// The name that its reader sees, whole though a comma in it makes it look like several.
pub(super) fn shown_name(letter: &Letter) -> String {
    let names: Vec<&str> = letter.from.iter().take(4).map(|mailbox| mailbox.name.as_str()).collect();
    names.join(" ")
}

fn writer(writer: &Mailbox, letter: &Letter, read: &Read, seen: &mut Seen) {
    let domain = writer.domain();
    if is_real(domain) {
        self::domain(domain, seen);
    } else {
        seen.add(
            clues::NO_DOMAIN,
            format!("Its writer's address “{}” has no domain that could exist.", writer.address),
        );
    }
    if names::is_drawn(writer.local()) && !is_free_mail(domain) {
        seen.add(clues::RANDOM_LOCAL, format!("The address {} looks drawn by a program.", writer.address));
    }
    if own_addresses(letter).contains(&writer.address) {
        seen.add(clues::FROM_RECIPIENT, "It says that its reader wrote it.");
    }
    names::look(writer, letter, read, seen);
}

fn domain(domain: &str, seen: &mut Seen) {
    if place(domain) == Some(Place::AnybodysSite) {
        seen.add(clues::ANYBODYS_DOMAIN, format!("Anybody can write from an address under {domain}."));
    }
    let labels = domain.strip_suffix(psl::suffix_str(domain).unwrap_or_default()).unwrap_or(domain);
    let own = registrable(domain).split('.').next().unwrap_or_default();
    if is_random(own) {
        seen.add(clues::RANDOM_DOMAIN, format!("The domain {domain} looks drawn by a program."));
    } else if labels.split('.').any(is_random) {
        seen.add_part(clues::RANDOM_DOMAIN, 0.25, format!("A part of the domain {domain} looks drawn by a program."));
    }
    if is_odd_ending(domain) {
        seen.add(clues::ODD_ENDING, format!("{domain} has an ending that is often taken for a day."));
    }
}

/// A domain under a suffix that exists.
pub(super) fn is_real(domain: &str) -> bool {
    let is_name = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    // Reserved for examples and tests (RFC 2606), which a manual may well show.
    if domain.ends_with(".example") || domain.ends_with(".test") {
        return true;
    }
    let suffix = psl::suffix(domain.as_bytes()).filter(psl::Suffix::is_known);
    // Some who let others register below their domain write from it themselves: those suffixes are private.
    let is_below =
        |suffix: psl::Suffix<'_>| psl::domain_str(domain).is_some() || suffix.typ() == Some(psl::Type::Private);
    domain.split('.').all(is_name) && suffix.is_some_and(is_below)
}

fn several(letter: &Letter, seen: &mut Seen) {
    let fields = letter.header("from").count();
    if fields > 1 {
        let said = format!(
            "It has {fields} fields From, where one is allowed: who is shown as its writer depends on the mail program."
        );
        seen.add(clues::SEVERAL_FROM_FIELDS, said);
    } else if letter.from.len() > 1 {
        seen.add(clues::SEVERAL_WRITERS, format!("It names {} writers, where mail has one.", letter.from.len()));
    }
}

fn to_nobody(letter: &Letter, seen: &mut Seen) {
    if letter.to.iter().any(|to| to.address.contains('@')) {
        return;
    }
    seen.add(clues::TO_NOBODY, "It names nobody that it is written to.");
    if let Some(writer) = author(letter).filter(|writer| is_free_mail(writer.domain())) {
        seen.add(clues::FREE_MAIL_TO_NOBODY, format!("A free account, {}, writes to many at once.", writer.address));
    }
}

fn answers(letter: &Letter, seen: &mut Seen) {
    let Some(writer) = author(letter) else { return };
    let own = registrable(writer.domain());
    let is_elsewhere = |to: &&Mailbox| !to.domain().is_empty() && registrable(to.domain()) != own;
    let Some(elsewhere) = letter.reply_to.iter().find(is_elsewhere) else { return };
    if letter.to.iter().any(|to| registrable(to.domain()) == registrable(elsewhere.domain())) {
        return;
    }
    if is_free_mail(elsewhere.domain()) {
        seen.add(clues::REPLY_FREE_MAIL, format!("Answers go to a free account, {}.", elsewhere.address));
    } else {
        seen.add(clues::REPLY_ELSEWHERE, format!("Answers go elsewhere, to {}.", elsewhere.address));
    }
}

fn envelope(letter: &Letter, seen: &mut Seen) {
    let (Some(writer), Some(path)) = (author(letter), &letter.return_path) else { return };
    let sender = path.rsplit('@').next().unwrap_or_default();
    let is_elsewhere = sender.contains('.') && registrable(sender) != registrable(writer.domain());
    let is_lists = letter.to.iter().any(|to| registrable(to.domain()) == registrable(sender));
    if is_elsewhere && !is_lists {
        seen.add(clues::ENVELOPE_ELSEWHERE, format!("It was sent by {sender}, not by {}.", writer.domain()));
    }
}

/// Mail of a list, or sent on somebody's behalf, by its own word. Where servers checked who vouches for the message, the list has
/// to: anybody can write such a field.
pub(super) fn is_list(letter: &Letter, evidence: &Evidence<'_>) -> bool {
    match evidence.alignment {
        None => list_domains(letter).next().is_some(),
        Some(_) => is_passed_on(letter, &evidence.vouching),
    }
}

/// Whether one of the domains that vouch for a message is a list's, or that of whoever sent it on somebody's behalf.
pub(crate) fn is_passed_on(letter: &Letter, vouching: &[String]) -> bool {
    list_domains(letter).any(|domain| vouching.iter().any(|own| own == domain))
}

/// The registered domains of those who say that they pass it on (RFC 2919, RFC 2369, RFC 5322, 3.6.2).
fn list_domains(letter: &Letter) -> impl Iterator<Item = &str> {
    let fields = letter.list_id.as_deref().into_iter().chain(letter.header("list-post"));
    let named = fields.map(|text| text.rsplit(['<', '@']).next().unwrap_or(text).trim_end_matches(['>', ' ']));
    named.chain(letter.sender.iter().map(Mailbox::domain)).map(registrable)
}

pub(super) fn authentication(evidence: &Evidence<'_>, seen: &mut Seen) {
    match evidence.alignment {
        Some(Alignment::Disowned(why)) => seen.add(clues::DISOWNED, format!("Its writer's domain disowns it: {why}.")),
        Some(Alignment::Silent) => seen.add(clues::SILENT, "Nobody vouches for its writer's domain."),
        Some(Alignment::Vouched) | None => {}
    }
}

pub(super) fn imitations(evidence: &Evidence<'_>, seen: &mut Seen) {
    let strongest = evidence.imitations.iter().max_by(|a, b| sureness(a).total_cmp(&sureness(b)));
    if let Some(found) = strongest {
        let why = found.why.trim_end_matches('.');
        seen.add_part(clues::IMITATES, sureness(found), format!("It pretends to be {}: {why}.", found.party));
    }
}

/// How sure a likeness is, from 0 to 1: who writes chose the name, whereas links go to all sorts of hosts.
fn sureness(found: &Imitation) -> f64 {
    let [weak, moderate, strong] = if found.is_sender { [0.25, 0.75, 1.0] } else { [0.1, 0.4, 0.8] };
    match found.strength {
        Strength::Weak => weak,
        Strength::Moderate => moderate,
        Strength::Strong => strong,
    }
}

/// The addresses it went to, in lower case.
pub(super) fn own_addresses(letter: &Letter) -> Vec<String> {
    let named = letter.to.iter().map(|to| to.address.clone());
    named.chain(letter.delivered_to.iter().cloned()).filter(|to| to.contains('@')).take(20).collect()
}
