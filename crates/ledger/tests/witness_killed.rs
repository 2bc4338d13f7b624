//! A witness that is killed at any moment remembers every checkpoint whose cosignature left it.
#![cfg(feature = "store")]
#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use pollwarden_ledger::{
    AddCheckpoint, Algorithm, Hash, Policy, SignedNote, Signer, Witness, leaf_hash, node_hash, origin_hash,
};

const ORIGIN: &str = "county.example/ledger";
const FOLDER: &str = "POLLWARDEN_TEST_WITNESS_FOLDER";
const NOW: u64 = 1_800_000_000;

fn log() -> Signer {
    Signer::new(ORIGIN, Algorithm::Ed25519, &[1; 32]).unwrap()
}

fn keys() -> Vec<Signer> {
    vec![Signer::new("state.example/witness", Algorithm::Ed25519Cosignature, &[2; 32]).unwrap()]
}

fn logs() -> Policy {
    Policy::new(vec![log().key().clone()], Vec::new(), 0).unwrap()
}

fn witness(folder: &Path) -> Witness {
    Witness::open(folder, keys(), &logs()).unwrap()
}

/// From 2^k entries, all alike, to 2^(k+1): the proof is the one hash of the older half.
fn request(k: u32) -> Vec<u8> {
    let root = |k: u32| (0..k).fold(leaf_hash(b"entry"), |hash: Hash, _| node_hash(&hash, &hash));
    let (old, proof) = if k == 0 { (0, Vec::new()) } else { (1 << (k - 1), vec![root(k - 1)]) };
    let mut note = SignedNote::new(format!("{ORIGIN}\n{}\n{}\n", 1_u64 << k, root(k))).unwrap();
    let line = log().sign(&note, 0).unwrap();
    note.push(line);
    AddCheckpoint { old, proof, checkpoint: note.to_text() }.to_text().into_bytes()
}

fn size(witness: &Witness) -> Option<u64> {
    witness.latest(&origin_hash(ORIGIN)).map(|note| note.lines().nth(1).unwrap().parse().unwrap())
}

/// Not a test by itself: what the test below runs in another process, and kills.
#[test]
#[allow(clippy::print_stdout, reason = "the other process hears what left the witness")]
fn cosign_until_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let witness = witness(Path::new(&folder));
    let next = size(&witness).map_or(0, |size| size.trailing_zeros() + 1);
    for k in next..62 {
        witness.add_checkpoint(&request(k), NOW + u64::from(k)).unwrap();
        println!("\nleft {}", 1_u64 << k);
        // The same again writes as well.
        witness
            .add_checkpoint(
                &AddCheckpoint { old: 1 << k, proof: Vec::new(), ..AddCheckpoint::parse(&request(k)).unwrap() }
                    .to_text()
                    .into_bytes(),
                NOW + u64::from(k) + 1,
            )
            .unwrap();
    }
}

fn start(folder: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "cosign_until_killed", "--nocapture", "--test-threads=1"]).env(FOLDER, folder);
    command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
fn nothing_that_left_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    drop(Witness::create(folder.path(), keys(), &logs()).unwrap());
    let mut left = 0;
    for round in 0..12_u64 {
        let mut child = start(folder.path());
        std::thread::sleep(Duration::from_millis(5 + 7 * round));
        child.kill().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let heard = lines.filter_map(|line| line.unwrap().strip_prefix("left ")?.parse::<u64>().ok());
        left = heard.max().unwrap_or(0).max(left);
        child.wait().unwrap();
        let known = size(&witness(folder.path())).unwrap_or(0);
        assert!(known >= left, "cosigned {left}, and remembers {known}");
    }
    assert!(left > 1, "no round came so far");
}
