//! Hosts, senders and texts by arbitrary text, and parties of arbitrary names: every question is answered, genuine names imitate
//! nobody.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use pollwarden_lookalike::{LookalikeClass, Party, PartyKind, Protected, builtin, lookalikes, permutations};

static INDEX: LazyLock<Protected> = LazyLock::new(|| Protected::new(builtin()));

fuzz_target!(|text: &str| {
    let (first, second) = text.split_once('\n').unwrap_or((text, ""));
    ask(&INDEX, first, second);
    let kind = if text.len() % 2 == 0 { PartyKind::Vendor } else { PartyKind::Official };
    let party = Party::new(kind, second, &[first]).known_as(&[text]).writing_from(&[second]);
    let own = Protected::new([party.clone()]).knowing_every(&["gov"]);
    ask(&own, second, first);
    assert!(own.candidates(first).is_empty());
    let _ = lookalikes(&party, text.len() as u64);
    for class in LookalikeClass::DNSTWIST.into_iter().chain(LookalikeClass::BEYOND) {
        let _ = permutations(first, class);
    }
});

fn ask(index: &Protected, first: &str, second: &str) {
    let found = index.candidates(first);
    assert!(found.is_empty() || index.owner(first).is_none());
    let _ = (index.lookalike(second), index.sender(first, second), index.named_in(second));
}
