//! Address ranges.

use std::net::IpAddr;
use std::str::FromStr;

/// An address range, `192.0.2.0/24` or `2001:db8::/32`; an address alone is the range of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    length: u8,
}

impl Network {
    /// The range of an address and a prefix length; a longer one than the family has is that of the address alone.
    pub fn new(address: IpAddr, length: u8) -> Self {
        Self { address, length }
    }

    /// Whether the range holds the address. Families never match each other.
    pub fn contains(&self, ip: IpAddr) -> bool {
        match (self.address, ip) {
            (IpAddr::V4(network), IpAddr::V4(ip)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.length.min(32))).unwrap_or(0);
                u32::from(network) & mask == u32::from(ip) & mask
            }
            (IpAddr::V6(network), IpAddr::V6(ip)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.length.min(128))).unwrap_or(0);
                u128::from(network) & mask == u128::from(ip) & mask
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("expected a range such as 192.0.2.0/24, found \"{}\"", text.escape_debug());
        let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
        let address: IpAddr = address.trim().parse().map_err(|_| wrong())?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let length = length.map_or(Ok(longest), |l| l.trim().parse().map_err(|_| wrong()))?;
        if length > longest { Err(wrong()) } else { Ok(Self { address, length }) }
    }
}

/// Whether mail from this address came from outside: not from a private, local or loopback range.
pub fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => !(ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified()),
        IpAddr::V6(ip) => {
            !(ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_its_addresses_and_no_others() {
        let holds =
            |range: &str, ip: &str| range.parse::<Network>().expect(range).contains(ip.parse().expect("an address"));
        assert!(holds("192.0.2.0/24", "192.0.2.255") && !holds("192.0.2.0/24", "192.0.3.0"));
        assert!(holds("0.0.0.0/0", "203.0.113.1") && !holds("0.0.0.0/0", "::1"));
        assert!(holds("2001:db8::/32", "2001:db8:1::") && holds("192.0.2.1", "192.0.2.1"));
        assert!("192.0.2.0/33".parse::<Network>().is_err() && "x".parse::<Network>().is_err());
    }
}
