//! A plan that has the shares of some [`SharedWork`] done: below it lies a table of their numbers, a partition each, of which
//! Ballista gives every task some.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray as _, RecordBatch, UInt64Array};
use arrow::datatypes::UInt64Type;
use datafusion::catalog::memory::MemorySourceConfig;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties as _, Partitioning, PlanProperties,
    SendableRecordBatchStream,
};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use pollwarden_core::SharedWork;

/// The shares of one order.
#[derive(Debug)]
pub(super) struct Shares {
    pub(super) work: &'static SharedWork,
    pub(super) order: Arc<str>,
    pub(super) of: usize,
    numbers: Arc<dyn ExecutionPlan>,
    properties: Arc<PlanProperties>,
}

impl Shares {
    /// All shares.
    pub(super) fn all(work: &'static SharedWork, order: &str, of: usize) -> Result<Self> {
        let number = |share: usize| -> ArrayRef { Arc::new(UInt64Array::from(vec![share as u64])) };
        let rows = (0..of).map(|share| RecordBatch::try_from_iter([("share", number(share))]).map(|row| vec![row]));
        let rows = rows.collect::<std::result::Result<Vec<_>, _>>()?;
        let schema = rows.first().and_then(|batches| batches.first()).map(RecordBatch::schema);
        let schema = schema.ok_or_else(|| DataFusionError::Plan("no shares were asked for".into()))?;
        Ok(Self::of(work, order.into(), of, MemorySourceConfig::try_new_exec(&rows, schema, None)?))
    }

    /// Those shares whose numbers a plan gives.
    pub(super) fn of(work: &'static SharedWork, order: Arc<str>, of: usize, numbers: Arc<dyn ExecutionPlan>) -> Self {
        let properties = Arc::new(PlanProperties::new(
            EquivalenceProperties::new((work.schema)()),
            Partitioning::UnknownPartitioning(numbers.output_partitioning().partition_count()),
            EmissionType::Incremental,
            Boundedness::Bounded,
        ));
        Self { work, order, of, numbers, properties }
    }
}

impl DisplayAs for Shares {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Shares: {} of {}", self.of, self.work.name)
    }
}

impl ExecutionPlan for Shares {
    fn name(&self) -> &'static str {
        "Shares"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.numbers]
    }

    /// Each number is a task's as it stands: nothing is won by dealing them out anew.
    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        let [numbers] = <[_; 1]>::try_from(children)
            .map_err(|_| DataFusionError::Plan("shares stand above one table of numbers".into()))?;
        Ok(Arc::new(Self::of(self.work, Arc::clone(&self.order), self.of, numbers)))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let (work, order, of) = (self.work, Arc::clone(&self.order), self.of);
        let rows = self.numbers.execute(partition, context)?.and_then(move |numbers| {
            let order = Arc::clone(&order);
            // A share reads files and counts for seconds: on a thread that may block.
            async move {
                let done = tokio::task::spawn_blocking(move || shares(work, &order, &numbers, of)).await;
                done.map_err(|stopped| DataFusionError::Execution(stopped.to_string()))?
            }
        });
        let rows = rows.map_ok(|batches| stream::iter(batches).map(Ok)).try_flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), rows)))
    }
}

fn shares(work: &SharedWork, order: &str, numbers: &RecordBatch, of: usize) -> Result<Vec<RecordBatch>> {
    let column = numbers.columns().first().and_then(|column| column.as_primitive_opt::<UInt64Type>());
    let numbers = column.ok_or_else(|| DataFusionError::Execution("shares have numbers".into()))?;
    let mut rows = Vec::new();
    for share in numbers.values().iter().filter_map(|number| usize::try_from(*number).ok()) {
        let done = (work.rows)(order, share, of);
        rows.extend(done.map_err(|why| DataFusionError::Execution(format!("share {share} of {of}: {why}")))?);
    }
    Ok(rows)
}
