//! `pollwarden witness`: cosigns the logs of other offices.

use anyhow::Result;
use pollwarden_ledger::keys::KeyFile;
use pollwarden_ledger::{Policy, witnessed};

use super::verify::keys;
use crate::args;
use crate::exit::Exit;
use crate::ledger::{now, passphrase};
use crate::show;

pub(super) fn run(asked: &args::Witness) -> Result<Exit> {
    let words = asked.passphrase_file.as_deref().map(passphrase).transpose()?;
    let file = KeyFile::load(&asked.key, words.as_ref().map(|words| words.as_str()))?;
    let logs = Policy::new(keys(&[asked.logs.display().to_string()])?, Vec::new(), 0)?;
    let witness = witnessed::Witness::new(&asked.state, file.signers(), &logs)?;
    todo_serve(witness, asked.listen)
}
