//! Scratch rows as partitions of a DataFusion table.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::Path;
use std::sync::Arc;

use arrow::ipc::{reader::StreamReader, writer::StreamWriter};
use arrow::{array::RecordBatch, datatypes::SchemaRef, error::ArrowError};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{SendableRecordBatchStream, streaming::PartitionStream};
use futures_util::stream;
use tempfile::{NamedTempFile, TempPath};

use crate::scratch::Chunk;

/// Some chunks of a table, read one after the other.
#[derive(Debug)]
pub(crate) struct Partition {
    pub(crate) schema: SchemaRef,
    pub(crate) chunks: Vec<Chunk>,
}

impl Partition {
    /// Deals chunks out to `count` partitions.
    pub(crate) fn deal(schema: &SchemaRef, chunks: Vec<Chunk>, count: usize) -> Vec<Arc<dyn PartitionStream>> {
        let mut dealt: Vec<Vec<Chunk>> = vec![Vec::new(); count.max(1)];
        for (i, chunk) in chunks.into_iter().enumerate() {
            dealt[i % count.max(1)].push(chunk);
        }
        let partition = |chunks| Arc::new(Self { schema: Arc::clone(schema), chunks }) as Arc<dyn PartitionStream>;
        dealt.into_iter().map(partition).collect()
    }
}

impl PartitionStream for Partition {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let rows = self.chunks.clone().into_iter().flat_map(read);
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), stream::iter(rows)))
    }
}

pub(crate) type Batches = Box<dyn Iterator<Item = Result<RecordBatch>> + Send>;

/// A chunk's rows, batch by batch.
pub(crate) fn read(chunk: Chunk) -> Batches {
    match chunk {
        Chunk::Held(batches) => Box::new(batches.into_iter().map(Ok)),
        Chunk::Spilled(path) => match open(&path) {
            // The path is kept with its reader: the file must not vanish while it is read.
            Ok(reader) => Box::new(reader.map(move |batch| {
                let _keep = &path;
                batch.map_err(DataFusionError::from)
            })),
            Err(error) => Box::new(std::iter::once(Err(error.into()))),
        },
    }
}

/// Rows on their way into a file.
pub(crate) struct Spilling(StreamWriter<BufWriter<NamedTempFile>>);

impl Spilling {
    pub(crate) fn new(schema: &SchemaRef) -> std::io::Result<Self> {
        StreamWriter::try_new_buffered(NamedTempFile::new()?, schema).map(Self).map_err(std::io::Error::other)
    }

    pub(crate) fn write(&mut self, batch: &RecordBatch) -> std::io::Result<()> {
        self.0.write(batch).map_err(std::io::Error::other)
    }

    /// The file, complete.
    pub(crate) fn done(mut self) -> std::io::Result<Arc<TempPath>> {
        self.0.finish().map_err(std::io::Error::other)?;
        let file = self.0.into_inner().and_then(|w| w.into_inner().map_err(|e| e.into_error().into()));
        Ok(Arc::new(file.map_err(std::io::Error::other)?.into_temp_path()))
    }
}

fn open(path: &Path) -> std::result::Result<StreamReader<BufReader<File>>, ArrowError> {
    StreamReader::try_new_buffered(File::open(path)?, None)
}
