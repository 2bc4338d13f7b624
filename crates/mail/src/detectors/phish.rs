//! `mail/phish`: messages that want passwords, money or a click, in whosever name.

use arrow::array::RecordBatch;
use pollwarden_core::{
    About, Detector, DetectorError, Findings, Plan, Question, Reference, Scope, Severity, Stability, Tables,
};

use super::lure::{self, Lure, Words};

pub(super) struct Phish;

static ABOUT: About = About {
    id: "mail/phish",
    title: "Message that wants passwords, money or a click",
    question: Question::Mail,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &["messages", "campaigns"],
    looks_for: "Messages whose wording, links, header and attachments together speak for a phish or a fraud. Each reason is shown with its weight; none rests on a date, a mail program or a list of known campaigns.",
    why: "Most break-ins begin with a message. 17 in 100 real phishing messages pass SPF, DKIM and DMARC, so that these alone prove nothing.",
    cannot_see: "A message without anything unusual in it, such as a first friendly question; what a link's page shows.",
    do_next: "Don't click or answer. Delete it where nobody acted; where somebody entered a password, change it from another machine and end open sessions.",
    techniques: &["T1566", "T1598"],
    references: &[Reference {
        title: "Phishing guidance: stopping the attack cycle at phase one",
        place: "CISA, NSA, FBI, MS-ISAC (2023)",
    }],
};

impl Detector for Phish {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _: &Scope) -> Result<Plan, DetectorError> {
        lure::ask(tables, "phish")
    }

    fn judge(&self, rows: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        lure::judge(rows, found, &words, &ABOUT);
    }
}

fn words(lure: &Lure) -> Words {
    let verb = if lure.messages == 1 { "is" } else { "are" };
    let title = format!("{} from {} to {} {verb} likely a phish", lure.count(), lure.senders(), lure.to_whom());
    let expected = "Mail whose sender, links and wording fit together, and that asks for no secret.".to_owned();
    Words { title, severity: Severity::Medium, expected }
}
