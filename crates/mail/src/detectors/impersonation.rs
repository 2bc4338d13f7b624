//! `mail/impersonation`: messages that pretend to come from a vendor, an office, an official or a service.

use arrow::array::RecordBatch;
use pollwarden_core::{
    About, Detector, DetectorError, Findings, Plan, Question, Reference, Scope, Severity, Stability, Tables,
};

use super::lure::{self, Lure, Words, listed};

pub(super) struct Impersonation;

static ABOUT: About = About {
    id: "mail/impersonation",
    title: "Message that pretends to come from somebody else",
    question: Question::Mail,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &["messages", "campaigns"],
    looks_for: "Senders, links and answer addresses that imitate a protected name: the office and its officials, its vendors and those it writes with, other offices, and services with log-in pages. By swapped, added or alike letters, added words, another ending, the genuine name within a stranger's, or the party's name at a free-mail account.",
    why: "In 2016 more than a hundred election officials got mail in the name of their own software vendor from a free-mail account. Filters judge bulk and reputation; whom a message pretends to be, they do not ask.",
    cannot_see: "Parties that are on no list and that the office has never written with; a genuine account that somebody else has taken over, unless its message asks for something unusual; imitation in speech or by telephone.",
    do_next: "Don't open, answer or click. Call the imitated party on a number that you know from before, tell it, and ask the others who got the message whether they opened it. Keep the message with its header.",
    techniques: &["T1566", "T1656", "T1583.001"],
    references: &[
        Reference {
            title: "Report on the Investigation into Russian Interference, vol. I",
            place: "pp. 50-51 (Department of Justice, 2019)",
        },
        Reference { title: "dnstwist: classes of look-alike domains", place: "github.com/elceef/dnstwist" },
    ],
};

impl Detector for Impersonation {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _: &Scope) -> Result<Plan, DetectorError> {
        lure::ask(tables, "imitation")
    }

    fn judge(&self, rows: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        lure::judge(rows, found, &words, &ABOUT);
    }
}

fn words(lure: &Lure) -> Words {
    let verb = if lure.messages == 1 { "pretends" } else { "pretend" };
    let armed = if lure.armed.is_empty() { "" } else { ", with an attachment that can run a program" };
    let title = format!(
        "{} to {} {verb} to come from {}; sent by {}{armed}",
        lure.count(),
        lure.to_whom(),
        listed(&lure.imitated, 2),
        lure.senders()
    );
    let severity = if lure.armed.is_empty() { Severity::High } else { Severity::Critical };
    Words { title, severity, expected: "Whoever is named as the sender writes from their own domain.".to_owned() }
}
