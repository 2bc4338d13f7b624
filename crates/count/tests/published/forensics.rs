//! Live results of November 2020 as a newspaper published them (alex/nyt-2020-election-scraper, ba249bc), and what is found in
//! them: every correction is accounted for by one finding, and nothing else is.

#[path = "planted.rs"]
mod planted;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use pollwarden_core::{Audience, Finding, Findings, Scope};
use pollwarden_count::{
    DETECTORS, Evidence, Feed, Records, ReportedChoice, ReportedContest, ReportedPart, Results, read_inputs,
};
use pollwarden_intake::Input;
use pollwarden_testkit::{data_root, folders, zst};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha12Rng;

#[test]
fn each_correction_of_a_live_feed_is_accounted_for_once() {
    let Some(files) = files("count/livefeed") else { return };
    for path in files {
        let text = zst(&path);
        let expected = lowering_rows(&text);
        let evidence = Evidence { feeds: read(&path).feeds, ..Evidence::default() };
        let found = judged("count/taken-back-votes", &evidence);
        let lines: BTreeSet<u64> = found.iter().filter_map(|f| f.sites()[0].line).collect();
        assert_eq!(lines.len(), found.len(), "one finding a correction");
        let twice = judged("count/batch-loaded-twice", &evidence);
        print_table(&path, &evidence.feeds, &found, &twice);
        let missed: Vec<_> = expected.difference(&lines).collect();
        let wrong: Vec<_> = lines.difference(&expected).collect();
        assert!(
            missed.is_empty() && wrong.is_empty(),
            "rows not accounted for: {missed:?}; named without a reason: {wrong:?}"
        );
    }
}

/// Lines whose total, or whose named candidates' votes, are fewer than in the row of the same state before (the file has the
/// newest first). Read apart from the product: by the order of the rows, not by their times.
fn lowering_rows(text: &[u8]) -> BTreeSet<u64> {
    let mut reader = csv_rows(text);
    let header = reader.remove(0).1;
    let column = |name: &str| header.iter().position(|h| h == name).unwrap_or_else(|| panic!("no column {name}"));
    let state = column("state");
    let pairs = [
        ("leading_candidate_name", "leading_candidate_votes"),
        ("trailing_candidate_name", "trailing_candidate_votes"),
    ];
    let pairs = pairs.map(|(name, votes)| (column(name), column(votes)));
    let total = column("total_votes_count");
    let mut later: BTreeMap<String, (u64, BTreeMap<String, i64>)> = BTreeMap::new();
    let mut lowering = BTreeSet::new();
    for (line, row) in reader {
        let number = |at: usize| row[at].parse::<i64>().expect("a number");
        let mut counts: BTreeMap<String, i64> =
            pairs.iter().map(|(name, votes)| (row[*name].clone(), number(*votes))).collect();
        counts.insert("all".to_owned(), number(total));
        if let Some((after, newer)) = later.get(&row[state])
            && newer.iter().any(|(name, votes)| counts.get(name).is_some_and(|before| votes < before))
        {
            lowering.insert(*after);
        }
        later.insert(row[state].clone(), (line, counts));
    }
    lowering
}

/// Rows with the lines they begin at.
fn csv_rows(text: &[u8]) -> Vec<(u64, Vec<String>)> {
    let text = std::str::from_utf8(text).expect("text");
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let (mut line, mut began) = (1, 1);
    for c in text.chars() {
        line += u64::from(c == '\n');
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell).trim_end().to_owned());
                rows.push((std::mem::replace(&mut began, line), std::mem::take(&mut row)));
            }
            c => cell.push(c),
        }
    }
    rows
}

fn print_table(path: &Path, feeds: &[Feed], found: &[Finding], twice: &[Finding]) {
    let contests = || feeds.iter().flat_map(|feed| &feed.contests);
    let rows: usize = contests().map(|c| c.states.len()).sum();
    println!("{}: {rows} publications, {} contests", path.display(), contests().count());
    let kinds =
        ["exactly those", "exactly the same again", "moved from", "no choice that is named", "nothing in the feed"];
    println!(
        "{:24} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6}",
        "", "taken", "undone", "again", "moved", "others", "unexpl", "clerk"
    );
    let row = |name: &str, of: &dyn Fn(&Finding) -> bool| {
        let of: Vec<_> = found.iter().filter(|f| of(f)).collect();
        let each = kinds.map(|kind| of.iter().filter(|f| f.title.contains(kind)).count());
        assert_eq!(each.iter().sum::<usize>(), of.len(), "each is of one kind");
        let clerk = of.iter().filter(|f| f.audience == Audience::Clerk).count();
        let [a, b, c, d, e] = each;
        println!("{name:24} {:>6} {a:>6} {b:>6} {c:>6} {d:>6} {e:>6} {clerk:>6}", of.len());
    };
    for contest in contests() {
        row(&contest.name, &|f| f.title.starts_with(&format!("{}:", contest.name)));
    }
    row("all", &|_| true);
    for finding in found.iter().filter(|f| f.audience == Audience::Clerk).chain(twice) {
        println!("{} ({}): {}", finding.title, finding.audience.name(), finding.seen);
    }
}

fn judged(detector: &str, evidence: &Evidence) -> Vec<Finding> {
    let mut found = Findings::new(Scope::unnamed(&[0; 32]));
    let detector = DETECTORS.iter().find(|d| d.about().id == detector).expect("it is in the list");
    detector.judge(evidence, &mut found);
    found.findings().to_vec()
}

fn read(path: &Path) -> Records {
    let records = read_inputs(&[Input::file(path.display().to_string(), path)]);
    assert!(records.refused.is_empty(), "{:?}", records.refused);
    records
}

/// Tables in a folder of the shared data, and in its folders.
fn files(folder: &str) -> Option<Vec<PathBuf>> {
    let Some(root) = data_root() else {
        println!("skipped: no shared data");
        return None;
    };
    let mut found = Vec::new();
    let mut left = vec![root.join(folder)];
    while let Some(folder) = left.pop().filter(|folder| folder.is_dir()) {
        for path in folders(&folder) {
            let table = path.to_string_lossy().contains(".csv");
            if path.is_dir() {
                left.push(path)
            } else if table {
                found.push(path)
            }
        }
    }
    Some(found)
}

/// County results of presidential elections, as they are passed on (tonmcg/US_County_Level_Election_Results_08-24, faf9ef4). The
/// truth is read apart from the product: units of a state with the same counts, and sums above the stated total.
#[test]
fn county_results_are_read_and_their_faults_named() {
    let Some(files) = files("count/results") else { return };
    let mut tests = 0;
    for path in files {
        let text = zst(&path);
        let records = read(&path);
        let rows = csv_rows(&text);
        let results = &records.results[0];
        let parts: usize = results.contests.iter().map(|c| c.parts.len()).sum();
        let evidence = Evidence { results: records.results.clone(), ..Evidence::default() };
        let repeated = judged("count/repeated-counts", &evidence);
        let sums = judged("count/parts-dont-add-up", &evidence);
        let digits = judged("count/uneven-last-digits", &evidence);
        let turnout = judged("count/impossible-turnout", &evidence);
        println!(
            "{}: {parts} of {} counties in {} contests; repeated {}, sums {}, turnout {}, digits {}",
            path.display(),
            rows.len() - 1,
            results.contests.len(),
            repeated.len(),
            sums.len(),
            turnout.len(),
            digits.len()
        );
        for finding in repeated.iter().chain(&sums).chain(&turnout).chain(&digits) {
            println!("  {}: {}", finding.title, finding.seen);
        }
        assert!(parts >= rows.len() - 1, "a row each");
        let places = repeated.iter().map(|f| f.measures[0].estimate()).sum::<f64>();
        assert_eq!(places as u64, same_counts(results), "each place with another's counts is named");
        tests += 1;
    }
    println!("county results: {tests} files");
}

/// Places whose votes for all choices are another place's of the same contest, and too many to be so by chance.
fn same_counts(results: &Results) -> u64 {
    let contests = results.contests.iter().map(|contest| {
        let large = |part: &&ReportedPart| part.votes.iter().flatten().filter(|v| **v >= 100).count() >= 2;
        let like = |part: &ReportedPart| contest.parts.iter().filter(|other| other.votes == part.votes).count();
        let copied = |part: &&ReportedPart| match like(part) {
            1 => false,
            2 => part.votes.iter().flatten().sum::<i64>() >= 1000,
            _ => true,
        };
        contest.parts.iter().filter(large).filter(copied).count() as u64
    });
    contests.sum()
}

/// How often honest last digits give a finding: in county results by state, by the same chi-square and for fewer counts than
/// the detector asks for; and by the detector itself in simulated precincts.
#[test]
fn last_digits_raise_no_more_false_alarms_than_stated() {
    let (mut tests, mut five, mut one) = (0u32, 0u32, 0u32);
    for path in files("count/results").unwrap_or_default() {
        for contest in read(&path).results.into_iter().flat_map(|results| results.contests) {
            for choice in 0..contest.choices.len() {
                let counts = contest.parts.iter().filter_map(|part| part.votes[choice]).filter(|v| *v >= 100);
                let mut digits = [0f64; 10];
                counts.for_each(|v| digits[(v % 10) as usize] += 1.0);
                let expected = digits.iter().sum::<f64>() / 10.0;
                let square: f64 = digits.iter().map(|seen| (seen - expected).powi(2) / expected).sum();
                if expected >= 5.0 {
                    // Chi-square with 9 degrees of freedom: its tables.
                    (tests, five, one) =
                        (tests + 1, five + u32::from(square > 16.919), one + u32::from(square > 21.666));
                }
            }
        }
    }
    println!("last digits of county results: {tests} tests, {five} below 5 %, {one} below 1 %");
    let most = |rate: f64, n: u32| rate * f64::from(n) + 3.0 * (rate * (1.0 - rate) * f64::from(n)).sqrt();
    assert!(f64::from(five) <= most(0.05, tests) && f64::from(one) <= most(0.01, tests));
    let files = 1000;
    let alarms =
        (0..files).filter(|seed| !judged("count/uneven-last-digits", &honest_precincts(*seed)).is_empty()).count();
    println!("last digits of simulated honest files of 300 precincts: {alarms} of {files} have a finding");
    assert!(alarms as f64 <= most(0.01, files as u32));
}

/// Precincts of some hundred voters each, who vote by themselves.
fn honest_precincts(seed: u64) -> Evidence {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    let bell = |rng: &mut ChaCha12Rng| (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0;
    let part = |at: usize, rng: &mut ChaCha12Rng| {
        let voters = (6.6 + 0.6 * bell(rng)).exp();
        let share = (0.5 + 0.12 * bell(rng)).clamp(0.05, 0.95);
        let spread = (voters * share * (1.0 - share)).sqrt();
        let first = (voters * share + spread * bell(rng)).round().max(0.0) as i64;
        ReportedPart {
            unit: at.to_string(),
            votes: vec![Some(first), Some((voters as i64 - first).max(0))],
            ..ReportedPart::default()
        }
    };
    let parts = (0..300).map(|at| part(at, &mut rng)).collect();
    let choices = ["Ada", "Ben"].map(|name| ReportedChoice { name: name.into(), ..ReportedChoice::default() }).to_vec();
    let contest = ReportedContest { name: "Clerk".into(), choices, parts, ..ReportedContest::default() };
    Evidence {
        results: vec![Results { source: "f".into(), contests: vec![contest], ..Results::default() }],
        ..Evidence::default()
    }
}

/// Results of NIST's and Clarity's samples: nothing in them is impossible, copied or wrongly added up. Of one election, what was
/// there before and what was reported after are not held against each other as a change.
#[test]
fn honest_results_have_no_findings_for_clerks() {
    let Some(root) = data_root() else { return };
    let mut left = vec![root.join("count/formats/nist"), root.join("count/formats/clarity")];
    let (mut all, mut wrong) = (0, 0);
    while let Some(folder) = left.pop() {
        let inside = if folder.is_dir() { folders(&folder) } else { Vec::new() };
        left.extend(inside.iter().filter(|path| path.is_dir()).cloned());
        let is_results = |path: &&PathBuf| {
            path.is_file() && !path.to_string_lossy().contains("/cvr") && !path.to_string_lossy().contains("schemas")
        };
        let inputs: Vec<Input> =
            inside.iter().filter(is_results).map(|path| Input::file(path.display().to_string(), path)).collect();
        let evidence = Evidence { results: read_inputs(&inputs).results, ..Evidence::default() };
        all += evidence.results.iter().map(|r| r.contests.len()).sum::<usize>();
        for detector in
            ["reported-changed", "impossible-turnout", "parts-dont-add-up", "repeated-counts", "uneven-last-digits"]
        {
            for finding in judged(&format!("count/{detector}"), &evidence) {
                println!(
                    "{} {} ({}): expected {}; seen {}",
                    finding.sites()[0].name,
                    finding.title,
                    finding.audience.name(),
                    finding.expected,
                    finding.seen
                );
                wrong += usize::from(finding.audience == Audience::Clerk);
            }
        }
    }
    println!("honest results: {wrong} findings for clerks in {all} contests");
    assert_eq!(wrong, 0);
}
