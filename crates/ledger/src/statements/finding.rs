//! A finding: what anybody may know, what helps another office, and what a court needs.

use pollwarden_core::{Finding, Observable, ObservableKind, Site};

use super::words::{measure, time};
use super::{Draft, Salts};
use crate::said::{self, kind};

pub(super) fn finding(found: &Finding, salts: &Salts) -> Draft {
    let public = said::Finding {
        detector: found.detector.to_owned(),
        severity: found.severity.name().to_owned(),
        confidence: found.confidence.name().to_owned(),
        audience: found.audience.name().to_owned(),
        outcome: found.outcome.name().to_owned(),
        first: found.first.map(time),
        last: found.last.map(time),
    };
    let voters = |observable: &&Observable| observable.kind == ObservableKind::VoterKey;
    let others = found.observables.iter().filter(|observable| !voters(observable));
    let office = said::Shared {
        title: found.title.clone(),
        observables: others.map(|o| [o.kind.name().to_owned(), o.value.clone()]).collect(),
        measures: found.measures.iter().map(measure).collect(),
        techniques: found.techniques.iter().map(|id| (*id).to_owned()).collect(),
    };
    let court = said::Detail {
        id: found.id().to_owned(),
        expected: found.expected.clone(),
        seen: found.seen.clone(),
        next_step: found.next_step.clone(),
        voter_keys: found.observables.iter().filter(voters).map(|o| o.value.clone()).collect(),
        sites: found.sites().iter().map(site).collect(),
    };
    salts.draft(kind::FINDING, &public, &office, &court)
}

fn site(site: &Site) -> said::Site {
    said::Site { name: site.name.clone(), sha256: site.source.map(|digest| digest.to_string()), line: site.line }
}
