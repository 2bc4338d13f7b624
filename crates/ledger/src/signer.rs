//! Signing, with a secret that the caller keeps.

use std::fmt;
use std::ops::Range;

use ed25519_dalek::{Signer as _, SigningKey};
use ml_dsa::{Keypair as _, MlDsa44};

use crate::Hash;
use crate::checkpoint::Checkpoint;
use crate::cosignature::{cosignature_message, subtree_message};
use crate::key::{Algorithm, KeyError, VerifierKey};
use crate::note::{SignatureLine, SignedNote};

/// A name and a secret key.
pub struct Signer {
    key: VerifierKey,
    secret: Secret,
}

enum Secret {
    Ed25519(Box<SigningKey>),
    MlDsa44(Box<ml_dsa::SigningKey<MlDsa44>>),
}

impl Signer {
    /// A signer from 32 bytes of secret randomness. The same bytes must not serve for two algorithms.
    ///
    /// # Errors
    /// Where the name can't be a key's.
    pub fn new(name: &str, algorithm: Algorithm, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let (secret, public) = match algorithm {
            Algorithm::Ed25519 | Algorithm::Ed25519Cosignature => {
                let key = SigningKey::from_bytes(seed);
                let public = key.verifying_key().to_bytes().to_vec();
                (Secret::Ed25519(Box::new(key)), public)
            }
            Algorithm::MlDsa44Cosignature => {
                let key = ml_dsa::SigningKey::<MlDsa44>::from_seed(&(*seed).into());
                let public = key.verifying_key().encode().to_vec();
                (Secret::MlDsa44(Box::new(key)), public)
            }
        };
        Ok(Self { key: VerifierKey::new(name, algorithm, &public)?, secret })
    }

    /// The public key.
    pub fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// A signature of a note. A cosigner states `time` (seconds since 1970), and signs checkpoints only: `None` for any other
    /// text.
    pub fn sign(&self, note: &SignedNote, time: u64) -> Option<SignatureLine> {
        let text = note.unverified_text();
        let signature = match self.key.algorithm() {
            Algorithm::Ed25519 => self.bytes(text.as_bytes())?,
            Algorithm::Ed25519Cosignature => {
                Checkpoint::parse(text).ok()?;
                self.timed(time, &cosignature_message(time, text))?
            }
            Algorithm::MlDsa44Cosignature => {
                let tree = Checkpoint::parse(text).ok()?;
                let message = subtree_message(self.key.name(), time, &tree.origin, 0..tree.size, &tree.root)?;
                self.timed(time, &message)?
            }
        };
        Some(SignatureLine { name: self.key.name().to_owned(), id: self.key.id(), signature })
    }

    /// A cosignature of a part of a log, without a time: `None` where the key is not of ML-DSA-44.
    pub fn sign_subtree(&self, origin: &str, leaves: Range<u64>, hash: &Hash) -> Option<SignatureLine> {
        if self.key.algorithm() != Algorithm::MlDsa44Cosignature {
            return None;
        }
        let message = subtree_message(self.key.name(), 0, origin, leaves, hash)?;
        let signature = self.timed(0, &message)?;
        Some(SignatureLine { name: self.key.name().to_owned(), id: self.key.id(), signature })
    }

    fn timed(&self, time: u64, message: &[u8]) -> Option<Vec<u8>> {
        let mut signature = time.to_be_bytes().to_vec();
        signature.extend(self.bytes(message)?);
        Some(signature)
    }

    fn bytes(&self, message: &[u8]) -> Option<Vec<u8>> {
        match &self.secret {
            Secret::Ed25519(key) => Some(key.sign(message).to_bytes().to_vec()),
            Secret::MlDsa44(key) => Some(key.expanded_key().sign_deterministic(message, &[]).ok()?.encode().to_vec()),
        }
    }
}

impl fmt::Debug for Signer {
    /// The secret is not shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.key, f)
    }
}
