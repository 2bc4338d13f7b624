//! The interface that all detectors share, and what they are given and give back.

use std::collections::BTreeMap;

use arrow::{array::RecordBatch, datatypes::SchemaRef};

use crate::{About, Finding, FindingError, Gap, Interval, Office, Picture, VoterKeyer};

/// A detector says which rows it needs, and judges them.
///
/// It is stateless: `judge` is a pure fold over the rows of its plan, so a detector can be asked again at any time, over
/// real rows or simulated ones, and can't tell the difference.
pub trait Detector: Send + Sync + 'static {
    /// What it is, in the words a clerk reads.
    fn about(&self) -> &'static About;

    /// The rows it needs, as a plan over the sensor's tables.
    ///
    /// # Errors
    /// Where a table or column that it needs is not there: then the question can't be told.
    fn ask(&self, tables: &Tables, scope: &Scope) -> Result<Plan, DetectorError>;

    /// Pure: no input, no output, no clock. Strange rows become findings or coverage gaps, never a panic.
    fn judge(&self, rows: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings);
}

/// Why a detector could not ask.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DetectorError {
    /// There is no such table.
    #[error("there is no table {0}")]
    NoTable(String),
    /// The table has no such column.
    #[error("table {0} has no column {1}")]
    NoColumn(String, String),
}

/// Rows to ask for: a query in SQL, so that an analyst can run it again with `pollwarden query`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The query.
    pub sql: String,
}

impl Plan {
    /// A plan from SQL.
    pub fn sql(sql: impl Into<String>) -> Self {
        Self { sql: sql.into() }
    }
}

/// The tables that there are, with their columns.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    tables: BTreeMap<String, SchemaRef>,
}

impl Tables {
    /// Adds a table.
    pub fn add(&mut self, name: impl Into<String>, schema: SchemaRef) {
        self.tables.insert(name.into(), schema);
    }

    /// Whether there is a table of that name.
    pub fn has(&self, table: &str) -> bool {
        self.tables.contains_key(table)
    }

    /// # Errors
    /// Where there is no such table.
    pub fn need(&self, table: &str) -> Result<&SchemaRef, DetectorError> {
        self.tables.get(table).ok_or_else(|| DetectorError::NoTable(table.to_owned()))
    }

    /// Names and columns, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &SchemaRef)> {
        self.tables.iter().map(|(name, schema)| (name.as_str(), schema))
    }
}

/// What the answer is to be about, and what the office says of itself.
#[derive(Debug, Clone)]
pub struct Scope {
    /// Only rows of this time; all where `None`.
    pub window: Option<Interval>,
    /// The office.
    pub office: Office,
    /// Turns voters' ids into keyed hashes.
    pub keyer: VoterKeyer,
}

impl Scope {
    /// A scope of all time for an unnamed office, under a key.
    pub fn unnamed(key: &[u8; 32]) -> Self {
        Self { window: None, office: Office::default(), keyer: VoterKeyer::new(key) }
    }
}

/// What detectors found, with the scope they judge in.
#[derive(Debug)]
pub struct Findings {
    scope: Scope,
    findings: Vec<Finding>,
    gaps: Vec<Gap>,
    watched: Vec<Interval>,
    pictures: Vec<Picture>,
    notes: Vec<String>,
}

impl Findings {
    /// Nothing yet.
    pub fn new(scope: Scope) -> Self {
        Self {
            scope,
            findings: Vec::new(),
            gaps: Vec::new(),
            watched: Vec::new(),
            pictures: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// The scope to judge in.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Takes a finding. One that names no place can't be shown; it is noted in coverage rather than lost.
    pub fn push(&mut self, finding: Result<Finding, FindingError>) {
        match finding {
            Ok(finding) => self.findings.push(finding),
            Err(error) => self.notes.push(format!("A finding could not be shown: {error}.")),
        }
    }

    /// Time or input that was not watched.
    pub fn gap(&mut self, gap: Gap) {
        self.gaps.push(gap);
    }

    /// Time for which there are rows.
    pub fn watched(&mut self, interval: Interval) {
        self.watched.push(interval);
    }

    /// Something to look at.
    pub fn picture(&mut self, picture: Picture) {
        self.pictures.push(picture);
    }

    /// Something a reader of the answer must know.
    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// The findings so far.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// One question's answer: what was found, over what the intake could read.
    pub fn answer(self, question: crate::Question, mut coverage: crate::Coverage) -> crate::Answer {
        coverage.unwatched.extend(self.gaps);
        coverage.watched.extend(self.watched);
        coverage.notes.extend(self.notes);
        let mut answer = crate::Answer::new(question, coverage, self.findings);
        answer.pictures = self.pictures;
        answer
    }
}

/// Declares a sensor's detectors: `detectors! { mass_edit::MassEdit, … }` declares each module and the static list
/// `DETECTORS`, in the order they are asked and shown. A test compares the list with the folder.
#[macro_export]
macro_rules! detectors {
    ($($module:ident :: $detector:ident),* $(,)?) => {
        $(mod $module;)*

        /// Every detector of this sensor, in the order they are asked and shown.
        pub static DETECTORS: &[&dyn $crate::Detector] = &[$(&$module::$detector),*];
    };
}
