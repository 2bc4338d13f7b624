//! How much it says that two records agree.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::explain::plain;
use crate::layout::Role;

/// What persons are compared by.
pub(super) const COMPARED: [Role; 11] = [
    Role::LastName,
    Role::FirstName,
    Role::MiddleName,
    Role::NameSuffix,
    Role::Birth,
    Role::Sex,
    Role::Race,
    Role::BirthPlace,
    Role::Contact,
    Role::Status,
    Role::County,
];

/// A thing compared: how often it agrees for one person's two records (in full, by its initial), what it costs in bits
/// where it differs, and whether a missing value says nothing.
struct Trait {
    role: Role,
    name: &'static str,
    agrees: f64,
    agrees_by_initial: f64,
    costs: f64,
}

/// Rates after the usual experience of record linkage on names (Winkler 2006, table 4, rounded): they only order pairs;
/// the bound on chance holds whatever they are.
const TRAITS: [Trait; 9] = [
    Trait { role: Role::LastName, name: "last name", agrees: 0.95, agrees_by_initial: 0.0, costs: 8.0 },
    Trait { role: Role::FirstName, name: "first name", agrees: 0.85, agrees_by_initial: 0.10, costs: 6.0 },
    Trait { role: Role::MiddleName, name: "middle name", agrees: 0.75, agrees_by_initial: 0.15, costs: 5.0 },
    Trait { role: Role::NameSuffix, name: "suffix", agrees: 0.90, agrees_by_initial: 0.0, costs: 4.0 },
    Trait { role: Role::Birth, name: "birth", agrees: 0.97, agrees_by_initial: 0.0, costs: 8.0 },
    Trait { role: Role::Sex, name: "sex", agrees: 0.97, agrees_by_initial: 0.0, costs: 5.0 },
    Trait { role: Role::Race, name: "race", agrees: 0.90, agrees_by_initial: 0.0, costs: 3.0 },
    Trait { role: Role::BirthPlace, name: "place of birth", agrees: 0.90, agrees_by_initial: 0.0, costs: 3.0 },
    Trait { role: Role::Contact, name: "phone", agrees: 0.60, agrees_by_initial: 0.0, costs: 1.0 },
];

/// What is known of a person, in plain form.
#[derive(Debug, Clone, Default)]
pub(super) struct Person {
    pub(super) id: String,
    pub(super) county: String,
    pub(super) source: String,
    pub(super) line: u64,
    status: String,
    values: Vec<String>,
}

impl Person {
    pub(super) fn read(source: &str, line: u64, value: &dyn Fn(Role) -> String) -> Self {
        let values = TRAITS.iter().map(|t| known(plain(&value(t.role)))).collect();
        let (county, status) = (value(Role::County), plain(&value(Role::Status)));
        Self { id: String::new(), county, source: source.to_owned(), line, status, values }
    }

    pub(super) fn of(mut self, id: &str) -> Self {
        id.clone_into(&mut self.id);
        self
    }

    pub(super) fn is_active(&self) -> bool {
        crate::layout::is_active(&self.status)
    }

    pub(super) fn can_be_compared(&self) -> bool {
        !self.values[0].is_empty() && !self.values[4].is_empty()
    }

    pub(super) fn block(&self) -> u64 {
        block(&self.values[0], &self.values[4])
    }
}

/// Persons are compared within a last name and birth.
pub(super) fn block(last_name: &str, birth: &str) -> u64 {
    let hash = |text: &str, seed| {
        let is_plain = text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if is_plain {
            xxh3_64_with_seed(text.as_bytes(), seed)
        } else {
            xxh3_64_with_seed(plain(text).as_bytes(), seed)
        }
    };
    hash(birth, hash(last_name, 0))
}

/// `U` and `UN` stand for unknown.
fn known(value: String) -> String {
    if ["U", "UN", "UNK", "UNKNOWN"].contains(&value.as_str()) { String::new() } else { value }
}

fn is_initial(short: &str, long: &str) -> bool {
    short.chars().count() == 1 && long.starts_with(short)
}

fn agree_by_initial(a: &str, b: &str) -> bool {
    is_initial(a, b) || is_initial(b, a)
}

/// The things two records agree on, in words.
pub(super) fn agreements(a: &Person, b: &Person) -> Vec<&'static str> {
    let agree = |t: &Trait, a: &str, b: &str| a == b || (t.agrees_by_initial > 0.0 && agree_by_initial(a, b));
    let all = TRAITS.iter().zip(a.values.iter().zip(&b.values));
    all.filter(|(t, (a, b))| !a.is_empty() && agree(t, a, b)).map(|(t, _)| t.name).collect()
}

/// How often each value stands on the roll, from a sample.
#[derive(Debug, Default)]
pub(super) struct Rarity {
    counted: f64,
    values: Vec<HashMap<String, f64>>,
    initials: Vec<HashMap<char, f64>>,
}

impl Rarity {
    pub(super) fn count(&mut self, person: &Person) {
        self.counted += 1.0;
        self.values.resize_with(TRAITS.len(), HashMap::new);
        self.initials.resize_with(TRAITS.len(), HashMap::new);
        for (at, value) in person.values.iter().enumerate() {
            if let Some(initial) = value.chars().next() {
                match self.values[at].get_mut(value) {
                    Some(count) => *count += 1.0,
                    None => drop(self.values[at].insert(value.clone(), 1.0)),
                }
                *self.initials[at].entry(initial).or_default() += 1.0;
            }
        }
    }

    /// The logarithm to base 2 of the likelihood ratio of "one person" and "two".
    pub(super) fn weight(&self, a: &Person, b: &Person) -> f64 {
        let all = TRAITS.iter().enumerate().zip(a.values.iter().zip(&b.values));
        all.map(|((at, t), (a, b))| self.weight_of(at, t, a, b)).sum()
    }

    fn weight_of(&self, at: usize, t: &Trait, a: &str, b: &str) -> f64 {
        if a.is_empty() || b.is_empty() {
            return 0.0;
        }
        if a == b {
            let count = self.values.get(at).and_then(|values| values.get(a)).copied();
            return (t.agrees / self.share(count)).log2();
        }
        if t.agrees_by_initial > 0.0 && agree_by_initial(a, b) {
            let count = a.chars().next().and_then(|c| self.initials.get(at)?.get(&c)).copied();
            return (t.agrees_by_initial / self.share(count)).log2();
        }
        -t.costs
    }

    /// A value that the sample lacks counts as met once.
    fn share(&self, count: Option<f64>) -> f64 {
        ((count.unwrap_or_default() + 1.0) / (self.counted + 1.0)).min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: &str, values: [&str; 9]) -> Person {
        Person { id: id.into(), status: "A".into(), values: values.map(str::to_owned).into(), ..Person::default() }
    }

    #[test]
    fn rare_agreement_weighs_more_and_difference_less_than_nothing() {
        let mut rarity = Rarity::default();
        for n in 0..1000 {
            let last = if n % 4 == 0 { "SMITH".to_owned() } else { format!("L{n}") };
            let values = [&last, "ANN", "", "", "1970", "F", "W", "", ""];
            rarity.count(&person("x", values));
        }
        let pair = |last, first| {
            let values = |first| [last, first, "", "", "1970", "F", "W", "", ""];
            rarity.weight(&person("a", values("ANN")), &person("b", values(first)))
        };
        assert!(pair("L1", "ANN") > pair("SMITH", "ANN") + 5.0);
        assert!(pair("L1", "ANN") > pair("L1", "A"));
        assert!(pair("L1", "A") > pair("L1", "BEA"));
    }

    #[test]
    fn blocks_do_not_depend_on_form() {
        assert_eq!(block("Smith", "1970"), block("SMITH ", "1970"));
    }
}
