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
    /// Suffixes of which that file holds every name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    names_hold_all: Vec<String>,
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
    pub(super) fn settings(self) -> Result<MailSettings> {
        let names_hold_all = whole_suffixes(&self.names_hold_all, self.names.is_some())?;
        Ok(MailSettings { receivers: self.receivers, places: self.places, names_hold_all, ..MailSettings::default() })
    }
}

impl OfficialToml {
    pub(super) fn official(self) -> Result<Official> {
        check_names("officials", &self.name, &[])?;
        if let Some(wrong) = self.addresses.iter().find(|address| !address.contains('@')) {
            bail!("officials: {}: \"{wrong}\" is no mail address. Expected clerk@county.example", self.name);
        }
        Ok(Official { name: self.name, title: self.title, addresses: self.addresses })
    }
}

impl VendorToml {
    pub(super) fn vendor(self) -> Result<Vendor> {
        check_names("vendors", &self.name, &self.aliases)?;
        Ok(Vendor { name: self.name, aliases: self.aliases, domains: self.domains })
    }
}

/// Nobody can be imitated who has no name.
fn check_names(whose: &str, name: &str, aliases: &[String]) -> Result<()> {
    if name.trim().is_empty() {
        bail!("{whose}: a name is empty. Expected one such as name = \"Example Voting\"");
    }
    if aliases.iter().any(|alias| alias.trim().is_empty()) {
        bail!("{whose}: {name}: an alias is empty. Expected one such as aliases = [\"ExamplePad\"], or none");
    }
    Ok(())
}

/// The suffixes, without a dot in front, of which a list is said to hold every name.
fn whole_suffixes(suffixes: &[String], has_list: bool) -> Result<Vec<String>> {
    if !suffixes.is_empty() && !has_list {
        bail!("mail.names_hold_all says that the list of names is whole, but no list is named: give it as mail.names");
    }
    let read = |suffix: &String| {
        let ending = suffix.trim().trim_start_matches('.').to_lowercase();
        if !pollwarden_mail::is_public_suffix(&ending) {
            bail!(
                "mail.names_hold_all: \"{suffix}\" is no ending that names are given out under. Expected one such as \"gov\""
            );
        }
        Ok(ending)
    };
    suffixes.iter().map(read).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_name_is_no_name() {
        let vendor = |name: &str, alias: &str| {
            VendorToml { name: name.to_owned(), aliases: vec![alias.to_owned()], domains: Vec::new() }.vendor()
        };
        assert!(vendor("Example Voting", "ExamplePad").is_ok());
        assert!(vendor(" ", "ExamplePad").is_err_and(|why| why.to_string().contains("a name is empty")));
        assert!(vendor("Example Voting", "").is_err_and(|why| why.to_string().contains("an alias is empty")));
    }

    #[test]
    fn a_list_is_whole_for_suffixes_alone() {
        let whole = |suffixes: &[&str], has_list| {
            let suffixes: Vec<String> = suffixes.iter().map(|suffix| (*suffix).to_owned()).collect();
            whole_suffixes(&suffixes, has_list).map_err(|why| why.to_string())
        };
        assert_eq!(whole(&[], false), Ok(Vec::new()));
        assert_eq!(whole(&["gov", ".MIL"], true), Ok(vec!["gov".to_owned(), "mil".to_owned()]));
        for wrong in ["county.gov", "", "https://gov", "no-such-ending"] {
            assert!(whole(&[wrong], true).is_err_and(|why| why.contains("such as \"gov\"")), "{wrong}");
        }
        assert!(whole(&["gov"], false).is_err_and(|why| why.contains("mail.names")));
    }
}
