//! The openspf suite for RFC 7208 (release 2014.04), zones inside.

use pollwarden_authentication::dns::Record;
use pollwarden_authentication::{Envelope, RecordType, Settings};
use yaml_serde::{Deserializer, Value};

use super::archive::file;
use super::zone::{Host, Zone};

#[test]
fn openspf_rfc7208() {
    let Some(text) = file("openspf", "spf-rfc7208-tests.yml") else { return };
    let (mut right, mut total, mut wrong) = (0, 0, Vec::new());
    for document in Deserializer::from_slice(&text) {
        let Ok(scenario) = serde::Deserialize::deserialize(document) else { continue };
        let scenario: Value = scenario;
        if scenario.is_null() {
            continue;
        }
        let zone = read_zone(&scenario["zonedata"]);
        for (name, test) in scenario["tests"].as_mapping().unwrap() {
            total += 1;
            match check(&zone, test) {
                Ok(()) => right += 1,
                Err(why) => wrong.push(format!("{}: {why}", name.as_str().unwrap_or("?"))),
            }
        }
    }
    println!("openspf RFC 7208: {right} of {total}");
    assert!(wrong.is_empty() && total > 0, "{wrong:#?}");
}

fn check(zone: &Zone, test: &Value) -> Result<(), String> {
    let text = |key: &str| test[key].as_str().unwrap_or_default().to_owned();
    let envelope = Envelope {
        client_ip: text("host").parse().map_err(|_| "no address")?,
        helo: text("helo"),
        mail_from: text("mailfrom"),
    };
    let seen = zone.authenticate(b"From: a@b.example\r\n\r\n", Some(&envelope), Some(0), &Settings::default());
    let result = seen.spf.result.known().map_or("can't tell", |result| result.as_str());
    let allowed: Vec<&str> = match &test["result"] {
        Value::Sequence(list) => list.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    if !allowed.contains(&result) {
        return Err(format!("{result} ({}), expected {allowed:?}", seen.spf.why));
    }
    match test["explanation"].as_str() {
        None => Ok(()),
        Some("DEFAULT") if seen.spf.explanation.is_none() => Ok(()),
        expected if seen.spf.explanation.as_deref() == expected => Ok(()),
        expected => Err(format!("explained {:?}, expected {expected:?}", seen.spf.explanation)),
    }
}

fn read_zone(data: &Value) -> Zone {
    let mut zone = Zone::default();
    for (name, entries) in data.as_mapping().unwrap() {
        let mut host = Host::default();
        let mut spf = Vec::new();
        let mut has_text = false;
        for entry in entries.as_sequence().unwrap() {
            if entry.as_str() == Some("TIMEOUT") {
                host.times_out = true;
                continue;
            }
            for (kind, value) in entry.as_mapping().unwrap() {
                match kind.as_str().unwrap() {
                    "SPF" => spf.push(text_record(value)),
                    "TXT" => {
                        has_text = true;
                        if value.as_str() != Some("NONE") {
                            host.records.push((RecordType::Txt, text_record(value)));
                        }
                    }
                    "CNAME" => host.alias = value.as_str().map(str::to_owned),
                    kind => host.records.extend(other_record(kind, value)),
                }
            }
        }
        // The suite was made for the SPF record type: a host without TXT records has the same text as TXT.
        if !has_text {
            host.records.extend(spf.into_iter().map(|record| (RecordType::Txt, record)));
        }
        zone.0.insert(name.as_str().unwrap().trim_end_matches('.').to_lowercase(), host);
    }
    zone
}

fn text_record(value: &Value) -> Record {
    let strings: Vec<&str> = match value {
        Value::Sequence(list) => list.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    // Octets above 127 are written as characters of the same number.
    Record::Text(strings.concat().chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect())
}

fn other_record(kind: &str, value: &Value) -> Option<(RecordType, Record)> {
    let text = || value.as_str().unwrap_or_default().to_owned();
    Some(match kind {
        "A" => (RecordType::A, Record::Address(text().parse().ok()?)),
        "AAAA" => (RecordType::Aaaa, Record::Address(text().parse().ok()?)),
        "PTR" => (RecordType::Ptr, Record::Name(text())),
        "MX" => {
            let preference = u16::try_from(value[0].as_u64()?).ok()?;
            (RecordType::Mx, Record::Exchange(preference, value[1].as_str()?.to_owned()))
        }
        _ => return None,
    })
}
