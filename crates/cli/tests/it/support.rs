//! Runs the binary with a scrubbed environment, and reads its JSON.

use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;

/// The binary, knowing nothing of whoever runs the test.
pub(crate) fn pollwarden(args: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("pollwarden"));
    command.args(args).env_remove("NO_COLOR").env_remove("TMPDIR").arg("--no-progress");
    command
}

/// What it prints, and its exit code.
pub(crate) fn run(args: &[&str]) -> (Output, i32) {
    let output = pollwarden(args).output().unwrap();
    let code = output.status.code().expect("it ended by itself");
    (output, code)
}

/// The first answer of its JSON, and its exit code.
pub(crate) fn answer(args: &[&str]) -> (Value, i32) {
    let mut args = args.to_vec();
    args.extend(["--format", "json"]);
    let (output, code) = run(&args);
    let stderr = String::from_utf8_lossy(&output.stderr);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}; it said: {stderr}"));
    (report["answers"][0].clone(), code)
}

/// Standard output as text.
pub(crate) fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A measure of an answer or a finding: low, estimate, high.
pub(crate) fn measure(of: &Value, name: &str) -> Option<(f64, f64, f64)> {
    let all = of["measures"].as_array().unwrap();
    let m = all.iter().find(|m| m["name"] == name)?;
    Some((m["low"].as_f64()?, m["estimate"].as_f64()?, m["high"].as_f64()?))
}

/// The findings that are shown to clerks.
pub(crate) fn told(answer: &Value) -> Vec<&Value> {
    answer["findings"].as_array().unwrap().iter().filter(|f| f["audience"] == "clerk").collect()
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// An ordinary log line of the given second.
pub(crate) fn line(second: u32, path: &str) -> String {
    let (h, m, s) = (second / 3_600 % 24, second / 60 % 60, second % 60);
    let day = 1 + second / 86_400;
    format!(
        "192.0.2.{} - - [{day:02}/Sep/2026:{h:02}:{m:02}:{s:02} +0000] \"GET {path} HTTP/1.1\" 200 {} \"-\" \"Mozilla/5.0\"\n",
        second % 200,
        3_000 + second % 97
    )
}

/// So many ordinary lines, one a second.
pub(crate) fn lines(count: u32) -> String {
    (0..count).map(|i| line(i, "/hours")).collect()
}
