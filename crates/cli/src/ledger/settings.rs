//! office.toml's `[ledger]`.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use pollwarden_ledger::office::Settings;
use pollwarden_ledger::{Policy, VerifierKey};
use rand::{TryRng as _, rngs::SysRng};
use serde::{Deserialize, Serialize};

/// The section as it is written.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LedgerToml {
    /// The log's name, for a log that is begun now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) origin: Option<String>,
    /// The file of its keys, beside office.toml.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<PathBuf>,
    /// A file whose first line opens the keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Who is asked to cosign after every entry.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) witnesses: Vec<WitnessToml>,
}

/// A witness.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WitnessToml {
    /// Where it is asked.
    pub(crate) url: String,
    /// Its public keys.
    pub(crate) keys: Vec<String>,
}

impl LedgerToml {
    /// The section with its paths meant from office.toml's folder, and checked.
    pub(crate) fn beside(mut self, folder: &Path) -> Result<Self> {
        for path in [&mut self.key, &mut self.passphrase_file].into_iter().flatten() {
            *path = folder.join(&path);
        }
        for witness in &self.witnesses {
            witness.policy(&[]).with_context(|| format!("ledger.witnesses: {}", witness.url))?;
        }
        Ok(self)
    }

    /// How the ledger is opened. Without an origin, a new log is named for the office and a number that nobody else has.
    pub(crate) fn settings(&self, office: &str) -> Result<Settings> {
        Ok(Settings {
            origin: self.origin.clone().map_or_else(|| origin(office), Ok)?,
            key: self.key.clone(),
            passphrase: self.passphrase_file.as_deref().map(passphrase).transpose()?,
        })
    }
}

impl WitnessToml {
    /// What the witness is called.
    pub(crate) fn name(&self) -> String {
        let key = self.keys.first().and_then(|key| VerifierKey::parse(key).ok());
        key.map_or_else(|| self.url.clone(), |key| key.name().to_owned())
    }

    /// That this witness cosigned a checkpoint of the log with these keys.
    pub(crate) fn policy(&self, log: &[VerifierKey]) -> Result<Policy> {
        let keys: Vec<VerifierKey> = self.keys.iter().map(|key| VerifierKey::parse(key)).collect::<Result<_, _>>()?;
        if keys.is_empty() {
            bail!("keys = []: give the witness's public keys, as it publishes them");
        }
        Ok(Policy::new(log.to_vec(), keys, 1)?)
    }
}

/// The first line of a file.
pub(crate) fn passphrase(file: &Path) -> Result<zeroize::Zeroizing<String>> {
    let text = std::fs::read_to_string(file).map(zeroize::Zeroizing::new);
    let text = text.with_context(|| format!("{} can't be read", file.display()))?;
    Ok(zeroize::Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}

fn origin(office: &str) -> Result<String> {
    let mut number = [0; 4];
    SysRng.try_fill_bytes(&mut number).context("the operating system gave no random numbers")?;
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let words: String = office.chars().map(plain).collect();
    let words: Vec<&str> = words.split('-').filter(|word| !word.is_empty()).collect();
    let name = if words.is_empty() { "office".to_owned() } else { words.join("-") };
    let short: String = name.chars().take(60).collect();
    Ok(format!("{short}/{:08x}", u32::from_be_bytes(number)))
}
