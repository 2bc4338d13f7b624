//! Many clients that each read some records and open no other page: whether they act together, and how many records left.

use super::evidence::Trail;
use super::readers::{FEWEST_TOGETHER, Kind, Reader, Suspect};
use crate::sizing::{Harvest, NOTICED_AT, Readership, Reading, Together, Window};

/// Whoever walks through numbers meets some that nobody has: so many in a hundred.
pub(super) const MISSES_OF_A_WALK: u64 = 5;
/// Fewer clients than this that each read a record or two are no walk.
pub(super) const FEWEST_WALKERS: usize = 50;
/// Readers of no more different records than this may be a household.
const HOUSEHOLD: usize = 2;

/// Many readers as one suspect; `None` where they read little even together, or as people do.
pub(super) fn together(route: &str, mut readers: Vec<Reader>, peers: Readership) -> Option<Suspect> {
    let compared = peers.together();
    let mut perhaps = 0;
    if compared == Together::NothingToCompare {
        let several = |r: &mut Reader| r.reading.harvest().records.len() > HOUSEHOLD;
        perhaps = readers.extract_if(.., |r| !several(r)).map(|r| r.reading.len()).sum();
    }
    let window = window(&readers);
    if let Some(window) = window {
        readers.retain_mut(|reader| reader.keep(window.span));
    }
    let clients: Vec<String> = readers.iter().map(|r| r.client.clone()).collect();
    let requests = readers.iter().map(|r| r.requests).sum();
    let (mut reading, mut trail) = (Reading::default(), Trail::default());
    for reader in readers {
        reading.join(reader.reading);
        trail.join(reader.trail);
    }
    let of_others = window.map(|w| (w.of_others, w.of_others_at_most())).unwrap_or_default();
    let harvest = Harvest { perhaps, of_others, ..reading.harvest() };
    if harvest.records.len() < NOTICED_AT || clients.len() < FEWEST_TOGETHER {
        return None;
    }
    let misses = harvest.misses as u64 * 100 >= MISSES_OF_A_WALK * reading.len() as u64;
    let (refused, reads) = (peers.bare.refused + peers.hardly.refused, peers.bare.reads + peers.hardly.reads);
    let refusals = refused * 100 >= MISSES_OF_A_WALK * reads
        && peers.browsing.refused * 100 < MISSES_OF_A_WALK * peers.browsing.reads.max(1);
    let kind = match compared {
        Together::Apart | Together::NothingToCompare if !peers.is_personal(route) => Kind::Pages,
        Together::Apart => Kind::Spread,
        Together::NothingToCompare if misses || refusals => Kind::Spread,
        Together::NothingToCompare => Kind::Strangers,
        Together::Ordinary if (misses || refusals) && clients.len() >= FEWEST_WALKERS && peers.is_personal(route) => {
            Kind::Spread
        }
        Together::Ordinary => return None,
    };
    let (account, route) = (String::new(), route.to_owned());
    Some(Suspect { clients, account, route, kind, harvest, trail, requests, peers })
}

/// The stretch in which they came, where others like them came before and after it.
fn window(readers: &[Reader]) -> Option<Window> {
    let mut firsts: Vec<i64> = readers.iter().filter_map(|r| r.reading.first()).collect();
    firsts.sort_unstable();
    let window = Window::of(&firsts)?;
    // A client that began in the stretch goes on after it for as long as most of them read.
    let mut lasting: Vec<i64> = readers.iter().map(|r| r.reading.times()).filter_map(|t| Some(t.last()? - t[0])).collect();
    lasting.sort_unstable();
    let longest = lasting.get(lasting.len() * 95 / 100).copied().unwrap_or(0);
    Some(Window { span: (window.span.0, window.span.1.saturating_add(longest)), ..window })
}
