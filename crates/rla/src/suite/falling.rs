//! The logarithm of a falling factorial `x (x-1) ... (x-n+1)` of a real `x`, with its first two derivatives.
//!
//! It is the number of ways to draw `n` of `x` cards in order. Long ones are differences of Stirling's series (NIST Digital
//! Library of Mathematical Functions, 5.11.1 and 5.15.8), written so that large terms don't cancel.

/// Terms that are added one by one.
const SHORT: u64 = 24;
/// From here on the series, cut as they are, are exact to the last digits.
const FAR: f64 = 14.0;

/// A falling factorial's logarithm and its derivatives by `x`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Falling {
    /// The logarithm.
    pub log: f64,
    /// Its slope: the sum of `1/(x-i)`.
    pub slope: f64,
    /// Minus its second derivative: the sum of `1/(x-i)^2`.
    pub bend: f64,
}

/// `n` factors from `x` downwards; all of them must be above 0.
pub(super) fn falling(x: f64, n: u64) -> Falling {
    if n <= SHORT {
        return one_by_one(x, n);
    }
    let smallest = x - n as f64 + 1.0;
    if smallest >= FAR {
        return by_series(x, n);
    }
    let few = SHORT / 2;
    let [head, tail] = [falling(x, n - few), one_by_one(smallest + few as f64 - 1.0, few)];
    Falling { log: head.log + tail.log, slope: head.slope + tail.slope, bend: head.bend + tail.bend }
}

fn one_by_one(x: f64, n: u64) -> Falling {
    (0..n).map(|i| x - i as f64).fold(Falling::default(), |sum, factor| Falling {
        log: sum.log + factor.ln(),
        slope: sum.slope + 1.0 / factor,
        bend: sum.bend + 1.0 / (factor * factor),
    })
}

/// The ratio of the gamma function at `a` and `b`, whose difference is `n`.
fn by_series(x: f64, n: u64) -> Falling {
    let n = n as f64;
    let (a, b) = (x + 1.0, x + 1.0 - n);
    let ratio = (n / b).ln_1p();
    let [far, near] = [a, b].map(rests);
    Falling {
        log: (b - 0.5) * ratio + n * a.ln() - n + far.log - near.log,
        slope: ratio + far.slope - near.slope,
        bend: n / (a * b) + near.bend - far.bend,
    }
}

/// What the series add to `(z - 1/2) ln z - z`, to `ln z`, and to `1/z`.
fn rests(z: f64) -> Falling {
    let i = 1.0 / z;
    let s = i * i;
    Falling {
        log: i * (1.0 / 12.0 - s * (1.0 / 360.0 - s * (1.0 / 1260.0 - s * (1.0 / 1680.0 - s / 1188.0)))),
        slope: -0.5 * i - s * (1.0 / 12.0 - s * (1.0 / 120.0 - s * (1.0 / 252.0 - s * (1.0 / 240.0 - s / 132.0)))),
        bend: s * (0.5 + i * (1.0 / 6.0 - s * (1.0 / 30.0 - s * (1.0 / 42.0 - s / 30.0)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_agree_with_sums() {
        for (x, n) in
            [(25.0, 25), (30.5, 25), (100.25, 98), (5_000.0, 700), (99_999.5, 3_000), (1e7, 4_000), (40.0, 26)]
        {
            let (quick, slow) = (falling(x, n), one_by_one(x, n));
            for (quick, slow) in [(quick.log, slow.log), (quick.slope, slow.slope), (quick.bend, slow.bend)] {
                assert!((quick - slow).abs() <= 1e-12 * slow.abs(), "{x} {n}: {quick} {slow}");
            }
        }
    }
}
