//! Exact decimal numbers of votes: whole units of a power of ten, as `java.math.BigDecimal` has them in RCTab.

use std::cmp::Ordering;
use std::fmt;

/// As many decimal places, and digits, as any number can have and still be compared: a part of one below 10^36 fits into 128 bits.
const MOST_PLACES: u8 = 36;

/// A decimal number: `units` of `10^-places`.
#[derive(Debug, Clone, Copy)]
pub struct Decimal {
    units: i128,
    places: u8,
}

impl Decimal {
    /// A whole number.
    pub fn whole(number: i64) -> Self {
        Self { units: i128::from(number), places: 0 }
    }

    /// So many units of `10^-places`; `None` where these are more than 36 places, which can't be compared.
    pub fn new(units: i128, places: u8) -> Option<Self> {
        (places <= MOST_PLACES).then_some(Self { units, places })
    }

    /// Reads `12`, `-3.25`; `None` where it is no number, or has over 36 digits.
    pub fn parse(text: &str) -> Option<Self> {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let all = format!("{whole}{part}");
        let sound = (1..=usize::from(MOST_PLACES)).contains(&all.len()) && all.bytes().all(|b| b.is_ascii_digit());
        let units: i128 = if sound { all.parse().ok()? } else { return None };
        Some(Self { units: sign * units, places: part.len() as u8 })
    }

    /// The number as units of `10^-places`; `None` where it has none.
    pub fn units(self, places: u8) -> Option<i128> {
        match places.checked_sub(self.places) {
            Some(more) => self.units.checked_mul(10_i128.checked_pow(more.into())?),
            None => {
                let by = 10_i128.pow((self.places - places).into());
                (self.units % by == 0).then_some(self.units / by)
            }
        }
    }

    /// Decimal places.
    pub fn places(self) -> u8 {
        self.places
    }

    /// Without zeros at the end.
    fn shortest(self) -> Self {
        let mut short = self;
        while short.places > 0 && short.units % 10 == 0 {
            short = Self { units: short.units / 10, places: short.places - 1 };
        }
        short
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (self.shortest(), other.shortest());
        a.units == b.units && (a.places == b.places || a.units == 0)
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    /// By whole part, then by the part after the point, which never overflows.
    fn cmp(&self, other: &Self) -> Ordering {
        let split = |d: &Self| {
            let one = 10_i128.pow(d.places.into());
            (d.units.div_euclid(one), d.units.rem_euclid(one))
        };
        let ((a, mut a_part), (b, mut b_part)) = (split(self), split(other));
        for (part, places) in [(&mut a_part, self.places), (&mut b_part, other.places)] {
            *part *= 10_i128.pow((MOST_PLACES - places).into());
        }
        a.cmp(&b).then(a_part.cmp(&b_part))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = self.shortest();
        let one = 10_i128.pow(short.places.into());
        let sign = if short.units < 0 { "-" } else { "" };
        let (whole, part) = ((short.units / one).abs(), (short.units % one).abs());
        match short.places {
            0 => write!(f, "{sign}{whole}"),
            places => write!(f, "{sign}{whole}.{part:0width$}", width = usize::from(places)),
        }
    }
}

/// How many decimal places all votes of a count are kept with, and how fractions are cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    /// Of what is stored.
    places: u8,
    /// Units of a whole vote.
    one: i128,
}

impl Scale {
    pub(super) fn new(places: u8) -> Self {
        Self { places, one: 10_i128.pow(places.into()) }
    }

    pub(super) fn one(self) -> i128 {
        self.one
    }

    pub(super) fn decimal(self, units: i128) -> Decimal {
        Decimal { units, places: self.places }
    }

    /// `part / whole`, of 0 to 1, cut off after the last place. Digit by digit: the product with a whole vote would overflow.
    pub(super) fn fraction(self, part: i128, whole: i128) -> i128 {
        let (mut quotient, mut rest) = (part / whole, part % whole);
        for _ in 0..self.places {
            rest *= 10;
            quotient = quotient * 10 + rest / whole;
            rest %= whole;
        }
        quotient
    }

    /// `value * fraction`, both of 0 to 1, cut off after the last place. By halves of the fraction's digits.
    pub(super) fn times(self, value: i128, fraction: i128) -> i128 {
        let low_places = u32::from(self.places / 2);
        let low = 10_i128.pow(low_places);
        let high = 10_i128.pow(u32::from(self.places) - low_places);
        (value * (fraction / low) + value * (fraction % low) / low) / high
    }

    /// `total / divisor`, cut off after `places` places (of at most the scale's).
    pub(super) fn divided(self, total: i128, divisor: i128, places: u8) -> i128 {
        let unit = self.unit(places);
        total / (divisor * unit) * unit
    }

    /// The smallest number with so many places.
    pub(super) fn unit(self, places: u8) -> i128 {
        10_i128.pow((self.places - places.min(self.places)).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_by_value() {
        let number = |text| Decimal::parse(text).expect("a number");
        assert_eq!(number("12.50"), number("12.5"));
        assert_eq!(number("0.000"), number("0"));
        assert!(number("-1.5") < number("-1.49") && number("2.05") > number("2.0499"));
        assert_eq!(number("-0.0250").to_string(), "-0.025");
        assert_eq!(number("8.0000").to_string(), "8");
        for odd in ["", ".", "-", "1.2.3", "1e5", "+1", "½"] {
            assert!(Decimal::parse(odd).is_none(), "{odd}");
        }
        let least = Decimal::new(1, 36).expect("a number");
        assert!(number("0") < least && least < number("0.001") && least.to_string().ends_with("0001"));
        assert!(Decimal::new(1, 37).is_none() && Decimal::new(1, 255).is_none());
        assert!(Decimal::parse(&"1".repeat(36)).is_some() && Decimal::parse(&"1".repeat(37)).is_none());
        assert_eq!(number("1.20").units(1), Some(12));
        assert_eq!(number("1.25").units(1), None);
    }

    #[test]
    fn fractions_are_cut_off_not_rounded() {
        let scale = Scale::new(4);
        assert_eq!(scale.fraction(2 * scale.one(), 3 * scale.one()), 6666);
        assert_eq!(scale.times(6666, 6666), 4443);
        let fine = Scale::new(20);
        let third = fine.fraction(1_000_000 * fine.one(), 3_000_000 * fine.one());
        assert_eq!(third, 33_333_333_333_333_333_333);
        assert_eq!(fine.times(fine.one(), third), third);
        assert_eq!(fine.times(third, third), 11_111_111_111_111_111_110);
        assert_eq!(scale.divided(scale.one() * 100, 7, 0), 14 * scale.one());
        assert_eq!(scale.divided(scale.one() * 100, 7, 4), 142_857);
        assert_eq!(Scale::new(1).times(5, 5), 2);
    }
}
