//! What is said is entered in a log, and an outsider can check it: the office, its witnesses, and a reader, each as a process.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::support::run;

/// A small office: a log with an injection in it.
fn office(dir: &Path) -> PathBuf {
    let office = dir.join("office");
    fs::create_dir_all(office.join("web")).unwrap();
    let mut log = String::new();
    for minute in 0..60 {
        log += &line(minute, "203.0.113.5", "/voters?id=7", 812);
    }
    for row in 0..40 {
        let target = format!("/voters?id=-1%27%20UNION%20SELECT%20name,ssn%20FROM%20voters%20LIMIT%20{row},1--");
        log += &line(59, "203.0.113.9", &target, 830 + row);
    }
    fs::write(office.join("web/access.log"), log).unwrap();
    settings(&office, "");
    office
}

fn line(minute: u32, client: &str, target: &str, bytes: u32) -> String {
    let request = format!("GET {target} HTTP/1.1");
    format!("{client} - - [05/Oct/2026:10:{minute:02}:07 +0000] \"{request}\" 200 {bytes} \"-\" \"Mozilla/5.0\"\n")
}

fn settings(office: &Path, more: &str) {
    let toml = format!("name = \"Alder County\"\n[ledger]\norigin = \"alder.example/ledger\"\n{more}");
    fs::write(office.join("office.toml"), toml).unwrap();
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn assess(office: &Path) -> Value {
    let (output, code) = run(&["assess", text(office), "--no-limit", "--format", "json"]);
    assert_eq!(code, 1, "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What `verify` says, and its exit code.
fn verify(evidence: &Path, more: &[&str]) -> (String, i32) {
    let (output, code) = run(&[&["verify", text(evidence)], more].concat());
    (String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr), code)
}

struct Files {
    evidence: PathBuf,
    keys: String,
    public: PathBuf,
}

fn files(office: &Path) -> Files {
    let ledger = office.join(".pollwarden/ledger");
    Files {
        evidence: office.join(".pollwarden/evidence.json"),
        keys: text(&ledger.join("public-keys.txt")).to_owned(),
        public: ledger.join("log/public"),
    }
}

fn ok(args: &[&str]) -> String {
    let (output, code) = run(args);
    assert_eq!(code, 0, "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn an_assessment_ends_with_a_receipt_that_a_reader_can_check() {
    let dir = tempfile::tempdir().unwrap();
    let office = office(dir.path());
    let receipt = assess(&office)["receipt"].clone();
    assert_eq!(receipt["origin"], "alder.example/ledger");
    assert!(receipt["index"].as_u64().unwrap() >= 2, "a source, a finding, the assessment: {receipt}");
    assert_eq!(assess(&office)["receipt"], receipt, "the same sources give the same entry");
    let (plain, _) = run(&["assess", text(&office), "--no-limit"]);
    let plain = String::from_utf8(plain.stdout).unwrap();
    let files = files(&office);
    let command = format!("pollwarden verify {} --key {}", text(&files.evidence), files.keys);
    assert!(plain.contains("Receipt: entry") && plain.contains(&command), "{plain}");

    let (said, code) = verify(&files.evidence, &["--key", &files.keys]);
    assert_eq!(code, 0, "{said}");
    for part in ["VERIFIED", "Alder County", "What is not proven", "Which time it rests on"] {
        assert!(said.contains(part), "{part:?} is not in: {said}");
    }
    assert!(!said.contains("203.0.113.9"), "a bundle for anybody names no address");
    assert_eq!(verify(&files.evidence, &[]).1, 3, "without a key it can't be told whose word it is");
    let mut altered = fs::read(&files.evidence).unwrap();
    let place = altered.len() / 2;
    altered[place] ^= 1;
    fs::write(&files.evidence, altered).unwrap();
    let (said, code) = verify(&files.evidence, &["--key", &files.keys]);
    assert!(code == 1 && said.starts_with("REFUSED"), "{said}");
}

#[test]
fn other_circles_see_more_and_a_file_in_hand_is_recognised() {
    let dir = tempfile::tempdir().unwrap();
    let office = office(dir.path());
    assess(&office);
    let files = files(&office);
    for (circle, shows, hides) in [("office", "203.0.113.9", "access.log"), ("court", "access.log", "\u{1b}")] {
        let out = dir.path().join(format!("{circle}.json"));
        ok(&["ledger", "bundle", text(&office), "--for", circle, "--out", text(&out)]);
        let (said, code) = verify(&out, &["--key", &files.keys]);
        assert!(code == 0 && said.contains(shows) && !said.contains(hides), "{circle}: {said}");
    }
    let court = dir.path().join("court.json");
    let log = office.join("web/access.log");
    assert_eq!(verify(&court, &["--key", &files.keys, "--file", text(&log)]).1, 0);
    let (said, code) = verify(&court, &["--key", &files.keys, "--file", text(&office.join("office.toml"))]);
    assert_eq!(code, 1, "{said}");
    assert_eq!(verify(&files.evidence, &["--key", &files.keys, "--file", text(&log)]).1, 3, "sources are closed there");
}

#[test]
fn what_an_audit_draws_from_is_entered_before_the_seed() {
    let dir = tempfile::tempdir().unwrap();
    let office = office(dir.path());
    for (label, name) in [("ballot manifest", "manifest.csv"), ("audit plan", "plan.json"), ("seed", "seed.txt")] {
        fs::write(dir.path().join(name), label).unwrap();
        let said = ok(&["ledger", "enter", text(&office), "--label", label, text(&dir.path().join(name))]);
        assert!(said.contains("Receipt: entry"), "{said}");
    }
    let (out, files) = (dir.path().join("audit.json"), files(&office));
    ok(&["ledger", "bundle", text(&office), "--for", "court", "--all", "--out", text(&out)]);
    let (said, code) = verify(&out, &["--key", &files.keys, "--file", text(&dir.path().join("manifest.csv"))]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("seed") && said.contains("ballot manifest"), "{said}");
    let listed = ok(&["ledger", "list", text(&office)]);
    assert!(listed.contains("2  file seed"), "{listed}");
    let proof = dir.path().join("seed.tlog-proof");
    ok(&["ledger", "receipt", text(&office), "--entry", "2", "--out", text(&proof)]);
    let (said, code) = verify(&proof, &["--key", &files.keys]);
    assert!(said.contains("VERIFIED") || code == 3, "{said}");
}

#[test]
fn a_published_log_is_checked_whole_and_for_growth() {
    let dir = tempfile::tempdir().unwrap();
    let office = office(dir.path());
    assess(&office);
    let files = files(&office);
    let kept = dir.path().join("kept");
    fs::copy(files.public.join("checkpoint"), &kept).unwrap();
    fs::write(dir.path().join("plan.json"), "{}").unwrap();
    ok(&["ledger", "enter", text(&office), "--label", "audit plan", text(&dir.path().join("plan.json"))]);
    assert_eq!(verify(&files.public, &["--key", &files.keys]).1, 0);
    assert_eq!(verify(&office, &["--key", &files.keys]).1, 0, "the office's folder stands for its log");
    let (said, code) = verify(&files.public, &["--key", &files.keys, "--since", text(&kept)]);
    assert!(code == 0 && said.contains("only grew"), "{said}");
    assert!(ok(&["ledger", "fsck", text(&office)]).starts_with("Sound"));

    let entries = files.public.join("tile/entries/000.p");
    let bundle = fs::read_dir(&entries)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .max_by_key(|path| path.metadata().unwrap().len());
    let bundle = bundle.unwrap();
    let mut bytes = fs::read(&bundle).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    make_writable(&bundle);
    fs::write(&bundle, bytes).unwrap();
    let (output, code) = run(&["ledger", "fsck", text(&office)]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(code == 1 && said.contains("DAMAGED: tile/entries/000.p/"), "{said}");
    assert_eq!(verify(&files.public, &["--key", &files.keys]).1, 1);
}

fn make_writable(path: &Path) {
    let mut permissions = path.metadata().unwrap().permissions();
    #[cfg(unix)]
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o644);
    fs::set_permissions(path, permissions).unwrap();
}

/// A witness as a process, ended with its test.
struct Witness {
    process: Child,
    address: String,
    keys: Vec<String>,
    state: PathBuf,
}

impl Drop for Witness {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Witness {
    fn start(dir: &Path, name: &str, logs: &str) -> Self {
        let (key, state, known) = (dir.join(format!("{name}.key")), dir.join(name), dir.join(format!("{name}.logs")));
        let public = ok(&["keys", "new", "--witness", "--name", &format!("{name}.example/w1"), "--out", text(&key)]);
        fs::write(&known, logs).unwrap();
        let mut process = Command::new(assert_cmd::cargo::cargo_bin!("pollwarden"))
            .args(["witness", "--key", text(&key), "--logs", text(&known), "--state", text(&state)])
            .args(["--new", "--listen", "127.0.0.1:0"])
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let address = lines.find_map(|line| {
            let line = line.unwrap();
            Some(line.split_once("Listening at ")?.1.split(' ').next()?.to_owned())
        });
        std::thread::spawn(move || lines.for_each(drop));
        let keys = public.lines().map(str::to_owned).collect();
        Self { process, address: address.expect("the witness says where it listens"), keys, state }
    }

    fn toml(&self) -> String {
        format!("[[ledger.witnesses]]\nurl = \"{}\"\nkeys = {:?}\n", self.address, self.keys)
    }
}

#[test]
fn witnesses_cosign_and_prove_a_fork() {
    let dir = tempfile::tempdir().unwrap();
    let office = office(dir.path());
    assess(&office);
    let files = files(&office);
    let log_keys = fs::read_to_string(&files.keys).unwrap();
    let witnesses = ["birch", "cedar"].map(|name| Witness::start(dir.path(), name, &log_keys));
    settings(&office, &witnesses.each_ref().map(Witness::toml).concat());
    let receipt = assess(&office)["receipt"].clone();
    assert_eq!(receipt["cosigned"], serde_json::json!(["birch.example/w1", "cedar.example/w1"]), "{receipt}");
    let known = dir.path().join("witnesses.txt");
    fs::write(&known, witnesses.iter().flat_map(|w| w.keys.clone()).collect::<Vec<_>>().join("\n")).unwrap();
    let asked = ["--key", &files.keys, "--witness", text(&known), "--quorum", "2"];
    let (said, code) = verify(&files.evidence, &asked);
    assert!(code == 0 && said.contains("birch.example/w1"), "{said}");

    // A copy of the office goes on in another way, at the same size.
    let copy = dir.path().join("copy");
    copied(&office, &copy);
    fs::write(dir.path().join("a"), "a").unwrap();
    fs::write(dir.path().join("b"), "b").unwrap();
    ok(&["ledger", "enter", text(&office), "--label", "a", text(&dir.path().join("a"))]);
    let said = ok(&["ledger", "enter", text(&copy), "--label", "b", text(&dir.path().join("b"))]);
    assert!(said.contains("Not cosigned by"), "{said}");
    assert_eq!(verify(&copy.join(".pollwarden/evidence.json"), &asked).1, 1, "no quorum for the fork");
    let forks = walk(&witnesses[0].state).into_iter().filter(|path| text(path).contains("fork")).collect::<Vec<_>>();
    let (said, code) = verify(forks.first().expect("the witness keeps the fork"), &["--key", &files.keys]);
    assert!(code == 0 && said.contains("SPLIT PROVEN"), "{said}");

    // An old copy is put back: the witnesses know more of the log than it has.
    fs::write(dir.path().join("c"), "c").unwrap();
    ok(&["ledger", "enter", text(&office), "--label", "c", text(&dir.path().join("c"))]);
    let old = dir.path().join("old");
    copied(&copy, &old);
    let (output, code) = run(&["ledger", "cosign", text(&old)]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(code == 3 && said.contains("old backup"), "{said}");
}

fn walk(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            found.extend(walk(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found
}

fn copied(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap();
    assert!(status.success());
}

#[test]
fn keys_change_and_readers_follow() {
    let dir = tempfile::tempdir().unwrap();
    let office = office(dir.path());
    assess(&office);
    let files = files(&office);
    let first = dir.path().join("first-keys.txt");
    fs::copy(&files.keys, &first).unwrap();
    ok(&["ledger", "rotate", text(&office)]);
    assert_ne!(fs::read_to_string(&first).unwrap(), fs::read_to_string(&files.keys).unwrap());
    fs::write(dir.path().join("plan.json"), "{}").unwrap();
    ok(&["ledger", "enter", text(&office), "--label", "audit plan", text(&dir.path().join("plan.json"))]);
    for keys in [text(&first), &files.keys] {
        let (said, code) = verify(&files.evidence, &["--key", keys]);
        assert_eq!(code, 0, "{said}");
        assert_eq!(verify(&files.public, &["--key", keys]).1, 0);
    }
}

#[test]
fn an_office_without_a_ledger_section_gets_a_name_of_its_own_and_may_do_without() {
    let dir = tempfile::tempdir().unwrap();
    let office = office(dir.path());
    fs::write(office.join("office.toml"), "name = \"Alder County, Elections\"\n").unwrap();
    let (output, _) = run(&["assess", text(&office), "--no-limit", "--no-ledger", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report["receipt"].is_null() && !office.join(".pollwarden/ledger").exists());
    let origin = assess(&office)["receipt"]["origin"].as_str().unwrap().to_owned();
    let (name, number) = origin.split_once('/').unwrap();
    assert!(name == "alder-county-elections" && number.len() == 8, "{origin}");
}

#[test]
fn a_scan_of_plain_files_is_entered_where_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let office = office(dir.path());
    let log = office.join("web/access.log");
    let (output, code) = run(&["web", "scan", text(&log), "--format", "json", "--enter", text(&office)]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(code == 1 && report["receipt"]["origin"] == "alder.example/ledger", "{}", report["receipt"]);
    assert_eq!(verify(&files(&office).evidence, &["--key", &files(&office).keys]).1, 0);
}

#[test]
fn mistakes_in_keys_and_settings_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let office = office(dir.path());
    assess(&office);
    let files = files(&office);
    let (said, code) = verify(&files.evidence, &["--key", "county.example/ledger+12345678+AAAA"]);
    assert!(code == 2 && said.contains("no file, and no key"), "{said}");
    let (said, code) = verify(&dir.path().join("nothing"), &["--key", &files.keys]);
    assert!(code == 2 && said.contains("can't be read"), "{said}");
    settings(&office, "[[ledger.witnesses]]\nurl = \"https://witness.example\"\nkeys = []\n");
    let (output, code) = run(&["assess", text(&office), "--no-limit"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(code == 2 && said.contains("ledger.witnesses") && said.contains("witness.example"), "{said}");
}
