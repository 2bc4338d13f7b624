//! The invented count, read back from its files and audited.

use pollwarden_core::{Scope, Verdict};
use pollwarden_count::exercise::{CountPlan, CountScenario, county};
use pollwarden_count::{answer, gather};
use pollwarden_intake::find;

fn answered(change: impl Fn(&mut CountScenario)) -> pollwarden_core::Answer {
    let mut scenario = county(&CountPlan::default());
    change(&mut scenario);
    let dir = tempfile::tempdir().expect("a folder");
    for (name, text) in &scenario.files {
        std::fs::write(dir.path().join(name), text).expect("a file");
    }
    let (evidence, coverage) = gather(&find(dir.path()).inputs);
    answer(&evidence, coverage, Scope::unnamed(&[7; 32]), true)
}

#[test]
fn the_switched_batch_is_found() {
    let answer = answered(|_| {});
    println!("{answer:#?}");
    assert_eq!(answer.verdict(), Verdict::Found);
    let found = |id: &str| answer.findings.iter().filter(|f| f.detector == id).collect::<Vec<_>>();
    assert_eq!(found("count/wrong-outcome").len(), 1);
    let batch = found("count/altered-batch");
    assert_eq!(batch.len(), 1);
    assert!(batch[0].title.contains("Nadia Quill and Tobias Marsh are exchanged in the records of batch 7"), "{}", batch[0].title);
}
