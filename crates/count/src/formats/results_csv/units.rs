//! The sum over a table's units, each once: a county's row beside those of its precincts is their total, and so is a row without
//! any unit beside those of units.

use hashbrown::HashSet;
use indexmap::IndexMap;

/// One choice's counts in one unit.
#[derive(Debug, Default)]
struct Counted<'a> {
    own: Option<(i64, u64)>,
    ways: Vec<(&'a str, i64)>,
}

/// What the parts of a whole have together.
#[derive(Debug, Default)]
struct Together<'a> {
    votes: Option<i64>,
    /// Whether one has a count of its own: ways of voting are in it, named or not.
    own: bool,
    ways: HashSet<&'a str>,
}

/// A sum over units, and what to say of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    /// `None` where no unit has a count.
    pub(super) votes: Option<i64>,
    /// Totals that are not the sum of their parts: the unit (empty: all), the sum, the stated total and its line.
    pub(super) unlike: Vec<(String, i64, i64, u64)>,
    /// Counts of a whole by a way of voting that its parts don't name, which may be in theirs: unit and way, not added.
    pub(super) left: Vec<(String, String)>,
}

/// The sum of counts by unit and way of voting (empty: all), each with its line. A precinct's unit is `county\0precinct`.
pub(super) fn sum<'a>(counts: impl Iterator<Item = (&'a str, &'a str, i64, u64)>) -> Sum {
    let mut units: IndexMap<&str, Counted<'_>> = IndexMap::new();
    for (unit, way, votes, line) in counts {
        let there = units.entry(unit).or_default();
        if way.is_empty() { there.own = Some((votes, line)) } else { there.ways.push((way, votes)) }
    }
    let mut sum = Sum::default();
    let mut counties: IndexMap<&str, Together<'_>> = IndexMap::new();
    let mut all = Together::default();
    for (unit, counted) in &units {
        if let Some((county, _)) = unit.split_once('\0') {
            counties.entry(county).or_default().add(counted);
        }
    }
    let alone = |unit: &str| !unit.is_empty() && !unit.contains('\0') && !counties.contains_key(unit);
    units.iter().filter(|(unit, _)| alone(unit)).for_each(|(_, counted)| all.add(counted));
    for (county, mut precincts) in counties {
        if let Some(counted) = units.get(county) {
            precincts.hold(county, counted, &mut sum);
        }
        all.join(precincts);
    }
    if let Some(counted) = units.get("") {
        all.hold("", counted, &mut sum);
    }
    sum.votes = all.votes;
    sum
}

impl<'a> Counted<'a> {
    fn votes(&self) -> Option<i64> {
        let ways = || self.ways.iter().map(|(_, votes)| *votes).reduce(i64::saturating_add);
        self.own.map(|(votes, _)| votes).or_else(ways)
    }
}

impl<'a> Together<'a> {
    fn add(&mut self, part: &Counted<'a>) {
        self.votes = plus(self.votes, part.votes());
        self.own |= part.own.is_some();
        self.ways.extend(part.ways.iter().map(|(way, _)| *way));
    }

    fn join(&mut self, other: Self) {
        self.votes = plus(self.votes, other.votes);
        self.own |= other.own;
        self.ways.extend(other.ways);
    }

    /// Holds a whole's own counts against these of its parts.
    fn hold(&mut self, unit: &str, whole: &Counted<'a>, sum: &mut Sum) {
        let Some(parts) = self.votes else {
            return self.add(whole);
        };
        if let Some((stated, line)) = whole.own {
            if stated != parts {
                sum.unlike.push((unit.to_owned(), parts, stated, line));
            }
            return;
        }
        let others: Vec<_> = whole.ways.iter().filter(|(way, _)| !self.ways.contains(way)).copied().collect();
        if self.own {
            sum.left.extend(others.into_iter().map(|(way, _)| (unit.to_owned(), way.to_owned())));
            return;
        }
        self.add(&Counted { own: None, ways: others });
    }
}

fn plus(a: Option<i64>, b: Option<i64>) -> Option<i64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.saturating_add(b)),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(counts: &[(&str, &str, i64)]) -> Sum {
        sum((1..).zip(counts).map(|(line, (unit, way, votes))| (*unit, *way, *votes, line)))
    }

    #[test]
    fn each_unit_has_its_own_count_or_that_of_its_ways() {
        let counts = [("P1", "Election Day", 10), ("P1", "Mail", 5), ("P2", "", 7), ("P3", "", 4), ("P3", "Mail", 1)];
        assert_eq!(of(&counts), Sum { votes: Some(26), ..Sum::default() });
        assert_eq!(of(&[]).votes, None);
    }

    #[test]
    fn a_row_of_the_county_is_the_total_of_its_precincts() {
        let rows = [("Adams", "", 100), ("Adams\0P1", "", 60), ("Adams\0P2", "", 40), ("Bond", "", 5)];
        assert_eq!(of(&rows), Sum { votes: Some(105), ..Sum::default() });
        let unlike = of(&[("Adams", "", 100), ("Adams\0P1", "", 60), ("", "", 61)]);
        let said = vec![("Adams".to_owned(), 60, 100, 1), (String::new(), 60, 61, 3)];
        assert_eq!((unlike.votes, unlike.unlike), (Some(60), said));
    }

    #[test]
    fn a_way_that_only_the_whole_has_is_added_where_no_precinct_can_hold_it() {
        let apart = of(&[("", "Mail", 5), ("P1", "Polls", 10)]);
        assert_eq!((apart.votes, apart.left), (Some(15), vec![]));
        let total = of(&[("", "Polls", 10), ("P1", "Polls", 10)]);
        assert_eq!((total.votes, total.left), (Some(10), vec![]));
        let unclear = of(&[("", "Mail", 5), ("P1", "", 10)]);
        assert_eq!((unclear.votes, unclear.left), (Some(10), vec![(String::new(), "Mail".to_owned())]));
    }
}
