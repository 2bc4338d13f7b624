//! office.toml's settings, from the file to the answer.

use std::fs;
use std::path::Path;

use crate::support::{answer, line, run, told};

const RULE: &str = "title: Ballot page asked for\nstatus: stable\nlogsource:\n  category: webserver\ntags: [attack.t1190]\n\
    detection:\n  page:\n    cs-uri-stem: /ballot-preview\n  condition: page\nlevel: high\n";

fn write(dir: &Path, name: &str, text: &str) -> String {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_log_format_trusted_proxies_and_rules_of_office_toml_reach_the_answer() {
    let dir = tempfile::tempdir().unwrap();
    let log: String = (0..300)
        .map(|i| {
            format!("2026-09-01 10:{:02}:{:02}|10.0.0.5|203.0.113.{}|GET /hours HTTP/1.1|200\n", i / 60, i % 60, i % 99)
        })
        .collect();
    let attack = "2026-09-01 11:00:00|10.0.0.5|198.51.100.66, 203.0.113.200|GET /ballot-preview HTTP/1.1|200\n";
    let log = write(dir.path(), "access.log", &(log + attack));
    write(dir.path(), "rules/ballot.yml", RULE);
    write(dir.path(), "rules/broken.yml", "title: [");
    let office = write(
        dir.path(),
        "office.toml",
        "time_zone = \"America/Chicago\"\n[web]\nlog_format = '%{%Y-%m-%d %H:%M:%S}t|%h|%{X-Forwarded-For}i|%r|%>s'\n\
         trusted_proxies = [\"10.0.0.0/8\"]\nsigma = \"rules\"\n",
    );
    let (answer, code) = answer(&["web", "scan", &log, "--office", &office]);
    assert_eq!(code, 1, "{answer:#}");
    let told = told(&answer);
    assert_eq!(told[0]["detector"], "web/sigma-rule");
    assert_eq!(told[0]["title"], "Ballot page asked for: 203.0.113.200");
    assert!(told[0].to_string().contains("2026-09-01T16:00:00Z"), "{:#}", told[0]);
    let coverage = answer["coverage"].to_string();
    for said in ["log-format", "America/Chicago", "holds no sizes of answers", "broken.yml", "1 Sigma rule"] {
        assert!(coverage.contains(said), "{said}: {coverage}");
    }
}

#[test]
fn rules_of_the_command_line_run_and_without_a_match_nothing_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let rules = dir.path().join("rules");
    write(dir.path(), "rules/ballot.yml", RULE);
    let ordinary: String = (0..2_000).map(|i| line(i, "/hours")).collect();
    let log = write(dir.path(), "access.log", &ordinary);
    let scan = ["web", "scan", &log, "--rules", rules.to_str().unwrap()];
    assert_eq!(answer(&scan).1, 0);
    let log = write(dir.path(), "access.log", &(ordinary + &line(2_000, "/ballot-preview")));
    assert_eq!(answer(&["web", "scan", &log, "--rules", rules.to_str().unwrap()]).1, 1);
    assert_eq!(answer(&["web", "scan", &log]).1, 0);
}

#[test]
fn settings_that_can_not_be_used_end_the_run_with_a_reason() {
    let dir = tempfile::tempdir().unwrap();
    let log = write(dir.path(), "access.log", &line(1, "/"));
    for (web, said) in [
        ("log_format = 'combined'", "no variables"),
        ("trusted_proxies = ['10.0.0.0/99']", "10.0.0.0/99"),
        ("sigma = 'gone'", "gone"),
    ] {
        let office = write(dir.path(), "office.toml", &format!("[web]\n{web}\n"));
        let (output, code) = run(&["web", "scan", &log, "--office", &office]);
        assert_eq!(code, 2);
        assert!(String::from_utf8_lossy(&output.stderr).contains(said), "{said}");
    }
}

#[test]
fn a_layout_of_office_toml_is_compared_and_queried() {
    let dir = tempfile::tempdir().unwrap();
    let old = write(dir.path(), "roll_2026-09-05.txt", "0001ALDERBROOK1956P01     \n0002OKAFOR    2001P02     \n");
    let new = write(dir.path(), "roll_2026-10-03.txt", "0001ALDERBROOK1956P09     \n0002OKAFOR    2001P02\n");
    let office = write(
        dir.path(),
        "office.toml",
        "[roll.layout]\ncolumns = [\"number\", \"surname\", \"born\", \"where\"]\nwidths = [4, 10, 4, 8]\n\
         roles = { number = \"voter-id\", surname = \"last-name\", born = \"birth\", where = \"precinct\" }\n",
    );
    let changes = dir.path().join("changes.csv");
    let (answer, code) =
        answer(&["roll", "diff", &old, &new, "--office", &office, "--changes", changes.to_str().unwrap()]);
    assert_eq!((code, answer["coverage"]["rejected"].as_u64()), (3, Some(0)), "{answer:#}");
    let changes = fs::read_to_string(changes).unwrap();
    assert!(changes.contains("0001,where,precinct,P01,P09,unexplained"), "{changes}");
    assert_eq!(changes.lines().count(), 2, "{changes}");
    let sql = "SELECT last_name FROM voters WHERE birth = '2001'";
    let (rows, code) = run(&["query", sql, "--from", &new, "--office", &office, "--format", "csv"]);
    let rows = String::from_utf8_lossy(&rows.stdout).into_owned();
    assert_eq!((code, rows.contains("OKAFOR")), (0, true), "{rows}");
}
