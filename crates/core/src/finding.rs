//! Something found, with its evidence and what to do about it.

use std::collections::HashSet;
use std::fmt::Write as _;

use jiff::Timestamp;

use crate::{Digest, Measure, Observable, ObservableKind, Site, SiteRole, Tally};

/// How bad it is if true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Informational,
    /// Little harm.
    Low,
    /// Some harm.
    Medium,
    /// Voters' data or registrations harmed.
    High,
    /// Harm at scale, or going on.
    Critical,
}

impl Severity {
    /// Its name in reports and in every wire format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Informational => "informational",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// How sure we are. Independent of severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// There is a common innocent explanation.
    Low,
    /// Innocent explanations are uncommon.
    Medium,
    /// We know of none.
    High,
}

impl Confidence {
    /// Its name in reports and in every wire format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Who asked to see it. One weak signal is not dropped; it is shown to the audience that asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// The default; each item deserves action.
    Clerk,
    /// Odd things too.
    Analyst,
    /// Everything.
    Examiner,
}

impl Audience {
    /// Its name in reports and in every wire format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Clerk => "clerk",
            Self::Analyst => "analyst",
            Self::Examiner => "examiner",
        }
    }
}

/// Whether it worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It was tried; nothing shows that it worked.
    Attempt,
    /// It worked.
    Success,
    /// What was read can't tell.
    Unknown,
}

impl Outcome {
    /// Its name in reports and in every wire format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Attempt => "attempt",
            Self::Success => "success",
            Self::Unknown => "unknown",
        }
    }
}

/// A finding, built step by step by [`Finding::new`] and refused where no place is named.
#[derive(Debug, Clone)]
pub struct Finding {
    id: String,
    /// The detector's id.
    pub detector: &'static str,
    /// One sentence a clerk can read aloud.
    pub title: String,
    /// How bad it is if true.
    pub severity: Severity,
    /// How sure we are.
    pub confidence: Confidence,
    /// Who is shown it.
    pub audience: Audience,
    /// Whether it worked.
    pub outcome: Outcome,
    /// Its first row.
    pub first: Option<Timestamp>,
    /// Its last row.
    pub last: Option<Timestamp>,
    /// The time of the row at which a watching office would have been told.
    pub noticed: Option<Timestamp>,
    /// What another office could look for.
    pub observables: Vec<Observable>,
    /// Numbers, with their intervals.
    pub measures: Vec<Measure>,
    /// What the finding counts, so that a union over findings counts nothing twice.
    pub tally: Option<Tally>,
    /// What would have been ordinary.
    pub expected: String,
    /// What was there.
    pub seen: String,
    /// What to do next.
    pub next_step: String,
    /// ATT&CK or DISARM technique ids.
    pub techniques: Vec<&'static str>,
    sites: Vec<Site>,
}

/// Why a finding was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FindingError {
    /// No place was named, so nobody could check it.
    #[error("a finding of {0} names no place in any source")]
    NoSite(&'static str),
}

impl Finding {
    /// Begins a finding. End with [`FindingDraft::done`].
    #[allow(clippy::new_ret_no_self, reason = "a finding without a place is refused only at the end of its draft")]
    pub fn new(
        detector: &'static str,
        title: impl Into<String>,
        severity: Severity,
        confidence: Confidence,
    ) -> FindingDraft {
        FindingDraft(Self {
            id: String::new(),
            detector,
            title: title.into(),
            severity,
            confidence,
            audience: Audience::Clerk,
            outcome: Outcome::Unknown,
            first: None,
            last: None,
            noticed: None,
            observables: Vec::new(),
            measures: Vec::new(),
            tally: None,
            expected: String::new(),
            seen: String::new(),
            next_step: String::new(),
            techniques: Vec::new(),
            sites: Vec::new(),
        })
    }

    /// A digest of what the finding says: asking twice says it once. Voter keys take no part, since they depend on the
    /// office's key.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The places it rests on; at least one.
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    pub(crate) fn sites_mut(&mut self) -> &mut [Site] {
        &mut self.sites
    }

    fn digest(&self) -> String {
        let mut said = format!("{}\n{}\n{:?}\n{:?}\n", self.detector, self.title, self.first, self.last);
        for observable in self.observables.iter().filter(|o| o.kind != ObservableKind::VoterKey) {
            let _ = writeln!(said, "{}={}", observable.kind.name(), observable.value);
        }
        for site in &self.sites {
            let _ = writeln!(said, "{}:{:?}", site.name, site.line);
        }
        Digest::of(said.as_bytes()).short()
    }
}

/// A finding under construction.
#[derive(Debug, Clone)]
pub struct FindingDraft(Finding);

impl FindingDraft {
    /// A line or row of a source, by the source's name.
    #[must_use]
    pub fn at(mut self, name: impl Into<String>, line: u64) -> Self {
        self.0.sites.push(Site { source: None, name: name.into(), line: Some(line), role: SiteRole::Primary });
        self
    }

    /// A whole source, by name.
    #[must_use]
    pub fn at_source(mut self, name: impl Into<String>) -> Self {
        self.0.sites.push(Site { source: None, name: name.into(), line: None, role: SiteRole::Primary });
        self
    }

    /// A place that it is compared with.
    #[must_use]
    pub fn against(mut self, name: impl Into<String>, line: Option<u64>) -> Self {
        self.0.sites.push(Site { source: None, name: name.into(), line, role: SiteRole::Related });
        self
    }

    /// First and last row.
    #[must_use]
    pub fn between(mut self, first: Timestamp, last: Timestamp) -> Self {
        (self.0.first, self.0.last) = (Some(first), Some(last));
        self
    }

    /// The time of the row at which a watching office would have been told.
    #[must_use]
    pub fn noticed(mut self, at: Timestamp) -> Self {
        self.0.noticed = Some(at);
        self
    }

    /// Who is shown it.
    #[must_use]
    pub fn audience(mut self, audience: Audience) -> Self {
        self.0.audience = audience;
        self
    }

    /// Whether it worked.
    #[must_use]
    pub fn outcome(mut self, outcome: Outcome) -> Self {
        self.0.outcome = outcome;
        self
    }

    /// Something another office could look for; said once.
    #[must_use]
    pub fn observable(mut self, kind: ObservableKind, value: impl Into<String>) -> Self {
        self.0.observables.push(Observable { kind, value: value.into() });
        self
    }

    /// A number with its interval.
    #[must_use]
    pub fn measure(mut self, measure: Measure) -> Self {
        self.0.measures.push(measure);
        self
    }

    /// What the finding counts; adds the measure of the same name.
    #[must_use]
    pub fn tally(mut self, tally: Tally) -> Self {
        self.0.measures.push(tally.measure());
        self.0.tally = Some(tally);
        self
    }

    /// What would have been ordinary, and what was there.
    #[must_use]
    pub fn expected_seen(mut self, expected: impl Into<String>, seen: impl Into<String>) -> Self {
        (self.0.expected, self.0.seen) = (expected.into(), seen.into());
        self
    }

    /// What to do next.
    #[must_use]
    pub fn next_step(mut self, next_step: impl Into<String>) -> Self {
        self.0.next_step = next_step.into();
        self
    }

    /// ATT&CK or DISARM technique ids.
    #[must_use]
    pub fn techniques(mut self, techniques: &[&'static str]) -> Self {
        self.0.techniques.extend_from_slice(techniques);
        self
    }

    /// The finding.
    ///
    /// # Errors
    /// Where no place is named.
    pub fn done(mut self) -> Result<Finding, FindingError> {
        if self.0.sites.is_empty() {
            return Err(FindingError::NoSite(self.0.detector));
        }
        // Each voter is one of those concerned, however often a key comes; everything else is said once.
        let mut said = HashSet::new();
        self.0.observables.retain(|o| o.kind == ObservableKind::VoterKey || said.insert(o.clone()));
        self.0.id = self.0.digest();
        Ok(self.0)
    }
}
