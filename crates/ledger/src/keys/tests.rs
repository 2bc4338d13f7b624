#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::fs;
use std::path::Path;
use std::process::Command;

use super::*;
use crate::{Checkpoint, Hash, SignedNote};

const ORIGIN: &str = "county.example/ledger";
const WITNESS: &str = "state.example/witness";
/// As little work as scrypt can do.
const CHEAP: u64 = 2;

fn checkpoint() -> SignedNote {
    let checkpoint = Checkpoint { origin: ORIGIN.into(), size: 0, root: Hash::empty(), extensions: Vec::new() };
    SignedNote::new(checkpoint.to_string()).unwrap()
}

#[test]
fn keys_come_back_as_they_were_saved() {
    let folder = tempfile::tempdir().unwrap();
    for (i, (role, ml_dsa, passphrase)) in [
        (Role::Log, true, None),
        (Role::Log, false, Some("seven wet geese")),
        (Role::Witness, true, Some("seven wet geese")),
        (Role::Witness, false, None),
    ]
    .into_iter()
    .enumerate()
    {
        let path = folder.path().join(format!("made/{i}.pem"));
        let made = KeyFile::generate(WITNESS, role, ml_dsa).unwrap();
        made.save(&path, passphrase).unwrap();
        let read = KeyFile::load(&path, passphrase).unwrap();
        assert_eq!((read.role(), read.name(), read.public_text()), (role, WITNESS, made.public_text()));
        assert_eq!(KeyFile::is_encrypted(&path).unwrap(), passphrase.is_some());
        let (public_role, public) = KeyFile::public(&path).unwrap();
        assert_eq!((public_role, public.len()), (role, 1 + usize::from(ml_dsa)));
        let signers = read.signers();
        assert_eq!(signers.iter().map(Signer::key).collect::<Vec<_>>(), public.iter().collect::<Vec<_>>());
    }
}

#[test]
fn what_a_read_key_signs_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.pem");
    KeyFile::generate(ORIGIN, Role::Log, true).unwrap().save(&path, None).unwrap();
    let mut note = checkpoint();
    let signers = KeyFile::load(&path, None).unwrap().signers();
    let lines: Vec<_> = signers.iter().map(|signer| signer.sign(&note, 7).unwrap()).collect();
    lines.into_iter().for_each(|line| note.push(line));
    let (_, public) = KeyFile::public(&path).unwrap();
    assert_eq!(note.verify(&public).unwrap().signed().len(), 2);
}

#[test]
fn every_key_has_a_secret_of_its_own() {
    let [a, b] = [(); 2].map(|()| KeyFile::generate(ORIGIN, Role::Log, true).unwrap());
    let mut seeds: Vec<[u8; 32]> = a.keys.iter().chain(&b.keys).map(|(_, seed)| **seed).collect();
    seeds.sort_unstable();
    seeds.dedup();
    assert_eq!(seeds.len(), 4);
    assert!(seeds.iter().all(|seed| *seed != [0; 32]));
}

#[test]
fn a_wrong_passphrase_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.pem");
    let keys = KeyFile::generate(ORIGIN, Role::Log, true).unwrap();
    assert!(matches!(keys.save(&path, Some("")), Err(KeyFileError::EmptyPassphrase)));
    keys.save(&path, Some("seven wet geese")).unwrap();
    assert!(matches!(KeyFile::load(&path, None), Err(KeyFileError::Encrypted(_))));
    for wrong in ["", "seven wet gees", "seven wet geese "] {
        let error = KeyFile::load(&path, Some(wrong)).unwrap_err();
        assert!(matches!(error, KeyFileError::Passphrase(_)), "{error}");
    }
}

#[test]
fn keys_are_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.pem");
    let first = KeyFile::generate(ORIGIN, Role::Log, false).unwrap();
    first.save(&path, None).unwrap();
    let error = KeyFile::generate(ORIGIN, Role::Log, false).unwrap().save(&path, None).unwrap_err();
    assert!(matches!(error, KeyFileError::Exists(_)), "{error}");
    assert_eq!(KeyFile::load(&path, None).unwrap().public_text(), first.public_text());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[cfg(unix)]
#[test]
fn others_can_neither_read_nor_change_them() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys/log.pem");
    let keys = KeyFile::generate(ORIGIN, Role::Log, false).unwrap();
    keys.save(&path, None).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    for open in [0o640, 0o620, 0o604, 0o602, 0o666] {
        fs::set_permissions(&path, fs::Permissions::from_mode(open)).unwrap();
        let error = KeyFile::load(&path, None).unwrap_err().to_string();
        assert!(error.contains("chmod 600 ") && error.contains(&format!("mode {open:o}")), "{error}");
        assert!(KeyFile::public(&path).is_err() && KeyFile::is_encrypted(&path).is_err());
    }
    let shared = folder.path().join("shared");
    fs::create_dir(&shared).unwrap();
    fs::set_permissions(&shared, fs::Permissions::from_mode(0o777)).unwrap();
    let error = keys.save(&shared.join("log.pem"), None).unwrap_err().to_string();
    assert!(error.contains("chmod go-w "), "{error}");
    assert_eq!(fs::read_dir(&shared).unwrap().count(), 0);
}

/// Each byte changed in turn: an error or the same keys, never others.
fn flip(keys: &KeyFile, passphrase: Option<&str>) {
    let path = Path::new("log.pem");
    let text = keys.to_text(passphrase, CHEAP).unwrap().as_bytes().to_vec();
    assert!(KeyFile::parse(path, std::str::from_utf8(&text).unwrap(), passphrase).is_ok());
    let mut read = 0;
    for place in 0..text.len() {
        for change in [1, 2, 0x20, 0x40] {
            let mut other = text.clone();
            other[place] ^= change;
            let Ok(other) = String::from_utf8(other) else { continue };
            let Ok(other) = KeyFile::parse(path, &other, passphrase) else { continue };
            assert_eq!((other.role, other.public_text()), (keys.role, keys.public_text()), "byte {place}");
            assert_eq!(other.keys, keys.keys, "byte {place}");
            read += 1;
        }
    }
    assert!(read < 10, "{read} changes were not noticed");
}

#[test]
fn a_changed_byte_gives_no_other_key() {
    flip(&KeyFile::generate(ORIGIN, Role::Log, true).unwrap(), None);
    flip(&KeyFile::generate(WITNESS, Role::Witness, false).unwrap(), None);
}

#[test]
fn a_changed_byte_gives_no_other_key_where_they_are_encrypted() {
    flip(&KeyFile::generate(WITNESS, Role::Witness, true).unwrap(), Some("seven wet geese"));
}

#[test]
fn a_cut_or_mixed_file_is_refused() {
    let path = Path::new("log.pem");
    let [a, b] = [(); 2].map(|()| KeyFile::generate(ORIGIN, Role::Log, true).unwrap());
    let [a, b] = [a, b].map(|keys| keys.to_text(None, CHEAP).unwrap());
    for end in 0..a.len() {
        assert!(KeyFile::parse(path, &a[..end], None).is_err(), "{end}");
    }
    let cut = |text: &str| text.find("-----BEGIN").unwrap();
    let mixed = format!("{}{}", &a[..cut(&a)], &b[cut(&b)..]);
    let error = KeyFile::parse(path, &mixed, None).unwrap_err();
    assert!(matches!(error, KeyFileError::Mismatch { .. }), "{error}");
}

#[test]
fn no_secret_is_shown() {
    let keys = KeyFile::generate(ORIGIN, Role::Log, true).unwrap();
    let shown = format!("{keys:?} {:?}", keys.signers());
    for (_, seed) in &keys.keys {
        assert!(!shown.contains(&hex::encode(&seed[..8])) && !shown.contains(&format!("{:?}", &seed[..4])));
    }
}

#[test]
fn openssl_reads_the_ed25519_key() {
    if Command::new("openssl").arg("version").output().is_err() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for passphrase in [None, Some("seven wet geese")] {
        let path = folder.path().join(format!("{}.pem", passphrase.is_some()));
        let keys = KeyFile::generate(ORIGIN, Role::Log, true).unwrap();
        keys.save(&path, passphrase).unwrap();
        let pass = format!("pass:{}", passphrase.unwrap_or_default());
        let arguments = ["pkey", "-pubout", "-outform", "DER", "-passin", &pass, "-in"];
        let output = Command::new("openssl").args(arguments).arg(&path).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stdout.ends_with(keys.keys[0].0.public()));
    }
}
