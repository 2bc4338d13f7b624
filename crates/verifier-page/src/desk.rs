//! What lies before the verifier: evidence, keys, and a file in the reader's hands.

use pollwarden_verifier::{Asked, Held, verify};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::trust::policy;

/// What a reader hands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tray {
    /// Evidence.
    Evidence,
    /// Keys of the log, or a whole policy.
    Log,
    /// Keys of witnesses.
    Witnesses,
    /// A file that may be among those entered.
    File,
}

/// What was handed in, and the answer.
#[derive(Default)]
pub struct Desk {
    evidence: Vec<u8>,
    log: Vec<u8>,
    witnesses: Vec<u8>,
    file: Option<(Sha256, u64)>,
    answer: Vec<u8>,
}

impl Tray {
    /// A tray by its number, from 0.
    pub fn of(number: u32) -> Option<Self> {
        [Self::Evidence, Self::Log, Self::Witnesses, Self::File].get(number as usize).copied()
    }
}

impl Desk {
    /// Takes away what lies in a tray.
    pub fn clear(&mut self, tray: Tray) {
        match tray {
            Tray::Evidence => self.evidence = Vec::new(),
            Tray::Log => self.log = Vec::new(),
            Tray::Witnesses => self.witnesses = Vec::new(),
            Tray::File => self.file = None,
        }
    }

    /// Adds bytes. A file is only hashed, so that it may be of any size; an empty one is one too.
    pub fn put(&mut self, tray: Tray, bytes: &[u8]) {
        match tray {
            Tray::Evidence => self.evidence.extend(bytes),
            Tray::Log => self.log.extend(bytes),
            Tray::Witnesses => self.witnesses.extend(bytes),
            Tray::File => {
                let (hasher, length) = self.file.get_or_insert_default();
                hasher.update(bytes);
                *length += bytes.len() as u64;
            }
        }
    }

    /// Judges what lies there, and keeps the answer: the report's JSON, or an object with what can't be read. `now` is in
    /// seconds since 1970, 0 without a clock.
    pub fn judge(&mut self, quorum: usize, now: u64) {
        self.answer = self.answered(quorum, now).into_bytes();
    }

    /// The answer's bytes.
    pub fn answer(&self) -> &[u8] {
        &self.answer
    }

    fn answered(&self, quorum: usize, now: u64) -> String {
        let refused = |what: &str, why: &str| json!({ "unreadable": what, "why": why }).to_string();
        let policy = match policy(&self.log, &self.witnesses, quorum) {
            Ok(policy) => policy,
            Err(why) => return refused("keys", &why.to_string()),
        };
        let asked = Asked { now: Some(now).filter(|now| *now > 0), file: self.held() };
        match verify(&self.evidence, &policy, &asked) {
            Ok(report) => report.to_json(),
            Err(why) => refused("evidence", &why.to_string()),
        }
    }

    fn held(&self) -> Option<Held> {
        let (hasher, bytes) = self.file.as_ref()?;
        Some(Held { sha256: hasher.clone().finalize().into(), bytes: *bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(evidence: &[u8], keys: &[u8], quorum: usize) -> serde_json::Value {
        let mut desk = Desk::default();
        desk.put(Tray::Evidence, evidence);
        desk.put(Tray::Log, keys);
        desk.judge(quorum, 0);
        serde_json::from_slice(desk.answer()).unwrap()
    }

    #[test]
    fn an_answer_is_always_an_object() {
        assert_eq!(answer(b"nothing", b"", 0)["unreadable"], "evidence");
        assert_eq!(answer(b"nothing", b"no key", 0)["unreadable"], "keys");
        assert_eq!(answer(b"", b"", 3)["unreadable"], "keys");
    }

    #[test]
    fn a_file_is_hashed_in_pieces() {
        let mut desk = Desk::default();
        assert_eq!(desk.held(), None);
        desk.put(Tray::File, b"mani");
        desk.put(Tray::File, b"fest");
        assert_eq!(desk.held(), Some(Held::of(b"manifest")));
        desk.clear(Tray::File);
        desk.put(Tray::File, b"");
        assert_eq!(desk.held(), Some(Held::of(b"")));
    }

    #[test]
    fn trays_have_numbers() {
        assert_eq!(Tray::of(3), Some(Tray::File));
        assert_eq!(Tray::of(4), None);
    }
}
