//! Plans run by other processes, on Apache DataFusion Ballista: a scheduler cuts a plan into stages, and workers run their
//! tasks. All of them see the same files under the same paths.
//!
//! What a run has in memory is put as Parquet into a folder that all see, so that every plan runs alike. Results are gathered
//! before anything of them is handed on: a worker that is lost with rows that nobody had fetched costs another try, and no
//! row comes twice.

mod address;
mod codec;
mod folder;
mod gather;
mod serve;
mod shares;

use std::path::PathBuf;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use ballista_core::extension::{SessionConfigExt as _, SessionStateExt as _};
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};

pub use address::ClusterAddress;
pub use serve::{SchedulerOptions, WorkerOptions, scheduler, worker};

use crate::EngineError;
use crate::scratch::Chunk;
use folder::SharedFolder;

/// A table of a run is put into so many files at most: each can be a task's.
pub(crate) const FILES: usize = 16;

/// Where plans run.
#[derive(Debug, Clone)]
pub struct Cluster {
    /// The scheduler.
    pub scheduler: ClusterAddress,
    /// A folder that all workers see under the same path, for rows of this run.
    pub folder: PathBuf,
}

/// The cluster of a session, and where its workers see the session's rows.
pub(crate) struct Remote {
    scheduler: ClusterAddress,
    folder: SharedFolder,
}

impl Remote {
    pub(crate) fn new(cluster: &Cluster) -> Result<Self, EngineError> {
        Ok(Self { scheduler: cluster.scheduler.clone(), folder: SharedFolder::new(&cluster.folder)? })
    }

    /// Puts a table's rows where all workers see them.
    pub(crate) fn write(
        &self,
        table: &str,
        schema: &SchemaRef,
        chunks: Vec<Chunk>,
    ) -> Result<Vec<PathBuf>, EngineError> {
        self.folder.write(table, schema, chunks)
    }

    /// A session whose plans the cluster runs.
    pub(crate) fn session(&self, environment: Arc<RuntimeEnv>) -> Result<SessionContext, EngineError> {
        let state = SessionStateBuilder::new()
            .with_default_features()
            // The adaptive planner of Ballista 55.0 adds stages to some detectors' plans without end.
            .with_config(SessionConfig::new_with_ballista().with_ballista_adaptive_query_planner(false))
            .with_runtime_env(environment)
            .build()
            .upgrade_for_ballista(self.scheduler.http())?;
        Ok(SessionContext::new_with_state(state))
    }
}
