//! One finding on the page, with its evidence.

use pollwarden_core::{Finding, SiteRole};

use super::answer::MeasureView;
use crate::{shorten, visible::visible, words};

const SITES_SHOWN: usize = 20;
const OBSERVABLES_SHOWN: usize = 12;

pub(super) struct FindingView {
    pub(super) id: String,
    pub(super) detector: &'static str,
    pub(super) open: bool,
    pub(super) severity: &'static str,
    pub(super) title: String,
    pub(super) certainty: String,
    pub(super) audience: &'static str,
    pub(super) time: Option<String>,
    pub(super) noticed: Option<String>,
    pub(super) expected: String,
    pub(super) seen: String,
    pub(super) next_step: String,
    pub(super) measures: Vec<MeasureView>,
    pub(super) sites: Vec<String>,
    pub(super) compared: Vec<String>,
    pub(super) more_sites: Option<String>,
    pub(super) observables: Vec<ObservablesView>,
    pub(super) techniques: String,
}

/// The values of one kind.
pub(super) struct ObservablesView {
    pub(super) kind: &'static str,
    pub(super) values: Vec<String>,
    pub(super) rest: Option<String>,
}

impl FindingView {
    pub(super) fn of(finding: &Finding, open: bool) -> Self {
        let sites = |role| {
            let of_role = finding.sites().iter().take(SITES_SHOWN).filter(move |s| s.role == role);
            of_role.map(words::site).collect::<Vec<_>>()
        };
        Self {
            id: finding.id().to_owned(),
            detector: finding.detector,
            open,
            severity: finding.severity.name(),
            title: visible(&finding.title).into_owned(),
            certainty: certainty(finding),
            audience: finding.audience.name(),
            time: words::finding_time(finding),
            noticed: finding.noticed.map(words::moment),
            expected: words::full_stop(&visible(&finding.expected)),
            seen: words::full_stop(&visible(&finding.seen)),
            next_step: words::full_stop(&visible(&finding.next_step)),
            measures: finding.measures.iter().map(MeasureView::of).collect(),
            sites: sites(SiteRole::Primary),
            compared: sites(SiteRole::Related),
            more_sites: shorten::rest(finding.sites().len().saturating_sub(SITES_SHOWN)),
            observables: observables(finding),
            techniques: finding.techniques.join(", "),
        }
    }
}

fn certainty(finding: &Finding) -> String {
    format!("{} confidence; {}", finding.confidence.name(), words::outcome_words(finding.outcome))
}

fn observables(finding: &Finding) -> Vec<ObservablesView> {
    let groups = shorten::observables(finding, OBSERVABLES_SHOWN).into_iter();
    groups.map(|g| ObservablesView { kind: g.kind, rest: g.rest(), values: g.values }).collect()
}
