//! `pollwarden witness`: cosigns the logs of other offices.

use anyhow::{Context as _, Result};
use pollwarden_ledger::{KeyFile, Policy, Witness};
use pollwarden_witness::Server;

use super::verify::keys;
use crate::args;
use crate::exit::Exit;
use crate::ledger::passphrase;
use crate::show;

pub(super) fn run(asked: &args::Witness) -> Result<Exit> {
    let words = asked.passphrase_file.as_deref().map(passphrase).transpose()?;
    let file = KeyFile::load(&asked.key, words.as_ref().map(|words| words.as_str()))?;
    let logs = Policy::new(keys(&[asked.logs.display().to_string()])?, Vec::new(), 0)?;
    let begin = if asked.new { Witness::create } else { Witness::open };
    let witness = begin(&asked.state, file.signers(), &logs)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(witness, asked))?;
    Ok(Exit::NothingFound)
}

async fn serve(witness: Witness, asked: &args::Witness) -> Result<()> {
    let server =
        Server::bind(asked.listen, "").await.with_context(|| format!("{} can't be listened at", asked.listen))?;
    for key in witness.keys() {
        show::say(&format!("Cosigning as {key}"));
    }
    show::say(&format!(
        "Listening at http://{} for {} logs. Ctrl-C stops it.",
        server.address()?,
        witness.logs().len()
    ));
    server.serve(witness, show::say, stopped()).await;
    Ok(())
}

/// Ctrl-C, or what a service manager sends.
async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
        return;
    }
    let _ = interrupt.await;
}
