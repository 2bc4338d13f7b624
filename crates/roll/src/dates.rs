//! Days as offices write them, in names of files and folders and in columns: 2026-10-03, 10/3/2026, 20261003, Oct 3, 2026,
//! 3-Oct-2026, 03OCT2026.
//!
//! Of day and month in digits, the month stands first, as American offices write. What can be read in two ways is no day:
//! it is told as unclear, with the readings.

use jiff::civil::Date;

/// What a name says of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    Nothing,
    Day(Date),
    /// One date that can be read in several ways, or several dates.
    Unclear(Vec<Date>),
}

/// The first day that a text says with its whole year.
pub(crate) fn date_in(text: &str) -> Option<Date> {
    let runs = runs(text);
    (0..runs.len()).find_map(|at| whole_year(&runs[at..], false))
}

/// What a name says, a year of two digits included.
pub(crate) fn in_name(name: &str) -> Said {
    let runs = runs(name);
    let mut days: Vec<Date> = (0..runs.len()).filter_map(|at| whole_year(&runs[at..], true)).collect();
    if days.is_empty() {
        days = (0..runs.len()).flat_map(|at| short_year(&runs[at..])).collect();
    }
    days.sort_unstable();
    days.dedup();
    match days[..] {
        [] => Said::Nothing,
        [day] => Said::Day(day),
        _ => Said::Unclear(days),
    }
}

/// A day at the beginning of a text, and what stands after it. Here a year of two digits stands last.
pub(crate) fn at_start(text: &str) -> Option<(Date, &str)> {
    let runs = runs(text);
    let first = runs.first().filter(|run| run.begin == 0)?;
    let day = whole_year(&runs, false).or_else(|| {
        let (month, day, year) = short_triple(&runs)?;
        Date::new(century(year)?, month, day).ok()
    })?;
    let used = if first.is_digits() && first.text.len() == 8 { 1 } else { 3 };
    Some((day, &text[runs[used - 1].end()..]))
}

/// Letters or digits that stand together.
#[derive(Debug, Clone, Copy)]
struct Run<'a> {
    begin: usize,
    text: &'a str,
}

impl Run<'_> {
    fn end(&self) -> usize {
        self.begin + self.text.len()
    }

    fn is_digits(&self) -> bool {
        self.text.as_bytes()[0].is_ascii_digit()
    }

    fn number(&self) -> Option<i16> {
        if self.is_digits() { self.text.parse().ok() } else { None }
    }

    /// A number of at most two digits.
    fn short(&self) -> Option<i8> {
        self.number().filter(|_| self.text.len() <= 2).and_then(|number| i8::try_from(number).ok())
    }

    fn year(&self) -> Option<i16> {
        self.number().filter(|year| self.text.len() == 4 && (1900..2200).contains(year))
    }

    fn month(&self) -> Option<i8> {
        const MONTHS: [&str; 12] = [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ];
        let word = self.text.to_ascii_lowercase();
        let names =
            |month: &&str| word == **month || word == month[..3] || (word == "sept" && month.starts_with("sept"));
        MONTHS.iter().position(names).and_then(|at| i8::try_from(at + 1).ok())
    }
}

/// Runs of digits and of letters; the ending of an ordinal (`3rd`) is left out.
fn runs(text: &str) -> Vec<Run<'_>> {
    let kind = |c: char| (c.is_ascii_digit(), c.is_ascii_alphabetic());
    let mut runs: Vec<Run<'_>> = Vec::new();
    let mut begin = 0;
    for (at, c) in text.char_indices() {
        let next = at + c.len_utf8();
        let ends = text[next..].chars().next().is_none_or(|after| kind(after) != kind(c));
        if !ends {
            continue;
        }
        let run = Run { begin, text: &text[begin..next] };
        begin = next;
        let ordinal = ["st", "nd", "rd", "th"].iter().any(|ending| run.text.eq_ignore_ascii_case(ending))
            && runs.last().is_some_and(|last| last.is_digits() && last.end() == run.begin);
        if kind(c) != (false, false) && !ordinal {
            runs.push(run);
        }
    }
    runs
}

/// So many bytes may stand between the parts of a date with a month's name: "Oct 3rd, 2026".
const NEAR: usize = 4;

/// The day that the first runs say with four digits of a year; `day_first` where the month can't be: 25-10-2026.
fn whole_year(runs: &[Run<'_>], day_first: bool) -> Option<Date> {
    let [first, rest @ ..] = runs else { return None };
    if first.is_digits() && first.text.len() == 8 {
        return eight(first.text);
    }
    let [second, third, ..] = rest else { return None };
    let gaps = [second.begin - first.end(), third.begin - second.end()];
    if let Some((year, month, day)) = with_month(first, second, third) {
        // "3-Oct-2026", "Oct 3, 2026", "Oct - 3 - 2026"
        return Date::new(year, month, day).ok().filter(|_| gaps.iter().all(|gap| *gap <= NEAR));
    }
    if gaps != [1, 1] {
        return None;
    }
    if let Some(year) = first.year() {
        return Date::new(year, second.short()?, third.short()?).ok();
    }
    let (year, month, day) = (third.year()?, first.short()?, second.short()?);
    Date::new(year, month, day).ok().or_else(|| Date::new(year, day, month).ok().filter(|_| day_first))
}

/// Year, month and day, of three runs of which one names the month.
fn with_month(first: &Run<'_>, second: &Run<'_>, third: &Run<'_>) -> Option<(i16, i8, i8)> {
    match (first.month(), second.month()) {
        (Some(month), _) => Some((third.year()?, month, second.short()?)),
        (None, Some(month)) => match first.year() {
            Some(year) => Some((year, month, third.short()?)),
            None => Some((third.year()?, month, first.short()?)),
        },
        (None, None) => None,
    }
}

/// 20261003 or 10032026.
fn eight(digits: &str) -> Option<Date> {
    let number = |from: usize, to: usize| digits[from..to].parse::<i16>().ok();
    let read = |year: i16, month: i16, day: i16| {
        Some(year).filter(|year| (1900..2200).contains(year))?;
        Date::new(year, month as i8, day as i8).ok()
    };
    read(number(0, 4)?, number(4, 6)?, number(6, 8)?).or_else(|| read(number(4, 8)?, number(0, 2)?, number(2, 4)?))
}

/// The readings of a date with two digits of a year: 10-03-26 and 100326 may be of 2026 or of 2010. Where the month is
/// named, the year stands last, as Oracle writes it.
fn short_year(runs: &[Run<'_>]) -> Vec<Date> {
    let day = |year: i8, month: i8, day: i8| Date::new(century(year)?, month, day).ok();
    let named = runs.iter().take(2).any(|run| run.month().is_some());
    if named {
        return short_triple(runs).and_then(|(month, d, year)| day(year, month, d)).into_iter().collect();
    }
    let three = match runs {
        [one, ..] if one.is_digits() && one.text.len() == 6 => {
            [0, 2, 4].map(|at| one.text[at..at + 2].parse::<i8>().ok())
        }
        [a, b, c, ..] if a.end() + 1 == b.begin && b.end() + 1 == c.begin => {
            let ends = |run: &Run<'_>| run.text.len() == 2;
            if !ends(a) && !ends(c) {
                return Vec::new();
            }
            [a.short(), b.short(), c.short()]
        }
        _ => return Vec::new(),
    };
    let [Some(a), Some(b), Some(c)] = three else { return Vec::new() };
    let readings: Vec<Date> = [day(c, a, b), day(a, b, c)].into_iter().flatten().collect();
    if readings.is_empty() { day(c, b, a).into_iter().collect() } else { readings }
}

/// Month, day and year of two digits, which stands last: 10/3/26, 03-OCT-26.
fn short_triple(runs: &[Run<'_>]) -> Option<(i8, i8, i8)> {
    let [a, b, c, ..] = runs else { return None };
    let near = b.begin - a.end() <= NEAR && c.begin - b.end() <= NEAR && c.text.len() == 2;
    let (month, day) = match (a.month(), b.month()) {
        (Some(month), _) => (month, b.short()?),
        (None, Some(month)) => (month, a.short()?),
        (None, None) => (a.short()?, b.short()?),
    };
    Some((month, day, c.short()?)).filter(|_| near)
}

/// Records of voters are kept by computers since this century.
fn century(year: i8) -> Option<i16> {
    (0..50).contains(&year).then(|| 2000 + i16::from(year))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_are_read_from_names() {
        for name in [
            "ncvoter_2026-10-03.txt",
            "roll20261003.csv",
            "10-03-2026",
            "extract_10032026_1.txt",
            "a 2026_10_3",
            "Voters Oct 3 2026",
            "Voters 3 Oct 2026",
            "Voters Oct-3-2026",
            "Voters October 3, 2026",
            "Voters October 3rd, 2026",
            "Voters03OCT2026",
            "2026-Oct-03",
            "03-OCT-26",
            "Voters Oct 3 26",
            "26-10-03",
            "roll261003",
        ] {
            assert_eq!(in_name(name), Said::Day(date(2026, 10, 3)), "{name}");
        }
        assert_eq!(in_name("Voters Sept 5 2026.csv"), Said::Day(date(2026, 9, 5)));
        assert_eq!(in_name("25-10-2026"), Said::Day(date(2026, 10, 25)));
        for name in ["voters.txt", "SWVF_1_22.csv", "v1.2.3", "2026-13-05", "123456789", "Marion 5 2026", "May", "Öl ß"]
        {
            assert_eq!(in_name(name), Said::Nothing, "{name}");
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_unclear() {
        let two = |a, b| Said::Unclear(vec![a, b]);
        let readings = two(date(2010, 3, 26), date(2026, 10, 3));
        assert_eq!([in_name("Voters_100326.csv"), in_name("10-03-26")], [readings.clone(), readings]);
        assert_eq!(in_name("2026-09-05 to 2026-10-03"), two(date(2026, 9, 5), date(2026, 10, 3)));
    }

    #[test]
    fn columns_say_days_with_their_whole_year() {
        assert_eq!(date_in("11/05/2024 GENERAL"), Some(date(2024, 11, 5)));
        assert_eq!(date_in("born 2-Jan-1990"), Some(date(1990, 1, 2)));
        assert_eq!([date_in("110524"), date_in("25/10/2026"), date_in("10-03-26")], [None; 3]);
    }

    #[test]
    fn a_day_at_the_start_leaves_the_time() {
        assert_eq!(at_start("10/3/26 2:15 PM"), Some((date(2026, 10, 3), " 2:15 PM")));
        assert_eq!(at_start("03-OCT-26 02.15.00 PM"), Some((date(2026, 10, 3), " 02.15.00 PM")));
        assert_eq!(at_start("20261003T1415"), Some((date(2026, 10, 3), "T1415")));
        assert_eq!([at_start("at 10/3/2026"), at_start(""), at_start("10/3")], [None; 3]);
    }
}
