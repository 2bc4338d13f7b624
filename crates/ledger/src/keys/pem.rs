//! The file's text: a line that says what it is, the public keys, and a block for each secret.

use std::path::Path;

use ed25519_dalek::pkcs8::KeypairBytes;
use ml_dsa::MlDsa44;
use pkcs8::der::SecretDocument;
use pkcs8::pkcs5::EncryptionScheme;
use pkcs8::pkcs5::pbes2::{self, Kdf, Salt, ScryptParams};
use pkcs8::{EncodePrivateKey as _, EncryptedPrivateKeyInfoRef, LineEnding, PrivateKeyInfoRef};
use zeroize::Zeroizing;

use super::{KeyFileError, Role, Seed};
use crate::key::{Algorithm, VerifierKey};

/// scrypt's N. With r = 8 and p = 5 it is one of the settings that OWASP's Password Storage Cheat Sheet names, and the
/// largest memory that OpenSSL 3 uses when it reads such a file.
pub(super) const COST: u64 = 1 << 14;
const BLOCK_SIZE: u16 = 8;
const PARALLELIZATION: u16 = 5;

const PLAIN: &str = "PRIVATE KEY";
const ENCRYPTED: &str = "ENCRYPTED PRIVATE KEY";
const BEGIN: &str = "-----BEGIN ";

/// A file's text, taken apart. Nothing is checked against the secrets yet.
pub(super) struct Text {
    pub(super) role: Role,
    pub(super) keys: Vec<VerifierKey>,
    pub(super) blocks: Vec<Block>,
}

/// A secret, encrypted or not.
pub(super) struct Block {
    encrypted: bool,
    der: SecretDocument,
}

impl Text {
    /// Takes a text apart, and refuses one that is not written in the one way it has.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, KeyFileError> {
        let form = |what| KeyFileError::Form { path: path.to_owned(), what };
        let (above, blocks) = text.find(BEGIN).map(|at| text.split_at(at)).ok_or(form("it has no PEM block"))?;
        let mut lines = above.lines();
        let role = [Role::Log, Role::Witness].into_iter().find(|role| lines.clone().next() == Some(first_line(*role)));
        let role = role.ok_or(form("its first line does not say whose keys it holds"))?;
        let keys = lines.by_ref().skip(1).map(|line| VerifierKey::parse(line).map_err(|_| form("a public key")));
        let keys: Vec<VerifierKey> = keys.collect::<Result<_, _>>()?;
        let blocks: Vec<Block> =
            cut(blocks).map(|block| Block::parse(block).ok_or(form("a PEM block"))).collect::<Result<_, _>>()?;
        if !are_of(role, &keys) || keys.len() != blocks.len() {
            return Err(form("not one key of Ed25519, with or without one of ML-DSA-44"));
        }
        let same = blocks.iter().all(|block| block.encrypted == blocks[0].encrypted);
        if head(role, &keys) != above || !same {
            return Err(form("its public keys are not written in the one way they have"));
        }
        Ok(Self { role, keys, blocks })
    }

    pub(super) fn encrypted(&self) -> bool {
        self.blocks.iter().any(|block| block.encrypted)
    }
}

/// What stands above the blocks.
pub(super) fn head<'k>(role: Role, keys: impl IntoIterator<Item = &'k VerifierKey>) -> String {
    let keys: String = keys.into_iter().map(|key| format!("{key}\n")).collect();
    format!("{}\n{keys}", first_line(role))
}

/// The block of a secret.
pub(super) fn block(
    algorithm: Algorithm,
    seed: &Seed,
    passphrase: Option<&str>,
    cost: u64,
) -> Result<Zeroizing<String>, KeyFileError> {
    let der = der(algorithm, seed);
    let Some(passphrase) = passphrase else {
        return Ok(der.to_pem(PLAIN, LineEnding::LF).expect("the label is one of PEM"));
    };
    let key = PrivateKeyInfoRef::try_from(der.as_bytes()).expect("it was written as one");
    let encrypted = key.encrypt_with_params(parameters(cost)?, passphrase).expect("the parameters are sound");
    Ok(encrypted.to_pem(ENCRYPTED, LineEnding::LF).expect("the label is one of PEM"))
}

/// The secret in a block.
pub(super) fn seed(
    path: &Path,
    algorithm: Algorithm,
    block: &Block,
    passphrase: Option<&str>,
) -> Result<Seed, KeyFileError> {
    let form = || KeyFileError::Form { path: path.to_owned(), what: "a secret key" };
    let Some(passphrase) = passphrase else {
        return read_der(algorithm, block.der.as_bytes()).ok_or_else(form);
    };
    let encrypted = EncryptedPrivateKeyInfoRef::try_from(block.der.as_bytes()).map_err(|_| form())?;
    if !is_bounded(&encrypted.encryption_algorithm) {
        return Err(form());
    }
    let wrong = || KeyFileError::Passphrase(path.to_owned());
    let plain = encrypted.decrypt(passphrase).map_err(|_| wrong())?;
    read_der(algorithm, plain.as_bytes()).ok_or_else(wrong)
}

impl Block {
    fn parse(text: &str) -> Option<Self> {
        let (label, der) = SecretDocument::from_pem(text).ok()?;
        let label = [PLAIN, ENCRYPTED].into_iter().find(|known| *known == label)?;
        let canonical = der.to_pem(label, LineEnding::LF).ok()?;
        (*canonical == text).then_some(Self { encrypted: label == ENCRYPTED, der })
    }
}

fn first_line(role: Role) -> &'static str {
    match role {
        Role::Log => "Secret keys of a log. The lines up to the first block are public:",
        Role::Witness => "Secret keys of a witness. The lines up to the first block are public:",
    }
}

/// The blocks of a text that begins with one.
fn cut(text: &str) -> impl Iterator<Item = &str> {
    let starts: Vec<usize> = text.match_indices(BEGIN).map(|(at, _)| at).collect();
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([text.len()]).collect();
    starts.into_iter().zip(ends).map(|(start, end)| &text[start..end])
}

fn are_of(role: Role, keys: &[VerifierKey]) -> bool {
    let algorithms: Vec<Algorithm> = keys.iter().map(VerifierKey::algorithm).collect();
    let plain = match role {
        Role::Log => Algorithm::Ed25519,
        Role::Witness => Algorithm::Ed25519Cosignature,
    };
    let one_name = keys.iter().all(|key| key.name() == keys[0].name());
    one_name && (algorithms == [plain] || algorithms == [plain, Algorithm::MlDsa44Cosignature])
}

/// Without the public key: OpenSSL 3 does not read Ed25519 keys that have it (version 2 of PKCS#8).
fn der(algorithm: Algorithm, seed: &Seed) -> SecretDocument {
    let der = match algorithm {
        Algorithm::Ed25519 | Algorithm::Ed25519Cosignature => {
            KeypairBytes { secret_key: **seed, public_key: None }.to_pkcs8_der()
        }
        Algorithm::MlDsa44Cosignature => ml_dsa::SigningKey::<MlDsa44>::from_seed(&(**seed).into()).to_pkcs8_der(),
    };
    der.expect("a seed can be written as a key")
}

fn read_der(algorithm: Algorithm, der: &[u8]) -> Option<Seed> {
    let key = PrivateKeyInfoRef::try_from(der).ok()?;
    match algorithm {
        Algorithm::Ed25519 | Algorithm::Ed25519Cosignature => {
            Some(Zeroizing::new(KeypairBytes::try_from(key).ok()?.secret_key))
        }
        Algorithm::MlDsa44Cosignature => {
            let key = ml_dsa::SigningKey::<MlDsa44>::try_from(key).ok()?;
            Some(Zeroizing::new((*key.as_seed()).into()))
        }
    }
}

fn parameters(cost: u64) -> Result<pbes2::Parameters, KeyFileError> {
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    getrandom::fill(&mut salt).and_then(|()| getrandom::fill(&mut iv)).map_err(KeyFileError::Random)?;
    let kdf = Kdf::Scrypt(ScryptParams {
        salt: Salt::new(salt).expect("a salt may have sixteen bytes"),
        cost_parameter: cost,
        block_size: BLOCK_SIZE,
        parallelization: PARALLELIZATION,
        key_length: None,
    });
    Ok(pbes2::Parameters { kdf, encryption: pbes2::EncryptionScheme::Aes256Cbc { iv } })
}

/// A file must not say how much memory and time reading it takes, nor lead pkcs5 0.8 to where it panics: a cost of 0.
fn is_bounded(scheme: &EncryptionScheme) -> bool {
    let Some(parameters) = scheme.pbes2() else { return false };
    let aes = matches!(parameters.encryption, pbes2::EncryptionScheme::Aes256Cbc { .. });
    let scrypt = parameters.kdf.scrypt().is_some_and(|scrypt| {
        let cost = scrypt.cost_parameter;
        let work = (scrypt.block_size, scrypt.parallelization) == (BLOCK_SIZE, PARALLELIZATION);
        work && scrypt.key_length.is_none() && (2..=COST).contains(&cost) && cost.is_power_of_two()
    });
    aes && scrypt
}
