//! The servers that passed a message on (RFC 5321, 4.4), the last first, by the word of those that received it.

use std::net::IpAddr;

use jiff::Timestamp;
use mail_parser::parsers::MessageStream;
use mail_parser::{HeaderName, HeaderValue, Message};
use pollwarden_authentication::is_public;

use super::read::timestamp;

/// More hops than the rules allow before a loop is suspected (RFC 5321, 6.3, says at least 100).
const MOST_HOPS: usize = 200;

/// A server that received the message.
pub(super) struct Hop {
    /// When.
    pub(super) at: Option<Timestamp>,
    /// From where, if that is a public address.
    pub(super) from: Option<IpAddr>,
}

/// The hops, each read when it is asked for: the first often tells all.
pub(super) fn hops<'m>(message: &'m Message<'_>) -> impl Iterator<Item = Hop> + 'm {
    let fields = message.headers().iter().filter(|field| field.name == HeaderName::Received).take(MOST_HOPS);
    let values =
        fields.filter_map(|field| message.raw_message.get(field.offset_start() as usize..field.offset_end() as usize));
    values.filter_map(|value| match MessageStream::new(value).parse_received() {
        HeaderValue::Received(hop) => Some(Hop {
            at: hop.date().as_ref().and_then(timestamp),
            from: hop.from_ip().map(|address| address.to_canonical()).filter(|address| is_public(*address)),
        }),
        _ => None,
    })
}
