//! office.toml: read with clear errors, and written by `init`.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use pollwarden_core::{Known, KnownAs, Office, RollSettings, WebSettings};
use serde::{Deserialize, Serialize};

/// The file's name in an office's folder.
pub(crate) const FILE: &str = "office.toml";

/// office.toml as it is written.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfficeToml {
    /// The office's name.
    pub(crate) name: Option<String>,
    /// IANA time zone.
    pub(crate) time_zone: Option<String>,
    #[serde(default)]
    pub(crate) web: WebToml,
    #[serde(default)]
    pub(crate) roll: RollToml,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebToml {
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

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RollToml {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) dates: BTreeMap<String, String>,
}

/// The settings in a file.
pub(crate) fn read(path: &Path) -> Result<Office> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{} can't be read. Give the path of the office's settings", path.display()))?;
    let toml: OfficeToml = toml::from_str(&text).with_context(|| format!("{} is not as expected", path.display()))?;
    toml.office().with_context(|| format!("{} is not as expected", path.display()))
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
        let known = self.web.known.iter().map(KnownToml::known).collect::<Result<_>>()?;
        let dates = self.roll.dates.into_iter().map(|(file, date)| {
            let day = date.parse().with_context(|| format!("roll.dates.\"{file}\" = \"{date}\": expected 2026-10-03"));
            day.map(|day| (file, day))
        });
        Ok(Office {
            name: self.name.unwrap_or_default(),
            time_zone: self.time_zone.clone(),
            web: WebSettings { known },
            roll: RollSettings { key: self.roll.key, time_zone: self.time_zone, dates: dates.collect::<Result<_>>()? },
        })
    }
}

impl KnownToml {
    fn known(&self) -> Result<Known> {
        let Some(as_) = KnownAs::ALL.into_iter().find(|k| k.name() == self.as_) else {
            bail!("web.known: as = \"{}\": expected one of {}", self.as_, KnownAs::ALL.map(KnownAs::name).join(", "));
        };
        let network = || -> Option<(IpAddr, u8)> {
            let (address, prefix) = self.address.split_once('/').unwrap_or((&self.address, ""));
            let address: IpAddr = address.parse().ok()?;
            let width = if address.is_ipv4() { 32 } else { 128 };
            let prefix = if prefix.is_empty() { width } else { prefix.parse().ok().filter(|&p| p <= width)? };
            Some((address, prefix))
        };
        let Some((address, prefix)) = network() else {
            bail!("web.known: address = \"{}\": expected 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32", self.address);
        };
        Ok(Known { address, prefix, as_ })
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
    fn mistakes_are_named() {
        for (text, named) in [
            ("nam = \"x\"", "nam"),
            ("time_zone = \"Mars/Base\"", "Mars/Base"),
            ("[[web.known]]\naddress = \"192.0.2.0/33\"\nas = \"office\"", "192.0.2.0/33"),
            ("[[web.known]]\naddress = \"192.0.2.1\"\nas = \"friend\"", "authorised-scanner"),
            ("[roll.dates]\nx = \"yesterday\"", "yesterday"),
        ] {
            let error = format!("{:#}", parse(text).expect_err("a mistake"));
            assert!(error.contains(named), "{error}");
        }
    }
}
