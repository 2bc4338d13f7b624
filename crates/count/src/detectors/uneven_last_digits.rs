//! Last digits that are not as even as counted ones are: the only test of digits with a stated null hypothesis.
//!
//! Beber and Scacco 2012 (Political Analysis 20(2), 211–234) show that last digits of counts that are large and spread widely are
//! uniform whatever people vote for, and that people who invent numbers favour some digits and avoid repeating one. First and
//! second digits are left alone: whether they follow Benford's law says nothing about fraud (Deckert, Myagkov and
//! Ordeshook 2011, Political Analysis 19(3), 245–268). The relation of turnout and share (Klimek and others 2012, PNAS 109(41)) and
//! coarse percentages (Rozenas 2017, Political Analysis 25(1)) have no error rate that holds for any honest election.

use pollwarden_core::{
    About, Audience, Confidence, Finding, FindingError, Findings, Measure, Question, Reference, Severity, Stability,
};
use statrs::distribution::{Binomial, ChiSquared, ContinuousCDF, DiscreteCDF};

use super::CountDetector;
use crate::evidence::list;
use crate::{Evidence, ReportedContest};

pub(super) struct UnevenLastDigits;

static ABOUT: About = About {
    id: "count/uneven-last-digits",
    title: "Counts whose last digits are not even",
    question: Question::Count,
    since: "0.1.0",
    stability: Stability::Preview,
    tables: &[],
    looks_for: "Choices with a hundred or more counts of at least 100 whose last digits differ from each other in frequency (chi-square, 9 \
        degrees of freedom), end too often in 0 or 5, or repeat the digit before too seldom. Each test is held to 1 in 100 divided by \
        the number of tests over all files.",
    why: "People who make up counts favour some digits and avoid repetitions. Of 100 sets of honest files at most one gives such a \
        finding, as long as counts are spread over more than a few tens of votes.",
    cannot_see: "Votes that were added or moved by machine or by the ballot: their digits are even. Silence is no sign that a count is \
        right, and a finding no proof that it is wrong: rounded, estimated or grouped counts do the same.",
    do_next: "Ask how the counts were written down: by hand, rounded, or added up from others. Compare some with the tapes.",
    techniques: &[],
    references: &[BEBER, DECKERT],
};

const BEBER: Reference = Reference {
    title: "Beber and Scacco 2012, What the Numbers Say: A Digit-Based Test for Election Fraud",
    place: "Political Analysis 20(2), doi:10.1093/pan/mps003",
};
const DECKERT: Reference = Reference {
    title: "Deckert, Myagkov and Ordeshook 2011, Benford's Law and the Detection of Election Fraud",
    place: "Political Analysis 19(3), doi:10.1093/pan/mpr014",
};

/// The chance that honest files together give a finding.
const FALSE_ALARM: f64 = 0.01;
/// Smaller counts have last digits that lean to the small ones.
const LEAST_COUNT: i64 = 100;
/// Each digit is then expected ten times: chi-square holds.
const LEAST_COUNTS: usize = 100;

impl CountDetector for UnevenLastDigits {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, evidence: &Evidence, found: &mut Findings) {
        let contests =
            evidence.results.iter().flat_map(|results| results.contests.iter().map(move |c| (&results.source, c)));
        let tests: Vec<_> = contests
            .flat_map(|(source, contest)| tests(contest).into_iter().map(move |t| (source, contest, t)))
            .collect();
        let held_to = FALSE_ALARM / tests.len().max(1) as f64;
        for (source, contest, test) in tests.iter().filter(|(_, _, test)| test.p < held_to) {
            found.push(finding(source, contest, test, tests.len()));
        }
    }
}

/// One test of one choice's counts.
struct Test {
    choice: usize,
    what: &'static str,
    /// The chance of such digits, or more uneven ones, in honest counts.
    p: f64,
    digits: [u64; 10],
}

fn tests(contest: &ReportedContest) -> Vec<Test> {
    let mut tests = Vec::new();
    for choice in 0..contest.choices.len() {
        let units = contest.parts.iter().filter(|part| !part.unit.is_empty() && part.group.is_empty());
        let counts: Vec<i64> =
            units.filter_map(|part| part.votes.get(choice).copied().flatten()).filter(|v| *v >= LEAST_COUNT).collect();
        if counts.len() < LEAST_COUNTS {
            continue;
        }
        let mut digits = [0u64; 10];
        for count in &counts {
            digits[(count % 10) as usize] += 1;
        }
        let n = counts.len() as u64;
        let repeated = counts.iter().filter(|count| *count % 10 == *count / 10 % 10).count() as u64;
        let each = [
            ("the last digits differ in frequency", uneven(&digits, n)),
            ("too many end in 0 or 5", at_least(digits[0] + digits[5], n, 0.2)),
            ("too few repeat the digit before the last", at_most(repeated, n, 0.1)),
        ];
        tests.extend(each.into_iter().filter_map(|(what, p)| Some(Test { choice, what, p: p?, digits })));
    }
    tests
}

/// Pearson's chi-square against even digits.
fn uneven(digits: &[u64; 10], n: u64) -> Option<f64> {
    let expected = n as f64 / 10.0;
    let square: f64 = digits.iter().map(|seen| (*seen as f64 - expected).powi(2) / expected).sum();
    Some(ChiSquared::new(9.0).ok()?.sf(square))
}

fn at_least(seen: u64, n: u64, share: f64) -> Option<f64> {
    let counts = Binomial::new(share, n).ok()?;
    Some(seen.checked_sub(1).map_or(1.0, |below| counts.sf(below)))
}

fn at_most(seen: u64, n: u64, share: f64) -> Option<f64> {
    Some(Binomial::new(share, n).ok()?.cdf(seen))
}

fn finding(source: &str, contest: &ReportedContest, test: &Test, tests: usize) -> Result<Finding, FindingError> {
    let choice = &contest.choices[test.choice].name;
    let digits: Vec<String> = test.digits.iter().enumerate().map(|(digit, seen)| format!("{digit}: {seen}")).collect();
    let n: u64 = test.digits.iter().sum();
    Finding::new(
        ABOUT.id,
        format!("{}, {choice}: {}", contest.name, test.what),
        Severity::Informational,
        Confidence::Low,
    )
    .at_source(source)
    .audience(Audience::Analyst)
    .measure(Measure::exact("p-value", test.p, "chance in one honest test"))
    .expected_seen(
        format!("each digit about {} times in {n} counts", n / 10),
        format!(
            "{}; one honest test in {:.0} shows as much, and {tests} were made",
            list(&digits, 10),
            1.0 / test.p.max(1e-12)
        ),
    )
    .next_step(ABOUT.do_next)
    .done()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ReportedChoice, ReportedPart};

    fn contest(counts: impl Iterator<Item = i64>) -> ReportedContest {
        let part = |(at, v): (usize, i64)| ReportedPart {
            unit: at.to_string(),
            votes: vec![Some(v)],
            ..ReportedPart::default()
        };
        let parts = counts.enumerate().map(part).collect();
        ReportedContest { choices: vec![ReportedChoice::default()], parts, ..ReportedContest::default() }
    }

    #[test]
    fn p_values_are_those_of_tables() {
        // Chi-square with 9 degrees of freedom: 16.919 at 5 %, 21.666 at 1 %.
        let digits = [25, 10, 10, 10, 10, 5, 10, 10, 5, 5];
        let p = uneven(&digits, 100).expect("a distribution");
        assert!((p - ChiSquared::new(9.0).expect("nine").sf(30.0)).abs() < 1e-12 && p < 0.001, "{p}");
        assert!((at_least(1, 2, 0.2).expect("a share") - 0.36).abs() < 1e-12);
        assert!((at_most(0, 2, 0.1).expect("a share") - 0.81).abs() < 1e-12);
    }

    #[test]
    fn typed_counts_are_told_from_counted_ones_and_few_are_left_alone() {
        let counted = tests(&contest((0..300).map(|n| 150 + 37 * n)));
        assert!(counted.iter().all(|test| test.p > 0.01));
        let rounded = tests(&contest((0..300).map(|n| 150 + 5 * n)));
        assert!(rounded[0].p < 1e-9 && rounded[1].p < 1e-9);
        assert!(tests(&contest((0..99).map(|n| 150 + 5 * n))).is_empty());
        assert!(tests(&contest((0..300).map(|n| n % 100))).is_empty());
    }
}
