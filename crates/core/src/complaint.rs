//! What was wrong with an input, where, and how to mend it.

use std::fmt;

/// One thing that could not be read. Complaints are collected, counted in coverage and shown; they stop nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The input's name as the office knows it (a path relative to the office's folder).
    pub source: String,
    /// Line or row, from 1.
    pub line: Option<u64>,
    /// Column, from 1, or the named field.
    pub column: Option<String>,
    /// What was expected there.
    pub expected: String,
    /// What was there: escaped, shortened.
    pub found: String,
    /// What to do about it.
    pub mend: String,
}

impl Complaint {
    /// A complaint about a whole input.
    pub fn about(source: impl Into<String>, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self {
            source: source.into(),
            line: None,
            column: None,
            expected: expected.into(),
            found: found.into(),
            mend: String::new(),
        }
    }

    /// The line or row, from 1.
    #[must_use]
    pub fn line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// The column, from 1, or the field's name.
    #[must_use]
    pub fn column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }

    /// What to do about it.
    #[must_use]
    pub fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = mend.into();
        self
    }

    /// At most `max` bytes of outside text made safe to show: control characters and bytes that are no text escaped.
    pub fn excerpt(bytes: &[u8], max: usize) -> String {
        let cut = &bytes[..bytes.len().min(max)];
        let mut text = cut.escape_ascii().to_string().replace("\\\"", "\"").replace("\\'", "'");
        if bytes.len() > max {
            text.push('…');
        }
        text
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column {column}")?;
        }
        write!(f, ": expected {}, found {}", self.expected, self.found)?;
        if !self.mend.is_empty() {
            write!(f, ". {}", self.mend)?;
        }
        Ok(())
    }
}
