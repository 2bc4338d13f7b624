//! A report as plain text.

use std::fmt::Write as _;

use textwrap::{Options, WordSplitter};

use crate::report::Report;
use crate::said::Said;
use crate::shown::Shown;
use crate::words;

const STEP: &str = "  ";
/// No line is wider, as in Pollwarden's report.
const WIDEST: usize = 100;
/// Narrower than that nothing is readable.
const NARROWEST: usize = 40;
/// Entries that are shown one by one.
const ENTRIES: usize = 30;

impl Report {
    /// The report in lines of at most `width` columns, 40 to 100.
    pub fn to_text(&self, width: usize) -> String {
        let mut page = Page { text: String::new(), width: width.clamp(NARROWEST, WIDEST) };
        page.item(0, "", &format!("{}: {}", self.verdict().to_uppercase(), self.headline));
        self.why.iter().for_each(|why| page.item(1, "- ", why));
        self.write_said(&mut page);
        page.section("What is proven", &self.proven);
        page.section("What is not proven", &self.not_proven);
        page.section("Which time it rests on", &self.time);
        self.write_entries(&mut page);
        page.text
    }

    fn write_said(&self, page: &mut Page) {
        if self.said.is_empty() {
            return;
        }
        page.heading("What the office said");
        self.said.iter().for_each(|said| said.write(page));
    }

    fn write_entries(&self, page: &mut Page) {
        if self.statements.is_empty() {
            return;
        }
        page.heading("The entries");
        let chosen = self.statements.iter().filter(|shown| !shown.minor).take(ENTRIES);
        let written = chosen.map(|shown| shown.write(page)).count();
        let (all, minor) = (self.statements.len(), self.statements.iter().filter(|shown| shown.minor).count());
        if all > written {
            let more = words::of(all - written, "more entry", "more entries");
            let findings = words::of(minor, "finding", "findings");
            page.item(1, "", &format!("And {more}, with {findings} for analysts or examiners: JSON shows them."));
        }
    }
}

impl Said {
    fn write(&self, page: &mut Page) {
        let depth = if self.question { 2 } else { 1 };
        page.item(depth, "", &format!("{}: {}", self.heading, self.verdict.to_uppercase()));
        self.lines.iter().for_each(|(label, text)| page.item(depth + 1, &format!("{label}: "), text));
    }
}

impl Shown {
    fn write(&self, page: &mut Page) {
        page.item(1, "", &format!("Entry {}: {}", words::count(self.index), self.kind));
        self.lines.iter().for_each(|(label, text)| page.item(2, &format!("{label}: "), text));
        if !self.closed.is_empty() {
            let closed: Vec<String> = self.closed.iter().map(|circle| (*circle).to_owned()).collect();
            page.item(2, "", &format!("Not opened here: what is for {}.", words::list(&closed)));
        }
    }
}

struct Page {
    text: String,
    width: usize,
}

impl Page {
    fn heading(&mut self, heading: &str) {
        let _ = writeln!(self.text, "\n{heading}");
    }

    fn section(&mut self, heading: &str, items: &[String]) {
        if items.is_empty() {
            return;
        }
        self.heading(heading);
        items.iter().for_each(|item| self.item(1, "- ", item));
    }

    /// A labelled paragraph, `depth` steps in; further lines hang below the text.
    fn item(&mut self, depth: usize, label: &str, text: &str) {
        let first = format!("{}{label}", STEP.repeat(depth));
        // Where no label stands, one step more: a text must not look like what stands beside it.
        let step = if label.is_empty() && depth > 0 { STEP.len() } else { 0 };
        let hang = " ".repeat((textwrap::core::display_width(&first) + step).min(self.width / 4));
        // A digest broken at a hyphen could not be copied; only words wider than a line are broken.
        let options = Options::new(self.width)
            .initial_indent(&first)
            .subsequent_indent(&hang)
            .word_splitter(WordSplitter::NoHyphenation)
            .break_words(true);
        textwrap::wrap(text, options).iter().for_each(|line| _ = writeln!(self.text, "{}", line.trim_end()));
    }
}
