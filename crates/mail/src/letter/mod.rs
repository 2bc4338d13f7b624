//! A message as its reader meets it: who it says it is from, what it says, where its links go, what is attached.
//!
//! RFC 5322 and MIME are read by `mail-parser`, which takes what real mail holds; a message that breaks the rules still
//! becomes a [`Letter`], with its faults named. Who really sent it, what attachments could do, and whom it imitates are
//! judged elsewhere.

mod addresses;
mod bodies;
mod hops;
mod html;
mod links;
mod parts;
mod quoted;
mod read;

use std::net::IpAddr;

use jiff::Timestamp;
use pollwarden_core::Digest;

pub use addresses::Mailbox;
pub use html::{Field, Picture};
pub use links::{Link, LinkPlace, registrable};
pub use parts::Part;
pub(crate) use quoted::{begins_quoted, quoted};

/// A message.
#[derive(Debug, Clone, Default)]
pub struct Letter {
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// How many bytes it has.
    pub size: u64,
    /// Who it says wrote it (RFC 5322, 3.6.2); empty where it doesn't say.
    pub from: Vec<Mailbox>,
    /// Who it says sent it for them.
    pub sender: Option<Mailbox>,
    /// Where answers go, where that is said.
    pub reply_to: Vec<Mailbox>,
    /// Where faults in delivery go: the envelope's sender, as the last server wrote it down.
    pub return_path: Option<String>,
    /// To and Cc.
    pub to: Vec<Mailbox>,
    /// Whom it was delivered to (`Delivered-To`, `X-Original-To`, `Envelope-To`).
    pub delivered_to: Vec<String>,
    /// Its subject, decoded.
    pub subject: String,
    /// When it says it was written.
    pub date: Option<Timestamp>,
    /// When the last server received it.
    pub received: Option<Timestamp>,
    /// The public address of the last host that handed it over, by the word of the server that received it from there.
    pub came_from: Option<IpAddr>,
    /// Its own id, without angle brackets.
    pub message_id: Option<String>,
    /// The ids that it answers.
    pub in_reply_to: Vec<String>,
    /// The list that sent it (RFC 2919), where it came by one.
    pub list_id: Option<String>,
    /// Whether it says how to leave the list (RFC 2369).
    pub can_unsubscribe: bool,
    /// What a reader sees of its body: plain text, or HTML without marks and without what is hidden.
    pub text: String,
    /// Whether what a reader sees was written in HTML.
    pub is_html: bool,
    /// Text that HTML hides from its reader.
    pub hidden: String,
    /// How many of its words are broken up by characters of no width.
    pub broken_words: u32,
    /// Links of the body.
    pub links: Vec<Link>,
    /// Pictures of the body.
    pub pictures: Vec<Picture>,
    /// Fields of forms in the body.
    pub fields: Vec<Field>,
    /// How many scripts the body has: mail programs run none.
    pub scripts: u32,
    /// Attachments and everything else that is no body, in order; messages attached are in `enclosed`.
    pub parts: Vec<Part>,
    /// Messages that are attached, as received.
    pub enclosed: Vec<Vec<u8>>,
    /// The kinds of its parts, in order and nested: `alternative(plain,html)`.
    pub shape: String,
    /// The header fields in order, names in lower case, values unfolded and undecoded.
    pub headers: Vec<(String, String)>,
    /// Where it breaks the rules, in words.
    pub faults: Vec<String>,
    /// What of it was not read since it is beyond a bound, in words.
    pub unread: Vec<String>,
}

/// A message's header, for those who need no more.
#[derive(Debug, Clone, Default)]
pub struct Head {
    /// Who it says wrote it.
    pub from: Vec<Mailbox>,
    /// To and Cc.
    pub to: Vec<Mailbox>,
    /// When the office got it, else when it says it was written.
    pub at: Option<Timestamp>,
    /// Its message id, without angle brackets.
    pub message_id: Option<String>,
}

impl Head {
    /// Reads a message's header alone; empty where there is none.
    pub fn read(raw: &[u8]) -> Self {
        read::head(raw)
    }
}

impl Letter {
    /// Reads a message. Never fails: what breaks the rules is named in `faults`.
    pub fn read(raw: &[u8]) -> Self {
        read::letter(raw)
    }

    /// The first writer, which is who a mail program shows.
    pub fn writer(&self) -> Option<&Mailbox> {
        self.from.first()
    }

    /// When the office got it: the last hop's time, else its own date.
    pub fn at(&self) -> Option<Timestamp> {
        self.received.or(self.date)
    }

    /// The values of a header field, by its name in lower case, in order.
    pub fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Whom it went to: where it was delivered, else whom it names.
    pub fn recipients(&self) -> Vec<String> {
        if self.delivered_to.is_empty() {
            self.to.iter().map(|mailbox| mailbox.address.clone()).collect()
        } else {
            self.delivered_to.clone()
        }
    }
}
