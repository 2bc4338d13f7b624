//! Writes answers out: the only place that prints, beside progress.
#![allow(clippy::print_stderr, reason = "the command's own messages go to standard error")]

use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, IsTerminal as _, Write};
use std::path::Path;

use anyhow::{Context as _, Result};
use pollwarden_core::Assessment;
use pollwarden_report::PlainOptions;

use crate::args::{Cli, Color, Format, Show};
use crate::exit::Exit;

/// Writes an assessment as asked for.
pub(crate) fn assessment(assessment: &Assessment, show: &Show, cli: &Cli) -> Result<()> {
    let mut out = Output::open(show.output.as_deref())?;
    match show.format {
        Format::Plain => {
            let colour = match cli.color {
                Color::Always => true,
                Color::Never => false,
                Color::Auto => show.output.is_none() && io::stdout().is_terminal() && no_color().is_none(),
            };
            pollwarden_report::plain(assessment, &PlainOptions { colour, audience: show.audience.into() }, &mut out)?;
        }
        Format::Json => writeln!(out, "{}", pollwarden_report::json_v1(assessment))?,
        Format::Html => out.write_all(page(assessment).as_bytes())?,
    }
    out.done()
}

/// The assessment as one page.
pub(crate) fn page(assessment: &Assessment) -> String {
    pollwarden_report::html(assessment, jiff::Timestamp::now())
}

fn no_color() -> Option<std::ffi::OsString> {
    std::env::var_os("NO_COLOR").filter(|v| !v.is_empty())
}

/// Standard output, or the file asked for.
pub(crate) struct Output {
    out: BufWriter<Box<dyn Write>>,
    path: String,
}

impl Output {
    /// Opens what `--output` names.
    pub(crate) fn open(file: Option<&Path>) -> Result<Self> {
        let (out, path): (Box<dyn Write>, _) = match file {
            Some(path) => {
                let file = File::create(path).with_context(|| format!("{} can't be written", path.display()))?;
                (Box::new(file), path.display().to_string())
            }
            None => (Box::new(io::stdout().lock()), "standard output".to_owned()),
        };
        Ok(Self { out: BufWriter::new(out), path })
    }

    /// Writes what is still held. A full disk shows here.
    pub(crate) fn done(mut self) -> Result<()> {
        self.flush().with_context(|| format!("{} could not be written to its end", self.path))
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes).inspect_err(end_quietly)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush().inspect_err(end_quietly)
    }
}

/// Whoever read our output has seen enough (`pollwarden … | head`). Libraries between us and the output would wrap the
/// error beyond recognition.
fn end_quietly(error: &io::Error) {
    if error.kind() == ErrorKind::BrokenPipe {
        std::process::exit(Exit::NothingFound as i32);
    }
}

/// A message beside the answer.
pub(crate) fn say(message: &str) {
    eprintln!("{message}");
}

/// Why the run failed.
pub(crate) fn fail(error: &anyhow::Error) {
    eprintln!("pollwarden: {error:#}");
}
