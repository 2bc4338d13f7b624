//! Look-alikes of a party as an attacker would choose them, drawn by a seed: for exercises, detection limits and tests.

use rand::RngExt;
use rand::SeedableRng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

use crate::host::Host;
use crate::permutations::{ADDED, BUYABLE, permutations};
use crate::phrase::{forms, squashed};
use crate::words::{is_common, is_restricted};
use crate::{LookalikeClass, Party};

/// Free-mail providers that simulated senders write from.
const PROVIDERS: &[&str] = &["gmail.com", "outlook.com", "yahoo.com", "proton.me", "aol.com"];

/// One drawn look-alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simulated {
    /// What it was made as.
    pub class: LookalikeClass,
    /// The genuine domain that it is made from; empty for a party without one.
    pub genuine: String,
    /// The sender's display name; empty where the address alone deceives.
    pub display_name: String,
    /// The sender's address. What follows the `@` serves as a link's host too.
    pub address: String,
}

impl Simulated {
    /// The host of the address.
    pub fn host(&self) -> &str {
        self.address.rsplit_once('@').map(|(_, host)| host).unwrap_or_default()
    }
}

/// One look-alike of each class that the party's names allow, the same for the same seed.
///
/// Where nobody can buy a name under the genuine suffix (`.gov`), the drawn host stands under one that can be bought, as a
/// real attacker's does; [`permutations`] keeps the suffix.
pub fn lookalikes(party: &Party, seed: u64) -> Vec<Simulated> {
    let mut draw = ChaCha8Rng::seed_from_u64(seed);
    let genuine = party.domains.choose(&mut draw).cloned().unwrap_or_default();
    let hosts = LookalikeClass::DNSTWIST.into_iter().chain(LookalikeClass::BEYOND);
    let mut drawn: Vec<Simulated> = hosts
        .filter_map(|class| {
            let host = host_of(class, party, &genuine, &mut draw)?;
            let local = ADDED[draw.random_range(0..ADDED.len())];
            let address = format!("{local}@{host}");
            Some(Simulated { class, genuine: genuine.clone(), display_name: String::new(), address })
        })
        .collect();
    drawn.extend(senders(party, &genuine, &mut draw));
    drawn
}

fn host_of(class: LookalikeClass, party: &Party, genuine: &str, draw: &mut ChaCha8Rng) -> Option<String> {
    if class == LookalikeClass::NameAsDomain {
        return name_as_domain(party, draw);
    }
    let host = permutations(genuine, class).choose(draw).cloned()?;
    Some(if keeps_restricted(&host) { bought(&host, draw) } else { host })
}

fn keeps_restricted(host: &str) -> bool {
    Host::read(host).is_some_and(|host| is_restricted(host.suffix()))
}

/// The host under a suffix that can be bought.
fn bought(host: &str, draw: &mut ChaCha8Rng) -> String {
    let suffix = BUYABLE.choose(draw).copied().unwrap_or("com");
    match host.rsplit_once('.') {
        Some((name, _)) => format!("{name}.{suffix}"),
        None => host.to_owned(),
    }
}

/// `vr-elections.com`: a name of an organisation, of two words or a long one, that is none of its labels.
fn name_as_domain(party: &Party, draw: &mut ChaCha8Rng) -> Option<String> {
    let own = |word: &str| {
        party
            .domains
            .iter()
            .any(|domain| domain.split(['.']).next().is_some_and(|label| label.replace('-', "") == word))
    };
    let tells = |name: &String| {
        let word = squashed(name);
        word.len() >= 8 && word.len() < 50 && word.is_ascii() && !is_common(&word) && !own(&word)
    };
    let names = std::iter::once(&party.name).chain(&party.aliases);
    let phrases: Vec<String> = names.flat_map(|name| forms(name)).filter(tells).collect();
    let phrase = phrases.choose(draw).filter(|_| !party.kind.is_person() && party.kind != crate::PartyKind::Office)?;
    let joint = if draw.random_bool(0.5) { "-" } else { "" };
    Some(format!("{}.{}", phrase.replace(' ', joint), BUYABLE.choose(draw)?))
}

/// Senders whose display name or local part deceives.
fn senders(party: &Party, genuine: &str, draw: &mut ChaCha8Rng) -> Vec<Simulated> {
    let provider = PROVIDERS.choose(draw).copied().unwrap_or("gmail.com");
    let number = draw.random_range(10..1000_u32);
    let stranger = format!("{}-{number}.example", ADDED[number as usize % ADDED.len()]);
    let sender = |class, display_name: &str, address: String| {
        let (genuine, display_name) = (genuine.to_owned(), display_name.to_owned());
        Simulated { class, genuine, display_name, address }
    };
    let mut drawn = vec![sender(LookalikeClass::DisplayName, &party.name, format!("office{number}@{provider}"))];
    if let Some(label) = Host::read(genuine).map(|host| host.label().to_owned()).filter(|label| label.len() > 7) {
        let address = format!("{label}.support@{provider}");
        drawn.push(sender(LookalikeClass::NameAtFreeMail, "", address));
    }
    if !genuine.is_empty() {
        let named = format!("info@{genuine}");
        drawn.push(sender(LookalikeClass::AddressInDisplayName, &named, format!("office{number}@{stranger}")));
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PartyKind;

    #[test]
    fn a_seed_draws_the_same_again() {
        let party = Party::new(PartyKind::Vendor, "Moss Ballot Works", &["mossballot.example"]);
        assert_eq!(lookalikes(&party, 7), lookalikes(&party, 7));
        assert_ne!(lookalikes(&party, 7), lookalikes(&party, 8));
    }

    #[test]
    fn nothing_is_drawn_under_a_suffix_that_nobody_can_buy() {
        let party = Party::new(PartyKind::Office, "Moss County", &["mosscounty.gov"]);
        for drawn in lookalikes(&party, 1) {
            assert!(!drawn.host().ends_with(".gov"), "{drawn:?}");
        }
    }

    #[test]
    fn a_party_without_a_domain_has_look_alikes_by_name() {
        let drawn = lookalikes(&Party::new(PartyKind::Official, "Pat Example", &[]), 1);
        assert_eq!(drawn.len(), 1);
        assert_eq!(drawn[0].class, LookalikeClass::DisplayName);
    }
}
