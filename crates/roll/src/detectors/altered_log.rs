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
    looks_for: "Numbers missing from the log's sequence or standing twice, entries whose digest no longer follows from what they say, entries \
                without the number or digest that the others have.",
    why: "Whoever changes the roll and can reach its log takes the entry out, rewrites it, or puts one in that explains the change.",
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
        Ok(Plan::sql("SELECT seq, fault, source, line FROM transactions ORDER BY seq, line"))
    }

    fn judge(&self, batches: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        let mut log = Log::default();
        batches.for_each(|batch| log.take(&batch));
        log.entries.sort_unstable();
        missing(&log, found);
        altered(&log, found);
    }
}

/// What is kept of the log.
#[derive(Default)]
struct Log {
    sources: Vec<String>,
    /// Number, place in `sources`, line.
    entries: Vec<(u64, usize, u64)>,
    altered: Vec<Altered>,
}

/// An entry that does not follow from the others: its number, place in `sources`, line.
struct Altered {
    seq: Option<u64>,
    place: usize,
    line: u64,
}

impl Log {
    fn take(&mut self, batch: &RecordBatch) {
        let columns = Columns::of(batch);
        let (source, fault) = (columns.text("source"), columns.text("fault"));
        let (seq, line) = (columns.integers("seq"), columns.integers("line"));
        for at in 0..batch.num_rows() {
            let place = self.source(source.or_empty(at));
            if let Some(seq) = seq.get(at).and_then(|seq| u64::try_from(seq).ok()) {
                self.entries.push((seq, place, line.count(at)));
            }
            if fault.or_empty(at) == "altered-log" {
                let seq = seq.get(at).and_then(|seq| u64::try_from(seq).ok());
                self.altered.push(Altered { seq, place, line: line.count(at) });
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

/// Entries that do not follow from the others: put in without a number or under another's, or written anew.
fn altered(log: &Log, found: &mut Findings) {
    let stands_twice = |seq: u64| {
        let from = log.entries.partition_point(|entry| entry.0 < seq);
        log.entries.get(from + 1).is_some_and(|next| next.0 == seq)
    };
    let (numbered, without): (Vec<&Altered>, Vec<&Altered>) =
        log.altered.iter().partition(|one| one.seq.is_some() || log.entries.is_empty());
    let (twice, rewritten): (Vec<_>, Vec<_>) = numbered.into_iter().partition(|one| one.seq.is_some_and(stands_twice));
    let whole = |count| if count == 1 { "entry" } else { "entries" };
    tell(log, found, &without, "Each entry has its number and digest.", &|count| {
        format!("{count} {} of the transaction log without the number that the others have", whole(count))
    });
    tell(log, found, &twice, "Each number stands once.", &|count| {
        format!("{count} {} of the transaction log under a number that another has", whole(count))
    });
    tell(log, found, &rewritten, "Each entry's digest follows from the entry and the digest before it.", &|count| {
        let were = if count == 1 { "was" } else { "were" };
        format!("{count} {} of the transaction log {were} altered after being written", whole(count))
    });
}

fn tell(log: &Log, found: &mut Findings, some: &[&Altered], expected: &str, title: &dyn Fn(u64) -> String) {
    if !some.is_empty() {
        let count = some.len() as u64;
        let sites = some.iter().map(|one| (one.place, one.line));
        push(found, log, &title(count), expected, count, sites, Confidence::High);
    }
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
