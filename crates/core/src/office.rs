//! What an office says of itself in office.toml, as far as detectors need it.

use std::net::IpAddr;

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

/// A network that the office knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// The network's address.
    pub address: IpAddr,
    /// Bits of its prefix.
    pub prefix: u8,
    /// Why it is known.
    pub as_: KnownAs,
}

impl Known {
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
}

/// The office.
#[derive(Debug, Clone, Default)]
pub struct Office {
    /// Its name.
    pub name: String,
    /// IANA time zone; UTC where not given.
    pub time_zone: Option<String>,
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
        self.web.known.iter().find(|k| k.contains(address)).map(|k| k.as_)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_contains_its_addresses_and_no_others() {
        let known = |address: &str, prefix| Known {
            address: address.parse().expect("an address"),
            prefix,
            as_: KnownAs::Office,
        };
        let within = |k: Known, a: &str| k.contains(a.parse().expect("an address"));
        assert!(within(known("192.0.2.0", 24), "192.0.2.255"));
        assert!(!within(known("192.0.2.0", 24), "192.0.3.0"));
        assert!(within(known("192.0.2.7", 32), "::ffff:192.0.2.7"));
        assert!(within(known("2001:db8::", 32), "2001:db8:1::1"));
        assert!(!within(known("2001:db8::", 32), "192.0.2.7"));
        assert!(within(known("0.0.0.0", 0), "203.0.113.9"));
    }
}
