//! What holds for everything that is made here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jiff::civil::date;
use jiff::{Timestamp, Zoned};
use pollwarden_core::{Digest, ObservableKind};

use super::*;
use crate::Letter;

fn office() -> OfficeShape {
    OfficeShape::example(1)
}

fn at() -> Zoned {
    Timestamp::from_second(1_730_000_000).unwrap().to_zoned(office().zone)
}

fn everyday() -> Vec<Sent> {
    ordinary(&office(), date(2024, 9, 2), 21, 1)
}

fn all_lures() -> Vec<Sent> {
    let office = office();
    let to = &office.people[1];
    let each = lures().iter().flat_map(|case| GRADES.map(move |grade| (case, grade)));
    each.map(|(case, grade)| write(case, grade, &office, to, &at(), 1)).collect()
}

fn all_threats() -> Vec<Sent> {
    let office = office();
    let each = GRADES.flat_map(|grade| (0..20).map(move |seed| (grade, seed)));
    each.map(|(grade, seed)| threats(grade, &office, &office.people[0], &at(), seed)).collect()
}

fn make_everything() -> Vec<Sent> {
    [everyday(), all_lures(), all_threats()].concat()
}

/// Made once: most tests look at the same messages.
fn everything() -> &'static [Sent] {
    static EVERYTHING: LazyLock<Vec<Sent>> = LazyLock::new(make_everything);
    &EVERYTHING
}

#[test]
fn everything_reads_without_faults() {
    for sent in everything() {
        let letter = Letter::read(&sent.raw);
        assert!(
            letter.faults.is_empty(),
            "{:?}: {:?}\n{}",
            sent.truth.kind,
            letter.faults,
            String::from_utf8_lossy(&sent.raw)
        );
        assert!(letter.message_id.is_some() && !letter.text.trim().is_empty(), "{:?}", sent.truth.kind);
        if sent.folder == Folder::Inbox {
            assert_eq!(letter.recipients(), sent.truth.recipients, "{:?}", sent.truth.kind);
        }
        assert_eq!(letter.date, Some(sent.truth.at), "{:?}", sent.truth.kind);
    }
}

#[test]
fn no_blank_is_left_and_no_choice() {
    for sent in everything() {
        let letter = Letter::read(&sent.raw);
        for text in [&letter.subject, &letter.text] {
            let is_left = text.contains('{') || text.contains("((") || text.contains("))");
            assert!(!is_left, "{:?}\n{text}", sent.truth.kind);
        }
        assert!(!letter.text.contains("(picture)"), "{:?}", sent.truth.kind);
    }
}

#[test]
fn the_same_seed_makes_the_same_bytes_and_another_does_not() {
    assert_eq!(make_everything(), everything());
    let first = |seed| ordinary(&office(), date(2024, 9, 2), 1, seed)[0].raw.clone();
    assert_ne!(first(1), first(2));
}

#[test]
fn no_two_ordinary_messages_are_equal() {
    let sent = everyday();
    assert_eq!(sent.iter().map(|sent| Digest::of(&sent.raw)).collect::<BTreeSet<_>>().len(), sent.len());
    let texts: BTreeSet<(String, String)> =
        sent.iter().map(|sent| Letter::read(&sent.raw)).map(|letter| (letter.subject, letter.text)).collect();
    assert!(texts.len() * 10 >= sent.len() * 9, "{} of {} differ in what they say", texts.len(), sent.len());
}

#[test]
fn ordinary_mail_is_of_many_kinds_shapes_and_charsets() {
    let sent = ordinary(&office(), date(2024, 9, 2), 60, 1);
    let template = |sent: &Sent| match sent.truth.kind {
        Kind::Ordinary { template } => template,
        _ => "",
    };
    let templates: BTreeSet<&str> = sent.iter().map(template).collect();
    assert!(templates.len() > super::ordinary::all().len() - 3, "{templates:?}");
    let letters: Vec<Letter> = sent.iter().map(|sent| Letter::read(&sent.raw)).collect();
    let shapes: BTreeSet<&str> = letters.iter().map(|letter| letter.shape.as_str()).collect();
    assert!(shapes.len() >= 10, "{shapes:?}");
    let raw = |what: &str| {
        sent.iter().filter(|sent| String::from_utf8_lossy(&sent.raw).to_lowercase().contains(what)).count()
    };
    for mark in
        ["iso-8859-1", "windows-1252", "quoted-printable", "base64", "8bit", "spf=pass", "spf=softfail", "list-id"]
    {
        assert!(raw(mark) > 0, "{mark}");
    }
    assert!(
        sent.iter().filter(|sent| sent.folder == Folder::Sent).count() * 20 > sent.len(),
        "contacts can be learned"
    );
    assert!(letters.iter().filter(|letter| !letter.in_reply_to.is_empty()).count() * 20 > sent.len(), "threads");
}

#[test]
fn every_lure_has_its_truth() {
    let office = office();
    for sent in all_lures() {
        let (letter, Kind::Lure(lure)) = (Letter::read(&sent.raw), &sent.truth.kind) else { panic!("no lure") };
        assert_eq!(sent.truth.recipients, [office.people[1].address.clone()]);
        assert!(!lure.imitated.name.is_empty() && !lure.imitated.writes_from.is_empty(), "{lure:?}");
        assert!(lure.techniques.iter().all(|id| id.starts_with('T')) && !lure.techniques.is_empty());
        let has = |kind, value: &str| lure.indicators.contains(&(kind, value.to_owned()));
        assert!(has(ObservableKind::EmailAddress, &letter.from[0].address), "{lure:?}");
        for part in letter.parts.iter().filter(|part| !part.is_inline && !part.name.ends_with("png")) {
            assert!(has(ObservableKind::FileHash, &Digest::of(&part.bytes).to_string()), "{} {lure:?}", part.name);
        }
        assert_eq!(letter.to.len(), if lure.grade == 1 { 4 } else { 1 }, "{lure:?}");
    }
}

#[test]
fn every_link_of_a_lure_is_in_its_message_or_its_files() {
    for sent in all_lures() {
        let (letter, Kind::Lure(lure)) = (Letter::read(&sent.raw), &sent.truth.kind) else { panic!("no lure") };
        for (_, url) in lure.indicators.iter().filter(|(kind, _)| *kind == ObservableKind::Url) {
            let is_in_text = letter.links.iter().any(|link| link.url == *url);
            let is_in_file = letter.parts.iter().any(|part| part.name.ends_with(".pdf") || part.name == "code.png");
            assert!(is_in_text || is_in_file, "{url}: {:?} {lure:?}", letter.links);
        }
    }
}

#[test]
fn subtler_lures_authenticate_better() {
    let passing = |grade: u8| {
        let passes = |sent: &Sent| {
            let Kind::Lure(lure) = &sent.truth.kind else { return false };
            let letter = Letter::read(&sent.raw);
            let results = letter.header("authentication-results").next().unwrap_or_default().to_owned();
            lure.grade == grade && results.contains("dmarc=pass")
        };
        all_lures().iter().filter(|sent| passes(sent)).count()
    };
    assert_eq!(passing(4), lures().len());
    assert!(passing(1) <= 2 && passing(2) <= 2 && passing(3) < lures().len(), "accounts broken into always pass");
}

#[test]
fn nothing_is_real() {
    let free_mail = people::FREE_MAIL;
    let named = ["bit.ly", "example.com", "example.org", "example.net"];
    let reserved = |host: &str| host.ends_with(".example") || host.ends_with(".test") || named.contains(&host);
    let mut seen = BTreeMap::new();
    for sent in everything() {
        let letter = Letter::read(&sent.raw);
        let addresses =
            letter.from.iter().chain(&letter.to).chain(&letter.reply_to).map(|mailbox| mailbox.address.clone());
        for address in addresses {
            let (local, host) = address.split_once('@').unwrap();
            assert!(reserved(host) || free_mail.contains(&host) && local.contains('-'), "{address}");
            *seen.entry(host.to_owned()).or_insert(0) += 1;
        }
        for link in &letter.links {
            let Ok(url) = url::Url::parse(&link.url) else { continue };
            let Some(host) = url.host_str().filter(|_| url.scheme().starts_with("http")) else { continue };
            let is_mail = free_mail.contains(&host);
            assert!(
                reserved(host) || is_mail || host.starts_with("198.51.100."),
                "{} in {:?}",
                link.url,
                sent.truth.kind
            );
        }
        let between_brackets = letter.header("received").flat_map(|hop| hop.split('[').skip(1));
        for address in between_brackets.filter_map(|rest| rest.split(']').next()?.parse::<std::net::IpAddr>().ok()) {
            let text = address.to_string();
            let is_documentation =
                ["192.0.2.", "198.51.100.", "203.0.113.", "2001:db8:"].iter().any(|net| text.starts_with(net));
            assert!(is_documentation, "{text}");
        }
    }
    assert!(seen.len() > 20);
}

#[test]
fn the_office_own_mail_shows_whom_it_knows() {
    let office = office();
    let written_to: BTreeSet<String> = everyday()
        .into_iter()
        .filter(|sent| sent.folder == Folder::Sent)
        .flat_map(|sent| sent.truth.recipients)
        .collect();
    let vendors: Vec<&Person> = office.vendors.iter().flat_map(|vendor| &vendor.people).collect();
    assert!(vendors.iter().any(|person| written_to.contains(&person.address)));
    assert!(office.contacts.iter().any(|person| written_to.contains(&person.address)));
}

#[test]
fn an_office_of_which_little_is_known_still_gets_mail() {
    let nobody = OfficeShape {
        name: String::new(),
        county: "é".to_owned(),
        domain: "x".to_owned(),
        county_domain: String::new(),
        people: Vec::new(),
        vendors: Vec::new(),
        contacts: Vec::new(),
        zone: jiff::tz::TimeZone::UTC,
        per_day: 5,
    };
    assert!(ordinary(&nobody, date(2024, 9, 2), 7, 1).len() > 20);
    let to = Person { address: "a@x".to_owned(), ..Person::default() };
    for (case, grade) in lures().iter().flat_map(|case| GRADES.map(move |grade| (case, grade))) {
        let sent = write(case, grade, &nobody, &to, &at(), 1);
        assert!(!Letter::read(&sent.raw).text.is_empty(), "{}", case.id);
    }
    let last = ordinary(&OfficeShape::example(1), jiff::civil::Date::MAX, 3, 1);
    assert!(last.len() < 200, "the calendar ends");
}

#[test]
fn every_wording_has_both_forms_and_every_template_an_id_of_its_own() {
    let wordings: BTreeSet<&str> =
        template::templates(include_str!("templates/lures.txt")).iter().map(|template| template.id).collect();
    for case in lures() {
        for form in ["crude", "fine"] {
            assert!(wordings.contains(format!("{}/{form}", case.wording).as_str()), "{}", case.wording);
        }
    }
    let ids: Vec<&str> = super::ordinary::all().iter().map(|template| template.id).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    assert_eq!(lures().iter().map(|case| case.id).collect::<BTreeSet<_>>().len(), lures().len());
}
