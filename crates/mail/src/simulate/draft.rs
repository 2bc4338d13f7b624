//! A message before it is bytes: RFC 5322 and MIME are written by `mail-builder`; encodings that it has no need of (8 bit,
//! ISO-8859-1, Windows-1252, base64 for text) are chosen here, since real mail holds them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Zoned;
use mail_builder::MessageBuilder;
use mail_builder::headers::HeaderType;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;
use mail_builder::mime::MimePart;

use super::body::{as_html, as_plain};
use super::dice::Dice;

/// A file within a message.
#[derive(Debug, Clone, Default)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) bytes: Vec<u8>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Style {
    #[default]
    Plain,
    /// Plain text and HTML (multipart/alternative).
    Both,
    Html,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Coding {
    /// As the builder thinks best: 7 bit, quoted-printable or base64.
    #[default]
    Best,
    EightBit,
    Base64,
    Latin1,
    Windows1252,
}

/// A message in parts.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    /// Header fields that servers put before the others.
    pub(super) trace: Vec<(&'static str, String)>,
    pub(super) from: (String, String),
    pub(super) to: Vec<(String, String)>,
    pub(super) reply_to: Option<(String, String)>,
    pub(super) subject: String,
    pub(super) at: Zoned,
    pub(super) message_id: String,
    /// The thread, the message that is answered last.
    pub(super) references: Vec<String>,
    pub(super) extra: Vec<(&'static str, String)>,
    pub(super) body: String,
    pub(super) style: Style,
    pub(super) coding: Coding,
    pub(super) files: Vec<File>,
    /// A picture that the HTML shows.
    pub(super) picture: Option<File>,
    /// Whether it says that another message came back (RFC 3464).
    pub(super) is_report: bool,
}

impl Draft {
    /// The bytes that a receiver keeps.
    pub(super) fn bytes(&self, dice: &mut Dice) -> Vec<u8> {
        let mut message = MessageBuilder::new();
        for (name, value) in &self.trace {
            message = message.header(*name, Raw::new(value.as_str()));
        }
        message = message
            .header("Date", Raw::new(self.at.strftime("%a, %d %b %Y %H:%M:%S %z").to_string()))
            .from(address(&self.from))
            .to(Address::new_list(self.to.iter().map(address).collect()))
            .header("Subject", subject(&self.subject, self.coding))
            .message_id(self.message_id.as_str());
        if let Some(reply_to) = &self.reply_to {
            message = message.reply_to(address(reply_to));
        }
        if let Some(last) = self.references.last() {
            let all: Vec<&str> = self.references.iter().map(String::as_str).collect();
            message = message.in_reply_to(last.as_str()).references(all);
        }
        for (name, value) in &self.extra {
            message = message.header(*name, Raw::new(value.as_str()));
        }
        message.body(self.mime(dice)).write_to_vec().unwrap_or_default()
    }

    fn mime(&self, dice: &mut Dice) -> MimePart<'static> {
        let text = self.text(dice);
        if self.files.is_empty() {
            return text;
        }
        let parts = std::iter::once(text).chain(self.files.iter().map(attachment)).collect();
        match self.is_report {
            true => multipart("multipart/report", parts, dice),
            false => multipart("multipart/mixed", parts, dice),
        }
    }

    fn text(&self, dice: &mut Dice) -> MimePart<'static> {
        let content_id = format!("{}@picture", dice.hex(12));
        let shown = self.picture.as_ref().map(|_| content_id.as_str());
        let plain = || self.coding.part("text/plain", as_plain(&self.body));
        let html = || self.coding.part("text/html", as_html(&self.body, shown));
        let text = match self.style {
            Style::Plain => return plain(),
            Style::Html => html(),
            Style::Both => multipart("multipart/alternative", vec![plain(), html()], dice),
        };
        let Some(picture) = &self.picture else { return text };
        let shown = MimePart::new(
            ContentType::new(picture.kind).attribute("name", picture.name.clone()),
            picture.bytes.clone(),
        );
        multipart("multipart/related", vec![text, shown.inline().cid(content_id)], dice)
    }
}

impl Coding {
    /// As real mail has it; letters beyond ASCII are sent in more ways.
    pub(super) fn usual(is_ascii: bool, dice: &mut Dice) -> Self {
        match (dice.below(10), is_ascii) {
            (0..=6, true) | (0..=2, false) => Self::Best,
            (7 | 8, true) | (3 | 4, false) => Self::Base64,
            (9.., true) | (5 | 6, false) => Self::EightBit,
            (7, false) => Self::Windows1252,
            _ => Self::Latin1,
        }
    }

    fn part(self, kind: &'static str, text: String) -> MimePart<'static> {
        let of = |charset: &'static str| ContentType::new(kind).attribute("charset", charset);
        match self {
            Self::Best => MimePart::new(kind, text),
            Self::EightBit => MimePart::new(of("utf-8"), text).transfer_encoding("8bit"),
            Self::Base64 => MimePart::new(of("utf-8"), wrapped(text.as_bytes())).transfer_encoding("base64"),
            Self::Latin1 => MimePart::new(of("iso-8859-1"), one_byte(&text)),
            Self::Windows1252 => MimePart::new(of("windows-1252"), one_byte(&text)),
        }
    }

    fn charset(self) -> Option<&'static str> {
        match self {
            Self::Latin1 => Some("iso-8859-1"),
            Self::Windows1252 => Some("windows-1252"),
            _ => None,
        }
    }
}

fn address((name, address): &(String, String)) -> Address<'static> {
    Address::new_address((!name.is_empty()).then(|| name.clone()), address.clone())
}

fn subject(text: &str, coding: Coding) -> HeaderType<'static> {
    match coding.charset() {
        Some(charset) if !text.is_ascii() => HeaderType::Raw(Raw::new(encoded_words(text, charset))),
        _ => HeaderType::Text(Text::new(text.to_owned())),
    }
}

/// Encoded words in `Q` of RFC 2047, each within its 75 signs.
fn encoded_words(text: &str, charset: &str) -> String {
    let sign = |byte: u8| match byte {
        b' ' => "_".to_owned(),
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        _ => format!("={byte:02X}"),
    };
    let bytes = one_byte(text);
    let word = |part: &[u8]| format!("=?{charset}?Q?{}?=", part.iter().map(|byte| sign(*byte)).collect::<String>());
    bytes.chunks(18).map(word).collect::<Vec<_>>().join(" ")
}

/// Text in Windows-1252, which holds ISO-8859-1's letters in the same places; what it lacks becomes `?`.
fn one_byte(text: &str) -> Vec<u8> {
    let byte = |c: char| {
        let mut buffer = [0; 4];
        let (bytes, _, missing) = encoding_rs::WINDOWS_1252.encode(c.encode_utf8(&mut buffer));
        if missing { b'?' } else { bytes.first().copied().unwrap_or(b'?') }
    };
    text.chars().map(byte).collect()
}

fn wrapped(bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    text.as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line) + "\r\n").collect()
}

fn attachment(file: &File) -> MimePart<'static> {
    if file.name.is_empty() {
        return MimePart::new(ContentType::new(file.kind), file.bytes.clone()).transfer_encoding("7bit");
    }
    let kind = ContentType::new(file.kind).attribute("name", file.name.clone());
    MimePart::new(kind, file.bytes.clone()).attachment(file.name.clone())
}

/// The builder's own boundaries hold the time: these depend on the seed alone.
fn multipart(kind: &'static str, parts: Vec<MimePart<'static>>, dice: &mut Dice) -> MimePart<'static> {
    let mut content = ContentType::new(kind);
    if kind == "multipart/report" {
        content = content.attribute("report-type", "delivery-status");
    }
    MimePart::new(content.attribute("boundary", format!("=_{}", dice.hex(24))), parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Letter;

    #[test]
    fn every_coding_reads_back() {
        for coding in [Coding::Best, Coding::EightBit, Coding::Base64, Coding::Latin1, Coding::Windows1252] {
            for style in [Style::Plain, Style::Both, Style::Html] {
                let draft = Draft {
                    from: ("José Alderbank".to_owned(), "jose@example.com".to_owned()),
                    to: vec![(String::new(), "elections@example.org".to_owned())],
                    subject: "¿Dónde está mi boleta, señora? Ha pasado una semana".to_owned(),
                    message_id: "1@example.com".to_owned(),
                    body: "¿Mañana? Sí, a las 5.".to_owned(),
                    coding,
                    style,
                    ..Draft::default()
                };
                let letter = Letter::read(&draft.bytes(&mut Dice::of(1, "draft")));
                assert!(letter.faults.is_empty(), "{coding:?} {style:?} {:?}", letter.faults);
                assert_eq!(letter.subject, draft.subject, "{coding:?}");
                assert!(letter.text.contains("¿Mañana? Sí, a las 5."), "{coding:?} {style:?} {:?}", letter.text);
                assert_eq!(letter.from[0].name.as_str(), "José Alderbank");
            }
        }
    }
}
