//! Office hours as an office writes them: `Mon-Fri 08:00-17:00`, `Mon,Wed 9:00-12:00; Sat 10:00-14:00`, `any`.

use jiff::civil::{DateTime, Time, Weekday};

/// When an account is used.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Hours {
    /// Day and night: a system's account, not a person's.
    #[default]
    Any,
    /// Weekdays and times of day.
    Open(Vec<(Vec<Weekday>, Time, Time)>),
}

impl Hours {
    /// `None` where the text is not understood.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || ["any", "always", "24/7", "24x7"].contains(&text.to_ascii_lowercase().as_str()) {
            return Some(Self::Any);
        }
        text.split(';').map(stretch).collect::<Option<Vec<_>>>().map(Self::Open)
    }

    /// Whether a moment lies within the hours, their ends included.
    pub(crate) fn open_at(&self, at: DateTime) -> bool {
        let Self::Open(stretches) = self else { return true };
        stretches.iter().any(|(days, from, to)| days.contains(&at.weekday()) && *from <= at.time() && at.time() <= *to)
    }

    /// The hours of either.
    pub(crate) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Open(ours), Self::Open(theirs)) => Self::Open([ours, theirs].concat()),
            _ => Self::Any,
        }
    }

    /// Whether the account is a person's.
    pub(crate) fn is_person(&self) -> bool {
        matches!(self, Self::Open(_))
    }
}

fn stretch(text: &str) -> Option<(Vec<Weekday>, Time, Time)> {
    let (days, times) = text.trim().rsplit_once(' ')?;
    let (from, to) = times.split_once('-')?;
    let days = days.split(',').map(weekdays).collect::<Option<Vec<_>>>()?.concat();
    Some((days, time(from)?, time(to)?))
}

fn weekdays(text: &str) -> Option<Vec<Weekday>> {
    let Some((from, to)) = text.split_once('-') else { return Some(vec![weekday(text)?]) };
    let (from, to) = (weekday(from)?, weekday(to)?);
    let days = (to.to_monday_zero_offset() - from.to_monday_zero_offset()).rem_euclid(7);
    Some((0..=days).map(|day| from.wrapping_add(day)).collect())
}

fn weekday(text: &str) -> Option<Weekday> {
    let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let text = text.trim().to_ascii_lowercase();
    let at = names.iter().position(|name| text.starts_with(name))?;
    Weekday::from_monday_zero_offset(i8::try_from(at).ok()?).ok()
}

fn time(text: &str) -> Option<Time> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
    if hour == 24 && minute == 0 { Some(Time::MAX) } else { Time::new(hour, minute, 0, 0).ok() }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn hours_are_read_as_offices_write_them() {
        let hours = Hours::read("Mon-Fri 08:00-17:00; Sat 10:00-12:00").expect("hours");
        let at = |day, hour| hours.open_at(date(2026, 9, day).at(hour, 0, 0, 0));
        assert!(at(7, 8) && at(11, 17) && at(12, 11));
        assert!(!at(7, 7) && !at(12, 13) && !at(13, 11));
        assert_eq!(Hours::read("any"), Some(Hours::Any));
        assert_eq!(Hours::read("when needed"), None);
    }
}
