//! `pollwarden mail fetch`: a mailbox over IMAP, into a folder of messages. Nothing changes in the mailbox.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use pollwarden_exchange::imap::{
    Content, Credential, FolderName, ImapSettings, Limits, Mailbox, Position, SecretPlace, Tls, Unread,
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
    /// Messages that were too large, by UID, and their sizes in bytes, as the server says them.
    #[serde(default)]
    too_large: BTreeMap<u32, u32>,
}

pub(super) fn run(asked: &Fetch, progress: &Progress) -> Result<Exit> {
    fs::create_dir_all(&asked.into).with_context(|| format!("{} can't be made", asked.into.display()))?;
    let kept = kept(asked)?;
    let since = kept.as_ref().map(|kept| Position { uid_validity: kept.uid_validity, last_uid: kept.last_uid });
    let mut mailbox = Mailbox::open(&settings(asked))?;
    let folder = FolderName::from(asked.folder.as_str());
    let mut reading = match mailbox.read(&folder, since) {
        Ok(reading) => reading,
        Err(fault) => return Err(with_folders(fault, &mut mailbox)),
    };
    let bar = progress.counting(&asked.folder, reading.progress().of);
    let (mut written, mut missing) = (0_u64, 0_u64);
    let mut too_large = match kept {
        Some(kept) if !reading.is_renumbered => kept.too_large,
        _ => BTreeMap::new(),
    };
    let mut broke = None;
    while let Some(next) = reading.next() {
        match next {
            Ok(message) => match &message.content {
                Content::Whole(bytes) => {
                    write(&asked.into, reading.position().uid_validity, message.uid, bytes)?;
                    written += 1;
                }
                // A header without its message would be judged as one that says nothing.
                Content::HeadersOnly(_) => {
                    too_large.insert(message.uid, message.size);
                }
                Content::Missing(Unread::Gone | Unread::Unreadable) => missing += 1,
            },
            Err(fault) => broke = Some(fault),
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let position = reading.position();
    too_large.retain(|uid, _| !message_file(&asked.into, position.uid_validity, *uid).exists());
    keep(asked, position, &too_large)?;
    if reading.is_renumbered {
        show::say("The server has numbered the folder's messages anew: all of it was fetched again.");
    }
    show::say(&format!(
        "Fetched {written} new messages into {}. Now: pollwarden mail scan {}",
        asked.into.display(),
        asked.into.display()
    ));
    if reading.is_cut {
        show::say("The folder holds more new messages than are fetched at once. Run the command again for the rest.");
    }
    let (unreadable, is_cut) = (reading.unreadable + missing, reading.is_cut);
    drop(reading);
    say_too_large(asked, position.uid_validity, &too_large);
    if let Some(fault) = broke {
        return Err(anyhow::anyhow!(fault).context("what came before was kept; run the command again to go on"));
    }
    let _ = mailbox.leave();
    if unreadable > 0 {
        show::say(&format!(
            "{unreadable} messages were not given by the server. They are missing from what is scanned."
        ));
    }
    let is_whole = unreadable == 0 && too_large.is_empty() && !is_cut;
    Ok(if is_whole { Exit::NothingFound } else { Exit::CannotTell })
}

/// Messages above the bound are not fetched, now or by a later run: each run says so until somebody has brought them.
fn say_too_large(asked: &Fetch, validity: u32, sizes: &BTreeMap<u32, u32>) {
    let Some((uid, _)) = sizes.first_key_value() else { return };
    let (count, most) = (sizes.len(), Limits::default().message >> 20);
    show::say(&format!(
        "{count} messages were too large to be fetched, now or before (more than {most} MiB; the largest has {} MiB). They are missing \
         from what is scanned. Save each from a mail program, under the name that it would have been given ({} for the first; {POSITION} \
         lists the numbers; take out those that you will not bring), and scan again.",
        sizes.values().max().unwrap_or(&0).div_ceil(1 << 20),
        message_file(&asked.into, validity, *uid).display()
    ));
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

fn write(into: &Path, validity: u32, uid: u32, bytes: &[u8]) -> Result<()> {
    let path = message_file(into, validity, uid);
    fs::write(&path, bytes).with_context(|| format!("{} can't be written", path.display()))
}

fn message_file(into: &Path, validity: u32, uid: u32) -> PathBuf {
    into.join(format!("{validity}-{uid:010}.eml"))
}

fn position_file(asked: &Fetch) -> PathBuf {
    asked.into.join(POSITION)
}

/// What an earlier run left, of this very mailbox.
fn kept(asked: &Fetch) -> Result<Option<Kept>> {
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
    Ok(Some(kept))
}

fn keep(asked: &Fetch, position: Position, too_large: &BTreeMap<u32, u32>) -> Result<()> {
    let kept = Kept {
        host: asked.host.clone(),
        user: asked.user.clone(),
        folder: asked.folder.clone(),
        uid_validity: position.uid_validity,
        last_uid: position.last_uid,
        too_large: too_large.clone(),
    };
    let path = position_file(asked);
    fs::write(&path, serde_json::to_string_pretty(&kept)?)
        .with_context(|| format!("{} can't be written", path.display()))
}
