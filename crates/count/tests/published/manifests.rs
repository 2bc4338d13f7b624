//! Ballot manifests as counties keep them: spreadsheets published with SHANGRLA's examples.

use pollwarden_count::read;
use pollwarden_testkit::data_root;

/// San Francisco's of November 2019 has 293,555 cards (SHANGRLA's example of that audit), the other one 4,417 batches.
const PUBLISHED: [(&str, usize, u64); 2] = [
    ("count/irv/sfda2019/N19_ballot_manifest.xlsx", 5_481, 293_555),
    ("count/formats/shangrla/Hart_manifest.xlsx", 4_417, 1_141_765),
];

#[test]
fn spreadsheets_are_read_as_manifests() {
    let Some(root) = data_root() else { return println!("skipped: no shared data") };
    let there = PUBLISHED.iter().filter(|(name, ..)| root.join(name).is_file());
    for (name, batches, cards) in there {
        let records = read(&root.join(name));
        assert_eq!((records.refused, records.complaints), (vec![], vec![]), "{name}");
        assert_eq!((records.manifest.batches.len(), records.manifest.cards()), (*batches, *cards), "{name}");
        assert!(
            records.manifest.batches.iter().all(|b| !b.key.tabulator.is_empty() && !b.container.is_empty()),
            "{name}"
        );
        println!("{name}: {cards} cards in {batches} batches");
    }
}
