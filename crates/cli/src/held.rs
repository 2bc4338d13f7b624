//! The digest of a file in somebody's hands.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use pollwarden_verifier::Held;
use sha2::{Digest as _, Sha256};

use crate::progress::Progress;

/// Reads a file of any length for its digest.
pub(crate) fn held(path: &Path, progress: &Progress) -> Result<Held> {
    let failed = || format!("{} can't be read", path.display());
    let file = File::open(path).with_context(failed)?;
    let bar = progress.reading(&path.display().to_string(), file.metadata().ok().map(|data| data.len()));
    let digested = digest(file, &|bytes| bar.inc(bytes));
    bar.finish_and_clear();
    digested.with_context(failed)
}

fn digest(mut file: File, told: &dyn Fn(u64)) -> io::Result<Held> {
    let (mut digest, mut bytes, mut block) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        let read = file.read(&mut block)?;
        if read == 0 {
            return Ok(Held { sha256: digest.finalize().into(), bytes });
        }
        digest.update(&block[..read]);
        bytes += read as u64;
        told(read as u64);
    }
}
