//! office.toml's `[mail]`, and what it says of domains, officials and vendors.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use pollwarden_core::{MailSettings, Official, Vendor};
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MailToml {
    /// The office's own mail servers, as they name themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    receivers: Vec<String>,
    /// A CSV file of names to protect, beside office.toml.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) names: Option<PathBuf>,
    /// The key that sketches are compared under: a file beside office.toml.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<PathBuf>,
    /// Places where the office's people are found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    places: Vec<String>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfficialToml {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(default)]
    addresses: Vec<String>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VendorToml {
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    pub(super) domains: Vec<String>,
}

impl MailToml {
    pub(super) fn settings(self) -> MailSettings {
        MailSettings { receivers: self.receivers, places: self.places, ..MailSettings::default() }
    }
}

impl OfficialToml {
    pub(super) fn official(self) -> Result<Official> {
        if let Some(wrong) = self.addresses.iter().find(|address| !address.contains('@')) {
            bail!("officials: {}: \"{wrong}\" is no mail address. Expected clerk@county.example", self.name);
        }
        Ok(Official { name: self.name, title: self.title, addresses: self.addresses })
    }
}

impl VendorToml {
    pub(super) fn vendor(self) -> Vendor {
        Vendor { name: self.name, aliases: self.aliases, domains: self.domains }
    }
}

/// The names to protect that a file lists.
pub(super) fn names(path: &Path) -> Result<Vec<(String, String)>> {
    let bytes = std::fs::read(path).with_context(|| format!("{} can't be read", path.display()))?;
    pollwarden_mail::protected_names(&bytes).map_err(|why| anyhow::anyhow!("{}: {why}", path.display()))
}

/// A domain is a name with a dot and nothing around it.
pub(super) fn check_domain(domain: &str) -> Result<()> {
    let is_domain =
        domain.contains('.') && !domain.contains(|c: char| c.is_whitespace() || matches!(c, '@' | '/' | ':'));
    if !is_domain {
        bail!("\"{domain}\" is no domain. Expected a name such as county.example, without https:// and without @");
    }
    Ok(())
}
