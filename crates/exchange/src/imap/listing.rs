//! Which messages of a folder are new: UID, size, date of receipt.
//!
//! UIDs are asked for in windows (RFC 3501, section 6.4.8) that grow where few messages lie and shrink where many do, so that no
//! answer grows with the folder.

use std::num::NonZeroU32;

use imap_codec::imap_types::command::CommandBody;
use imap_codec::imap_types::fetch::{MacroOrMessageDataItemNames, MessageDataItemName};
use imap_codec::imap_types::sequence::{SeqOrUid, Sequence, SequenceSet};

use super::MailboxError;
use super::answer::{Answer, Item};
use super::mailbox::Opened;
use super::wire::{BESIDES, Wire};

/// UIDs in the first window.
const FIRST: u32 = 1_000;
/// A window is doubled below so many messages, and halved above.
const FEW: usize = 500;
const MANY: usize = 5_000;
/// Most messages of one window: a folder can't have more new ones than it has messages, and this is a bound against those who say so.
const MOST_AT_ONCE: u64 = 1_000_000;
/// Bytes that one line of a listing may have: `* 4294967295 FETCH (UID … RFC822.SIZE … INTERNALDATE "…")`, with room for flags.
const LINE: u64 = 256;

/// A message that is to be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Listed {
    pub(super) uid: u32,
    pub(super) size: u32,
    /// Seconds since 1970, UTC.
    pub(super) received: Option<i64>,
}

/// What is new in a folder.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Ascending by UID.
    pub(super) messages: Vec<Listed>,
    /// Whether there are more than may be read at once.
    pub(super) is_cut: bool,
    /// Lines of the server's that could not be read: so many messages may be missing.
    pub(super) unreadable: u64,
}

/// Lists what lies behind a UID, up to so many messages.
pub(super) fn list(wire: &mut Wire, opened: &Opened, last_uid: u32, most: usize) -> Result<Listing, MailboxError> {
    let mut listing = Listing::default();
    let last = opened.uid_next.map_or(u32::MAX, |next| next.saturating_sub(1));
    let mut from = last_uid.saturating_add(1);
    let mut width = FIRST;
    if opened.messages == 0 || last_uid == u32::MAX {
        return Ok(listing);
    }
    while from <= last {
        let to = if opened.uid_next.is_some() { from.saturating_add(width - 1).min(last) } else { last };
        let found = window(wire, from, to, opened.messages, &mut listing)?;
        if listing.messages.len() > most {
            listing.is_cut = true;
            break;
        }
        width = if found < FEW {
            width.saturating_mul(2)
        } else if found > MANY {
            (width / 2).max(1)
        } else {
            width
        };
        match to.checked_add(1) {
            Some(next) => from = next,
            None => break,
        }
    }
    listing.messages.sort_unstable();
    listing.messages.dedup_by_key(|message| message.uid);
    listing.messages.truncate(most);
    Ok(listing)
}

/// One window. Where a line of it can't be read, it is asked for once more, without dates: they are what servers write strangely.
fn window(wire: &mut Wire, from: u32, to: u32, messages: u32, into: &mut Listing) -> Result<usize, MailboxError> {
    let (mut found, unreadable) = ask(wire, from, to, messages, true)?;
    if unreadable > 0 {
        let (again, still) = ask(wire, from, to, messages, false)?;
        found.extend(again);
        into.unreadable += still;
    }
    // Lines with a date sort behind those without: the dated one is kept.
    found.sort_unstable_by_key(|message| (message.uid, message.received.is_none()));
    found.dedup_by_key(|message| message.uid);
    into.messages.extend(&found);
    Ok(found.len())
}

fn ask(
    wire: &mut Wire,
    from: u32,
    to: u32,
    messages: u32,
    with_dates: bool,
) -> Result<(Vec<Listed>, u64), MailboxError> {
    let mut items = vec![MessageDataItemName::Uid, MessageDataItemName::Rfc822Size];
    if with_dates {
        items.push(MessageDataItemName::InternalDate);
    }
    let most = u64::from(to - from).saturating_add(1).min(messages.into()).min(MOST_AT_ONCE);
    wire.send(fetch(range(from, to), items), "listing messages", most * LINE + BESIDES)?;
    let (mut found, mut unreadable) = (Vec::new(), 0);
    let outcome = wire.finish(&mut |answer| match answer {
        Answer::Item(item) => found.extend(listed(&item).filter(|message| (from..=to).contains(&message.uid))),
        Answer::Unreadable => unreadable += 1,
        _ => {}
    })?;
    wire.accepted(outcome)?;
    Ok((found, unreadable))
}

fn listed(item: &Item) -> Option<Listed> {
    Some(Listed { uid: item.uid?, size: item.size?, received: item.received })
}

/// A command that fetches by UID.
pub(super) fn fetch(set: SequenceSet, items: Vec<MessageDataItemName<'static>>) -> CommandBody<'static> {
    let items = MacroOrMessageDataItemNames::MessageDataItemNames(items);
    CommandBody::Fetch { sequence_set: set, macro_or_item_names: items, uid: true }
}

fn range(from: u32, to: u32) -> SequenceSet {
    let end = if to == u32::MAX { SeqOrUid::Asterisk } else { value(to) };
    SequenceSet::from(Sequence::Range(value(from), end))
}

pub(super) fn value(uid: u32) -> SeqOrUid {
    SeqOrUid::Value(NonZeroU32::new(uid).unwrap_or(NonZeroU32::MIN))
}
