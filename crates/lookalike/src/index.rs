//! The index over all protected names. Built once; every question then looks up a few dozen hashes: labels with one letter
//! left out (Mor and Fraenkel 1982: two words one slip apart share such a neighbour), labels by shape, names by exact words.

use hashbrown::HashMap;
use xxhash_rust::xxh3::xxh3_64;

use crate::chains::Chains;
use crate::entry::{Entry, Form, Standing};
use crate::host::Host;
use crate::letters;
use crate::phrase::{self, squashed};
use crate::vocabulary::Vocabulary;
use crate::words::{is_common, is_restricted, is_state_code};
use crate::{Party, PartyKind};

/// Shortest label whose neighbours are indexed: below it, one slip leads everywhere.
pub(crate) const SHORTEST_NEAR: usize = 5;

/// All protected parties, ready to be asked whom a name imitates.
///
/// Answers borrow from it. It is read only once built and may be shared between threads.
#[derive(Debug)]
pub struct Protected {
    pub(crate) parties: Vec<Party>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) government: Party,
    pub(crate) vocabulary: Vocabulary,
    complete: Vec<String>,
    pub(crate) phrases: HashMap<u64, Vec<u32>>,
    pub(crate) people: HashMap<u64, Vec<u32>>,
    owners: HashMap<u64, u32>,
    addresses: HashMap<u64, u32>,
    exact: Chains,
    near: Chains,
    shapes: Chains,
}

impl Protected {
    /// Indexes the parties. 20,000 take well under a second.
    pub fn new(parties: impl IntoIterator<Item = Party>) -> Self {
        let parties: Vec<Party> = parties.into_iter().collect();
        let mut index = Self {
            vocabulary: Vocabulary::of(&parties),
            parties,
            complete: Vec::new(),
            entries: Vec::new(),
            government: Party::new(PartyKind::Office, "a government office", &[]),
            phrases: HashMap::new(),
            people: HashMap::new(),
            owners: HashMap::new(),
            addresses: HashMap::new(),
            exact: Chains::default(),
            near: Chains::default(),
            shapes: Chains::default(),
        };
        for party in index.in_order_of_need() {
            index.add(party);
        }
        index
    }

    /// The same with the assurance that the parties hold every name that there is under these public suffixes, such as `gov`
    /// after a fresh list was read. A near name there is then no other real office's, and counts in full. With an old list that
    /// makes false alarms of the names given out since.
    #[must_use]
    pub fn knowing_every(mut self, suffixes: &[&str]) -> Self {
        self.complete = suffixes.iter().map(|suffix| suffix.trim_matches('.').to_lowercase()).collect();
        self
    }

    /// Whether a strange name under a suffix may be a public body's that isn't known.
    pub(crate) fn may_be_an_office(&self, suffix: &str) -> bool {
        is_restricted(suffix) && !self.complete.iter().any(|known| known == suffix)
    }

    /// Whether every genuine name under a suffix is known.
    pub(crate) fn knows_all(&self, suffix: &str) -> bool {
        self.complete.iter().any(|known| known == suffix)
    }

    /// How many parties are protected.
    pub fn len(&self) -> usize {
        self.parties.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.parties.is_empty()
    }

    /// The parties, in the order given.
    pub fn parties(&self) -> &[Party] {
        &self.parties
    }

    /// Whose a host genuinely is: the host itself or a name above it is a party's domain.
    pub fn owner(&self, host: &str) -> Option<&Party> {
        Host::read(host).and_then(|host| self.owner_of(&host))
    }

    pub(crate) fn owner_of(&self, host: &Host) -> Option<&Party> {
        host.levels().find_map(|level| self.owner_exactly(level))
    }

    /// The party with exactly this domain, in readable form.
    pub(crate) fn owner_exactly(&self, domain: &str) -> Option<&Party> {
        self.owners.get(&hash(domain)).map(|party| &self.parties[*party as usize])
    }

    /// The party with exactly this address of its own, at whatever provider.
    pub(crate) fn owner_of_address(&self, address: &str) -> Option<&Party> {
        self.addresses.get(&hash(&address.to_lowercase())).map(|party| &self.parties[*party as usize])
    }

    pub(crate) fn party(&self, entry: &Entry) -> &Party {
        &self.parties[entry.party as usize]
    }

    /// Entries with exactly this word, hyphens aside.
    pub(crate) fn exactly(&self, word: &str) -> Vec<&Entry> {
        let entries = self.exact.all(hash(word)).map(|id| &self.entries[id as usize]);
        entries.filter(|entry| *entry.word == *word).collect()
    }

    /// Labels and names within about one slip of a plain word, or of its shape. May hold strangers: align them.
    pub(crate) fn near(&self, plain: &str) -> Vec<&Entry> {
        let flat = letters::flat(plain);
        let mut ids: Vec<u32> = self.shapes.all(hash(&letters::shape(&flat))).collect();
        ids.extend(self.shapes.all(hash(&letters::shape_from_end(&flat))));
        ids.extend(self.near.all(hash(&flat)));
        if flat.chars().count() + 1 >= SHORTEST_NEAR {
            without_one(&flat, |shorter| ids.extend(self.near.all(hash(shorter))));
            without_plural(plain, |shorter| ids.extend(self.near.all(hash(&letters::flat(shorter)))));
        }
        self.each_once(ids)
    }

    /// Short labels about one slip from a plain word under a suffix of which every name is known; none elsewhere.
    pub(crate) fn short_near(&self, plain: &str, suffix: &str) -> Vec<&Entry> {
        let flat = letters::flat(plain);
        if !self.knows_all(suffix) || flat.chars().count() > SHORTEST_NEAR {
            return Vec::new();
        }
        let mut ids: Vec<u32> = self.near.all(short_key(&flat, suffix)).collect();
        without_one(&flat, |shorter| ids.extend(self.near.all(short_key(shorter, suffix))));
        let mut entries = self.each_once(ids);
        entries.retain(|entry| *entry.suffix == *suffix);
        entries
    }

    fn each_once(&self, mut ids: Vec<u32>) -> Vec<&Entry> {
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter().map(|id| &self.entries[id as usize]).collect()
    }

    /// Offices first: what is added last is found first where many share a hash.
    fn in_order_of_need(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.parties.len()).collect();
        order.sort_by_key(|at| (std::cmp::Reverse(self.parties[*at].kind), std::cmp::Reverse(*at)));
        order
    }

    fn add(&mut self, at: usize) {
        let party = self.parties[at].clone();
        let id = at as u32;
        for domain in &party.domains {
            self.add_domain(id, &party, domain);
        }
        for address in &party.addresses {
            self.addresses.insert(hash(&address.trim().to_lowercase()), id);
        }
        self.add_names(id, &party);
    }

    fn add_domain(&mut self, id: u32, party: &Party, domain: &str) {
        let Some(host) = Host::read(domain) else { return };
        self.owners.insert(hash(&host.text), id);
        let label = host.label();
        let standing = self.standing(label, party.kind, Form::Label);
        let genuine: Box<str> = host.text.as_str().into();
        self.add_entry(id, Form::Label, label, host.suffix(), &genuine, standing);
        let with_suffix = format!("{label}{}", host.suffix().replace('.', ""));
        let standing = self.standing(&with_suffix, party.kind, Form::LabelWithSuffix);
        self.add_entry(id, Form::LabelWithSuffix, &with_suffix, host.suffix(), &genuine, standing);
    }

    fn add_names(&mut self, id: u32, party: &Party) {
        for name in std::iter::once(&party.name).chain(&party.aliases) {
            if party.kind.is_person() {
                phrase::person(name).into_iter().for_each(|key| push(&mut self.people, key, id));
                continue;
            }
            for phrase in phrase::forms(name) {
                push(&mut self.phrases, hash(&phrase), id);
                let word = squashed(&phrase);
                // Public bodies share their names: fifty counties may be called Lee.
                if party.kind != PartyKind::Office && !self.has_label(id, &word) {
                    let standing = self.standing(&word, party.kind, Form::Name);
                    self.add_entry(id, Form::Name, &word, "", name, standing);
                }
            }
        }
    }

    fn has_label(&self, id: u32, word: &str) -> bool {
        self.exactly(word).iter().any(|entry| entry.party == id && entry.form != Form::LabelWithSuffix)
    }

    fn standing(&self, word: &str, kind: PartyKind, form: Form) -> Standing {
        let letters = word.chars().filter(|c| *c != '-').count();
        if letters <= 2 || form != Form::LabelWithSuffix && is_common(word) {
            return Standing::Common;
        }
        if letters <= 4 {
            return Standing::Short;
        }
        let usual = match form {
            Form::LabelWithSuffix => letters < 7,
            Form::Name => letters < 8,
            Form::Label => letters < 8 || kind == PartyKind::Office && self.is_made_of_names(word),
        };
        if usual { Standing::Usual } else { Standing::Distinct }
    }

    /// Whether an office's label says no more than a place or a task: "springfield", "lakecounty".
    fn is_made_of_names(&self, label: &str) -> bool {
        let ends_in_state = label.len() > 2 && label.is_ascii() && is_state_code(&label[label.len() - 2..]);
        self.vocabulary.split(label).unknown == 0 && !ends_in_state
    }

    fn add_entry(&mut self, party: u32, form: Form, word: &str, suffix: &str, genuine: &str, standing: Standing) {
        if word.is_empty() {
            return;
        }
        let id = self.entries.len() as u32;
        let squashed = word.replace('-', "");
        self.exact.add(hash(&squashed), id);
        if form != Form::LabelWithSuffix && (form == Form::Label || standing > Standing::Short) {
            self.add_neighbours(&letters::plain(&squashed), suffix, id);
        }
        self.entries.push(Entry {
            party,
            form,
            letters: word.chars().collect(),
            word: squashed.into(),
            suffix: suffix.into(),
            genuine: genuine.into(),
            standing,
        });
    }

    fn add_neighbours(&mut self, plain: &str, suffix: &str, id: u32) {
        let flat = letters::flat(plain);
        self.near.add(hash(&flat), id);
        let shape = hash(&letters::shape(&flat));
        self.shapes.add(shape, id);
        let from_end = hash(&letters::shape_from_end(&flat));
        if from_end != shape {
            self.shapes.add(from_end, id);
        }
        let near = &mut self.near;
        if flat.chars().count() >= SHORTEST_NEAR {
            return without_one(&flat, |shorter| near.add(hash(shorter), id));
        }
        near.add(short_key(&flat, suffix), id);
        without_one(&flat, |shorter| near.add(short_key(shorter, suffix), id));
    }
}

fn push(map: &mut HashMap<u64, Vec<u32>>, key: u64, id: u32) {
    let list = map.entry(key).or_default();
    if !list.contains(&id) {
        list.push(id);
    }
}

/// Every text with one letter left out; of a doubled letter, only once.
fn without_one(text: &str, mut each: impl FnMut(&str)) {
    let mut shorter = String::with_capacity(text.len());
    let mut before = None;
    for (at, c) in text.char_indices().take(crate::slip::LONGEST_LABEL) {
        if before.replace(c) == Some(c) {
            continue;
        }
        shorter.clear();
        shorter.push_str(&text[..at]);
        shorter.push_str(&text[at + c.len_utf8()..]);
        each(&shorter);
    }
}

/// Every text with one `es` after s, x or z left out.
fn without_plural(text: &str, mut each: impl FnMut(&str)) {
    for (at, _) in text.match_indices("es").take(8) {
        if text[..at].ends_with(['s', 'x', 'z']) {
            each(&[&text[..at], &text[at + 2..]].concat());
        }
    }
}

/// The neighbours of short labels are kept apart by suffix: without it they are everywhere.
fn short_key(flat: &str, suffix: &str) -> u64 {
    hash(&[flat, " ", suffix].concat())
}

pub(crate) fn hash(text: &str) -> u64 {
    xxh3_64(text.as_bytes())
}
