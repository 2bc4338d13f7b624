//! The messages of a folder, one at a time.
//!
//! Messages up to the bound are asked for by the batch, each as `BODY.PEEK[]<0.bound+1>`, so that a server whose sizes are
//! estimates (some are) can't send more; of larger ones come the headers. What the server leaves out is asked for once more alone, and
//! then reported.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::num::NonZeroU32;

use imap_codec::imap_types::fetch::{MessageDataItemName, Section};
use imap_codec::imap_types::response::StatusKind;
use imap_codec::imap_types::sequence::{Sequence, SequenceSet};

use super::answer::{Answer, Item, Outcome};
use super::listing::{Listed, Listing, fetch, value};
use super::wire::{BESIDES, Wire};
use super::{Limits, MailboxError};

/// Most messages that are asked for at once, and most bytes of theirs.
const BATCH: usize = 100;
const BATCH_BYTES: u64 = 8 << 20;
/// What the line around a message may have.
const AROUND: u64 = 4 << 10;

/// Up to where a folder has been read. To be kept by whoever reads, per mailbox and folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Where this number changes, the server has numbered its messages anew and everything is read again (RFC 3501, section
    /// 2.3.1.1). 0: the server gives none, and nothing can be gone on with.
    pub uid_validity: u32,
    /// All messages up to this UID have been handed over.
    pub last_uid: u32,
}

/// How far a reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Messages handed over.
    pub done: u64,
    /// Messages in this reading.
    pub of: u64,
}

/// A message as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Its number in the folder.
    pub uid: u32,
    /// Its size in bytes, as the server says.
    pub size: u32,
    /// When the server received it, as it says: seconds since 1970, UTC.
    pub received: Option<i64>,
    /// The message.
    pub content: Content,
}

/// What came of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// All of it.
    Whole(Vec<u8>),
    /// It is larger than the bound: its headers, up to their bound.
    HeadersOnly(Vec<u8>),
    /// Nothing.
    Missing(Unread),
}

/// Why nothing came of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// The server no longer has it: somebody deleted or moved it meanwhile.
    Gone,
    /// The server's answer could not be understood.
    Unreadable,
}

/// The new messages of a folder. An error ends it; [`Self::position`] then says from where to go on.
pub struct Reading<'m> {
    wire: &'m mut Wire,
    limits: &'m Limits,
    waiting: VecDeque<(Listed, Try)>,
    batch: Option<Batch>,
    ready: VecDeque<Fetched>,
    order: VecDeque<u32>,
    handed: HashSet<u32>,
    position: Position,
    progress: Progress,
    is_over: bool,
    /// Whether the server has numbered its messages anew since the position given, so that all are read again.
    pub is_renumbered: bool,
    /// Whether there are more new messages than may be read at once: the next reading goes on behind these.
    pub is_cut: bool,
    /// Lines of the listing that could not be read: so many messages may be missing.
    pub unreadable: u64,
}

/// How a message is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Try {
    First,
    Alone,
    Headers,
}

/// Messages that have been asked for.
#[derive(Debug)]
struct Batch {
    asked: BTreeMap<u32, Listed>,
    kind: Try,
    unreadable: bool,
    too_long: bool,
}

impl<'m> Reading<'m> {
    pub(super) fn new(
        wire: &'m mut Wire,
        limits: &'m Limits,
        listing: Listing,
        position: Position,
        is_renumbered: bool,
    ) -> Self {
        let Listing { messages, is_cut, unreadable } = listing;
        let kind = |message: &Listed| if message.size > limits.message { Try::Headers } else { Try::First };
        Self {
            order: messages.iter().map(|message| message.uid).collect(),
            progress: Progress { done: 0, of: messages.len() as u64 },
            waiting: messages.into_iter().map(|message| (message, kind(&message))).collect(),
            batch: None,
            ready: VecDeque::new(),
            handed: HashSet::new(),
            is_over: false,
            wire,
            limits,
            position,
            is_renumbered,
            is_cut,
            unreadable,
        }
    }

    /// Up to where everything has been handed over.
    #[must_use]
    pub fn position(&self) -> Position {
        self.position
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.progress
    }

    fn step(&mut self) -> Result<Option<Fetched>, MailboxError> {
        loop {
            if let Some(message) = self.ready.pop_front() {
                return Ok(Some(self.hand_over(message)));
            }
            match self.batch.take() {
                Some(batch) => self.go_on(batch)?,
                None if self.waiting.is_empty() => return Ok(None),
                None => self.ask()?,
            }
        }
    }

    fn hand_over(&mut self, message: Fetched) -> Fetched {
        self.handed.insert(message.uid);
        self.progress.done += 1;
        while let Some(uid) = self.order.front().copied().filter(|uid| self.handed.remove(uid)) {
            self.order.pop_front();
            self.position.last_uid = uid;
        }
        message
    }

    /// Asks for the next batch.
    fn ask(&mut self) -> Result<(), MailboxError> {
        let Some((_, kind)) = self.waiting.front().copied() else { return Ok(()) };
        let asked = self.next_asked(kind);
        let bound = u64::from(self.bound(kind)) + AROUND;
        let bytes = bound.saturating_mul(asked.len() as u64) + BESIDES;
        let uids: Vec<Sequence> = asked.keys().map(|uid| Sequence::Single(value(*uid))).collect();
        let Ok(set) = SequenceSet::try_from(uids) else { return Ok(()) };
        self.wire.send(fetch(set, vec![MessageDataItemName::Uid, self.part(kind)]), "fetching messages", bytes)?;
        self.batch = Some(Batch { asked, kind, unreadable: false, too_long: false });
        Ok(())
    }

    fn next_asked(&mut self, kind: Try) -> BTreeMap<u32, Listed> {
        let mut asked = BTreeMap::new();
        let mut bytes = 0_u64;
        while let Some((message, of)) = self.waiting.front().copied() {
            bytes += u64::from(message.size.min(self.bound(kind)));
            let is_full = !asked.is_empty() && (kind == Try::Alone || asked.len() == BATCH || bytes > BATCH_BYTES);
            if of != kind || is_full {
                break;
            }
            asked.insert(message.uid, message);
            self.waiting.pop_front();
        }
        asked
    }

    /// One byte more than is kept: it shows that there is more.
    fn bound(&self, kind: Try) -> u32 {
        let bound = if kind == Try::Headers { self.limits.headers } else { self.limits.message };
        bound.saturating_add(1)
    }

    fn part(&self, kind: Try) -> MessageDataItemName<'static> {
        let section = (kind == Try::Headers).then_some(Section::Header(None));
        let length = NonZeroU32::new(self.bound(kind)).unwrap_or(NonZeroU32::MIN);
        MessageDataItemName::BodyExt { section, partial: Some((0, length)), peek: true }
    }

    /// Takes the next answer to the batch.
    fn go_on(&mut self, mut batch: Batch) -> Result<(), MailboxError> {
        match self.wire.next()? {
            Answer::Item(item) => self.take(item, &mut batch),
            Answer::Unreadable => {
                batch.unreadable = true;
                batch.too_long |= self.wire.was_too_long;
            }
            Answer::Done(outcome) => return self.end(batch, &outcome),
            _ => {}
        }
        self.batch = Some(batch);
        Ok(())
    }

    fn take(&mut self, item: Item, batch: &mut Batch) {
        let (Some(uid), Some(bytes)) = (item.uid, item.bytes) else { return };
        let Some(listed) = batch.asked.remove(&uid) else { return };
        let content = self.content(bytes, batch.kind);
        self.ready.push_back(fetched(listed, content));
    }

    fn content(&self, mut bytes: Vec<u8>, kind: Try) -> Content {
        let is_whole = kind != Try::Headers && bytes.len() as u64 <= u64::from(self.limits.message);
        if is_whole {
            return Content::Whole(bytes);
        }
        bytes.truncate(end_of_headers(&bytes).min(self.limits.headers as usize));
        Content::HeadersOnly(bytes)
    }

    /// What did not come is asked for again, or given up.
    fn end(&mut self, batch: Batch, outcome: &Outcome) -> Result<(), MailboxError> {
        // A refusal of many may be the fault of one (RFC 3501, section 6.4.5), so each is asked for alone before it counts.
        let was_refused = outcome.kind != StatusKind::Ok;
        for (_, listed) in batch.asked.into_iter().rev() {
            match (batch.kind, batch.too_long) {
                (Try::First, _) => self.waiting.push_front((listed, Try::Alone)),
                (Try::Alone, true) => self.waiting.push_front((listed, Try::Headers)),
                _ => {
                    let why = if batch.unreadable || was_refused { Unread::Unreadable } else { Unread::Gone };
                    self.ready.push_back(fetched(listed, Content::Missing(why)));
                }
            }
        }
        Ok(())
    }
}

impl Iterator for Reading<'_> {
    type Item = Result<Fetched, MailboxError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let step = self.step();
        self.is_over = !matches!(step, Ok(Some(_)));
        step.transpose()
    }
}

impl std::fmt::Debug for Reading<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading")
            .field("position", &self.position)
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}

fn fetched(listed: Listed, content: Content) -> Fetched {
    Fetched { uid: listed.uid, size: listed.size, received: listed.received, content }
}

/// Behind the empty line that ends the headers, or all.
fn end_of_headers(bytes: &[u8]) -> usize {
    let crlf = bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4);
    let lf = bytes.windows(2).position(|two| two == b"\n\n").map(|at| at + 2);
    crlf.into_iter().chain(lf).min().unwrap_or(bytes.len())
}
