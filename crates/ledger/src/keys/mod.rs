//! Keys on disk: one file with the secrets of a log or of a witness, and in plain text above them what may be published.
//!
//! The blocks are PKCS#8 (RFC 5958) in PEM, encrypted with PBES2 (RFC 8018) where there is a passphrase.

mod disk;
mod pem;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::key::{Algorithm, KeyError, VerifierKey};
use crate::signer::Signer;

/// Thirty-two secret bytes that make a key.
type Seed = Zeroizing<[u8; 32]>;

/// Whose keys they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A log: it signs notes, and with ML-DSA-44 its trees.
    Log,
    /// A witness: it cosigns checkpoints.
    Witness,
}

/// The secret keys of a log or a witness, under one name.
pub struct KeyFile {
    role: Role,
    keys: Vec<(VerifierKey, Seed)>,
}

/// Why keys can't be made, kept or read. No secret is in it.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The name can't be a key's.
    #[error(transparent)]
    Name(#[from] KeyError),
    /// No randomness.
    #[error("the operating system gives no randomness, and without it no key can be made: {0}")]
    Random(getrandom::Error),
    /// Something is there already.
    #[error("{} is there already; keys are never overwritten: move it away, or choose another name", .0.display())]
    Exists(PathBuf),
    /// Others can read or change it.
    #[error(
        "others can read or change {} (mode {mode:o}): say `chmod {} {}`, and make new keys if somebody may have read it",
        .path.display(), if .path.is_dir() { "go-w" } else { "600" }, .path.display()
    )]
    Open {
        /// The file or folder.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The disk.
    #[error("{}: {source}", .path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A passphrase is needed.
    #[error("the keys in {} are encrypted: give their passphrase", .0.display())]
    Encrypted(PathBuf),
    /// An empty passphrase protects nothing.
    #[error("the passphrase is empty: give one of several words, or none at all")]
    EmptyPassphrase,
    /// The wrong one.
    #[error("the passphrase does not open the keys in {}: it is not the one they were made with, or the file was altered", .0.display())]
    Passphrase(PathBuf),
    /// Not a file of keys.
    #[error("{} is no file of keys, or was altered ({what}): take it from a backup", .path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: &'static str,
    },
    /// A secret of another key.
    #[error("{}: the secret is not that of {key:?}: the file was altered, take it from a backup", .path.display())]
    Mismatch {
        /// The file.
        path: PathBuf,
        /// The public key above it.
        key: VerifierKey,
    },
}

impl KeyFile {
    /// New keys from the operating system's randomness: of Ed25519, and where `ml_dsa` says so of ML-DSA-44 beside it. Each
    /// has a seed of its own.
    ///
    /// # Errors
    /// Where the name can't be a key's, or there is no randomness.
    pub fn generate(name: &str, role: Role, ml_dsa: bool) -> Result<Self, KeyFileError> {
        let plain = match role {
            Role::Log => Algorithm::Ed25519,
            Role::Witness => Algorithm::Ed25519Cosignature,
        };
        let algorithms = [plain, Algorithm::MlDsa44Cosignature];
        let keys = algorithms.iter().take(if ml_dsa { 2 } else { 1 }).map(|algorithm| {
            let mut seed = Seed::default();
            getrandom::fill(&mut *seed).map_err(KeyFileError::Random)?;
            Ok((Signer::new(name, *algorithm, &seed)?.key().clone(), seed))
        });
        Ok(Self { role, keys: keys.collect::<Result<_, KeyFileError>>()? })
    }

    /// Writes them to a new file that nobody else can read, wholly or not at all. A folder that is missing is made.
    ///
    /// # Errors
    /// Where something is there already, others can write to the folder, or the disk fails.
    pub fn save(&self, path: &Path, passphrase: Option<&str>) -> Result<(), KeyFileError> {
        if passphrase == Some("") {
            return Err(KeyFileError::EmptyPassphrase);
        }
        disk::write_new(path, &self.to_text(passphrase, pem::COST)?)
    }

    /// Reads them. Where they are not encrypted, no passphrase is needed, and one that is given does nothing.
    ///
    /// # Errors
    /// Where others can read the file, the passphrase is missing or wrong, or the file was altered.
    pub fn load(path: &Path, passphrase: Option<&str>) -> Result<Self, KeyFileError> {
        let text = disk::read(path)?;
        Self::parse(path, &text, passphrase)
    }

    /// Whether a passphrase is needed.
    ///
    /// # Errors
    /// Where it is no file of keys, or others can read it.
    pub fn is_encrypted(path: &Path) -> Result<bool, KeyFileError> {
        let text = disk::read(path)?;
        Ok(pem::Text::parse(path, &text)?.encrypted())
    }

    /// The public keys that stand above the secret ones: no passphrase is needed, and nothing checks them against the secrets.
    ///
    /// # Errors
    /// Where it is no file of keys, or others can read it.
    pub fn public(path: &Path) -> Result<(Role, Vec<VerifierKey>), KeyFileError> {
        let text = disk::read(path)?;
        let text = pem::Text::parse(path, &text)?;
        Ok((text.role, text.keys))
    }

    /// Whose they are.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Their name; a log's is its origin.
    pub fn name(&self) -> &str {
        self.keys.first().map_or("", |(key, _)| key.name())
    }

    /// The public keys, as they are published: one a line.
    pub fn public_text(&self) -> String {
        self.keys.iter().map(|(key, _)| format!("{key}\n")).collect()
    }

    /// What signs with them; the key of Ed25519 comes first.
    pub fn signers(&self) -> Vec<Signer> {
        let signer = |(key, seed): &(VerifierKey, Seed)| Signer::new(key.name(), key.algorithm(), seed);
        self.keys.iter().map(|key| signer(key).expect("the key was made with this name and seed")).collect()
    }

    fn to_text(&self, passphrase: Option<&str>, cost: u64) -> Result<Zeroizing<String>, KeyFileError> {
        let mut text = Zeroizing::new(pem::head(self.role, self.keys.iter().map(|(key, _)| key)));
        for (key, seed) in &self.keys {
            text.push_str(&pem::block(key.algorithm(), seed, passphrase, cost)?);
        }
        Ok(text)
    }

    fn parse(path: &Path, text: &str, passphrase: Option<&str>) -> Result<Self, KeyFileError> {
        let text = pem::Text::parse(path, text)?;
        let passphrase = match (text.encrypted(), passphrase) {
            (false, _) => None,
            (true, None) => return Err(KeyFileError::Encrypted(path.to_owned())),
            (true, given) => given,
        };
        let keys = text.keys.iter().zip(&text.blocks).map(|(key, block)| {
            let seed = pem::seed(path, key.algorithm(), block, passphrase)?;
            let derived = Signer::new(key.name(), key.algorithm(), &seed)?;
            let mismatch = || KeyFileError::Mismatch { path: path.to_owned(), key: key.clone() };
            (derived.key() == key).then_some((key.clone(), seed)).ok_or_else(mismatch)
        });
        Ok(Self { role: text.role, keys: keys.collect::<Result<_, KeyFileError>>()? })
    }
}

impl fmt::Debug for KeyFile {
    /// The secrets are not shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|(key, _)| key)).finish()
    }
}
