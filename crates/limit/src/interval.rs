//! Exact intervals around what was counted, at 95 % confidence.

use statrs::distribution::{Beta, ContinuousCDF as _, Gamma};

/// What each end of a 95 % interval leaves out.
const TAIL: f64 = 0.025;

/// The interval of a probability of which `found` of `trials` are known (Clopper and Pearson, Biometrika 26, 1934).
/// From 0 to 1 where there is no trial.
pub fn share(found: u32, trials: u32) -> (f64, f64) {
    let (k, n) = (f64::from(found.min(trials)), f64::from(trials));
    let quantile = |a, b, p| Beta::new(a, b).map_or(f64::NAN, |law| law.inverse_cdf(p));
    let low = if k > 0.0 { quantile(k, n - k + 1.0, TAIL) } else { 0.0 };
    let high = if k < n { quantile(k + 1.0, n - k, 1.0 - TAIL) } else { 1.0 };
    (low, high)
}

/// The interval of a rate of which `events` were counted in a time (Garwood, Biometrika 28, 1936), in events per unit of
/// that time. Without bound where there was no time.
pub fn poisson_rate(events: u64, time: f64) -> (f64, f64) {
    if time <= 0.0 {
        return (0.0, f64::INFINITY);
    }
    let events = events as f64;
    let quantile = |shape, p| Gamma::new(shape, 1.0).map_or(f64::NAN, |law| law.inverse_cdf(p));
    let low = if events > 0.0 { quantile(events, TAIL) } else { 0.0 };
    (low / time, quantile(events + 1.0, 1.0 - TAIL) / time)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn near(got: (f64, f64), expected: (f64, f64)) -> bool {
        (got.0 - expected.0).abs() < 5e-4 && (got.1 - expected.1).abs() < 5e-4
    }

    #[test]
    fn shares_are_those_of_published_tables() {
        // 0 of n: 1 - 0.025^(1/n); 10 of 20 and 57 of 60 as R's binom.test gives them.
        assert!(near(share(0, 30), (0.0, 0.1157)), "{:?}", share(0, 30));
        assert!(near(share(60, 60), (0.9404, 1.0)), "{:?}", share(60, 60));
        assert!(near(share(10, 20), (0.2720, 0.7280)), "{:?}", share(10, 20));
        assert!(near(share(57, 60), (0.8608, 0.9896)), "{:?}", share(57, 60));
        assert_eq!(share(0, 0), (0.0, 1.0));
    }

    #[test]
    fn rates_are_those_of_published_tables() {
        // R's poisson.test: no event gives at most 3.689, ten give 4.795 to 18.390.
        assert!(near(poisson_rate(0, 1.0), (0.0, 3.6889)), "{:?}", poisson_rate(0, 1.0));
        assert!(near(poisson_rate(10, 1.0), (4.7954, 18.3904)), "{:?}", poisson_rate(10, 1.0));
        assert!(near(poisson_rate(10, 5.0), (0.9591, 3.6781)), "{:?}", poisson_rate(10, 5.0));
        assert_eq!(poisson_rate(3, 0.0), (0.0, f64::INFINITY));
    }

    proptest! {
        #[test]
        fn an_interval_holds_its_share(found in 0_u32..200, more in 0_u32..200) {
            let trials = found + more;
            let (low, high) = share(found, trials);
            prop_assert!((0.0..=1.0).contains(&low) && (0.0..=1.0).contains(&high));
            if trials > 0 {
                let estimate = f64::from(found) / f64::from(trials);
                prop_assert!(low <= estimate && estimate <= high);
            }
        }
    }
}
