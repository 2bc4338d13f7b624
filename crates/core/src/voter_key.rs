//! Keyed hashes of voters' ids, so that findings name no one outside the office.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Turns a voter's id into a `voter-key`: HMAC-SHA-256 (RFC 2104) under a key that stays in the office, cut to 128 bits.
///
/// Voter ids are few enough to be tried one by one, so a plain hash would hide nothing.
#[derive(Clone)]
pub struct VoterKeyer {
    keyed: Hmac<Sha256>,
}

impl VoterKeyer {
    /// A keyer under the office's key.
    pub fn new(key: &[u8; 32]) -> Self {
        Self { keyed: Hmac::new_from_slice(key).expect("HMAC takes a key of any length") }
    }

    /// 32 hexadecimal digits.
    pub fn key(&self, voter_id: &str) -> String {
        let mut mac = self.keyed.clone();
        mac.update(voter_id.as_bytes());
        let tag = mac.finalize().into_bytes();
        tag.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

impl std::fmt::Debug for VoterKeyer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VoterKeyer(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_voter_under_another_key_is_another_key() {
        let (a, b) = (VoterKeyer::new(&[1; 32]), VoterKeyer::new(&[2; 32]));
        assert_eq!(a.key("AA1"), a.key("AA1"));
        assert_ne!(a.key("AA1"), b.key("AA1"));
        assert_ne!(a.key("AA1"), a.key("AA2"));
        assert_eq!(a.key("AA1").len(), 32);
    }
}
