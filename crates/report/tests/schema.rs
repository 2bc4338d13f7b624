//! What is written is what docs/json-v1.schema.json promises, and the schema promises every key that is written.

mod invented;

use std::collections::BTreeSet;
use std::path::Path;

use pollwarden_core::{Answer, Assessment, Confidence, Coverage, Finding, Measure, Question, Severity};
use pollwarden_report::json_v1;
use serde_json::Value;

fn docs(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn schema() -> Value {
    serde_json::from_str(&docs("json-v1.schema.json")).expect("JSON")
}

fn report(assessment: &Assessment) -> Value {
    serde_json::from_str(&json_v1(assessment)).expect("JSON")
}

fn complaints(report: &Value) -> Vec<String> {
    let validator = pollwarden_testkit::jsonschema::validator_for(&schema()).expect("a schema");
    validator.iter_errors(report).map(|e| format!("{}: {e}", e.instance_path())).collect()
}

#[test]
fn a_rich_report_is_valid() {
    assert_eq!(complaints(&report(&invented::assessment())), [""; 0]);
}

#[test]
fn reports_of_nothing_and_of_no_bound_are_valid() {
    let open = Finding::new("web/x", "t", Severity::Low, Confidence::Low)
        .at_source("a.log")
        .measure(Measure::between("m", 1.0, 2.0, f64::INFINITY, "u"))
        .done()
        .expect("names a place");
    let unbounded = Answer::new(Question::Web, Coverage::default(), vec![open]);
    for answers in [vec![], vec![unbounded], Question::ALL.map(|q| Answer::cannot_tell(q, "none")).into()] {
        assert_eq!(complaints(&report(&Assessment { office: String::new(), answers, receipt: None })), [""; 0]);
    }
}

#[test]
fn a_wrong_report_is_refused() {
    let good = report(&invented::assessment());
    let wrong: [(&str, Value); 5] = [
        ("/version", 2.into()),
        ("/answers/0/verdict", "clean".into()),
        ("/answers/0/findings/0/first", "21 Oct 2026".into()),
        ("/answers/0/coverage/rows", (-1).into()),
        ("/answers/0/coverage/sources/0/digest", "abc".into()),
    ];
    for (place, value) in wrong {
        let mut report = good.clone();
        *report.pointer_mut(place).expect("there is such a place") = value;
        assert!(complaints(&report).iter().any(|c| c.starts_with(place)), "{place} was accepted");
    }
}

#[test]
fn every_key_that_is_written_is_in_the_schema_and_explained() {
    let mut written = BTreeSet::new();
    keys(&report(&invented::assessment()), &mut written);
    let (schema, words) = (docs("json-v1.schema.json"), docs("json-v1.md"));
    for key in written {
        assert!(schema.contains(&format!("\"{key}\": {{")), "the schema does not know {key}");
        assert!(words.contains(&format!("`{key}`")), "docs/json-v1.md does not explain {key}");
    }
}

fn keys(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            found.insert(key.clone());
            keys(value, found);
        }),
        Value::Array(list) => list.iter().for_each(|value| keys(value, found)),
        _ => {}
    }
}
