//! How many connections come from one place: nobody takes them all.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// An eighth of all connections.
const MOST: usize = 16;

/// Who is there now.
#[derive(Debug, Default, Clone)]
pub(crate) struct Crowd(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// Somebody's presence, until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    crowd: Crowd,
    from: IpAddr,
}

impl Crowd {
    /// A place, unless too many from there are in. A server on this machine that stands before the witness speaks for many.
    pub(crate) fn enter(&self, from: IpAddr) -> Option<Place> {
        let from = network(from);
        self.count(from, |count| {
            let enters = *count < MOST || from.is_loopback();
            *count += usize::from(enters);
            enters
        })
        .then(|| Place { crowd: self.clone(), from })
    }

    fn count<T>(&self, from: IpAddr, change: impl FnOnce(&mut usize) -> T) -> T {
        let mut there = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = there.entry(from).or_default();
        let changed = change(count);
        if *count == 0 {
            there.remove(&from);
        }
        changed
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.crowd.count(self.from, |count| *count -= 1);
    }
}

/// A customer is given 64 bits of IPv6 addresses or more.
fn network(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V6(address) if !address.is_loopback() => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enter(crowd: &Crowd, from: &str) -> Option<Place> {
        crowd.enter(from.parse().unwrap())
    }

    #[test]
    fn nobody_takes_all_places() {
        let crowd = Crowd::default();
        let mut places: Vec<Place> = (0..MOST).map(|_| enter(&crowd, "192.0.2.7").unwrap()).collect();
        assert!(enter(&crowd, "192.0.2.7").is_none() && enter(&crowd, "::ffff:192.0.2.7").is_none());
        assert!(enter(&crowd, "192.0.2.8").is_some());
        places.pop();
        assert!(enter(&crowd, "192.0.2.7").is_some());
    }

    #[test]
    fn a_network_of_ipv6_is_one_place() {
        let crowd = Crowd::default();
        let _places: Vec<Place> = (0..MOST).map(|i| enter(&crowd, &format!("2001:db8::{i}")).unwrap()).collect();
        assert!(enter(&crowd, "2001:db8::ffff:1").is_none());
        assert!(enter(&crowd, "2001:db8:0:1::1").is_some());
    }

    #[test]
    fn this_machine_may_speak_for_many_and_nothing_is_kept_of_who_left() {
        let crowd = Crowd::default();
        let places: Vec<Place> = (0..MOST * 3).map(|_| enter(&crowd, "127.0.0.1").unwrap()).collect();
        assert_eq!(crowd.0.lock().unwrap().len(), 1);
        drop(places);
        assert!(crowd.0.lock().unwrap().is_empty());
    }
}
