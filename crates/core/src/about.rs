//! What a detector says of itself, in the words a clerk reads.

/// One field per thing a reader asks, so that a missing answer does not compile.
///
/// `pollwarden explain`, the report and the documentation all show this text.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// `sensor/kebab-name`, named for what it finds.
    pub id: &'static str,
    /// A short title, as a heading.
    pub title: &'static str,
    /// The question it helps to answer.
    pub question: crate::Question,
    /// The first release that had it.
    pub since: &'static str,
    /// Whether its findings are shown to clerks, or to analysts until it has proved itself.
    pub stability: Stability,
    /// Tables its plan reads.
    pub tables: &'static [&'static str],
    /// What it looks for.
    pub looks_for: &'static str,
    /// Why that matters to an election office.
    pub why: &'static str,
    /// What it cannot see, however large.
    pub cannot_see: &'static str,
    /// What to do when it fires.
    pub do_next: &'static str,
    /// ATT&CK or DISARM technique ids.
    pub techniques: &'static [&'static str],
    /// Papers, reports and statutes it rests on.
    pub references: &'static [Reference],
}

/// A paper, report, specification or statute.
#[derive(Debug, Clone, Copy)]
pub struct Reference {
    /// What it is called.
    pub title: &'static str,
    /// Where it is found: a section, a page or an address.
    pub place: &'static str,
}

/// How far a detector has proved itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stability {
    /// Measured on data with known truth; its findings are shown to clerks.
    Stable,
    /// Shown to analysts only.
    Preview,
}
