//! `roll commit`, `roll prove` and `roll verify`, from extracts to the verifier's words.

use std::fs;
use std::path::PathBuf;

use crate::support::{run, text};

const HEADER: &str = "voter_id,last_name,party,precinct\n";
const OLDER: &str = "AA1,ADAMS,DEM,1\nAA2,BROWN,REP,1\nAA3,COLE,UNA,2\nAA4,DIAZ,DEM,2\n";
const NEWER: &str = "AA1,ADAMS,REP,1\nAA3,COLE,UNA,2\nAA4,DIAZ,DEM,2\nAA5,EVANS,UNA,2\n";
/// Where the two roots stand in a proof.
const ROOTS: std::ops::Range<usize> = 24..88;

/// An office's folder with two extracts that were committed to.
struct Office(tempfile::TempDir);

impl Office {
    fn committed(older: &str, newer: &str) -> Self {
        let office = Self(tempfile::tempdir().unwrap());
        for (name, rows) in [("a_2026-09-05", older), ("b_2026-10-03", newer)] {
            office.write(&format!("{name}.csv"), rows);
            office.done(&["commit", &format!("{name}.csv"), "--key", "roll.key", "--out", &format!("{name}.json")], 0);
        }
        office
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, rows: &str) {
        fs::write(self.path(name), format!("{HEADER}{rows}")).unwrap();
    }

    /// Runs a subcommand of `roll`; words that name a file of the folder are its path. What it says.
    fn done(&self, args: &[&str], expected: i32) -> String {
        let is_file = |arg: &str| [".csv", ".json", ".key", ".proof"].iter().any(|ending| arg.ends_with(ending));
        let path = |arg: &str| if is_file(arg) { self.path(arg).display().to_string() } else { arg.to_owned() };
        let args: Vec<String> = std::iter::once("roll".to_owned()).chain(args.iter().map(|arg| path(arg))).collect();
        let (output, code) = run(&args.iter().map(String::as_str).collect::<Vec<_>>());
        let said = text(&output) + &String::from_utf8_lossy(&output.stderr);
        assert_eq!(code, expected, "{args:?}: {said}");
        said
    }

    fn prove(&self, a: &str, b: &str) -> Vec<u8> {
        self.done(&["prove", a, b, "--key", "roll.key", "--out", "roll.proof"], 0);
        fs::read(self.path("roll.proof")).unwrap()
    }

    /// What the verifier says of a proof.
    fn verify(&self, proof: &[u8], expected: i32) -> String {
        fs::write(self.path("given.proof"), proof).unwrap();
        self.done(
            &["verify", "given.proof", "--a", "a_2026-09-05.json", "--b", "b_2026-10-03.json", "--list"],
            expected,
        )
    }
}

#[test]
fn what_differs_is_verified_without_the_rolls_and_without_the_key() {
    let office = Office::committed(OLDER, NEWER);
    let proof = office.prove("a_2026-09-05.csv", "b_2026-10-03.csv");
    for gone in ["a_2026-09-05.csv", "b_2026-10-03.csv", "roll.key"] {
        fs::remove_file(office.path(gone)).unwrap();
    }
    let said = office.verify(&proof, 0);
    for words in [
        "VERIFIED: exactly 3 records differ between the two committed snapshots, and no others",
        "1 changed, 1 gone, 1 new, 2 the same",
        "2026-09-05: 4 records",
        "What it does not prove",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    for name in ["ADAMS", "AA1", "BROWN", "EVANS"] {
        assert!(!said.contains(name) && !proof.windows(name.len()).any(|bytes| bytes == name.as_bytes()), "{name}");
    }
}

#[test]
fn the_key_is_made_once_for_its_owner_alone_and_never_shown() {
    use std::os::unix::fs::PermissionsExt as _;
    let office = Office::committed(OLDER, NEWER);
    let key = fs::read(office.path("roll.key")).unwrap();
    assert_eq!((key.len(), fs::metadata(office.path("roll.key")).unwrap().permissions().mode() & 0o777), (32, 0o600));
    let before = fs::read(office.path("a_2026-09-05.json")).unwrap();
    let said = office.done(&["commit", "a_2026-09-05.csv", "--key", "roll.key", "--out", "a_2026-09-05.json"], 0);
    assert_eq!(fs::read(office.path("a_2026-09-05.json")).unwrap(), before, "the same file each time");
    assert_eq!(fs::read(office.path("roll.key")).unwrap(), key);
    let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(!said.contains(&hex) && said.contains("Committed to 4 records"), "{said}");
    let said =
        office.done(&["prove", "a_2026-09-05.csv", "b_2026-10-03.csv", "--key", "no.key", "--out", "x.proof"], 2);
    assert!(said.contains("the key that both commitments were made with"), "{said}");
    assert!(!office.path("no.key").exists() && !office.path("x.proof").exists());
    fs::write(office.path("short.key"), "secret").unwrap();
    let said = office.done(&["commit", "a_2026-09-05.csv", "--key", "short.key", "--out", "x.json"], 2);
    assert!(said.contains("should hold 32 bytes, and holds 6"), "{said}");
}

#[test]
fn a_tampered_record_a_hidden_change_and_an_invented_change_are_refused() {
    let office = Office::committed(OLDER, NEWER);
    let honest = office.prove("a_2026-09-05.csv", "b_2026-10-03.csv");
    let cases = [
        ("a tampered record", OLDER.to_owned(), NEWER.replace("COLE,UNA", "COLE,DEM")),
        ("a hidden change", OLDER.to_owned(), NEWER.replace("ADAMS,REP", "ADAMS,DEM")),
        ("a hidden newcomer", OLDER.to_owned(), NEWER.replace("AA5,EVANS,UNA,2\n", "")),
        ("an invented change", OLDER.replace("DIAZ,DEM", "DIAZ,UNA"), NEWER.to_owned()),
    ];
    for (what, older, newer) in cases {
        office.write("x.csv", &older);
        office.write("y.csv", &newer);
        let mut forged = office.prove("x.csv", "y.csv");
        assert!(office.verify(&forged, 1).contains("REFUSED"), "{what}");
        assert!(office.verify(&forged, 1).contains("it is about another"), "{what}");
        forged[ROOTS].copy_from_slice(&honest[ROOTS]);
        let said = office.verify(&forged, 1);
        assert!(said.contains("a difference is hidden, invented or altered"), "{what}: {said}");
    }
    office.verify(&honest, 0);
}

#[test]
fn damaged_proofs_are_refused_in_words() {
    let office = Office::committed(OLDER, NEWER);
    let proof = office.prove("a_2026-09-05.csv", "b_2026-10-03.csv");
    for at in (0..proof.len()).step_by(7) {
        let mut bad = proof.clone();
        bad[at] ^= 0x10;
        assert!(office.verify(&bad, 1).contains("REFUSED"), "byte {at}");
    }
    assert!(office.verify(&proof[..100], 1).contains("it was cut off"));
    assert!(office.verify(&[&proof[..], b"more"].concat(), 1).contains("4 bytes follow its end"));
    assert!(office.verify(b"", 1).contains("it is no proof"));
    let (a, b) = ("a_2026-09-05.json", "b_2026-10-03.json");
    assert!(office.done(&["verify", "roll.proof", "--a", b, "--b", a], 1).contains("exchanged"));
    assert!(office.done(&["verify", "nowhere.proof", "--a", a, "--b", b], 2).contains("can't be read"));
    assert!(office.done(&["verify", "roll.proof", "--a", "roll.proof", "--b", b], 2).contains("it is no commitment"));
    let json = fs::read_to_string(office.path(a)).unwrap();
    fs::write(office.path("more.json"), json.replace("\"records\": 4", "\"records\": 5")).unwrap();
    let said = office.done(&["verify", "roll.proof", "--a", "more.json", "--b", b], 1);
    assert!(said.contains("has 4 records, not 5"), "{said}");
}

#[test]
fn records_are_opened_for_a_court_and_tampered_openings_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let office = Office::committed(OLDER, NEWER);
    let (a, b) = ("a_2026-09-05", "b_2026-10-03");
    let (older, newer) = (format!("{a}.csv"), format!("{b}.csv"));
    let open = |id: &str, expected| {
        let args = ["prove", &older, &newer, "--key", "roll.key", "--out", "roll.proof", "--open", id];
        office.done(&[&args[..], &["--openings", "court.json"]].concat(), expected)
    };
    assert!(open("AA4", 2).contains("no record that differs"), "what did not change is not shown");
    open("AA1", 0);
    assert_eq!(fs::metadata(office.path("court.json")).unwrap().permissions().mode() & 0o777, 0o600);
    let (a, b) = (format!("{a}.json"), format!("{b}.json"));
    let verify = ["verify", "roll.proof", "--a", &a, "--b", &b, "--openings", "court.json"];
    let said = office.done(&verify, 0);
    assert!(said.contains("Voter AA1") && said.contains("party: \"DEM\" became \"REP\""), "{said}");
    let court = fs::read_to_string(office.path("court.json")).unwrap();
    for other in ["BROWN", "COLE", "EVANS"] {
        assert!(!court.contains(other), "{other}");
    }
    fs::write(office.path("court.json"), court.replace("\"REP\"", "\"UNA\"")).unwrap();
    assert!(office.done(&verify, 1).contains("The opening was altered"));
}

#[test]
fn rows_that_were_left_out_keep_the_answer_from_being_whole() {
    let office = Office::committed(OLDER, &format!("{NEWER}AA6,FORD\n"));
    let said = office.done(&["commit", "b_2026-10-03.csv", "--key", "roll.key", "--out", "b_2026-10-03.json"], 0);
    assert!(said.contains("1 row could not be read and is left out") && said.contains("line 6"), "{said}");
    let proof = office.prove("a_2026-09-05.csv", "b_2026-10-03.csv");
    let said = office.verify(&proof, 3);
    assert!(said.contains("VERIFIED") && said.contains("CANNOT TELL: anything about 1 row"), "{said}");
}
