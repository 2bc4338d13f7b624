//! What is ordinary on a page that shows records: how much its readers read, and whether it shows voters.

use statrs::distribution::{Binomial, DiscreteCDF as _};

/// Fewer readers than this don't show what is ordinary.
const FEWEST_PEERS: u64 = 20;
/// Of the records that ordinary readers read, the share that nobody else read: high where each reads his own.
const OWN_RECORDS: f64 = 0.5;
/// Where so many read each his own, few who read the same are husband and wife.
const NEARLY_ALL_OWN: f64 = 0.95;
/// No roll worth stealing has fewer records; no election has more contests.
const FEWEST_RECORDS: f64 = 500.0;

/// Words in the names of pages that show one voter's record, in English and Spanish.
const PERSONAL: [&str; 22] = [
    "voter",
    "votante",
    "elector",
    "regist",
    "record",
    "person",
    "citizen",
    "account",
    "cuenta",
    "profile",
    "perfil",
    "status",
    "ballot",
    "boleta",
    "absentee",
    "applica",
    "solicitud",
    "lookup",
    "member",
    "customer",
    "user",
    "constituent",
];

/// Upper ends of the classes that readers are counted in by how often they read.
pub(crate) const READ_AT_MOST: [u64; 12] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 128];

/// Some readers of one route: how many read how often, and whether each reads records of his own.
#[derive(Debug, Default, Clone)]
pub(crate) struct Peers {
    /// Readers by how often they read; the last class is open.
    pub(crate) classes: [u64; READ_AT_MOST.len() + 1],
    /// Distinct records among the first record of each reader who read little.
    pub(crate) first_records: u64,
    /// Readers who read little.
    pub(crate) light: u64,
    /// Readers of several records.
    pub(crate) several: u64,
    /// Their answered requests.
    pub(crate) reads: u64,
    /// Their requests that were refused (4xx): for records that are not there, say.
    pub(crate) refused: u64,
}

impl Peers {
    /// How many readers there are.
    pub(crate) fn readers(&self) -> u64 {
        self.classes.iter().sum()
    }

    /// How often nineteen in twenty readers read at most; 1 where there are none.
    pub(crate) fn ordinary(&self) -> u64 {
        let rank = (self.readers() * 19).div_ceil(20).max(1);
        let mut seen = 0;
        for (class, at_most) in self.classes.iter().zip(READ_AT_MOST) {
            seen += class;
            if seen >= rank {
                return at_most;
            }
        }
        READ_AT_MOST[if self.readers() == 0 { 0 } else { READ_AT_MOST.len() - 1 }]
    }

    /// The share of ordinary readers who read a record that no other reader began with: near 1 where each reads his own,
    /// low where all read what is popular.
    fn own_share(&self) -> f64 {
        self.first_records as f64 / self.light.max(1) as f64
    }

    /// Whether readers choose among as many records as a roll has. By how many of them began with the same one: of n who
    /// choose among N at random, about n²/2N do (the birthday problem). Few readers seem to read each his own among a
    /// hundred numbered pages, too, such as those of an election's results.
    fn are_of_many(&self) -> bool {
        let (light, alike) = (self.light as f64, self.light.saturating_sub(self.first_records) as f64);
        self.own_share() >= NEARLY_ALL_OWN || light * light >= 2.0 * alike * FEWEST_RECORDS
    }

    /// These and others.
    pub(crate) fn with(&self, other: &Self) -> Self {
        Self {
            classes: std::array::from_fn(|i| self.classes[i] + other.classes[i]),
            first_records: self.first_records + other.first_records,
            light: self.light + other.light,
            several: self.several + other.several,
            reads: self.reads + other.reads,
            refused: self.refused + other.refused,
        }
    }
}

/// All readers of one route: those who open the pages that people open around a record (the search, pictures, styles), those
/// who open records and nothing else, and those who open hardly anything else for the records they read.
#[derive(Debug, Default, Clone)]
pub(crate) struct Readership {
    pub(crate) browsing: Peers,
    pub(crate) bare: Peers,
    pub(crate) hardly: Peers,
    /// From when to when readers came to the site, in microseconds.
    pub(crate) span: Option<(i64, i64)>,
}

/// What it means that several clients read several records each and open no other page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Together {
    /// No more of them than chance explains.
    Ordinary,
    /// Far more than among people who browse.
    Apart,
    /// There are too few who browse to compare with: an app may read like this.
    NothingToCompare,
}

impl Readership {
    /// Those with whom a reader is compared: people who browse, or everybody where hardly anybody does.
    fn compared(&self) -> Peers {
        if self.browsing.readers() >= FEWEST_PEERS {
            self.browsing.clone()
        } else {
            self.browsing.with(&self.bare).with(&self.hardly)
        }
    }

    /// Takes in from when to when some came.
    pub(crate) fn came(&mut self, first: i64, last: i64) {
        self.span = Some(self.span.map_or((first, last), |(a, b)| (a.min(first), b.max(last))));
    }

    /// How many readers there are.
    pub(crate) fn readers(&self) -> u64 {
        self.browsing.readers() + self.bare.readers() + self.hardly.readers()
    }

    /// How often nineteen in twenty readers read at most.
    pub(crate) fn ordinary(&self) -> u64 {
        self.compared().ordinary()
    }

    /// Whether a route shows records of persons: by its name, or because ordinary readers each read few, and their own.
    pub(crate) fn is_personal(&self, route: &str) -> bool {
        let peers = self.compared();
        has_personal_name(route)
            || (peers.readers() >= FEWEST_PEERS
                && peers.own_share() >= OWN_RECORDS
                && peers.are_of_many()
                && peers.ordinary() <= 3)
    }

    /// Whether those who open nothing but records read several of them far more often than people who browse do: the
    /// chance of so many, were they ordinary people, is below one in a million (binomial).
    ///
    /// Those who open hardly anything else are so by having read several, on a portal that is one page with its data behind
    /// it (an app in the browser), so they are counted among all who read.
    pub(crate) fn together(&self) -> Together {
        let (bare, hardly, browsing) = (&self.bare, &self.hardly, &self.browsing);
        if browsing.readers() < FEWEST_PEERS {
            return Together::NothingToCompare;
        }
        // Twice as often as people who browse, and one in ten at least, is still taken for ordinary.
        let often = (browsing.several as f64 + 1.0) / (browsing.readers() as f64 + 2.0);
        let ordinary = (2.0 * often).clamp(0.1, 0.5);
        let apart = is_more(bare.several, bare.readers(), ordinary)
            || is_more(hardly.several, hardly.readers() + browsing.readers(), ordinary);
        if apart { Together::Apart } else { Together::Ordinary }
    }
}

/// Whether so many are more than chance explains, where each is one of them with that probability.
fn is_more(several: u64, readers: u64, probability: f64) -> bool {
    const CHANCE: f64 = 1e-6;
    several > 0 && Binomial::new(probability, readers).is_ok_and(|law| law.sf(several - 1) < CHANCE)
}

/// Whether a route's name says that it is about persons.
pub(crate) fn has_personal_name(route: &str) -> bool {
    let lower = route.to_ascii_lowercase();
    PERSONAL.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ordinary_is_not_moved_by_one_thief() {
        let mut peers = Peers::default();
        (peers.classes[0], peers.classes[1], peers.classes[12]) = (900, 90, 1);
        assert_eq!((peers.ordinary(), peers.readers()), (2, 991));
        assert_eq!(Peers::default().ordinary(), 1);
    }

    #[test]
    fn numbered_pages_that_many_choose_from_are_no_persons() {
        let personal = |light: u64, first_records: u64| {
            let mut peers = Peers { light, first_records, ..Peers::default() };
            peers.classes[0] = light;
            Readership { browsing: peers, ..Readership::default() }.is_personal("/results/contest/{}")
        };
        assert!(!personal(80, 58), "a hundred and twenty pages");
        assert!(personal(80, 79) && personal(1_000, 930), "some are looked at from two addresses");
    }

    #[test]
    fn many_who_open_nothing_but_several_records_are_told_from_an_app() {
        let peers = |one: u64, several: u64| {
            let mut peers = Peers { several, ..Peers::default() };
            (peers.classes[0], peers.classes[4]) = (one, several);
            peers
        };
        let together = |browsing: Peers, bare: Peers| Readership { browsing, bare, ..Readership::default() }.together();
        assert_eq!(together(peers(1_000, 60), peers(10, 60)), Together::Apart);
        assert_eq!(together(peers(1_000, 60), peers(300, 20)), Together::Ordinary);
        assert_eq!(together(peers(3, 0), peers(10, 60)), Together::NothingToCompare);
        let app = |hardly: u64| {
            let hardly = peers(0, hardly);
            Readership { browsing: peers(1_000, 0), hardly, ..Readership::default() }.together()
        };
        assert_eq!((app(60), app(300)), (Together::Ordinary, Together::Apart));
    }
}
