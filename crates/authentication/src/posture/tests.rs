//! What is said of example domains.

use super::*;
use crate::dns::{Answer, DnsSnapshot, Entry, Record, RecordType};

fn snapshot(records: &[(&str, RecordType, &[&str])]) -> DnsSnapshot {
    let mut snapshot = DnsSnapshot::new();
    for (name, record_type, texts) in records {
        let read = |text: &&str| match record_type {
            RecordType::Txt => Record::Text(text.as_bytes().to_vec()),
            RecordType::Mx => Record::Exchange(10, (*text).into()),
            _ => Record::Address(text.parse().expect("an address")),
        };
        let answer =
            if texts.is_empty() { Answer::NoSuchName } else { Answer::Records(texts.iter().map(read).collect()) };
        snapshot.insert(&Question::new(name, *record_type), Entry { answer, recorded: None, resolver: None });
    }
    snapshot
}

const TXT: RecordType = RecordType::Txt;

fn said(posture: &Posture, topic: Topic) -> Vec<(Severity, &str)> {
    let about = posture.statements.iter().filter(|statement| statement.topic == topic);
    about.map(|statement| (statement.severity, statement.says.as_str())).collect()
}

#[test]
fn what_was_not_recorded_can_not_be_told() {
    let posture = posture("example.org", &["mail".into()], &DnsSnapshot::new());
    assert!(posture.statements.is_empty(), "{:?}", posture.statements);
    for topic in [Topic::Spf, Topic::Dkim, Topic::Dmarc, Topic::Mx, Topic::MtaSts, Topic::TlsRpt] {
        assert!(posture.cannot_tell.iter().any(|(known, _)| *known == topic), "{topic}");
    }
    assert!(posture.not_recorded.contains(&Question::new("_dmarc.example.org", TXT)));
}

#[test]
fn a_domain_without_protection_is_told_what_to_publish() {
    let dns = snapshot(&[
        ("example.org", TXT, &[]),
        ("example.org", RecordType::Mx, &["mx.example.org"]),
        ("_dmarc.example.org", TXT, &[]),
        ("_dmarc.org", TXT, &[]),
    ]);
    let posture = posture("Example.org", &[], &dns);
    let published: Vec<&str> =
        posture.statements.iter().filter_map(|s| s.publish.as_ref()).map(|p| p.text.as_str()).collect();
    assert_eq!(published, ["v=spf1 mx -all", "v=DMARC1; p=quarantine; rua=mailto:dmarc-reports@example.org"]);
    assert_eq!(posture.worst(), Some(Severity::High));
}

#[test]
fn a_record_that_allows_everybody_is_critical() {
    let dns = snapshot(&[("example.org", TXT, &["v=spf1 ip4:10.0.0.0/8 ptr +all"])]);
    let posture = posture("example.org", &[], &dns);
    let spf = said(&posture, Topic::Spf);
    assert_eq!(spf[0].0, Severity::Critical, "{spf:?}");
    assert!(spf.iter().any(|(severity, says)| *severity == Severity::High && says.contains("ip4:10.0.0.0/8")));
    assert!(spf.iter().any(|(_, says)| says.contains("\"ptr\"")));
}

#[test]
fn lookups_are_counted_through_includes() {
    let includes: Vec<String> = (0..4).map(|n| format!("include:p{n}.example.net")).collect();
    let own = format!("v=spf1 {} mx -all", includes.join(" "));
    let mut records: Vec<(String, Vec<&str>)> = vec![("example.org".into(), vec![&own])];
    records.extend((0..4).map(|n| (format!("p{n}.example.net"), vec!["v=spf1 a:x.example.net a:y.example.net -all"])));
    let mut all: Vec<(&str, RecordType, &[&str])> =
        records.iter().map(|(n, t)| (n.as_str(), TXT, t.as_slice())).collect();
    all.extend([
        ("x.example.net", RecordType::A, &["192.0.2.1"][..]),
        ("y.example.net", RecordType::A, &["192.0.2.2"]),
        ("example.org", RecordType::Mx, &["mx.example.org"]),
    ]);
    let posture = posture("example.org", &[], &snapshot(&all));
    let spf = said(&posture, Topic::Spf);
    assert!(spf[0].1.contains("needs 13 DNS lookups"), "{spf:?}");
}

#[test]
fn circles_and_broken_includes_end() {
    let dns = snapshot(&[
        ("example.org", TXT, &["v=spf1 include:a.example.net include:gone.example.net include:bad.example.net -all"]),
        ("a.example.net", TXT, &["v=spf1 include:example.org -all"]),
        ("gone.example.net", TXT, &[]),
        ("bad.example.net", TXT, &["v=spf1 ip4:nonsense -all"]),
    ]);
    let posture = posture("example.org", &[], &dns);
    let high = said(&posture, Topic::Spf).iter().filter(|(severity, _)| *severity == Severity::High).count();
    assert_eq!(high, 3, "{:?}", posture.statements);
}

#[test]
fn two_records_are_as_good_as_none() {
    let dns = snapshot(&[
        ("example.org", TXT, &["v=spf1 -all", "v=spf1 mx -all"]),
        ("_dmarc.example.org", TXT, &["v=DMARC1; p=reject", "v=DMARC1; p=none"]),
    ]);
    let posture = posture("example.org", &[], &dns);
    assert!(said(&posture, Topic::Spf)[0].1.contains("publishes 2 SPF records"));
    assert!(said(&posture, Topic::Dmarc)[0].1.contains("publishes 2 DMARC records"));
}

#[test]
fn a_weak_dmarc_record_is_told_where_it_is_weak() {
    let dns = snapshot(&[
        ("_dmarc.example.org", TXT, &["v=DMARC1; p=reject; sp=none; pct=20; rua=mailto:r@reports.example"]),
        ("example.org._report._dmarc.reports.example", TXT, &[]),
    ]);
    let posture = posture("example.org", &[], &dns);
    let dmarc: String = said(&posture, Topic::Dmarc).iter().map(|(_, says)| *says).collect();
    for part in ["pct=20", "sp=none", "p=reject", "reports.example, which does not say"] {
        assert!(dmarc.contains(part), "{part}: {dmarc}");
    }
}

#[test]
fn keys_are_judged_by_length_and_state() {
    // A 512-bit RSA key, made for this test and used nowhere.
    let weak = "v=DKIM1; k=rsa; t=y; p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALVI635dLK4cJJAH3Lx6upo3X/Lm1tQz3mezcWTA3BUBnyIsdnRf57aD5BtNmhPrYYDlWlzw3UgnKisIxktkk5MCAwEAAQ==";
    let dns = snapshot(&[
        ("old._domainkey.example.org", TXT, &["v=DKIM1; p="]),
        ("weak._domainkey.example.org", TXT, &[weak]),
        ("new._domainkey.example.org", TXT, &["v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="]),
    ]);
    let posture = posture("example.org", &["gone".into()], &dns);
    let dkim = said(&posture, Topic::Dkim);
    assert!(dkim[0].1.contains("weak of example.org has 512 bits"), "{dkim:?}");
    assert!(dkim.iter().any(|(_, says)| says.contains("t=y")));
    assert!(dkim.iter().any(|(_, says)| says.contains("old of example.org was withdrawn")));
    assert!(dkim.iter().any(|(_, says)| says.contains("new of example.org is an Ed25519 key")));
    assert!(posture.cannot_tell.iter().any(|(topic, why)| *topic == Topic::Dkim && why.contains("gone._domainkey")));
}

#[test]
fn a_policy_file_must_name_the_mail_servers() {
    let mut dns = snapshot(&[
        ("_mta-sts.example.org", TXT, &["v=STSv1; id=20261101"]),
        ("example.org", RecordType::Mx, &["mx1.example.org", "mx.deep.example.org"]),
    ]);
    let text = "version: STSv1\r\nmode: testing\r\nmx: *.example.org\r\nmax_age: 86400\r\n";
    dns.insert_policy("example.org", crate::dns::PolicyFile { text: Ok(text.into()), recorded: None });
    let posture = posture("example.org", &[], &dns);
    let sts = said(&posture, Topic::MtaSts);
    assert!(sts.iter().any(|(s, says)| *s == Severity::High && says.contains("mx.deep.example.org")), "{sts:?}");
    assert!(sts.iter().any(|(s, says)| *s == Severity::Low && says.contains("mode: testing")));
    assert_eq!(sts.len(), 2);
}
