//! How far two values that are not the same agree (comparison vectors after Fellegi and Sunter 1969).

use super::field::{Kind, Level};
use super::likeness::{jaro_winkler, slips};

/// How far two values agree that are known and differ, in plain form.
pub(super) fn level(kind: Kind, a: &str, b: &str) -> Level {
    match kind {
        Kind::Name => name(a, b),
        Kind::Date => date(a, b),
        Kind::Code => code(a, b),
        Kind::Address => address(a, b),
        Kind::Words => words(a, b),
        Kind::Value => Level::Different,
    }
}

/// Slips of one letter change short names into other ones.
const SHORTEST_WITH_SLIP: usize = 4;

fn name(a: &str, b: &str) -> Level {
    if is_initial(a, b) || is_initial(b, a) {
        return Level::Alike;
    }
    if a.len().min(b.len()) >= SHORTEST_WITH_SLIP && slips(a, b, 1) <= 1 {
        return Level::Close;
    }
    match jaro_winkler(a, b) {
        0.92.. => Level::Close,
        0.85.. => Level::Alike,
        _ if share_a_word(a, b) => Level::Alike,
        _ => Level::Different,
    }
}

fn is_initial(short: &str, long: &str) -> bool {
    short.chars().count() == 1 && long.starts_with(short)
}

/// Double names of which one is left out.
fn share_a_word(a: &str, b: &str) -> bool {
    (a.contains(' ') || b.contains(' ')) && a.split(' ').any(|one| one.len() > 2 && b.split(' ').any(|two| one == two))
}

fn words(a: &str, b: &str) -> Level {
    match jaro_winkler(a, b) {
        0.94.. => Level::Close,
        0.85.. => Level::Alike,
        _ if slips(a, b, 2) <= 2 => Level::Close,
        _ => Level::Different,
    }
}

/// One house, but for a slip in its number or street; the same street, or the same house number in a street much alike.
fn address(a: &str, b: &str) -> Level {
    let ((house_a, street_a), (house_b, street_b)) = (house_and_street(a), house_and_street(b));
    let same_house = house_a == house_b && !house_a.is_empty();
    let street = if street_a == street_b { Level::Same } else { words(street_a, street_b) };
    match (same_house, street) {
        (true, Level::Same | Level::Close) => Level::Close,
        (true, Level::Alike) => Level::Alike,
        (false, Level::Same) if house_a.len().min(house_b.len()) >= 2 && slips(house_a, house_b, 1) <= 1 => {
            Level::Close
        }
        (false, Level::Same) if !street_a.is_empty() => Level::Alike,
        _ => Level::Different,
    }
}

fn house_and_street(line: &str) -> (&str, &str) {
    match line.split_once(' ') {
        Some((house, street)) if house.starts_with(|c: char| c.is_ascii_digit()) => (house, street),
        _ => ("", line),
    }
}

fn code(a: &str, b: &str) -> Level {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    // A ZIP code with and without its last four digits, a number with and without its area code.
    if short.len() >= 5 && (long.starts_with(short) || long.ends_with(short)) {
        return Level::Close;
    }
    match (short.len(), slips(a, b, 2)) {
        (3.., 1) => Level::Close,
        (7.., 2) => Level::Alike,
        _ => Level::Different,
    }
}

/// Both as eight digits: year, month, day. Else as years.
fn date(a: &str, b: &str) -> Level {
    if a.len() != 8 || b.len() != 8 {
        return year(a, b);
    }
    let parts = |text: &str| [0..4, 4..6, 6..8].map(|place| text.get(place).unwrap_or_default().to_owned());
    let ([year_a, month_a, day_a], [year_b, month_b, day_b]) = (parts(a), parts(b));
    if year_a == year_b && month_a == day_b && day_a == month_b {
        return Level::Exchanged;
    }
    let equal = [year_a == year_b, month_a == month_b, day_a == day_b].iter().filter(|equal| **equal).count();
    match slips(a, b, 2) {
        1 => Level::Close,
        2 => Level::Alike,
        _ if equal == 2 => Level::Alike,
        _ => Level::Different,
    }
}

fn year(a: &str, b: &str) -> Level {
    match (a.get(..4), b.get(..4)) {
        (Some(one), Some(two)) if one == two => Level::Alike,
        _ if a.len() == b.len() && slips(a, b, 1) == 1 => Level::Close,
        _ => Level::Different,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn slips_initials_and_halves_of_names_are_told() {
        for (a, b, expected) in [
            ("JOHNSON", "JONSON", Level::Close),
            ("MARIA", "M", Level::Alike),
            ("GARCIA LOPEZ", "LOPEZ", Level::Alike),
            ("ANN", "ANNA", Level::Close),
            ("ANN", "ANA", Level::Different),
            ("ADA", "OTTO", Level::Different),
        ] {
            assert_eq!(level(Kind::Name, a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn dates_with_a_slip_are_told_from_other_dates() {
        for (a, b, expected) in [
            ("19800412", "19801204", Level::Exchanged),
            ("19800412", "19800413", Level::Close),
            ("19800412", "19800427", Level::Alike),
            ("19800412", "1980", Level::Alike),
            ("1980", "1981", Level::Close),
            ("19800412", "19751130", Level::Different),
        ] {
            assert_eq!(level(Kind::Date, a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn addresses_are_told_by_house_and_street() {
        for (a, b, expected) in [
            ("12 MAIN ST", "12 MIAN ST", Level::Close),
            ("12 MAIN ST", "21 MAIN ST", Level::Close),
            ("12 MAIN ST", "980 MAIN ST", Level::Alike),
            ("MAIN ST", "980 MAIN ST", Level::Alike),
            ("12 MAIN ST", "12 OAK AVE", Level::Different),
        ] {
            assert_eq!(level(Kind::Address, a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn codes_may_be_cut_short() {
        assert_eq!(level(Kind::Code, "27601", "276011234"), Level::Close);
        assert_eq!(level(Kind::Code, "12", "13"), Level::Different);
        assert_eq!(level(Kind::Value, "F", "M"), Level::Different);
    }

    proptest! {
        #[test]
        fn the_order_of_two_values_does_not_matter(a in "[A-C0-2 é]{1,9}", b in "[A-C0-2 é]{1,9}") {
            for kind in [Kind::Name, Kind::Date, Kind::Code, Kind::Address, Kind::Words, Kind::Value] {
                prop_assert_eq!(level(kind, &a, &b), level(kind, &b, &a));
            }
        }
    }
}
