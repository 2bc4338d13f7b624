//! `pollwarden mail fetch`: a mailbox over IMAP, into a folder of messages. Nothing changes in the mailbox.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use pollwarden_exchange::imap::{
    Content, Credential, Fetched, FolderName, ImapSettings, Limits, Mailbox, Position, SecretPlace, Tls, Unread,
};
use serde::{Deserialize, Serialize};

use crate::args::Fetch;
use crate::exit::Exit;
use crate::progress::Progress;
use crate::show;

/// Up to where a folder was fetched, beside its messages; hidden, so that it is never read as one.
const POSITION: &str = ".fetched.json";
/// Where the password is where no file is named.
const VARIABLE: &str = "POLLWARDEN_IMAP_PASSWORD";

#[derive(Serialize, Deserialize)]
struct Kept {
    host: String,
    user: String,
    folder: String,
    uid_validity: u32,
    last_uid: u32,
}

pub(super) fn run(asked: &Fetch, progress: &Progress) -> Result<Exit> {
    fs::create_dir_all(&asked.into).with_context(|| format!("{} can't be made", asked.into.display()))?;
    let since = position(asked)?;
    let mut mailbox = Mailbox::open(&settings(asked))?;
    let folder = FolderName::from(asked.folder.as_str());
    let mut reading = match mailbox.read(&folder, since) {
        Ok(reading) => reading,
        Err(fault) => return Err(with_folders(fault, &mut mailbox)),
    };
    let bar = progress.counting(&asked.folder, reading.progress().of);
    let (mut written, mut missing) = (0_u64, 0_u64);
    let mut broke = None;
    while let Some(next) = reading.next() {
        match next {
            Ok(message) => match write(&asked.into, reading.position().uid_validity, &message)? {
                true => written += 1,
                false => missing += 1,
            },
            Err(fault) => broke = Some(fault),
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    keep(asked, reading.position())?;
    if reading.is_renumbered {
        show::say("The server has numbered the folder's messages anew: all of it was fetched again.");
    }
    show::say(&format!(
        "Fetched {written} new messages into {}. Now: pollwarden mail scan {}",
        asked.into.display(),
        asked.into.display()
    ));
    let unreadable = reading.unreadable + missing;
    drop(reading);
    if let Some(fault) = broke {
        return Err(anyhow::anyhow!(fault).context("what came before was kept; run the command again to go on"));
    }
    let _ = mailbox.leave();
    if unreadable > 0 {
        show::say(&format!(
            "{unreadable} messages were not given by the server. They are missing from what is scanned."
        ));
        return Ok(Exit::CannotTell);
    }
    Ok(Exit::NothingFound)
}

fn settings(asked: &Fetch) -> ImapSettings {
    let tls = if asked.starttls { Tls::StartTls } else { Tls::Implicit };
    let place = match &asked.password_file {
        Some(file) => SecretPlace::File(file.clone()),
        None => SecretPlace::Variable(VARIABLE.to_owned()),
    };
    ImapSettings {
        host: asked.host.clone(),
        port: asked.port.unwrap_or(tls.port()),
        tls,
        user: asked.user.clone(),
        credential: Credential::Password(place),
        ca_file: asked.ca.clone(),
        limits: Limits::default(),
    }
}

/// Where there is no such folder, those that there are help.
fn with_folders(fault: pollwarden_exchange::imap::MailboxError, mailbox: &mut Mailbox) -> anyhow::Error {
    let names = mailbox.folders().map(|all| all.folders).unwrap_or_default();
    let names: Vec<String> = names.iter().map(|folder| folder.name.text().to_owned()).collect();
    let fault = anyhow::anyhow!(fault);
    if names.is_empty() { fault } else { fault.context(format!("the mailbox has these folders: {}", names.join(", "))) }
}

/// Writes a message; false where the server gave none.
fn write(into: &Path, validity: u32, message: &Fetched) -> Result<bool> {
    let bytes = match &message.content {
        Content::Whole(bytes) | Content::HeadersOnly(bytes) => bytes,
        Content::Missing(Unread::Gone | Unread::Unreadable) => return Ok(false),
    };
    let path = into.join(format!("{validity}-{:010}.eml", message.uid));
    fs::write(&path, bytes).with_context(|| format!("{} can't be written", path.display()))?;
    Ok(true)
}

fn position_file(asked: &Fetch) -> PathBuf {
    asked.into.join(POSITION)
}

/// Where an earlier run stopped, of this very mailbox.
fn position(asked: &Fetch) -> Result<Option<Position>> {
    let path = position_file(asked);
    if !path.exists() {
        return Ok(None);
    }
    let text = fs::read_to_string(&path).with_context(|| format!("{} can't be read", path.display()))?;
    let kept: Kept = serde_json::from_str(&text)
        .with_context(|| format!("{} is damaged. Remove it to fetch everything again", path.display()))?;
    if (&kept.host, &kept.user, &kept.folder) != (&asked.host, &asked.user, &asked.folder) {
        bail!(
            "{} holds the folder {} of {} at {}. Name another folder for this one",
            asked.into.display(),
            kept.folder,
            kept.user,
            kept.host
        );
    }
    Ok(Some(Position { uid_validity: kept.uid_validity, last_uid: kept.last_uid }))
}

fn keep(asked: &Fetch, position: Position) -> Result<()> {
    let kept = Kept {
        host: asked.host.clone(),
        user: asked.user.clone(),
        folder: asked.folder.clone(),
        uid_validity: position.uid_validity,
        last_uid: position.last_uid,
    };
    let path = position_file(asked);
    fs::write(&path, serde_json::to_string_pretty(&kept)?)
        .with_context(|| format!("{} can't be written", path.display()))
}
