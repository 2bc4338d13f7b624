//! Detection limits of the sensor `web`: simulated attacks among the office's own rows, and the detectors asked again.
//!
//! The untouched rows are gone through once. For each simulated attack the detectors see its rows, and what was worked out
//! from the untouched rows together with what is worked out from its own.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use arrow::array::RecordBatch;
use pollwarden_core::{Answer, Audience, Limit, Scope, Table, Untouched};
use pollwarden_engine::{Engine, EngineError, Rehearsal};
use pollwarden_limit::trial_seed;
use pollwarden_web::simulate::{Likeness, THREATS, Threat, Trial};
use pollwarden_web::{ASKED, CLIENTS, DETECTORS, MINUTES, PAGES, REQUESTS, SIGNS, VISITS};

use crate::progress::Progress;
use crate::trials::{self, Measured, untouched};

/// What is to be measured, and with how much effort.
#[derive(Clone)]
pub(crate) struct Wanted {
    /// The same seed makes the same attacks.
    pub(crate) seed: u64,
    /// Attacks that measure each limit.
    pub(crate) trials: u32,
    /// The threats; all where empty.
    pub(crate) threats: Vec<&'static Threat>,
    /// Sizes to measure; searched for where empty.
    pub(crate) sizes: Vec<u64>,
    /// Threats measured at a time.
    pub(crate) threads: usize,
}

impl Wanted {
    /// What the limits depend on, to remember them by.
    pub(crate) fn in_words(&self) -> String {
        let threats: Vec<&str> = self.threats.iter().map(|t| t.name).collect();
        format!("{} {} {threats:?}", self.seed, self.trials)
    }

    /// What an assessment measures without being asked: one threat of each kind, with few trials.
    pub(crate) fn by_assessment(threads: usize) -> Self {
        const SEED: u64 = 2026;
        const TRIALS: u32 = 20;
        Self {
            seed: SEED,
            trials: TRIALS,
            threats: THREATS.iter().filter(|t| t.assessed).collect(),
            sizes: Vec::new(),
            threads,
        }
    }
}

/// Names of all threats.
pub(crate) fn names() -> Vec<&'static str> {
    THREATS.iter().map(|threat| threat.name).collect()
}

/// The threats of some names.
pub(crate) fn named(names: &[String]) -> Vec<&'static Threat> {
    THREATS.iter().filter(|threat| names.iter().any(|name| name == threat.name)).collect()
}

/// The limits of an answer, whose tables the engine holds.
pub(crate) fn measure(
    engine: &Engine,
    scope: &Scope,
    answer: &Answer,
    wanted: &Wanted,
    show: &Progress,
) -> Result<Measured> {
    let all = |sql: &str| engine.query(sql)?.collect::<Result<Vec<RecordBatch>, EngineError>>();
    let Some(likeness) = Likeness::of(&mut { all }, &scope.office)? else {
        return Ok(Measured {
            limits: Vec::new(),
            notes: vec!["There are no rows to measure a detection limit on.".into()],
        });
    };
    let tables = tables(&all)?;
    let untouched = untouched(answer, likeness.weeks());
    let desk = Desk { likeness: Arc::new(likeness), tables, scope, wanted, untouched };
    desk.measure(show)
}

/// What is kept of the untouched rows: what each client did on which page, and how busy each minute was. Single requests
/// of others than the attackers are asked for by no detector's plan that concerns the attackers.
fn tables<E>(ask: &dyn Fn(&str) -> Result<Vec<RecordBatch>, E>) -> Result<Vec<(&'static Table, Vec<RecordBatch>)>, E> {
    let mut tables: Vec<(&'static Table, Vec<RecordBatch>)> =
        [&REQUESTS, &SIGNS, &ASKED].into_iter().map(|table| (table, Vec::new())).collect();
    for table in [&VISITS, &CLIENTS, &PAGES, &MINUTES] {
        tables.push((table, ask(&format!("SELECT * FROM {}", table.name))?));
    }
    Ok(tables)
}

/// What all threats are measured with.
struct Desk<'a> {
    likeness: Arc<Likeness>,
    tables: Vec<(&'static Table, Vec<RecordBatch>)>,
    scope: &'a Scope,
    wanted: &'a Wanted,
    untouched: Untouched,
}

impl Desk<'_> {
    /// Each threat by itself, several at a time; told in the order of the list.
    fn measure(&self, show: &Progress) -> Result<Measured> {
        let threats: Vec<&Threat> =
            if self.wanted.threats.is_empty() { THREATS.iter().collect() } else { self.wanted.threats.clone() };
        let bar = show.counting("detection limits", threats.len() as u64);
        let worker = || Ok(Rehearsal::new(&self.tables, DETECTORS, self.scope)?);
        trials::measure(&threats, self.wanted.threads, &bar, worker, |threat, rehearsal| {
            bar.set_message(threat.name);
            self.limit(threat, rehearsal).with_context(|| format!("the limit of {}", threat.name))
        })
    }

    /// One threat's limit, or why it can't be measured on this log.
    fn limit(&self, threat: &Threat, rehearsal: &mut Rehearsal) -> Result<Result<Limit, String>> {
        let most = match threat.most(&self.likeness) {
            Ok(most) => most,
            Err(why) => return Ok(Err(format!("No detection limit is given for {}: {why}.", threat.words()))),
        };
        let mut find = |size, phase, trial| {
            let seed = trial_seed(self.wanted.seed, threat.name, phase, size, trial);
            self.is_found(&Trial::of(threat, size, &self.likeness, seed), rehearsal)
        };
        let (curve, reached) = trials::curve(&self.wanted.sizes, most, self.wanted.trials, &mut find)?;
        Ok(Ok(Limit {
            name: threat.name.to_owned(),
            attack: threat.attack.to_owned(),
            unit: threat.unit.to_owned(),
            manner: threat.manner.to_owned(),
            curve,
            reached,
            how: threat.how.to_owned(),
            seed: self.wanted.seed,
            untouched: self.untouched,
        }))
    }

    /// Whether a finding for the clerk names one of the attack's addresses.
    fn is_found(&self, trial: &Trial, rehearsal: &mut Rehearsal) -> Result<bool, EngineError> {
        rehearsal.finds(&trial.rows, self.scope, &|f| f.audience == Audience::Clerk && trial.is_in(f))
    }
}

#[cfg(test)]
mod tests {
    use pollwarden_core::{Columns, Coverage, Office};
    use pollwarden_engine::EngineOptions;
    use pollwarden_intake::Format;
    use pollwarden_web::simulate::{LogFormat, PortalPlan, PortalShape, write_log};

    use super::*;

    /// An ordinary fortnight of an invented portal, in its tables.
    fn fortnight(shape: PortalShape, format: LogFormat) -> (Vec<RecordBatch>, Vec<RecordBatch>) {
        let start = "2026-09-01T04:00:00Z".parse().expect("a time");
        let plan = PortalPlan { shape, format, ..PortalPlan::ordinary(5, start, 2, 40.0, 9_000) };
        let dir = tempfile::tempdir().expect("a folder");
        let log = dir.path().join("access.log");
        write_log(&plan, &mut std::fs::File::create(&log).expect("a file")).expect("written");
        let mut rows = Held::default();
        let formats: Vec<&'static dyn Format> = pollwarden_web::FORMATS.to_vec();
        crate::read::all(&crate::read::inputs(&[log]), &formats, &mut rows, &Progress::new(false)).expect("read");
        (rows.0, rows.1)
    }

    /// Rows of requests and of signs.
    #[derive(Default)]
    struct Held(Vec<RecordBatch>, Vec<RecordBatch>);

    impl pollwarden_intake::Sink for Held {
        fn append(
            &mut self,
            table: &'static pollwarden_core::Table,
            batch: RecordBatch,
        ) -> Result<(), pollwarden_intake::SinkError> {
            match table.name {
                "requests" => self.0.push(batch),
                "signs" => self.1.push(batch),
                _ => {}
            }
            Ok(())
        }

        fn commit(&mut self, _: &pollwarden_intake::Progress) -> Result<(), pollwarden_intake::SinkError> {
            Ok(())
        }
    }

    fn engine(requests: Vec<RecordBatch>, signs: Vec<RecordBatch>) -> Engine {
        let mut engine =
            Engine::new(&EngineOptions { threads: Some(1), ..EngineOptions::default() }).expect("an engine");
        engine.add_batches(&REQUESTS, requests).expect("a table");
        engine.add_batches(&SIGNS, signs).expect("a table");
        engine.derive(&pollwarden_web::DERIVED, 1 << 26).expect("tables");
        engine
    }

    fn likeness(engine: &Engine) -> Arc<Likeness> {
        let mut all = |sql: &str| engine.query(sql)?.collect::<Result<Vec<RecordBatch>, EngineError>>();
        Arc::new(Likeness::of(&mut all, &Office::default()).expect("asked").expect("rows"))
    }

    fn texts(trial: &Trial, column: &str) -> Vec<String> {
        let of = |b: &RecordBatch| {
            let text = Columns::of(b).text(column);
            (0..b.num_rows()).map(|row| text.or_empty(row).to_owned()).collect::<Vec<_>>()
        };
        trial.rows.iter().filter(|(table, _)| table.name == "requests").flat_map(|(_, b)| of(b)).collect()
    }

    #[test]
    fn attacks_have_the_shape_of_the_portal() {
        for (shape, page) in [
            (PortalShape::IdInQuery, "/voter/details?vid"),
            (PortalShape::IdInPath, "/registrations/{}"),
            (PortalShape::Uuid, "/registrations/{}"),
        ] {
            let (requests, signs) = fortnight(shape, LogFormat::Combined);
            let likeness = likeness(&engine(requests, signs));
            assert_eq!(likeness.record_page(), Some(page));
            for threat in THREATS.iter().filter(|t| t.most(&likeness).is_ok()) {
                let trial = Trial::of(threat, 5, &likeness, 3);
                let signs: usize =
                    trial.rows.iter().filter(|(t, _)| t.name == "signs").map(|(_, b)| b.num_rows()).sum();
                let routes = texts(&trial, "route");
                if threat.name.ends_with("harvest") {
                    assert!(routes.iter().filter(|route| *route == page).count() >= 5, "{}: {routes:?}", threat.name);
                    assert_eq!(signs, 0, "{}", threat.name);
                } else if threat.name != "hidden-injection" {
                    assert_eq!(signs, routes.len(), "{}: every injection is seen as one", threat.name);
                }
                assert_eq!(texts(&trial, "route"), texts(&Trial::of(threat, 5, &likeness, 3), "route"));
            }
            let walk = THREATS.iter().find(|t| t.name == "sequential-harvest").expect("a threat");
            assert_eq!(walk.most(&likeness).is_ok(), shape != PortalShape::Uuid, "UUIDs can't be counted through");
        }
    }

    /// What is found from the untouched rows' derived tables is what is found from all rows together.
    #[test]
    fn the_quick_way_finds_what_the_slow_way_finds() {
        let (requests, signs) = fortnight(PortalShape::IdInQuery, LogFormat::Combined);
        let untouched = engine(requests.clone(), signs.clone());
        let likeness = likeness(&untouched);
        let all = |sql: &str| -> Vec<RecordBatch> {
            untouched.query(sql).expect("a plan").map(|b| b.expect("rows")).collect()
        };
        let scope = Scope::unnamed(&[7; 32]);
        let kept = tables(&|sql: &str| Ok::<_, EngineError>(all(sql))).expect("rows");
        let mut rehearsal = Rehearsal::new(&kept, DETECTORS, &scope).expect("plans");
        let told = |trial: &Trial, findings: &[pollwarden_core::Finding]| {
            let mut told: Vec<(&'static str, Audience)> =
                findings.iter().filter(|f| trial.is_in(f)).map(|f| (f.detector, f.audience)).collect();
            told.sort_unstable();
            told
        };
        let (mut found, mut missed) = (0, 0);
        for (threat, size) in [
            ("sequential-harvest", 30),
            ("sequential-harvest", 300),
            ("few-clients-harvest", 40),
            ("few-clients-harvest", 400),
            ("row-by-row-injection", 1),
            ("row-by-row-injection", 20),
            ("hidden-injection", 2),
        ] {
            let threat = THREATS.iter().find(|t| t.name == threat).expect("a threat");
            let trial = Trial::of(threat, size, &likeness, 11);
            let of = |name: &str| {
                trial.rows.iter().filter(|(t, _)| t.name == name).map(|(_, b)| b.clone()).collect::<Vec<_>>()
            };
            let together = engine([requests.clone(), of("requests")].concat(), [signs.clone(), of("signs")].concat());
            let slow = pollwarden_engine::run(&together, DETECTORS, scope.clone(), &mut |_| {});
            let quick = rehearsal.ask(&trial.rows, scope.clone()).expect("asked");
            assert_eq!(told(&trial, quick.findings()), told(&trial, slow.findings()), "{} of {size}", threat.name);
            let is_clerks = |f: &pollwarden_core::Finding| f.audience == Audience::Clerk && trial.is_in(f);
            let noticed = quick.findings().iter().any(is_clerks);
            assert_eq!(rehearsal.finds(&trial.rows, &scope, &is_clerks).expect("asked"), noticed);
            *(if noticed { &mut found } else { &mut missed }) += 1;
        }
        assert!(found >= 2 && missed >= 2, "both ways must have been seen: {found} found, {missed} missed");
        let nothing = rehearsal.ask(&[], scope).expect("asked");
        assert!(nothing.findings().iter().all(|f| f.audience != Audience::Clerk));
    }

    #[test]
    fn a_log_without_sizes_or_rows_is_no_obstacle() {
        let (requests, signs) = fortnight(PortalShape::IdInPath, LogFormat::W3c);
        let likeness = likeness(&engine(requests, signs));
        let trial = Trial::of(&THREATS[0], 20, &likeness, 1);
        assert!(texts(&trial, "route").iter().all(|route| route == "/registrations/{}"));
        let none = engine(Vec::new(), Vec::new());
        let mut all = |sql: &str| none.query(sql)?.collect::<Result<Vec<RecordBatch>, EngineError>>();
        assert!(Likeness::of(&mut all, &Office::default()).expect("asked").is_none());
        let answer = Answer::new(pollwarden_core::Question::Web, Coverage::default(), Vec::new());
        let wanted = Wanted::by_assessment(1);
        let measured =
            measure(&none, &Scope::unnamed(&[7; 32]), &answer, &wanted, &Progress::new(false)).expect("asked");
        assert!(measured.limits.is_empty() && !measured.notes.is_empty());
    }
}
