//! The access log of an invented county's voter portal, with known truth.
//!
//! The limit, the exercise and the tests use it: rows with attacks of a given size and stealth, of which it is known
//! which addresses attacked and how many voters' records left. Ordinary life is drawn apart from attacks: the same seed
//! with and without an attack gives the same ordinary lines. The shapes follow what is published of Illinois 2016
//! (Illinois State Board of Elections, breach report of 26 August 2016; Senate Intelligence Committee, report vol. 1);
//! payloads are composed here, not copied. It writes lines as a server would and leaves reading them to `formats`.

mod attacks;
mod bulk;
mod calendar;
mod chance;
mod clerks;
mod client;
mod hit;
mod likeness;
mod line;
mod machines;
mod names;
mod payload;
mod plan;
mod portal;
mod site;
mod threats;
mod trial;
mod truth;
mod visits;
mod walk;

use std::io::{self, Write};

use jiff::Timestamp;
use pollwarden_core::Interval;

pub use self::{
    attacks::{
        Attack, BlindInjection, BulkInjection, CredentialStuffing, DistributedHarvest, Harvest, InjectionThenFlood,
        Order, RowByRow, Scan, SequentialHarvest, SlowHarvest,
    },
    bulk::bulk,
    likeness::Likeness,
    line::LogFormat,
    plan::{BusyDay, PortalPlan},
    site::PortalShape,
    threats::{THREATS, Threat},
    trial::Trial,
    truth::{AttackTruth, PortalTruth},
};
use self::{
    calendar::{Day, days},
    clerks::Clerks,
    hit::{Hit, Micros},
    line::LineWriter,
    machines::{Crawlers, Monitor, Probes},
    site::Site,
    truth::TruthSoFar,
    visits::Visits,
};

/// Someone or something that makes requests, asked day by day.
trait Life {
    /// Adds the requests of a day; a visit that begins before midnight may go on after it.
    fn day(&mut self, day: &Day, out: &mut Vec<Hit>);
}

/// Writes the portal's log of the whole plan: ordinary life and attacks, in order of time.
///
/// # Errors
/// Where `out` can't be written.
pub fn write_log(plan: &PortalPlan, out: &mut impl Write) -> io::Result<PortalTruth> {
    let mut lives = ordinary(plan);
    lives.extend(attacks::lives(plan));
    write_lives(plan, lives, out)
}

/// Writes the lines of the plan's attacks alone, to be put among the lines of a real portal.
///
/// # Errors
/// Where `out` can't be written.
pub fn write_attacks(plan: &PortalPlan, out: &mut impl Write) -> io::Result<PortalTruth> {
    write_lives(plan, attacks::lives(plan), out)
}

fn ordinary(plan: &PortalPlan) -> Vec<Box<dyn Life>> {
    let site = Site::of(plan);
    vec![
        Box::new(Visits::new(plan, site)),
        Box::new(Clerks::new(plan, site)),
        Box::new(Monitor::new(plan)),
        Box::new(Crawlers::new(plan, site)),
        Box::new(Probes::new(plan)),
    ]
}

/// Day by day, so that memory holds a day's requests and not the log's.
fn write_lives(plan: &PortalPlan, mut lives: Vec<Box<dyn Life>>, out: &mut impl Write) -> io::Result<PortalTruth> {
    let mut writer = LineWriter::new(plan, out)?;
    let mut truth = TruthSoFar::new(plan);
    let mut hits: Vec<Hit> = Vec::new();
    for day in days(plan) {
        for life in &mut lives {
            life.day(&day, &mut hits);
        }
        hits.sort_by_key(|hit| hit.at);
        let after_midnight = hits.split_off(hits.partition_point(|hit| hit.at < day.end));
        for hit in std::mem::replace(&mut hits, after_midnight) {
            if hit.at >= day.start && !is_down(&plan.outages, hit.at) {
                writer.write(&hit)?;
                truth.count(&hit);
            }
        }
    }
    writer.flush()?;
    Ok(truth.done(writer.written()))
}

fn is_down(outages: &[Interval], at: Micros) -> bool {
    outages.iter().any(|outage| (micros(outage.from)..=micros(outage.to)).contains(&at))
}

fn micros(at: Timestamp) -> Micros {
    at.as_microsecond()
}

#[cfg(test)]
mod tests;
