//! What can go wrong with a plan.

use std::path::PathBuf;

use datafusion::error::DataFusionError;

/// Errors of the engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The query is not one that can be run here.
    #[error("the query can't be run: {0}")]
    Query(String),
    /// The query may only read.
    #[error("only SELECT is allowed here: {0}")]
    NotReadOnly(String),
    /// Memory ran out although rows were spilled to disk.
    #[error("the query needs more than the allowed memory ({0}). Give more with --memory")]
    Memory(String),
    /// Rows could not be written to or read from scratch space.
    #[error("scratch space in {path} failed: {cause}. Free some disk space, or set TMPDIR to a folder that has some")]
    Scratch {
        /// Where.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// A cluster's process could not do its part.
    #[cfg(feature = "cluster")]
    #[error("the cluster: {0}")]
    Cluster(String),
    /// The run failed.
    #[error("the query failed: {0}")]
    Failed(String),
}

impl From<DataFusionError> for EngineError {
    fn from(error: DataFusionError) -> Self {
        let text = error.strip_backtrace();
        match error.find_root() {
            DataFusionError::ResourcesExhausted(_) => Self::Memory(text),
            DataFusionError::Plan(message) if message.contains("not supported") => Self::NotReadOnly(message.clone()),
            DataFusionError::Plan(_) | DataFusionError::SQL(..) | DataFusionError::SchemaError(..) => Self::Query(text),
            _ => Self::Failed(text),
        }
    }
}
