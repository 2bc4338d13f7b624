//! Whom a verifier trusts (C2SP tlog-policy): logs, witnesses, and how many of these must agree.

use std::collections::BTreeMap;

use crate::key::{Algorithm, KeyError, VerifierKey};

/// The longest policy read, in bytes: with keys of ML-DSA-44, a hundred witnesses fit.
pub const MAX_POLICY: usize = 1024 * 1024;

/// No deeper than that do groups stand in groups: each step takes some of the stack.
const DEEPEST: usize = 16;

/// Trusted logs and witnesses, and the rule that a checkpoint's cosignatures must meet.
#[derive(Debug, Clone)]
pub struct Policy {
    logs: Vec<VerifierKey>,
    witnesses: Vec<VerifierKey>,
    rule: Rule,
}

#[derive(Debug, Clone)]
enum Rule {
    /// No cosignature is asked for.
    None,
    /// That of one key, by its place.
    Witness(usize),
    /// Those of so many members.
    Group(usize, Vec<Self>),
}

/// Why a policy can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Longer than any.
    #[error("it has more than {MAX_POLICY} bytes; a policy has at most as many")]
    TooLong,
    /// A line that is none of a policy.
    #[error("line {line}: expected {expected}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// A key in a line.
    #[error("line {line}: {source}")]
    Key {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        source: KeyError,
    },
    /// A name that no line above defines, or that is used twice.
    #[error("line {line}: {name:?} is not defined above, or is used a second time")]
    Name {
        /// The line, from 1.
        line: usize,
        /// The name.
        name: String,
    },
    /// No quorum.
    #[error("no line says `quorum NAME` or `quorum none`")]
    NoQuorum,
    /// One key under two names would count twice.
    #[error("the key of {0} stands here twice: one signer would count as two")]
    Twice(String),
    /// A log can't be its own witness, and a plain key is no witness.
    #[error("the key {0} is no witness's: those are of type 4 or 6")]
    NoWitness(String),
    /// More witnesses asked for than there are.
    #[error("{asked} witnesses are asked for, and {known} are known")]
    TooFew {
        /// How many are asked for.
        asked: usize,
        /// How many names there are.
        known: usize,
    },
}

impl Policy {
    /// Trusts logs by their keys, and asks for `quorum` of the witnesses. A witness with two keys under one name is one.
    ///
    /// # Errors
    /// Where one key stands twice, or there are fewer witnesses than are asked for.
    pub fn new(logs: Vec<VerifierKey>, witnesses: Vec<VerifierKey>, quorum: usize) -> Result<Self, PolicyError> {
        let mut by_name: BTreeMap<&str, Vec<Rule>> = BTreeMap::new();
        for (place, key) in witnesses.iter().enumerate() {
            by_name.entry(key.name()).or_default().push(Rule::Witness(place));
        }
        let known = by_name.len();
        if quorum > known {
            return Err(PolicyError::TooFew { asked: quorum, known });
        }
        let any = by_name.into_values().map(|keys| Rule::Group(1, keys)).collect();
        let rule = if quorum == 0 { Rule::None } else { Rule::Group(quorum, any) };
        Self { logs, witnesses, rule }.sound()
    }

    /// Reads a policy.
    ///
    /// # Errors
    /// Where a line is none of a policy's, with its number.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        if text.len() > MAX_POLICY {
            return Err(PolicyError::TooLong);
        }
        let (mut logs, mut witnesses, mut quorum) = (Vec::new(), Vec::new(), None);
        let mut defined: BTreeMap<String, Rule> = BTreeMap::new();
        for (line, words) in meant(text) {
            let unexpected = PolicyError::Line { line, expected: EXPECTED };
            let key = |text: &str| VerifierKey::parse(text).map_err(|source| PolicyError::Key { line, source });
            let again = |name: &str| PolicyError::Name { line, name: name.to_owned() };
            match words.as_slice() {
                ["log", vkey] | ["log", vkey, _] => logs.push(key(vkey)?),
                ["witness", name, vkey] | ["witness", name, vkey, _] => {
                    witnesses.push(key(vkey)?);
                    if *name == "none" || defined.insert((*name).into(), Rule::Witness(witnesses.len() - 1)).is_some() {
                        return Err(again(name));
                    }
                }
                ["group", name, asked, members @ ..] if !members.is_empty() => {
                    let asked = number(asked, members.len()).ok_or(unexpected)?;
                    if *name == "none" || defined.contains_key(*name) {
                        return Err(again(name));
                    }
                    let rules = members.iter().map(|member| take(&mut defined, member).ok_or_else(|| again(member)));
                    let rule = Rule::Group(asked, rules.collect::<Result<_, _>>()?);
                    if rule.depth() > DEEPEST {
                        return Err(PolicyError::Line {
                            line,
                            expected: "groups within groups no more than sixteen deep",
                        });
                    }
                    defined.insert((*name).into(), rule);
                }
                ["quorum", "none"] if quorum.is_none() => quorum = Some(Rule::None),
                ["quorum", name] if quorum.is_none() => {
                    quorum = Some(take(&mut defined, name).ok_or_else(|| again(name))?);
                }
                _ => return Err(unexpected),
            }
        }
        let rule = quorum.ok_or(PolicyError::NoQuorum)?;
        Self { logs, witnesses, rule }.sound()
    }

    fn sound(self) -> Result<Self, PolicyError> {
        if let Some(key) = self.witnesses.iter().find(|key| key.algorithm() == Algorithm::Ed25519) {
            return Err(PolicyError::NoWitness(key.to_string()));
        }
        let keys: Vec<&VerifierKey> = self.keys().collect();
        let twice = |key: &&&VerifierKey| keys.iter().filter(|other| other.public() == key.public()).count() > 1;
        match keys.iter().find(twice) {
            Some(key) => Err(PolicyError::Twice(key.name().to_owned())),
            None => Ok(self),
        }
    }

    /// All keys that are trusted with something.
    pub fn keys(&self) -> impl Iterator<Item = &VerifierKey> {
        self.logs.iter().chain(&self.witnesses)
    }

    /// The keys of logs.
    pub fn logs(&self) -> &[VerifierKey] {
        &self.logs
    }

    /// The keys of witnesses.
    pub fn witnesses(&self) -> &[VerifierKey] {
        &self.witnesses
    }

    /// The same witnesses and the same rule, for further keys of the log: those it changed to.
    ///
    /// # Errors
    /// Where a key is a witness's.
    pub fn with_logs(&self, logs: &[VerifierKey]) -> Result<Self, PolicyError> {
        let mut policy = self.clone();
        let new = logs.iter().filter(|key| !self.logs.contains(key));
        policy.logs.extend(new.cloned());
        policy.sound()
    }

    /// The same witnesses and the same rule, for these keys of a log and no others.
    ///
    /// # Errors
    /// Where a key is a witness's, or stands twice.
    pub fn with_only(&self, logs: &[VerifierKey]) -> Result<Self, PolicyError> {
        Self { logs: logs.to_vec(), ..self.clone() }.sound()
    }

    /// Whether any cosignature is asked for.
    pub fn asks_for_witnesses(&self) -> bool {
        !matches!(self.rule, Rule::None)
    }

    pub(crate) fn is_log(&self, key: &VerifierKey) -> bool {
        self.logs.contains(key)
    }

    pub(crate) fn is_witness(&self, key: &VerifierKey) -> bool {
        self.witnesses.contains(key)
    }

    pub(crate) fn is_met<'k>(&self, by: impl Iterator<Item = &'k VerifierKey>) -> bool {
        let by: Vec<&VerifierKey> = by.collect();
        self.rule.is_met(&|place| self.witnesses.get(place).is_some_and(|key| by.contains(&key)))
    }
}

impl Rule {
    /// Asked of each as it is made, so that none is deep before.
    fn depth(&self) -> usize {
        match self {
            Self::Group(_, members) => 1 + members.iter().map(Self::depth).max().unwrap_or(0),
            Self::None | Self::Witness(_) => 0,
        }
    }

    fn is_met(&self, signed: &dyn Fn(usize) -> bool) -> bool {
        match self {
            Self::None => true,
            Self::Witness(place) => signed(*place),
            Self::Group(asked, members) => members.iter().filter(|rule| rule.is_met(signed)).count() >= *asked,
        }
    }
}

const EXPECTED: &str =
    "`log VKEY`, `witness NAME VKEY`, `group NAME all|any|K MEMBER…` or one `quorum NAME`, each on a line";

/// Lines that say something, each cut into its words.
fn meant(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    let lines = text.split('\n').enumerate();
    let cut =
        lines.map(|(i, line)| (i + 1, line.split([' ', '\t']).filter(|word| !word.is_empty()).collect::<Vec<_>>()));
    cut.filter(|(_, words)| words.first().is_some_and(|word| !word.starts_with('#')))
}

/// Each name is a member once, so that no witness counts in two ways.
fn take(defined: &mut BTreeMap<String, Rule>, name: &str) -> Option<Rule> {
    let rule = defined.get_mut(name)?;
    let taken = std::mem::replace(rule, Rule::None);
    (!matches!(taken, Rule::None)).then_some(taken)
}

fn number(asked: &str, of: usize) -> Option<usize> {
    match asked {
        "all" => Some(of),
        "any" => Some(1),
        number => number.parse().ok().filter(|n| (1..=of).contains(n) && !number.starts_with(['0', '+'])),
    }
}
