//! What a log learns from witnesses, sound and otherwise.
#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

mod common;

use common::{Log, ORIGIN, Running, canned, witness_keys};
use pollwarden_ledger::{Algorithm, SignedNote, Signer};
use pollwarden_witness::{AskError, ask, valid_lines};

fn answer(status: &str, form: &str, body: &str) -> String {
    let length = body.len();
    canned(format!(
        "HTTP/1.1 {status}\r\ncontent-type: {form}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    ))
}

#[test]
fn a_log_that_fell_behind_learns_it() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::new(20, 20, "");
    let running = Running::start(folder.path(), log.keys(), "");
    ask(&running.url(), &witness_keys(), &log, &log.publish(9), None).unwrap();
    let checkpoint = log.publish(5);
    for last in [None, Some(5), Some(9)] {
        let error = ask(&running.url(), &witness_keys(), &log, &checkpoint, last).unwrap_err();
        assert_eq!(error, AskError::Ahead { witness: 9, log: 5 });
        assert!(error.to_string().contains("restored from an old backup"), "{error}");
    }
}

#[test]
fn a_log_that_went_apart_learns_it() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::new(20, 20, "");
    let running = Running::start(folder.path(), log.keys(), "");
    ask(&running.url(), &witness_keys(), &log, &log.publish(9), None).unwrap();
    let fork = Log::new(20, 3, "elsewhere");
    for size in [9, 20] {
        let error = ask(&running.url(), &witness_keys(), &fork, &fork.publish(size), None).unwrap_err();
        assert!(matches!(error, AskError::Inconsistent(_)), "{error}");
    }
    assert_eq!(std::fs::read_dir(folder.path().join("forks")).unwrap().count(), 1);
    assert_eq!(std::fs::read_dir(folder.path().join("unproven")).unwrap().count(), 1);
}

#[test]
fn a_log_that_is_not_known_learns_it() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::new(20, 20, "");
    let other = |name: &str| Signer::new(name, Algorithm::Ed25519, &[7; 32]).unwrap().key().clone();
    let running = Running::start(folder.path(), vec![other("other.example/ledger")], "");
    let error = ask(&running.url(), &witness_keys(), &log, &log.publish(9), None).unwrap_err();
    assert!(matches!(error, AskError::UnknownLog(_)), "{error}");
    drop(running);
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(folder.path(), vec![other(ORIGIN)], "");
    let error = ask(&running.url(), &witness_keys(), &log, &log.publish(9), None).unwrap_err();
    assert!(matches!(error, AskError::OtherKey(_)), "{error}");
}

#[test]
fn another_witness_is_not_taken_for_the_known_one() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::new(20, 20, "");
    let running = Running::start(folder.path(), log.keys(), "");
    let known = Signer::new("state.example/witness", Algorithm::Ed25519Cosignature, &[9; 32]).unwrap().key().clone();
    let error = ask(&running.url(), &[known], &log, &log.publish(9), None).unwrap_err();
    assert_eq!(error, AskError::NotByWitness);
}

#[test]
fn lines_are_checked_one_by_one() {
    let log = Log::new(20, 20, "");
    let (note, other) = (log.publish(9), log.publish(8));
    let [note, other] = [note, other].map(|note| SignedNote::parse(note.as_bytes()).unwrap());
    let signers = common::witness_signers();
    let sound = signers[0].sign(&note, 7).unwrap();
    let stranger = Signer::new("x.example", Algorithm::Ed25519Cosignature, &[9; 32]).unwrap().sign(&other, 7).unwrap();
    let lines =
        |lines: &[&pollwarden_ledger::SignatureLine]| lines.iter().map(|line| line.to_text()).collect::<String>();
    let taken = valid_lines(lines(&[&stranger, &sound]).as_bytes(), &note, &witness_keys()).unwrap();
    assert_eq!((taken.lines, taken.time), (vec![sound.clone()], 7));
    for bad in [signers[1].sign(&other, 7).unwrap(), signers[1].sign(&note, 0).unwrap()] {
        let error = valid_lines(lines(&[&sound, &bad]).as_bytes(), &note, &witness_keys()).unwrap_err();
        assert!(matches!(error, AskError::False(_)), "{error}");
    }
    for none in ["", "— x.example AAAA", "hello\n", "<html>\n"] {
        let error = valid_lines(none.as_bytes(), &note, &witness_keys()).unwrap_err();
        assert!(matches!(error, AskError::Lines(_)), "{none:?} {error}");
    }
}

#[test]
fn strange_answers_are_errors_and_no_loop() {
    let log = Log::new(20, 20, "");
    let checkpoint = log.publish(9);
    let asked = |url: String| ask(&url, &witness_keys(), &log, &checkpoint, None).unwrap_err();
    let size = "text/x.tlog.size";
    assert!(matches!(asked(answer("409 Conflict", "text/plain", "5\n")), AskError::NoWitness(_)));
    for body in ["", "5", "-5\n", "5\n\n", "five\n", "99999999999999999999\n", "0\n"] {
        let error = asked(answer("409 Conflict", size, body));
        assert!(matches!(error, AskError::NoWitness(_)), "{body:?} {error}");
    }
    assert!(matches!(asked(answer("409 Conflict", size, "5\n")), AskError::NoWitness(_)), "5 again and again");
    assert!(matches!(asked(answer("400 Bad Request", "text/plain", "no\n")), AskError::Refused { status: 400, .. }));
    let error = asked(answer("500 Oh", "text/plain", "\x1b[31mred\u{7}\n")).to_string();
    assert!(!error.contains('\x1b') && error.contains("500"), "{error}");
    let moved = asked(canned(
        "HTTP/1.1 302 Found\r\nlocation: http://192.0.2.1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    ));
    assert!(moved.to_string().contains("leads elsewhere"), "{moved}");
    let long = answer("200 OK", "text/plain", &"x".repeat(600_000));
    assert!(asked(long).to_string().contains("longer than"));
    for address in ["ftp://w.example", "w.example", "http://", "https://w.example/?a", "https://u:p@w.example/"] {
        assert!(matches!(asked(address.into()), AskError::Address(_)), "{address}");
    }
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert!(matches!(asked(format!("http://{closed}")), AskError::Unreachable { .. }));
}
