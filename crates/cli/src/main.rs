//! The `pollwarden` command: arguments, progress, output, exit codes. The only crate that prints or exits.

mod args;
#[cfg_attr(not(feature = "cluster"), path = "no_cluster.rs")]
mod cluster;
mod commands;
mod database;
mod exit;
mod held;
mod ledger;
mod limits;
mod mail_limits;
mod office;
mod progress;
mod read;
mod remembered;
mod roll_limits;
mod rules;
mod show;
mod trials;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::Cli;
use crate::exit::Exit;

/// Batches of rows are allocated and let go all the time, by several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match commands::run(&cli) {
        Ok(exit) => exit.into(),
        Err(error) => {
            show::fail(&error);
            Exit::Failed.into()
        }
    }
}
