//! Asks the same detectors again and again over rows that change, as detection limits need it: every plan is made once,
//! and what is known of the untouched rows is kept.

use std::sync::{Arc, PoisonError, RwLock};

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use datafusion::catalog::streaming::StreamingTable;
use datafusion::error::Result as Planned;
use datafusion::execution::TaskContext;
use datafusion::physical_plan::execution_plan::reset_plan_states;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::physical_plan::{ExecutionPlan, SendableRecordBatchStream, execute_stream};
use futures_util::stream;
use pollwarden_core::{Detector, Finding, Findings, Scope, Table};

use crate::ask::judge;
use crate::{Engine, EngineError, EngineOptions, Rows};

/// Detectors that are asked over other rows each time.
///
/// Each table holds the rows given, beside what is kept of the untouched rows.
pub struct Rehearsal {
    engine: Engine,
    tables: Vec<Kept>,
    plans: Vec<(&'static dyn Detector, Arc<dyn ExecutionPlan>)>,
}

/// A table: what is kept of its untouched rows, and those that it holds now.
struct Kept {
    table: &'static Table,
    untouched: Vec<RecordBatch>,
    now: Changing,
}

impl Rehearsal {
    /// Plans every detector's question once, over tables of which these untouched rows are kept.
    ///
    /// # Errors
    /// Where a plan can't be made.
    pub fn new(
        tables: &[(&'static Table, Vec<RecordBatch>)],
        detectors: &[&'static dyn Detector],
        scope: &Scope,
    ) -> Result<Self, EngineError> {
        let mut engine = Engine::new(&EngineOptions { threads: Some(1), ..EngineOptions::default() })?;
        let mut kept = Vec::new();
        for (table, untouched) in tables {
            kept.push(Kept { table, untouched: untouched.clone(), now: engine.add_changing(table)? });
        }
        let mut plans = Vec::new();
        for detector in detectors {
            let asked = detector.ask(engine.tables(), scope).map_err(|e| EngineError::Query(e.to_string()))?;
            plans.push((*detector, engine.planned(&asked.sql)?));
        }
        Ok(Self { engine, tables: kept, plans })
    }

    /// What the detectors find where these rows come to the untouched ones.
    ///
    /// # Errors
    /// Where a plan fails over these rows: what was not asked must not count as not found.
    pub fn ask(&self, rows: &[(&'static Table, RecordBatch)], scope: Scope) -> Result<Findings, EngineError> {
        self.hold(rows);
        let mut found = Findings::new(scope);
        for (detector, plan) in &self.plans {
            judge(*detector, self.engine.run(plan)?, &mut found).map_err(EngineError::Failed)?;
        }
        Ok(found)
    }

    /// Whether there is such a finding. The detector that had one last time is asked first, and no other once there is one.
    ///
    /// # Errors
    /// Where a plan fails over these rows.
    pub fn finds(
        &mut self,
        rows: &[(&'static Table, RecordBatch)],
        scope: &Scope,
        such: &dyn Fn(&Finding) -> bool,
    ) -> Result<bool, EngineError> {
        self.hold(rows);
        for place in 0..self.plans.len() {
            let (detector, plan) = &self.plans[place];
            let mut found = Findings::new(scope.clone());
            judge(*detector, self.engine.run(plan)?, &mut found).map_err(EngineError::Failed)?;
            if found.findings().iter().any(such) {
                self.plans[..=place].rotate_right(1);
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn hold(&self, rows: &[(&'static Table, RecordBatch)]) {
        for kept in &self.tables {
            let given = rows.iter().filter(|(table, _)| table.name == kept.table.name).map(|(_, batch)| batch);
            kept.now.hold(kept.untouched.iter().chain(given).cloned().collect());
        }
    }
}

impl Engine {
    fn add_changing(&mut self, table: &'static Table) -> Result<Changing, EngineError> {
        let changing = Changing { schema: (table.schema)(), rows: Arc::default() };
        let partition: Arc<dyn PartitionStream> = Arc::new(changing.clone());
        let provider = StreamingTable::try_new(Arc::clone(&changing.schema), vec![partition])?;
        self.register(table, Arc::new(provider))?;
        Ok(changing)
    }

    fn planned(&self, sql: &str) -> Result<Arc<dyn ExecutionPlan>, EngineError> {
        let context = self.context();
        let plan = self.runtime().block_on(async { context.sql(sql).await?.create_physical_plan().await })?;
        Ok(plan)
    }

    /// Runs a plan that may have been run before: what a run left in it (a join's table, say) is put aside.
    fn run(&self, plan: &Arc<dyn ExecutionPlan>) -> Result<Rows<'_>, EngineError> {
        let plan = reset_plan_states(Arc::clone(plan))?;
        let task = self.context().task_ctx();
        let _in_runtime = self.runtime().enter();
        Ok(self.rows(execute_stream(plan, task)?))
    }
}

/// A table's rows, which are others each time.
#[derive(Debug, Clone)]
struct Changing {
    schema: SchemaRef,
    rows: Arc<RwLock<Vec<RecordBatch>>>,
}

impl Changing {
    fn hold(&self, rows: Vec<RecordBatch>) {
        *self.rows.write().unwrap_or_else(PoisonError::into_inner) = rows;
    }
}

impl PartitionStream for Changing {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let rows = self.rows.read().unwrap_or_else(PoisonError::into_inner).clone();
        let rows = rows.into_iter().map(Planned::Ok);
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), stream::iter(rows)))
    }
}
