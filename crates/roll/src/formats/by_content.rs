//! Layouts that are told by a file's first lines, whether or not these name the columns.

use pollwarden_core::{RollSettings, Table};
use pollwarden_intake::{BlockOptions, Fit, Format, Parser, Sample};

use super::voters;
use crate::layout::Layout;

/// A layout, as a format of table `voters`.
#[derive(Debug)]
pub(super) struct ByContent {
    /// Its name, as shown in coverage.
    pub(super) name: &'static str,
    /// The layout of a file that is of it.
    pub(super) layout: fn(&Sample) -> Option<Layout>,
    /// How well such a file fits.
    pub(super) fit: Fit,
    /// Whether fields may stand in quotes; in lines of fixed width a quote is a character like any other.
    pub(super) quotes: bool,
}

impl Format for ByContent {
    fn name(&self) -> &'static str {
        self.name
    }

    fn table(&self) -> &'static Table {
        &crate::tables::VOTERS
    }

    fn sniff(&self, sample: &Sample) -> Fit {
        if (self.layout)(sample).is_some() { self.fit } else { Fit::No }
    }

    fn blocks(&self) -> BlockOptions {
        if self.quotes { voters::blocks() } else { BlockOptions::default() }
    }

    fn begin(&self, sample: &Sample, _: Option<&[u8]>) -> Box<dyn Parser> {
        voters::begin(sample, (self.layout)(sample), &RollSettings::default())
    }
}
