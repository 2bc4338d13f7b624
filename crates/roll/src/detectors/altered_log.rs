//! A transaction log that was altered: entries missing from its numbering, entries changed after they were written.

use arrow::array::RecordBatch;
use pollwarden_core::{
    About, Columns, Confidence, Detector, DetectorError, Finding, FindingDraft, Findings, Measure, Outcome, Plan,
    Question, Reference, Scope, Severity, Stability, Tables,
};

/// The detector.
#[derive(Debug)]
pub(crate) struct AlteredLog;

/// Places shown, and gaps told in words.
const SITES_SHOWN: usize = 50;
const GAPS_TOLD: usize = 5;

static ABOUT: About = About {
    id: "roll/altered-log",
    title: "A transaction log that was altered",
    question: Question::Roll,
    since: "0.1",
    stability: Stability::Stable,
    tables: &["transactions"],
    looks_for: "Numbers missing from the log's sequence, entries whose digest no longer follows from what they say.",
    why: "Whoever changes the roll and can reach its log takes the entry out or rewrites it.",
    cannot_see: "Entries taken from the end of the log, and a log without numbers or digests; a log that was numbered and chained anew \
                 from the place of the change on.",
    do_next: "Keep the log as it is. Compare it with its backup, and ask whoever runs the system whether entries are ever taken out.",
    techniques: &["T1070"],
    references: &[Reference {
        title: "B. Schneier, J. Kelsey: Secure Audit Logs to Support Computer Forensics (1999)",
        place: "ACM Transactions on Information and System Security 2, 159-176",
    }],
};

impl Detector for AlteredLog {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _scope: &Scope) -> Result<Plan, DetectorError> {
        tables.need("transactions")?;
        Ok(Plan::sql("SELECT seq, operator, fault, source, line FROM transactions ORDER BY seq, line"))
    }

    fn judge(&self, batches: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        let mut log = Log::default();
        batches.for_each(|batch| log.take(&batch));
        log.entries.sort_unstable();
        missing(&log, found);
        rewritten(&log, found);
    }
}

/// What is kept of the log.
#[derive(Default)]
struct Log {
    sources: Vec<String>,
    /// Number, place in `sources`, line.
    entries: Vec<(u64, usize, u64)>,
    rewritten: Vec<(usize, u64, String)>,
}

impl Log {
    fn take(&mut self, batch: &RecordBatch) {
        let columns = Columns::of(batch);
        let (source, fault, operator) = (columns.text("source"), columns.text("fault"), columns.text("operator"));
        let (seq, line) = (columns.integers("seq"), columns.integers("line"));
        for at in 0..batch.num_rows() {
            let place = self.source(source.or_empty(at));
            if let Some(seq) = seq.get(at).and_then(|seq| u64::try_from(seq).ok()) {
                self.entries.push((seq, place, line.count(at)));
            }
            if fault.or_empty(at) == "altered-log" {
                self.rewritten.push((place, line.count(at), operator.or_empty(at).to_owned()));
            }
        }
    }

    fn source(&mut self, name: &str) -> usize {
        self.sources.iter().position(|known| known == name).unwrap_or_else(|| {
            self.sources.push(name.to_owned());
            self.sources.len() - 1
        })
    }
}

fn missing(log: &Log, found: &mut Findings) {
    let gaps: Vec<_> = log.entries.windows(2).filter(|pair| pair[1].0 > pair[0].0 + 1).collect();
    let count: u64 = gaps.iter().map(|pair| pair[1].0 - pair[0].0 - 1).sum();
    if count == 0 {
        return;
    }
    let told: Vec<String> = gaps.iter().take(GAPS_TOLD).map(|pair| numbers(pair[0].0 + 1, pair[1].0 - 1)).collect();
    let more =
        if gaps.len() > GAPS_TOLD { format!(", and {} more gaps", gaps.len() - GAPS_TOLD) } else { String::new() };
    let (entries, verb) = if count == 1 { ("entry", "is") } else { ("entries", "are") };
    let title = format!("{count} {entries} of the transaction log {verb} missing: {}{more}", told.join(", "));
    let sites = gaps.iter().map(|pair| (pair[1].1, pair[1].2));
    push(found, log, &title, "Every number of the log's sequence is there.", count, sites, Confidence::Medium);
}

fn numbers(first: u64, last: u64) -> String {
    if first == last { format!("number {first}") } else { format!("numbers {first} to {last}") }
}

fn rewritten(log: &Log, found: &mut Findings) {
    if log.rewritten.is_empty() {
        return;
    }
    let count = log.rewritten.len() as u64;
    let (entries, verb) = if count == 1 { ("entry", "was") } else { ("entries", "were") };
    let title = format!("{count} {entries} of the transaction log {verb} altered after being written");
    let sites = log.rewritten.iter().map(|(place, line, _)| (*place, *line));
    push(
        found,
        log,
        &title,
        "Each entry's digest follows from the entry and the digest before it.",
        count,
        sites,
        Confidence::High,
    );
}

fn push(
    found: &mut Findings,
    log: &Log,
    title: &str,
    expected: &str,
    count: u64,
    sites: impl Iterator<Item = (usize, u64)>,
    confidence: Confidence,
) {
    let begun: FindingDraft = Finding::new(ABOUT.id, title, Severity::High, confidence);
    let placed = sites.take(SITES_SHOWN).fold(begun, |draft, (source, line)| draft.at(&log.sources[source], line));
    let draft = placed
        .measure(Measure::exact("entries", count as f64, "entries"))
        .outcome(Outcome::Unknown)
        .expected_seen(expected, title)
        .next_step(ABOUT.do_next)
        .techniques(ABOUT.techniques);
    found.push(draft.done());
}
