//! What lies beside the messages: recorded DNS, other offices' sketches.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use pollwarden_authentication::posture::{Severity, Statement};
use pollwarden_authentication::{DnsSnapshot, posture as posture_of};
use pollwarden_core::{Confidence, Coverage, Office, Source, TableRows};
use pollwarden_intake::Input;

use crate::campaign::{Campaign, OfficeSketches, Sketch, SketchError, join};
use crate::desk::Desk;
use crate::judged::{Lure, LureKind};
use crate::mailings::{Brief, Mailing, heard};
use crate::rows::{rows, text};
use crate::tables::POSTURE;

/// Larger files of this kind are none.
const LARGEST: u64 = 256 << 20;
/// So many other offices that call it a lure are enough to act on.
const OFFICES: u64 = 2;

/// The recorded DNS; empty where there is none, which is said.
pub(crate) fn dns(inputs: &[&Input], coverage: &mut Coverage) -> DnsSnapshot {
    let mut all = DnsSnapshot::new();
    for input in inputs {
        let Some(bytes) = bytes(input, "dns-snapshot", coverage) else { continue };
        match DnsSnapshot::from_json(input.name(), &bytes) {
            Ok(snapshot) => all.merge(snapshot),
            Err(fault) => coverage.blind(None, format!("Not read: {fault}")),
        }
    }
    if all.is_empty() {
        coverage.dim(
            None,
            "No recorded DNS (dns.json): who vouches for a sender is taken from what receiving servers wrote into messages",
        );
    }
    all
}

/// Reads a small file and cites it; what is wrong is said.
pub(crate) fn bytes(input: &Input, format: &str, coverage: &mut Coverage) -> Option<Vec<u8>> {
    let read = || -> Result<(Vec<u8>, Source), String> {
        let mut reader = input.reader().map_err(|fault| fault.complaint().to_string())?;
        let mut bytes = Vec::new();
        let fault = |fault: std::io::Error| format!("{}: {fault}", input.name());
        reader.by_ref().take(LARGEST + 1).read_to_end(&mut bytes).map_err(fault)?;
        if bytes.len() as u64 > LARGEST {
            return Err(format!("{}: larger than {LARGEST} bytes", input.name()));
        }
        let received = reader.received();
        let mut source = Source::named(input.name());
        (source.digest, source.length) = (received.digest, received.length);
        format.clone_into(&mut source.format);
        Ok((bytes, source))
    };
    match read() {
        Ok((bytes, source)) => {
            coverage.sources.push(source);
            Some(bytes)
        }
        Err(why) => {
            coverage.blind(None, format!("Not read: {why}"));
            None
        }
    }
}

/// Compares the office's mailings with what other offices say they got.
pub(crate) fn others(
    inputs: &[&Input],
    office: &Office,
    briefs: &[Brief],
    mailings: &mut [Mailing],
    coverage: &mut Coverage,
) {
    let mut others = Vec::new();
    for input in inputs {
        let Some(bytes) = bytes(input, "sketches", coverage) else { continue };
        match OfficeSketches::read(&bytes) {
            Ok(sketches) => others.push(sketches),
            Err(fault) => coverage.dim(None, format!("{} was not compared: {fault}", input.name())),
        }
    }
    if others.is_empty() {
        return;
    }
    let name = if office.name.is_empty() { "your office" } else { &office.name };
    let own = match all_sketches(name, briefs, mailings) {
        Ok(own) => own,
        Err(SketchError::NotShared) => {
            let why = "Other offices' sketches were not compared: give the key that the offices share (--key, or mail.key in office.toml)";
            return coverage.dim(None, why);
        }
        Err(fault) => return coverage.dim(None, format!("Other offices' sketches were not compared: {fault}")),
    };
    let joined = join(&own, &others);
    let compared = others.len().saturating_sub(joined.left_out.len());
    for left in &joined.left_out {
        coverage.dim(None, format!("Sketches of {} were not compared: {}", left.office, left.why));
    }
    let ours: Vec<_> = joined.across.into_iter().filter(|found| !found.own.is_empty()).collect();
    coverage.notes.push(format!("Compared with the sketches of {compared} other offices."));
    let numbered = |mailing: &Mailing| mailing.members.first().copied();
    let firsts: Vec<Option<usize>> = mailings.iter().map(numbered).collect();
    let by_message = ours.into_iter().map(|mut found| {
        found.own = found.own.iter().filter_map(|own| firsts.get(*own).copied().flatten()).collect();
        found
    });
    heard(mailings, &by_message.collect::<Vec<_>>());
    for mailing in mailings.iter_mut() {
        let Some(elsewhere) = mailing.elsewhere else { continue };
        // What others call a lure is one here too, even where nothing in the message itself says so.
        let is_sure = elsewhere.offices > OFFICES;
        mailing.lure = mailing.lure.filter(|lure| lure.is_sure).or(Some(Lure { kind: LureKind::Phish, is_sure }));
    }
}

/// Sketches of all mailings, in their order.
fn all_sketches(name: &str, briefs: &[Brief], mailings: &[Mailing]) -> Result<OfficeSketches, SketchError> {
    let sketches: Vec<Sketch> = briefs.iter().map(|brief| brief.sketch.clone()).collect();
    let campaigns: Vec<Campaign> = mailings.iter().map(|mailing| campaign(mailing.members.clone())).collect();
    OfficeSketches::of(name, Date::default(), &TimeZone::UTC, &sketches, &campaigns)
}

/// Sketches of the lures alone, for other offices.
pub(crate) fn own_sketches(
    name: &str,
    made: Date,
    zone: &TimeZone,
    briefs: &[Brief],
    mailings: &[Mailing],
) -> Result<OfficeSketches, SketchError> {
    let (mut sketches, mut campaigns) = (Vec::new(), Vec::new());
    for mailing in mailings.iter().filter(|mailing| mailing.lure.is_some_and(|lure| lure.is_sure)) {
        let first = sketches.len();
        sketches.extend(mailing.members.iter().map(|at| briefs[*at].sketch.clone()));
        campaigns.push(campaign((first..sketches.len()).collect()));
    }
    OfficeSketches::of(name, made, zone, &sketches, &campaigns)
}

fn campaign(members: Vec<usize>) -> Campaign {
    Campaign {
        recipients: 0,
        first: None,
        last: None,
        share: Vec::new(),
        varies: Vec::new(),
        confidence: Confidence::High,
        members,
    }
}

/// What the office's own domains publish, where the recorded DNS holds it.
pub(crate) fn posture(
    office: &Office,
    inputs: &[&Input],
    desk: &Desk,
    selectors: &BTreeMap<String, BTreeSet<String>>,
    coverage: &mut Coverage,
) -> Option<TableRows> {
    let source = inputs.first().map(|input| input.name().to_owned())?;
    let mut all: Vec<(String, Statement)> = Vec::new();
    for domain in &office.domains {
        let seen: Vec<String> = selectors.get(domain).into_iter().flatten().cloned().collect();
        let found = posture_of(domain, &seen, &desk.dns);
        for (topic, why) in &found.cannot_tell {
            coverage.dim(None, format!("What {domain} publishes about {topic} can't be told: {why}"));
        }
        let wanting = found.statements.into_iter().filter(|statement| statement.severity > Severity::Low);
        all.extend(wanting.map(|statement| (domain.clone(), statement)));
    }
    let mend = |statement: &Statement| match &statement.publish {
        Some(publish) => format!("Publish at {}: {}", publish.name, publish.text),
        None => "Have whoever runs the domain's DNS mend it.".to_owned(),
    };
    let severity = |statement: &Statement| match statement.severity {
        Severity::Critical => "critical",
        Severity::High => "high",
        Severity::Medium => "medium",
        Severity::Low => "low",
        Severity::Informational => "informational",
    };
    rows(
        &POSTURE,
        vec![
            text(&all, |(domain, _)| domain),
            text(&all, |(_, statement)| statement.topic.to_string()),
            text(&all, |(_, statement)| severity(statement)),
            text(&all, |(_, statement)| format!("{} ({})", statement.says.trim_end_matches('.'), statement.rule)),
            text(&all, |(_, statement)| mend(statement)),
            text(&all, |_| source.clone()),
        ],
    )
}
