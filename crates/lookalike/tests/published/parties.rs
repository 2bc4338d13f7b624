//! The parties that the data sets name: public bodies with .gov names, vendors.

use std::collections::BTreeMap;
use std::path::PathBuf;

use pollwarden_lookalike::{Party, PartyKind};
use pollwarden_testkit::{data_root, zst};

/// A file of the mail data, or `None` and a line that says so.
pub(crate) fn file(name: &str) -> Option<PathBuf> {
    let path = data_root()?.join("mail").join(name);
    if !path.is_file() {
        println!("skipped: no mail/{name}");
        return None;
    }
    Some(path)
}

/// A .gov name and the body it was given to.
#[derive(Clone)]
pub(crate) struct GovName {
    pub(crate) domain: String,
    pub(crate) body: String,
}

pub(crate) fn gov_names() -> Vec<GovName> {
    let Some(path) = file("dotgov-domains.csv.zst") else { return Vec::new() };
    let bytes = zst(path);
    let rows = csv::Reader::from_reader(bytes.as_slice()).into_records();
    rows.map(|row| row.expect("a row"))
        .map(|row| GovName { domain: row[0].to_lowercase(), body: body(&row[2], &row[5]) })
        .collect()
}

/// Bodies of one name in two states are two.
fn body(name: &str, state: &str) -> String {
    format!("{} ({state})", name.trim())
}

/// One party for each body.
pub(crate) fn offices<'a>(names: impl IntoIterator<Item = &'a GovName>) -> Vec<Party> {
    let mut bodies: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for name in names {
        bodies.entry(&name.body).or_default().push(&name.domain);
    }
    bodies.into_iter().map(|(body, domains)| Party::new(PartyKind::Office, body, &domains)).collect()
}

pub(crate) fn vendors() -> Vec<Party> {
    let Some(path) = file("vendors.tsv") else { return Vec::new() };
    let text = String::from_utf8(zst(path)).expect("text");
    text.lines().skip(1).map(vendor).collect()
}

fn vendor(line: &str) -> Party {
    let fields: Vec<&str> = line.split('\t').collect();
    let aliases: Vec<&str> = fields[1].split(';').map(str::trim).filter(|alias| !alias.is_empty()).collect();
    Party::new(PartyKind::Vendor, fields[0], &[fields[2]]).known_as(&aliases)
}

/// A part of a whole, in percent.
pub(crate) fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}
