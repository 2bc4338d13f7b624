//! Many clients that each read some records and open no other page: whether they act together, and how many records left.

use super::evidence::Trail;
use super::readers::{FEWEST_TOGETHER, HARDLY_ELSE, Kind, NOTHING_ELSE, PICTURES, Reader, Suspect};
use crate::sizing::{Harvest, NOTICED_AT, Readership, Reading, Together, Window};

/// Whoever walks through numbers meets some that nobody has: so many in a hundred.
pub(super) const MISSES_OF_A_WALK: u64 = 5;
/// Fewer clients than this that each read a record or two are no walk.
pub(super) const FEWEST_WALKERS: usize = 50;
/// Readers of no more different records than this may be a household.
const HOUSEHOLD: usize = 2;

/// Of those who follow a link like people, so many in a hundred may come by chance in the time of a harvest; where they are
/// more, nobody is counted to it.
const MOST_BY_CHANCE: f64 = 0.2;
/// Where so many clients in a hundred open something else now and then, others of theirs may look like people.
const MIXED: usize = 5;

/// Many readers as one suspect; `None` where they read little even together, or as people do.
pub(super) fn together(route: &str, mut readers: Vec<Reader>, peers: Readership) -> Option<Suspect> {
    let compared = peers.together();
    let followers: Vec<Reader> = readers.extract_if(.., |r| r.opens == PICTURES).collect();
    let mut perhaps = 0;
    match compared {
        Together::NothingToCompare => {
            let several = |r: &mut Reader| r.reading.harvest().records.len() > HOUSEHOLD;
            perhaps = readers.extract_if(.., |r| !several(r)).map(|r| r.reading.len()).sum();
        }
        Together::Apart => perhaps = likely_browsers(&readers, followers.len(), &peers),
        // What else they open tells nothing then.
        Together::Ordinary => readers.retain(|r| r.opens == NOTHING_ELSE),
    }
    let mut of_others = (0.0, 0.0);
    if let Some(window) = window(&readers, peers.span) {
        let each = reads_outside(&readers, window);
        readers.retain_mut(|reader| reader.keep(window.span));
        of_others = (window.of_others * each, window.of_others_at_most() * each.ceil());
        if compared == Together::Apart {
            let ordinary = followed(followers, window, peers.span.unwrap_or(window.span), &mut readers);
            of_others = (of_others.0 + ordinary, of_others.1 + (ordinary + 3.0 * ordinary.sqrt()).ceil());
        }
    }
    let (clients, requests, harvest, trail, reads) = joined(readers);
    let harvest = Harvest { perhaps, of_others, ..harvest };
    if harvest.records.len() < NOTICED_AT || clients.len() < FEWEST_TOGETHER {
        return None;
    }
    let kind = kind(compared, route, &peers, harvest.misses as u64 * 100 >= MISSES_OF_A_WALK * reads, clients.len())?;
    let (account, route) = (String::new(), route.to_owned());
    Some(Suspect { clients, account, route, kind, harvest, trail, requests, peers })
}

fn joined(readers: Vec<Reader>) -> (Vec<String>, u64, Harvest, Trail, u64) {
    let clients: Vec<String> = readers.iter().map(|r| r.client.clone()).collect();
    let requests = readers.iter().map(|r| r.requests).sum();
    let (mut reading, mut trail) = (Reading::default(), Trail::default());
    for reader in readers {
        reading.join(reader.reading);
        trail.join(reader.trail);
    }
    (clients, requests, reading.harvest(), trail, reading.len() as u64)
}

fn kind(compared: Together, route: &str, peers: &Readership, misses: bool, clients: usize) -> Option<Kind> {
    let (refused, reads) = match compared {
        Together::Ordinary => (peers.bare.refused, peers.bare.reads),
        _ => (peers.bare.refused + peers.hardly.refused, peers.bare.reads + peers.hardly.reads),
    };
    let refusals = refused * 100 >= MISSES_OF_A_WALK * reads
        && peers.browsing.refused * 100 < MISSES_OF_A_WALK * peers.browsing.reads.max(1);
    match compared {
        Together::Apart | Together::NothingToCompare if !peers.is_personal(route) => Some(Kind::Pages),
        Together::Apart => Some(Kind::Spread),
        Together::NothingToCompare if misses || refusals => Some(Kind::Spread),
        Together::NothingToCompare => Some(Kind::Strangers),
        Together::Ordinary => {
            ((misses || refusals) && clients >= FEWEST_WALKERS && peers.is_personal(route)).then_some(Kind::Spread)
        }
    }
}

/// Reads by clients of the same harvest that can't be told from people, at most: where some of those found open other
/// things in between, others open more of them.
fn likely_browsers(readers: &[Reader], followers: usize, peers: &Readership) -> usize {
    let mixed = readers.iter().filter(|r| r.opens == HARDLY_ELSE).count() + followers;
    if mixed * 100 >= MIXED * readers.len() { usize::try_from(peers.browsing.reads).unwrap_or(usize::MAX) } else { 0 }
}

/// Takes in who follows links in the time of a harvest, where hardly anybody does at other times; gives how many of them
/// would have come anyway.
fn followed(followers: Vec<Reader>, window: Window, span: (i64, i64), readers: &mut Vec<Reader>) -> f64 {
    let firsts: Vec<i64> = followers.iter().filter_map(|r| r.reading.first()).collect();
    let ordinary = window.ordinary(&firsts, span);
    let within = firsts.iter().filter(|at| window.holds(**at)).count();
    if ordinary > MOST_BY_CHANCE * within as f64 {
        return 0.0;
    }
    readers.extend(followers.into_iter().filter(|r| r.reading.first().is_some_and(|at| window.holds(at))));
    ordinary
}

/// How much each reads of those who came at other times.
fn reads_outside(readers: &[Reader], window: Window) -> f64 {
    let outside = readers.iter().filter(|r| r.reading.first().is_some_and(|at| !window.holds(at)));
    let reads: Vec<usize> = outside.map(|r| r.reading.len()).collect();
    (reads.iter().sum::<usize>() as f64 / reads.len().max(1) as f64).max(1.0)
}

/// The stretch in which they came, where it is one.
fn window(readers: &[Reader], span: Option<(i64, i64)>) -> Option<Window> {
    let mut firsts: Vec<i64> = readers.iter().filter_map(|r| r.reading.first()).collect();
    firsts.sort_unstable();
    let window = Window::of(&firsts).or_else(|| Window::all(&firsts, span?))?;
    // A client that began in the stretch goes on after it for as long as most of them read.
    let mut lasting: Vec<i64> =
        readers.iter().map(|r| r.reading.times()).filter_map(|t| Some(t.last()? - t[0])).collect();
    lasting.sort_unstable();
    let longest = lasting.get(lasting.len() * 95 / 100).copied().unwrap_or(0);
    Some(Window { span: (window.span.0, window.span.1.saturating_add(longest)), ..window })
}
