//! One connection of the mail server's, from the offer to the good-bye.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::time::Duration;

use super::collected::Collected;
use super::command::Command;
use super::judge::{Envelope, Judge, Judgement, Tag};
use super::judging::{self, Slots};
use super::negotiation::Agreed;
use super::settings::{MilterSettings, Report, TooLarge, Unjudged};
use super::tally::{Counts, add, count};
use super::{Fault, encoded, packet, reply};

/// What all connections share.
pub(super) struct Shared {
    pub(super) judge: Arc<dyn Judge>,
    pub(super) settings: MilterSettings,
    pub(super) slots: Slots,
    /// Without a bound: messages whose text comes or whose answer is not written yet.
    pub(super) in_hand: Slots,
    pub(super) counts: Counts,
}

impl Shared {
    pub(super) fn new(judge: Arc<dyn Judge>, settings: MilterSettings) -> Self {
        let slots = Slots::new(settings.at_once);
        Self { judge, settings, slots, in_hand: Slots::new(usize::MAX), counts: Counts::default() }
    }
}

/// Answers one connection over any stream, up to its end. Silence is the stream's own matter.
///
/// # Errors
/// Where it breaks off, or no mail server speaks there.
pub fn converse(stream: impl Read + Write, judge: Arc<dyn Judge>, settings: &MilterSettings) -> Result<(), Fault> {
    answer(stream, &Shared::new(judge, settings.clone()))
}

pub(super) fn answer(mut stream: impl Read + Write, shared: &Shared) -> Result<(), Fault> {
    let mut session = Session { shared, agreed: None, client: Envelope::default(), message: None };
    let (mut out, mut in_hand) = (Vec::new(), None);
    while let Some(packet) = packet::read(&mut stream)? {
        let code = packet.command;
        let command = Command::read(packet)?;
        if command == Command::Quit {
            return Ok(());
        }
        if session.message.is_some() && matches!(code, b'L' | b'N' | b'B' | b'E') && in_hand.is_none() {
            in_hand = shared.in_hand.take(Duration::ZERO);
        }
        session.take(code, command, &mut out)?;
        stream.write_all(&out)?;
        stream.flush()?;
        out.clear();
        in_hand = in_hand.filter(|_| session.message.is_some());
    }
    match session.message {
        Some(_) => Err(Fault::Broken(io::ErrorKind::UnexpectedEof.into())),
        None => Ok(()),
    }
}

struct Session<'s> {
    shared: &'s Shared,
    agreed: Option<Agreed>,
    /// Of the client that brings the messages: how each message's envelope begins.
    client: Envelope,
    message: Option<Collected>,
}

impl<'s> Session<'s> {
    fn take(&mut self, code: u8, command: Command, out: &mut Vec<u8>) -> Result<(), Fault> {
        let out_of_order = || Fault::OutOfOrder(char::from(code));
        match command {
            Command::Offer(offer) => return self.agree(&offer, out),
            _ if self.agreed.is_none() => return Err(out_of_order()),
            Command::Macros(macros) => {
                self.note(macros);
                return Ok(());
            }
            Command::Abort => {
                self.message = None;
                return Ok(());
            }
            Command::Quit | Command::QuitClient => {
                (self.message, self.client) = (None, Envelope::default());
                return Ok(());
            }
            Command::Connect { name, ip } => {
                self.client = Envelope { client_name: Some(name), client_ip: ip, ..Envelope::default() };
            }
            Command::Helo(name) => self.client.helo = Some(name),
            Command::Mail(sender) => self.begin(sender),
            Command::Nothing => {}
            Command::Rcpt(address) => self.message.as_mut().ok_or_else(out_of_order)?.recipient(address),
            Command::Header(name, value) => self.header(&name, &value).ok_or_else(out_of_order)?,
            Command::EndOfHeaders => self.coming().ok_or_else(out_of_order)?.end_of_headers(),
            Command::Body(piece) => return self.body(&piece, out).ok_or_else(out_of_order),
            Command::EndOfMessage(piece) => return self.end(&piece, out).ok_or_else(out_of_order),
        }
        if self.agreed.is_some_and(|agreed| agreed.wants_reply(code)) {
            reply::go_on(out);
        }
        Ok(())
    }

    fn agree(&mut self, offer: &[u8], out: &mut Vec<u8>) -> Result<(), Fault> {
        let agreed = Agreed::on(offer)?;
        reply::agree(out, &agreed.to_bytes());
        self.agreed = Some(agreed);
        Ok(())
    }

    /// What the server tells besides (sendmail's operations guide, section 5.2; Postfix's MILTER_README, "Milter macros").
    fn note(&mut self, macros: Vec<(Vec<u8>, Vec<u8>)>) {
        let client = &mut self.client;
        let envelope = self.message.as_mut().map_or(client, |message| &mut message.envelope);
        for (name, value) in macros {
            let value = Some(String::from_utf8_lossy(&value).into_owned()).filter(|value| !value.is_empty());
            match name.as_slice() {
                b"i" | b"{i}" => envelope.queue_id = value,
                b"{auth_authen}" => envelope.login = value,
                _ => {}
            }
        }
    }

    fn begin(&mut self, sender: String) {
        let envelope = Envelope { mail_from: sender, ..self.client.clone() };
        // They came for this message alone.
        (self.client.queue_id, self.client.login) = (None, None);
        self.message = Some(Collected::new(envelope, self.shared.settings.message));
    }

    /// The message whose text is coming.
    fn coming(&mut self) -> Option<&mut Collected> {
        let shared: &'s Shared = self.shared;
        let message = self.message.as_mut()?;
        message.take_slot(|| shared.slots.take(shared.settings.judging));
        Some(message)
    }

    fn header(&mut self, name: &[u8], value: &[u8]) -> Option<()> {
        let has_space = self.agreed?.keeps_leading_space();
        let shared: &'s Shared = self.shared;
        self.coming()?.header(name, value, has_space, &shared.settings.prefix);
        Some(())
    }

    fn body(&mut self, piece: &[u8], out: &mut Vec<u8>) -> Option<()> {
        let (agreed, message) = (self.agreed?, self.coming()?);
        message.body(piece);
        match agreed.can_skip() && !message.wants_more() {
            true => reply::skip(out),
            false => reply::go_on(out),
        }
        Some(())
    }

    fn end(&mut self, piece: &[u8], out: &mut Vec<u8>) -> Option<()> {
        self.coming()?.body(piece);
        let message = self.message.take()?;
        let has_space = self.agreed?.keeps_leading_space();
        Ending { shared: self.shared, space: if has_space { " " } else { "" }, out }.of(message);
        reply::go_on(out);
        Some(())
    }
}

/// Its own words could stand among so many that are not ours, so nobody gets it as it is.
const BEYOND_CLEANING: &str = "it bears too many headers that only Pollwarden writes";

/// What is said at a message's end.
struct Ending<'s> {
    shared: &'s Shared,
    space: &'static str,
    out: &'s mut Vec<u8>,
}

impl Ending<'_> {
    fn of(mut self, message: Collected) {
        self.remove_forged(&message);
        let queue_id = message.envelope.queue_id.clone();
        let is_beyond_cleaning = message.is_beyond_cleaning();
        let (verdict, status) = self.judged(message, queue_id.as_deref());
        let is_judged = verdict.is_some();
        let (reason, mut tags) = match verdict {
            Some(Judgement::Deliver(tags)) => (None, tags),
            Some(Judgement::Quarantine { reason, tags }) => (Some(reason), tags),
            None => (None, Vec::new()),
        };
        tags.retain(|tag| !is_reserved(&tag.name));
        let reason = reason.or_else(|| is_beyond_cleaning.then(|| BEYOND_CLEANING.to_owned()));
        if let Some(reason) = &reason {
            tags.insert(0, Tag::new("Held", reason));
            self.hold(reason, queue_id.as_deref());
        } else if is_judged {
            count(&self.shared.counts.delivered);
        }
        tags.insert(0, Tag::new("Status", status));
        self.insert(&tags);
    }

    fn hold(&mut self, reason: &str, queue_id: Option<&str>) {
        reply::quarantine(self.out, &one_line(reason));
        count(&self.shared.counts.held);
        self.shared.settings.tell(&Report::Held { queue_id, reason });
    }

    /// Last ones first: some servers count anew after each.
    fn remove_forged(&mut self, message: &Collected) {
        for forged in message.forged() {
            for index in (1..=forged.times).rev() {
                reply::remove_header(self.out, &forged.name, index);
            }
        }
        if message.forged_count() > 0 {
            add(&self.shared.counts.forged, message.forged_count());
            let queue_id = message.envelope.queue_id.as_deref();
            self.shared.settings.tell(&Report::Forged { queue_id, headers: message.forged_count() });
        }
    }

    /// The judgement, if there is one, and what the message says about that.
    fn judged(&self, message: Collected, queue_id: Option<&str>) -> (Option<Judgement>, String) {
        let (envelope, message, slot) = message.into_parts();
        let Shared { settings, judge, counts, .. } = self.shared;
        let (is_whole, kept) = (message.is_whole, message.bytes.len());
        let verdict = match slot {
            None => Err((Unjudged::TooBusy, None)),
            Some(_) if !is_whole && settings.too_large == TooLarge::DoNotJudge => Err((Unjudged::TooLarge, None)),
            Some(slot) => judging::judge(judge, envelope, message, slot, settings.judging),
        };
        match verdict {
            Ok(judgement) => {
                let status = if is_whole { "judged".to_owned() } else { format!("judged by its first {kept} bytes") };
                (Some(judgement), status)
            }
            Err((why, said)) => {
                count(counts.unjudged(why));
                settings.tell(&Report::NotJudged { queue_id, why, said: said.as_deref() });
                (None, format!("not judged: {why}"))
            }
        }
    }

    /// Each goes before the ones that are there, so the last comes first.
    fn insert(&mut self, tags: &[Tag]) {
        const MOST: usize = 50;
        for tag in tags.iter().take(MOST).rev() {
            if let Some(name) = encoded::name(&self.shared.settings.prefix, &tag.name) {
                let value = encoded::value(&tag.value, name.len() + 2);
                reply::insert_header(self.out, &name, self.space, &value);
            }
        }
    }
}

/// What we say about the judging itself can't be said by the judge.
fn is_reserved(name: &str) -> bool {
    encoded::name("", name).is_some_and(|name| ["status", "held"].contains(&name.to_ascii_lowercase().as_str()))
}

fn one_line(reason: &str) -> String {
    const MOST: usize = 200;
    let plain: String = reason.chars().map(|c| if c.is_ascii_graphic() { c } else { ' ' }).take(MOST).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
