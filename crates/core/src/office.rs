//! What an office says of itself in office.toml, as far as detectors need it.

use std::net::IpAddr;
use std::str::FromStr;

/// Why an address is known to the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KnownAs {
    /// A scan that the office ordered.
    AuthorisedScanner,
    /// The office's own network.
    Office,
    /// An uptime monitor.
    Monitor,
    /// An authorised bulk export.
    Export,
}

impl KnownAs {
    /// All four.
    pub const ALL: [Self; 4] = [Self::AuthorisedScanner, Self::Office, Self::Monitor, Self::Export];

    /// The word in office.toml.
    pub fn name(self) -> &'static str {
        match self {
            Self::AuthorisedScanner => "authorised-scanner",
            Self::Office => "office",
            Self::Monitor => "monitor",
            Self::Export => "export",
        }
    }
}

/// A network: an address and the bits of its prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    /// The network's address.
    pub address: IpAddr,
    /// Bits of its prefix.
    pub prefix: u8,
}

/// A network that the office knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// The network.
    pub network: Network,
    /// Why it is known.
    pub as_: KnownAs,
}

/// Text that is no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32")]
pub struct NoNetwork;

impl FromStr for Network {
    type Err = NoNetwork;

    /// An address, alone or with the bits of its prefix after a slash.
    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr = address.parse().map_err(|_| NoNetwork)?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(width), str::parse).map_err(|_| NoNetwork)?;
        if prefix <= width { Ok(Self { address, prefix }) } else { Err(NoNetwork) }
    }
}

impl Network {
    /// Whether an address lies in the network. IPv4 addresses written as IPv6 count as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        let bits = |ip: IpAddr| match ip.to_canonical() {
            IpAddr::V4(v4) => (u128::from(u32::from(v4)) << 96, 32),
            IpAddr::V6(v6) => (u128::from(v6), 128),
        };
        let ((ours, width), (theirs, their_width)) = (bits(self.address), bits(address));
        let prefix = u32::from(self.prefix).min(width);
        width == their_width && (prefix == 0 || (ours ^ theirs) >> (128 - prefix) == 0)
    }
}

/// office.toml's `[web]`.
#[derive(Debug, Clone, Default)]
pub struct WebSettings {
    /// Addresses that the office knows.
    pub known: Vec<Known>,
    /// Proxies of the office's own, whose word on where a request came from is believed.
    pub trusted_proxies: Vec<Network>,
    /// The logs' format as the web server's configuration has it: nginx's `log_format` or Apache's `LogFormat`.
    pub log_format: Option<String>,
    /// IANA time zone of logs whose times name none.
    pub time_zone: Option<String>,
    /// Sigma rules of the office's own.
    pub sigma: Vec<RuleFile>,
}

/// A file of Sigma rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFile {
    /// Its name, as the office knows it.
    pub name: String,
    /// What it holds, or why it could not be read.
    pub text: Result<String, String>,
}

/// office.toml's `[roll]`.
#[derive(Debug, Clone, Default)]
pub struct RollSettings {
    /// The key column, where it can't be told from the header.
    pub key: Option<String>,
    /// Time zone of the log and of office hours, as an IANA name.
    pub time_zone: Option<String>,
    /// Dates of snapshots whose name and content don't tell: file name and ISO date.
    pub dates: Vec<(String, jiff::civil::Date)>,
    /// The layout of the extracts, where it is none that is known.
    pub layout: Option<RollLayout>,
    /// Whether zeros before a voter's id are no part of it: a spreadsheet takes them away.
    pub bare_ids: bool,
    /// The words of the transaction log, where they are none that are known.
    pub log: LogSettings,
}

/// office.toml's `[roll.log]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogSettings {
    /// What columns of the log say: a word such as `voter-id` or `user`, and the column's name.
    pub columns: Vec<(String, String)>,
    /// What the log calls a field, and what the extracts call that column.
    pub fields: Vec<(String, String)>,
}

/// office.toml's `[roll.layout]`: an extract's columns, where they can't be told from the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RollLayout {
    /// What stands between fields; told from the first line where not given.
    pub delimiter: Option<u8>,
    /// The columns in the file's order, where it has no header line.
    pub columns: Vec<String>,
    /// How many bytes each column has, where lines are of fixed width.
    pub widths: Vec<usize>,
    /// What columns say of a voter, by name: in the words of the sensor's roles, such as `last-name`.
    pub roles: Vec<(String, String)>,
}

/// Somebody who works for the office, or whom its mail speaks of as an official.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Official {
    /// Their name, as mail writes it.
    pub name: String,
    /// Their title, such as `Supervisor of Elections`.
    pub title: Option<String>,
    /// Their own addresses.
    pub addresses: Vec<String>,
}

/// A company or body that the office deals with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vendor {
    /// Its name.
    pub name: String,
    /// Other names: products, short forms.
    pub aliases: Vec<String>,
    /// The domains that it writes from.
    pub domains: Vec<String>,
}

/// office.toml's `[mail]`.
#[derive(Debug, Clone, Default)]
pub struct MailSettings {
    /// The office's own mail servers, as they name themselves in `Received` and `Authentication-Results`: their word is believed.
    pub receivers: Vec<String>,
    /// Names whose imitation is looked for besides those that are built in: an organisation's name and its domain.
    pub protected: Vec<(String, String)>,
    /// Where the list of those names came from, and what of it could not be read; shown in coverage.
    pub protected_from: Option<String>,
    /// Public suffixes, such as `gov`, of which that list holds every name there is.
    pub names_hold_all: Vec<String>,
    /// The file with the key that the office shares with others, to compare sketches of lures.
    pub key: Option<String>,
    /// Places that the office's people are found at: addresses, buildings, polling places. For threats.
    pub places: Vec<String>,
}

/// The office.
#[derive(Debug, Clone, Default)]
pub struct Office {
    /// Its name.
    pub name: String,
    /// IANA time zone; UTC where not given.
    pub time_zone: Option<String>,
    /// Its own domains, which its people write from.
    pub domains: Vec<String>,
    /// Its officials and staff.
    pub officials: Vec<Official>,
    /// Companies and bodies that it deals with.
    pub vendors: Vec<Vendor>,
    /// Settings of the sensor `mail`.
    pub mail: MailSettings,
    /// Settings of the sensor `web`.
    pub web: WebSettings,
    /// Settings of the sensor `roll`.
    pub roll: RollSettings,
}

impl Office {
    /// Why an address, given as text, is known; `None` for strangers and for text that is no address.
    pub fn known(&self, address: &str) -> Option<KnownAs> {
        if self.web.known.is_empty() {
            return None;
        }
        let address: IpAddr = address.parse().ok()?;
        self.web.known.iter().find(|k| k.network.contains(address)).map(|k| k.as_)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_contains_its_addresses_and_no_others() {
        let within = |network: &str, address: &str| {
            let network: Network = network.parse().expect("a network");
            network.contains(address.parse().expect("an address"))
        };
        assert!(within("192.0.2.0/24", "192.0.2.255"));
        assert!(!within("192.0.2.0/24", "192.0.3.0"));
        assert!(within("192.0.2.7", "::ffff:192.0.2.7"));
        assert!(within("2001:db8::/32", "2001:db8:1::1"));
        assert!(!within("2001:db8::/32", "192.0.2.7"));
        assert!(within("0.0.0.0/0", "203.0.113.9"));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in ["", "192.0.2.0/33", "192.0.2", "192.0.2.0/", "vote.example", "2001:db8::/129", "192.0.2.0/-1"] {
            assert_eq!(text.parse::<Network>(), Err(NoNetwork), "{text}");
        }
    }
}
