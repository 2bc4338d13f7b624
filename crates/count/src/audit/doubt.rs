//! Doubt: how improbable the drawn cards are if an assertion is true.
//!
//! The measured risk assumes that the outcome is wrong; here it is the other way round, so that "the paper contradicts the
//! report" is said only where chance hardly explains it. The test is a betting martingale (Waudby-Smith and Ramdas 2024, JRSS B
//! 86; for audits Waudby-Smith, Stark and Ramdas 2021, RiLACS) on how far each card's record is above what people read: the
//! assertion is true only if that is less, on average over all cards, than the lead which the records give it.

use pollwarden_rla::{Bet, NonnegMean, Test};

/// Stakes for small and for large contradictions; their mean does nearly as well as the best of them.
const STAKES: [f64; 5] = [0.1, 0.2, 0.4, 0.8, 1.2];

/// The largest chance of such cards if the assertion were true. `margin` is the lead that the report gives it, `above` how far each
/// drawn card's reported number is above what people read, both as shares of the assorter's range; `population` the number of
/// cards drawn from without replacement.
///
/// A card that nobody looked at is to be taken for one with the best possible vote for the assertion: boards read batch by batch,
/// and the first half of the batches may vote otherwise than the whole.
pub(super) fn doubt(margin: f64, above: impl Iterator<Item = f64>, population: Option<u64>) -> f64 {
    let against: Vec<f64> = above.map(|above| (above + 1.0) / 2.0).collect();
    let null_mean = (margin / 2.0 + 1.0) / 2.0;
    if !(0.0..1.0).contains(&null_mean) {
        return 1.0;
    }
    let test = Test::Betting(Bet::Mixture(STAKES.map(|lambda| Bet::Fixed { lambda }).to_vec()));
    NonnegMean { test, upper: 1.0, null_mean, population }.p_values(&against).p
}
