//! Vectors with known truth that are not in the repository: RFC 6962 proofs, a log of Tessera's, hostile checkpoints.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may stop at a fault and says what it measured")]

use std::fs;
use std::path::{Path, PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pollwarden_ledger::{
    Checkpoint, CheckpointError, Hash, Missing, Policy, Resources, SplitView, Tiles, VerifierKey, consistency_proof,
    inclusion_proof, leaf_hash, root, tree_root, verify_consistency, verify_inclusion, verify_subtree_consistency,
    verify_subtree_inclusion,
};
use serde_json::Value;

/// Unpacks one of the ledger's archives into scratch space; `None`, and a word about it, where there is no shared data.
fn unpacked(name: &str) -> Option<tempfile::TempDir> {
    let archive = pollwarden_testkit::data_root()?.join("ledger").join(name);
    let dir = tempfile::tempdir().unwrap();
    tar::Archive::new(pollwarden_testkit::zst(&archive).as_slice()).unpack(dir.path()).unwrap();
    Some(dir)
}

fn files(dir: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn number(json: &Value, key: &str) -> u64 {
    json[key].as_u64().unwrap()
}

/// A hash of any length: vectors also hold empty and cut ones.
fn bytes(text: &Value) -> Vec<u8> {
    text.as_str().map(|text| STANDARD.decode(text).unwrap()).unwrap_or_default()
}

/// For what is no hash, one that stands for it and for nothing else.
fn hash(text: &Value) -> Hash {
    let bytes = bytes(text);
    bytes.as_slice().try_into().map_or_else(|_| leaf_hash(&bytes), Hash)
}

fn hashes(list: &Value) -> Vec<Hash> {
    list.as_array().into_iter().flatten().map(hash).collect()
}

/// Whether a vector's proof is accepted.
fn accepted(kind: &str, v: &Value) -> bool {
    // A leaf or a root of another length can't even be asked about here. (Some vectors of consistency have a few words in the
    // place of a root that does not matter: those stand for a root.)
    if ["leafHash", "root"].iter().any(|key| v[key].is_string() && bytes(&v[key]).len() != 32) {
        return false;
    }
    let proof = hashes(&v["proof"]);
    let part = || number(v, "start")..number(v, "end");
    let [root, leaf, first, second] = ["root", "leafHash", "root1", "root2"].map(|key| hash(&v[key]));
    let result = match kind {
        "inclusion" => verify_inclusion(&leaf, number(v, "leafIdx"), number(v, "treeSize"), &proof, &root),
        "consistency" => verify_consistency(number(v, "size1"), number(v, "size2"), &proof, &first, &second),
        "subtreeinclusion" => verify_subtree_inclusion(&leaf, number(v, "leafIdx"), &part(), &proof, &root),
        _ => verify_subtree_consistency(&part(), number(v, "size"), &proof, &first, &second),
    };
    result.is_ok()
}

#[test]
fn proofs_of_rfc_6962() {
    let Some(dir) = unpacked("rfc6962_vectors.tar.zst") else { return };
    for kind in ["inclusion", "consistency", "subtreeinclusion", "subtreeconsistency"] {
        let all = files(&dir.path().join(kind), ".json");
        let (mut good, mut bad) = (0, 0);
        for path in &all {
            let vector = json(path);
            let wanted = !vector["wantErr"].as_bool().unwrap();
            assert_eq!(accepted(kind, &vector), wanted, "{}: {vector}", path.display());
            *(if wanted { &mut good } else { &mut bad }) += 1;
        }
        println!("{kind}: {good} accepted and {bad} refused of {}, as they should be", all.len());
        assert!(good > 0 && bad > 0);
    }
}

struct Folder(PathBuf);

impl Resources for Folder {
    fn read(&self, path: &str) -> Result<Vec<u8>, Missing> {
        fs::read(self.0.join(path)).map_err(|error| Missing { path: path.to_owned(), why: error.to_string() })
    }
}

#[test]
fn the_log_of_tessera() {
    let Some(dir) = unpacked("tessera_testlog.tar.zst") else { return };
    let key = VerifierKey::parse("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx");
    let policy = Policy::new(vec![key.unwrap()], Vec::new(), 0).unwrap();
    let folder = Folder(dir.path().join("log"));
    let checkpoints: Vec<Checkpoint> = (0..=15)
        .map(|size| {
            let note = folder.read(&format!("checkpoint.{size}")).unwrap();
            Checkpoint::verify(&note, &policy).unwrap().checkpoint().clone()
        })
        .collect();
    assert_eq!(checkpoints[15].root.to_string(), "rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=");
    let mut proofs = 0;
    for (new, at) in checkpoints.iter().enumerate() {
        assert_eq!(at.size, new as u64);
        let tiles = Tiles::new(&folder, at.size);
        let entries = if new == 0 { Vec::new() } else { tiles.entries(0).unwrap() };
        let leaves: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
        assert_eq!((root(&leaves), tree_root(&tiles).unwrap()), (at.root, at.root));
        for (index, leaf) in leaves.iter().enumerate() {
            let proof = inclusion_proof(&tiles, index as u64).unwrap();
            verify_inclusion(leaf, index as u64, at.size, &proof, &at.root).unwrap();
            proofs += 1;
        }
        for old in &checkpoints[1.min(new)..=new] {
            let proof = consistency_proof(&tiles, old.size).unwrap();
            verify_consistency(old.size, at.size, &proof, &old.root, &at.root).unwrap();
            proofs += 1;
        }
    }
    println!("16 checkpoints verified; {proofs} proofs made from the tiles and verified");
}

#[test]
fn checkpoints_valid_and_hostile() {
    let Some(dir) = unpacked("checkpoints_and_proofs.tar.zst") else { return };
    let truth = json(&dir.path().join("truth.json"));
    let key = |text: &Value| VerifierKey::parse(text.as_str().unwrap()).unwrap();
    let witnesses: Vec<VerifierKey> = truth["witness_vkeys"].as_array().unwrap().iter().map(key).collect();
    let policy = |quorum| Policy::new(vec![key(&truth["log_vkey"])], witnesses.clone(), quorum).unwrap();
    let note = |name: &str| fs::read(dir.path().join(name)).unwrap();
    let verdicts = truth["checkpoints"].as_array().unwrap();
    let reference = Checkpoint::verify(&note("cp_ok_q2.note"), &policy(2)).unwrap();
    for verdict in verdicts {
        let (name, expected) = (verdict["file"].as_str().unwrap(), verdict["expect"].as_str().unwrap());
        let quorum = if expected.ends_with("quorum 3") { 3 } else { 2 };
        let at_quorum = Checkpoint::verify(&note(name), &policy(quorum));
        let alone = Checkpoint::verify(&note(name), &policy(0));
        println!(
            "{name}: {expected}; {}",
            at_quorum.as_ref().map_or_else(CheckpointError::to_string, |_| "valid".into())
        );
        if expected.starts_with("valid") {
            at_quorum.unwrap();
        } else if expected == "invalid at quorum 2" {
            assert!(matches!(at_quorum, Err(CheckpointError::Quorum { found: 1 })));
        } else if expected.starts_with("signature valid; SPLIT VIEW") {
            assert!(matches!(at_quorum, Err(CheckpointError::Quorum { found: 1 })));
            let text = |name| String::from_utf8(note(name)).unwrap();
            let view = SplitView { first: text("cp_ok_q2.note"), second: text(name) };
            SplitView::parse(view.to_json().as_bytes()).unwrap().verify(&policy(0)).unwrap();
        } else if expected.starts_with("signature valid; NOT consistent") {
            let (old, new) = (alone.unwrap().checkpoint().clone(), reference.checkpoint());
            let proof = generated_proof(old.size, new.size);
            assert!(verify_consistency(old.size, new.size, &proof, &old.root, &new.root).is_err());
        } else {
            assert_eq!(expected, "invalid");
            alone.unwrap_err();
        }
    }
    let old = Checkpoint::verify(&note("cp_old.note"), &policy(2)).unwrap();
    let (old, new) = (old.checkpoint(), reference.checkpoint());
    verify_consistency(old.size, new.size, &generated_proof(old.size, new.size), &old.root, &new.root).unwrap();
    println!("{} checkpoints judged", verdicts.len());
}

/// The proof for the leaves that the data's README gives, from a tree held in memory.
fn generated_proof(old: u64, new: u64) -> Vec<Hash> {
    let leaves: Vec<Hash> = (0..new).map(|i| leaf_hash(format!("scrutineer-1-{i}\n").as_bytes())).collect();
    let memory = Memory(leaves);
    consistency_proof(&Tiles::new(&memory, new), old).unwrap()
}

/// Tiles over leaves held in memory.
struct Memory(Vec<Hash>);

impl Resources for Memory {
    fn read(&self, path: &str) -> Result<Vec<u8>, Missing> {
        let missing = || Missing { path: path.to_owned(), why: "not there".to_owned() };
        let mut parts = path.split('/').skip(1);
        let level: u32 = parts.next().and_then(|level| level.parse().ok()).ok_or_else(missing)?;
        let index: usize = parts.next().unwrap().trim_end_matches(".p").parse().unwrap();
        let span = 256_usize.pow(level);
        let hashes = self.0.chunks_exact(span).skip(index * 256).take(256).map(root);
        Ok(hashes.flat_map(|hash| hash.0).collect())
    }
}

#[test]
fn generated_proofs() {
    let Some(dir) = unpacked("checkpoints_and_proofs.tar.zst") else { return };
    let vectors = json(&dir.path().join("merkle_vectors.json"));
    let leaves: Vec<Hash> =
        (0..number(&vectors, "n")).map(|i| leaf_hash(format!("scrutineer-1-{i}\n").as_bytes())).collect();
    let roots = vectors["roots"].as_object().unwrap();
    for (size, expected) in roots {
        assert_eq!(root(&leaves[..size.parse::<usize>().unwrap()]), hash(expected), "{size}");
    }
    let (mut good, mut bad) = (0, 0);
    let mut judge = |kind: &str, accepted: bool, vector: &Value| {
        assert_eq!(accepted, vector["ok"].as_bool().unwrap(), "{kind}: {vector}");
        *(if accepted { &mut good } else { &mut bad }) += 1;
    };
    for vector in vectors["inclusion"].as_array().unwrap() {
        let (index, size) = (number(vector, "index"), number(vector, "size"));
        let leaf = leaf_hash(format!("scrutineer-1-{index}\n").as_bytes());
        let result = verify_inclusion(&leaf, index, size, &hashes(&vector["proof"]), &hash(&vector["root"]));
        judge("inclusion", result.is_ok(), vector);
    }
    for vector in vectors["consistency"].as_array().unwrap() {
        let (old, new) = (number(vector, "old"), number(vector, "new"));
        let (before, after) = (hash(&vector["old_root"]), hash(&vector["new_root"]));
        let result = verify_consistency(old, new, &hashes(&vector["proof"]), &before, &after);
        judge("consistency", result.is_ok(), vector);
    }
    println!("{} roots; {good} proofs accepted and {bad} refused, as they should be", roots.len());
}
