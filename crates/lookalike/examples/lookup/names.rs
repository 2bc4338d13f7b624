//! Names to protect, and what is asked of them.

use pollwarden_lookalike::{LookalikeClass, Party, PartyKind, builtin, lookalikes, permutations};
use rand::{RngExt, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

const SYLLABLES: &[&str] = &[
    "al", "ber", "cam", "don", "el", "fair", "glen", "har", "is", "jes", "ken", "lan", "mar", "nor", "oak", "pen",
    "quin", "ros", "sal", "tam", "ul", "ver", "wil", "york", "zan", "ton", "field", "ford", "ville", "dale", "burg",
    "wood",
];
const STATES: &[&str] = &["al", "fl", "ga", "il", "in", "ny", "oh", "pa", "tx", "wi"];
/// Questions of the first table.
const MIXED: usize = 10_000;
/// Questions of each class.
const OF_A_CLASS: usize = 500;
/// Parties that are tried for them; few names can be written in Cyrillic.
const TRIED: usize = 8_000;

/// One question: a host, or a sender with its display name.
pub(crate) struct Question {
    pub(crate) class: &'static str,
    pub(crate) sender: Option<String>,
    pub(crate) address: String,
}

/// Where names come from.
pub(crate) struct Names {
    draw: ChaCha8Rng,
    listed: Vec<String>,
}

impl Names {
    pub(crate) fn new(list: Option<&str>) -> Self {
        let text = list.map(|path| std::fs::read_to_string(path).expect("a list of domains")).unwrap_or_default();
        let domains = text.lines().skip(1).filter_map(|line| line.split(',').next()).map(str::to_lowercase);
        Self { draw: ChaCha8Rng::seed_from_u64(1), listed: domains.collect() }
    }

    /// The built-in parties and as many offices as are missing to `size`.
    pub(crate) fn parties(&mut self, size: usize) -> Vec<Party> {
        let mut parties = builtin();
        let missing = size.saturating_sub(parties.len());
        let mut domains: Vec<String> = self.listed.iter().take(missing).cloned().collect();
        domains.extend((domains.len()..missing).map(|_| domain(&mut self.draw)));
        let office = |domain: &String| {
            Party::new(PartyKind::Office, &domain.replace(".gov", " office").replace("county", " County "), &[domain])
        };
        parties.extend(domains.iter().map(office));
        parties
    }

    /// Look-alikes, genuine names and strangers.
    pub(crate) fn mixed(&mut self, parties: &[Party]) -> [Vec<Question>; 3] {
        let some = |at: usize| &parties[at * 7919 % parties.len()];
        let hosts = LookalikeClass::DNSTWIST.into_iter().chain(LookalikeClass::BEYOND).cycle();
        let alike = hosts.take(MIXED).enumerate().filter_map(|(at, class)| self.host(class, &some(at).domains[0]));
        let alike = alike.collect();
        let genuine = (0..MIXED).map(|at| host("genuine", some(at).domains[0].clone())).collect();
        let strange = (0..MIXED).map(|_| host("stranger", domain(&mut self.draw).replace(".gov", ".com"))).collect();
        [alike, genuine, strange]
    }

    /// The same number of each class, one after the other in turn.
    pub(crate) fn of_each_class(&mut self, parties: &[Party]) -> Vec<Question> {
        let mut classes: Vec<Vec<Question>> = vec![self.strangers(".gov"), self.strangers(".com")];
        let some = |at: usize| &parties[at * 7919 % parties.len()];
        classes.push((0..OF_A_CLASS).map(|at| host("genuine", some(at).domains[0].clone())).collect());
        for class in LookalikeClass::DNSTWIST.into_iter().chain(LookalikeClass::BEYOND) {
            let hosts = (0..TRIED).filter_map(|at| self.host(class, &some(at).domains[0]));
            classes.push(hosts.take(OF_A_CLASS).collect());
        }
        classes.extend(drawn(parties));
        let in_turn = (0..OF_A_CLASS).flat_map(|_| 0..classes.len()).collect::<Vec<_>>();
        in_turn.into_iter().filter_map(|class| classes[class].pop()).collect()
    }

    fn strangers(&mut self, suffix: &str) -> Vec<Question> {
        let class = if suffix == ".gov" { "stranger under .gov" } else { "stranger under .com" };
        (0..OF_A_CLASS).map(|_| host(class, domain(&mut self.draw).replace(".gov", suffix))).collect()
    }

    fn host(&mut self, class: LookalikeClass, domain: &str) -> Option<Question> {
        permutations(domain, class).choose(&mut self.draw).map(|name| host(class.name(), name.clone()))
    }
}

/// Those classes that need a party's name.
fn drawn(parties: &[Party]) -> Vec<Vec<Question>> {
    let classes = [
        LookalikeClass::NameAsDomain,
        LookalikeClass::DisplayName,
        LookalikeClass::NameAtFreeMail,
        LookalikeClass::AddressInDisplayName,
    ];
    let of = |class| {
        let turns = parties.iter().cycle().take(TRIED * 2).enumerate();
        let made = turns.step_by(if class == LookalikeClass::NameAsDomain { 1 } else { 31 });
        let made = made.flat_map(|(at, party)| lookalikes(party, at as u64)).filter(|made| made.class == class);
        let asked = made.map(|made| Question {
            class: class.name(),
            sender: (class != LookalikeClass::NameAsDomain).then(|| made.display_name.clone()),
            address: if class == LookalikeClass::NameAsDomain { made.host().to_owned() } else { made.address },
        });
        asked.take(OF_A_CLASS).collect()
    };
    classes.map(of).into()
}

fn host(class: &'static str, address: String) -> Question {
    Question { class, sender: None, address }
}

fn domain(draw: &mut ChaCha8Rng) -> String {
    let parts = draw.random_range(2..4_usize);
    let name: String = (0..parts).filter_map(|_| SYLLABLES.choose(draw)).copied().collect();
    let kind = ["", "county", "cityof", "town"].choose(draw).copied().unwrap_or_default();
    let state = STATES.choose(draw).copied().unwrap_or_default();
    if kind == "cityof" { format!("{kind}{name}{state}.gov") } else { format!("{name}{kind}{state}.gov") }
}
