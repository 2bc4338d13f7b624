//! Manifest and records that don't agree on what paper there is.

use pollwarden_core::{About, Confidence, Finding, FindingError, Findings, Question, Severity, Stability};

use super::{CountDetector, ZOMBIES};
use crate::audit::{Paper, PaperFault};
use crate::evidence::{in_words, list, of};
use crate::{BatchKey, Evidence, batch_names};

pub(super) struct RecordMismatch;

static ABOUT: About = About {
    id: "count/record-mismatch",
    title: "Manifest and cast vote records that don't agree",
    question: Question::Count,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &[],
    looks_for: "Fewer records than ballots cast by the results, batches with fewer or more records than cards, records of batches that the manifest doesn't have, several records for \
        one card, and batches named twice.",
    why: "The manifest says what paper there is, by people; the records say what the machines read. Cards without a record were \
        perhaps never counted; records without a card perhaps never were on paper.",
    cannot_see: "A batch with the right number of records that are of other cards.",
    do_next: "Count the cards of each named batch, and have the vendor export it again. Correct the manifest only with a \
        signed note on why.",
    techniques: &[],
    references: &[ZOMBIES],
};

/// As many batches are named as people would look up.
const NAMED: usize = 12;

impl CountDetector for RecordMismatch {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, evidence: &Evidence, found: &mut Findings) {
        for results in &evidence.results {
            let (records, without) = (evidence.cvrs.len() as u64, evidence.cards_without_records());
            let missing = results.ballots.map(|all| (all, all.saturating_sub(records.saturating_add(without))));
            if let Some((ballots, missing)) = missing.filter(|(_, missing)| records > 0 && *missing > 0) {
                found.push(fewer_than_ballots(&results.source, (ballots, missing, without), evidence));
            }
        }
        // Without an audit the two are held against each other all the same.
        let own = match &evidence.audit {
            Some(_) => Paper::default(),
            None if evidence.manifest.batches.is_empty() || evidence.cvrs.is_empty() => return,
            None => Paper::new(&evidence.manifest, &evidence.cvrs),
        };
        let paper = evidence.audit.as_ref().map_or(&own, |audit| &audit.paper);
        let faults = &paper.faults;
        if let Some((listed, recorded)) = batch_names::differ(&evidence.manifest, paper, faults) {
            found.push(names_differ(listed, recorded, evidence));
            return;
        }
        type Kind = (&'static str, &'static str, Severity, fn(&PaperFault, &Evidence) -> Option<String>);
        let kinds: [Kind; 5] = [
            (
                "batch has records and is not in the manifest",
                "batches have records and are not in the manifest",
                Severity::High,
                unknown,
            ),
            ("batch has fewer records than cards", "batches have fewer records than cards", Severity::Medium, fewer),
            ("batch has more records than cards", "batches have more records than cards", Severity::High, more),
            (
                "record id is that of several records",
                "record ids are those of several records",
                Severity::Medium,
                same_card,
            ),
            (
                "batch is named twice in the manifest",
                "batches are named twice in the manifest",
                Severity::Medium,
                same_batch,
            ),
        ];
        for (one, many, severity, which) in kinds {
            let named: Vec<String> = faults.iter().filter_map(|fault| which(fault, evidence)).collect();
            if !named.is_empty() {
                found.push(finding((one, many), severity, &named, evidence));
            }
        }
    }
}

/// Cards of which the manifest says that they have no records are not missing.
fn fewer_than_ballots(
    source: &str,
    (ballots, missing, without): (u64, u64, u64),
    evidence: &Evidence,
) -> Result<Finding, FindingError> {
    let excused = match without {
        0 => String::new(),
        cards => format!("{} by the manifest, ", of(cards, "card without a record", "cards without records")),
    };
    let title = format!("{} in the results and not among the records", of(missing, "ballot is", "ballots are"));
    Finding::new(ABOUT.id, title, Severity::Medium, Confidence::Medium)
        .at_source(source)
        .against(evidence.record_file(0), None)
        .expected_seen(
            "at least one record for each ballot cast, those of cards without records aside",
            format!("{} records, {excused}{ballots} ballots cast", evidence.cvrs.len()),
        )
        .next_step(ABOUT.do_next)
        .done()
}

/// All numbers of cards agree, and no name: most likely nothing is missing.
fn names_differ(listed: &BatchKey, recorded: &BatchKey, evidence: &Evidence) -> Result<Finding, FindingError> {
    let title = "Manifest and records have as many batches of as many cards, and name each otherwise";
    let next = "Ask whoever made the two files which batch is which, and write the names alike in both. If they are not the same \
        batches, count the cards of each.";
    Finding::new(ABOUT.id, title, Severity::High, Confidence::High)
        .at_source(evidence.manifest_file())
        .against(evidence.record_file(0), None)
        .expected_seen(
            "the same names in manifest and records",
            format!("the manifest says “{}”, the records “{}”", in_words(listed), in_words(recorded)),
        )
        .next_step(next)
        .done()
}

fn unknown(fault: &PaperFault, _: &Evidence) -> Option<String> {
    let PaperFault::UnknownBatch { batch, records } = fault else { return None };
    Some(format!("{} ({})", in_words(batch), of(*records, "record", "records")))
}

fn fewer(fault: &PaperFault, evidence: &Evidence) -> Option<String> {
    let PaperFault::FewerRecords { batch, cards, records } = fault else { return None };
    Some(format!("{} ({records} of {cards})", evidence.batch(*batch)))
}

fn more(fault: &PaperFault, evidence: &Evidence) -> Option<String> {
    let PaperFault::MoreRecords { batch, cards, records } = fault else { return None };
    Some(format!("{} ({records} for {cards})", evidence.batch(*batch)))
}

fn same_card(fault: &PaperFault, evidence: &Evidence) -> Option<String> {
    let PaperFault::SameCard { batch, record, records } = fault else { return None };
    Some(format!("{record} of {} ({records} records)", evidence.batch(*batch)))
}

fn same_batch(fault: &PaperFault, evidence: &Evidence) -> Option<String> {
    let PaperFault::SameBatch { batch } = fault else { return None };
    Some(evidence.batch(*batch))
}

fn finding(
    (one, many): (&str, &str),
    severity: Severity,
    named: &[String],
    evidence: &Evidence,
) -> Result<Finding, FindingError> {
    let kind = if named.len() == 1 { one } else { many };
    Finding::new(ABOUT.id, format!("{} {kind}", named.len()), severity, Confidence::High)
        .at_source(evidence.manifest_file())
        .against(evidence.record_file(0), None)
        .expected_seen("as many records as cards in each batch of the manifest", list(named, NAMED))
        .next_step(ABOUT.do_next)
        .done()
}
