//! Rows of a run, where all workers see them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use arrow::datatypes::SchemaRef;
use datafusion::parquet::arrow::ArrowWriter;
use tempfile::TempDir;

use crate::EngineError;
use crate::scratch::Chunk;
use crate::spilled;

const PREFIX: &str = "run-";
/// A run that was killed leaves its folder: after so long, no run goes on.
const OLD: Duration = Duration::from_secs(7 * 24 * 3600);

/// A folder of Parquet files that vanishes with the run. They hold voters' data: only their owner may read them.
#[derive(Debug)]
pub(crate) struct SharedFolder {
    folder: TempDir,
}

impl SharedFolder {
    pub(crate) fn new(within: &Path) -> Result<Self, EngineError> {
        let failed = |cause| EngineError::Scratch { path: within.to_owned(), cause };
        remove_old(within);
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        Ok(Self { folder: builder.tempdir_in(within).map_err(failed)? })
    }

    /// Writes a table's rows: into one file at least, so that there is a table even where there is no row.
    pub(crate) fn write(
        &self,
        table: &str,
        schema: &SchemaRef,
        chunks: Vec<Chunk>,
    ) -> Result<Vec<PathBuf>, EngineError> {
        let mut dealt: Vec<Vec<Chunk>> = vec![Vec::new(); super::FILES.min(chunks.len().max(1))];
        let count = dealt.len();
        for (at, chunk) in chunks.into_iter().enumerate() {
            dealt[at % count].push(chunk);
        }
        dealt.into_iter().enumerate().map(|(at, chunks)| self.file(&format!("{table}-{at}"), schema, chunks)).collect()
    }

    fn file(&self, name: &str, schema: &SchemaRef, chunks: Vec<Chunk>) -> Result<PathBuf, EngineError> {
        let path = self.folder.path().join(format!("{name}.parquet"));
        let failed = |cause| EngineError::Scratch { path: path.clone(), cause };
        let broken = |error| EngineError::Scratch { path: path.clone(), cause: std::io::Error::other(error) };
        let mut writer =
            ArrowWriter::try_new(File::create(&path).map_err(failed)?, schema.clone(), None).map_err(broken)?;
        for batch in chunks.into_iter().flat_map(spilled::read) {
            writer.write(&batch?).map_err(broken)?;
        }
        writer.close().map_err(broken)?;
        Ok(path)
    }
}

/// What can't be looked at or removed is left: it is in nobody's way.
fn remove_old(within: &Path) {
    let is_old = |entry: &fs::DirEntry| {
        let age = entry.metadata().and_then(|m| m.modified()).ok().and_then(|at| at.elapsed().ok());
        entry.file_name().to_string_lossy().starts_with(PREFIX) && age.is_some_and(|age| age > OLD)
    };
    for entry in fs::read_dir(within).into_iter().flatten().flatten().filter(is_old) {
        let _ = fs::remove_dir_all(entry.path());
    }
}
