//! Harvests and their honest likenesses, as whole logs: small, invented, written here line by line.

use std::fmt::Write as _;

use crate::support::{answer, measure, told};

/// A log whose lines are put in order of time before it is read.
#[derive(Default)]
struct Log(Vec<(u64, String)>);

impl Log {
    fn add(&mut self, second: u64, client: &str, target: &str, status: u16, bytes: u64) {
        let (day, hour, minute) = (second / 86_400 + 2, second / 3_600 % 24, second / 60 % 60);
        let time = format!("{day:02}/Mar/2026:{hour:02}:{minute:02}:{:02} +0000", second % 60);
        let line = format!("{client} - - [{time}] \"{target} HTTP/1.1\" {status} {bytes} \"-\" \"Mozilla/5.0\"");
        self.0.push((second, line));
    }

    /// A person: the front page, its style, the form, and so many records.
    fn person(&mut self, second: u64, client: &str, first: u64, records: u64) {
        self.add(second, client, "GET /", 200, 6_100);
        self.add(second + 1, client, "GET /site.css", 200, 1_200);
        self.add(second + 9, client, "GET /lookup", 200, 2_900);
        for i in 0..records {
            self.record(second + 20 + 30 * i, client, first + 97 * i);
        }
    }

    fn record(&mut self, second: u64, client: &str, voter: u64) {
        self.add(second, client, &format!("GET /voter/record?id={}", 10_000_000 + voter), 200, 3_200 + voter * 7 % 61);
    }

    fn people(days: u64) -> Self {
        let mut log = Self::default();
        for i in 0..60 * days {
            log.person(
                i * 1_440 + i * 37 % 600,
                &format!("2001:db8:{i:x}::1"),
                i * 131,
                if i % 12 == 0 { 2 } else { 1 },
            );
        }
        log
    }

    fn scanned(mut self) -> serde_json::Value {
        self.0.sort();
        let mut text = String::new();
        self.0.iter().for_each(|(_, line)| writeln!(text, "{line}").expect("text can be written"));
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("access.log");
        std::fs::write(&path, text).unwrap();
        answer(&["web", "scan", path.to_str().unwrap()]).0
    }
}

#[test]
fn harvesters_that_fetch_pictures_are_found_and_who_follows_a_link_is_not_named() {
    let mut log = Log::people(6);
    for i in 0..150 {
        let client = format!("2001:db8:a{i:03x}::1");
        for j in 0..4 {
            let second = 200_000 + i * 60 + j * 15;
            log.record(second, &client, 50_000 + i * 4 + j);
            log.add(second + 1, &client, "GET /seal.png", 200, 8_300);
        }
    }
    let follower = |i: u64| format!("2001:db8:b{i:03x}::1");
    for i in 0..40 {
        log.record(i * 12_000, &follower(i), 90_000 + i);
        log.add(i * 12_000 + 1, &follower(i), "GET /seal.png", 200, 8_300);
    }
    let answer = log.scanned();
    let (low, estimate, high) = measure(&answer, "records-left").expect("records left");
    assert!(low <= 600.0 && 600.0 <= high && (estimate - 600.0).abs() <= 6.0, "{low} {estimate} {high}");
    let named = told(&answer)[0]["observables"].as_array().unwrap().iter().filter(|o| o["type"] == "ip").count();
    assert!((150..=153).contains(&named), "{named}");
}

#[test]
fn a_harvest_behind_an_address_that_people_share_is_sized_without_them() {
    let mut log = Log::people(6);
    (0..60).for_each(|i| log.person(i * 8_000, "192.0.2.7", 40_000 + i * 11, 1));
    (0..900).for_each(|i| log.record(250_000 + i, "192.0.2.7", 70_000 + i));
    let (low, estimate, high) = measure(&log.scanned(), "records-left").expect("records left");
    assert!(low <= 900.0 && 900.0 <= high && (estimate - 900.0).abs() <= 3.0, "{low} {estimate} {high}");
}

#[test]
fn people_who_read_several_records_in_an_app_that_is_one_page_are_no_harvest() {
    let mut log = Log::default();
    for i in 0..400_u64 {
        let (second, client) = (i * 1_200, format!("2001:db8:{i:x}::1"));
        log.add(second, &client, "GET /", 200, 6_100);
        (0..if i % 16 == 0 { 5 } else { 1 }).for_each(|j| log.record(second + 20 + j * 30, &client, i * 131 + j * 97));
    }
    assert!(told(&log.scanned()).is_empty());
}
