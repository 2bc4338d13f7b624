//! Arbitrary text as a file of Sigma rules, and as a request that they are asked about: used, or refused with a reason.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pollwarden_core::RuleFile;
use pollwarden_web::sigma::{Event, Rules};

fuzz_target!(|input: (&str, &str, &str)| {
    let (rules, path, query) = input;
    let rule = "title: t\nlogsource:\n  category: webserver\ndetection:\n  a:\n    ";
    let texts = [rules.to_owned(), format!("{rule}{rules}\n  condition: a\n")];
    let files = texts.map(|text| RuleFile { name: "rule.yml".into(), text: Ok(text) });
    let rules = Rules::read(&files);
    let event = Event { path, query: Some(query), client: "192.0.2.7", status: Some(200), ..Event::default() };
    for at in rules.matches(&event) {
        assert!(at < rules.len());
    }
});
