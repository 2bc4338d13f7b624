//! The name that a reader sees, beside the address that it stands for.

use super::fold::Folded;
use super::hosts::is_free_mail;
use super::random::is_random;
use super::words::Read;
use super::{Seen, clues, who};
use crate::{Letter, Mailbox, registrable};

/// Parts before `@` that stand for a service, not for a person.
#[rustfmt::skip]
const ROLES: &[&str] = &[
    "reply", "support", "service", "info", "contact", "admin", "team", "account", "security", "alert", "notif",
    "news", "mail", "help", "update", "verify", "billing", "customer", "member", "office", "hello", "promo",
    "offer", "reward", "postmaster", "aviso", "atendimento", "contato", "kunden", "sac", "marketing", "sales",
    "system", "return", "shop",
];

/// Words of a name that say what somebody does, not who they are.
#[rustfmt::skip]
const SERVICE_WORDS: &[&str] = &[
    "team", "support", "service", "services", "department", "security", "customer", "bank", "account", "accounts",
    "alert", "alerts", "notification", "notifications", "notice", "center", "centre", "admin", "administrator",
    "helpdesk", "desk", "billing", "office", "official", "rewards", "reward", "winner", "survey", "delivery",
    "verification", "verify", "update", "message", "management", "wallet", "payment", "payments", "reply",
    "noreply", "webmail", "mailbox", "mail", "protection", "corporation", "foundation", "equipe", "equipo",
    "soporte", "servicio", "seguridad", "banco", "cliente", "aviso", "suporte", "seguranca", "atendimento",
    "central", "kundenservice", "kundendienst", "kundenbetreuung", "sicherheit", "banque", "securite", "assistance",
    "klantenservice", "banca", "assistenza", "sicurezza", "oficial", "oficina", "director", "directora", "manager",
    "gerente", "ceo", "president", "presidente", "mayor", "commissioner", "treasurer", "supervisor", "government",
    "ministry", "federal", "agency", "inc", "llc", "ltd", "corp", "group", "company", "online", "express",
];

pub(super) fn look(writer: &Mailbox, letter: &Letter, read: &Read, seen: &mut Seen) {
    let name = who::shown_name(letter);
    if name.trim().is_empty() {
        return;
    }
    dressed(&name, seen);
    names_domain(&name, writer, seen);
    let words = words(&name);
    let speaks_for = words.iter().find(|word| SERVICE_WORDS.contains(&word.as_str()));
    let is_wish = [
        "prize",
        "won",
        "casino",
        "wallet",
        "coin",
        "antivirus",
        "storage",
        "pills",
        "dating",
        "strangelogin",
        "loan",
        "deadline",
    ]
    .iter()
    .any(|notion| read.places(notion).any(|at| at.end <= read.name));
    if is_free_mail(writer.domain()) {
        if speaks_for.is_some() || is_wish {
            seen.add(clues::FREE_MAIL_SERVICE, format!("“{name}” writes from a free account, {}.", writer.address));
        }
        return;
    }
    let is_service = speaks_for.is_some() || is_wish || is_role(writer.local()) || is_drawn(writer.local());
    if shares_word(&words, writer) {
        return;
    }
    if !is_service {
        return seen
            .add(clues::NAME_UNLIKE, format!("Nothing of the name “{name}” is in its address {}.", writer.address));
    }
    seen.add(clues::NAME_ELSEWHERE, format!("Nothing of the name “{name}” is in its address {}.", writer.address));
}

/// Long codes are a list's way to sort what comes back; short ones are thrown away.
pub(super) fn is_drawn(local: &str) -> bool {
    local.len() <= 20 && !local.contains(['=', '#', '+']) && is_random(local)
}

fn is_role(local: &str) -> bool {
    ROLES.iter().any(|role| local.contains(role))
}

/// Whether the address holds a word of the name, or its first letters.
fn shares_word(words: &[String], writer: &Mailbox) -> bool {
    let address: String = writer.address.chars().filter(|c| c.is_alphanumeric()).collect();
    let initials: String = words.iter().filter_map(|word| word.chars().next()).collect();
    let own = |word: &&String| word.chars().count() >= 3 && !SERVICE_WORDS.contains(&word.as_str());
    words.iter().filter(own).any(|word| address.contains(word.as_str()))
        || initials.len() >= 3 && writer.domain().contains(&initials)
}

pub(super) fn words(name: &str) -> Vec<String> {
    let mut folded = Folded::default();
    folded.push(name, 200);
    folded.text.split_whitespace().map(str::to_owned).collect()
}

/// Marks in a name that a person or a firm would not put there.
fn dressed(name: &str, seen: &mut Seen) {
    let is_mark = |c: &char| !(c.is_alphanumeric() || c.is_whitespace() || ".,'’&()-–@/:|+[]!\"®".contains(*c));
    let marks = name.chars().filter(is_mark).count();
    let quotes = name.chars().filter(|c| *c == '"').count();
    let ends_oddly = name.ends_with([',', '_', '.', '~']) && !name.ends_with("nc.") && name.len() > 6 && marks > 0;
    if marks >= 2 || quotes >= 2 || ends_oddly {
        seen.add(clues::NAME_DRESSED, format!("The writer's name is dressed up: “{name}”."));
    }
}

/// A name that holds an address or a domain of somebody else.
fn names_domain(name: &str, writer: &Mailbox, seen: &mut Seen) {
    let lower = name.to_lowercase();
    let named = lower.split(|c: char| c.is_whitespace() || "<>()\"',;:[]|".contains(c)).find_map(|word| {
        let domain = word.rsplit('@').next()?.trim_matches('.');
        (domain.contains('.') && domain.len() > 4 && who::is_real(domain)).then_some(domain)
    });
    let Some(named) = named else { return };
    let label = registrable(named).split('.').next().unwrap_or_default();
    if registrable(named) != registrable(writer.domain()) && !writer.address.contains(label) {
        seen.add(clues::NAME_NAMES_DOMAIN, format!("The name says {named}, the address is {}.", writer.address));
    }
}
