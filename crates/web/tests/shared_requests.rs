//! How well single requests are classified, over the shared data of known truth.
//!
//! Where there is none, the test says that it was skipped.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use pollwarden_web::request::{Class, Request, Signs, classify};

#[test]
fn requests_of_known_truth() {
    let tables = pollwarden_testkit::data_root().map(|root| tables(&root.join("web"))).unwrap_or_default();
    if tables.is_empty() {
        say("skipped: there is no shared data");
        return;
    }
    for (name, rows) in &tables {
        let judged: Vec<(&Row, Signs)> = rows.iter().map(|row| (row, judge(row))).collect();
        write_wrong(name, &judged);
        if rows.iter().any(|r| r.contains_key("rule_id")) {
            rules(name, &judged);
        } else if name.contains("benign") {
            benign(name, &judged);
        } else {
            labelled(name, &judged);
        }
    }
}

type Row = BTreeMap<String, String>;

/// Every table of requests in a folder: tab-separated with a header.
fn tables(folder: &Path) -> Vec<(String, Vec<Row>)> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    paths.sort();
    paths.iter().filter(|p| name(p).contains(".tsv")).filter_map(|p| Some((name(p), rows(p)?))).collect()
}

fn name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

fn rows(path: &Path) -> Option<Vec<Row>> {
    let bytes = pollwarden_testkit::zst(path);
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.split('\n').filter(|l| !l.is_empty());
    let header: Vec<&str> = lines.next()?.split('\t').collect();
    let row = |line: &str| header.iter().map(|h| (*h).to_owned()).zip(line.split('\t').map(str::to_owned)).collect();
    Some(lines.map(row).collect())
}

fn get<'a>(row: &'a Row, column: &str) -> &'a str {
    row.get(column).map_or("", String::as_str)
}

fn judge(row: &Row) -> Signs {
    let rule = row.contains_key("rule_id");
    let headers = [("user-agent", if rule { "" } else { get(row, "user_agent") })];
    let body = if rule { "" } else { get(row, "body") };
    let target = if rule { get(row, "uri") } else { get(row, "target") };
    classify(&Request { method: get(row, "method"), target, headers: &headers, body })
}

/// Precision, recall and F1 of one class against benign requests, and of all classes together.
fn labelled(name: &str, judged: &[(&Row, Signs)]) {
    let known = judged.iter().filter(|(r, _)| matches!(get(r, "label"), "0" | "1"));
    let known: Vec<_> = known.filter(|(r, _)| !get(r, "source").starts_with("libinjection")).collect();
    let is_sqli = |r: &Row| get(r, "class") == "sqli";
    let sqli = known.iter().filter(|(r, _)| get(r, "label") == "0" || is_sqli(r));
    let f1 = figures(&format!("{name}: sqli"), sqli.map(|(r, s)| (is_sqli(r), s.has(Class::Sqli))));
    assert!(f1 > 0.99, "SQL injection is told from ordinary values");
    let whole = known.iter().filter(|(r, _)| !get(r, "source").starts_with("fuzzdb"));
    let f1 = figures(&format!("{name}: all"), whole.map(|(r, s)| (get(r, "label") == "1", s.classes != 0)));
    assert!(f1 > 0.97, "attacks are told from ordinary requests");
    let mut groups: BTreeMap<(String, String), (usize, usize)> = BTreeMap::new();
    for (row, signs) in judged.iter().filter(|(r, _)| matches!(get(r, "label"), "0" | "1")) {
        let source = get(row, "source").split(':').next().unwrap_or_default().to_owned();
        let group = groups.entry((source, get(row, "class").to_owned())).or_default();
        group.1 += 1;
        group.0 += usize::from((get(row, "label") == "1") != (signs.classes != 0));
    }
    for ((source, class), (wrong, all)) in groups {
        say(&format!("    {source} {class}: {wrong} of {all} wrong"));
    }
}

fn figures(what: &str, pairs: impl Iterator<Item = (bool, bool)>) -> f64 {
    let (mut hit, mut false_alarm, mut missed) = (0.0, 0.0, 0.0);
    for pair in pairs {
        match pair {
            (true, true) => hit += 1.0,
            (false, true) => false_alarm += 1.0,
            (true, false) => missed += 1.0,
            (false, false) => {}
        }
    }
    let (precision, recall) = (hit / (hit + false_alarm), hit / (hit + missed));
    let f1 = 2.0 * precision * recall / (precision + recall);
    say(&format!("{what}: precision {precision:.4} recall {recall:.4} F1 {f1:.4}"));
    f1
}

fn rules(name: &str, judged: &[(&Row, Signs)]) {
    let seen: Vec<_> =
        judged.iter().filter(|(r, _)| get(r, "visible_in") == "uri" && get(r, "expect") == "pos").collect();
    let found = seen.iter().filter(|(_, s)| s.classes != 0).count();
    let share = found as f64 / seen.len() as f64;
    say(&format!("{name}: found {share:.4} of {} whose payload is in the address", seen.len()));
    assert!(share > 0.97, "published attacks are found");
}

fn benign(name: &str, judged: &[(&Row, Signs)]) {
    let alarms = judged.iter().filter(|(_, s)| s.classes != 0).count();
    say(&format!("{name}: {alarms} alarms in {} benign requests", judged.len()));
    assert!(alarms * 6000 <= judged.len().max(6000), "a portal's ordinary requests are quiet");
}

/// With `POLLWARDEN_WRONG`, a folder: which requests were judged wrongly, for whoever works on the rules.
fn write_wrong(name: &str, judged: &[(&Row, Signs)]) {
    let Some(folder) = std::env::var_os("POLLWARDEN_WRONG") else { return };
    let mut text = String::new();
    for (row, signs) in judged {
        let expected = match (get(row, "label"), get(row, "expect"), get(row, "visible_in")) {
            ("1", ..) | (_, "pos", "uri") => true,
            ("0", ..) => false,
            _ => continue,
        };
        let class_missed = get(row, "class") == "sqli" && !signs.has(Class::Sqli);
        if expected != (signs.classes != 0) || (expected && class_missed) {
            let target = if get(row, "target").is_empty() { get(row, "uri") } else { get(row, "target") };
            let line =
                [get(row, "source"), get(row, "class"), get(row, "expect"), target, get(row, "user_agent")].join("\t");
            text += &format!("{}\t{:.2}\t{:?}\t{line}\n", u8::from(expected), signs.score, signs.worst());
        }
    }
    std::fs::write(Path::new(&folder).join(name), text).expect("the folder can be written to");
}

#[allow(clippy::print_stdout, reason = "the figures are what this test is run for")]
fn say(text: &str) {
    println!("{text}");
}
