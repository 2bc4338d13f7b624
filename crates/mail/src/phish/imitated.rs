//! Whom a message's writer and its links pretend to be, by the crate that knows the protected names.

use std::collections::BTreeSet;

use pollwarden_lookalike::{Imitation, Protected, Strength};

use super::evidence::Imitated;
use super::who;
use crate::{Letter, registrable};

/// Lures lead to few hosts. Where there are more, likenesses come by chance.
const MOST_HOSTS: usize = 8;

/// How sure weak, moderate and strong likenesses are: who writes chose the name, whereas links go to all sorts of hosts.
const WRITER: [f64; 3] = [0.25, 0.75, 1.0];
const LINK: [f64; 3] = [0.1, 0.4, 0.8];

impl Imitated {
    /// Everybody whom a message imitates by its writer's name, its address, or the hosts of its links.
    pub fn by(letter: &Letter, protected: &Protected) -> Vec<Self> {
        let mut found = writer(letter, protected);
        found
            .extend(hosts(letter).into_iter().filter_map(|host| protected.lookalike(host)).map(|one| told(&one, LINK)));
        found
    }
}

fn writer(letter: &Letter, protected: &Protected) -> Vec<Imitated> {
    let Some(author) = who::author(letter) else { return Vec::new() };
    let name = who::shown_name(letter);
    protected.sender(&name, &author.address).iter().map(|one| told(one, WRITER)).collect()
}

/// The hosts of its links, the first ones, without the writer's own.
fn hosts(letter: &Letter) -> BTreeSet<&str> {
    let own = who::author(letter).map(|author| registrable(author.domain())).unwrap_or_default();
    let web = letter.links.iter().filter(|link| link.is_web() && registrable(&link.host) != own);
    let hosts: BTreeSet<&str> = web.take(200).map(|link| link.host.as_str()).collect();
    if hosts.len() > MOST_HOSTS { BTreeSet::new() } else { hosts }
}

fn told(one: &Imitation<'_>, sure: [f64; 3]) -> Imitated {
    let strength = match one.strength {
        Strength::Weak => sure[0],
        Strength::Moderate => sure[1],
        Strength::Strong => sure[2],
    };
    Imitated { party: one.party.name.clone(), how: one.why.trim_end_matches('.').to_owned(), strength }
}
