//! A message beside the records that its checks ask for: SPF, keys, DMARC. A line of NUL parts the records from the
//! message, so that both are written by the fuzzer.

#![no_main]

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use pollwarden_authentication::dns::{Answer, Entry, Record};
use pollwarden_authentication::{DnsSnapshot, Question, RecordType, Settings, authenticate, posture};

/// Whatever is asked is answered with the records of its type, in turn.
fn answer(question: &Question, texts: &[&[u8]], turn: usize) -> Answer {
    let text = texts.get(turn % texts.len().max(1)).copied().unwrap_or_default();
    let name = String::from_utf8_lossy(text).into_owned();
    match question.record_type {
        RecordType::Txt => Answer::Records(vec![Record::Text(text.to_vec())]),
        RecordType::Mx => Answer::Records(vec![Record::Exchange(10, name)]),
        RecordType::Ptr => Answer::Records(vec![Record::Name(name)]),
        RecordType::A | RecordType::Aaaa => {
            name.trim().parse().map_or(Answer::NoSuchName, |ip| Answer::Records(vec![Record::Address(ip)]))
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.split(|byte| *byte == 0);
    let message = parts.next().unwrap_or_default();
    let texts: Vec<&[u8]> = parts.collect();
    let at = Timestamp::from_second(1_793_696_400).ok();
    for settings in [
        Settings::default(),
        Settings { own_receivers: vec!["office.example".into()], ..Settings::default() },
        Settings {
            trusted_authserv_ids: vec!["mx.office.example".into()],
            trusted_sealers: vec!["a.example".into()],
            ..Settings::default()
        },
    ] {
        let mut snapshot = DnsSnapshot::new();
        for round in 0..40 {
            let seen = authenticate(message, None, &snapshot, at, &settings);
            if seen.not_recorded.is_empty() || texts.is_empty() {
                break;
            }
            for (turn, question) in seen.not_recorded.iter().enumerate() {
                let answer = answer(question, &texts, round + turn);
                snapshot.insert(question, Entry { answer, recorded: None, resolver: None });
            }
        }
        for question in snapshot.questions() {
            posture(&question.name, &[], &snapshot);
        }
    }
});
