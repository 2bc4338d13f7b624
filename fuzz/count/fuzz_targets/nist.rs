//! NIST's cast vote records and results reports, in XML and JSON; what was read is written again in both, and read alike.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pollwarden_count::Results;
use pollwarden_count::err_v2::{ElectionType, Heading, Status, json, xml};

mod folder;

fuzz_target!(|bytes: &[u8]| {
    let (_, results) = folder::read_all(&folder::files(bytes, "report.xml"));
    for results in results.iter().filter(|results| bytes.len() < 4096 && !votes(results).is_empty()) {
        let heading = heading();
        for (name, text) in [("a.json", json(results, &heading)), ("a.xml", xml(results, &heading))] {
            let (_, again) = folder::read_all(&[(name.to_owned(), text)]);
            assert_eq!(again.iter().map(votes).collect::<Vec<_>>(), [votes(results)], "{name}");
        }
    }
});

/// Votes by contest and choice. Contests without choices have no count that could be written.
fn votes(results: &Results) -> Vec<Vec<i64>> {
    let contests = results.contests.iter().map(|contest| contest.choices.iter().map(|choice| choice.votes).collect());
    contests.filter(|votes: &Vec<i64>| !votes.is_empty()).collect()
}

fn heading() -> Heading {
    let text = |text: &str| text.to_owned();
    Heading {
        generated: text("2026-11-04T21:00:00-05:00"),
        issuer: text("Lake County"),
        issuer_abbreviation: text("LC"),
        application: text("pollwarden"),
        start_date: text("2026-11-03"),
        end_date: text("2026-11-03"),
        election: ElectionType::General,
        status: Status::UnofficialPartial,
    }
}
