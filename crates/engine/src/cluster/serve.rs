//! The two servers of a cluster: Ballista's scheduler and executor, with the work that may be shared registered.
//!
//! Their protocol knows no password and no encryption: whoever reaches a port can have any file read that the process can
//! read. So both listen on this machine alone unless told otherwise.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;

use ballista_core::config::TaskSchedulingPolicy;
use ballista_core::error::BallistaError;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::{create_scheduler, start_grpc_service_with_listener};
use datafusion_proto::protobuf::{LogicalPlanNode, PhysicalPlanNode};
use pollwarden_core::SharedWork;
use tokio::runtime::Runtime;

use super::ClusterAddress;
use super::codec::Codec;
use crate::EngineError;

/// How often a worker says that it is there, in seconds.
const SPEAK: u64 = 3;
/// A worker that was silent for so many seconds is taken to be lost.
const SILENT: u64 = 15;
/// How often silent workers are looked for, in seconds.
const LOOK: u64 = 2;
/// How long a run waits for a worker where there is none, in seconds.
const NO_WORKER: u64 = 60;
/// How long a worker waits for its scheduler, in seconds.
const NO_SCHEDULER: u16 = 60;
/// What tasks leave on a worker's disk is removed after so many seconds, by the worker itself where the scheduler does not say so.
const LEFT: u64 = 3600;
/// The same, once a query is done.
const DONE: u64 = 60;

/// Plans are trees that are gone through by recursion: a detector's overflows the 2 MiB that threads have otherwise.
const STACK: usize = 16 << 20;

/// How a scheduler runs.
#[derive(Debug, Clone)]
pub struct SchedulerOptions {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The work that may be shared.
    pub works: &'static [&'static SharedWork],
}

/// How a worker runs.
#[derive(Debug, Clone)]
pub struct WorkerOptions {
    /// Where it takes orders from.
    pub scheduler: ClusterAddress,
    /// Where others fetch its rows; the scheduler hands it orders on the port after that.
    pub listen: SocketAddr,
    /// Where it keeps them until then.
    pub folder: PathBuf,
    /// Tasks at once; one a core where `None`.
    pub threads: Option<usize>,
    /// Bytes that all of its tasks may hold before they spill to disk.
    pub memory: usize,
    /// The work that may be shared.
    pub works: &'static [&'static SharedWork],
}

/// Runs a scheduler until the process ends. `ready` is told where it listens.
///
/// # Errors
/// Where it can't listen there, or breaks off.
pub fn scheduler(options: &SchedulerOptions, ready: &dyn Fn(SocketAddr)) -> Result<(), EngineError> {
    runtime()?.block_on(async {
        let listener = tokio::net::TcpListener::bind(options.listen).await.map_err(|e| taken(options.listen, &e))?;
        let address = listener.local_addr().map_err(|e| taken(options.listen, &e))?;
        let config = Arc::new(SchedulerConfig {
            bind_host: address.ip().to_string(),
            external_host: address.ip().to_string(),
            bind_port: address.port(),
            scheduling_policy: TaskSchedulingPolicy::PushStaged,
            executor_timeout_seconds: SILENT,
            expire_dead_executor_interval_seconds: LOOK,
            no_executors_grace_period_seconds: NO_WORKER,
            finished_job_data_clean_up_interval_seconds: DONE,
            override_physical_codec: Some(Arc::new(Codec::of(options.works))),
            ..SchedulerConfig::default()
        });
        let cluster = BallistaCluster::new_from_config(&config).await.map_err(broke)?;
        let scheduler = create_scheduler::<LogicalPlanNode, PhysicalPlanNode>(cluster, config).await.map_err(broke)?;
        ready(address);
        start_grpc_service_with_listener(listener, scheduler).await.map_err(broke)
    })
}

/// Runs a worker until it is told to stop. `ready` is told before it goes to its scheduler.
///
/// # Errors
/// Where it can't listen, its scheduler can't be reached, or it breaks off.
pub fn worker(options: &WorkerOptions, ready: &dyn Fn()) -> Result<(), EngineError> {
    let orders = SocketAddr::new(options.listen.ip(), options.listen.port().saturating_add(1));
    // The executor would only fall silent where a port is taken.
    for address in [options.listen, orders] {
        drop(TcpListener::bind(address).map_err(|e| taken(address, &e))?);
    }
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let config = ExecutorProcessConfig {
        bind_host: options.listen.ip().to_string(),
        external_host: Some(options.listen.ip().to_string()),
        port: options.listen.port(),
        grpc_port: orders.port(),
        executor_heartbeat_interval_seconds: SPEAK,
        scheduler_host: options.scheduler.host().to_owned(),
        scheduler_port: options.scheduler.port(),
        scheduler_connect_timeout_seconds: NO_SCHEDULER,
        vcores: options.threads.unwrap_or_else(cores),
        task_scheduling_policy: TaskSchedulingPolicy::PushStaged,
        work_dir: Some(options.folder.to_string_lossy().into_owned()),
        job_data_ttl_seconds: LEFT,
        job_data_clean_up_interval_seconds: LEFT / 4,
        memory_pool_size: Some(options.memory as u64),
        override_physical_codec: Some(Arc::new(Codec::of(options.works))),
        ..ExecutorProcessConfig::default()
    };
    ready();
    runtime()?.block_on(start_executor_process(Arc::new(config))).map_err(broke)
}

fn runtime() -> Result<Runtime, EngineError> {
    let failed = |cause| EngineError::Scratch { path: std::env::temp_dir(), cause };
    tokio::runtime::Builder::new_multi_thread().thread_stack_size(STACK).enable_all().build().map_err(failed)
}

fn taken(address: SocketAddr, error: &std::io::Error) -> EngineError {
    EngineError::Cluster(format!("nothing can listen on {address} ({error}). Give another port with --listen"))
}

fn broke(error: BallistaError) -> EngineError {
    EngineError::Cluster(error.to_string())
}
