//! Lines of at most 100 columns, with hanging indents and, where asked for, colour.

use std::io;

use anstyle::{AnsiColor, Style};
use pollwarden_core::{Severity, Verdict};
use textwrap::{Options, WordSplitter};

use crate::words;

const WIDTH: usize = 100;
const STEP: &str = "  ";

/// Where plain text goes.
pub(super) struct Page<'a, W> {
    out: &'a mut W,
    colour: bool,
}

impl<'a, W: io::Write> Page<'a, W> {
    pub(super) fn new(out: &'a mut W, colour: bool) -> Self {
        Self { out, colour }
    }

    pub(super) fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        self.wrapped("", "", text)
    }

    pub(super) fn heading(&mut self, text: &str) -> io::Result<()> {
        let text = self.painted(Style::new().bold(), text);
        self.line(&text)
    }

    /// A labelled paragraph, `depth` steps in; further lines hang below the text.
    pub(super) fn item(&mut self, depth: usize, label: &str, text: &str) -> io::Result<()> {
        let first = format!("{}{label}", STEP.repeat(depth));
        let hang = " ".repeat(textwrap::core::display_width(&first).min(WIDTH / 4));
        self.wrapped(&first, &hang, text)
    }

    /// A line to be copied: never wrapped.
    pub(super) fn as_it_stands(&mut self, depth: usize, line: &str) -> io::Result<()> {
        writeln!(self.out, "{}{line}", STEP.repeat(depth))
    }

    /// The verdict in capitals.
    pub(super) fn verdict(&self, verdict: Verdict) -> String {
        let colour = match verdict {
            Verdict::Found => AnsiColor::Red,
            Verdict::NothingFound => AnsiColor::Green,
            Verdict::CannotTell => AnsiColor::Yellow,
        };
        self.painted(colour.on_default().bold(), &words::verdict(verdict).to_uppercase())
    }

    /// The severity in capitals.
    pub(super) fn severity(&self, severity: Severity) -> String {
        let colour = match severity {
            Severity::Critical | Severity::High => AnsiColor::Red,
            Severity::Medium => AnsiColor::Yellow,
            Severity::Low | Severity::Informational => AnsiColor::Cyan,
        };
        self.painted(colour.on_default().bold(), &severity.name().to_uppercase())
    }

    fn painted(&self, style: Style, text: &str) -> String {
        if self.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    fn wrapped(&mut self, first: &str, hang: &str, text: &str) -> io::Result<()> {
        // A digest or a request broken at a hyphen could not be copied; only words wider than a line are broken.
        let options = Options::new(WIDTH)
            .initial_indent(first)
            .subsequent_indent(hang)
            .word_splitter(WordSplitter::NoHyphenation)
            .break_words(true);
        for line in textwrap::wrap(text, options) {
            writeln!(self.out, "{}", line.trim_end())?;
        }
        Ok(())
    }
}
