//! Signed notes (C2SP signed-note): a text, and who signed it.
//!
//! A [`SignedNote`] is what was read; its text must not be believed. [`SignedNote::verify`] gives a [`VerifiedNote`].

use std::fmt::Write as _;

use crate::key::{VerifierKey, is_name};
use crate::text;

/// The longest note read: a hundred signatures of ML-DSA-44 fit.
pub const MAX_NOTE: usize = 512 * 1024;
/// The most signatures read. The specification asks for sixteen at least.
const MAX_SIGNATURES: usize = 100;
const DASH: &str = "— ";

/// A note as it was read: nobody has checked its signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<SignatureLine>,
}

/// A line below a note's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureLine {
    /// Who is said to have signed.
    pub name: String,
    /// The key's id.
    pub id: [u8; 4],
    /// The signature, of a form that depends on the key.
    pub signature: Vec<u8>,
}

/// What a signature states besides the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed {
    /// When the signer says it signed: seconds since 1970. Plain signatures state no time.
    pub time: Option<u64>,
}

/// A note's text, signed by at least one known key and by no known key falsely.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedNote<'k> {
    text: String,
    signed: Vec<(&'k VerifierKey, Signed)>,
}

/// Why a note is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Longer than any note.
    #[error("it has more than {MAX_NOTE} bytes; a note has at most as many")]
    TooLong,
    /// Not text.
    #[error("it is no note: it is not UTF-8, or line {0} has a control character (a carriage return, perhaps)")]
    NotText(usize),
    /// No empty line before signatures.
    #[error("it is no signed note: no empty line stands between a text and signatures")]
    NoSignatures,
    /// The last line is not ended.
    #[error("it was cut off: its last line does not end in a line feed")]
    CutOff,
    /// A line that is no signature.
    #[error("line {0} is no signature, as \"— name base64\" is: it was altered")]
    Line(usize),
    /// Too many signatures.
    #[error("it has more than {MAX_SIGNATURES} signatures")]
    TooMany,
    /// A known key's signature is false.
    #[error("the signature of {0} is false: the text or the signature was altered, or somebody else signed")]
    False(String),
    /// Nobody known signed.
    #[error("none of the keys that you trust signed it; it is signed as {0}")]
    Unknown(String),
}

impl SignedNote {
    /// A text without signatures, to be signed.
    ///
    /// # Errors
    /// Where the text can't be a note's: it does not end in a line feed, or has other control characters.
    pub fn new(text: impl Into<String>) -> Result<Self, NoteError> {
        let text = text.into();
        if !text.ends_with('\n') {
            return Err(NoteError::CutOff);
        }
        check(text.as_bytes())?;
        Ok(Self { text, signatures: Vec::new() })
    }

    /// Reads a note.
    ///
    /// # Errors
    /// Where it is none, with the line from 1.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        let note = check(bytes)?;
        let split = note.rfind("\n\n").ok_or(NoteError::NoSignatures)?;
        let (text, below) = (&note[..=split], &note[split + 2..]);
        if below.is_empty() {
            return Err(NoteError::NoSignatures);
        }
        let above = text.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let signatures = lines(below, above)?;
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// The text, which must not be believed: nobody has checked who signed it.
    pub fn unverified_text(&self) -> &str {
        &self.text
    }

    /// The signatures as they stand.
    pub fn signatures(&self) -> &[SignatureLine] {
        &self.signatures
    }

    /// Adds a signature below those that are there.
    pub fn push(&mut self, line: SignatureLine) {
        self.signatures.push(line);
    }

    /// Checks every signature of a known key. Signatures of other keys say nothing and are passed over.
    ///
    /// # Errors
    /// Where a known key's signature is false, or no known key signed.
    pub fn verify<'k>(&self, keys: impl IntoIterator<Item = &'k VerifierKey>) -> Result<VerifiedNote<'k>, NoteError> {
        let mut signed: Vec<(&VerifierKey, Signed)> = Vec::new();
        for key in keys {
            for line in self.signatures.iter().filter(|line| line.name == key.name() && line.id == key.id()) {
                let statement = key.verify(&self.text, &line.signature);
                let statement = statement.ok_or_else(|| NoteError::False(key.name().to_owned()))?;
                if !signed.iter().any(|(known, _)| *known == key) {
                    signed.push((key, statement));
                }
            }
        }
        if signed.is_empty() {
            return Err(NoteError::Unknown(self.signers()));
        }
        Ok(VerifiedNote { text: self.text.clone(), signed })
    }

    fn signers(&self) -> String {
        let mut signers: Vec<String> =
            self.signatures.iter().map(|line| format!("{}+{}", line.name, hex::encode(line.id))).collect();
        signers.dedup();
        signers.truncate(4);
        signers.join(", ")
    }

    /// The note as it is published.
    pub fn to_text(&self) -> String {
        let mut note = format!("{}\n", self.text);
        self.signatures.iter().for_each(|line| note.push_str(&line.to_text()));
        note
    }
}

impl SignatureLine {
    /// The line, ended.
    pub fn to_text(&self) -> String {
        let bytes: Vec<u8> = self.id.iter().chain(&self.signature).copied().collect();
        let mut line = String::new();
        let _ = writeln!(line, "{DASH}{} {}", self.name, text::encode(&bytes));
        line
    }

    /// Reads lines of signatures, as a witness answers.
    ///
    /// # Errors
    /// Where a line is none, with its number from 1.
    pub fn parse_all(bytes: &[u8]) -> Result<Vec<Self>, NoteError> {
        lines(check(bytes)?, 0)
    }

    fn parse(line: &str) -> Option<Self> {
        let (name, bytes) = line.strip_prefix(DASH)?.split_once(' ')?;
        let bytes = text::decode(bytes)?;
        let (id, signature) = bytes.split_first_chunk::<4>()?;
        (is_name(name) && !signature.is_empty()).then(|| Self {
            name: name.to_owned(),
            id: *id,
            signature: signature.to_vec(),
        })
    }
}

impl<'k> VerifiedNote<'k> {
    /// The text that was signed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The known keys that signed it, and what each stated.
    pub fn signed(&self) -> &[(&'k VerifierKey, Signed)] {
        &self.signed
    }
}

/// Text without control characters, and not too much of it.
fn check(bytes: &[u8]) -> Result<&str, NoteError> {
    if bytes.len() > MAX_NOTE {
        return Err(NoteError::TooLong);
    }
    let line = |at: usize| bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    let text = std::str::from_utf8(bytes).map_err(|error| NoteError::NotText(line(error.valid_up_to())))?;
    match bytes.iter().position(|byte| *byte < b' ' && *byte != b'\n') {
        Some(at) => Err(NoteError::NotText(line(at))),
        None => Ok(text),
    }
}

/// Every line is ended, also the last.
fn lines(below: &str, above: usize) -> Result<Vec<SignatureLine>, NoteError> {
    let below = below.strip_suffix('\n').ok_or(NoteError::CutOff)?;
    if below.split('\n').count() > MAX_SIGNATURES {
        return Err(NoteError::TooMany);
    }
    let parsed = below.split('\n').enumerate();
    parsed.map(|(i, line)| SignatureLine::parse(line).ok_or(NoteError::Line(above + i + 1))).collect()
}
