//! Audits of contests whose reported outcome is wrong: how often each test of a mean stops them without a full count.
//!
//! Shared by the example `gate_martingale` and the test of the same name. Everything is drawn from a seed.

use pollwarden_rla::{
    Assorter, Bet, CardRecord, Comparison, ErrorRates, Estimator, Expected, Kelly, NonnegMean, Pool, RiskLimit, Test,
    Vote, plurality_shares,
};
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// The limits that audits are run under.
const LIMITS: [f64; 2] = [0.05, 0.10];

/// A contest with a wrong reported outcome: the number of each card, and what the audit was told to expect.
pub(crate) struct WrongOutcome {
    /// What is wrong.
    pub(crate) name: &'static str,
    /// Each card's assorter value; their mean is at most 1/2.
    pub(crate) cards: Vec<f64>,
    upper: f64,
    /// Whether cards alone are looked at, not compared with records.
    polled: bool,
    /// The mean of the cards if the reported outcome were right.
    reported_mean: f64,
    expected: Vec<Expected>,
}

/// A test of one contest.
pub(crate) struct Cell {
    /// What is wrong with the contest.
    pub(crate) contest: &'static str,
    /// The test's name.
    pub(crate) test: &'static str,
    /// Whether no card is drawn twice.
    pub(crate) without_replacement: bool,
    /// The risk limit.
    pub(crate) limit: f64,
    /// Audits that stopped without a full count.
    pub(crate) stopped: usize,
    /// All audits.
    pub(crate) audits: usize,
}

impl Cell {
    /// Whether more audits stopped than the risk limit allows, beyond so many standard errors of chance.
    pub(crate) fn is_over(&self, standard_errors: f64) -> bool {
        let error = (self.limit * (1.0 - self.limit) / self.audits as f64).sqrt();
        self.share() > self.limit + standard_errors * error
    }

    /// The share of audits that stopped.
    pub(crate) fn share(&self) -> f64 {
        self.stopped as f64 / self.audits as f64
    }
}

/// Every test of every contest, with and without replacement.
pub(crate) fn gate(audits: usize, mut done: impl FnMut(&Cell)) {
    let mut seed = 0;
    for contest in wrong_outcomes() {
        let mean = contest.cards.iter().sum::<f64>() / contest.cards.len() as f64;
        assert!(mean <= 0.5 + 1e-12, "{}: the outcome would be right", contest.name);
        for (without_replacement, limit) in [false, true].into_iter().flat_map(|way| LIMITS.map(|limit| (way, limit))) {
            for (name, test) in contest.tests(without_replacement, limit) {
                let stopped = contest.stopped(&test, limit, audits, seed);
                seed += 1;
                done(&Cell { contest: contest.name, test: name, without_replacement, limit, stopped, audits });
            }
        }
    }
}

impl WrongOutcome {
    fn tests(&self, without_replacement: bool, limit: f64) -> Vec<(&'static str, NonnegMean)> {
        let (eta, upper) = (self.reported_mean, self.upper);
        let kelly = |risk_limit| {
            let expected = self.expected.clone();
            Test::Betting(Bet::Kelly(Kelly { expected, counted: self.polled, risk_limit, horizon: None }))
        };
        let population = without_replacement.then_some(self.cards.len() as u64);
        let recommended = if self.polled {
            let risk_limit = RiskLimit::new(limit).expect("a risk limit");
            NonnegMean::for_polling(upper, self.expected.clone(), population, risk_limit).test
        } else {
            kelly(Some(limit))
        };
        let grid = (1..=8).map(|k| Bet::Fixed { lambda: 0.25 * f64::from(k) }).collect();
        let mut tests = vec![
            ("recommended", recommended),
            ("kelly", kelly(None)),
            ("alpha fixed", Test::Alpha(Estimator::Fixed { eta })),
            ("alpha shrink-trunc", Test::Alpha(shrink_trunc(eta))),
            ("alpha comparison", Test::Alpha(Estimator::OptimalComparison { error_rate_2: 1e-3 })),
            ("bet fixed", Test::Betting(Bet::Fixed { lambda: 1.5 })),
            ("bet agrapa", Test::Betting(AGRAPA)),
            ("bet mixture", Test::Betting(Bet::Mixture(grid))),
            ("kaplan-kolmogorov", Test::KaplanKolmogorov { g: 0.1 }),
            ("wald sprt", Test::WaldSprt { eta }),
        ];
        if !without_replacement {
            tests.push(("kaplan-markov", Test::KaplanMarkov { g: 0.1 }));
            tests.push(("kaplan-wald", Test::KaplanWald { g: 0.1 }));
        }
        let of = |(name, test)| (name, NonnegMean { test, upper, null_mean: 0.5, population });
        tests.into_iter().map(of).collect()
    }

    /// How many audits stop before as many cards are drawn as there are.
    fn stopped(&self, test: &NonnegMean, limit: f64, audits: usize, seed: u64) -> usize {
        let mut cards = self.cards.clone();
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        let one = |_: &usize| {
            let mut running = test.begin();
            let last = cards.len() - 1;
            if test.population.is_some() {
                cards.shuffle(&mut chance);
                return cards[..last].iter().any(|x| running.push(*x) <= limit);
            }
            (0..last).any(|_| running.push(cards[chance.random_range(0..=last)]) <= limit)
        };
        (0..audits).filter(one).count()
    }
}

/// SHANGRLA's aGRAPA.
pub(crate) const AGRAPA: Bet = Bet::Agrapa { first: 1.0, c_first: 0.9, c_last: 0.99, c_growth: 10.0 };

/// SHANGRLA's shrink-trunc around a mean.
pub(crate) fn shrink_trunc(eta: f64) -> Estimator {
    Estimator::ShrinkTrunc { eta, c: (eta - 0.5) / 2.0, d: 100.0, f: 0.0, min_sd: 1e-6 }
}

const ADA: Vote<'_> = Vote::Choices(&[0]);
const BOB: Vote<'_> = Vote::Choices(&[1]);
const BOTH: Vote<'_> = Vote::Choices(&[1, 0]);
const NONE: Vote<'_> = Vote::Choices(&[]);

fn plurality() -> Assorter {
    Assorter::Plurality { winner: 0, loser: 1 }
}

fn wrong_outcomes() -> Vec<WrongOutcome> {
    vec![
        polled("polling, tie", &[(ADA, 250), (BOB, 250)], 0.55, 0.45),
        polled("polling, tie with undervotes", &[(ADA, 200), (BOB, 200), (NONE, 100)], 0.5, 0.3),
        polled("polling, one vote short", &[(ADA, 250), (BOB, 251)], 0.6, 0.4),
        polled("polling, approval, tie", &[(ADA, 150), (BOB, 150), (BOTH, 150), (NONE, 50)], 0.7, 0.5),
        supermajority_polled(),
        compared("comparison, tie by two-vote errors", &[(ADA, ADA, 500), (ADA, BOB, 50), (BOB, BOB, 450)]),
        compared("comparison, tie by one-vote errors", &[(ADA, ADA, 450), (ADA, NONE, 100), (BOB, BOB, 450)]),
        compared("comparison, one vote short", &[(ADA, ADA, 499), (ADA, BOB, 51), (BOB, BOB, 450)]),
        compared("comparison, errors both ways", &[(ADA, ADA, 470), (ADA, BOB, 80), (BOB, ADA, 30), (BOB, BOB, 420)]),
        compared(
            "comparison, approval, tie",
            &[(ADA, ADA, 300), (ADA, BOTH, 60), (BOTH, BOB, 40), (BOB, BOB, 260), (BOTH, BOTH, 300), (NONE, NONE, 40)],
        ),
        zombies(),
        pooled("ONEAudit, tie in pools", true),
        pooled("ONEAudit, tie in pools and records", false),
    ]
}

fn polled(name: &'static str, cards: &[(Vote<'_>, usize)], winner: f64, loser: f64) -> WrongOutcome {
    let assorter = plurality();
    let cards = cards.iter().flat_map(|(vote, n)| vec![assorter.value(vote); *n]).collect();
    let reported_mean = f64::midpoint(1.0, winner - loser);
    WrongOutcome { name, cards, upper: 1.0, polled: true, reported_mean, expected: plurality_shares(winner, loser) }
}

/// Two thirds are needed and just two thirds of the valid votes are there.
fn supermajority_polled() -> WrongOutcome {
    let assorter = Assorter::Supermajority { choice: 0, share: 2.0 / 3.0 };
    let cards = [(ADA, 300), (BOB, 150), (NONE, 50)];
    let cards = cards.iter().flat_map(|(vote, n)| vec![assorter.value(vote); *n]).collect();
    let upper = assorter.upper();
    let shares = [(upper, 0.65), (0.0, 0.25), (0.5, 0.1)];
    let expected = shares.map(|(value, share)| Expected { value, share }).to_vec();
    let reported_mean = expected.iter().map(|e| e.value * e.share).sum();
    WrongOutcome { name: "polling, supermajority just missed", cards, upper, polled: true, reported_mean, expected }
}

fn compared(name: &'static str, cards: &[(Vote<'_>, Vote<'_>, usize)]) -> WrongOutcome {
    let assorter = plurality();
    let all: usize = cards.iter().map(|(_, _, n)| n).sum();
    let reported = cards.iter().map(|(record, _, n)| assorter.value(record) * *n as f64).sum::<f64>() / all as f64;
    let comparison = Comparison::new(assorter, reported, true);
    let value = |record: &Vote<'_>, seen: &Vote<'_>| comparison.value(&CardRecord::Cvr(*record), Some(seen));
    let cards = cards.iter().flat_map(|(record, seen, n)| vec![value(record, seen); *n]).collect();
    against_records(name, &comparison, cards)
}

fn against_records(name: &'static str, comparison: &Comparison, cards: Vec<f64>) -> WrongOutcome {
    WrongOutcome {
        name,
        cards,
        upper: comparison.upper(),
        polled: false,
        reported_mean: comparison.error_free(),
        expected: comparison.expected(&ErrorRates::USUAL),
    }
}

/// The reported lead is of 60 cards; 40 cards have no record and 40 of the winner's can't be found.
fn zombies() -> WrongOutcome {
    let mut reported = Pool::new();
    reported.add(&plurality(), &ADA, 510);
    reported.add(&plurality(), &BOB, 450);
    let comparison = Comparison::of_pools(plurality(), &reported, &[], 40, true);
    let mut cards = vec![comparison.value(&CardRecord::Cvr(ADA), Some(&ADA)); 490];
    cards.extend(vec![comparison.value(&CardRecord::Cvr(ADA), None); 20]);
    cards.extend(vec![comparison.value(&CardRecord::Cvr(BOB), Some(&BOB)); 450]);
    cards.extend(vec![comparison.value(&CardRecord::Phantom, None); 40]);
    against_records("comparison, cards missing", &comparison, cards)
}

/// Two batches without records and one with: as counted by hand, the contest is tied.
fn pooled(name: &'static str, only_pools: bool) -> WrongOutcome {
    let tally = |ada, bob| {
        let mut pool = Pool::new();
        pool.add(&plurality(), &ADA, ada);
        pool.add(&plurality(), &BOB, bob);
        pool
    };
    let (first, second, records) = (tally(180, 120), tally(120, 180), tally(250, 150));
    let comparison = Comparison::of_pools(plurality(), &records, &[first, second], 0, true);
    let b = |record: &CardRecord<'_>, seen: &Vote<'_>| comparison.value(record, Some(seen));
    // The reported lead is 100 votes, so that 50 cards turned round make a tie.
    let (turned, turned_records) = if only_pools { (50, 0) } else { (25, 25) };
    let (ada, bob) = (CardRecord::Cvr(ADA), CardRecord::Cvr(BOB));
    let groups = [
        (b(&first.record(), &ADA), 180 - turned),
        (b(&first.record(), &BOB), 120 + turned),
        (b(&second.record(), &ADA), 120),
        (b(&second.record(), &BOB), 180),
        (b(&ada, &ADA), 250 - turned_records),
        (b(&ada, &BOB), turned_records),
        (b(&bob, &BOB), 150),
    ];
    let cards = groups.iter().flat_map(|(value, n)| vec![*value; *n]).collect();
    against_records(name, &comparison, cards)
}
