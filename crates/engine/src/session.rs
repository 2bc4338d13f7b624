//! One session over all tables.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use datafusion::catalog::{MemTable, TableProvider, streaming::StreamingTable};
use datafusion::common::tree_node::{TreeNode as _, TreeNodeRecursion};
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::prelude::{SQLOptions, SessionConfig, SessionContext};
use futures_util::StreamExt as _;
use pollwarden_core::{Derived, Table, Tables};
use tokio::runtime::Runtime;

use crate::cluster::{Cluster, FILES, Remote};
use crate::scratch::Chunk;
use crate::{EngineError, Scratch, spilled::Partition};

/// How much a run may use.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// Bytes that sorts, joins and groups may hold before they spill to disk.
    pub memory: usize,
    /// Threads; all cores where `None`.
    pub threads: Option<usize>,
    /// Who runs plans; this process where `None`.
    pub cluster: Option<Cluster>,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self { memory: 1 << 30, threads: None, cluster: None }
    }
}

/// A session that runs plans over tables.
pub struct Engine {
    runtime: Runtime,
    context: SessionContext,
    threads: usize,
    tables: Tables,
    about: Vec<&'static Table>,
    remote: Option<Remote>,
}

impl Engine {
    /// A session without tables.
    ///
    /// # Errors
    /// Where threads or scratch space can't be had. Whether a cluster answers is seen when it is asked.
    pub fn new(options: &EngineOptions) -> Result<Self, EngineError> {
        let threads = options.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
        let scratch = |cause| EngineError::Scratch { path: std::env::temp_dir(), cause };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads)
            .enable_all()
            .build()
            .map_err(scratch)?;
        let environment = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(options.memory)))
            .with_temp_file_path(std::env::temp_dir())
            .build_arc()?;
        // Half of the memory is for merging what was spilled: too little of it left, and a sort that has spilled fails.
        let merging = options.memory / (2 * threads);
        // One sort at a time: of two beside each other, one takes what the other lets go of before it merges, and that fails.
        let config = SessionConfig::new()
            .with_target_partitions(threads)
            .with_repartition_sorts(false)
            .with_sort_spill_reservation_bytes(merging);
        let remote = options.cluster.as_ref().map(Remote::new).transpose()?;
        let context = match &remote {
            Some(remote) => remote.session(environment)?,
            None => SessionContext::new_with_config_rt(config, environment),
        };
        Ok(Self { runtime, context, threads, tables: Tables::default(), about: Vec::new(), remote })
    }

    /// Adds a table of rows that are at hand.
    ///
    /// # Errors
    /// Where a batch does not fit the table's columns.
    pub fn add_batches(&mut self, table: &'static Table, batches: Vec<RecordBatch>) -> Result<(), EngineError> {
        if let Some(remote) = &self.remote {
            let (schema, chunks) = ((table.schema)(), vec![Chunk::Held(batches)]);
            let files = remote.write(table.name, &schema, chunks)?;
            return self.list(table, schema, &files);
        }
        self.register(table, Arc::new(MemTable::try_new((table.schema)(), vec![batches])?))
    }

    /// Adds all tables of some scratch space.
    ///
    /// # Errors
    /// Where a table of that name exists already.
    pub fn add_scratch(&mut self, scratch: Scratch) -> Result<(), EngineError> {
        for rows in scratch.into_tables() {
            let (table, schema) = (rows.table, Arc::clone(&rows.schema));
            if let Some(remote) = &self.remote {
                let files = remote.write(table.name, &schema, rows.into_chunks(FILES))?;
                self.list(table, schema, &files)?;
                continue;
            }
            let partitions = Partition::deal(&schema, rows.into_chunks(self.threads), self.threads);
            self.register(table, Arc::new(StreamingTable::try_new(schema, partitions)?))?;
        }
        Ok(())
    }

    /// Adds a table that lies in Parquet files.
    ///
    /// # Errors
    /// Where a path can't be named to the engine.
    pub fn add_parquet(&mut self, table: &'static Table, files: &[PathBuf]) -> Result<(), EngineError> {
        if files.is_empty() {
            return self.add_batches(table, Vec::new());
        }
        self.list(table, (table.schema)(), files)
    }

    fn list(&mut self, table: &'static Table, schema: SchemaRef, files: &[PathBuf]) -> Result<(), EngineError> {
        let urls = files.iter().map(|file| ListingTableUrl::parse(file.to_string_lossy())).collect::<Result<_, _>>()?;
        let config = ListingTableConfig::new_with_multi_paths(urls)
            .with_listing_options(ListingOptions::new(Arc::new(ParquetFormat::default())))
            .with_schema(schema);
        self.register(table, Arc::new(ListingTable::try_new(config)?))
    }

    /// Works tables out from one that is there, in one pass, for all queries to come.
    ///
    /// # Errors
    /// Where the rows can't be read, or their derived rows not be stored.
    pub fn derive(&mut self, derived: &Derived, memory: usize) -> Result<(), EngineError> {
        let columns: Vec<String> = derived.columns.iter().map(|name| format!("\"{name}\"")).collect();
        let mut scratch = Scratch::new(memory);
        derived.tables.iter().for_each(|table| scratch.declare(table));
        let (mut derive, mut out) = ((derived.begin)(), Vec::new());
        for batch in self.query(&format!("SELECT {} FROM {}", columns.join(", "), derived.from.name))? {
            derive.add(&batch?, &mut out);
            out.drain(..).try_for_each(|part| scratch.add_part(part))?;
        }
        derive.finish(&mut out);
        out.into_iter().try_for_each(|part| scratch.add_part(part))?;
        scratch.settle(derived)?;
        self.add_scratch(scratch)
    }

    pub(crate) fn register(
        &mut self,
        table: &'static Table,
        provider: Arc<dyn TableProvider>,
    ) -> Result<(), EngineError> {
        self.tables.add(table.name, provider.schema());
        self.context.register_table(table.name, provider)?;
        self.about.push(table);
        Ok(())
    }

    /// The tables that there are.
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// What each table is.
    pub fn about(&self) -> &[&'static Table] {
        &self.about
    }

    /// The columns that a query reads, by table.
    ///
    /// # Errors
    /// Where the query can't be planned.
    pub fn columns_read(&self, sql: &str) -> Result<BTreeMap<String, BTreeSet<String>>, EngineError> {
        let plan = self.runtime.block_on(async { self.context.sql(sql).await?.into_optimized_plan() })?;
        let mut read: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        plan.apply(|node| {
            if let LogicalPlan::TableScan(scan) = node {
                let columns = scan.projected_schema.fields().iter().map(|f| f.name().clone());
                read.entry(scan.table_name.table().to_owned()).or_default().extend(columns);
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
        Ok(read)
    }

    /// Runs a query. Of a join's two sides the first is held in memory, whatever their sizes: the smaller one is named first,
    /// and `x IN (SELECT …)`, whose first side is the outer table, is written as a join.
    ///
    /// Only reading is allowed: no statement that makes, changes or writes out anything.
    ///
    /// # Errors
    /// Where the query can't be planned or started.
    pub fn query(&self, sql: &str) -> Result<Rows<'_>, EngineError> {
        let read_only = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        let ask = || async { self.context.sql_with_options(sql, read_only).await?.execute_stream().await };
        if let Some(remote) = &self.remote {
            return remote.gathered(self, ask);
        }
        let stream = self.runtime.block_on(ask())?;
        Ok(self.rows(stream))
    }

    pub(crate) fn rows(&self, stream: SendableRecordBatchStream) -> Rows<'_> {
        Rows { engine: self, schema: stream.schema(), stream }
    }

    #[cfg(feature = "cluster")]
    pub(crate) fn remote(&self) -> Option<&Remote> {
        self.remote.as_ref()
    }

    pub(crate) fn context(&self) -> &SessionContext {
        &self.context
    }

    pub(crate) fn runtime(&self) -> &Runtime {
        &self.runtime
    }
}

/// A running query's rows, batch by batch.
pub struct Rows<'a> {
    engine: &'a Engine,
    schema: SchemaRef,
    stream: SendableRecordBatchStream,
}

impl Rows<'_> {
    /// The columns.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<RecordBatch, EngineError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.engine.runtime.block_on(self.stream.next())?;
        Some(next.map_err(EngineError::from))
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, StringArray};
    use arrow::datatypes::{DataType, Field, Schema};
    use arrow::util::pretty::pretty_format_batches;

    use super::*;

    static PETS: Table = Table { name: "pets", about: "Pets.", day: None, schema: pets };

    fn pets() -> SchemaRef {
        let fields = vec![Field::new("name", DataType::Utf8, false), Field::new("age", DataType::Int64, false)];
        Arc::new(Schema::new(fields))
    }

    fn batch(from: i64, count: i64) -> RecordBatch {
        let ages = Int64Array::from_iter_values(from..from + count);
        let names = StringArray::from_iter_values((from..from + count).map(|i| format!("pet {}", i % 7)));
        RecordBatch::try_new(pets(), vec![Arc::new(names), Arc::new(ages)]).expect("columns fit")
    }

    fn ask(engine: &Engine, sql: &str) -> String {
        let batches: Vec<_> = engine.query(sql).expect("a plan").map(|b| b.expect("rows")).collect();
        pretty_format_batches(&batches).expect("a table").to_string()
    }

    #[test]
    fn spilled_rows_and_held_rows_answer_alike() {
        let sql = "SELECT name, count(*) AS n, sum(age) AS s FROM pets GROUP BY name ORDER BY name";
        let answer = |limit: usize| {
            let mut scratch = Scratch::new(limit);
            for i in 0..50 {
                scratch.add(&PETS, batch(i * 100, 100)).expect("room");
            }
            let mut engine = Engine::new(&EngineOptions::default()).expect("an engine");
            engine.add_scratch(scratch).expect("a table");
            ask(&engine, sql)
        };
        assert!(answer(usize::MAX).contains("pet 6"));
        assert_eq!(answer(10_000), answer(usize::MAX));
    }

    #[test]
    fn a_sort_larger_than_its_memory_spills_and_ends() {
        let mut engine = Engine::new(&EngineOptions { memory: 64 << 20, threads: Some(2), ..EngineOptions::default() })
            .expect("an engine");
        let batches = (0..800).map(|i| batch(i * 8192, 8192)).collect();
        engine.add_batches(&PETS, batches).expect("a table");
        let rows: usize = engine
            .query("SELECT name, age FROM pets ORDER BY age DESC")
            .expect("a plan")
            .map(|b| b.expect("rows").num_rows())
            .sum();
        assert_eq!(rows, 800 * 8192);
    }

    #[test]
    fn a_query_answers_alike_where_only_the_columns_it_reads_were_kept() {
        let sql = "SELECT count(*) AS n FROM pets WHERE age > 10";
        let mut all = Engine::new(&EngineOptions::default()).expect("an engine");
        all.add_batches(&PETS, vec![batch(0, 30)]).expect("a table");
        let read = all.columns_read(sql).expect("a plan");
        assert_eq!(read["pets"].iter().collect::<Vec<_>>(), ["age"]);
        let mut scratch = Scratch::new(usize::MAX);
        scratch.keep(&PETS, &read["pets"]);
        scratch.add(&PETS, batch(0, 30)).expect("room");
        let mut kept = Engine::new(&EngineOptions::default()).expect("an engine");
        kept.add_scratch(scratch).expect("a table");
        assert_eq!(ask(&kept, sql), ask(&all, sql));
        assert!(kept.query("SELECT name FROM pets").is_err());
    }

    #[test]
    fn nothing_but_reading_is_allowed() {
        let mut engine = Engine::new(&EngineOptions::default()).expect("an engine");
        engine.add_batches(&PETS, vec![batch(0, 3)]).expect("a table");
        for sql in [
            "DROP TABLE pets",
            "CREATE TABLE x AS SELECT * FROM pets",
            "COPY pets TO 'x.csv'",
            "INSERT INTO pets VALUES ('a', 1)",
            "SET datafusion.execution.batch_size = 1",
        ] {
            assert!(engine.query(sql).is_err(), "{sql} was allowed");
        }
        assert!(matches!(engine.query("SELECT nothing FROM pets").err(), Some(EngineError::Query(_))));
    }
}
