//! A mailbox that is open, and its folders.

use std::fmt;
use std::io::{Read, Write};

use imap_codec::imap_types::command::CommandBody;
use imap_codec::imap_types::response::StatusKind;

use super::answer::Answer;
use super::deadline::Deadline;
use super::reading::{Position, Reading};
use super::wire::{BESIDES, LEAVING, Wire};
use super::{FolderName, ImapSettings, Limits, MailboxError, listing, login};

/// How many bytes a list of folders may be: about 100,000 folders.
const FOLDERS: u64 = 16 << 20;

/// A mailbox that is open to read.
pub struct Mailbox {
    wire: Wire,
    limits: Limits,
}

/// A folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Its name.
    pub name: FolderName,
    /// Whether it can hold messages at all; some folders only hold folders.
    pub opens: bool,
}

/// The folders of a mailbox.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folders {
    /// Those whose line could be read.
    pub folders: Vec<Folder>,
    /// How many lines of the server's could not be read: so many folders may be missing above.
    pub unreadable: usize,
}

impl Mailbox {
    /// Connects, encrypts and logs in.
    ///
    /// # Errors
    /// Where no password is found, the server can't be reached, does not prove who it is, or lets nobody in.
    pub fn open(settings: &ImapSettings) -> Result<Self, MailboxError> {
        Ok(Self { wire: login::enter(settings)?, limits: settings.limits.clone() })
    }

    /// Logs in over a stream that is given, such as a tunnel or a recorded conversation. Host and TLS of the settings don't count,
    /// and the silence is the stream's own matter.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn over(stream: impl Read + Write + Send + 'static, settings: &ImapSettings) -> Result<Self, MailboxError> {
        let limits = settings.limits.clone();
        let deadline = Deadline::within(limits.answer);
        let wire = Wire::new(Box::new(stream), super::encryption::at(settings), limits.clone(), deadline);
        Ok(Self { wire: login::enter_over(wire, settings)?, limits })
    }

    /// All folders.
    ///
    /// # Errors
    /// Where the connection breaks off, or the server refuses.
    pub fn folders(&mut self) -> Result<Folders, MailboxError> {
        let list = CommandBody::list("", "*").map_err(|_| self.wire.nonsense("no pattern".to_owned()))?;
        self.wire.send(list, "listing folders", FOLDERS)?;
        let mut all = Folders::default();
        let outcome = self.wire.finish(&mut |answer| match answer {
            Answer::Folder(name, opens) => all.folders.push(Folder { name, opens }),
            Answer::Unreadable => all.unreadable += 1,
            _ => {}
        })?;
        self.wire.accepted(outcome)?;
        Ok(all)
    }

    /// Opens a folder to read, and lists what is new in it since `since` (`None`: everything). The messages themselves come one by
    /// one with the iterator.
    ///
    /// # Errors
    /// Where there is no such folder, the connection breaks off, or the server refuses.
    pub fn read(&mut self, folder: &FolderName, since: Option<Position>) -> Result<Reading<'_>, MailboxError> {
        let opened = self.examine(folder)?;
        let goes_on = |since: Position| since.uid_validity == opened.uid_validity && since.uid_validity != 0;
        let is_renumbered = since.is_some_and(|since| !goes_on(since));
        let last_uid = since.filter(|_| !is_renumbered).map_or(0, |since| since.last_uid);
        let listed = listing::list(&mut self.wire, &opened, last_uid, self.limits.messages)?;
        let position = Position { uid_validity: opened.uid_validity, last_uid };
        Ok(Reading::new(&mut self.wire, &self.limits, listed, position, is_renumbered))
    }

    /// Says good-bye. A connection that is only dropped ends as well.
    ///
    /// # Errors
    /// Where the connection has broken off.
    pub fn leave(mut self) -> Result<(), MailboxError> {
        self.wire.send(CommandBody::Logout, LEAVING, BESIDES)?;
        self.wire.finish(&mut |_| {}).map(drop)
    }

    fn examine(&mut self, folder: &FolderName) -> Result<Opened, MailboxError> {
        let no_folder = |said: String| MailboxError::NoFolder { folder: crate::shown::shown(folder.text()), said };
        let examine = CommandBody::examine(folder.wire());
        let examine = examine.map_err(|_| no_folder("no folder can have this name".to_owned()))?;
        self.wire.send(examine, "opening a folder", BESIDES)?;
        let mut opened = Opened::default();
        let outcome = self.wire.finish(&mut |answer| match answer {
            Answer::Exists(count) => opened.messages = count,
            Answer::UidValidity(value) => opened.uid_validity = value,
            Answer::UidNext(value) => opened.uid_next = Some(value),
            _ => {}
        })?;
        if outcome.kind == StatusKind::Ok { Ok(opened) } else { Err(no_folder(outcome.said)) }
    }
}

/// What a server says when it opens a folder.
#[derive(Debug, Default)]
pub(super) struct Opened {
    pub(super) messages: u32,
    /// 0 where the server says none: then nothing can be gone on with.
    pub(super) uid_validity: u32,
    pub(super) uid_next: Option<u32>,
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailbox").field("at", &self.wire.at).finish_non_exhaustive()
    }
}
