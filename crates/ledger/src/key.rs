//! Verifier keys: who may have signed (C2SP signed-note, "Verifier keys").

use std::fmt;

use ed25519_dalek::VerifyingKey;
use ml_dsa::MlDsa44;
use sha2::{Digest as _, Sha256};

use crate::checkpoint::Checkpoint;
use crate::cosignature::{cosignature_message, subtree_message};
use crate::note::Signed;
use crate::text;

/// The longest name: what an ML-DSA-44 cosignature can commit to.
const MAX_NAME: usize = 255;

/// What a key signs with, and over what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// Type 0x01: Ed25519 over the note's text.
    Ed25519,
    /// Type 0x04: Ed25519 over a checkpoint and a time.
    Ed25519Cosignature,
    /// Type 0x06: ML-DSA-44 over a tree and a time.
    MlDsa44Cosignature,
}

impl Algorithm {
    /// The signature type's byte.
    pub fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 1,
            Self::Ed25519Cosignature => 4,
            Self::MlDsa44Cosignature => 6,
        }
    }

    fn of(byte: u8) -> Option<Self> {
        [Self::Ed25519, Self::Ed25519Cosignature, Self::MlDsa44Cosignature].into_iter().find(|a| a.byte() == byte)
    }
}

/// A public key with its name. Text form: `<name>+<key id in hex>+<base64 of type and key>`.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: [u8; 4],
    algorithm: Algorithm,
    public: Vec<u8>,
}

/// Why a text is no key that can be trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not of the form of a key.
    #[error(
        "expected a key such as county.example/ledger+9c26974a+AWQe…: a name, eight hex digits and base64, joined by +"
    )]
    Form,
    /// Its name.
    #[error("the key's name {0:?} is empty, too long, or has a space, a control character or a plus sign in it")]
    Name(String),
    /// The id is not that of the name and the key.
    #[error(
        "the key's id is {found}, but its name and key give {computed}: a character was mistyped or the key was altered"
    )]
    Id {
        /// What the text says.
        found: String,
        /// What it should say.
        computed: String,
    },
    /// A type of signature that is not known here.
    #[error(
        "the key is of type {0}; this Pollwarden knows 1 (Ed25519), 4 (Ed25519 cosignatures) and 6 (ML-DSA-44 cosignatures)"
    )]
    Algorithm(u8),
    /// Not a key of that type, or one under which anybody can sign.
    #[error("the key {0} is no sound public key: whoever gave it to you should make another")]
    Unsound(String),
}

impl VerifierKey {
    /// A key from its parts.
    ///
    /// # Errors
    /// Where the name can't be one, or the key is unsound.
    pub fn new(name: &str, algorithm: Algorithm, public: &[u8]) -> Result<Self, KeyError> {
        if !is_name(name) {
            return Err(KeyError::Name(name.to_owned()));
        }
        let sound = match algorithm {
            Algorithm::Ed25519 | Algorithm::Ed25519Cosignature => ed25519(public).is_some(),
            Algorithm::MlDsa44Cosignature => ml_dsa(public).is_some(),
        };
        if !sound {
            return Err(KeyError::Unsound(name.to_owned()));
        }
        Ok(Self { name: name.to_owned(), id: id(name, algorithm, public), algorithm, public: public.to_vec() })
    }

    /// A key from its text.
    ///
    /// # Errors
    /// Where it is none, or must not be trusted.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let mut parts = text.trim().splitn(3, '+');
        let (Some(name), Some(found), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::Form);
        };
        let bytes = text::decode(key).ok_or(KeyError::Form)?;
        let (byte, public) = bytes.split_first().ok_or(KeyError::Form)?;
        let algorithm = Algorithm::of(*byte).ok_or(KeyError::Algorithm(*byte))?;
        let key = Self::new(name, algorithm, public)?;
        let computed = hex::encode(key.id);
        if found == computed { Ok(key) } else { Err(KeyError::Id { found: found.to_owned(), computed }) }
    }

    /// Its name; a log's is its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its id: the first four bytes of SHA-256 over name, type and key.
    pub fn id(&self) -> [u8; 4] {
        self.id
    }

    /// What it signs with.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The public key's bytes. Two keys with the same bytes are one signer, whatever their names.
    pub fn public(&self) -> &[u8] {
        &self.public
    }

    /// Whether `signature` is this key's over a note's text; with the time it states, where it states one.
    pub(crate) fn verify(&self, note: &str, signature: &[u8]) -> Option<Signed> {
        match self.algorithm {
            Algorithm::Ed25519 => {
                verify_ed25519(&self.public, note.as_bytes(), signature)?;
                Some(Signed { time: None })
            }
            Algorithm::Ed25519Cosignature => {
                Checkpoint::parse(note).ok()?;
                let (time, signature) = timed(signature)?;
                verify_ed25519(&self.public, &cosignature_message(time, note), signature)?;
                Some(Signed { time: Some(time) })
            }
            Algorithm::MlDsa44Cosignature => {
                let checkpoint = Checkpoint::parse(note).ok()?;
                let (time, signature) = timed(signature)?;
                let message =
                    subtree_message(&self.name, time, &checkpoint.origin, 0..checkpoint.size, &checkpoint.root)?;
                verify_ml_dsa(&self.public, &message, signature)?;
                Some(Signed { time: Some(time).filter(|time| *time > 0) })
            }
        }
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key: Vec<u8> = [self.algorithm.byte()].iter().chain(&self.public).copied().collect();
        write!(f, "{}+{}+{}", self.name, hex::encode(self.id), text::encode(&key))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}", self.name, hex::encode(self.id))
    }
}

/// Whether a text can name a key: no space, no plus, no control character, at most 255 bytes.
pub(crate) fn is_name(name: &str) -> bool {
    let strange = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    !name.is_empty() && name.len() <= MAX_NAME && !name.contains(strange)
}

fn id(name: &str, algorithm: Algorithm, public: &[u8]) -> [u8; 4] {
    let digest =
        Sha256::new().chain_update(name).chain_update([b'\n', algorithm.byte()]).chain_update(public).finalize();
    [digest[0], digest[1], digest[2], digest[3]]
}

/// A key in its canonical encoding, and not one of the few points under which anybody can sign.
fn ed25519(public: &[u8]) -> Option<VerifyingKey> {
    let bytes: [u8; 32] = public.try_into().ok()?;
    let key = VerifyingKey::from_bytes(&bytes).ok()?;
    let canonical = key.to_edwards().compress().to_bytes() == bytes;
    (canonical && !key.is_weak()).then_some(key)
}

/// A key, and not the one whose t1 is zero (FIPS 204, algorithm 8, step 9): under it the challenge falls away, and anybody
/// can sign.
fn ml_dsa(public: &[u8]) -> Option<ml_dsa::VerifyingKey<MlDsa44>> {
    let (_seed, t1) = public.split_first_chunk::<32>()?;
    if t1.iter().all(|byte| *byte == 0) {
        return None;
    }
    let encoded = public.try_into().ok()?;
    Some(ml_dsa::VerifyingKey::decode(&encoded))
}

fn verify_ed25519(public: &[u8], message: &[u8], signature: &[u8]) -> Option<()> {
    let signature = ed25519_dalek::Signature::from_bytes(signature.try_into().ok()?);
    ed25519(public)?.verify_strict(message, &signature).ok()
}

fn verify_ml_dsa(public: &[u8], message: &[u8], signature: &[u8]) -> Option<()> {
    let signature = ml_dsa::Signature::<MlDsa44>::decode(&signature.try_into().ok()?)?;
    ml_dsa(public)?.verify_with_context(message, &[], &signature).then_some(())
}

/// The time in front of a cosignature (seconds since 1970, at most 2^63 − 1), and the rest.
fn timed(signature: &[u8]) -> Option<(u64, &[u8])> {
    let (time, rest) = signature.split_first_chunk::<8>()?;
    Some((u64::from_be_bytes(*time), rest)).filter(|(time, _)| *time <= text::MAX_SIZE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_under_which_anybody_can_sign_is_refused() {
        let weak = [[7; 32].as_slice(), &[0; 1280]].concat();
        let refused = VerifierKey::new("log.example", Algorithm::MlDsa44Cosignature, &weak);
        assert_eq!(refused, Err(KeyError::Unsound("log.example".into())));
        let almost = [&weak[..1311], &[1]].concat();
        assert!(VerifierKey::new("log.example", Algorithm::MlDsa44Cosignature, &almost).is_ok());
        // The points of order 4 and 1, and the latter in a second encoding.
        let neutral = std::array::from_fn::<u8, 32, _>(|at| u8::from(at == 0));
        let again =
            std::array::from_fn::<u8, 32, _>(|at| [0xee, 0xff, 0x7f][usize::from(at > 0) + usize::from(at == 31)]);
        for point in [[0; 32], neutral, again] {
            assert!(VerifierKey::new("log.example", Algorithm::Ed25519, &point).is_err());
        }
    }
}
