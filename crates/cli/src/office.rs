//! office.toml: read with clear errors, and written by `init`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use pollwarden_core::{Known, KnownAs, LogSettings, Network, Office, RollLayout, RollSettings, WebSettings};
use pollwarden_database::{Database, Rows};
use serde::{Deserialize, Serialize};

use self::mail::{MailToml, OfficialToml, VendorToml};
use crate::ledger::LedgerToml;
use crate::rules;

mod mail;

/// The file's name in an office's folder.
pub(crate) const FILE: &str = "office.toml";

/// office.toml as it is written.
#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfficeToml {
    /// The office's name.
    pub(crate) name: Option<String>,
    /// IANA time zone.
    pub(crate) time_zone: Option<String>,
    /// The office's own domains.
    #[serde(default)]
    domains: Vec<String>,
    #[serde(default)]
    officials: Vec<OfficialToml>,
    #[serde(default)]
    vendors: Vec<VendorToml>,
    #[serde(default)]
    pub(crate) web: WebToml,
    #[serde(default)]
    pub(crate) mail: MailToml,
    #[serde(default)]
    pub(crate) roll: RollToml,
    #[serde(default)]
    pub(crate) ledger: LedgerToml,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebToml {
    /// nginx's log_format or Apache's LogFormat, as the server's configuration has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) log_format: Option<String>,
    /// Proxies whose X-Forwarded-For is believed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) trusted_proxies: Vec<String>,
    /// A folder of Sigma rules, beside office.toml.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sigma: Option<PathBuf>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) known: Vec<KnownToml>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KnownToml {
    pub(crate) address: String,
    #[serde(rename = "as")]
    pub(crate) as_: String,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RollToml {
    /// The database that holds the roll. It may hold a password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) table: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) query: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) password_file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) dates: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) layout: Option<LayoutToml>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) log: Option<LogToml>,
}

/// The transaction log's words, where they are none that are known.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LogToml {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) columns: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) fields: BTreeMap<String, String>,
}

/// An extract's columns, where they can't be told from the file.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LayoutToml {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) delimiter: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) columns: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) widths: Vec<usize>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) roles: BTreeMap<String, String>,
}

/// The settings in a file.
pub(crate) fn read(path: &Path) -> Result<Office> {
    let not_as_expected = || format!("{} is not as expected", path.display());
    let toml = parse(path)?;
    toml.roll.database(path).with_context(not_as_expected)?;
    let sigma = toml.web.sigma.as_ref().map(|folder| path.parent().unwrap_or(Path::new("")).join(folder));
    let beside = |file: &PathBuf| path.parent().unwrap_or(Path::new("")).join(file);
    let (names, key) = (toml.mail.names.as_ref().map(beside), toml.mail.key.as_ref().map(beside));
    let mut office = toml.office().with_context(not_as_expected)?;
    office.mail.key = key.map(|file| file.display().to_string());
    if let Some(file) = names {
        office.mail.protected = mail::names(&file).context("mail.names").with_context(not_as_expected)?;
        office.mail.protected_from = Some(file.display().to_string());
    }
    if let Some(folder) = sigma {
        office.web.sigma = rules::read(&folder).context("web.sigma").with_context(not_as_expected)?;
    }
    Ok(office)
}

/// The database that a file of settings names for the roll.
pub(crate) fn database(path: &Path) -> Result<Option<Database>> {
    parse(path)?.roll.database(path).with_context(|| format!("{} is not as expected", path.display()))
}

/// The office's name, and what a file of settings says of its ledger.
pub(crate) fn ledger(path: &Path) -> Result<(String, LedgerToml)> {
    let toml = parse(path)?;
    let ledger = toml.ledger.beside(path.parent().unwrap_or(Path::new("")));
    Ok((toml.name.unwrap_or_default(), ledger.with_context(|| format!("{} is not as expected", path.display()))?))
}

fn parse(path: &Path) -> Result<OfficeToml> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{} can't be read. Give the path of the office's settings", path.display()))?;
    toml::from_str(&text)
        .map_err(|error| hiding(&error, &text))
        .with_context(|| format!("{} is not as expected", path.display()))
}

/// A mistake with the line it is in, unless that line is an address, which may hold a password.
fn hiding(error: &toml::de::Error, text: &str) -> anyhow::Error {
    let shown = error.to_string();
    if !shown.contains("://") {
        return anyhow::anyhow!(shown);
    }
    let at = error.span().map_or(0, |span| span.start.min(text.len()));
    let line = text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    anyhow::anyhow!("line {line} can't be read; it is not shown, since it may hold a password")
}

/// The settings in a file where one is named, else an office without any.
pub(crate) fn read_or_default(path: Option<&Path>) -> Result<Office> {
    path.map_or_else(|| Ok(Office::default()), read)
}

impl OfficeToml {
    fn office(self) -> Result<Office> {
        if let Some(zone) = &self.time_zone {
            jiff::tz::TimeZone::get(zone)
                .with_context(|| format!("time_zone = \"{zone}\": expected a name such as \"America/Chicago\""))?;
        }
        let web = self.web.settings(self.time_zone.clone())?;
        for domain in self.domains.iter().chain(self.vendors.iter().flat_map(|vendor| &vendor.domains)) {
            mail::check_domain(domain)?;
        }
        Ok(Office {
            name: self.name.unwrap_or_default(),
            time_zone: self.time_zone.clone(),
            domains: self.domains,
            officials: self.officials.into_iter().map(OfficialToml::official).collect::<Result<_>>()?,
            vendors: self.vendors.into_iter().map(VendorToml::vendor).collect::<Result<_>>()?,
            mail: self.mail.settings()?,
            web,
            roll: self.roll.settings(self.time_zone)?,
        })
    }
}

impl RollToml {
    /// The database, with paths meant from the file's folder.
    fn database(&self, file: &Path) -> Result<Option<Database>> {
        let Some(source) = &self.source else {
            if self.table.is_some() || self.query.is_some() {
                bail!("roll.table and roll.query say which rows of a database are meant: name it as roll.source");
            }
            return Ok(None);
        };
        let rows = match (&self.table, &self.query) {
            (Some(_), Some(_)) => bail!("roll.table and roll.query: give one of the two"),
            (Some(table), None) => Some(Rows::Table(table.clone())),
            (None, query) => query.clone().map(Rows::Query),
        };
        let folder = file.parent().unwrap_or(Path::new(""));
        let password = self.password_file.as_ref().map(|path| folder.join(path));
        let database = Database::parse(source, rows).context("roll.source")?;
        Ok(Some(database.with_password_file(password).beside(folder)))
    }

    fn settings(self, time_zone: Option<String>) -> Result<RollSettings> {
        let dates = self.dates.into_iter().map(|(file, date)| {
            let day = date.parse().with_context(|| format!("roll.dates.\"{file}\" = \"{date}\": expected 2026-10-03"));
            day.map(|day| (file, day))
        });
        let layout = self.layout.map(LayoutToml::layout).transpose()?;
        let log = self.log.unwrap_or_default();
        let log = LogSettings { columns: log.columns.into_iter().collect(), fields: log.fields.into_iter().collect() };
        let settings = RollSettings {
            key: self.key,
            time_zone,
            dates: dates.collect::<Result<_>>()?,
            layout,
            log,
            bare_ids: false,
        };
        pollwarden_roll::check_layout(&settings).map_err(|why| anyhow::anyhow!("roll.layout: {why}"))?;
        pollwarden_roll::check_log(&settings.log).map_err(|why| anyhow::anyhow!("roll.log: {why}"))?;
        Ok(settings)
    }
}

impl LayoutToml {
    fn layout(self) -> Result<RollLayout> {
        let delimiter = match self.delimiter.as_deref().map(str::as_bytes) {
            None => None,
            Some([one]) => Some(*one),
            Some(_) => {
                bail!("roll.layout: delimiter = {:?}: expected one character", self.delimiter.unwrap_or_default())
            }
        };
        let roles = self.roles.into_iter().collect();
        Ok(RollLayout { delimiter, columns: self.columns, widths: self.widths, roles })
    }
}

impl WebToml {
    fn settings(&self, time_zone: Option<String>) -> Result<WebSettings> {
        let network = |text: &String| -> Result<Network> {
            text.parse().with_context(|| format!("web.trusted_proxies: \"{text}\""))
        };
        if let Some(log_format) = &self.log_format {
            pollwarden_web::check_log_format(log_format).context("web.log_format")?;
        }
        Ok(WebSettings {
            known: self.known.iter().map(KnownToml::known).collect::<Result<_>>()?,
            trusted_proxies: self.trusted_proxies.iter().map(network).collect::<Result<_>>()?,
            log_format: self.log_format.clone(),
            time_zone,
            sigma: Vec::new(),
        })
    }
}

impl KnownToml {
    fn known(&self) -> Result<Known> {
        let Some(as_) = KnownAs::ALL.into_iter().find(|k| k.name() == self.as_) else {
            bail!("web.known: as = \"{}\": expected one of {}", self.as_, KnownAs::ALL.map(KnownAs::name).join(", "));
        };
        let network = self.address.parse().with_context(|| format!("web.known: address = \"{}\"", self.address))?;
        Ok(Known { network, as_ })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Office> {
        toml::from_str::<OfficeToml>(text)?.office()
    }

    #[test]
    fn known_networks_and_dates_are_read() {
        let office = parse(
            "name = \"Example\"\ntime_zone = \"America/New_York\"\n[[web.known]]\naddress = \"192.0.2.0/24\"\nas = \"office\"\n\
             [roll.dates]\n\"old.txt\" = \"2026-09-05\"\n",
        )
        .expect("good settings");
        assert_eq!(office.known("192.0.2.9"), Some(KnownAs::Office));
        assert_eq!(office.roll.dates.len(), 1);
    }

    #[test]
    fn settings_of_the_web_logs_are_read_and_rules_from_the_folder_beside() {
        let dir = tempfile::tempdir().expect("scratch space");
        std::fs::create_dir_all(dir.path().join("rules/more")).expect("scratch space");
        std::fs::write(dir.path().join("rules/b.yml"), "title: b").expect("scratch space");
        std::fs::write(dir.path().join("rules/more/a.YAML"), b"title: \xff").expect("scratch space");
        std::fs::write(dir.path().join("rules/notes.txt"), "no rule").expect("scratch space");
        let file = dir.path().join(FILE);
        std::fs::write(
            &file,
            "time_zone = \"America/Chicago\"\n[web]\nlog_format = '%h %t \"%r\" %>s'\n\
             trusted_proxies = [\"10.0.0.0/8\", \"192.0.2.1\"]\nsigma = \"rules/\"\n",
        )
        .expect("scratch space");
        let web = read(&file).expect("good settings").web;
        assert_eq!((web.trusted_proxies.len(), web.time_zone.as_deref()), (2, Some("America/Chicago")));
        let names: Vec<&str> = web.sigma.iter().map(|rule| rule.name.as_str()).collect();
        assert_eq!(names, ["b.yml", "more/a.YAML"]);
        assert!(web.sigma[0].text.is_ok() && web.sigma[1].text.is_err());
        std::fs::write(&file, "[web]\nsigma = \"gone/\"\n").expect("scratch space");
        assert!(format!("{:#}", read(&file).expect_err("no folder")).contains("gone"));
    }

    #[test]
    fn mistakes_are_named() {
        for (text, named) in [
            ("nam = \"x\"", "nam"),
            ("time_zone = \"Mars/Base\"", "Mars/Base"),
            ("[roll.layout]\ndelimiter = \"||\"", "expected one character"),
            ("[roll.layout.roles]\nnumber = \"id\"", "expected one of voter-id"),
            ("[[web.known]]\naddress = \"192.0.2.0/33\"\nas = \"office\"", "192.0.2.0/33"),
            ("[[web.known]]\naddress = \"192.0.2.1\"\nas = \"friend\"", "authorised-scanner"),
            ("[web]\ntrusted_proxies = [\"10.0.0.0/40\"]", "10.0.0.0/40"),
            ("[web]\nlog_format = \"combined\"", "no variables"),
            ("[web]\nlog_format = '$remote_addr$status'", "side by side"),
            ("[roll.dates]\nx = \"yesterday\"", "yesterday"),
            ("[roll.log.columns]\nvoter = \"Nr\"", "expected one of voter-id"),
        ] {
            let error = format!("{:#}", parse(text).expect_err("a mistake"));
            assert!(error.contains(named), "{error}");
        }
    }
}
