//! Asks the cluster, and holds the whole answer before anything of it is handed on.

use std::sync::Arc;

use ballista_core::execution_plans::execute_physical_plan;
use ballista_core::extension::SessionConfigExt as _;
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_plan::{SendableRecordBatchStream, streaming::PartitionStream as _};
use datafusion_proto::protobuf::PhysicalPlanNode;
use futures_util::TryStreamExt as _;
use pollwarden_core::SharedWork;

use super::Remote;
use super::codec::Codec;
use super::shares::Shares;
use crate::scratch::Chunk;
use crate::spilled::{Partition, Spilling};
use crate::{Engine, EngineError, Rows};

/// How often something is asked before it is given up. A worker that is lost while it works is replaced by the others at
/// once; one that is lost with rows done and not yet fetched costs another try.
const TRIES: usize = 2;

impl Engine {
    /// The rows of all shares of an order, in no order; worked out by the cluster.
    ///
    /// # Errors
    /// Where the engine has no cluster, or a share can't be done.
    pub fn shares(&self, work: &'static SharedWork, order: &str, of: usize) -> Result<Rows<'_>, EngineError> {
        let remote = self.remote().ok_or_else(|| EngineError::Cluster("this run has none".into()))?;
        remote.gathered(self, || async { remote.run(self, Shares::all(work, order, of)?).await })
    }
}

impl Remote {
    /// The whole answer.
    pub(crate) fn gathered<'e, F>(&self, engine: &'e Engine, ask: impl Fn() -> F) -> Result<Rows<'e>, EngineError>
    where
        F: Future<Output = Result<SendableRecordBatchStream>>,
    {
        let mut tries = 0;
        loop {
            tries += 1;
            match engine.runtime().block_on(async { gather(ask().await?).await }).map_err(EngineError::from) {
                Ok(answer) => return Ok(engine.rows(answer.execute(engine.context().task_ctx()))),
                Err(EngineError::Failed(_)) if tries < TRIES => {}
                Err(EngineError::Failed(why)) => return Err(EngineError::Cluster(self.told(&why))),
                Err(error) => return Err(error),
            }
        }
    }

    /// What went wrong, with what can be done where nobody answers.
    fn told(&self, why: &str) -> String {
        match why.contains("ConnectError") || why.contains("transport error") {
            true => format!("{} does not answer. Is `pollwarden scheduler` running there? ({why})", self.scheduler),
            false => format!("{} could not do it: {why}", self.scheduler),
        }
    }

    async fn run(&self, engine: &Engine, plan: Shares) -> Result<SendableRecordBatchStream> {
        let config = engine.context().copied_config();
        execute_physical_plan::<PhysicalPlanNode>(
            self.scheduler.http(),
            &config.ballista_config(),
            Arc::new(plan),
            &Codec::of(&[]),
            engine.context().session_id(),
            config,
        )
        .await
    }
}

async fn gather(mut stream: SendableRecordBatchStream) -> Result<Partition> {
    let schema = stream.schema();
    let mut rows = Spilling::new(&schema)?;
    while let Some(batch) = stream.try_next().await? {
        rows.write(&batch)?;
    }
    Ok(Partition { schema, chunks: vec![Chunk::Spilled(rows.done().map_err(DataFusionError::from)?)] })
}
