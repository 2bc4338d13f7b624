//! Who besides the office saw the log, and what follows from it.

use std::collections::BTreeSet;

use pollwarden_ledger::{Policy, VerifiedCheckpoint};

use crate::report::Report;
use crate::visible::visible;
use crate::words;

pub(crate) fn tell(checkpoint: &VerifiedCheckpoint, policy: &Policy, report: &mut Report) {
    let names: BTreeSet<&str> = checkpoint.cosigned().iter().map(|cosigned| cosigned.witness.as_str()).collect();
    let known: BTreeSet<&str> = policy.witnesses().iter().map(|key| key.name()).collect();
    if names.is_empty() {
        let why = if known.is_empty() {
            "you named no witness"
        } else {
            "none of the witnesses you named cosigned this checkpoint"
        };
        report.not_proven.push(format!("That nobody was shown another version of this log: {why}."));
        return;
    }
    let shown: Vec<String> = names.iter().map(|name| visible(name)).collect();
    let of = words::of(known.len(), "witness", "witnesses");
    report.proven.push(format!(
        "{} of the {of} that you named cosigned the checkpoint: {}. A cosignature says that the log, as far as that witness saw it, \
         only grew.",
        words::count(names.len() as u64),
        words::list(&shown)
    ));
    report.not_proven.push(format!(
        "That nobody was shown another version of this log: {}.",
        loophole(known.len() - names.len(), policy)
    ));
}

/// What another version would take for this reader to accept it too.
fn loophole(others: usize, policy: &Policy) -> &'static str {
    match (policy.asks_for_witnesses(), others) {
        (false, _) => "you ask for no witness, so that a version which none of them saw would do as well",
        (true, 0) => {
            "but for you to accept it, one of those witnesses must have lied, or somebody must have its secret"
        }
        (true, _) => {
            "but for you to accept it, one of those witnesses must have lied, or enough of the others were shown only that \
             version"
        }
    }
}
