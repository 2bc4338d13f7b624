//! Cosignatures of parts of a tree.

use super::*;
use crate::{leaf_hash, node_hash, subtree_message};

fn body(log: &Log, witness: &Witness, proof: &[Hash], leaves: (u64, u64), hash: &Hash) -> String {
    let note = witness.latest(&origin_hash(ORIGIN)).unwrap_or_else(|| log.checkpoint(4));
    let proof: String = proof.iter().map(|hash| format!("{hash}\n")).collect();
    format!("subtree {} {}\n{hash}\n{proof}\n{note}", leaves.0, leaves.1)
}

#[test]
fn a_part_of_a_cosigned_tree_is_cosigned_without_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let (witness, log) = (witness(folder.path()), Log::new(4, 4, ""));
    let leaf = |i: u64| leaf_hash(format!("entry {i}").as_bytes());
    let (left, right) = (node_hash(&leaf(0), &leaf(1)), node_hash(&leaf(2), &leaf(3)));
    let status = |body: String| witness.sign_subtree(body.as_bytes()).map_or_else(|error| error.status(), |_| 200);
    assert_eq!(status(body(&log, &witness, &[left], (2, 4), &right)), 403, "the witness has not cosigned it");
    witness.add_checkpoint(&log.body(0, 4), NOW).unwrap();
    let line = witness.sign_subtree(body(&log, &witness, &[left], (2, 4), &right).as_bytes()).unwrap();
    let line = SignatureLine::parse_all(line.as_bytes()).unwrap().remove(0);
    assert_eq!((line.name.as_str(), line.id), (witness.keys()[1].name(), witness.keys()[1].id()));
    assert_eq!(line.signature[..8], [0; 8]);
    let message = subtree_message(&line.name, 0, ORIGIN, 2..4, &right).unwrap();
    let key: [u8; 1312] = witness.keys()[1].public().try_into().unwrap();
    let key = ml_dsa::VerifyingKey::<ml_dsa::MlDsa44>::decode(&key.into());
    let signature = ml_dsa::Signature::decode(&line.signature[8..].try_into().unwrap()).unwrap();
    assert!(key.verify_with_context(&message, &[], &signature));
    assert_eq!(status(body(&log, &witness, &[left], (2, 4), &left)), 422);
    assert_eq!(status(body(&log, &witness, &[], (2, 4), &right)), 422);
    assert_eq!(status(body(&log, &witness, &[left], (1, 3), &right)), 400, "no part begins there");
    assert_eq!(status(body(&log, &witness, &[left], (2, 5), &right)), 400);
    let sound = body(&log, &witness, &[left], (2, 4), &right);
    assert_eq!(status(sound.replace("subtree 2", "subtree 02")), 400);
    assert_eq!(status(sound.replace(&format!("\n{ORIGIN}\n"), "\nother.example/ledger\n")), 404);
    assert_eq!(status(sound), 200);
}
