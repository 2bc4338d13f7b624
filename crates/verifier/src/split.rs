//! A record of a split log: proof that the office, or whoever has its secret, showed two logs.

use pollwarden_ledger::{Policy, SplitView};

use crate::fault::Fault;
use crate::report::{Report, Subject};
use crate::signers;
use crate::visible::visible;
use crate::words;

const SUBJECT: Subject = Subject::SplitView;

pub(crate) fn judge(bytes: &[u8], policy: &Policy) -> Report {
    let view = match SplitView::parse(bytes) {
        Ok(view) => view,
        Err(why) => return Report::refused(SUBJECT, &Fault::Split(why)),
    };
    if policy.logs().is_empty() {
        return signers::no_key(SUBJECT, &view.first);
    }
    // Signed twice is signed twice, whoever cosigned.
    let logs = Policy::new(policy.logs().to_vec(), Vec::new(), 0).map_err(Fault::Policy);
    match logs.and_then(|logs| view.verify(&logs).map_err(Fault::Split)) {
        Ok(both) => proven(&both),
        Err(fault) => Report::refused(SUBJECT, &fault),
    }
}

fn proven(both: &[pollwarden_ledger::VerifiedCheckpoint; 2]) -> Report {
    let [a, b] = both.each_ref().map(|verified| verified.checkpoint());
    let (log, size) = (visible(&a.origin), words::count(a.size));
    let mut report =
        Report::verified(SUBJECT, format!("The log {log} was split: two different logs were signed in its name."));
    report.proven = vec![
        format!("The key {} signed a log of {size} entries with the root {}.", words::key(both[0].log()), a.root),
        format!("The key {} signed a log of {size} entries with the root {}.", words::key(both[1].log()), b.root),
        "One log of that size has one root: somebody with the log's secret kept two. Whoever holds this record can prove it.".into(),
    ];
    report.not_proven = vec![
        "Which of the two is the right one, and which of them anybody else was shown.".into(),
        "Who did it: the office itself, or somebody who has its secret.".into(),
    ];
    report.time = vec!["No time is proven: what was signed twice was signed twice, whenever that was.".into()];
    report
}
