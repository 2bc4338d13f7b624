//! A message of arbitrary bytes goes the whole way: it is read, looked into, asked of a recorded DNS, and judged at the desk of an
//! invented office. Nothing ends the program; what is told agrees with itself.
//!
//! Seeds are messages as they are, so the folder that one lies in is told by its length.
#![no_main]

use std::sync::LazyLock;

use jiff::civil::date;
use libfuzzer_sys::fuzz_target;
use pollwarden_authentication::DnsSnapshot;
use pollwarden_core::{MailSettings, Office, Official, Vendor};
use pollwarden_mail::campaign::GroupKey;
use pollwarden_mail::formats::Kept;
use pollwarden_mail::simulate::{Folder, OfficeShape, ordinary};
use pollwarden_mail::{Contacts, Desk, Head, Judged, judge};

const FOLDERS: [&str; 4] = ["inbox/1.eml", "Sent/1.eml", "Junk/all.mbox", "1.msg"];

/// What the office's own domain and a vendor's publish; the key is the example of RFC 8463.
const DNS: &[u8] = include_bytes!("../dns.json");

static DESK: LazyLock<Desk> = LazyLock::new(|| {
    let shape = OfficeShape::example(7);
    let office = office(&shape);
    let mut contacts = Contacts::of(&office.domains);
    for sent in ordinary(&shape, date(2026, 7, 6), 10, 7) {
        contacts.learn(&Head::read(&sent.raw), sent.folder == Folder::Sent);
    }
    let dns = DnsSnapshot::from_json("dns.json", DNS).expect("a snapshot");
    Desk::new(&office, contacts, dns, GroupKey::within_office())
});

// Panics of libraries are caught at their border and become gaps; the fuzzer's own hook would end the process before.
// A panic that is not caught still ends it.
fuzz_target!(init: std::panic::set_hook(Box::new(|_| {})), |data: &[u8]| {
    let source = FOLDERS[data.len() % FOLDERS.len()].to_owned();
    let kept = Kept { source, line: None, raw: data.to_vec(), is_cut: data.len() % 7 == 0 };
    let all = judge(&DESK, &kept);
    assert!((1..=51).contains(&all.len()));
    assert_eq!(all[0].letter.size, data.len() as u64);
    all.iter().for_each(agrees);
});

fn agrees(message: &Judged) {
    let sum: f64 = message.score.reasons.iter().map(|reason| reason.weight).sum();
    assert!((sum - message.score.points).abs() < 1e-6);
    assert!(message.lure.is_none() || message.folder.name() != "sent");
    assert_eq!(message.attachments.len(), message.letter.parts.len());
    assert!(message.letter.parts.iter().all(|part| part.bytes.is_empty()));
    assert!(message.imitations.iter().all(|found| !found.party.is_empty() && !found.why.is_empty()));
    assert!(message.gaps.iter().all(|gap| !gap.is_empty()));
    assert!(message.threat.as_ref().is_none_or(|threat| !threat.reasons.is_empty()));
}

fn office(shape: &OfficeShape) -> Office {
    let officials = shape.people.iter().map(|person| Official {
        name: person.name(),
        title: None,
        addresses: vec![person.address.clone()],
    });
    let vendors = shape.vendors.iter().map(|vendor| Vendor {
        name: vendor.name.clone(),
        aliases: vec![vendor.product.clone()],
        domains: vec![vendor.domain.clone()],
    });
    Office {
        name: shape.name.clone(),
        domains: vec![shape.domain.clone(), shape.county_domain.clone()],
        officials: officials.collect(),
        vendors: vendors.collect(),
        mail: MailSettings {
            receivers: vec![format!("mx1.{}", shape.domain)],
            protected: vec![("State Elections Division".to_owned(), "elections.state.example".to_owned())],
            places: vec!["410 Larch Street".to_owned()],
            ..MailSettings::default()
        },
        ..Office::default()
    }
}
