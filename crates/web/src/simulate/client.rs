//! Who connects: addresses and browsers. Addresses are those kept for documentation (RFC 5737, RFC 3849) and, since
//! those are few, shared address space (RFC 6598) for the many voters.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

use super::chance::{Chance, trait_of};

/// A voter at a browser.
#[derive(Debug, Clone)]
pub(super) struct Client {
    pub(super) address: IpAddr,
    pub(super) agent: Arc<str>,
    /// The voter at the browser, as a place in the roll.
    pub(super) voter: u64,
    /// Whether the browser still holds the portal's styles.
    pub(super) returning: bool,
}

/// All who may come.
#[derive(Debug)]
pub(super) struct Crowd {
    size: u64,
    voters: u64,
    agents: Vec<Arc<str>>,
}

/// Shared exits: a library, a campus, a nursing home, mobile carriers.
const SHARED_EXITS: u64 = 9;

impl Crowd {
    pub(super) fn new(chance: &mut Chance, size: u64, voters: u64) -> Self {
        let agents = (0..48).map(|_| Arc::from(browser(chance))).collect();
        Self { size: size.max(1), voters: voters.max(1), agents }
    }

    /// The next to come.
    pub(super) fn next(&self, chance: &mut Chance) -> Client {
        let number = chance.below(self.size);
        let shared = chance.yes(0.07);
        let address = if shared { shared_exit(chance.below(SHARED_EXITS)) } else { home_address(number) };
        let agent = &self.agents[(trait_of("agent", number) % self.agents.len() as u64) as usize];
        let voter = trait_of("voter", number) % self.voters;
        Client { address, agent: Arc::clone(agent), voter, returning: chance.yes(0.34) }
    }
}

/// A household's own address; about a fifth have IPv6.
pub(super) fn home_address(number: u64) -> IpAddr {
    let drawn = trait_of("home", number);
    if drawn % 100 < 21 {
        return IpAddr::V6(Ipv6Addr::from(
            0x2001_0db8_4000_0000_u128 << 64 | u128::from(drawn >> 32) << 64 | u128::from(drawn),
        ));
    }
    IpAddr::V4(Ipv4Addr::from(0x6440_0000 | (drawn >> 16) as u32 & 0x003f_ffff))
}

fn shared_exit(number: u64) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(203, 0, 113, 20 + number as u8))
}

/// The office's own exit.
pub(super) const OFFICE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 10));

/// Documentation addresses kept for those who attack.
const HOSTILE: u64 = 460;
const HOSTILE_PER_ATTACK: u64 = 60;

/// An address that attacks; different attacks of a plan have different ones.
pub(super) fn hostile(attack: usize, number: u64) -> IpAddr {
    let place = attack as u64 * HOSTILE_PER_ATTACK + number;
    if number >= HOSTILE_PER_ATTACK || place >= HOSTILE {
        let network = 0x2001_0db8_e000_0000_u64 | (attack as u64) << 16 | number;
        return IpAddr::V6(Ipv6Addr::from(u128::from(network) << 64 | 1));
    }
    // 137 and 460 have no common factor: neighbours in the plan are not neighbours in the network.
    match place * 137 % HOSTILE {
        low @ 0..250 => IpAddr::V4(Ipv4Addr::new(198, 51, 100, 2 + low as u8)),
        high => IpAddr::V4(Ipv4Addr::new(203, 0, 113, 40 + (high - 250) as u8)),
    }
}

/// A browser's name for itself, of the autumn of 2026.
pub(super) fn browser(chance: &mut Chance) -> String {
    let release = chance.within(139, 150);
    match chance.below(20) {
        0..=6 => chrome("Windows NT 10.0; Win64; x64", release, ""),
        7..=8 => chrome("Macintosh; Intel Mac OS X 10_15_7", release, ""),
        9..=10 => chrome("Windows NT 10.0; Win64; x64", release, &format!(" Edg/{release}.0.0.0")),
        11..=13 => chrome("Linux; Android 10; K", release, " Mobile"),
        14..=16 => safari(chance),
        17 => chrome("X11; CrOS x86_64 14541.0.0", release, ""),
        _ => format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{release}.0) Gecko/20100101 Firefox/{release}.0"),
    }
}

/// The office's desks all run one system.
pub(super) fn office_browser(chance: &mut Chance) -> String {
    chrome("Windows NT 10.0; Win64; x64", chance.within(145, 149), "")
}

fn chrome(system: &str, release: u64, suffix: &str) -> String {
    let (before, after) = if suffix == " Mobile" { (suffix, "") } else { ("", suffix) };
    format!(
        "Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{release}.0.0.0{before} Safari/537.36{after}"
    )
}

fn safari(chance: &mut Chance) -> String {
    let (major, minor) = (chance.within(17, 19), chance.below(7));
    format!(
        "Mozilla/5.0 (iPhone; CPU iPhone OS {major}_{minor} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
         Version/{major}.{minor} Mobile/15E148 Safari/604.1"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_addresses_are_distinct_and_for_documentation() {
        let all: std::collections::BTreeSet<IpAddr> = (0..200).map(|number| hostile(0, number)).collect();
        assert_eq!(all.len(), 200);
        let shared: Vec<IpAddr> = (0..SHARED_EXITS).map(shared_exit).collect();
        assert!(shared.iter().all(|address| !all.contains(address)));
    }
}
