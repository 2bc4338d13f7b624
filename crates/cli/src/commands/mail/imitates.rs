//! `pollwarden mail imitates`: whom a sender or a domain imitates.

use std::io::Write as _;

use anyhow::{Result, bail};
use pollwarden_mail::campaign::GroupKey;
use pollwarden_mail::{Contacts, Desk, is_free_mail};
use pollwarden_report::visible;

use crate::args::OfficeFile;
use crate::exit::Exit;
use crate::office;
use crate::show::Output;

pub(super) fn run(senders: &[String], file: &OfficeFile) -> Result<Exit> {
    let office = office::read_or_default(file.office.as_deref())?;
    let contacts = Contacts::of(&office.domains);
    let desk = Desk::new(&office, contacts, Default::default(), GroupKey::within_office());
    let mut out = Output::open(None)?;
    let mut found = false;
    for sender in senders {
        let (name, address) = split(sender)?;
        let address = address.as_str();
        let protected = desk.protected();
        let mut said = Vec::new();
        if address.contains('@') {
            for imitation in protected.sender(name, address) {
                said.push((imitation.party.name.clone(), imitation.strength, imitation.class.name(), imitation.why));
            }
        } else if let Some(imitation) = protected.lookalike(address) {
            said.push((imitation.party.name.clone(), imitation.strength, imitation.class.name(), imitation.why));
        }
        let host = address.rsplit('@').next().unwrap_or(address);
        match (said.is_empty(), protected.owner(host)) {
            (true, Some(_)) if address.contains('@') && is_free_mail(host) => {
                writeln!(
                    out,
                    "{}: a mailbox that anybody can open; it imitates nobody that is protected",
                    visible(sender)
                )?;
            }
            (true, Some(owner)) => writeln!(out, "{}: {}'s own", visible(sender), visible(&owner.name))?,
            (true, None) => writeln!(out, "{}: imitates nobody that is protected", visible(sender))?,
            _ => {}
        }
        for (party, strength, class, why) in said {
            found = true;
            let strength = format!("{strength:?}").to_lowercase();
            writeln!(
                out,
                "{}: imitates {} ({class}, {strength}). {}",
                visible(sender),
                visible(&party),
                visible(&why)
            )?;
        }
    }
    out.done()?;
    Ok(if found { Exit::Found } else { Exit::NothingFound })
}

/// `Name <address>`, an address, a domain, or a link, whose host counts.
fn split(sender: &str) -> Result<(&str, String)> {
    let (name, address) = match sender.split_once('<') {
        Some((name, address)) => (name.trim().trim_matches('"'), address.trim_end_matches('>').trim()),
        None => ("", sender.trim()),
    };
    let address = match address.split_once("://") {
        Some((_, rest)) => rest.split(['/', '?', '#', ':']).next().unwrap_or_default(),
        None => address,
    };
    let is_sender =
        address.matches('@').count() <= 1 && address.rsplit('@').next().is_some_and(|host| host.contains('.'));
    if !is_sender || address.contains(char::is_whitespace) {
        bail!("\"{}\" is no sender. Expected an address, a domain, or 'Name <address>'", visible(sender));
    }
    Ok((name, address.to_owned()))
}
