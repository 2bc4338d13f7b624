//! What a real portal looks like from its own log: which page shows a voter's record and how it names one, how large its
//! answers are, which browsers come, where passwords and search forms are. Attacks are then simulated in that shape.
//!
//! Worked out by a few queries over the untouched rows; rare clients (an attacker that is in the log, say) are kept from
//! deciding anything by counting clients rather than requests.

mod ask;
mod names;
mod portal;
mod routes;

use std::sync::Arc;

use arrow::array::RecordBatch;
use jiff::Timestamp;
use pollwarden_core::{Office, from_micros};

use self::{ask::Sample, names::Names, routes::Routes};
use super::{hit::Micros, portal::Answer, portal::Asked};

/// A portal as its log shows it.
#[derive(Debug)]
pub struct Likeness {
    span: (Micros, Micros),
    records: Option<Records>,
    injectable: Option<Asked>,
    form: Option<Asked>,
    login: Option<Asked>,
    others: Vec<(String, Answer)>,
    browsers: Vec<Arc<str>>,
    network: [u8; 2],
    /// Whether answers are logged with their sizes.
    pub(super) sized: bool,
}

/// The page that shows a voter's record.
#[derive(Debug)]
struct Records {
    route: String,
    names: Names,
    answers: Vec<Answer>,
    miss: Answer,
}

impl Likeness {
    /// Works it out from the tables of a log. `ask` runs a query over them. `None` where they hold no row.
    ///
    /// # Errors
    /// Where a query fails.
    pub fn of<E>(ask: &mut dyn FnMut(&str) -> Result<Vec<RecordBatch>, E>, office: &Office) -> Result<Option<Self>, E> {
        let Some(span) = ask::span(&ask(ask::SPAN)?) else { return Ok(None) };
        let network = ask::free_network(&ask(&ask::networks())?, office);
        let routes = Routes::of(&ask(&routes::sql())?);
        let mut sample = |method: &str, route: &routes::Route| -> Result<Sample, E> {
            Ok(Sample::of(&ask(&ask::sample(method, route))?))
        };
        let record_sample = routes.records().map(|route| sample("GET", route)).transpose()?;
        let records = routes.records().zip(record_sample.as_ref()).and_then(|(r, s)| Records::of(&r.name, s));
        let injected = routes.with_parameter().map(|route| sample("GET", route)).transpose()?;
        let form = routes.form().map(|route| sample("POST", route)).transpose()?;
        let login = routes.login().map(|route| sample("POST", route)).transpose()?;
        let samples = [&record_sample, &injected, &form, &login];
        let browsers: Vec<Arc<str>> = samples.iter().filter_map(|s| s.as_ref()).flat_map(|s| s.browsers()).collect();
        let sized = samples.iter().filter_map(|s| s.as_ref()).any(Sample::is_sized);
        Ok(Some(Self {
            span,
            records,
            injectable: injected.or(record_sample).and_then(|s| s.injectable()),
            form: form.and_then(|s| s.form()),
            login: login.and_then(|s| s.login()),
            others: routes.others(),
            browsers,
            network,
            sized,
        }))
    }

    /// The page that shows a voter's record, as a route; `None` where the log shows none.
    pub fn record_page(&self) -> Option<&str> {
        self.records.as_ref().map(|r| r.route.as_str())
    }

    /// Whether records are named by numbers, so that they can be counted through.
    pub(super) fn is_numbered(&self) -> bool {
        self.records.as_ref().is_some_and(|r| r.names.is_numbered())
    }

    /// Records that the portal may hold.
    pub(super) fn holds(&self) -> u64 {
        self.records.as_ref().map_or(0, |r| r.names.count())
    }

    pub(super) fn has_form(&self) -> bool {
        self.form.is_some()
    }

    pub(super) fn has_login(&self) -> bool {
        self.login.is_some()
    }

    pub(super) fn has_parameter(&self) -> bool {
        self.injectable.is_some()
    }

    /// The log's first and last moment.
    pub fn span(&self) -> (Timestamp, Timestamp) {
        (from_micros(self.span.0), from_micros(self.span.1))
    }

    /// The log's length in weeks.
    pub fn weeks(&self) -> f64 {
        (self.span.1 - self.span.0) as f64 / (7.0 * 86_400e6)
    }
}

impl Records {
    fn of(route: &str, sample: &Sample) -> Option<Self> {
        let answers: Vec<Answer> = sample.read().map(|row| row.answer).collect();
        let names = Names::of(sample)?;
        Some(Self { route: route.to_owned(), names, miss: sample.miss(), answers })
    }
}
