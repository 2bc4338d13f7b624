//! What stands for a cluster in a build without the feature `cluster`.

use std::path::Path;

use anyhow::Result;
use clap::Args;
use pollwarden_core::Office;
use pollwarden_engine::EngineOptions;
use pollwarden_roll::{Comparison, Snapshot};

use crate::args::Limits;
use crate::commands::engine_options;
use crate::progress::Progress;

/// Nowhere but here.
#[derive(Debug, Args)]
pub(crate) struct OnCluster {}

impl OnCluster {
    pub(crate) fn options(&self, limits: &Limits, _: Option<&Path>) -> Result<EngineOptions> {
        Ok(engine_options(limits))
    }
}

pub(crate) fn compared<'s>(
    _: (&'s Snapshot, &'s Snapshot),
    _: Option<&Path>,
    _: &Office,
    _: &EngineOptions,
    _: &Progress,
) -> Result<Option<Comparison<'s>>> {
    Ok(None)
}
