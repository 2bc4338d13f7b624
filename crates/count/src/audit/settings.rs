//! audit.toml: what is audited, how, and by which public seed.

use std::collections::BTreeMap;

use pollwarden_core::Complaint;
use pollwarden_rla::RiskLimit;
use serde::Deserialize;

use crate::formats::bound::is_count;

/// Its name in an audit's folder.
pub const AUDIT_FILE: &str = "audit.toml";

/// An audit's settings.
#[derive(Debug, Clone, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct AuditSettings {
    /// The largest chance that a wrong outcome is let stand: above 0 and below 1.
    #[serde(deserialize_with = "risk_limit")]
    pub risk_limit: RiskLimit,
    /// The public seed, drawn after manifest and records were committed to; as it was announced.
    pub seed: Option<String>,
    /// By which published rule cards are drawn from the seed.
    #[serde(default)]
    pub draw: DrawRule,
    /// Whether a card can be drawn twice.
    #[serde(default)]
    pub replacement: bool,
    /// How many draws each round had, one after the other.
    #[serde(default)]
    pub rounds: Vec<u64>,
    /// Whether only cards with a contest count for it. Needs cast vote records for every card, which say what is on it.
    #[serde(default)]
    pub style: bool,
    /// Contests that are not to be audited, by name: the answer then stands without them, and says so.
    #[serde(default)]
    pub left_out: Vec<String>,
    /// The contests audited; all of the records where none is named.
    #[serde(default, rename = "contest")]
    pub contests: Vec<ContestSettings>,
}

/// A published rule that makes a sample from a seed.
#[derive(Debug, Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum DrawRule {
    /// Arlo's: tickets by Rivest's consistent sampler for each jurisdiction, batch and position.
    #[default]
    Arlo,
    /// Rivest's consistent sampler over the cards' numbers in the manifest, from 1.
    Consistent,
    /// ColoradoRLA's: SHA-256 of seed and draw, modulo the number of cards.
    Colorado,
}

impl DrawRule {
    /// Its name in audit.toml and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Arlo => "arlo",
            Self::Consistent => "consistent",
            Self::Colorado => "colorado",
        }
    }
}

/// A contest's settings.
#[derive(Debug, Clone, Deserialize, PartialEq, Default)]
#[serde(deny_unknown_fields)]
pub struct ContestSettings {
    /// Its name, as records or results have it. Where several contests of the records have the name, the external id, or both as
    /// [`Cvrs::label`](crate::Cvrs::label) writes them.
    pub name: String,
    /// How many are elected. Where neither this nor records or results say: 1 where a voter may choose one; else the contest is
    /// refused.
    pub winners: Option<u32>,
    /// How many a voter may choose. Where neither this nor records or results say: 1, and refused where a card has several votes.
    pub votes_allowed: Option<u32>,
    /// How votes make a winner.
    #[serde(default)]
    pub rule: ElectionRule,
    /// The share that a supermajority needs, above 0 and below 1.
    pub share: Option<f64>,
    /// How it is audited; by comparison where there are cast vote records, else by polling.
    pub method: Option<Method>,
    /// The reported winners, where no results file says.
    #[serde(default)]
    pub reported_winners: Vec<String>,
    /// Reported votes by choice, where no results file says.
    #[serde(default)]
    pub reported: BTreeMap<String, u64>,
    /// Cards that could hold the contest, where not all of the manifest can: an upper bound, not from the records. Cards beyond
    /// those whose records hold it count as phantoms.
    pub cards: Option<u64>,
    /// Who stands, where neither records nor results list them.
    #[serde(default)]
    pub choices: Vec<String>,
    /// How many draws each round had for this contest, where that is another number than the audit's: batches, or cards by
    /// style.
    #[serde(default)]
    pub rounds: Vec<u64>,
    /// A ballot-polling rule that is looked at after whole rounds; without one, after each card.
    pub polling_rule: Option<PollingRule>,
    /// Votes by choice of a full hand count, of every choice that has any: they decide, where votes that they miss couldn't change who
    /// won.
    #[serde(default)]
    pub hand_count: BTreeMap<String, u64>,
}

/// How votes make a winner.
#[derive(Debug, Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum ElectionRule {
    /// Most votes win; one or several are elected, with one or several votes each.
    #[default]
    Plurality,
    /// As plurality, each voter approving of any number.
    Approval,
    /// The choice with more than a share of the valid votes.
    Supermajority,
    /// Instant run-off over rankings.
    Irv,
}

/// How a contest is audited.
#[derive(Debug, Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Each drawn card against its cast vote record.
    Comparison,
    /// Drawn cards alone, without cast vote records.
    Polling,
    /// Drawn batches, counted by hand, against their reported totals.
    BatchComparison,
    /// Cards with records by comparison, the others by polling, both together.
    Stratified,
}

/// A ballot-polling rule for whole rounds.
#[derive(Debug, Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum PollingRule {
    /// Lindeman, Stark and Yates 2012.
    Bravo,
    /// Zagorski and others 2021: sizes of rounds chosen without regard to what was found.
    Minerva,
    /// Broadrick and others 2023.
    Providence,
}

impl Method {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Comparison => "ballot comparison",
            Self::Polling => "ballot polling",
            Self::BatchComparison => "batch comparison",
            Self::Stratified => "stratified",
        }
    }
}

impl AuditSettings {
    /// Settings from audit.toml's text.
    ///
    /// # Errors
    /// The first line that can't be understood, with what to do.
    pub fn parse(source: &str, text: &str) -> Result<Self, Box<Complaint>> {
        let settings: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| 1 + text[..span.start.min(text.len())].matches('\n').count() as u64);
            let complaint = Complaint::about(source, "settings of an audit", error.message().to_owned())
                .mend("`pollwarden count audit --help` shows what the file may say.");
            let complaint = match line {
                Some(line) => complaint.line(line),
                None => complaint,
            };
            let key = error.span().and_then(|span| key_at(text, span.start));
            Box::new(match key {
                Some(key) => complaint.column(key),
                None => complaint,
            })
        })?;
        settings.checked(source)
    }

    fn checked(self, source: &str) -> Result<Self, Box<Complaint>> {
        let fault = |column: &str, expected: &str, found: String| {
            Err(Box::new(Complaint::about(source, expected, found).column(column).mend("Correct it in the file.")))
        };
        if self.seed.as_ref().is_some_and(|seed| seed.trim().is_empty()) {
            let expected = "a public seed, or no seed before it was drawn";
            return fault("seed", expected, "an empty one, which anybody knows beforehand".to_owned());
        }
        if self.style && (self.replacement || self.draw == DrawRule::Colorado) {
            let found = "replacement = true, or draw = \"colorado\"".to_owned();
            return fault("style", "a draw by tickets without replacement, where cards are drawn by style", found);
        }
        for contest in &self.contests {
            if contest.method == Some(Method::Stratified) && !self.replacement {
                let expected = "replacement = true: a stratified audit draws cards with records with replacement";
                return fault("replacement", expected, format!("false, with {} stratified", contest.name));
            }
            if contest.method == Some(Method::BatchComparison) && self.draw == DrawRule::Colorado {
                let found = format!("draw = \"colorado\", with {} by batch comparison", contest.name);
                return fault("draw", "\"arlo\" or \"consistent\", which draw batches", found);
            }
            let is_super = contest.rule == ElectionRule::Supermajority;
            match contest.share {
                Some(share) if !(share > 0.0 && share < 1.0) => {
                    return fault("share", "a share above 0 and below 1", share.to_string());
                }
                None if is_super => {
                    return fault(
                        "share",
                        "the share that a supermajority needs",
                        format!("none for {}", contest.name),
                    );
                }
                _ => {}
            }
            let counts = contest.reported.values().chain(contest.hand_count.values()).chain(&contest.cards);
            if let Some(count) = counts.copied().find(|count| !i64::try_from(*count).is_ok_and(is_count)) {
                return fault(
                    "reported, hand_count, cards",
                    "a number of votes or cards",
                    format!("{count} for {}", contest.name),
                );
            }
            if contest.winners == Some(0) || contest.votes_allowed == Some(0) {
                return fault("winners, votes_allowed", "at least 1", format!("0 for {}", contest.name));
            }
        }
        Ok(self)
    }
}

/// The key whose value stands at a place, where a line says `key = value`.
fn key_at(text: &str, at: usize) -> Option<&str> {
    let before = text.get(..at)?;
    let line = &before[before.rfind('\n').map_or(0, |end| end + 1)..];
    let key = line.rsplit_once('=')?.0.rsplit(['{', ',']).next()?.trim();
    (!key.is_empty()).then_some(key)
}

fn risk_limit<'de, D: serde::Deserializer<'de>>(from: D) -> Result<RiskLimit, D::Error> {
    RiskLimit::new(f64::deserialize(from)?).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_and_faults_are_placed() {
        let text =
            "risk_limit = 0.05\nseed = \"123\"\nrounds = [10, 20]\n[[contest]]\nname = \"Clerk\"\nrule = \"irv\"\n";
        let settings = AuditSettings::parse("audit.toml", text).expect("settings");
        assert_eq!(settings.rounds, [10, 20]);
        assert_eq!(settings.contests[0].rule, ElectionRule::Irv);
        let fault = AuditSettings::parse("audit.toml", "risk_limit = 0.05\nseeds = 1\n").expect_err("a word too much");
        assert_eq!(fault.line, Some(2));
        let fault = AuditSettings::parse("audit.toml", "risk_limit = 5").expect_err("a share above 1");
        assert_eq!((fault.line, fault.column.as_deref()), (Some(1), Some("risk_limit")));
        let text = "risk_limit = 0.1\n[[contest]]\nname = \"Bond\"\nhand_count = { Yes = \"many\" }";
        let fault = AuditSettings::parse("audit.toml", text).expect_err("words for a number");
        assert_eq!((fault.line, fault.column.as_deref()), (Some(4), Some("Yes")));
        let text = "risk_limit = 0.1\n[[contest]]\nname = \"Bond\"\nreported = { Yes = 9223372036854775807, No = 9223372036854775807 }";
        let fault = AuditSettings::parse("audit.toml", text).expect_err("more votes than people");
        assert_eq!(fault.column.as_deref(), Some("reported, hand_count, cards"));
        let text = "risk_limit = 0.1\n[[contest]]\nname = \"Bond\"\nhand_count = { Yes = 9000000000000000000 }";
        assert!(AuditSettings::parse("audit.toml", text).is_err());
        let fault = AuditSettings::parse("audit.toml", "risk_limit = 0.1\nseed = \" \"").expect_err("an empty seed");
        assert_eq!(fault.column.as_deref(), Some("seed"));
        let text = "risk_limit = 0.1\n[[contest]]\nname = \"Bond\"\nrule = \"supermajority\"";
        assert!(AuditSettings::parse("audit.toml", text).is_err());
    }
}
