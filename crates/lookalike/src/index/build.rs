//! How parties become entries: each domain's label, label and suffix in one word, and each name.

use super::{Protected, hash};
use crate::entry::{Entry, Form, MadeOf, Standing};
use crate::host::Host;
use crate::letters;
use crate::phrase::{self, squashed};
use crate::words::{is_common, is_state_code};
use crate::{Party, PartyKind};
use hashbrown::HashMap;

impl Protected {
    /// Offices first: what is added last is found first where many share a hash.
    pub(super) fn in_order_of_need(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.parties.len()).collect();
        order.sort_by_key(|at| (std::cmp::Reverse(self.parties[*at].kind), std::cmp::Reverse(*at)));
        order
    }

    pub(super) fn add(&mut self, at: usize) {
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
        let made_of = MadeOf::of(label, &self.vocabulary);
        let standing = match party.kind {
            PartyKind::Office if names_only(label, &made_of) => standing_of(label, Form::Label).min(Standing::Usual),
            _ => standing_of(label, Form::Label),
        };
        let genuine: Box<str> = host.text.as_str().into();
        self.add_entry(id, Form::Label, label, host.suffix(), &genuine, standing);
        if let Some(entry) = self.entries.last_mut().filter(|entry| entry.form == Form::Label) {
            entry.made_of = Some(made_of);
        }
        let with_suffix = format!("{label}{}", host.suffix().replace('.', ""));
        let standing = standing_of(&with_suffix, Form::LabelWithSuffix);
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
                    let standing = standing_of(&word, Form::Name);
                    self.add_entry(id, Form::Name, &word, "", name, standing);
                }
            }
        }
    }

    fn has_label(&self, id: u32, word: &str) -> bool {
        self.exactly(word).any(|entry| entry.party == id && entry.form != Form::LabelWithSuffix)
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
            written: word.into(),
            word: squashed.into(),
            suffix: suffix.into(),
            genuine: genuine.into(),
            standing,
            made_of: None,
        });
    }
}

fn standing_of(word: &str, form: Form) -> Standing {
    let letters = word.chars().filter(|c| *c != '-').count();
    if letters <= 2 || form != Form::LabelWithSuffix && is_common(word) {
        return Standing::Common;
    }
    let usual = if form == Form::LabelWithSuffix { 7 } else { 8 };
    match letters {
        ..=4 => Standing::Short,
        _ if letters < usual => Standing::Usual,
        _ => Standing::Distinct,
    }
}

/// Whether an office's label says no more than a place or a task: "springfield", "lakecounty".
fn names_only(label: &str, made_of: &MadeOf) -> bool {
    let ends_in_state = label.len() > 2 && label.is_ascii() && is_state_code(&label[label.len() - 2..]);
    made_of.is_whole && !ends_in_state
}

fn push(map: &mut HashMap<u64, Vec<u32>>, key: u64, id: u32) {
    let list = map.entry(key).or_default();
    if !list.contains(&id) {
        list.push(id);
    }
}
