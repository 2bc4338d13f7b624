//! New registrations that may be second ones of voters who are registered already: leads, never a removal list.

use arrow::array::RecordBatch;
use pollwarden_core::{
    About, Columns, Confidence, Detector, DetectorError, Finding, Findings, Measure, ObservableKind, Outcome, Plan,
    Question, Reference, Scope, Severity, Stability, Tables,
};

/// The detector.
#[derive(Debug)]
pub(crate) struct DuplicateRegistration;

/// The share of pairs that may be there by chance (Benjamini and Hochberg 1995).
const BY_CHANCE: f64 = 0.05;
/// Places named in the finding.
const SITES_SHOWN: usize = 50;

static ABOUT: About = About {
    id: "roll/duplicate-registration",
    title: "Second registrations of one person",
    question: Question::Roll,
    since: "0.1",
    stability: Stability::Stable,
    tables: &["resemblances"],
    looks_for: "New active records that agree with an older active record elsewhere on so many and so rare things that \
                chance explains at most one in twenty of the pairs.",
    why: "Second registrations under somebody's name can be used to vote in that person's place, or to have the first \
          registration questioned.",
    cannot_see: "Second registrations under another last name or birth. It can't tell a second registration from a voter \
                 who moved and whose old record was not closed, nor from twins with like names.",
    do_next: "Write to the voter at both addresses. A match is not proof and must never be used to remove a voter by itself.",
    techniques: &["T1565.001"],
    references: &[
        Reference {
            title: "I. P. Fellegi, A. B. Sunter: A Theory for Record Linkage (1969)",
            place: "Journal of the American Statistical Association 64, 1183-1210",
        },
        Reference {
            title: "S. Goel et al.: One Person, One Vote (2020): what a wrong match does to voters",
            place: "American Political Science Review 114, 456-469",
        },
    ],
};

impl Detector for DuplicateRegistration {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _scope: &Scope) -> Result<Plan, DetectorError> {
        tables.need("resemblances")?;
        Ok(Plan::sql(
            "SELECT voter_id, other_id, county, other_county, agree_on, by_chance, source, line, other_source, other_line \
             FROM resemblances ORDER BY by_chance, voter_id",
        ))
    }

    fn judge(&self, batches: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        let mut pairs: Vec<Pair> = batches.flat_map(|batch| pairs(&batch)).collect();
        pairs.sort_by(|a, b| a.by_chance.total_cmp(&b.by_chance).then_with(|| a.voter_id.cmp(&b.voter_id)));
        let within = |at: usize, pair: &Pair| pair.by_chance <= BY_CHANCE * (at + 1) as f64;
        let kept = pairs.iter().enumerate().rposition(|(at, pair)| within(at, pair)).map_or(0, |last| last + 1);
        pairs.truncate(kept);
        if !pairs.is_empty() {
            push(found, &pairs);
        }
    }
}

struct Pair {
    voter_id: String,
    county: String,
    other_county: String,
    by_chance: f64,
    source: String,
    line: u64,
    other_source: String,
    other_line: u64,
}

fn pairs(batch: &RecordBatch) -> Vec<Pair> {
    let columns = Columns::of(batch);
    let text = |name: &str, at: usize| columns.text(name).or_empty(at).to_owned();
    let by_chance = columns.numbers("by_chance");
    let (line, other_line) = (columns.integers("line"), columns.integers("other_line"));
    (0..batch.num_rows())
        .filter_map(|at| {
            Some(Pair {
                voter_id: text("voter_id", at),
                county: text("county", at),
                other_county: text("other_county", at),
                by_chance: by_chance.get(at)?,
                source: text("source", at),
                line: line.count(at),
                other_source: text("other_source", at),
                other_line: other_line.count(at),
            })
        })
        .collect()
}

fn push(found: &mut Findings, pairs: &[Pair]) {
    let (few, many) = (pairs.len() as f64, pairs.len());
    let by_chance = pairs.iter().map(|p| p.by_chance).fold(0.0, f64::max).min(few);
    let title = format!("{many} new registrations may be second registrations of voters registered elsewhere");
    let mut draft = Finding::new(ABOUT.id, &title, Severity::Medium, Confidence::Low);
    for pair in pairs.iter().take(SITES_SHOWN) {
        draft = draft.at(&pair.source, pair.line).against(&pair.other_source, Some(pair.other_line));
    }
    for pair in pairs {
        draft = draft.observable(ObservableKind::VoterKey, found.scope().keyer.key(&pair.voter_id));
    }
    let elsewhere = pairs.iter().filter(|p| p.county != p.other_county).count();
    let seen = format!(
        "{title}; {elsewhere} of them in another county. Of these pairs, chance makes at most {by_chance:.1}. A match is \
         not proof and must never be used to remove a voter by itself."
    );
    let draft = draft
        .observable(ObservableKind::Field, "*")
        .measure(Measure::between("records", few - by_chance, few, few, "voters"))
        .outcome(Outcome::Unknown)
        .expected_seen("A new voter resembles nobody who is registered already.", seen)
        .next_step(ABOUT.do_next)
        .techniques(ABOUT.techniques);
    found.push(draft.done());
}
