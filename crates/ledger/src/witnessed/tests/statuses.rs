//! Every status of the specification, in its order.

use super::*;
use crate::{CheckpointError, ProofError};

fn status(witness: &Witness, body: &[u8]) -> u16 {
    witness.add_checkpoint(body, NOW).map_or_else(|error| error.status(), |_| 200)
}

#[test]
fn a_checkpoint_is_cosigned_with_every_key() {
    let folder = tempfile::tempdir().unwrap();
    let (witness, log) = (witness(folder.path()), Log::new(300, 300, ""));
    let mut old = 0;
    for size in [0, 1, 2, 255, 256, 257, 257, 300] {
        let lines = witness.add_checkpoint(&log.body(old, size), NOW + size).unwrap();
        let note = SignedNote::parse(format!("{}{lines}", log.checkpoint(size)).as_bytes()).unwrap();
        let verified = note.verify(witness.keys()).unwrap();
        let times: Vec<_> = verified.signed().iter().map(|(_, signed)| signed.time).collect();
        assert_eq!(times, [Some(NOW + size); 2]);
        assert_eq!(lines.lines().count(), 2);
        old = size;
    }
}

#[test]
fn what_is_no_request_is_400() {
    let folder = tempfile::tempdir().unwrap();
    let (witness, log) = (witness(folder.path()), Log::new(9, 9, ""));
    let text = log.request(0, 9).to_text();
    for body in [
        String::new(),
        "old 0\n".into(),
        text.replace("old 0", "old 00"),
        text.replace("old 0", "old -1"),
        text.replace("old 0", "OLD 0"),
        text.replace("old 0\n", "old 0\nnot a hash\n"),
        text.replace("old 0\n", "old 0\r\n"),
        text.replace("old 0\n", &format!("old 0\n{}", format!("{}\n", Hash::empty()).repeat(64))),
        text.trim_end().into(),
        format!("old 0\n\n{}", log.sign(&format!("{ORIGIN}\n09\n{}\n", log.root(9)))),
        format!("old 0\n\n{}", log.sign(&format!("{ORIGIN}\n9\n"))),
        text.replace("— ", "- "),
        "x".repeat(crate::MAX_REQUEST + 1),
    ] {
        let found = status(&witness, body.as_bytes());
        assert_eq!(found, 400, "{body}");
    }
    assert_eq!(status(&witness, b"\xff\n\n"), 400);
}

#[test]
fn an_unknown_log_is_404_and_a_false_signature_403() {
    let folder = tempfile::tempdir().unwrap();
    let (witness, log) = (witness(folder.path()), Log::new(9, 9, ""));
    let text = log.request(0, 9).to_text();
    let other = text.replace(&format!("\n{ORIGIN}\n"), "\nother.example/ledger\n");
    assert_eq!(status(&witness, other.as_bytes()), 404);
    // Known is the origin, not who signed: the log's own signature under another name is another key's.
    let unsigned: String = text.replace(&format!("— {ORIGIN}"), "— other.example/ledger");
    assert_eq!(status(&witness, unsigned.as_bytes()), 403);
    let root = log.root(9).to_string();
    let altered = text.replace(&root, &log.root(8).to_string());
    assert_eq!(status(&witness, altered.as_bytes()), 403);
    assert_eq!(status(&witness, text.as_bytes()), 200, "the same witness cosigns the sound one");
}

#[test]
fn a_log_s_two_signatures_stand_together() {
    let folder = tempfile::tempdir().unwrap();
    let (witness, log) = (witness(folder.path()), Log::new(9, 9, ""));
    let (text, signatures) = log.checkpoint(9).split_once("\n\n").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    for alone in signatures.lines() {
        let request = AddCheckpoint { checkpoint: format!("{text}\n\n{alone}\n"), ..log.request(0, 9) };
        assert_eq!(status(&witness, request.to_text().as_bytes()), 403, "{alone}");
    }
    assert_eq!(status(&witness, &log.body(0, 9)), 200);
}

#[test]
fn an_old_size_beyond_the_checkpoint_is_400_before_409() {
    let folder = tempfile::tempdir().unwrap();
    let (witness, log) = (witness(folder.path()), Log::new(9, 9, ""));
    let beyond = AddCheckpoint { old: 7, proof: Vec::new(), checkpoint: log.checkpoint(5) };
    assert_eq!(status(&witness, beyond.to_text().as_bytes()), 400);
}

#[test]
fn another_old_size_is_409_with_the_size_known() {
    let folder = tempfile::tempdir().unwrap();
    let (witness, log) = (witness(folder.path()), Log::new(9, 9, ""));
    assert_eq!(status(&witness, &log.body(3, 9)), 409);
    witness.add_checkpoint(&log.body(0, 5), NOW).unwrap();
    for (old, size) in [(0, 9), (4, 9), (6, 9), (0, 5), (3, 4)] {
        let error = witness.add_checkpoint(&log.body(old, size), NOW).unwrap_err();
        assert!(matches!(error, WitnessError::Refused(Refusal::Stale(5))), "{old} {size} {error}");
        assert_eq!(error.status(), 409);
    }
    // A false proof from another size is 409 all the same.
    let request = AddCheckpoint { proof: vec![Hash::empty()], ..log.request(4, 9) };
    assert_eq!(status(&witness, request.to_text().as_bytes()), 409);
}

#[test]
fn what_does_not_follow_is_422() {
    let folder = tempfile::tempdir().unwrap();
    let (witness, log) = (witness(folder.path()), Log::new(9, 9, ""));
    let empty = log.sign(&format!("{ORIGIN}\n0\n{}\n", log.root(1)));
    let empty = AddCheckpoint { old: 0, proof: Vec::new(), checkpoint: empty };
    assert_eq!(status(&witness, empty.to_text().as_bytes()), 422);
    let proof_from_nothing = AddCheckpoint { proof: vec![Hash::empty()], ..log.request(0, 9) };
    assert_eq!(status(&witness, proof_from_nothing.to_text().as_bytes()), 422);
    witness.add_checkpoint(&log.body(0, 5), NOW).unwrap();
    let other = Log::new(9, 3, "elsewhere");
    for body in [
        other.body(5, 5),
        other.body(5, 9),
        AddCheckpoint { proof: Vec::new(), ..log.request(5, 9) }.to_text().into_bytes(),
        AddCheckpoint { proof: vec![Hash::empty()], ..log.request(5, 5) }.to_text().into_bytes(),
    ] {
        let error = witness.add_checkpoint(&body, NOW).unwrap_err();
        assert!(matches!(error, WitnessError::Refused(Refusal::Inconsistent(_))), "{error}");
        assert_eq!(error.status(), 422);
    }
    assert_eq!(status(&witness, &log.body(5, 9)), 200, "none of it moved the witness");
}

#[test]
fn refusals_say_what_is_wrong() {
    let not_empty = Refusal::Checkpoint(CheckpointError::NotEmpty).to_string();
    assert!(not_empty.contains("no entries"), "{not_empty}");
    let inconsistent = Refusal::Inconsistent(ProofError::Rewritten).to_string();
    assert!(inconsistent.contains("changed or taken away"), "{inconsistent}");
}
