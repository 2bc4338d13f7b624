//! The format that the office gives in office.toml, as its web server's configuration has it.

use super::pattern::{Escape, PatternReader};
use super::{LineFormat, Settings};

/// `[web] log_format = "…"`.
#[derive(Debug)]
pub(crate) struct LogFormat;

impl LineFormat for LogFormat {
    const NAME: &'static str = "log-format";
    type Reader = PatternReader;

    fn reader(settings: &'static Settings) -> PatternReader {
        PatternReader::new(&settings.pattern, Escape::Backslash, settings, MEND)
    }
}

const MEND: &str = "Check that log_format in office.toml is the one that the web server wrote this log with, and that the line is whole.";
