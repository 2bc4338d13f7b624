//! Who signed the checkpoint, and how a log's change of keys is followed.
//!
//! A reader trusts some key of the log, perhaps not its newest. A change of keys is an entry: a note that a key in force and
//! the new key both signed. From the reader's keys on, each change is followed in the log's order, and after it only the
//! keys that it names are in force. That the entry is proven under a checkpoint which the new key signed is no circle: the trust
//! comes from the old key's signature on the note; its place in the log shows that everybody can see the change, and from
//! which entry on it holds.
//!
//! What follows from that:
//! - A change counts for what comes after it. The checkpoint must be signed with a key in force at its end; only the one
//!   that ends with the change itself may still bear the old key alone, since somebody must sign it first.
//! - A second change signed with a key that was replaced is refused: whoever made it has an old secret.
//! - A change that none of the reader's keys reaches says nothing to that reader. It is passed over and told; so a
//!   reader who trusts the newest key alone can judge a log with older changes in it.
//! - Who has the old secret can make another log, in which the change never stood, or names a third key. No verifier can tell
//!   from the evidence alone; witnesses can, and so can a reader who asks for the newest key. It is told as not proven.

use pollwarden_ledger::{
    Algorithm, Checkpoint, CheckpointError, NoteError, Policy, Rotation, RotationError, SignedNote, VerifiedCheckpoint,
    VerifierKey,
};

use crate::fault::Fault;
use crate::report::{Report, Subject};
use crate::visible::visible;
use crate::words;

/// A checkpoint that is signed as it must be, and the changes of keys on the way to it.
pub(crate) struct Signers {
    pub(crate) checkpoint: VerifiedCheckpoint,
    changes: Vec<Change>,
    passed_over: Vec<u64>,
    strangers: Vec<String>,
}

struct Change {
    index: u64,
    from: Option<String>,
    to: String,
}

/// Keys as they are after some changes.
struct InForce {
    keys: Vec<VerifierKey>,
    /// Those and all before.
    known: Vec<VerifierKey>,
    last: Option<u64>,
    changes: Vec<Change>,
    passed_over: Vec<u64>,
}

/// Checks a checkpoint, following changes of keys by their entries in the log's order.
pub(crate) fn check<'n>(
    checkpoint: &str,
    changes: impl Iterator<Item = (u64, &'n str)>,
    policy: &Policy,
) -> Result<Signers, Fault> {
    let note = SignedNote::parse(checkpoint.as_bytes()).map_err(|why| Fault::Checkpoint(why.into()))?;
    let origin = note.unverified_text().lines().next().unwrap_or_default();
    let mut in_force = InForce::at_first(policy, origin);
    for (index, change) in changes {
        in_force.follow(index, change)?;
    }
    let all = policy.with_logs(&in_force.known).map_err(Fault::Policy)?;
    let checkpoint = match Checkpoint::verify(checkpoint.as_bytes(), &all) {
        // The log may have changed to keys of fewer kinds.
        Err(CheckpointError::HalfSigned(_)) if in_force.last.is_some() => {
            let newest = policy.with_only(&in_force.keys).map_err(Fault::Policy)?;
            Checkpoint::verify(checkpoint.as_bytes(), &newest)
        }
        verified => verified,
    };
    let checkpoint = checkpoint.map_err(Fault::Checkpoint)?;
    in_force.must_have_signed(&note, checkpoint.checkpoint().size)?;
    let strangers = strangers(&note, &all);
    let InForce { changes, passed_over, .. } = in_force;
    Ok(Signers { checkpoint, changes, passed_over, strangers })
}

/// The report where no key of the log is given.
pub(crate) fn no_key(subject: Subject, checkpoint: &str) -> Report {
    let mut report = Report::verified(subject, String::new());
    let signed = SignedNote::parse(checkpoint.as_bytes()).ok();
    let names = signed.map(|note| note.signatures().iter().take(5).map(|line| visible(&line.name)).collect::<Vec<_>>());
    let mut why = vec!["No key of the log is given, so that nobody is known to have signed it.".to_owned()];
    why.extend(names.map(|names| {
        format!(
            "It is said to be signed by {}: ask the office itself for its key, not whoever gave you this.",
            words::list(&names)
        )
    }));
    report.lacks("Whoever made this could have made all of it up.", why);
    report
}

impl InForce {
    fn at_first(policy: &Policy, origin: &str) -> Self {
        let keys: Vec<VerifierKey> = policy.logs().iter().filter(|key| key.name() == origin).cloned().collect();
        Self { known: keys.clone(), keys, last: None, changes: Vec::new(), passed_over: Vec::new() }
    }

    fn follow(&mut self, index: u64, note: &str) -> Result<(), Fault> {
        match Rotation::verify(note, &self.keys) {
            Ok(rotation) => self.change(index, note, rotation),
            Err(RotationError::Note(NoteError::Unknown(_))) if Rotation::verify(note, &self.known).is_ok() => {
                return Err(Fault::Retired { index });
            }
            Err(RotationError::Note(NoteError::Unknown(_))) => self.passed_over.push(index),
            Err(source) => return Err(Fault::Rotation { index, source }),
        }
        Ok(())
    }

    fn change(&mut self, index: u64, note: &str, rotation: Rotation) {
        let signed =
            |key: &&VerifierKey| SignedNote::parse(note.as_bytes()).is_ok_and(|note| note.verify([*key]).is_ok());
        let replaced = self.keys.iter().filter(|key| !rotation.keys.contains(key));
        let from = replaced.filter(|key| key.algorithm() == Algorithm::Ed25519).find(signed).map(words::key);
        self.changes.push(Change { index, from, to: words::key(&rotation.keys[0]) });
        let new = rotation.keys.iter().filter(|key| !self.known.contains(key));
        let known = self.known.iter().chain(new).cloned().collect();
        (self.keys, self.known, self.last) = (rotation.keys, known, Some(index));
    }

    fn must_have_signed(&self, note: &SignedNote, size: u64) -> Result<(), Fault> {
        match self.last {
            // Each of them: one alone could be that of ML-DSA-44, beside an old one of Ed25519.
            Some(index) if index + 1 < size => {
                let all = self.keys.iter().all(|key| note.verify([key]).is_ok());
                if all { Ok(()) } else { Err(Fault::Superseded { index }) }
            }
            _ => Ok(()),
        }
    }
}

/// Signatures that nobody here can check.
fn strangers(note: &SignedNote, policy: &Policy) -> Vec<String> {
    let known = |name: &str, id: [u8; 4]| policy.keys().any(|key| key.name() == name && key.id() == id);
    let unknown = note.signatures().iter().filter(|line| !known(&line.name, line.id));
    unknown.map(|line| visible(&format!("{}+{}", line.name, hex::encode(line.id)))).collect()
}

impl Signers {
    /// The log's name.
    pub(crate) fn log(&self) -> String {
        visible(&self.checkpoint.checkpoint().origin)
    }

    pub(crate) fn tell(&self, report: &mut Report) {
        let tree = self.checkpoint.checkpoint();
        let entries = words::count(tree.size);
        let what = if tree.size == 1 { "1 entry".into() } else { format!("{entries} entries") };
        report.proven.push(format!(
            "The key {} signed the checkpoint of a log of {what} with the root {}.",
            words::key(self.checkpoint.log()),
            tree.root
        ));
        report.proven.extend(self.changes.iter().map(Change::told));
        self.tell_unproven(report);
    }

    fn tell_unproven(&self, report: &mut Report) {
        if self.changes.iter().any(|change| change.from.is_some()) {
            report.not_proven.push("That whoever holds a key which was replaced did not make another log with it: ask the office for its newest key and trust that one alone.".into());
        }
        if !self.passed_over.is_empty() {
            let places = words::places(&self.passed_over);
            report
                .not_proven
                .push(format!("Changes of keys that no key you gave leads to were passed over: {places}."));
        }
        if !self.strangers.is_empty() {
            let shown: Vec<String> = self.strangers.iter().take(5).cloned().collect();
            let more = self.strangers.len() - shown.len();
            let more = if more > 0 { format!(", and {more} more") } else { String::new() };
            report.not_proven.push(format!(
                "Signatures of keys that you did not give say nothing to you: {}{more}.",
                words::list(&shown)
            ));
        }
    }
}

impl Change {
    fn told(&self) -> String {
        let place = words::count(self.index);
        match &self.from {
            Some(from) => format!("Entry {place} changed the log's key from {from} to {}; both signed that.", self.to),
            None => format!("Entry {place} made {}, a key that you gave, the log's key.", self.to),
        }
    }
}
