//! Keys of locked binary workbooks: RC4 ([MS-OFFCRYPTO] 2.3.6), RC4 by the CryptoAPI (2.3.5), and the XOR of old
//! (2.3.7), which is left as a gap.

use md5::Md5;
use rc4::{KeyInit, Rc4, StreamCipher};
use sha2::Digest;

use super::keys::{Hash, wide};

/// The stream is encrypted in blocks of this many bytes, each with a key of its own.
const BLOCK: usize = 1024;

/// A key that fits.
pub(crate) enum Key {
    Old([u8; 5]),
    CryptoApi { hash: Vec<u8>, length: usize },
}

/// The key of a workbook, where this password opens it. `lock` is its FilePass record.
pub(crate) fn of_workbook(lock: &[u8], password: &str) -> Option<Key> {
    match lock.get(..6)? {
        [1, 0, 1, 0, 1, 0] => old(lock.get(6..54)?, password),
        [1, 0, 2..=4, 0, 2, 0] => crypto_api(lock.get(2..)?, password),
        _ => None,
    }
}

impl Key {
    /// Decrypts a stream from its beginning. The cipher runs on over what is not encrypted, so its place counts.
    pub(crate) fn apply(&self, stream: &mut [u8]) {
        for (number, block) in stream.chunks_mut(BLOCK).enumerate() {
            let Ok(number) = u32::try_from(number) else { return };
            rc4(&self.of_block(number), block);
        }
    }

    fn of_block(&self, number: u32) -> Vec<u8> {
        match self {
            Self::Old(base) => Md5::new().chain_update(base).chain_update(number.to_le_bytes()).finalize().to_vec(),
            Self::CryptoApi { hash, length } => {
                let mut key = Hash::Sha1.of(&[hash, &number.to_le_bytes()]);
                key.truncate(*length);
                // 2.3.5.2: 40 bits are followed by zeros up to 128.
                if *length == 5 {
                    key.resize(16, 0);
                }
                key
            }
        }
    }

    /// Whether the lock's verifier and its hash agree under this key.
    fn fits(&self, verifier: &[u8], expected: &[u8], hash: impl Fn(&[u8]) -> Vec<u8>) -> bool {
        let mut both = [verifier, expected].concat();
        rc4(&self.of_block(0), &mut both);
        let (verifier, expected) = both.split_at(verifier.len());
        hash(verifier) == expected
    }
}

fn rc4(key: &[u8], bytes: &mut [u8]) {
    if let Ok(mut cipher) = Rc4::new_from_slice(key) {
        cipher.apply_keystream(bytes);
    }
}

/// Salt, verifier and its hash, 16 bytes each.
fn old(lock: &[u8], password: &str) -> Option<Key> {
    let (salt, rest) = lock.split_at(16);
    let hash = Md5::digest(wide(password));
    let mut digest = Md5::new();
    for _ in 0..16 {
        digest.update(&hash[..5]);
        digest.update(salt);
    }
    let key = Key::Old(digest.finalize()[..5].try_into().ok()?);
    key.fits(&rest[..16], &rest[16..], |bytes| Md5::digest(bytes).to_vec()).then_some(key)
}

/// Version, flags, length of the header, header, verifier.
fn crypto_api(lock: &[u8], password: &str) -> Option<Key> {
    let four = |at: usize| lock.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize);
    let bits = match four(28)? {
        0 => 40,
        bits => bits,
    };
    let verifier = lock.get(12_usize.checked_add(four(8)?)?..)?;
    let (salt, input, expected) = (verifier.get(4..20)?, verifier.get(20..36)?, verifier.get(40..60)?);
    let hash = Hash::Sha1.of(&[salt, &wide(password)]);
    let key = Key::CryptoApi { hash, length: (bits / 8).min(20) };
    key.fits(input, expected, |bytes| Hash::Sha1.of(&[bytes])).then_some(key)
}
