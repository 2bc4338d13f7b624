//! Whom a message's writer and its links pretend to be, by the crate that knows the protected names.

use std::collections::BTreeSet;

use pollwarden_lookalike::{Imitation, Protected, Strength};

use super::evidence::Imitated;
use super::who;
use crate::{Letter, registrable};

/// More hosts than a lure needs.
const MOST_HOSTS: usize = 12;

impl Imitated {
    /// Everybody whom a message imitates by its writer's name, its address, or the hosts of its links.
    pub fn by(letter: &Letter, protected: &Protected) -> Vec<Self> {
        let mut found = writer(letter, protected);
        found.extend(hosts(letter).into_iter().filter_map(|host| protected.lookalike(host)).map(|one| told(&one)));
        found
    }
}

fn writer(letter: &Letter, protected: &Protected) -> Vec<Imitated> {
    let Some(author) = who::author(letter) else { return Vec::new() };
    let name = who::shown_name(letter);
    protected.sender(&name, &author.address).iter().map(told).collect()
}

/// The hosts of its links, the first ones, without the writer's own.
fn hosts(letter: &Letter) -> BTreeSet<&str> {
    let own = who::author(letter).map(|author| registrable(author.domain())).unwrap_or_default();
    let web = letter.links.iter().filter(|link| link.is_web() && registrable(&link.host) != own);
    web.take(40).map(|link| link.host.as_str()).take(MOST_HOSTS).collect()
}

fn told(one: &Imitation<'_>) -> Imitated {
    let strength = match one.strength {
        Strength::Weak => 0.25,
        Strength::Moderate => 0.5,
        Strength::Strong => 1.0,
    };
    Imitated { party: one.party.name.clone(), how: one.why.trim_end_matches('.').to_owned(), strength }
}
