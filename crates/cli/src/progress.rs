//! Progress of long work: only on a terminal, always on standard error.

use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shows how far a run is, or nothing.
pub(crate) struct Progress {
    shown: bool,
}

impl Progress {
    /// Shown only where standard error is a terminal and nobody said no.
    pub(crate) fn new(wanted: bool) -> Self {
        Self { shown: wanted && std::io::stderr().is_terminal() }
    }

    /// A bar for a file of `length` bytes, or one without an end where the length isn't known.
    pub(crate) fn reading(&self, name: &str, length: Option<u64>) -> ProgressBar {
        let bar = self.bar(ProgressBar::new(length.unwrap_or(0)));
        let shape = "{msg:24!} [{wide_bar}] {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
        bar.set_style(ProgressStyle::with_template(shape).unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(name.to_owned());
        bar
    }

    /// A line for work whose length isn't known.
    pub(crate) fn working(&self, what: &str) -> ProgressBar {
        let bar = self.bar(ProgressBar::new_spinner());
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(120));
        bar
    }

    /// A bar for so many things, done one after the other.
    pub(crate) fn counting(&self, what: &str, things: u64) -> ProgressBar {
        let bar = self.bar(ProgressBar::new(things));
        let shape = format!("{what} [{{wide_bar}}] {{pos}} of {{len}}: {{msg}}");
        bar.set_style(ProgressStyle::with_template(&shape).unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(Duration::from_millis(500));
        bar
    }

    fn bar(&self, bar: ProgressBar) -> ProgressBar {
        if !self.shown {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        bar
    }
}
