//! What an office says, as entries: each source, each finding and the assessment that rests on them.
//!
//! The same words give the same entry: salts follow from what is said and from the office's secret, and nothing of the time
//! or the machine goes in. Times rest on checkpoints.

mod assessment;
mod finding;
mod kept;
mod words;

use std::collections::HashSet;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

pub use assessment::{Program, assessment};
pub use kept::{KeptError, MAX_KEPT, kept, read_kept};

use crate::entry::{Entry, Opening, Section, Statement};
use crate::said::{self, kind};
use crate::{Hash, leaf_hash};

/// The office's secret that salts are made from. Whoever has it can open nothing, but can try out guesses.
pub struct Salts([u8; 32]);

/// An entry to be made, with what opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What kind of statement it is.
    pub kind: String,
    /// What it says, one a section.
    pub openings: [Opening; 3],
}

impl Salts {
    /// Salts from a secret of 32 random bytes.
    pub fn new(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// From the whole of what an entry says, so that no two entries share a salt: opening one shows nothing of another, and
    /// equal sections of two entries don't look alike in the log.
    fn salt(&self, kind: &str, section: Section, values: &[String; 3]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length (RFC 2104)");
        for part in ["pollwarden salt 1", kind, section.name()] {
            mac.update(part.as_bytes());
            mac.update(&[0]);
        }
        values.iter().for_each(|value| mac.update(&Sha256::digest(value)));
        mac.finalize().into_bytes().into()
    }

    fn draft(&self, kind: &str, public: &impl Serialize, office: &impl Serialize, court: &impl Serialize) -> Draft {
        let values = [json(public), json(office), json(court)];
        let salts = Section::ALL.map(|section| self.salt(kind, section, &values));
        let [public, office, court] = values;
        let [a, b, c] = salts;
        let opening = |salt, value| Opening { salt, value };
        Draft { kind: kind.to_owned(), openings: [opening(a, public), opening(b, office), opening(c, court)] }
    }

    /// A file committed to: `label` is for anybody, its name and digest only for those to whom they are opened.
    pub fn file(&self, label: &str, bytes: &said::Bytes) -> Draft {
        self.draft(kind::FILE, &said::File { label: label.to_owned() }, &said::Nothing {}, bytes)
    }
}

impl Draft {
    /// The entry.
    pub fn entry(&self) -> Entry {
        Entry::Statement(Statement::new(&self.kind, &self.openings))
    }

    /// The entry's hash, by which other entries name it.
    pub fn leaf(&self) -> Hash {
        leaf_hash(&self.entry().to_bytes())
    }
}

/// Each draft once, in the order of their first.
fn once(drafts: Vec<Draft>) -> Vec<Draft> {
    let mut seen = HashSet::new();
    drafts.into_iter().filter(|draft| seen.insert(draft.leaf())).collect()
}

fn json(said: &impl Serialize) -> String {
    serde_json::to_string(said).expect("what is said has texts for keys")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_that_say_the_same_do_not_look_the_same() {
        let salts = Salts::new([7; 32]);
        let bytes = said::Bytes { name: "plan.json".into(), sha256: "00".repeat(32), bytes: 3 };
        let [one, same, other] = ["plan", "plan", "seed"].map(|label| salts.file(label, &bytes));
        assert_eq!(one, same);
        // What a court's bundle opens of one entry must not be seen in another that is not opened.
        let [Entry::Statement(one), Entry::Statement(other)] = [one.entry(), other.entry()] else {
            panic!("statements")
        };
        for section in Section::ALL {
            assert_ne!(one.commitments[section as usize], other.commitments[section as usize], "{section:?}");
        }
    }
}
