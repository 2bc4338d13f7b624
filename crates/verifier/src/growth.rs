//! Whether a log only grew since a checkpoint that the reader kept.

use pollwarden_ledger::{
    Checkpoint, Hash, Policy, Resources, Tiles, VerifiedCheckpoint, consistency_proof, root_of_first,
    verify_consistency,
};

use crate::asked::Asked;
use crate::fault::{Fault, Unreadable};
use crate::published::read_checkpoint;
use crate::report::{Report, Subject};
use crate::signers::{self, Signers};
use crate::{time, witnessed, words};

const SUBJECT: Subject = Subject::Growth;

/// Judges whether a published log has the one of the older checkpoint `since` as its beginning. Both must be signed with keys of the
/// policy; changes of keys are not followed here.
///
/// # Errors
/// Where there is no checkpoint to be read.
pub fn verify_growth(since: &[u8], from: &dyn Resources, policy: &Policy, asked: &Asked) -> Result<Report, Unreadable> {
    let checkpoint = read_checkpoint(from)?;
    if policy.logs().is_empty() {
        return Ok(signers::no_key(SUBJECT, &checkpoint));
    }
    Ok(match compare(since, from, &checkpoint, policy) {
        Ok((old, signers)) => tell(&old, &signers, policy, asked),
        Err(fault) => refused(&fault),
    })
}

fn compare(
    since: &[u8],
    from: &dyn Resources,
    checkpoint: &str,
    policy: &Policy,
) -> Result<(VerifiedCheckpoint, Signers), Fault> {
    // Whoever kept it knows when they did; witnesses are asked about the newer one.
    let logs = Policy::new(policy.logs().to_vec(), Vec::new(), 0).map_err(Fault::Policy)?;
    let old = Checkpoint::verify(since, &logs).map_err(Fault::Older)?;
    let signers = signers::check(checkpoint, std::iter::empty(), policy)?;
    follows(old.checkpoint(), signers.checkpoint.checkpoint(), from)?;
    Ok((old, signers))
}

fn follows(old: &Checkpoint, new: &Checkpoint, from: &dyn Resources) -> Result<(), Fault> {
    if old.origin != new.origin {
        return Err(Fault::Origin { old: old.origin.clone(), new: new.origin.clone() });
    }
    if old.size > new.size {
        return Err(Fault::Fewer { old: old.size, new: new.size });
    }
    if old.size == 0 {
        return Ok(());
    }
    // What the tiles say that the older root was follows from the newer root, or it is no word of the log's: so a log that is false
    // is told from a spoiled copy of its tiles.
    let tiles = Tiles::new(from, new.size);
    let beginning = if old.size == new.size { new.root } else { beginning(&tiles, old.size, new)? };
    if beginning == old.root { Ok(()) } else { Err(Fault::Rewritten) }
}

/// The root of the tree's first `size` entries, proven under its own.
fn beginning(tiles: &Tiles<'_>, size: u64, tree: &Checkpoint) -> Result<Hash, Fault> {
    let root = root_of_first(tiles, size).map_err(Fault::Tile)?;
    let proof = consistency_proof(tiles, size).map_err(Fault::Tile)?;
    verify_consistency(size, tree.size, &proof, &root, &tree.root).map_err(|_| Fault::Spoiled)?;
    Ok(root)
}

fn tell(old: &VerifiedCheckpoint, signers: &Signers, policy: &Policy, asked: &Asked) -> Report {
    let (from, to) = (old.checkpoint().size, signers.checkpoint.checkpoint().size);
    let log = signers.log();
    let headline = match from {
        0 => format!("Your older checkpoint of {log} is that of a log without entries: every log begins so."),
        _ if from == to => format!("The log {log} is the one of your older checkpoint."),
        _ => format!("The log {log} only grew since your older checkpoint."),
    };
    let mut report = Report::verified(SUBJECT, headline);
    signers.tell(&mut report);
    if from > 0 {
        let entries = if from == 1 {
            "Its first entry is".into()
        } else {
            format!("Its first {} entries are", words::count(from))
        };
        report.proven.push(format!("{entries} those of your older checkpoint: none was changed, moved or taken away."));
    }
    witnessed::tell(&signers.checkpoint, policy, &mut report);
    report.not_proven.push("What the entries say, and that all of them are published.".into());
    time::tell(&signers.checkpoint, asked.now, false, &mut report);
    report
}

fn refused(fault: &Fault) -> Report {
    let mut report = Report::refused(SUBJECT, fault);
    match fault {
        Fault::Rewritten => {
            report.headline = "This log did not only grow: what was in it was changed or taken away.".into();
            report
                .why
                .push("Keep both checkpoints and a copy of the log: it signed both, and can't take that back.".into());
        }
        Fault::Fewer { .. } => report.headline = "This is not the log as you knew it: it has fewer entries.".into(),
        _ => {}
    }
    report
}
