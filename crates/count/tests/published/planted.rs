//! Errors of known size planted into published feeds: which share is found, and who is shown it.

use pollwarden_core::{Audience, Finding};
use pollwarden_count::{Evidence, Feed, FeedContest, FeedState, Update};
use pollwarden_testkit::zst;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha12Rng;

use super::{files, judged, read};

/// Plantings of each kind and size in each contest.
const TRIALS: u64 = 20;
/// Lines of planted publications: no file has as many.
const PLANTED: u64 = 1 << 40;

#[derive(Clone, Copy)]
enum Error {
    /// A publication's votes are added once more.
    Doubled,
    /// They are, and are taken back later.
    DoubledAndTakenBack,
    /// They are added once more together with the next publication.
    DoubledWithinNext,
    /// A share of all votes moves from the leading choice to the next.
    Switched(f64),
    /// A share of all votes is taken from both.
    TakenBack(f64),
}

const ERRORS: [(&str, &str, Error); 9] = [
    ("batch loaded twice", "count/batch-loaded-twice", Error::Doubled),
    ("the same, taken back later", "count/batch-loaded-twice", Error::DoubledAndTakenBack),
    ("the same, within the next publication", "count/batch-loaded-twice", Error::DoubledWithinNext),
    ("0.05 % of the votes switched", "count/taken-back-votes", Error::Switched(0.0005)),
    ("0.2 % switched", "count/taken-back-votes", Error::Switched(0.002)),
    ("0.5 % switched", "count/taken-back-votes", Error::Switched(0.005)),
    ("0.05 % taken back", "count/taken-back-votes", Error::TakenBack(0.0005)),
    ("0.5 % taken back", "count/taken-back-votes", Error::TakenBack(0.005)),
    ("1.5 % taken back", "count/taken-back-votes", Error::TakenBack(0.015)),
];

#[test]
fn planted_errors_are_found() {
    let Some(files) = files("count/livefeed") else { return };
    for path in files.iter().filter(|path| !zst(path).is_empty()) {
        let feeds = read(path).feeds;
        let long = |contest: &&FeedContest| contest.states.len() >= 8;
        let contests: Vec<&FeedContest> = feeds.iter().flat_map(|feed| &feed.contests).filter(long).collect();
        println!(
            "{:40} {:>8} {:>8} {:>8}",
            path.file_name().expect("a name").to_string_lossy(),
            "planted",
            "found",
            "clerk"
        );
        for (name, detector, error) in ERRORS {
            let (mut planted, mut found, mut clerk) = (0u32, 0, 0);
            for (at, contest) in contests.iter().enumerate() {
                for trial in 0..TRIALS {
                    let mut rng = ChaCha12Rng::seed_from_u64(1000 * at as u64 + trial);
                    let Some(altered) = plant(contest, error, &mut rng) else { continue };
                    planted += 1;
                    let named = finding(detector, altered);
                    found += u32::from(named.is_some());
                    clerk += u32::from(named.is_some_and(|f| f.audience == Audience::Clerk));
                }
            }
            println!("{name:40} {planted:>8} {found:>8} {clerk:>8}");
            match error {
                Error::DoubledWithinNext => {}
                Error::Switched(share) | Error::TakenBack(share) if share >= 0.005 => {
                    assert_eq!((found, clerk), (planted, planted))
                }
                // A publication that was taken back already, and is then added again, stands once.
                Error::Doubled => assert!(found == planted && 20 * clerk >= 19 * planted),
                _ => assert_eq!(found, planted),
            }
        }
    }
}

/// The finding at a planted publication.
fn finding(detector: &str, contest: FeedContest) -> Option<Finding> {
    let evidence =
        Evidence { feeds: vec![Feed { source: "feed".into(), contests: vec![contest] }], ..Evidence::default() };
    judged(detector, &evidence).into_iter().find(|f| f.sites()[0].line >= Some(PLANTED))
}

fn plant(contest: &FeedContest, error: Error, rng: &mut ChaCha12Rng) -> Option<FeedContest> {
    let updates = contest.updates();
    let batch =
        |update: &&Update| update.total >= 100 && update.votes.len() >= 2 && update.votes.iter().all(|(_, v)| *v > 0);
    let batches: Vec<&Update> = updates.iter().filter(batch).collect();
    let last = contest.states.len() - 1;
    if batches.is_empty() {
        return None;
    }
    let batch = batches[rng.random_range(0..batches.len())];
    let doubled = || (batch.votes.clone(), batch.total);
    let mut altered = contest.clone();
    match error {
        Error::Doubled => insert(&mut altered, rng.random_range(batch.at..=last), &doubled(), None),
        Error::DoubledAndTakenBack => {
            let at = rng.random_range(batch.at..=last);
            let until = rng.random_range(at..=last);
            insert(&mut altered, at, &doubled(), Some(until));
        }
        Error::DoubledWithinNext => {
            let later: Vec<&Update> = updates.iter().filter(|u| u.at > batch.at && !u.votes.is_empty()).collect();
            let at = later.get(rng.random_range(0..later.len().max(1)))?.at;
            add(&mut altered.states[at..], &doubled());
            altered.states[at].line = PLANTED;
        }
        Error::Switched(share) | Error::TakenBack(share) => {
            let at = rng.random_range(1..=last);
            let [(first, _), (second, _)] = leading(&contest.states[at])?;
            let votes = (share * contest.states[at].total? as f64).ceil() as i64;
            let change = match error {
                Error::Switched(_) => (vec![(first, -votes), (second, votes)], 0),
                _ => (vec![(first, -(votes + 1) / 2), (second, -votes / 2)], -votes),
            };
            insert(&mut altered, at, &change, None);
        }
    }
    Some(altered)
}

fn leading(state: &FeedState) -> Option<[(usize, i64); 2]> {
    let mut votes = state.votes.clone();
    votes.sort_by_key(|(_, v)| -v);
    Some([*votes.first()?, *votes.get(1)?])
}

type Change = (Vec<(usize, i64)>, i64);

/// Publishes a change after a state, and carries it on until it is taken back.
fn insert(contest: &mut FeedContest, after: usize, change: &Change, until: Option<usize>) {
    let end = until.unwrap_or(contest.states.len() - 1);
    if until.is_some() {
        contest.states.insert(end + 1, FeedState { line: PLANTED + 1, ..contest.states[end].clone() });
    }
    let mut planted = FeedState { line: PLANTED, ..contest.states[after].clone() };
    add(&mut contest.states[after + 1..=end], change);
    add(std::slice::from_mut(&mut planted), change);
    contest.states.insert(after + 1, planted);
}

fn add(states: &mut [FeedState], (votes, total): &Change) {
    for state in states {
        for (choice, added) in votes {
            if let Some((_, count)) = state.votes.iter_mut().find(|(c, _)| c == choice) {
                *count += added;
            }
        }
        state.total = state.total.map(|all| all + total);
    }
}
