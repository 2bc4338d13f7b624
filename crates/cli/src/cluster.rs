//! `pollwarden scheduler` and `pollwarden worker`, and what other commands have a cluster do.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use arrow::array::RecordBatch;
use clap::{Args, Subcommand};
use pollwarden_archive::Archive;
use pollwarden_core::{Office, SharedWork};
use pollwarden_engine::cluster::{self, Cluster, ClusterAddress, SchedulerOptions, WorkerOptions};
use pollwarden_engine::{Engine, EngineOptions};
use pollwarden_roll::{Comparison, JOINED, Snapshot, joined_share};
use serde::{Deserialize, Serialize};

use crate::args::Limits;
use crate::commands::{engine_options, store};
use crate::exit::Exit;
use crate::progress::Progress;
use crate::show;

/// All work that a cluster can share.
static WORKS: &[&SharedWork] = &[&ROLL_JOIN];

/// Which records differ between two kept snapshots.
static ROLL_JOIN: SharedWork = SharedWork { name: "roll-join", schema: JOINED.schema, rows: roll_join };

/// Shares of a comparison: enough for as many workers' threads, and for the others to take over little where one is lost.
const SHARES: usize = 32;

/// Where plans are run.
#[derive(Debug, Args)]
#[command(next_help_heading = "Cluster")]
pub(crate) struct OnCluster {
    /// Have the workers of this scheduler do the work, such as df://127.0.0.1:50050: all must see the archive's folder under
    /// the same path
    #[arg(long, value_name = "df://HOST:PORT")]
    cluster: Option<ClusterAddress>,
}

impl OnCluster {
    /// How the engine runs, over an archive where there is one.
    pub(crate) fn options(&self, limits: &Limits, archive: Option<&Path>) -> Result<EngineOptions> {
        let cluster = match (&self.cluster, archive) {
            (None, _) => None,
            (Some(_), None) => bail!("a cluster works on an archive that all of its workers see: there is none here"),
            (Some(scheduler), Some(archive)) => {
                let folder = archive.canonicalize().with_context(|| format!("{}", archive.display()))?;
                Some(Cluster { scheduler: scheduler.clone(), folder })
            }
        };
        Ok(EngineOptions { cluster, ..engine_options(limits) })
    }
}

/// The servers of a cluster.
#[derive(Debug, Subcommand)]
pub(crate) enum Serve {
    /// Cluster: hand out the work of commands that are given --cluster
    #[command(after_help = TRUST)]
    Scheduler {
        /// Where to listen; port 0 takes a free one, which is printed
        #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:50050")]
        listen: SocketAddr,
        /// Listen on an address that other machines reach
        #[arg(long)]
        trusted_network: bool,
    },
    /// Cluster: do the work that a scheduler hands out
    #[command(after_help = TRUST)]
    Worker {
        /// The scheduler
        #[arg(value_name = "df://HOST:PORT")]
        scheduler: ClusterAddress,
        /// Where others fetch this worker's rows; orders come in on the port after it. Each worker needs two ports of its own
        #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:50051")]
        listen: SocketAddr,
        /// Keep rows here until they are fetched, instead of in a temporary folder
        #[arg(long, value_name = "DIR")]
        folder: Option<PathBuf>,
        /// Listen on an address that other machines reach
        #[arg(long)]
        trusted_network: bool,
    },
}

const TRUST: &str = "\
Example, in three terminals:
  pollwarden scheduler
  pollwarden worker df://127.0.0.1:50050
  pollwarden roll diff 2026-09-05 2026-10-03 --archive office/.pollwarden --cluster df://127.0.0.1:50050

Scheduler and workers know no password and no encryption: whoever reaches their ports can read every file that they can read.
So they listen on this machine alone; --trusted-network lets them listen elsewhere, on a network that only they are on.";

pub(crate) fn serve(serve: &Serve, limits: &Limits) -> Result<Exit> {
    match serve {
        Serve::Scheduler { listen, trusted_network } => {
            let listen = allowed(*listen, *trusted_network)?;
            let ready =
                |address: SocketAddr| show::say(&format!("Ready: workers and commands reach it at df://{address}"));
            cluster::scheduler(&SchedulerOptions { listen, works: WORKS }, &ready)?;
        }
        Serve::Worker { scheduler, listen, folder, trusted_network } => {
            let listen = allowed(*listen, *trusted_network)?;
            let own = tempfile::tempdir().context("no temporary folder can be had")?;
            let folder = folder.clone().unwrap_or_else(|| own.path().to_owned());
            std::fs::create_dir_all(&folder).with_context(|| format!("{} can't be made", folder.display()))?;
            let EngineOptions { memory, threads, .. } = engine_options(limits);
            let options = WorkerOptions { scheduler: scheduler.clone(), listen, folder, threads, memory, works: WORKS };
            cluster::worker(&options, &|| show::say(&format!("Worker on {listen}, for {scheduler}")))?;
        }
    }
    Ok(Exit::NothingFound)
}

fn allowed(listen: SocketAddr, trusted: bool) -> Result<SocketAddr> {
    if !listen.ip().is_loopback() && !trusted {
        bail!(
            "{listen} can be reached from other machines, and whoever reaches it can read every file that this process can read. \
             Where only the cluster's own machines are on that network, say so with --trusted-network"
        );
    }
    Ok(listen)
}

/// Which two snapshots of which archive.
#[derive(Debug, Serialize, Deserialize)]
struct Order {
    archive: PathBuf,
    older: String,
    newer: String,
}

fn roll_join(order: &str, share: usize, of: usize) -> Result<Vec<RecordBatch>, String> {
    let join = || -> Result<RecordBatch> {
        let order: Order = serde_json::from_str(order)?;
        let store = store(&Archive::read_only(&order.archive)?);
        Ok(joined_share(&store, [&order.older, &order.newer], (share, of))?)
    };
    join().map(|batch| vec![batch]).map_err(|error| format!("{error:#}"))
}

/// Two kept snapshots, compared by the cluster; `None` where this process is to do it, since there is no cluster or one of them
/// is not kept.
pub(crate) fn compared<'s>(
    (a, b): (&'s Snapshot, &'s Snapshot),
    with: Option<&Path>,
    office: &Office,
    options: &EngineOptions,
    progress: &Progress,
) -> Result<Option<Comparison<'s>>> {
    let (Some(cluster), Some(older), Some(newer)) = (&options.cluster, &a.kept, &b.kept) else { return Ok(None) };
    let order = Order { archive: cluster.folder.clone(), older: older.id().to_owned(), newer: newer.id().to_owned() };
    let bar = progress.working(&format!("the cluster compares {} and {}", a.name, b.name));
    let engine = Engine::new(options)?;
    let shares = engine.shares(&ROLL_JOIN, &serde_json::to_string(&order)?, SHARES)?.collect::<Result<Vec<_>, _>>()?;
    bar.finish_and_clear();
    Ok(Some(Comparison::of_shares((a, b), with, office, &shares, SHARES)?))
}
