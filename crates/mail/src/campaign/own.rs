//! An office's own words: its name, its domains and its people, which differ from office to office in one lure.

use std::collections::HashSet;

use super::words::Names;
use crate::letter::registrable;

/// What an office calls itself.
#[derive(Debug, Clone, Default)]
pub struct OwnWords {
    pub(super) names: Names,
    pub(super) domains: HashSet<String>,
}

impl OwnWords {
    /// The office's name, its domains and the names of its people.
    pub fn new<'a>(
        name: &str,
        domains: impl IntoIterator<Item = &'a str>,
        people: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut own = Self::default();
        own.names.add(name);
        people.into_iter().for_each(|person| own.names.add(person));
        for domain in domains {
            let domain = domain.trim().trim_end_matches('.').to_lowercase();
            own.names.add(&domain);
            own.domains.insert(registrable(&domain).to_owned());
        }
        Self { names: own.names.settled(), ..own }
    }

    /// Whether a registrable domain is the office's.
    pub(super) fn owns(&self, domain: &str) -> bool {
        self.domains.contains(domain)
    }
}
