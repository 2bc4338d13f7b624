//! One lure over 67 offices, each with its own file of sketches.

use std::collections::BTreeMap;

use jiff::civil::date;
use jiff::tz::TimeZone;
use pollwarden_mail::Letter;
use pollwarden_mail::campaign::{
    AcrossOffices, GroupKey, OfficeSketches, OwnWords, Sketch, SketchError, campaigns, join,
};

use crate::generate::{Chance, LURES, copy, recipients};

const KEY: &[u8] = b"a key of thirty-two random bytes, which in a test are none";

/// Files of 67 offices with 122 recipients of one lure, and two of another in the first three offices.
fn files(key: &GroupKey, strength: u8) -> Vec<OfficeSketches> {
    let mut chance = Chance(2016);
    let mut offices: BTreeMap<String, Vec<Sketch>> = BTreeMap::new();
    for (at, to) in recipients(122, 67, &mut chance).iter().enumerate() {
        let own = OwnWords::new(&to.office, [to.domain.as_str()], []);
        let letter = Letter::read(&copy(LURES[0].1, to, strength, at, &mut chance));
        offices.entry(to.domain.clone()).or_default().push(Sketch::of(&letter, &own, key));
        if at < 7 {
            let other = Letter::read(&copy(LURES[4].1, to, strength, at, &mut chance));
            offices.entry(to.domain.clone()).or_default().push(Sketch::of(&other, &own, key));
        }
    }
    assert_eq!(offices.len(), 67);
    let file = |(office, sketches): (&String, &Vec<Sketch>)| {
        OfficeSketches::of(office, date(2016, 11, 2), &TimeZone::UTC, sketches, &campaigns(sketches)).expect("sketches")
    };
    offices.iter().map(file).collect()
}

fn sent(files: &[OfficeSketches]) -> Vec<OfficeSketches> {
    files.iter().map(|file| OfficeSketches::read(file.write().as_bytes()).expect("as written")).collect()
}

#[test]
fn what_67_offices_got_is_counted() {
    let key = GroupKey::of_file(KEY).expect("a key");
    for strength in 1..=5 {
        let files = sent(&files(&key, strength));
        let own = files.iter().position(|file| file.office.starts_with("alder0")).expect("the first office");
        let others: Vec<OfficeSketches> =
            files.iter().filter(|file| file.office != files[own].office).cloned().collect();
        let joined = join(&files[own], &others);
        assert!(joined.left_out.is_empty(), "{:?}", joined.left_out);
        let told = |found: &AcrossOffices| (found.recipients, found.offices.len(), found.yours, found.first);
        println!("strength {strength}: {:?}", joined.across.iter().map(told).collect::<Vec<_>>());
        assert_eq!(told(&joined.across[0]), (122, 67, 5, Some(date(2016, 10, 27))));
        assert_eq!(joined.across[0].last, Some(if strength == 1 { date(2016, 10, 27) } else { date(2016, 11, 1) }));
        assert_eq!(joined.across[1].recipients, 7);
        assert_eq!(joined.across.len(), 2);
        let counts: u64 = joined.across[0].offices.values().sum();
        assert_eq!(counts, 122);
        assert!(joined.across[0].offices.values().filter(|count| **count == 5).count() == 1);
    }
}

#[test]
fn under_another_key_nothing_joins_and_that_is_said() {
    let key = GroupKey::of_file(KEY).expect("a key");
    let other_key = GroupKey::of_file(b"another key of thirty-two bytes or more").expect("a key");
    let (own, others) = (files(&key, 2), files(&other_key, 2));
    let joined = join(&own[0], &others[1..]);
    assert_eq!((joined.across.len(), joined.left_out.len()), (0, 66));
    assert!(joined.left_out[0].why.contains("another key"));
    // Nor would they by what they hold.
    let text = |file: &OfficeSketches| file.write().lines().nth(1).expect("a sketch").to_owned();
    let (a, b) = (text(&own[0]), text(&others[0]));
    assert_ne!(a[a.find("\"text\"").expect("text")..], b[b.find("\"text\"").expect("text")..]);
}

#[test]
fn files_disclose_no_word_name_or_address() {
    let key = GroupKey::of_file(KEY).expect("a key");
    for file in files(&key, 4) {
        let text = file.write().to_lowercase();
        for word in ["gmail", "ballot", "poll", "guide", "@", "dear", "docm", "198.51", "html"] {
            let body = text.split_once('\n').expect("a head").1;
            assert!(!body.contains(word), "{word}");
        }
    }
}

#[test]
fn sketches_without_a_shared_key_stay_in_the_office() {
    let letter = Letter::read(b"From: a@example.org\n\nopen the new guide");
    let sketch = Sketch::of(&letter, &OwnWords::default(), &GroupKey::within_office());
    let given = OfficeSketches::of("Office", date(2016, 11, 2), &TimeZone::UTC, &[sketch], &[]);
    assert_eq!(given, Err(SketchError::NotShared));
}

#[test]
fn faults_in_files_are_named_with_their_line() {
    let key = GroupKey::of_file(KEY).expect("a key");
    let good = files(&key, 1)[0].write();
    let swap = |from: &str, to: &str| {
        OfficeSketches::read(good.replacen(from, to, 1).as_bytes()).expect_err("a fault").to_string()
    };
    let first_text =
        good.lines().nth(1).and_then(|line| line.split_once("\"text\":\"")).expect("text").1[..4].to_owned();
    for (said, expected) in [
        (swap("\"version\":1", "\"version\":2"), "Line 1: expected version 1, found 2."),
        (swap("2016-11-02", "2016-13-02"), "Line 1: expected a day such as 2016-10-27, found 2016-13-02."),
        (swap("\"lure\":0", "\"lure\":9"), "Line 2: expected the number of the lure before, or the next one, found 9."),
        (swap("2016-10-27", "tomorrow"), "Line 2: expected a day such as 2016-10-27, found tomorrow."),
        (swap("pollwarden-sketches", "other"), "Line 1: expected the format pollwarden-sketches, found other."),
    ] {
        assert_eq!(said, expected);
    }
    assert!(swap(&first_text, "zz").starts_with("Line 2: expected 384 hexadecimal digits of the text"), "{first_text}");
    assert!(OfficeSketches::read(b"").is_err());
    assert!(OfficeSketches::read(&[b'['; 5_000]).is_err());
    assert!(OfficeSketches::read(&vec![b'{'; 1 << 20]).expect_err("long").to_string().contains("8,192"));
}
