//! Other crates that do the same, held beside ours: `signed_note` and `tlog_tiles` (notes, trees, proofs), `fips204` (ML-DSA-44).

#![allow(clippy::unwrap_used, reason = "a test may stop at a fault")]

use fips204::ml_dsa_44;
use fips204::traits::{KeyGen as _, SerDes as _, Verifier as _};
use pollwarden_ledger::{
    Algorithm, Checkpoint, Hash, Missing, Resources, SignedNote, Signer, Tiles, consistency_proof, inclusion_proof,
    leaf_hash, root, subtree_message, tree_root, verify_consistency, verify_inclusion,
};
use proptest::prelude::*;
use signed_note::{Note, NoteError, StandardVerifier, VerifierList};
use tlog_tiles::{
    HashReader, check_record, check_tree, prove_record, prove_tree, record_hash, stored_hashes, tree_hash,
};

fn signer(algorithm: Algorithm) -> Signer {
    Signer::new("county.example/ledger", algorithm, &[7; 32]).unwrap()
}

fn known() -> VerifierList {
    let key = signer(Algorithm::Ed25519).key().to_string();
    VerifierList::new(vec![Box::new(StandardVerifier::new(&key).unwrap())])
}

fn signed(text: &str) -> SignedNote {
    let mut note = SignedNote::new(text).unwrap();
    note.push(signer(Algorithm::Ed25519).sign(&note, 0).unwrap());
    note
}

/// A tree as `tlog_tiles` keeps it: all hashes in one row.
struct Stored(Vec<tlog_tiles::Hash>);

impl HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        Ok(indexes.iter().map(|index| self.0[*index as usize]).collect())
    }
}

fn stored(entries: u64) -> Stored {
    let mut stored = Stored(Vec::new());
    for index in 0..entries {
        let new = stored_hashes(index, &entry(index), &stored).unwrap();
        stored.0.extend(new);
    }
    stored
}

fn entry(index: u64) -> Vec<u8> {
    format!("entry {index}").into_bytes()
}

/// The same tree as tiles in memory.
struct Memory(Vec<Hash>);

impl Resources for Memory {
    fn read(&self, path: &str) -> Result<Vec<u8>, Missing> {
        let mut parts = path.split('/').skip(1);
        let (level, index) = (parts.next().unwrap(), parts.next().unwrap().trim_end_matches(".p"));
        let span = 256_usize.pow(level.parse().unwrap());
        let hashes = self.0.chunks_exact(span).skip(index.parse::<usize>().unwrap() * 256).take(256).map(root);
        Ok(hashes.flat_map(|hash| hash.0).collect())
    }
}

fn memory(entries: u64) -> Memory {
    Memory((0..entries).map(|index| leaf_hash(&entry(index))).collect())
}

fn theirs(hash: &Hash) -> tlog_tiles::Hash {
    tlog_tiles::Hash(hash.0)
}

fn ours(hashes: &[tlog_tiles::Hash]) -> Vec<Hash> {
    hashes.iter().map(|hash| Hash(hash.0)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn trees_and_proofs_are_the_same(size in 1_u64..700, a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>()) {
        let (index, old) = (a.index(size as usize) as u64, b.index(size as usize) as u64 + 1);
        let (stored, memory) = (stored(size), memory(size));
        let (tiles, leaf) = (Tiles::new(&memory, size), leaf_hash(&entry(index)));
        let whole = tree_root(&tiles).unwrap();
        prop_assert_eq!(tree_hash(size, &stored).unwrap(), theirs(&whole));
        prop_assert_eq!(record_hash(&entry(index)), theirs(&leaf));

        let (here, there) = (inclusion_proof(&tiles, index).unwrap(), prove_record(size, index, &stored).unwrap());
        prop_assert_eq!(&here, &ours(&there));
        prop_assert!(check_record(&there, size, theirs(&whole), index, theirs(&leaf)).is_ok());
        prop_assert!(verify_inclusion(&leaf, index, size, &here, &whole).is_ok());

        let before = root(&memory.0[..old as usize]);
        let (here, there) = (consistency_proof(&tiles, old).unwrap(), prove_tree(size, old, &stored).unwrap());
        prop_assert_eq!(&here, &ours(&there));
        prop_assert!(check_tree(&there, size, theirs(&whole), old, theirs(&before)).is_ok());
        prop_assert!(verify_consistency(old, size, &here, &before, &whole).is_ok());
    }

    #[test]
    fn our_notes_are_read_and_verified(text in "([a-z —é\n]{0,60})") {
        let text = format!("{text}\n");
        let note = signed(&text).to_text();
        let read = Note::from_bytes(note.as_bytes()).unwrap();
        prop_assert_eq!(read.text(), text.as_bytes());
        prop_assert_eq!(read.verify(&known()).unwrap().0.len(), 1);
        prop_assert_eq!(String::from_utf8(read.to_bytes()).unwrap(), note);
    }

    /// Where one byte is altered, both refuse, or both accept what is no longer the known key's.
    #[test]
    fn altered_notes_are_judged_alike(place in any::<prop::sample::Index>(), mask in 1_u8..) {
        let mut bytes = signed("county.example/ledger\n7\nV8FKj6sAF8gOooaqU7jR/p/TFYKV2dGzyOBmfjGfYmM=\n").to_text().into_bytes();
        let place = place.index(bytes.len());
        bytes[place] ^= mask;
        let key = signer(Algorithm::Ed25519).key().clone();
        let here = SignedNote::parse(&bytes).ok().filter(|note| note.verify([&key]).is_ok());
        let there = Note::from_bytes(&bytes).and_then(|note| note.verify(&known()).map(|_: (Vec<_>, Vec<_>)| ()));
        prop_assert!(here.is_none());
        prop_assert!(there.is_err(), "{:?}", there.map_err(|error: NoteError| error.to_string()));
    }
}

#[test]
fn cosignatures_of_ml_dsa_44_are_those_of_another_implementation() {
    let signer = signer(Algorithm::MlDsa44Cosignature);
    let (public, _) = ml_dsa_44::KG::keygen_from_seed(&[7; 32]);
    assert_eq!(signer.key().public(), public.clone().into_bytes(), "one seed gives one key (FIPS 204, section 6.1)");
    let text = "county.example/ledger\n7\nV8FKj6sAF8gOooaqU7jR/p/TFYKV2dGzyOBmfjGfYmM=\n";
    let line = signer.sign(&SignedNote::new(text).unwrap(), 1_790_000_000).unwrap();
    let tree = Checkpoint::parse(text).unwrap();
    let message = |time| subtree_message(signer.key().name(), time, &tree.origin, 0..tree.size, &tree.root).unwrap();
    let (time, signature) = line.signature.split_first_chunk::<8>().unwrap();
    assert_eq!(u64::from_be_bytes(*time), 1_790_000_000);
    let signature: [u8; ml_dsa_44::SIG_LEN] = signature.try_into().unwrap();
    assert!(public.verify(&message(1_790_000_000), &signature, &[]));
    assert!(!public.verify(&message(1_790_000_001), &signature, &[]), "the time is signed too");
}
