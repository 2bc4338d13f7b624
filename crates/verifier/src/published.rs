//! A published log, whole: everything that follows from its entries is derived again and compared with what is published.

use std::collections::BTreeMap;

use pollwarden_ledger::{Checkpoint, CheckpointError, Entry, NoteError, Policy, Resources, SignedNote, audit};

use crate::asked::Asked;
use crate::fault::{Fault, Unreadable};
use crate::report::{Report, Subject};
use crate::signers::{self, Signers};
use crate::visible::visible;
use crate::{time, witnessed, words};

const SUBJECT: Subject = Subject::Log;
/// A log changes its keys a few times in its life; more changes than these are not followed.
const MAX_CHANGES: usize = 1000;
/// Kinds of entries that are counted apart.
const KINDS: usize = 50;

/// What all entries of a log are.
#[derive(Default)]
struct Entries {
    kinds: BTreeMap<String, u64>,
    changes: Vec<(u64, String)>,
}

/// Judges a published log by all of its entries: its tree must follow from them, and its checkpoint from the tree.
///
/// # Errors
/// Where there is no checkpoint to be read.
pub fn verify_log(from: &dyn Resources, policy: &Policy, asked: &Asked) -> Result<Report, Unreadable> {
    let checkpoint = read_checkpoint(from)?;
    if policy.logs().is_empty() {
        return Ok(signers::no_key(SUBJECT, &checkpoint));
    }
    Ok(match derive(from, &checkpoint, policy) {
        Ok((signers, entries)) => tell(&signers, &entries, policy, asked),
        Err(fault) => Report::refused(SUBJECT, &fault),
    })
}

pub(crate) fn read_checkpoint(from: &dyn Resources) -> Result<String, Unreadable> {
    let bytes = from.read("checkpoint").map_err(Unreadable::Missing)?;
    // What is not UTF-8 will not be signed as it then stands.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn derive(from: &dyn Resources, checkpoint: &str, policy: &Policy) -> Result<(Signers, Entries), Fault> {
    // Changes of keys stand in the log, so that it is read before the last word on the signature; not for a stranger's.
    let tree = match signers::check(checkpoint, std::iter::empty(), policy) {
        Ok(signers) => signers.checkpoint.checkpoint().clone(),
        Err(fault) => claimed_if_ours(checkpoint, policy).ok_or(fault)?,
    };
    let mut entries = Entries::default();
    audit(from, &tree, &mut |index, bytes| entries.add(index, bytes)).map_err(Fault::Audit)?;
    let changes = entries.changes.iter().map(|(index, note)| (*index, note.as_str()));
    let signers = signers::check(checkpoint, changes, policy)?;
    Ok((signers, entries))
}

/// What a checkpoint claims, where its log is one of which a key is known that did not sign.
fn claimed_if_ours(checkpoint: &str, policy: &Policy) -> Option<Checkpoint> {
    let note = SignedNote::parse(checkpoint.as_bytes()).ok()?;
    let claimed = Checkpoint::parse(note.unverified_text()).ok()?;
    let unsigned = match Checkpoint::verify(checkpoint.as_bytes(), policy) {
        Err(CheckpointError::NotByLog(_) | CheckpointError::Note(NoteError::Unknown(_))) => true,
        Err(_) | Ok(_) => false,
    };
    let ours = policy.logs().iter().any(|key| key.name() == claimed.origin);
    (unsigned && ours).then_some(claimed)
}

impl Entries {
    fn add(&mut self, index: u64, bytes: &[u8]) {
        let kind = match Entry::parse(bytes) {
            Ok(Entry::Rotation(note)) if self.changes.len() < MAX_CHANGES => {
                self.changes.push((index, note));
                "key-rotation".to_owned()
            }
            Ok(entry) => entry.kind().to_owned(),
            Err(_) => "of another program".to_owned(),
        };
        let full = self.kinds.len() >= KINDS && !self.kinds.contains_key(&kind);
        *self.kinds.entry(if full { "of further kinds".into() } else { kind }).or_default() += 1;
    }

    fn told(&self) -> String {
        let kinds = self.kinds.iter().map(|(kind, n)| format!("{} {}", words::count(*n), visible(kind)));
        kinds.collect::<Vec<_>>().join(", ")
    }
}

fn tell(signers: &Signers, entries: &Entries, policy: &Policy, asked: &Asked) -> Report {
    let size = words::count(signers.checkpoint.checkpoint().size);
    let log = signers.log();
    let mut report = Report::verified(
        SUBJECT,
        format!("The published log {log} is whole: its checkpoint follows from its entries."),
    );
    signers.tell(&mut report);
    report.proven.push(format!(
        "All {size} entries were read, and the tree derived from them again: it is the published one, tile by tile."
    ));
    if !entries.kinds.is_empty() {
        report.proven.push(format!("By kind the entries are: {}.", entries.told()));
    }
    witnessed::tell(&signers.checkpoint, policy, &mut report);
    report.not_proven.push("What the entries say: the log holds commitments, and evidence bundles open them.".into());
    report
        .not_proven
        .push("That the log was always the same: an older checkpoint that you kept shows whether it only grew.".into());
    if asked.file.is_some() {
        report.lacks(
            "Whether the file you hold is one of those entered is not shown here.",
            vec!["A log shows no digest of a file; a bundle for a court does.".into()],
        );
    }
    time::tell(&signers.checkpoint, asked.now, true, &mut report);
    report
}
