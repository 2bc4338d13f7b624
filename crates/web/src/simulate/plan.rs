//! What the portal's life is to be.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use pollwarden_core::Interval;

use super::{
    attacks::{Attack, InjectionThenFlood},
    hit::{Micros, SECOND},
    line::LogFormat,
    micros,
    site::PortalShape,
};

/// A day on which more voters come than on others, such as the last day to register.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BusyDay {
    /// The day in the office's time zone.
    pub date: Date,
    /// How many times as many visits as on an ordinary day.
    pub times: f64,
}

/// A portal, its ordinary life and the attacks on it. The same plan gives the same bytes.
#[derive(Debug, Clone)]
pub struct PortalPlan {
    /// The seed of everything drawn.
    pub seed: u64,
    /// The first moment logged.
    pub start: Timestamp,
    /// The length of the log.
    pub weeks: u32,
    /// The office's time zone: its rhythm of days, and the offset that combined lines carry.
    pub zone: TimeZone,
    /// How a line is written.
    pub format: LogFormat,
    /// How a record's address names the voter.
    pub shape: PortalShape,
    /// Voters on the roll.
    pub voters: u64,
    /// The smallest voter number.
    pub first_voter_number: u64,
    /// Visits by voters on an average day.
    pub sessions_per_day: f64,
    /// Records that the office's clerks look at on an average day of the week.
    pub clerk_records_per_day: f64,
    /// How often the uptime monitor looks.
    pub monitor_every: SignedDuration,
    /// Days on which more voters come.
    pub busy_days: Vec<BusyDay>,
    /// Stretches in which the portal was down: no request is answered or logged.
    pub outages: Vec<Interval>,
    /// The attacks, in any order.
    pub attacks: Vec<Attack>,
}

impl PortalPlan {
    /// Ordinary life without attacks, outages or busy days, on the east coast's clock.
    pub fn ordinary(seed: u64, start: Timestamp, weeks: u32, sessions_per_day: f64, voters: u64) -> Self {
        Self {
            seed,
            start,
            weeks,
            zone: eastern(),
            format: LogFormat::Combined,
            shape: PortalShape::IdInQuery,
            voters,
            first_voter_number: 4_100_000,
            sessions_per_day,
            clerk_records_per_day: sessions_per_day * 0.8,
            monitor_every: SignedDuration::from_mins(10),
            busy_days: Vec::new(),
            outages: Vec::new(),
            attacks: Vec::new(),
        }
    }

    /// The portal of `examples/county`: five weeks before an election in which an injection begins low and slow and ends
    /// in a flood; with National Voter Registration Day, the rush before the last day to register, and a morning without
    /// power.
    pub fn county_example() -> Self {
        Self {
            monitor_every: SignedDuration::from_mins(30),
            clerk_records_per_day: 52.0,
            busy_days: vec![
                BusyDay { date: jiff::civil::date(2026, 9, 22), times: 2.6 },
                BusyDay { date: jiff::civil::date(2026, 10, 2), times: 2.4 },
                BusyDay { date: jiff::civil::date(2026, 10, 3), times: 2.2 },
                BusyDay { date: jiff::civil::date(2026, 10, 4), times: 3.8 },
            ],
            outages: vec![Interval { from: eastern_time(9, 10, 7, 40), to: eastern_time(9, 10, 12, 25) }],
            attacks: vec![Attack::InjectionThenFlood(InjectionThenFlood {
                begin: eastern_time(9, 6, 2, 14),
                slow_days: 19,
                slow_records: 21,
                flood_at: eastern_time(9, 26, 3, 31),
                records: 7_350,
                per_second: 5.0,
                addresses: 3,
                blocked_requests: 900,
            })],
            ..Self::ordinary(2026, eastern_time(8, 31, 0, 0), 5, 34.0, 38_400)
        }
    }

    /// The first moment no longer logged.
    pub(super) fn end(&self) -> Micros {
        micros(self.start) + i64::from(self.weeks) * 7 * 86_400 * SECOND
    }
}

/// As a rule rather than by name: the log must not depend on the machine's time zone database.
fn eastern() -> TimeZone {
    TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").expect("the rule is fixed and valid")
}

/// A time of 2026 in the example's county.
fn eastern_time(month: i8, day: i8, hour: i8, minute: i8) -> Timestamp {
    eastern()
        .to_timestamp(jiff::civil::date(2026, month, day).at(hour, minute, 0, 0))
        .expect("the example's times exist")
}
