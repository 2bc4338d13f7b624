//! The queries beside those about pages, and what their rows say: span, free addresses, a sample of one page's requests.

use std::{collections::HashMap, sync::Arc};

use arrow::array::RecordBatch;
use pollwarden_core::{Columns, Office};

use super::super::{
    hit::Micros,
    portal::{Answer, Asked},
};
use super::routes::{NAMED, Route};
use crate::sizing::Answers;

pub(super) const SPAN: &str =
    "SELECT CAST(min(first) AS TIMESTAMP) AS first, CAST(max(last) AS TIMESTAMP) AS last FROM clients";

/// A page's requests beyond this are thinned out.
const SAMPLE: u64 = 4_000;
/// Whoever asks a page more often is no ordinary visitor of it.
const ORDINARY: u64 = 60;
/// An answer of "no such record", where the log shows none: HTTP's own.
const NOT_FOUND: Answer = Answer { status: 404, bytes: 1_150 };
/// A page of an error.
const FAILED: Answer = Answer { status: 500, bytes: 1_270 };

/// From the first row to the last.
pub(super) fn span(batches: &[RecordBatch]) -> Option<(Micros, Micros)> {
    let batch = batches.iter().find(|b| b.num_rows() > 0)?;
    let columns = Columns::of(batch);
    let at = |name| columns.times(name).get(0).map(|at| at.as_microsecond());
    Some((at("first")?, at("last")?))
}

/// Networks that nobody connects from: for benchmarks (RFC 2544), else reserved (RFC 1112, section 4). Two neighbours
/// each, of 65,536 addresses.
fn networks_that_may_do() -> impl Iterator<Item = [u8; 2]> {
    std::iter::once([198, 18]).chain((240..255).flat_map(|a| (0..254).step_by(2).map(move |b| [a, b])))
}

/// Which of them occur all the same.
pub(super) fn networks() -> String {
    let two = "concat(split_part(client, '.', 1), '.', split_part(client, '.', 2))";
    format!(
        "SELECT DISTINCT {two} AS network FROM clients WHERE client LIKE '198.18.%' OR client LIKE '198.19.%' \
         OR client LIKE '24_.%' OR client LIKE '25_.%'"
    )
}

/// The first network of which the log and the office know nothing.
pub(super) fn free_network(batches: &[RecordBatch], office: &Office) -> [u8; 2] {
    let text = |batch: &RecordBatch| Columns::of(batch).text("network");
    let taken: Vec<String> = batches
        .iter()
        .flat_map(|b| (0..b.num_rows()).map(|row| text(b).or_empty(row).to_owned()).collect::<Vec<_>>())
        .collect();
    let is_free = |[a, b]: &[u8; 2]| {
        let known = |b: u8| office.known(&format!("{a}.{b}.7.7")).is_some();
        let seen = |b: u8| taken.contains(&format!("{a}.{b}"));
        ![*b, *b + 1].into_iter().any(|b| known(b) || seen(b))
    };
    networks_that_may_do().find(is_free).unwrap_or([198, 18])
}

/// Requests of ordinary visitors to a page; the same ones each time.
pub(super) fn sample(method: &str, route: &Route) -> String {
    let name = route.name.replace('\'', "''");
    let thin = (route.requests / SAMPLE).max(1);
    format!(
        "WITH {NAMED} SELECT q.path, q.query, q.record, CAST(q.status AS BIGINT) AS status, CAST(q.bytes AS BIGINT) AS bytes, q.agent \
         FROM (SELECT * FROM requests WHERE route = '{name}' AND method = '{method}' AND attack = 0 \
           AND coalesce(\"user\", '') = '' AND (CAST(line AS BIGINT) * 40503) % {thin} = 0) q \
         JOIN (SELECT client, sum(requests) AS asked FROM named WHERE route = '{name}' AND method = '{method}' \
           GROUP BY 1) v ON q.client = v.client WHERE v.asked <= {ORDINARY} \
         ORDER BY q.time, q.source, q.line LIMIT {limit}",
        limit = 2 * SAMPLE
    )
}

/// One request of a sample.
#[derive(Debug)]
pub(super) struct Sampled {
    pub(super) target: String,
    /// The identifiers that it named.
    pub(super) record: Vec<String>,
    pub(super) answer: Answer,
    agent: Option<Arc<str>>,
}

/// Requests of ordinary visitors to one page.
#[derive(Debug)]
pub(super) struct Sample {
    rows: Vec<Sampled>,
    sized: bool,
}

impl Sample {
    pub(super) fn of(batches: &[RecordBatch]) -> Self {
        let mut rows = Vec::new();
        let mut sized = false;
        for batch in batches {
            let c = Columns::of(batch);
            let (path, query, record) = (c.text("path"), c.text("query"), c.text("record"));
            let (status, bytes, agent) = (c.integers("status"), c.integers("bytes"), c.text("agent"));
            for row in 0..batch.num_rows() {
                sized |= bytes.get(row).is_some();
                let target = match query.get(row) {
                    Some(query) => format!("{}?{query}", path.or_empty(row)),
                    None => path.or_empty(row).to_owned(),
                };
                let status = status.get(row).and_then(|s| u16::try_from(s).ok()).unwrap_or(200);
                rows.push(Sampled {
                    target,
                    record: record.get(row).map(|r| r.split('\u{1f}').map(str::to_owned).collect()).unwrap_or_default(),
                    answer: Answer { status, bytes: bytes.count(row) },
                    agent: agent.get(row).map(Arc::from),
                });
            }
        }
        Self { rows, sized }
    }

    pub(super) fn is_sized(&self) -> bool {
        self.sized
    }

    pub(super) fn browsers(&self) -> impl Iterator<Item = Arc<str>> + '_ {
        self.rows.iter().filter_map(|row| row.agent.clone()).take(500)
    }

    /// Requests that named a record and were answered.
    pub(super) fn read(&self) -> impl Iterator<Item = &Sampled> {
        self.rows.iter().filter(|row| !row.record.is_empty() && (200..300).contains(&row.answer.status))
    }

    /// How "no such record" is answered: as an error of the client's, or by one size apart from all others.
    pub(super) fn miss(&self) -> Answer {
        let refused = self.answers().into_iter().find(|(answer, _)| matches!(answer.status, 404 | 410));
        let mut sizes = Answers::default();
        self.read().for_each(|row| sizes.add(Some(row.answer.bytes)));
        match sizes.miss() {
            Some(miss) => Answer { status: 200, bytes: *miss.start() },
            None => refused.map_or(NOT_FOUND, |(answer, _)| answer),
        }
    }

    /// A page that a query is put together from. Of its answers the most frequent says yes; a smaller one says no.
    pub(super) fn injectable(&self) -> Option<Asked> {
        let target = self.rows.iter().find(|row| (200..300).contains(&row.answer.status))?.target.clone();
        // A redirect shows no rows.
        let (yes, no) = self.sides(200..300)?;
        Some(Asked { target, yes, no, failed: FAILED })
    }

    /// The same as a form, which may answer by a redirect.
    pub(super) fn form(&self) -> Option<Asked> {
        let (yes, no) = self.sides(200..400)?;
        Some(Asked { target: self.rows.first()?.target.clone(), yes, no, failed: FAILED })
    }

    /// What lets in and what refuses: by status, or else by the two most frequent answers.
    pub(super) fn login(&self) -> Option<Asked> {
        let answers = self.answers();
        let by = |range: std::ops::Range<u16>| answers.iter().map(|(a, _)| *a).find(|a| range.contains(&a.status));
        let (yes, no) = match (by(200..400), by(400..500)) {
            (Some(yes), Some(no)) => (yes, no),
            _ => {
                let (usual, other) = self.sides(200..400)?;
                // Who is let in is sent on; who is refused sees the form again.
                if (300..400).contains(&other.status) { (other, usual) } else { (usual, other) }
            }
        };
        Some(Asked { target: self.rows.first()?.target.clone(), yes, no, failed: FAILED })
    }

    /// The two answers of a page that are most frequent; where all are alike, the other is a little smaller.
    fn sides(&self, statuses: std::ops::Range<u16>) -> Option<(Answer, Answer)> {
        let answers: Vec<Answer> =
            self.answers().into_iter().map(|(a, _)| a).filter(|a| statuses.contains(&a.status)).collect();
        let usual = *answers.first()?;
        let smaller = Answer { status: usual.status, bytes: usual.bytes - usual.bytes / 30 };
        Some((usual, answers.get(1).copied().unwrap_or(smaller)))
    }

    /// Answers, most frequent first.
    fn answers(&self) -> Vec<(Answer, u64)> {
        let mut counts: HashMap<(u16, u64), u64> = HashMap::new();
        self.rows.iter().for_each(|row| *counts.entry((row.answer.status, row.answer.bytes)).or_default() += 1);
        let mut answers: Vec<(Answer, u64)> =
            counts.into_iter().map(|((status, bytes), n)| (Answer { status, bytes }, n)).collect();
        answers.sort_unstable_by_key(|(a, n)| (std::cmp::Reverse(*n), a.status, a.bytes));
        answers
    }
}
