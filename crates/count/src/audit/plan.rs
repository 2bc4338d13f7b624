//! How many cards a first round should draw, by method.

use pollwarden_rla::{
    Assorter, Comparison, ErrorRates, NonnegMean, RiskLimit, Tally, plurality_shares, polling,
    super_simple::{Rates, SuperSimple},
};

/// Planned draws of one contest by one method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The method, in words.
    pub method: &'static str,
    /// What it needs beside the manifest.
    pub needs: &'static str,
    /// Draws; `None`: a full hand count.
    pub draws: Option<u64>,
}

const CVRS: &str = "a record for each card";
const TOTALS: &str = "reported totals";

/// First rounds of each method that end the audit with the given chance if the report is right. Never more than the cards.
pub fn planned(tally: &Tally, limit: RiskLimit, chance: f64, rates: ErrorRates) -> Vec<Planned> {
    let (margin, cards) = (tally.diluted_margin(), tally.ballots());
    let super_simple = SuperSimple::arlo().plan_with_chance(limit, margin, super_simple_rates(rates), chance, cards);
    let full = |draws: u64| (draws < tally.ballots()).then_some(draws);
    let mut all = vec![
        Planned { method: "ballot comparison", needs: CVRS, draws: comparison(tally, limit, chance, rates) },
        Planned { method: "ballot comparison, super-simple", needs: CVRS, draws: super_simple },
        Planned { method: "ballot polling", needs: TOTALS, draws: by_polling(tally, limit, chance) },
    ];
    let classic = [
        ("ballot polling, BRAVO", polling::Method::Bravo),
        ("ballot polling, Minerva", polling::Method::Minerva),
        ("ballot polling, Providence", polling::Method::Providence),
    ];
    for (method, rule) in classic {
        let plan =
            polling::plan(rule, tally, limit, &polling::Rounds::none(), 0, chance, polling::Draw::WithoutReplacement);
        all.push(Planned { method, needs: TOTALS, draws: plan.ok().and_then(|plan| full(plan.cards)) });
    }
    all
}

/// The assertion with the smallest margin needs the most cards.
fn comparison(tally: &Tally, limit: RiskLimit, chance: f64, rates: ErrorRates) -> Option<u64> {
    let mean = (1.0 + tally.diluted_margin()) / 2.0;
    let comparison = Comparison::new(Assorter::Plurality { winner: 0, loser: 1 }, mean, false);
    let test = NonnegMean::for_comparison(&comparison, &rates, Some(tally.ballots()), limit);
    test.planned_draws(limit, chance)
}

fn by_polling(tally: &Tally, limit: RiskLimit, chance: f64) -> Option<u64> {
    let cards = tally.ballots().max(1) as f64;
    let mut each = tally.pairs().map(|pair| {
        let shares = plurality_shares(pair.winner_votes as f64 / cards, pair.loser_votes as f64 / cards);
        NonnegMean::for_polling(1.0, shares, Some(tally.ballots()), limit).planned_draws(limit, chance)
    });
    each.try_fold(0, |most: u64, draws| Some(most.max(draws?)))
}

fn super_simple_rates(rates: ErrorRates) -> Rates {
    Rates { over_by_one: rates.o1, over_by_two: rates.o2, under_by_one: rates.u1, under_by_two: rates.u2 }
}
