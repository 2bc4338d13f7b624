//! ValiMail's suite of ARC chain validation.

use pollwarden_authentication::Settings;

use super::archive::file;
use super::zone::Zone;

#[test]
fn valimail_arc_validation() {
    let Some(text) = file("ValiMail ARC", "arc-validation.jsonl") else { return };
    let (mut right, mut total, mut wrong) = (0, 0, Vec::new());
    for line in String::from_utf8(text).unwrap().lines() {
        let test: serde_json::Value = serde_json::from_str(line).unwrap();
        let mut zone = Zone::default();
        for (name, text) in test["txt"].as_object().into_iter().flatten() {
            zone.add_text(name, text.as_str().unwrap().as_bytes());
        }
        let message = test["message"].as_str().unwrap_or_default();
        let seen = zone.authenticate(message.as_bytes(), None, None, &Settings::default());
        let result = seen.arc.result.known().map_or("can't tell", |result| result.as_str());
        let expected = test["cv"].as_str().unwrap_or_default().to_lowercase();
        total += 1;
        // An empty expectation leaves the result open: a chain that its own sealer called failed is not to be used.
        if result == expected || expected.is_empty() && result != "pass" {
            right += 1;
        } else {
            wrong.push(format!("{}: {result} ({}), expected {expected}", test["name"], seen.arc.why));
        }
    }
    println!("ValiMail ARC validation: {right} of {total}");
    assert!(wrong.is_empty() && total > 0, "{wrong:#?}");
}
