//! The public key of a signer, `selector._domainkey.domain` (RFC 6376 §3.6, RFC 8301, RFC 8463).

use mail_auth::common::crypto::{Algorithm, VerifyingKey};
use mail_auth::common::parse::TxtRecordParser;
use mail_auth::common::verify::DomainKey;

use crate::dns::{Lack, Question, Replay};
use crate::tags::TagList;

/// RSA keys shorter than this must not be believed (RFC 8301 §3.2).
pub(crate) const WEAKEST_RSA: usize = 1024;
/// RSA keys that signers should use (RFC 8301 §3.2).
pub(crate) const GOOD_RSA: usize = 2048;
/// Records of one name that are tried: RFC 6376 §3.6.2.2 leaves several undefined.
const MAX_RECORDS: usize = 4;

/// A key record that can be used.
pub(crate) struct PublicKey {
    key: Box<dyn VerifyingKey + Send + Sync>,
    pub(crate) ed25519: bool,
    hashes: Option<String>,
    /// `t=y`: the domain is testing.
    pub(crate) testing: bool,
    /// `t=s`: the identity must be of the very domain.
    pub(crate) strict: bool,
}

/// Why a record is no usable key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyFault {
    /// The text is something else.
    NoKey(String),
    /// `p=` is empty: the key was withdrawn.
    Revoked,
    /// A key that can't be used.
    Unusable(String),
}

impl PublicKey {
    /// Reads a key record.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, KeyFault> {
        let tags = TagList::parse_record(text).map_err(KeyFault::NoKey)?;
        if tags.get("v").is_some_and(|v| v != "DKIM1" || tags.first() != Some(("v", v))) {
            return Err(KeyFault::NoKey("its version is not DKIM1".into()));
        }
        let p = tags.get("p").ok_or_else(|| KeyFault::NoKey("it has no p= tag".into()))?;
        if p.is_empty() {
            return Err(KeyFault::Revoked);
        }
        let kind = tags.get("k").unwrap_or("rsa");
        if !matches!(kind, "rsa" | "ed25519") {
            return Err(KeyFault::Unusable("its key type is unknown".into()));
        }
        if !lists(tags.get("s").unwrap_or("*"), &["*", "email"]) {
            return Err(KeyFault::Unusable("it is not meant for mail (s=)".into()));
        }
        let parsed = DomainKey::parse(text).map_err(|e| KeyFault::Unusable(format!("its key can't be read ({e})")))?;
        let flags = tags.get("t").unwrap_or_default();
        Ok(Self {
            key: parsed.p,
            ed25519: kind == "ed25519",
            hashes: tags.get("h").map(str::to_owned),
            testing: lists(flags, &["y"]),
            strict: lists(flags, &["s"]),
        })
    }

    /// Bits of an RSA modulus; nothing for Ed25519.
    pub(crate) fn rsa_bits(&self) -> Option<usize> {
        (!self.ed25519).then(|| self.key.public_key_bits())
    }

    /// Whether the key may be used with an algorithm; the error says why not.
    pub(crate) fn accepts(&self, algorithm: Algorithm) -> Result<(), String> {
        if self.ed25519 != (algorithm == Algorithm::Ed25519Sha256) {
            return Err("the signature's algorithm does not fit the published key".into());
        }
        if self.hashes.as_deref().is_some_and(|hashes| !lists(hashes, &["sha256"])) {
            return Err("the published key does not allow SHA-256".into());
        }
        match self.rsa_bits() {
            Some(bits) if bits < WEAKEST_RSA => {
                Err(format!("the published key has only {bits} bits and can be forged (RFC 8301)"))
            }
            _ => Ok(()),
        }
    }

    /// Whether the signature is one of the data.
    pub(crate) fn verifies(&self, data: &[u8], signature: &[u8], algorithm: Algorithm) -> bool {
        self.key.verify_bytes(data, signature, algorithm).is_ok()
    }
}

/// Whether a colon list holds one of the words.
fn lists(list: &str, words: &[&str]) -> bool {
    list.split(':').any(|item| words.contains(&item.trim_ascii()))
}

/// What the snapshot says about a key.
pub(crate) enum Keys {
    /// At least one usable key.
    Found(Vec<PublicKey>),
    /// None that can be used, for good: why.
    Absent(String),
    /// The DNS failed: why.
    Failed(String),
    /// Not in the snapshot.
    NotRecorded(Question),
}

/// Looks a key up.
pub(crate) fn lookup(dns: &Replay<'_>, selector: &str, domain: &str) -> Keys {
    let name = format!("{selector}._domainkey.{domain}");
    let texts = match dns.texts(&name) {
        Ok(texts) => texts,
        Err(Lack::NotRecorded(question)) => return Keys::NotRecorded(question),
        Err(Lack::Failure(why)) => return Keys::Failed(format!("the DNS failed for {name}: {why}")),
        Err(Lack::NoSuchName | Lack::NoData) => return Keys::Absent(format!("there is no key at {name}")),
    };
    let (mut keys, mut fault) = (Vec::new(), None);
    for text in texts.into_iter().take(MAX_RECORDS) {
        match PublicKey::parse(text) {
            Ok(key) => keys.push(key),
            Err(why) => fault = Some(why),
        }
    }
    if !keys.is_empty() {
        return Keys::Found(keys);
    }
    Keys::Absent(match fault {
        Some(KeyFault::Revoked) => format!("the key at {name} was withdrawn"),
        Some(KeyFault::NoKey(why) | KeyFault::Unusable(why)) => format!("the key at {name} can't be used: {why}"),
        None => format!("there is no key at {name}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 8463 appendix A.2.
    const ED25519: &str = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

    #[test]
    fn a_key_record_says_what_it_is_for() {
        let key = PublicKey::parse(format!("{ED25519}; t=y:s").as_bytes()).unwrap_or_else(|e| panic!("{e:?}"));
        assert!(key.ed25519 && key.testing && key.strict && key.rsa_bits().is_none());
        assert!(key.accepts(Algorithm::Ed25519Sha256).is_ok() && key.accepts(Algorithm::RsaSha256).is_err());
    }

    #[test]
    fn what_is_no_key_says_why() {
        let fault = |text: &str| PublicKey::parse(text.as_bytes()).err();
        assert_eq!(fault("v=DKIM1; p="), Some(KeyFault::Revoked));
        assert!(matches!(fault("v=spf1 -all"), Some(KeyFault::NoKey(_))));
        assert!(matches!(fault("p=YWJj; v=DKIM1"), Some(KeyFault::NoKey(_))));
        assert!(matches!(fault(&ED25519.replace("ed25519", "dsa")), Some(KeyFault::Unusable(_))));
        assert!(matches!(fault(&format!("{ED25519}; s=tlsrpt")), Some(KeyFault::Unusable(_))));
        assert!(matches!(fault("v=DKIM1; p=AAAA"), Some(KeyFault::Unusable(_))));
    }
}
