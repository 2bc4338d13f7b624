//! Messages and saved web pages (.eml, .mht) among attachments (RFC 5322, RFC 2045): each part is looked into.

use mail_parser::{MessageParser, MessagePart, MimeHeaders, PartType};

use crate::examined::{Cause, Examined};
use crate::guard::guarded;
use crate::look::Look;
use crate::tamed::tamed;

pub(crate) fn read(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    let bytes = tamed(bytes);
    let Some(message) = guarded(|| MessageParser::default().parse(&bytes)).flatten() else {
        found.gap(Cause::Unreadable, "", "A message that can't be read.");
        return;
    };
    for (number, one) in message.parts.iter().enumerate() {
        part(one, number, found, look);
    }
}

fn part(one: &MessagePart<'_>, number: usize, found: &mut Examined, look: &mut Look<'_>) {
    let place = one.attachment_name().map_or_else(|| format!("part {number}"), str::to_owned);
    match &one.body {
        PartType::Text(text) if one.attachment_name().is_none() => look.links_of_text(found, text, "text"),
        PartType::Text(text) | PartType::Html(text) => look.part(found, &place, text.as_bytes()),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => look.member(found, &place, bytes),
        PartType::Message(inner) => look.member(found, &place, inner.raw_message()),
        PartType::Multipart(_) => {}
    }
}
