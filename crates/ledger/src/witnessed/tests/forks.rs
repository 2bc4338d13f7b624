//! What is kept of a log that did not only grow.

use std::fs;

use super::*;
use crate::SplitView;
use crate::witnessed::record::{MAX_FORKS, MAX_UNPROVEN};

#[test]
fn a_fork_is_kept_and_proves_itself() {
    let folder = tempfile::tempdir().unwrap();
    let (witness, log) = (witness(folder.path()), Log::new(9, 9, ""));
    witness.add_checkpoint(&log.body(0, 9), NOW).unwrap();
    let fork = Log::new(9, 3, "elsewhere");
    assert_eq!(witness.add_checkpoint(&fork.body(9, 9), NOW).unwrap_err().status(), 422);
    let kept = files(&folder.path().join("forks"));
    let view = SplitView::parse(&fs::read(&kept[0]).unwrap()).unwrap();
    let [first, second] = view.verify(&log.policy()).unwrap();
    assert_eq!((first.checkpoint().root, second.checkpoint().root), (log.root(9), fork.root(9)));
    // The same again, also from another size and with other lines below, is the same fork.
    let mut note = SignedNote::parse(fork.checkpoint(9).as_bytes()).unwrap();
    note.push(SignatureLine { name: "x.example".into(), id: [0; 4], signature: vec![1] });
    let again = AddCheckpoint { old: 0, proof: Vec::new(), checkpoint: note.to_text() };
    assert_eq!(witness.add_checkpoint(again.to_text().as_bytes(), NOW).unwrap_err().status(), 409);
    assert_eq!(files(&folder.path().join("forks")), kept);
    assert!(files(&folder.path().join("unproven")).is_empty());
}

#[test]
fn a_fork_that_asks_from_another_size_is_kept_too() {
    let folder = tempfile::tempdir().unwrap();
    let (witness, log) = (witness(folder.path()), Log::new(9, 9, ""));
    witness.add_checkpoint(&log.body(0, 9), NOW).unwrap();
    assert_eq!(witness.add_checkpoint(&Log::new(9, 3, "elsewhere").body(0, 9), NOW).unwrap_err().status(), 409);
    assert_eq!(files(&folder.path().join("forks")).len(), 1);
}

#[test]
fn a_failed_proof_between_two_sizes_is_kept_as_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let (witness, log) = (witness(folder.path()), Log::new(12, 12, ""));
    witness.add_checkpoint(&log.body(0, 9), NOW).unwrap();
    let fork = Log::new(12, 3, "elsewhere");
    witness.add_checkpoint(&fork.body(9, 12), NOW).unwrap_err();
    let kept = files(&folder.path().join("unproven"));
    assert_eq!(kept.len(), 1);
    assert_eq!(AddCheckpoint::parse(&fs::read(&kept[0]).unwrap()).unwrap(), fork.request(9, 12));
    assert!(files(&folder.path().join("forks")).is_empty());
}

#[test]
fn what_is_no_contradiction_or_not_signed_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (witness, log) = (witness(folder.path()), Log::new(12, 12, ""));
    witness.add_checkpoint(&log.body(0, 9), NOW).unwrap();
    let text = log.request(9, 9).to_text();
    let altered = text.replace(&log.root(9).to_string(), &log.root(8).to_string());
    assert_eq!(witness.add_checkpoint(altered.as_bytes(), NOW).unwrap_err().status(), 403);
    witness.add_checkpoint(&log.body(0, 7), NOW).unwrap_err();
    assert_eq!(witness.add_checkpoint(&log.body(0, 9), NOW).unwrap_err().status(), 409, "the same tree is no fork");
    assert!(files(&folder.path().join("forks")).is_empty() && files(&folder.path().join("unproven")).is_empty());
}

#[test]
fn what_is_kept_is_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let (witness, log) = (witness(folder.path()), Log::new(9, 9, ""));
    witness.add_checkpoint(&log.body(0, 9), NOW).unwrap();
    for i in 0..40 {
        let fork = Log::new(60, 3, &format!("elsewhere {i}"));
        witness.add_checkpoint(&fork.body(9, 9), NOW).unwrap_err();
        witness.add_checkpoint(&fork.body(9, 60), NOW).unwrap_err();
        let unproven = files(&folder.path().join("unproven"));
        let newest = |path: &PathBuf| fs::read_to_string(path).unwrap().contains(&fork.root(60).to_string());
        assert!(unproven.iter().any(newest), "the newest is kept");
    }
    let bounds = ["forks", "unproven"].map(|kind| files(&folder.path().join(kind)).len());
    assert_eq!(bounds, [MAX_FORKS, MAX_UNPROVEN]);
}
