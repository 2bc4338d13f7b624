//! Days and hours: when voters, clerks and machines are about.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use super::{
    chance::Chance,
    hit::{Micros, SECOND},
    micros,
    plan::PortalPlan,
};

const HOUR: Micros = 3600 * SECOND;

/// A day in the office's time zone; the first and last may be cut by the plan.
#[derive(Debug, Clone, Copy)]
pub(super) struct Day {
    pub(super) date: Date,
    pub(super) start: Micros,
    pub(super) end: Micros,
    midnight: Micros,
    /// How many times an ordinary day's visitors come.
    pub(super) busy: f64,
}

/// How the requests of a life are spread over the hours of a day, and over the days from Monday.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rhythm {
    hours: [u32; 24],
    weekdays: [u32; 7],
}

/// Lunch hours and evenings, few at night.
pub(super) const VOTERS: Rhythm = Rhythm {
    hours: [14, 8, 5, 4, 5, 10, 22, 40, 62, 75, 80, 84, 90, 82, 74, 70, 72, 76, 84, 92, 88, 70, 46, 26],
    weekdays: [112, 116, 110, 105, 94, 70, 76],
};

/// Office hours with a lunch break.
pub(super) const OFFICE: Rhythm = Rhythm {
    hours: [0, 0, 0, 0, 0, 0, 0, 8, 70, 100, 100, 90, 38, 92, 100, 96, 70, 12, 0, 0, 0, 0, 0, 0],
    weekdays: [100, 100, 100, 100, 100, 0, 0],
};

/// Machines keep no hours.
pub(super) const ALWAYS: Rhythm = Rhythm { hours: [1; 24], weekdays: [1; 7] };

pub(super) fn days(plan: &PortalPlan) -> impl Iterator<Item = Day> + '_ {
    let end = plan.end();
    let first = plan.zone.to_datetime(plan.start).date();
    first.series(jiff::Span::new().days(1)).map(|date| day(plan, date)).take_while(move |day| day.start < end).map(
        move |mut day| {
            day.end = day.end.min(end);
            day
        },
    )
}

fn day(plan: &PortalPlan, date: Date) -> Day {
    let midnight = midnight(&plan.zone, date);
    let next = date.tomorrow().map_or(midnight + 24 * HOUR, |date| micros_of(&plan.zone, date));
    let busy = plan.busy_days.iter().find(|busy| busy.date == date).map_or(1.0, |busy| busy.times);
    Day { date, start: midnight.max(micros(plan.start)), end: next, midnight, busy }
}

fn midnight(zone: &TimeZone, date: Date) -> Micros {
    micros_of(zone, date)
}

fn micros_of(zone: &TimeZone, date: Date) -> Micros {
    zone.to_timestamp(date.to_datetime(jiff::civil::Time::midnight())).unwrap_or(Timestamp::MAX).as_microsecond()
}

impl Day {
    /// The times of a life's beginnings: a Poisson process of `per_day` on an average day of the week, by thinning.
    pub(super) fn arrivals(&self, chance: &mut Chance, rhythm: &Rhythm, per_day: f64) -> Vec<Micros> {
        let peak = f64::from(*rhythm.hours.iter().max().unwrap_or(&0));
        let per_second = per_day * self.weekday_share(rhythm) * peak / sum(&rhythm.hours) / 3600.0;
        if per_second <= 0.0 {
            return Vec::new();
        }
        let candidates = std::iter::successors(Some(self.start), |at| Some(at + chance.wait(1.0 / per_second).max(1)));
        let candidates: Vec<Micros> = candidates.skip(1).take_while(|at| *at < self.end).collect();
        candidates.into_iter().filter(|at| chance.yes(f64::from(rhythm.hours[self.hour(*at)]) / peak)).collect()
    }

    /// On the two days a year when clocks change the hours after the change are off by one; nothing rests on them.
    fn hour(&self, at: Micros) -> usize {
        ((at - self.midnight) / HOUR).clamp(0, 23) as usize
    }

    fn weekday_share(&self, rhythm: &Rhythm) -> f64 {
        let today = rhythm.weekdays[self.date.weekday().to_monday_zero_offset() as usize];
        f64::from(today) * 7.0 / sum(&rhythm.weekdays)
    }
}

fn sum(weights: &[u32]) -> f64 {
    f64::from(weights.iter().sum::<u32>())
}

/// A length of time as microseconds.
pub(super) fn length(duration: SignedDuration) -> Micros {
    duration.as_micros().clamp(0, i128::from(Micros::MAX)) as Micros
}
