//! One command at a time, and its answers, each bounded in size and time.
//!
//! Answers are cut by imap-codec's fragmentizer, so that what can't be understood is still left behind as a whole, and nothing
//! within a message is taken for an answer.

use std::io;

use imap_codec::encode::{Encoder as _, Fragment};
use imap_codec::fragmentizer::{FragmentInfo, Fragmentizer};
use imap_codec::imap_types::auth::AuthenticateData;
use imap_codec::imap_types::command::{Command, CommandBody};
use imap_codec::imap_types::core::LiteralMode;
use imap_codec::imap_types::response::StatusKind;
use imap_codec::{AuthenticateDataCodec, CommandCodec};

use super::answer::{self, Answer, Outcome};
use super::deadline::Deadline;
use super::encryption::{Stream, is_slow};
use super::{Limits, MailboxError};

/// What an answer may hold besides a message.
pub(super) const BESIDES: u64 = 64 << 10;
/// How many bytes come at once.
const CHUNK: usize = 16 << 10;

/// A conversation with a server.
pub(super) struct Wire {
    stream: Box<dyn Stream>,
    fragments: Fragmentizer,
    buffer: Box<[u8; CHUNK]>,
    deadline: Deadline,
    limits: Limits,
    /// The server, as messages show it.
    pub(super) at: String,
    doing: &'static str,
    commands: u64,
    /// Whether answers of the last command are still to come.
    open: Option<String>,
    /// Bytes that the command in hand may still cost, and might at first.
    left: u64,
    allowed: u64,
    /// Whether the last answer was larger than any may be.
    pub(super) was_too_long: bool,
}

impl Wire {
    pub(super) fn new(stream: Box<dyn Stream>, at: String, limits: Limits, deadline: Deadline) -> Self {
        let most = u64::from(limits.message).max(limits.headers.into()) + BESIDES;
        Self {
            stream,
            fragments: Fragmentizer::new(u32::try_from(most).unwrap_or(u32::MAX)),
            buffer: Box::new([0; CHUNK]),
            deadline,
            limits,
            at,
            doing: "greeting",
            commands: 0,
            open: None,
            left: BESIDES,
            allowed: BESIDES,
            was_too_long: false,
        }
    }

    /// Sends a command whose answers may be so many bytes. What is left of an earlier command is read first.
    pub(super) fn send(&mut self, body: CommandBody<'_>, doing: &'static str, bytes: u64) -> Result<(), MailboxError> {
        while self.open.is_some() {
            self.next()?;
        }
        self.begin(doing, bytes);
        self.commands += 1;
        let tag = format!("p{}", self.commands);
        let command = Command::new(tag.clone(), body).map_err(|_| self.nonsense("a tag that is none".to_owned()))?;
        self.open = Some(tag);
        for fragment in CommandCodec::default().encode(&command) {
            self.send_fragment(fragment)?;
        }
        self.flush()
    }

    fn begin(&mut self, doing: &'static str, bytes: u64) {
        self.doing = doing;
        (self.left, self.allowed) = (bytes, bytes);
        self.deadline.renew(self.limits.answer);
    }

    fn send_fragment(&mut self, fragment: Fragment) -> Result<(), MailboxError> {
        match fragment {
            Fragment::Line { data } | Fragment::Literal { data, mode: LiteralMode::NonSync } => self.write(&data),
            Fragment::Literal { data, mode: LiteralMode::Sync } => {
                self.flush()?;
                self.expect_continue()?;
                self.write(&data)
            }
        }
    }

    /// Waits until the server wants more.
    pub(super) fn expect_continue(&mut self) -> Result<(), MailboxError> {
        loop {
            match self.next()? {
                Answer::Continue => return Ok(()),
                Answer::Done(outcome) => return Err(self.refused(&outcome)),
                _ => {}
            }
        }
    }

    /// Says what is secret.
    pub(super) fn send_secret(&mut self, secret: &[u8]) -> Result<(), MailboxError> {
        let data = AuthenticateData::r#continue(secret);
        for fragment in AuthenticateDataCodec::default().encode(&data) {
            self.send_fragment(fragment)?;
        }
        self.flush()
    }

    /// The next answer of the command in hand. After [`Answer::Done`] there is none.
    pub(super) fn next(&mut self) -> Result<Answer, MailboxError> {
        let literal = self.whole_answer()?;
        let beside = self
            .fragments
            .message_bytes()
            .len()
            .saturating_sub(literal.map_or(0, |(start, end)| end.saturating_sub(start)));
        self.was_too_long = self.fragments.is_max_message_size_exceeded() || beside as u64 > BESIDES;
        let answer = match self.was_too_long {
            // Grammar costs memory many times the text's.
            true => Answer::Unreadable,
            false => answer::read(self.fragments.message_bytes(), literal),
        };
        match answer {
            Answer::Unreadable => Ok(self.end_at_least()),
            Answer::Done(outcome) => self.end(outcome),
            Answer::Bye(_) if self.doing == LEAVING => Ok(Answer::Other),
            Answer::Bye(said) => {
                Err(self.broken(io::Error::new(io::ErrorKind::ConnectionAborted, format!("the server says: {said}"))))
            }
            answer => Ok(answer),
        }
    }

    /// The answers of the command in hand, up to its end.
    pub(super) fn finish(&mut self, each: &mut dyn FnMut(Answer)) -> Result<Outcome, MailboxError> {
        loop {
            match self.next()? {
                Answer::Done(outcome) => return Ok(outcome),
                answer => each(answer),
            }
        }
    }

    /// The bytes of the greeting, which is an answer to nothing.
    pub(super) fn greeting(&mut self) -> Result<Vec<u8>, MailboxError> {
        self.begin("greeting", BESIDES);
        self.whole_answer()?;
        Ok(self.fragments.message_bytes().to_vec())
    }

    fn end(&mut self, outcome: Outcome) -> Result<Answer, MailboxError> {
        match self.open.as_deref() {
            Some(tag) if tag == outcome.tag => {
                self.open = None;
                Ok(Answer::Done(outcome))
            }
            _ => Err(self.nonsense("an answer to something that was not asked".to_owned())),
        }
    }

    /// An end that can't be read otherwise is still an end.
    fn end_at_least(&mut self) -> Answer {
        let end = answer::read_bare_end(self.fragments.message_bytes());
        match end.filter(|end| self.open.as_deref() == Some(end.tag.as_str())) {
            Some(outcome) => {
                self.open = None;
                Answer::Done(outcome)
            }
            None => Answer::Unreadable,
        }
    }

    /// Reads up to the end of one answer, and says where its literal is if it has just one.
    fn whole_answer(&mut self) -> Result<Option<(usize, usize)>, MailboxError> {
        let mut literals = 0_u32;
        let mut last = None;
        loop {
            match self.fragments.progress() {
                None => self.fill()?,
                Some(FragmentInfo::Literal { start, end }) => {
                    literals = literals.saturating_add(1);
                    last = Some((start, end));
                }
                Some(FragmentInfo::Line { .. }) => {}
            }
            if self.fragments.is_message_complete() {
                return Ok(last.filter(|_| literals == 1));
            }
        }
    }

    fn fill(&mut self) -> Result<(), MailboxError> {
        let count = match self.stream.read(self.buffer.as_mut_slice()) {
            Ok(0) => return Err(self.broken(io::ErrorKind::UnexpectedEof.into())),
            Ok(count) => count,
            Err(cause) => return Err(self.broken(cause)),
        };
        self.left = self.left.checked_sub(count as u64).ok_or_else(|| MailboxError::TooMuch {
            at: self.at.clone(),
            doing: self.doing,
            bytes: self.allowed,
        })?;
        self.fragments.enqueue_bytes(self.buffer.get(..count).unwrap_or_default());
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), MailboxError> {
        self.stream.write_all(bytes).map_err(|cause| self.broken(cause))
    }

    fn flush(&mut self) -> Result<(), MailboxError> {
        self.stream.flush().map_err(|cause| self.broken(cause))
    }

    fn broken(&self, cause: io::Error) -> MailboxError {
        let (at, doing) = (self.at.clone(), self.doing);
        match is_slow(&cause) {
            true => MailboxError::TooSlow { at, doing },
            false => MailboxError::Broken { at, doing, cause },
        }
    }

    pub(super) fn nonsense(&self, what: String) -> MailboxError {
        MailboxError::NoImap { at: self.at.clone(), doing: self.doing, what }
    }

    pub(super) fn refused(&self, outcome: &Outcome) -> MailboxError {
        MailboxError::Refused { at: self.at.clone(), doing: self.doing, said: outcome.said.clone() }
    }

    /// An error unless the command was done.
    pub(super) fn accepted(&self, outcome: Outcome) -> Result<Outcome, MailboxError> {
        if outcome.kind == StatusKind::Ok { Ok(outcome) } else { Err(self.refused(&outcome)) }
    }
}

/// What is done at the end: the server may hang up then.
pub(super) const LEAVING: &str = "leaving";
