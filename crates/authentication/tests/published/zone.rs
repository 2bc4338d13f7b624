//! A made-up DNS for tests: answers every question that a check has, as a recorder would.

use std::collections::HashMap;

use pollwarden_authentication::dns::{Answer, Entry, Record};
use pollwarden_authentication::{Authenticated, DnsSnapshot, Envelope, Question, RecordType, Settings, authenticate};

/// What is at one name.
#[derive(Debug, Default, Clone)]
pub(crate) struct Host {
    pub(crate) records: Vec<(RecordType, Record)>,
    pub(crate) alias: Option<String>,
    pub(crate) times_out: bool,
}

/// Hosts by name in lower case.
#[derive(Debug, Default, Clone)]
pub(crate) struct Zone(pub(crate) HashMap<String, Host>);

impl Zone {
    pub(crate) fn add_text(&mut self, name: &str, text: &[u8]) {
        let host = self.0.entry(name.trim_end_matches('.').to_lowercase()).or_default();
        host.records.push((RecordType::Txt, Record::Text(text.to_vec())));
    }

    fn answer(&self, question: &Question) -> Answer {
        let mut name = question.name.clone();
        for _ in 0..8 {
            let Some(host) = self.0.get(&name) else { return Answer::NoSuchName };
            let of_type = host.records.iter().filter(|(record_type, _)| *record_type == question.record_type);
            let records: Vec<Record> = of_type.map(|(_, record)| record.clone()).collect();
            if !records.is_empty() {
                return Answer::Records(records);
            }
            if host.times_out {
                return Answer::Failure("timeout".into());
            }
            match &host.alias {
                Some(alias) => name = alias.trim_end_matches('.').to_lowercase(),
                None => return Answer::NoData,
            }
        }
        Answer::Failure("aliases go round in a circle".into())
    }

    /// Checks a message, recording what each round asks for, and checks it once more from the snapshot's file.
    pub(crate) fn authenticate(
        &self,
        raw: &[u8],
        envelope: Option<&Envelope>,
        at: Option<i64>,
        settings: &Settings,
    ) -> Authenticated {
        let at = at.map(|second| second.to_string().parse::<i64>().unwrap()).map(timestamp);
        let mut snapshot = DnsSnapshot::new();
        for _ in 0..60 {
            let seen = authenticate(raw, envelope, &snapshot, at, settings);
            if seen.not_recorded.is_empty() {
                let file = snapshot.to_json();
                let again = DnsSnapshot::from_json("dns.json", file.as_bytes()).unwrap();
                assert_eq!(authenticate(raw, envelope, &again, at, settings), seen);
                return seen;
            }
            for question in seen.not_recorded {
                snapshot.insert(&question, Entry { answer: self.answer(&question), recorded: None, resolver: None });
            }
        }
        panic!("a check never stops asking");
    }
}

pub(crate) fn timestamp(second: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_second(second).unwrap()
}
