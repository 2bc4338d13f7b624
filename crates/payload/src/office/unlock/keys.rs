//! Keys of locked Open XML packages ([MS-OFFCRYPTO] 2.3.4.7 standard, 2.3.4.11 agile).

use aes::cipher::{Block, BlockCipherDecrypt, BlockModeDecrypt, KeyInit, KeyIvInit};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::text::{base64, decode};
use crate::xml::{Element, Step, walk};

/// Rounds of hashing that are done at most; Office asks for 50,000 or 100,000.
const ROUNDS: u32 = 100_000;

/// A key that fits.
pub(crate) enum Key {
    /// AES in electronic code book mode.
    Standard(Vec<u8>),
    /// AES in cipher block chaining, each 4,096 bytes with a start of their own.
    Agile { key: Vec<u8>, salt: Vec<u8>, hash: Hash },
}

/// The hashes that Office offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

/// The key of a package, where this password opens it.
pub(crate) fn of_package(info: &[u8], password: &str) -> Option<Key> {
    match info.get(..4)? {
        [4, 0, 4, 0] => agile(&decode(info.get(8..)?), password),
        [2..=4, 0, 2, 0] => standard(info, password),
        _ => None,
    }
}

impl Key {
    /// The package behind its length.
    pub(crate) fn decrypt(&self, content: &[u8]) -> Option<Vec<u8>> {
        let length = usize::try_from(u64::from_le_bytes(content.get(..8)?.try_into().ok()?)).ok()?;
        let body = content.get(8..)?;
        let mut open = match self {
            Self::Standard(key) => ecb(key, body)?,
            Self::Agile { key, salt, hash } => {
                let mut open = Vec::with_capacity(body.len());
                for (number, segment) in body.chunks(4096).enumerate() {
                    let start = hash.of(&[salt, &u32::try_from(number).ok()?.to_le_bytes()]);
                    open.extend(cbc(key, &start, segment)?);
                }
                open
            }
        };
        open.truncate(length);
        Some(open)
    }
}

impl Hash {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "SHA1" | "SHA-1" => Self::Sha1,
            "SHA256" | "SHA-256" => Self::Sha256,
            "SHA384" | "SHA-384" => Self::Sha384,
            "SHA512" | "SHA-512" => Self::Sha512,
            _ => return None,
        })
    }

    pub(crate) fn of(self, pieces: &[&[u8]]) -> Vec<u8> {
        fn all<D: Digest>(pieces: &[&[u8]]) -> Vec<u8> {
            let mut digest = D::new();
            pieces.iter().for_each(|piece| digest.update(piece));
            digest.finalize().to_vec()
        }
        match self {
            Self::Sha1 => all::<Sha1>(pieces),
            Self::Sha256 => all::<Sha256>(pieces),
            Self::Sha384 => all::<Sha384>(pieces),
            Self::Sha512 => all::<Sha512>(pieces),
        }
    }

    /// The password, salted and hashed over and over.
    fn of_password(self, salt: &[u8], password: &str, rounds: u32) -> Vec<u8> {
        let mut hash = self.of(&[salt, &wide(password)]);
        for round in 0..rounds {
            hash = self.of(&[&round.to_le_bytes(), &hash]);
        }
        hash
    }
}

pub(crate) fn wide(password: &str) -> Vec<u8> {
    password.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// 2.3.4.5 to 2.3.4.9.
fn standard(info: &[u8], password: &str) -> Option<Key> {
    let four = |at: usize| info.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize);
    let bits = four(28)?;
    let verifier = info.get(12_usize.checked_add(four(8)?)?..)?;
    let (salt, input, expected) = (verifier.get(4..20)?, verifier.get(20..36)?, verifier.get(40..72)?);
    let hash = Hash::Sha1.of_password(salt, password, 50_000);
    let hash = Hash::Sha1.of(&[&hash, &[0; 4]]);
    let pad = |fill: u8| {
        let mut block = [fill; 64];
        block.iter_mut().zip(&hash).for_each(|(b, h)| *b ^= h);
        Hash::Sha1.of(&[&block])
    };
    let key = [pad(0x36), pad(0x5c)].concat();
    let key = key.get(..bits / 8)?.to_vec();
    let (input, expected) = (ecb(&key, input)?, ecb(&key, expected)?);
    (Hash::Sha1.of(&[&input]) == expected[..20]).then_some(Key::Standard(key))
}

/// What the agile form says about the data, and about one key of a password.
#[derive(Default)]
struct Agile {
    data_salt: Vec<u8>,
    data_hash: String,
    salt: Vec<u8>,
    hash: String,
    rounds: u32,
    bits: usize,
    input: Vec<u8>,
    expected: Vec<u8>,
    key: Vec<u8>,
}

/// 2.3.4.13.
fn agile(text: &str, password: &str) -> Option<Key> {
    let agile = parse(text);
    let (hash, data_hash) = (Hash::named(&agile.hash)?, Hash::named(&agile.data_hash)?);
    if agile.rounds > ROUNDS {
        return None;
    }
    let secret = hash.of_password(&agile.salt, password, agile.rounds);
    let open = |block: [u8; 8], locked: &[u8]| {
        let mut key = hash.of(&[&secret, &block]);
        key.resize(agile.bits / 8, 0x36);
        cbc(&key, &agile.salt, locked)
    };
    let input = open([0xfe, 0xa7, 0xd2, 0x76, 0x3b, 0x4b, 0x9e, 0x79], &agile.input)?;
    let expected = open([0xd7, 0xaa, 0x0f, 0x6d, 0x30, 0x61, 0x34, 0x4e], &agile.expected)?;
    let input = hash.of(&[input.get(..16)?]);
    if expected.get(..input.len())? != input {
        return None;
    }
    let mut key = open([0x14, 0x6e, 0x0b, 0xe7, 0xab, 0xac, 0xd0, 0xd6], &agile.key)?;
    key.truncate(agile.bits / 8);
    Some(Key::Agile { key, salt: agile.data_salt, hash: data_hash })
}

fn parse(text: &str) -> Agile {
    let mut agile = Agile::default();
    walk(text, |step| {
        let Step::Open(element, _) = step else { return };
        match element.name() {
            "keyData" => {
                agile.data_salt = binary(element, "saltValue");
                agile.data_hash = element.attribute("hashAlgorithm");
            }
            "encryptedKey" => {
                agile.salt = binary(element, "saltValue");
                agile.hash = element.attribute("hashAlgorithm");
                agile.rounds = element.attribute("spinCount").parse().unwrap_or(u32::MAX);
                agile.bits = element.attribute("keyBits").parse().unwrap_or(0);
                agile.input = binary(element, "encryptedVerifierHashInput");
                agile.expected = binary(element, "encryptedVerifierHashValue");
                agile.key = binary(element, "encryptedKeyValue");
            }
            _ => {}
        }
    });
    agile
}

fn binary(element: &Element<'_>, name: &str) -> Vec<u8> {
    base64(&element.attribute(name)).unwrap_or_default()
}

fn ecb(key: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
    fn all<C: BlockCipherDecrypt + KeyInit>(key: &[u8], mut bytes: Vec<u8>) -> Option<Vec<u8>> {
        let cipher = C::new_from_slice(key).ok()?;
        for block in bytes.chunks_exact_mut(16) {
            cipher.decrypt_block(<&mut Block<C>>::try_from(block).ok()?);
        }
        Some(bytes)
    }
    match key.len() {
        16 => all::<aes::Aes128>(key, bytes.to_vec()),
        24 => all::<aes::Aes192>(key, bytes.to_vec()),
        32 => all::<aes::Aes256>(key, bytes.to_vec()),
        _ => None,
    }
}

fn cbc(key: &[u8], start: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
    fn all<C: BlockModeDecrypt + KeyIvInit>(key: &[u8], start: &[u8], mut bytes: Vec<u8>) -> Option<Vec<u8>> {
        let mut mode = C::new_from_slices(key, start).ok()?;
        for block in bytes.chunks_exact_mut(16) {
            mode.decrypt_block(<&mut Block<C>>::try_from(block).ok()?);
        }
        Some(bytes)
    }
    let start = start.get(..16)?;
    match key.len() {
        16 => all::<cbc::Decryptor<aes::Aes128>>(key, start, bytes.to_vec()),
        24 => all::<cbc::Decryptor<aes::Aes192>>(key, start, bytes.to_vec()),
        32 => all::<cbc::Decryptor<aes::Aes256>>(key, start, bytes.to_vec()),
        _ => None,
    }
}
