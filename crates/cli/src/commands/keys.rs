//! `pollwarden keys`: the keys of a log or a witness.

use std::io::Write as _;
use std::path::Path;

use anyhow::Result;
use pollwarden_ledger::{KeyFile, Role};

use crate::args::Keys;
use crate::exit::Exit;
use crate::ledger::passphrase;
use crate::show::{self, Output};

pub(super) fn run(asked: &Keys) -> Result<Exit> {
    match asked {
        Keys::New { name, out, witness, ed25519_only, passphrase_file } => {
            let role = if *witness { Role::Witness } else { Role::Log };
            let words = passphrase_file.as_deref().map(passphrase).transpose()?;
            let keys = KeyFile::generate(name, role, !ed25519_only)?;
            keys.save(out, words.as_ref().map(|words| words.as_str()))?;
            show::say(&format!("Made {}. Keep it, and a copy in a safe place. To be published:", out.display()));
            print(&keys.public_text())
        }
        Keys::Show { file } => shown(file),
    }
}

fn shown(file: &Path) -> Result<Exit> {
    let (_, keys) = KeyFile::public(file)?;
    print(&keys.iter().map(|key| format!("{key}\n")).collect::<String>())
}

fn print(text: &str) -> Result<Exit> {
    let mut out = Output::open(None)?;
    out.write_all(text.as_bytes())?;
    out.done()?;
    Ok(Exit::NothingFound)
}
