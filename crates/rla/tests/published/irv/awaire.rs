//! AWAIRE over real ballots: the true winner is confirmed long before a full count.

use pollwarden_rla::RiskLimit;
use pollwarden_rla::irv::{Awaire, Ballots, Bets, Budget, assertions, count};
use pollwarden_testkit::{data_root, folders, zst};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::texts::margin_irv;

#[test]
fn awaire_confirms_true_winners_from_small_samples() {
    let Some(root) = data_root() else { return println!("skipped") };
    let (mut all, mut small) = (0, 0);
    for path in folders(root.join("count/irv/awaire")) {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let contest = margin_irv(&name, &String::from_utf8(zst(&path)).unwrap());
        let (drawn, cards) = (audited(&contest.ballots), contest.ballots.total());
        let sane = sane(&contest.ballots);
        println!("AWAIRE {name}: confirmed after {drawn:?} of {cards} cards, at most {sane} are sane");
        all += 1;
        small += usize::from(drawn.is_some_and(|drawn| drawn <= sane));
    }
    assert_eq!(small, all, "each winner is confirmed from few cards");
}

/// Ten times what BRAVO needs on average where the hardest assertion is known beforehand (Lindeman, Stark and Yates 2012,
/// "BRAVO: Ballot-polling Risk-limiting Audits to Verify Outcomes", section 4), and a start of 500; never more than all.
fn sane(ballots: &Ballots) -> u64 {
    let margin = assertions(ballots, None, ballots.total(), Budget::default()).map_or(1, |proof| proof.margin);
    let diluted = margin as f64 / ballots.total() as f64;
    ballots.total().min(500 + (10.0 * 2.0 * 20f64.ln() / diluted.powi(2)) as u64)
}

/// After how many cards, drawn in an order alike in every run, the winner is confirmed.
fn audited(ballots: &Ballots) -> Option<u64> {
    let winner = count(ballots, |tied| tied[0]).winner;
    let mut cards: Vec<&[u32]> =
        ballots.rankings().iter().flat_map(|(n, ranking)| (0..*n).map(move |_| ranking.as_slice())).collect();
    cards.shuffle(&mut ChaCha8Rng::seed_from_u64(20_131_105));
    let limit = RiskLimit::new(0.05).unwrap();
    let mut audit = Awaire::new(ballots.candidates(), winner, ballots.total(), limit, Bets::default()).unwrap();
    for card in cards {
        audit.draw(card).unwrap();
        if audit.confirmed() {
            return Some(audit.drawn());
        }
    }
    None
}
