//! The `pollwarden` command: arguments, progress, output, exit codes. The only crate that prints or exits.

mod args;
mod commands;
mod exit;
mod office;
mod progress;
mod read;
mod show;

use std::io::ErrorKind;
use std::process::ExitCode;

use clap::Parser as _;

use crate::args::Cli;
use crate::exit::Exit;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match commands::run(&cli) {
        Ok(exit) => exit.into(),
        Err(error) if is_broken_pipe(&error) => Exit::NothingFound.into(),
        Err(error) => {
            show::fail(&error);
            Exit::Failed.into()
        }
    }
}

/// Whoever read our output has seen enough (`pollwarden … | head`): a quiet end.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = |cause: &(dyn std::error::Error + 'static)| cause.downcast_ref::<std::io::Error>().map(|e| e.kind());
    error.chain().filter_map(io).any(|kind| kind == ErrorKind::BrokenPipe)
}
