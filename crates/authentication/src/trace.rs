//! Who delivered the message, from its trace fields (RFC 5321 §4.4), and down to where they can be believed.
//!
//! Each hop writes its fields above those it received. So everything above the first hop that is not the office's own
//! was written by the office's own machines; whatever stands below may have been written by anyone.

use std::net::IpAddr;

use jiff::Timestamp;
use mail_parser::parsers::MessageStream;
use mail_parser::{HeaderValue, Host, Received};

use crate::Settings;
use crate::message::{Field, Message};
use crate::name;
use crate::network::is_public;
use crate::words::ReceiversWord;

/// The SMTP envelope as the office's receiver saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The address that delivered.
    pub client_ip: IpAddr,
    /// What it called itself (HELO or EHLO).
    pub helo: String,
    /// The reverse path without angle brackets; empty for a bounce.
    pub mail_from: String,
}

/// Where the envelope comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnvelopeSource {
    /// The caller knows it, as a milter does.
    Given,
    /// The Received field of one of the office's own receivers.
    OwnReceiver,
    /// The topmost fields, whose writer is not known: the settings name no receiver that wrote one.
    Unverified,
    /// There is nothing to take it from.
    Unknown,
}

/// What the trace says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trace {
    /// The address that delivered and what it called itself.
    client: Option<(IpAddr, String)>,
    /// Whether one of the office's own receivers says so.
    own: bool,
    pub(crate) received: Option<Timestamp>,
    /// Fields before this place were written by the office's own machines: it is where the Received field of the outermost of
    /// them stands.
    pub(crate) own_fields: usize,
    /// Fields before this place may be the office's too, where its outermost machine writes below its own Received field. The
    /// sender may have written them as well.
    pub(crate) near_fields: usize,
}

/// Reads the trace.
pub(crate) fn read(message: &Message<'_>, settings: &Settings) -> Trace {
    let (hop, own, [own_fields, near_fields]) = match own_hop(message, settings) {
        Some((hop, places)) => (Some(hop), true, places),
        None => (outside_hop(message), false, [0, 0]),
    };
    let received = hop.as_ref().and_then(time);
    let client = hop.and_then(|hop| Some((hop.from_ip?.to_canonical(), greeting(&hop))));
    Trace { client, own, received, own_fields, near_fields }
}

impl Trace {
    /// The envelope, with the reverse path from the best place there is: a Return-Path or a receiver's word that the
    /// office's own machines wrote, else the topmost Return-Path, which anyone may have written.
    pub(crate) fn envelope(
        &self,
        message: &Message<'_>,
        words: &[ReceiversWord],
    ) -> (Option<Envelope>, EnvelopeSource) {
        let Some((client_ip, helo)) = self.client.clone() else { return (None, EnvelopeSource::Unknown) };
        let written = || words.iter().filter(|word| word.trusted).find_map(reverse_path);
        let trusted = if self.own { return_path(message, self.own_fields).or_else(written) } else { None };
        let source = if trusted.is_some() { EnvelopeSource::OwnReceiver } else { EnvelopeSource::Unverified };
        match trusted.or_else(|| return_path(message, message.fields.len())) {
            Some(mail_from) => (Some(Envelope { client_ip, helo, mail_from }), source),
            None => (None, EnvelopeSource::Unknown),
        }
    }
}

/// The reverse path, or its domain, that SPF was asked about.
fn reverse_path(word: &ReceiversWord) -> Option<String> {
    let spf = word.results.iter().find(|found| found.method == "spf")?;
    let path = ["envelope-from", "smtp.mailfrom", "smtp.mfrom"].iter().find_map(|name| spf.property(name))?;
    let path = path.trim_matches(['<', '>', '"']);
    (!path.is_empty()).then(|| path.to_owned())
}

/// The outermost of the office's own hops, its place, and that of the next Received field.
///
/// A hop is followed inwards to outwards only while it received from inside: an outsider can write a Received field
/// that names the office's receiver, but can't write above the one that the receiver wrote.
fn own_hop<'m>(message: &'m Message<'_>, settings: &Settings) -> Option<(Received<'m>, [usize; 2])> {
    let mut outermost: Option<(Received<'_>, usize, bool)> = None;
    for (at, field) in message.fields.iter().enumerate().filter(|(_, field)| field.is("Received")) {
        let from_outside = matches!(outermost, Some((_, _, true)));
        let hop = if from_outside { None } else { parse(field) };
        match hop {
            Some(hop) if is_own(&hop, settings) => {
                let outside = is_from_outside(&hop, settings);
                outermost = Some((hop, at, outside));
            }
            // A hop without "from" only hands over within one provider; the one that received it stands below.
            Some(hop) if hop.from.is_none() && hop.from_ip.is_none() && hop.helo.is_none() => (),
            _ => return outermost.map(|(hop, own, _)| (hop, [own, at])),
        }
    }
    outermost.map(|(hop, own, _)| (hop, [own, message.fields.len()]))
}

/// By its address; a hop that names none, as on the way into a store, is from inside where it names one of the office's hosts.
fn is_from_outside(hop: &Received<'_>, settings: &Settings) -> bool {
    match (hop.from_ip, &hop.from) {
        (Some(ip), _) => is_outside(ip, settings),
        (None, Some(Host::IpAddr(ip))) => is_outside(*ip, settings),
        (None, Some(from)) => !is_own_host(from, settings),
        (None, None) => false,
    }
}

fn is_outside(ip: IpAddr, settings: &Settings) -> bool {
    is_public(ip) && !settings.own_networks.iter().any(|network| network.contains(ip.to_canonical()))
}

fn is_own(hop: &Received<'_>, settings: &Settings) -> bool {
    hop.by.as_ref().is_some_and(|by| is_own_host(by, settings))
}

fn is_own_host(host: &Host<'_>, settings: &Settings) -> bool {
    let host = match host {
        Host::Name(host) => name::canonical(host).into_owned(),
        Host::IpAddr(ip) => ip.to_string(),
    };
    let mut own = settings.own_receivers.iter().chain(&settings.trusted_authserv_ids);
    own.any(|known| !known.is_empty() && name::is_within(&host, &name::canonical(known)))
}

/// Without a known receiver: the topmost hop that received from a public address.
fn outside_hop<'m>(message: &'m Message<'_>) -> Option<Received<'m>> {
    message.all("Received").take(20).filter_map(parse).find(|hop| hop.from_ip.is_some_and(is_public))
}

fn parse<'m>(field: &Field<'m>) -> Option<Received<'m>> {
    match MessageStream::new(field.value).parse_received() {
        HeaderValue::Received(hop) => Some(*hop),
        _ => None,
    }
}

fn time(hop: &Received<'_>) -> Option<Timestamp> {
    let date = hop.date.filter(mail_parser::DateTime::is_valid)?;
    Timestamp::from_second(date.to_timestamp()).ok()
}

fn greeting(hop: &Received<'_>) -> String {
    match hop.helo.as_ref().or(hop.from.as_ref()) {
        Some(Host::Name(host)) => host.to_string(),
        Some(Host::IpAddr(ip)) => ip.to_string(),
        None => String::new(),
    }
}

/// The topmost Return-Path above the place, without brackets.
fn return_path(message: &Message<'_>, reach: usize) -> Option<String> {
    let field = message.fields.iter().take(reach).find(|field| field.is("Return-Path"))?;
    let text = field.text();
    let inner = match (text.find('<'), text.rfind('>')) {
        (Some(open), Some(close)) if open < close => &text[open + 1..close],
        _ => text.as_ref(),
    };
    Some(inner.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &[u8] = b"Return-Path: <ann@sender.example>\r\n\
        Received: by store.office.example with LMTP id 1; Tue, 3 Nov 2026 09:00:05 +0000\r\n\
        Received: from mail.sender.example (mail.sender.example [198.51.100.7])\r\n\
        \tby mx.office.example (Postfix) with ESMTPS id 2\r\n\tfor <clerk@office.example>; Tue, 3 Nov 2026 09:00:00 +0000\r\n\
        Received: from forged.example (forged.example [203.0.113.9]) by mx.office.example; Mon, 2 Nov 2026 09:00:00 +0000\r\n\
        Return-Path: <forged@example.net>\r\n\
        From: ann@sender.example\r\n\r\n";

    fn trace(settings: &Settings) -> (Trace, Option<Envelope>, EnvelopeSource) {
        let message = Message::split(MESSAGE);
        let trace = read(&message, settings);
        let (envelope, source) = trace.envelope(&message, &[]);
        (trace, envelope, source)
    }

    fn client(envelope: Option<Envelope>) -> String {
        envelope.map(|envelope| envelope.client_ip.to_string()).unwrap_or_default()
    }

    #[test]
    fn the_own_receiver_says_who_delivered_and_a_forged_hop_below_it_does_not() {
        let settings = Settings { own_receivers: vec!["office.example".into()], ..Settings::default() };
        let (trace, envelope, source) = trace(&settings);
        assert_eq!(source, EnvelopeSource::OwnReceiver);
        assert_eq!(client(envelope), "198.51.100.7");
        assert_eq!([trace.own_fields, trace.near_fields], [2, 3]);
    }

    #[test]
    fn a_relay_of_ones_own_is_walked_through() {
        let settings = Settings {
            own_receivers: vec!["office.example".into()],
            own_networks: vec!["198.51.100.0/24".parse().expect("a range")],
            ..Settings::default()
        };
        assert_eq!(client(trace(&settings).1), "203.0.113.9");
    }

    #[test]
    fn without_settings_the_word_is_unverified() {
        let (trace, envelope, source) = trace(&Settings::default());
        assert_eq!((source, trace.own_fields, trace.near_fields), (EnvelopeSource::Unverified, 0, 0));
        let envelope = envelope.expect("an envelope");
        assert_eq!(envelope.client_ip.to_string(), "198.51.100.7");
        assert_eq!(
            (envelope.helo.as_str(), envelope.mail_from.as_str()),
            ("mail.sender.example", "ann@sender.example")
        );
        assert_eq!(trace.received.map(|t| t.to_string()).as_deref(), Some("2026-11-03T09:00:00Z"));
    }
}
