//! Judges the requests of a log, and remembers what it has seen: most ask for the same pages, with the same browsers.

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::route::Route;
use super::signs::{Class, Signs};
use super::{gate, parts};

/// How many targets are remembered: a power of two; at some 400 bytes each the whole stays in a core's cache.
const TARGETS: usize = 1024;
/// How many user agents, referrers and paths are remembered, of each: a power of two as well.
const OTHERS: usize = 2048;
/// Longer text is rare, hardly repeats, and would fill the memory.
const LONGEST_KEPT: usize = 256;

/// What the columns `route`, `record`, `attack`, `score` and `evidence` hold.
#[derive(Debug)]
pub(crate) struct Judgement<'j> {
    pub(crate) route: &'j str,
    /// The route's hash.
    pub(crate) route_key: u64,
    pub(crate) record: Option<&'j str>,
    /// Whether it asks for a picture, style or script.
    pub(crate) asset: bool,
    pub(crate) attack: u32,
    pub(crate) score: f32,
    pub(crate) evidence: Option<String>,
}

/// Judges requests.
#[derive(Debug)]
pub(crate) struct Judge {
    targets: Remembered<Target>,
    /// Whether the path alone needs to be judged: the same few paths come with ever new parameters.
    paths: Remembered<bool>,
    agents: Remembered<Signs>,
    referers: Remembered<Signs>,
}

impl Default for Judge {
    fn default() -> Self {
        Self {
            targets: Remembered::of(TARGETS),
            paths: Remembered::of(OTHERS),
            agents: Remembered::of(OTHERS),
            referers: Remembered::of(OTHERS),
        }
    }
}

impl Judge {
    /// What a request with these parts, answered with that status, is.
    pub(crate) fn judge(
        &mut self,
        (path, query): (&str, Option<&str>),
        status: Option<u16>,
        agent: Option<&str>,
        referer: Option<&str>,
    ) -> Judgement<'_> {
        let paths = &mut self.paths;
        let target = self.targets.get((path, query), |target| {
            let suspicious = *paths.get((path, None), |suspicious| *suspicious = gate::path(path));
            target.read(path, query, suspicious || query.is_some_and(gate::query));
        });
        let agent = agent.map(|text| self.agents.get((text, None), |signs| read_header("user-agent", text, signs)));
        let referer = referer.map(|text| self.referers.get((text, None), |signs| read_header("referer", text, signs)));
        // A session in an address that the site's own page led to goes on; one planted comes from elsewhere.
        let goes_on = target.signs.classes == Class::Fixation.bit() && referer.as_deref().is_some();
        let of_target = if goes_on || target.is_own_page(status) { None } else { Some(&target.signs) };

        let (mut attack, mut score, mut worst) = (0, 0.0, None);
        for signs in [of_target, agent.map(|a| &*a), referer.map(|r| &*r)].into_iter().flatten() {
            attack |= signs.classes;
            if signs.score > score {
                (score, worst) = (signs.score, Some(signs));
            }
        }
        let evidence = worst.and_then(Signs::worst);
        let route = &target.route;
        let (route_key, asset) = (target.route_key, route.is_asset());
        Judgement { route: route.route(), route_key, record: route.record(), asset, attack, score, evidence }
    }
}

/// What is known of a target.
#[derive(Debug, Default)]
struct Target {
    route: Route,
    route_key: u64,
    signs: Signs,
}

impl Target {
    fn read(&mut self, path: &str, query: Option<&str>, suspicious: bool) {
        self.route.read(path, query);
        self.route_key = xxh3_64(self.route.route().as_bytes());
        self.signs.clear();
        if suspicious {
            parts::target(path, query, &mut self.signs);
        }
    }

    /// Whether what makes it look like a probe is only that most sites have no such page, while this one has it.
    fn is_own_page(&self, status: Option<u16>) -> bool {
        self.signs.classes == Class::Scanner.bit()
            && status.is_some_and(|s| (200..400).contains(&s))
            && self.signs.only_common_page
    }
}

fn read_header(name: &str, text: &str, signs: &mut Signs) {
    signs.clear();
    parts::header(name, text, signs);
}

/// A memory of bounded size: newer text takes the place of older.
#[derive(Debug)]
struct Remembered<T> {
    slots: Vec<Slot<T>>,
}

#[derive(Debug, Default)]
struct Slot<T> {
    text: String,
    /// Lengths of the text's two parts; `None` while there is nothing here.
    lengths: Option<(usize, Option<usize>)>,
    known: T,
}

impl<T: Default> Remembered<T> {
    fn of(slots: usize) -> Self {
        assert!(slots.is_power_of_two());
        // The last slot is for what is too long to be kept.
        Self { slots: std::iter::repeat_with(Slot::default).take(slots + 1).collect() }
    }

    /// What is known of a text in two parts; worked out where it is not.
    fn get(&mut self, (first, second): (&str, Option<&str>), work_out: impl FnOnce(&mut T)) -> &mut T {
        let last = self.slots.len() - 1;
        let lengths = (first.len(), second.map(str::len));
        if first.len() + second.map_or(0, str::len) > LONGEST_KEPT {
            let slot = &mut self.slots[last];
            work_out(&mut slot.known);
            return &mut slot.known;
        }
        let seed = second.map_or(0, |second| xxh3_64_with_seed(second.as_bytes(), 1));
        // A mask, since there is a power of two of them: a division would take longer than the hash.
        let slot = &mut self.slots[xxh3_64_with_seed(first.as_bytes(), seed) as usize & (last - 1)];
        let same = slot.lengths == Some(lengths)
            && slot.text.starts_with(first)
            && second.is_none_or(|second| slot.text.ends_with(second));
        if !same {
            slot.text.clear();
            slot.text.push_str(first);
            slot.text.push_str(second.unwrap_or_default());
            slot.lengths = Some(lengths);
            work_out(&mut slot.known);
        }
        &mut slot.known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_what_was_worked_out() {
        let mut judge = Judge::default();
        for round in 0..2 {
            for id in 0..3000 {
                let query = format!("id={id:04}");
                let judged = judge.judge(("/voter", Some(&query)), Some(200), None, None);
                assert_eq!(
                    (judged.route, judged.record, judged.attack),
                    ("/voter?id", Some(&query[3..]), 0),
                    "{round}"
                );
            }
        }
        let question = judge.judge(("/a?b", None), None, None, None).route.to_owned();
        assert_ne!(judge.judge(("/a", Some("b")), None, None, None).route, question);
    }

    #[test]
    fn a_page_that_the_site_has_is_no_probe() {
        let mut judge = Judge::default();
        let mut attack = |path, status| judge.judge((path, None), Some(status), None, None).attack;
        assert_eq!(attack("/wp-login.php", 404), Class::Scanner.bit());
        assert_eq!(attack("/wp-login.php", 200), 0);
        assert_ne!(attack("/.env", 200) & Class::Scanner.bit(), 0);
    }

    #[test]
    fn headers_count() {
        let mut judge = Judge::default();
        let judged = judge.judge(("/", None), None, Some("sqlmap/1.7"), Some("/x?id=1' and sleep(5)-- "));
        assert_eq!(judged.attack, Class::Scanner.bit() | Class::Sqli.bit());
        assert!(judged.evidence.is_some_and(|e| e.starts_with("header ")));
    }
}
