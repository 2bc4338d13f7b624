//! How often audits of an instant-runoff contest let a wrong winner stand: AWAIRE, and RAIRE's assertions polled or compared with
//! records. `gate_irv [AUDITS]` prints the shares; none may be above the risk limit by more than chance explains.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use pollwarden_rla::irv::{Awaire, Ballots, Bets, Budget, Kind, assertions, possible_winners};
use pollwarden_rla::{
    Assorter, CardRecord, Comparison, ErrorRates, NonnegMean, RiskLimit, Running, Vote, plurality_shares,
};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// The limits that audits are run under.
const LIMITS: [f64; 2] = [0.05, 0.10];

/// One cell of the gate.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    /// What is wrong, and how it is audited.
    pub(crate) name: String,
    /// The risk limit.
    pub(crate) limit: f64,
    /// Audits that stopped.
    pub(crate) stopped: usize,
    /// All audits.
    pub(crate) audits: usize,
}

impl Cell {
    /// The share of audits that stopped.
    pub(crate) fn share(&self) -> f64 {
        self.stopped as f64 / self.audits as f64
    }

    /// How many standard errors the share is above the risk limit.
    pub(crate) fn excess(&self) -> f64 {
        (self.share() - self.limit) / (self.limit * (1.0 - self.limit) / self.audits as f64).sqrt()
    }
}

/// Who comes first, second and so on.
type Ranking = &'static [u32];

/// A contest that candidate 0 is reported to have won and did not win, or won by lot at best.
struct Wrong {
    name: &'static str,
    candidates: usize,
    /// How many cards, what their records say, and what is on them; `None` for cards that nobody finds.
    cards: &'static [(usize, Ranking, Option<Ranking>)],
}

/// Each by the fewest votes: a wrong outcome that is harder to notice doesn't exist.
const WRONG: [Wrong; 5] = [
    Wrong {
        name: "a tie in the last round",
        candidates: 3,
        cards: &[
            (110, &[0, 1], Some(&[0, 1])),
            (20, &[0], Some(&[1])),
            (80, &[1], Some(&[1])),
            (15, &[2, 0], Some(&[2, 0])),
            (25, &[2, 1], Some(&[2, 1])),
        ],
    },
    Wrong {
        name: "a tie for who goes first",
        candidates: 3,
        cards: &[
            (120, &[0], Some(&[0])),
            (58, &[1], Some(&[1])),
            (10, &[1, 2], Some(&[1, 2])),
            (12, &[2, 0], Some(&[1])),
            (65, &[2, 1], Some(&[2, 1])),
            (15, &[2, 0], Some(&[2, 0])),
        ],
    },
    Wrong {
        name: "one vote short, four candidates",
        candidates: 4,
        cards: &[
            (99, &[0, 1], Some(&[0, 1])),
            (61, &[1, 0], Some(&[1, 0])),
            (10, &[2, 0], Some(&[2, 1, 0])),
            (29, &[2, 1, 0], Some(&[2, 1, 0])),
            (1, &[3, 1], Some(&[3, 1])),
        ],
    },
    Wrong {
        name: "five candidates, many empty",
        candidates: 5,
        cards: &[
            (80, &[0], Some(&[0])),
            (10, &[0, 2], Some(&[3, 1])),
            (60, &[1, 2], Some(&[1, 2])),
            (20, &[2, 1], Some(&[2, 1])),
            (15, &[2, 0], Some(&[2, 0])),
            (5, &[3, 0], Some(&[3, 0])),
            (10, &[4, 3, 1], Some(&[4, 3, 1])),
            (40, &[], Some(&[])),
        ],
    },
    Wrong {
        name: "cards that nobody finds",
        candidates: 3,
        cards: &[
            (100, &[0], Some(&[0])),
            (20, &[0, 2], None),
            (80, &[1], Some(&[1])),
            (30, &[2, 1], Some(&[2, 1])),
            (30, &[2, 0], Some(&[2, 0])),
        ],
    },
];

/// Every wrong outcome and way to audit, with so many audits each.
pub(crate) fn gate(audits: usize, mut done: impl FnMut(&Cell)) {
    let mut seed = 0;
    for wrong in &WRONG {
        wrong.check();
        let pile: Vec<_> = wrong.cards.iter().flat_map(|(n, record, seen)| vec![(*record, *seen); *n]).collect();
        for limit in LIMITS {
            let risk_limit = RiskLimit::new(limit).expect("a limit");
            let mut run = |way: &str, confirms: &dyn Fn(&[Card]) -> bool| {
                let (mut cards, mut chance) = (pile.clone(), ChaCha8Rng::seed_from_u64(seed));
                seed += 1;
                let one = |_: &usize| {
                    cards.shuffle(&mut chance);
                    // The last card would make it a full count.
                    confirms(&cards[..cards.len() - 1])
                };
                let stopped = (0..audits).filter(one).count();
                done(&Cell { name: format!("{}, {way}", wrong.name), limit, stopped, audits });
            };
            let usual = Bets::default();
            let ways = [
                ("AWAIRE", usual),
                ("AWAIRE, 8 ends", Bets { most_orders: 8, ..usual }),
                ("AWAIRE, slow to learn", Bets { start: 0.6, steady: 500.0, ..usual }),
            ];
            for (way, bets) in ways {
                let begun = Awaire::new(wrong.candidates, 0, pile.len() as u64, risk_limit, bets).expect("a contest");
                run(way, &|cards| awaire_confirms(begun.clone(), cards));
            }
            let asserted = wrong.asserted();
            let polled: Vec<_> = asserted.iter().map(|assorter| wrong.polled(assorter, risk_limit)).collect();
            run("assertions polled", &|cards| {
                let value =
                    |assorter: &Assorter, (_, seen): &Card| seen.map_or(0.0, |s| assorter.value(&Vote::Ranking(s)));
                all_confirm(&polled, limit, cards, |at, card| value(&asserted[at], card))
            });
            let compared: Vec<_> = asserted.iter().map(|assorter| wrong.compared(assorter.clone())).collect();
            let rates = ErrorRates::USUAL;
            let tests: Vec<_> = compared
                .iter()
                .map(|c| NonnegMean::for_comparison(c, &rates, Some(pile.len() as u64), risk_limit))
                .collect();
            run("assertions compared", &|cards| {
                all_confirm(&tests, limit, cards, |at, (record, seen)| {
                    let seen = seen.map(Vote::Ranking);
                    compared[at].value(&CardRecord::Cvr(Vote::Ranking(record)), seen.as_ref())
                })
            });
        }
    }
}

/// A card's record, and what is on the card.
type Card = (Ranking, Option<Ranking>);

fn awaire_confirms(mut audit: Awaire, cards: &[Card]) -> bool {
    cards.iter().any(|(_, seen)| {
        match seen {
            Some(ranking) => audit.draw(ranking),
            None => audit.draw_missing(),
        }
        .expect("cards of the contest");
        audit.confirmed()
    })
}

/// Whether each assertion was confirmed at some time.
fn all_confirm(tests: &[NonnegMean], limit: f64, cards: &[Card], value: impl Fn(usize, &Card) -> f64) -> bool {
    let confirms = |(at, test): (usize, &NonnegMean)| {
        let mut running: Running = test.begin();
        cards.iter().any(|card| running.push(value(at, card)) <= limit)
    };
    tests.iter().enumerate().all(confirms)
}

impl Wrong {
    fn ballots(&self, of: impl Fn(&Card) -> Vec<u32>) -> Ballots {
        let rankings = self.cards.iter().map(|(n, record, seen)| (*n as u64, of(&(*record, *seen))));
        Ballots::new(self.candidates, rankings).expect("a contest")
    }

    /// The records say 0, and 0 alone; the cards say someone else, or someone else too where there is a tie. What nobody finds
    /// may have been for anyone.
    fn check(&self) {
        let reported = self.ballots(|(record, _)| record.to_vec());
        assert_eq!(possible_winners(&reported, &mut Budget::default()).as_deref(), Ok(&[0][..]), "{}", self.name);
        let truth = self.ballots(|(_, seen)| seen.unwrap_or(&[1]).to_vec());
        let winners = possible_winners(&truth, &mut Budget::default()).expect("a count");
        assert!(winners.iter().any(|winner| *winner != 0), "{}: the outcome would be right", self.name);
    }

    fn asserted(&self) -> Vec<Assorter> {
        let reported = self.ballots(|(record, _)| record.to_vec());
        let proof = assertions(&reported, Some(0), reported.total(), Budget::default()).expect("a winner");
        let assorter = |kind: Kind| match kind {
            Kind::Neb { winner, loser } => Assorter::NotEliminatedBefore { winner, loser },
            Kind::Nen { winner, loser, continuing } => Assorter::NotEliminatedNext { winner, loser, continuing },
        };
        proof.assertions.into_iter().map(|assertion| assorter(assertion.kind)).collect()
    }

    fn share(&self, assorter: &Assorter, value: f64) -> f64 {
        let all: usize = self.cards.iter().map(|(n, ..)| n).sum();
        let worth = |record: &'static [u32]| assorter.value(&Vote::Ranking(record));
        let with = self.cards.iter().filter(|(_, record, _)| (worth(record) - value).abs() < 0.1);
        with.map(|(n, ..)| n).sum::<usize>() as f64 / all as f64
    }

    fn polled(&self, assorter: &Assorter, limit: RiskLimit) -> NonnegMean {
        let expected = plurality_shares(self.share(assorter, 1.0), self.share(assorter, 0.0));
        let all: usize = self.cards.iter().map(|(n, ..)| n).sum();
        NonnegMean::for_polling(1.0, expected, Some(all as u64), limit)
    }

    fn compared(&self, assorter: Assorter) -> Comparison {
        let mean = self.share(&assorter, 1.0) + self.share(&assorter, 0.5) / 2.0;
        Comparison::new(assorter, mean, true)
    }
}

#[allow(dead_code, reason = "the test runs the gate itself")]
fn main() {
    let audits = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(10_000);
    let mut cells = (0, 0);
    gate(audits, |cell| {
        let over = if cell.excess() > 3.0 { "OVER" } else { "" };
        println!("{:55} limit {:.2}  {:.4} of {audits}  {over}", cell.name, cell.limit, cell.share());
        cells.0 += 1;
        cells.1 += usize::from(cell.excess() > 3.0);
    });
    println!("{} cells, {} over", cells.0, cells.1);
    std::process::exit(i32::from(cells.1 > 0));
}
