//! The words both readable formats share: verdicts, numbers, times and the sentences on coverage.
//!
//! One place, so that the plain report and the page can't say different things. Sentences state what was read and what
//! was not; none of them says more than the answer holds.

use jiff::{Timestamp, tz::TimeZone};
use pollwarden_core::{
    Answer, Assessment, Audience, Complaint, Coverage, Finding, Gap, Interval, Limit, Measure, Outcome, Receipt,
    Severity, Site, Verdict,
};

use crate::visible::visible;

/// Severities, gravest first.
pub(crate) const SEVERITIES: [Severity; 5] =
    [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Informational];

/// Reasons given in the sentence on a verdict; further ones are counted there and listed below it.
const REASONS: usize = 3;

pub(crate) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Found => "Found",
        Verdict::NothingFound => "Nothing found",
        Verdict::CannotTell => "Cannot tell",
    }
}

/// The outcome as part of a sentence.
pub(crate) fn outcome_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Attempt => "attempted; nothing read shows that it worked",
        Outcome::Success => "it worked",
        Outcome::Unknown => "whether it worked can't be told from what was read",
    }
}

/// `3 November 2026, 14:05:09 UTC`: the month in letters, so that no reader takes the day for the month.
pub(crate) fn moment(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%-d %B %Y, %H:%M:%S UTC").to_string()
}

/// From one moment to another, or the one moment. A shared day is said once.
pub(crate) fn stretch(interval: Interval) -> String {
    if interval.from == interval.to {
        return moment(interval.from);
    }
    let [from, to] = [interval.from, interval.to].map(|at| at.to_zoned(TimeZone::UTC));
    if from.date() == to.date() {
        return format!("{} to {}", from.strftime("%-d %B %Y, %H:%M:%S"), to.strftime("%H:%M:%S UTC"));
    }
    format!("{} to {}", moment(interval.from), moment(interval.to))
}

/// A whole number with its thousands set apart.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// A measured number: thousands set apart, at most two decimals, or the first two digits of a small one.
pub(crate) fn number(value: f64) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "without bound".into() } else { "minus infinity".into() };
    }
    let sign = if value < 0.0 { "−" } else { "" };
    let value = value.abs();
    if value.fract() == 0.0 || value >= 1000.0 {
        return format!("{sign}{}", count(value.round() as u64));
    }
    if value < LEAST {
        return format!("under {LEAST}");
    }
    // A small number keeps its first two digits: it must not read as none.
    let decimals = if value < 0.01 { 1 - value.log10().floor() as i32 } else { 2 };
    let rounded = format!("{value:.*}", decimals.max(2) as usize);
    format!("{sign}{}", rounded.trim_end_matches('0').trim_end_matches('.'))
}

/// Nobody acts on a smaller number.
const LEAST: f64 = 0.000_001;

/// `1 row`, `2 rows`.
pub(crate) fn of(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// `records-left` as `Records left`.
pub(crate) fn measure_name(measure: &Measure) -> String {
    capital(&visible(measure.name()).replace('-', " "))
}

/// The number and, where it is estimated, its interval.
pub(crate) fn measure_value(measure: &Measure) -> String {
    let unit = visible(measure.unit());
    if measure.is_exact() {
        return format!("{} {unit}", number(measure.estimate()));
    }
    format!("{} {unit} ({})", number(measure.estimate()), measure_interval(measure))
}

/// `at least 11,902, at most 13,001`.
pub(crate) fn measure_interval(measure: &Measure) -> String {
    if measure.high().is_infinite() {
        return format!("at least {}; no upper bound", number(measure.low()));
    }
    format!("at least {}, at most {}", number(measure.low()), number(measure.high()))
}

/// Where something is: a source and a line.
pub(crate) fn site(site: &Site) -> String {
    match site.line {
        // As an editor takes it: digits only.
        Some(line) => format!("{}, line {line}", visible(&site.name)),
        None => visible(&site.name).into_owned(),
    }
}

/// When a finding was: its first and last row.
pub(crate) fn finding_time(finding: &Finding) -> Option<String> {
    match (finding.first, finding.last) {
        (Some(from), Some(to)) => Some(stretch(Interval { from, to })),
        (Some(at), None) | (None, Some(at)) => Some(moment(at)),
        (None, None) => None,
    }
}

/// The clerk's findings of an answer.
pub(crate) fn for_clerk(answer: &Answer) -> impl Iterator<Item = &Finding> + Clone {
    answer.findings.iter().filter(|f| f.audience == Audience::Clerk)
}

/// `1 critical, 2 high`; empty where there is no finding.
pub(crate) fn by_severity<'a>(findings: impl Iterator<Item = &'a Finding> + Clone) -> String {
    let counted = SEVERITIES.into_iter().filter_map(|s| {
        let n = findings.clone().filter(|f| f.severity == s).count() as u64;
        (n > 0).then(|| format!("{} {}", count(n), s.name()))
    });
    counted.collect::<Vec<_>>().join(", ")
}

/// The answer in a sentence.
pub(crate) fn summary(answer: &Answer) -> String {
    match answer.verdict() {
        Verdict::Found => found_summary(answer),
        Verdict::NothingFound => format!(
            "Nothing that deserves action was found in {} of {}.",
            of(answer.coverage.rows, "row", "rows"),
            of(answer.coverage.sources.len() as u64, "source", "sources")
        ),
        Verdict::CannotTell => reasons(answer).join(" "),
    }
}

fn found_summary(answer: &Answer) -> String {
    let mut all = for_clerk(answer);
    let first = all.next().map(|f| full_stop(&visible(&f.title))).unwrap_or_default();
    match all.count() as u64 {
        0 => first,
        more => format!(
            "{first} There {}.",
            if more == 1 { "is one more finding".into() } else { format!("are {} more findings", count(more)) }
        ),
    }
}

/// Why a question can't be told.
pub(crate) fn reasons(answer: &Answer) -> Vec<String> {
    let coverage = &answer.coverage;
    let mut reasons: Vec<String> = coverage.unwatched.iter().filter(|g| g.needed).take(REASONS).map(gap).collect();
    let needed = coverage.unwatched.iter().filter(|g| g.needed).count();
    if needed > reasons.len() {
        let more = (needed - reasons.len()) as u64;
        reasons.push(format!("And {} more {}.", count(more), if more == 1 { "reason" } else { "reasons" }));
    }
    if coverage.sources.is_empty() && reasons.is_empty() {
        reasons.push(format!("Nothing was read: there were no {}.", answer.question.reads()));
    } else if coverage.rows == 0 && reasons.is_empty() {
        reasons.push("No row could be read.".into());
    }
    reasons
}

/// Whether [`reasons`] have already said every gap, so that a list of them would say it twice.
pub(crate) fn reasons_say_all(answer: &Answer) -> bool {
    let gaps = &answer.coverage.unwatched;
    answer.verdict() == Verdict::CannotTell
        && answer.coverage.rows == 0
        && gaps.len() <= REASONS
        && gaps.iter().all(|g| g.needed && lines(g).is_empty())
}

/// A gap as sentences, without its lines.
pub(crate) fn gap(gap: &Gap) -> String {
    let why = full_stop(&visible(gap.why.lines().next().unwrap_or_default()));
    match gap.when {
        Some(interval) => format!("{}: {why}", stretch(interval)),
        None => why,
    }
}

/// The lines below a gap's sentences, to be written into a file as they stand.
pub(crate) fn lines(gap: &Gap) -> Vec<String> {
    gap.why.lines().skip(1).map(|line| visible(line).into_owned()).collect()
}

/// What was looked at, in one sentence.
pub(crate) fn coverage(answer: &Answer) -> String {
    let coverage = &answer.coverage;
    if coverage.sources.is_empty() && coverage.rows == 0 {
        return format!("Looked at: nothing; this question is answered from {}.", answer.question.reads());
    }
    let mut said = format!(
        "Looked at: {} of {} ({})",
        of(coverage.rows, "row", "rows"),
        of(coverage.sources.len() as u64, "source", "sources"),
        answer.question.reads()
    );
    if let Some(span) = span(coverage) {
        said.push_str(&format!(", {}", stretch(span)));
    }
    said.push_str(&format!("; {} could not be read", unread(coverage)));
    said.push_str(&match coverage.unwatched.len() as u64 {
        0 => "; no gap is known.".into(),
        gaps => format!("; {}.", of(gaps, "gap is listed below", "gaps are listed below")),
    });
    said
}

/// Rows that could not be read, or files: of a file that was refused as a whole nobody knows how many rows it has.
fn unread(coverage: &Coverage) -> String {
    let files = coverage.unwatched.iter().filter(|gap| gap.why.starts_with(REFUSED)).count() as u64;
    match (coverage.rejected, files) {
        (rows, 0) => of(rows, "row", "rows"),
        (0, files) => of(files, "file", "files"),
        (rows, files) => format!("{} and {}", of(files, "file", "files"), of(rows, "row", "rows")),
    }
}

/// How a gap begins that is a whole file.
const REFUSED: &str = "Not read: ";

/// From the first watched moment to the last.
pub(crate) fn span(coverage: &Coverage) -> Option<Interval> {
    let from = coverage.watched.iter().map(|i| i.from).min()?;
    let to = coverage.watched.iter().map(|i| i.to).max()?;
    Some(Interval { from, to })
}

/// The smallest attacks that would have been noticed, in a sentence: of the first two threats, which the sensor thinks of
/// first. `None` where nothing was measured.
pub(crate) fn noticed(answer: &Answer) -> Option<String> {
    const TOLD: usize = 2;
    let reached: Vec<&Limit> = answer.limits.iter().filter(|l| l.at().is_some()).take(TOLD).collect();
    let (first, others) = reached.split_first()?;
    let mut said = capital(&sized(first));
    for other in others {
        let same = (&other.attack, &other.unit) == (&first.attack, &first.unit);
        let size = other.at().map_or(0, |point| point.size);
        let other = if same { format!("{} or more {}", count(size), visible(&other.manner)) } else { sized(other) };
        said.push_str(&format!(", or {other},"));
    }
    said.push_str(" would have been noticed.");
    Some(said)
}

/// `a theft of 212 records or more by one client`.
fn sized(limit: &Limit) -> String {
    let size = limit.at().map_or(0, |point| point.size);
    let unit = visible(&limit.unit);
    let unit = if size == 1 { unit.strip_suffix('s').unwrap_or(&unit) } else { &unit };
    format!("{} {} {unit} or more {}", visible(&limit.attack), count(size), visible(&limit.manner))
}

pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What is known of how small an attack would have been noticed: by whether it would have been, in words.
pub(crate) fn limits(answer: &Answer) -> Vec<(&'static str, String)> {
    if answer.limits.is_empty() {
        return vec![(
            "Limit: ",
            "No detection limit was measured: how small an attack would have gone unnoticed is not known.".into(),
        )];
    }
    answer.limits.iter().filter_map(limit).collect()
}

fn limit(limit: &Limit) -> Option<(&'static str, String)> {
    let point = limit.at().or(limit.most())?;
    let share = format!(
        "found {} of {} times: {} to {} in 100",
        count(u64::from(point.found)),
        count(u64::from(point.trials)),
        number((point.low * 100.0).floor()),
        number((point.high * 100.0).ceil())
    );
    Some(match limit.at() {
        Some(_) => ("Would have been noticed: ", format!("{} ({share}).", sized(limit))),
        None => {
            let (threat, most) = (limit.threat(), count(point.size));
            let unit = visible(&limit.unit);
            (
                "Might not have been noticed: ",
                format!("{}, at any size up to {most} {unit} ({share}).", visible(&threat)),
            )
        }
    })
}

/// How much the detectors find without a simulated attack: what the limits are worth depends on it.
pub(crate) fn untouched(answer: &Answer) -> Option<String> {
    let limit = answer.limits.first()?;
    let untouched = limit.untouched;
    let seed = limit.seed;
    let findings = match untouched.findings {
        0 => "no finding for the clerk".into(),
        n => of(n, "finding for the clerk", "findings for the clerk"),
    };
    // Rows without times span no weeks.
    if untouched.weeks == 0.0 {
        return Some(format!("Attacks were simulated among these very rows (seed {seed})."));
    }
    let alarms = if untouched.findings == 0 { "" } else { " They are false alarms only as far as nobody attacked." };
    Some(format!(
        "Attacks were simulated among these very rows (seed {seed}). Untouched, the rows gave {findings} in {} weeks: {} a \
         week (95 in 100 sure: {} to {}).{alarms}",
        number((untouched.weeks * 10.0).round() / 10.0),
        number(untouched.per_week()),
        number(untouched.low),
        number(untouched.high)
    ))
}

/// A complaint in one sentence, with what to do about it.
pub(crate) fn complaint(complaint: &Complaint) -> String {
    visible(&full_stop(&complaint.to_string())).into_owned()
}

/// Where an assessment was entered.
pub(crate) fn receipt(receipt: &Receipt) -> String {
    let Receipt { origin, index, leaf, size, root, .. } = receipt;
    format!(
        "entry {} of the log {}, with the hash {leaf}, under the root {root} of {}.",
        count(*index),
        visible(origin),
        of(*size, "entry", "entries")
    )
}

/// Who else saw the log as it stands.
pub(crate) fn witnesses(receipt: &Receipt) -> String {
    let names = |names: &[String]| names.iter().map(|name| visible(name)).collect::<Vec<_>>().join("; ");
    let cosigned = match receipt.cosigned.as_slice() {
        [] => {
            "nobody outside the office has cosigned this root yet, so that time and order rest on its word alone".into()
        }
        some => format!("cosigned by {}", names(some)),
    };
    let refused = match receipt.refused.as_slice() {
        [] => String::new(),
        some => format!(" Not cosigned by: {}.", names(some)),
    };
    format!("{cosigned}.{refused}")
}

/// The command that checks it.
pub(crate) fn check_receipt(receipt: &Receipt) -> Option<String> {
    let (evidence, keys) = receipt.evidence.as_ref()?;
    Some(format!("pollwarden verify {} --key {}", quoted(evidence), quoted(keys)))
}

/// As a shell takes it.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:\\".contains(c);
    let path = visible(path);
    if path.chars().all(plain) { path.into_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

/// All answers in one sentence.
pub(crate) fn overall(assessment: &Assessment) -> String {
    let of_verdict = |v| assessment.answers.iter().filter(|a| a.verdict() == v).count() as u64;
    let said = [
        (of_verdict(Verdict::Found), "found something", "found something"),
        (of_verdict(Verdict::NothingFound), "found nothing", "found nothing"),
        (of_verdict(Verdict::CannotTell), "can't be told", "can't be told"),
    ];
    let parts: Vec<_> = said
        .iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, one, many)| format!("{n} {}", if *n == 1 { one } else { many }))
        .collect();
    format!("Of {}: {}.", of(assessment.answers.len() as u64, "question", "questions"), parts.join(", "))
}

/// The text with a full stop, where it ends without one.
pub(crate) fn full_stop(text: &str) -> String {
    let text = text.trim_end();
    if text.is_empty() || text.ends_with(['.', '!', '?', '…']) { text.to_owned() } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_gap_stand_below_its_sentence() {
        let said = Gap { when: None, why: "write it\n[roll]\nkey = \"\u{1b}N\"".into(), needed: true };
        assert_eq!(gap(&said), "write it.");
        assert_eq!(lines(&said), ["[roll]", "key = \"‹U+001B›N\""]);
    }

    #[test]
    fn a_refused_file_is_not_counted_in_rows() {
        let mut coverage = Coverage::default();
        assert_eq!(unread(&coverage), "0 rows");
        coverage.blind(None, "Not read: records.csv: expected rows");
        assert_eq!(unread(&coverage), "1 file");
        coverage.rejected = 2;
        assert_eq!(unread(&coverage), "1 file and 2 rows");
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!(count(0), "0");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(number(0.5), "0.5");
        assert_eq!(number(12_345.4), "12,345");
        assert_eq!(number(-2.0), "−2");
        assert_eq!(number(0.999), "1");
        assert_eq!(number(1.61e-5), "0.000016");
        assert_eq!(number(1e-20), "under 0.000001");
    }

    #[test]
    fn a_date_cannot_be_misread() {
        let at: Timestamp = "2026-03-04T05:06:07.9Z".parse().expect("a time");
        assert_eq!(moment(at), "4 March 2026, 05:06:07 UTC");
        let later = "2026-03-04T05:08:00Z".parse().expect("a time");
        assert_eq!(stretch(Interval { from: at, to: later }), "4 March 2026, 05:06:07 to 05:08:00 UTC");
        for strange in [Timestamp::MIN, Timestamp::MAX] {
            assert!(moment(strange).ends_with("UTC"));
        }
    }

    #[test]
    fn an_estimate_never_stands_without_its_interval() {
        let measure = Measure::between("records-left", 10.0, 12.0, 15.0, "voters");
        assert_eq!(measure_value(&measure), "12 voters (at least 10, at most 15)");
        assert_eq!(measure_name(&measure), "Records left");
        let open = Measure::between("m", 10.0, 12.0, f64::INFINITY, "voters");
        assert_eq!(measure_value(&open), "12 voters (at least 10; no upper bound)");
    }

    #[test]
    fn a_missing_input_is_said() {
        let answer = Answer::new(pollwarden_core::Question::Mail, Coverage::default(), vec![]);
        assert_eq!(summary(&answer), "Nothing was read: there were no mail messages.");
    }
}
