//! The command line itself: help, exit codes, formats, single requests.

use std::fs;

use crate::support::{lines, pollwarden, run, text};

#[test]
fn help_teaches_where_to_start_and_what_exit_codes_mean() {
    let (output, code) = run(&["--help"]);
    let help = text(&output);
    assert_eq!(code, 0);
    for word in ["pollwarden init DIR", "pollwarden assess DIR", "Exit codes", "offline"] {
        assert!(help.contains(word), "{word} is missing in:\n{help}");
    }
}

#[test]
fn exit_codes_tell_found_nothing_failed_and_cannot_tell() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("access.log");
    fs::write(&log, lines(2_000)).unwrap();
    let path = log.to_str().unwrap();
    assert_eq!(run(&["web", "scan", path]).1, 0);
    let attack =
        (0..5).map(|i| crate::support::line(2_000 + i * 200, "/v?id=1%27%20union%20select%20a,b%20from%20people--"));
    fs::write(&log, lines(2_000) + &attack.collect::<String>()).unwrap();
    assert_eq!(run(&["web", "scan", path]).1, 1);
    assert_eq!(run(&["web", "scan", path, "--office", "nowhere.toml"]).1, 2);
    fs::write(&log, "").unwrap();
    assert_eq!(run(&["web", "scan", path]).1, 3);
    assert_eq!(run(&["no-such-command"]).1, 2);
}

#[test]
fn a_single_request_can_be_tried_on_a_rule() {
    let requests = "{\"id\":\"1\",\"method\":\"GET\",\"target\":\"/v?id=1%27%20or%20%271%27=%271\",\"headers\":{},\"body\":\"\"}\n\
                    {\"id\":\"2\",\"method\":\"GET\",\"target\":\"/v?name=O%27Brien\"}\nnot json\n";
    let output = pollwarden(&["web", "classify"]).write_stdin(requests).output().unwrap();
    let said = text(&output);
    let answers: Vec<serde_json::Value> = said.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(answers.len(), 3, "{said}");
    assert_eq!(answers[0]["classes"], serde_json::json!(["sqli"]));
    assert!(answers[0]["evidence"][0]["decoded"].as_str().unwrap().contains("' or '1'='1"));
    assert_eq!((&answers[1]["id"], &answers[1]["classes"]), (&"2".into(), &serde_json::json!([])));
    assert!(answers[2]["error"].is_string());
}

#[test]
fn every_detector_explains_itself() {
    let listed = text(&run(&["explain"]).0);
    let ids: Vec<&str> =
        listed.lines().filter_map(|l| l.split_whitespace().next()).filter(|w| w.contains('/')).collect();
    assert!(ids.len() >= 6, "{listed}");
    for id in ids {
        let (output, code) = run(&["explain", id]);
        assert_eq!(code, 0);
        assert!(text(&output).contains("Cannot see:"), "{id}");
    }
    assert_eq!(run(&["explain", "web/nothing"]).1, 2);
}

#[test]
fn a_page_is_written_where_asked_and_escapes_what_came_from_outside() {
    let dir = tempfile::tempdir().unwrap();
    let (log, page) = (dir.path().join("access.log"), dir.path().join("report.html"));
    let hostile = (0..5)
        .map(|i| crate::support::line(10 + i, "/v?id=1%27union%20select%20%22%3Cscript%3Ealert(1)%3C/script%3E%22--"));
    fs::write(&log, lines(10) + &hostile.collect::<String>()).unwrap();
    run(&["web", "scan", log.to_str().unwrap(), "--format", "html", "--output", page.to_str().unwrap()]);
    let html = fs::read_to_string(page).unwrap();
    assert!(html.contains("SQL"), "the finding is there");
    assert!(!html.contains("<script>alert"), "outside text is escaped");
}

#[test]
fn init_writes_settings_that_assess_reads_and_never_overwrites_them() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("web")).unwrap();
    fs::write(dir.path().join("web/access.log"), lines(50)).unwrap();
    let office = dir.path().to_str().unwrap();
    assert_eq!(run(&["init", office]).1, 0);
    let settings = fs::read_to_string(dir.path().join("office.toml")).unwrap();
    assert!(settings.contains("1 file") && settings.contains("no folder roll/"), "{settings}");
    assert_eq!(run(&["init", office]).1, 2);
    let (output, code) = run(&["assess", office, "--no-limit"]);
    assert_eq!(code, 3, "what no sensor answers yet can't be told");
    assert_eq!(text(&output).matches("CANNOT TELL").count(), 6, "{}", text(&output));
}

#[test]
fn a_reader_who_has_seen_enough_is_a_quiet_end() {
    use std::process::{Command, Stdio};
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("access.log");
    fs::write(&log, lines(10)).unwrap();
    let path = log.to_str().unwrap();
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("pollwarden"))
        .args([
            "query",
            "SELECT * FROM generate_series(1, 3000000)",
            "--format",
            "csv",
            "--no-progress",
            "--from",
            path,
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}
