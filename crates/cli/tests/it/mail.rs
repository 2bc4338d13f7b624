//! `pollwarden mail`, and mail in an office's folder.

use std::path::{Path, PathBuf};

use pollwarden_testkit::{cases, check_golden};

use crate::support::{answer, root, run, text, told};

const DETECTORS: &[&str] =
    &["impersonation", "armed-attachment", "phish", "threat", "sent-in-our-name", "open-to-forgery"];

fn sensor() -> PathBuf {
    root().join("crates/mail")
}

/// Each case is a small office: `office.toml` and its `mail/`; `expected.txt` is what an analyst reads.
#[test]
fn every_case_of_a_mail_detector_is_answered_as_expected() {
    for detector in DETECTORS {
        let id = format!("mail/{detector}");
        let (mut fires, mut quiet, mut untold) = (false, false, false);
        for case in cases(sensor().to_str().expect("a path"), detector) {
            let (mail, office) = (case.path("mail"), case.path("office.toml"));
            let arguments = ["mail", "scan", mail.to_str().unwrap(), "--office", office.to_str().unwrap()];
            let (output, _) = run(&[&arguments[..], &["--audience", "analyst", "--color", "never"]].concat());
            check_golden(case.path("expected.txt"), &text(&output));
            let (answer, _) = answer(&arguments);
            let is_found = answer["findings"].as_array().unwrap().iter().any(|found| found["detector"] == id.as_str());
            fires |= is_found;
            quiet |= !is_found && answer["verdict"] == "nothing-found";
            untold |= !is_found && answer["verdict"] == "cannot-tell";
        }
        assert!(
            fires && quiet && untold,
            "{id}: one case fires ({fires}), one stays quiet ({quiet}), one can't be told ({untold})"
        );
    }
}

/// The example county got five copies of a lure that 122 people in 67 offices got, and somebody followed its link.
#[test]
fn the_example_countys_mail_is_answered() {
    let mail = root().join("examples/county/mail");
    let office = root().join("examples/county/office.toml");
    let (answer, code) = answer(&["mail", "scan", mail.to_str().unwrap(), "--office", office.to_str().unwrap()]);
    assert_eq!((code, answer["verdict"].as_str()), (1, Some("found")));
    let told = told(&answer);
    let of = |id: &str| told.iter().filter(|found| found["detector"] == id).collect::<Vec<_>>();
    let lures = of("mail/impersonation");
    assert_eq!(lures.len(), 1, "one lure is one finding: {told:?}");
    let (title, seen) = (lures[0]["title"].as_str().unwrap(), lures[0]["seen"].as_str().unwrap());
    assert!(title.contains("Pollbook Systems") && title.contains("5 recipients"), "{title}");
    assert!(seen.contains("122 recipients in 67 offices, first seen 27 October"), "{seen}");
    assert_eq!(lures[0]["outcome"], "success", "{seen}");
    assert_eq!(of("mail/threat").len(), 1);
    assert_eq!(told.len(), 2, "ordinary mail stays quiet: {told:?}");
}

#[test]
fn a_sender_is_looked_up() {
    let office = sensor().join("testdata/impersonation/genuine-vendor/office.toml");
    let ask = |sender: &str| run(&["mail", "imitates", sender, "--office", office.to_str().unwrap()]);
    let (output, code) = ask("pollbooksysterns.example");
    assert!(code == 1 && text(&output).contains("imitates Pollbook Systems"), "{}", text(&output));
    let (output, code) = ask("support@pollbooksystems.example");
    assert!(code == 0 && text(&output).contains("Pollbook Systems's own"), "{}", text(&output));
}

/// Two offices that share a key: the second learns from the first's sketches that both got a lure.
#[test]
fn sketches_tell_other_offices_and_show_no_word() {
    let scratch = tempfile::tempdir().unwrap();
    let key = scratch.path().join("circle.key");
    std::fs::write(&key, (0..64_u8).map(|n| n.wrapping_mul(37)).collect::<Vec<u8>>()).unwrap();
    let case = sensor().join("testdata/impersonation/swapped-letter-vendor");
    let out = scratch.path().join("mail/other.sketches.jsonl");
    copy(&case.join("mail"), &scratch.path().join("mail"));
    let sketched = run(&[
        "mail",
        "sketch",
        case.join("mail").to_str().unwrap(),
        "--key",
        key.to_str().unwrap(),
        "--office-name",
        "Neighbour",
        "--output",
        out.to_str().unwrap(),
        "--office",
        case.join("office.toml").to_str().unwrap(),
    ]);
    assert_eq!(sketched.1, 1, "{}", String::from_utf8_lossy(&sketched.0.stderr));
    let sketches = std::fs::read_to_string(&out).unwrap();
    for word in ["pollbook", "guide", "pat", "county.example"] {
        assert!(!sketches.to_lowercase().contains(word), "{word} in {sketches}");
    }
    let mail = scratch.path().join("mail");
    let office = case.join("office.toml");
    let scan = ["mail", "scan", mail.to_str().unwrap(), "--office", office.to_str().unwrap()];
    let (answer, _) = answer(&[&scan[..], &["--key", key.to_str().unwrap()]].concat());
    let seen = told(&answer).iter().map(|found| found["seen"].to_string()).collect::<String>();
    assert!(seen.contains("in 2 offices"), "{seen}");
    let (output, _) = run(&scan);
    assert!(text(&output).contains("--key"), "without the key it is said what to give: {}", text(&output));
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target)
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
