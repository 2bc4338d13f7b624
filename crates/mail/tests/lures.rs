//! Lures written after every published case, in four grades of subtlety, judged at an office's desk: all found, each with whom it
//! imitates; and the office's ordinary mail stays quiet.
#![allow(clippy::print_stdout, reason = "figures are printed for the record")]

use std::collections::BTreeMap;

use jiff::civil::date;
use pollwarden_core::{Office, Official, Vendor};
use pollwarden_mail::campaign::GroupKey;
use pollwarden_mail::formats::Kept;
use pollwarden_mail::simulate::{GRADES, Kind, OfficeShape, Sent, lures, ordinary, threats, write};
use pollwarden_mail::{Contacts, Desk, Head, Judged, judge};

/// Cases that come from a genuine account which somebody has broken into: nothing is imitated, and little shows.
const GENUINE_ACCOUNT: &[&str] = &["thread-hijack"];

#[test]
fn lures_after_every_case_are_found_with_whom_they_imitate() {
    let shape = OfficeShape::example(7);
    let desk = desk(&shape, 7);
    let (mut missed, mut unnamed, mut all) = (Vec::new(), Vec::new(), 0);
    for case in lures().iter().filter(|case| !GENUINE_ACCOUNT.contains(&case.id)) {
        for (grade, seed) in GRADES.flat_map(|grade| (0..3).map(move |seed| (grade, seed))) {
            let at = date(2026, 10, 27).at(9, 0, 0, 0).to_zoned(shape.zone.clone()).expect("a time");
            let sent = write(case, grade, &shape, &shape.people[1], &at, seed);
            let Kind::Lure(truth) = &sent.truth.kind else { panic!("a lure") };
            let judged = judged(&desk, &sent);
            all += 1;
            let name = format!("{} grade {grade} seed {seed}", case.id);
            if !judged.iter().any(|message| message.lure.is_some_and(|lure| lure.is_sure)) {
                missed.push(format!(
                    "{name}: {:.1} points, {:?}",
                    judged[0].score.points,
                    judged[0].imitations.first().map(|i| (&i.party, i.strength))
                ));
            }
            if !judged
                .iter()
                .flat_map(|message| &message.imitations)
                .any(|found| is_party(&found.party, &truth.imitated.name))
            {
                unnamed.push(format!(
                    "{name}: {} not named, but {:?}",
                    truth.imitated.name,
                    judged[0].imitations.iter().map(|i| &i.party).collect::<Vec<_>>()
                ));
            }
        }
    }
    println!("lures: {} of {all} found; imitated party named in {} of {all}", all - missed.len(), all - unnamed.len());
    println!("missed:\n{}\nnot named:\n{}", missed.join("\n"), unnamed.join("\n"));
    assert!(missed.is_empty(), "{} lures were missed", missed.len());
    assert!(unnamed.is_empty(), "of {} lures the imitated party was not named", unnamed.len());
}

#[test]
fn ordinary_mail_stays_quiet() {
    let shape = OfficeShape::example(11);
    let desk = desk(&shape, 11);
    let mut alarms: BTreeMap<String, usize> = BTreeMap::new();
    let mail = ordinary(&shape, date(2026, 9, 7), 50, 12);
    for sent in &mail {
        let Kind::Ordinary { template } = sent.truth.kind else { panic!("ordinary mail") };
        for message in judged(&desk, sent) {
            if let Some(lure) = message.lure.filter(|lure| lure.is_sure) {
                let why: Vec<&str> = message.imitations.iter().map(|found| found.why.as_str()).collect();
                *alarms
                    .entry(format!(
                        "{template}: {:?} {:.1} {why:?} {:?}",
                        lure.kind,
                        message.score.points,
                        message.score.reasons.iter().take(4).map(|r| r.id).collect::<Vec<_>>()
                    ))
                    .or_default() += 1;
            }
            if message
                .threat
                .is_some_and(|threat| !threat.is_reported && threat.audience() == pollwarden_core::Audience::Clerk)
            {
                *alarms.entry(format!("{template}: threat")).or_default() += 1;
            }
        }
    }
    let count: usize = alarms.values().sum();
    println!("ordinary mail: {count} false alarms in {} messages\n{alarms:#?}", mail.len());
    assert!(count * 1_000 <= mail.len(), "{count} false alarms in {} messages", mail.len());
}

#[test]
fn simulated_threats_are_told() {
    let shape = OfficeShape::example(5);
    let desk = desk(&shape, 5);
    let at = date(2026, 11, 1).at(21, 0, 0, 0).to_zoned(shape.zone.clone()).expect("a time");
    for grade in 1..=4 {
        let told = (0..40).filter(|seed| {
            let sent = threats(grade, &shape, &shape.official(), &at, *seed);
            judged(&desk, &sent).iter().any(|message| message.threat.is_some())
        });
        let told = told.count();
        println!("threats of grade {grade}: {told} of 40 told");
        // A menace in few words (grade 1) may be anything; the detection limit says how many of them are told.
        assert!(grade < 3 || told >= 30, "grade {grade}: {told} of 40");
    }
}

fn judged(desk: &Desk, sent: &Sent) -> Vec<Judged> {
    judge(desk, &Kept { source: "inbox/1.eml".to_owned(), line: None, raw: sent.raw.clone(), is_cut: false })
}

/// The office's desk after some weeks of its own mail.
fn desk(shape: &OfficeShape, seed: u64) -> Desk {
    let office = Office {
        name: shape.name.clone(),
        domains: vec![shape.domain.clone(), shape.county_domain.clone()],
        officials: shape
            .people
            .iter()
            .map(|person| Official { name: person.name(), title: None, addresses: vec![person.address.clone()] })
            .collect(),
        vendors: shape
            .vendors
            .iter()
            .map(|vendor| Vendor {
                name: vendor.name.clone(),
                aliases: vec![vendor.product.clone()],
                domains: vec![vendor.domain.clone()],
            })
            .collect(),
        mail: pollwarden_core::MailSettings {
            receivers: vec![format!("mx1.{}", shape.domain)],
            protected: vec![
                ("Association of Election Clerks".to_owned(), "electionclerks.example".to_owned()),
                ("Elections Sharing Center".to_owned(), "sharingcenter.example".to_owned()),
                ("State Elections Division".to_owned(), "elections.state.example".to_owned()),
            ],
            ..Default::default()
        },
        ..Office::default()
    };
    let mut contacts = Contacts::of(&office.domains);
    for sent in ordinary(shape, date(2026, 7, 6), 40, seed) {
        let is_sent = sent.folder == pollwarden_mail::simulate::Folder::Sent;
        contacts.learn(&Head::read(&sent.raw), is_sent);
    }
    Desk::new(&office, contacts, Default::default(), GroupKey::within_office())
}

/// A party is named by its own name, or by one that holds it: `EAC` and `U.S. Election Assistance Commission`.
fn is_party(found: &str, truth: &str) -> bool {
    let fold = |text: &str| text.to_lowercase().replace(['.', ','], "");
    let (found, truth) = (fold(found), fold(truth));
    found.contains(&truth)
        || truth.contains(&found)
        || truth.split_whitespace().any(|word| word.len() > 5 && found.contains(word))
}

/// A vendor whose mail its domain vouches for as a rule: a message in its name that nobody vouches for is somebody else's.
#[test]
fn a_vendors_own_address_that_nobody_vouches_for_is_told() {
    let office = Office {
        domains: vec!["county.example".to_owned()],
        vendors: vec![Vendor {
            name: "Pollbook Systems".to_owned(),
            aliases: Vec::new(),
            domains: vec!["pollbooksystems.example".to_owned()],
        }],
        mail: pollwarden_core::MailSettings { receivers: vec!["mx1.county.example".to_owned()], ..Default::default() },
        ..Office::default()
    };
    let is_told = |vouched: usize, word: &str| {
        let mut contacts = Contacts::of(&office.domains);
        (0..vouched).for_each(|_| contacts.learn_vouching("pollbooksystems.example", true));
        let desk = Desk::new(&office, contacts, Default::default(), GroupKey::within_office());
        let raw = format!(
            "Return-Path: <bounce@mailer7.test>\r\nReceived: from mailer7.test (mailer7.test [192.0.2.9]) by mx1.county.example; Tue, 27 Oct 2026 09:00:00 +0000\r\n\
             {word}From: Pollbook Systems <support@pollbooksystems.example>\r\nTo: clerk@county.example\r\nSubject: New manuals\r\n\
             Content-Type: text/html\r\n\r\n<p>Please confirm your password today to read the manuals.</p><a href='https://files.test/a'>Open</a>\r\n"
        );
        let kept = Kept { source: "inbox/1.eml".to_owned(), line: None, raw: raw.into_bytes(), is_cut: false };
        judge(&desk, &kept)[0].lure.is_some_and(|lure| lure.is_sure)
    };
    let nobody =
        "Authentication-Results: mx1.county.example; spf=none smtp.mailfrom=mailer7.test; dkim=none; dmarc=none\r\n";
    let itself =
        "Authentication-Results: mx1.county.example; dkim=pass header.d=pollbooksystems.example; dmarc=pass\r\n";
    assert!(is_told(40, "") && is_told(40, nobody));
    assert!(!is_told(40, itself), "its own mail stays quiet");
}
