//! What a ledger holds of a count from before its draw, beside what is there now.
//!
//! A draw proves something only if everything it is drawn from was fixed before. An office enters digests of its files then, and
//! of its settings without what is known later.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use pollwarden_core::{Coverage, Digest};
use toml::Value;

use crate::Evidence;
use crate::kind::last;

/// What the ledger calls the entry of the settings.
pub const COMMITTED_SETTINGS: &str = "audit.toml without seed, rounds and hand counts";

/// What is known only after the draw: keys of the settings and of each contest's.
const LATER: [&str; 3] = ["seed", "rounds", "hand_count"];

/// A commitment, and the files and settings of the same count now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commitment {
    /// Where it stands, in words: `entry 12 of the ledger county.example/ab12`.
    pub place: String,
    /// Names and digests of the files committed to, settings left out.
    pub files: Vec<(String, Digest)>,
    /// Digests of the settings committed to ([`settings_digest`]); none where the commitment is without.
    pub settings: Vec<Digest>,
    /// Names and digests of what the count rests on now: manifest, records, results.
    pub files_now: Vec<(String, Digest)>,
    /// Digests of the settings now.
    pub settings_now: Vec<Digest>,
    /// Places of other commitments, to other files of these names.
    pub others: Vec<String>,
}

impl Commitment {
    /// Files of a committed name, none of whose digests now is the committed one.
    pub(crate) fn changed(&self) -> Vec<&str> {
        self.lost().filter(|name| self.is_there(name)).collect()
    }

    /// Committed files of which neither name nor digest is there.
    pub(crate) fn gone(&self) -> Vec<&str> {
        self.lost().filter(|name| !self.is_there(name)).collect()
    }

    /// Files that nothing was committed of.
    pub(crate) fn added(&self) -> Vec<&str> {
        let digests: BTreeSet<&Digest> = self.files.iter().map(|(_, digest)| digest).collect();
        let names: BTreeSet<&str> = self.files.iter().map(|(name, _)| name.as_str()).collect();
        let new =
            self.files_now.iter().filter(|(name, digest)| !digests.contains(digest) && !names.contains(last(name)));
        new.map(|(name, _)| name.as_str()).collect()
    }

    /// Whether the settings are others than those committed to, so far as the commitment tells.
    pub(crate) fn has_other_settings(&self) -> bool {
        !self.settings.is_empty() && self.settings_now.iter().any(|now| !self.settings.contains(now))
    }

    fn lost(&self) -> impl Iterator<Item = &str> {
        let now: BTreeSet<&Digest> = self.files_now.iter().map(|(_, digest)| digest).collect();
        self.files.iter().filter(move |(_, digest)| !now.contains(digest)).map(|(name, _)| name.as_str())
    }

    fn is_there(&self, name: &str) -> bool {
        self.files_now.iter().any(|(now, _)| last(now) == name)
    }
}

/// What a commitment leaves open.
pub(crate) fn say_open(evidence: &Evidence, coverage: &mut Coverage) {
    let Some(commitment) = &evidence.commitment else { return };
    let place = &commitment.place;
    if commitment.settings.is_empty() && !commitment.settings_now.is_empty() {
        let why = format!(
            "{place} holds no digest of the settings without seed and rounds: whether they are the committed ones can't be told"
        );
        coverage.dim(None, why);
    }
    if !commitment.others.is_empty() {
        let why = format!(
            "What is here was held against {place}. The ledger also has other files of these names committed before a draw: {}. \
             The draw proves something only if the first was the one that was announced before the seed",
            commitment.others.join(", ")
        );
        coverage.dim(None, why);
    }
}

/// The digest of the settings in audit.toml's text without what is known only after the draw. White space, comments and the order
/// of keys don't matter. `None` where the text is no TOML.
pub fn settings_digest(text: &str) -> Option<Digest> {
    let mut settings: toml::Table = text.parse().ok()?;
    LATER.iter().for_each(|key| drop(settings.remove(*key)));
    for contest in settings.get_mut("contest").and_then(Value::as_array_mut).into_iter().flatten() {
        let contest = contest.as_table_mut();
        contest.into_iter().for_each(|contest| LATER.iter().for_each(|key| drop(contest.remove(*key))));
    }
    let mut plain = String::new();
    write(&Value::Table(settings), &mut plain);
    Some(Digest::of(plain.as_bytes()))
}

/// One text for one value: tables by their keys.
fn write(value: &Value, into: &mut String) {
    match value {
        Value::Table(table) => {
            let mut keys: Vec<&String> = table.keys().collect();
            keys.sort_unstable();
            into.push('{');
            for key in keys {
                let _ = write!(into, "{}:{key}=", key.len());
                write(&table[key], into);
                into.push(',');
            }
            into.push('}');
        }
        Value::Array(values) => {
            into.push('[');
            for value in values {
                write(value, into);
                into.push(',');
            }
            into.push(']');
        }
        Value::String(text) => {
            let _ = write!(into, "'{}:{text}", text.len());
        }
        other => {
            let _ = write!(into, "{other}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_the_same_but_for_what_is_known_later() {
        let before = "risk_limit = 0.05\nstyle = false\n[[contest]]\nname = \"Clerk\"\nwinners = 1\n";
        let after = "# drawn\nseed = \"1\"\nstyle = false\nrounds = [9]\nrisk_limit = 0.050\n[[contest]]\nwinners = 1\nname = \"Clerk\"\n\
            rounds = [4]\nhand_count = { A = 1 }\n";
        assert_eq!(settings_digest(before), settings_digest(after));
        assert_ne!(settings_digest(before), settings_digest(&after.replace("0.050", "0.5")));
        assert_ne!(settings_digest(before), settings_digest(&after.replace("winners = 1", "winners = 2")));
        assert_eq!(settings_digest("risk_limit = "), None);
    }

    #[test]
    fn files_are_told_apart() {
        let file = |name: &str, text: &str| (name.to_owned(), Digest::of(text.as_bytes()));
        let commitment = Commitment {
            files: vec![file("a.csv", "a"), file("b.csv", "b"), file("c.csv", "c"), file("d.csv", "d")],
            files_now: vec![
                file("count/renamed.csv", "a"),
                file("count/b.csv", "other"),
                file("c.csv", "c"),
                file("e.csv", "e"),
            ],
            ..Commitment::default()
        };
        assert_eq!(commitment.changed(), ["b.csv"]);
        assert_eq!(commitment.gone(), ["d.csv"]);
        assert_eq!(commitment.added(), ["e.csv"]);
    }
}
