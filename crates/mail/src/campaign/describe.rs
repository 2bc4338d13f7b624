//! What the members of a campaign share and what differs, in a clerk's words.

use std::collections::{BTreeMap, BTreeSet};

use super::alike::Common;
use super::sketch::{Shown, Sketch};

/// More values than this are counted rather than named.
const NAMED: usize = 3;
/// Members that are compared with the first one.
const COMPARED: usize = 40;

/// What nearly all members have in common.
pub(super) fn share(of: &[&Sketch]) -> Vec<String> {
    let mut said = Vec::new();
    let text = median(of, |common| common.text);
    if text >= 0.3 {
        let how = if text >= 0.7 { "nearly the same" } else { "the same in large part" };
        said.push(format!("Their texts are {how} ({:.0} % of the word pairs are common).", text * 100.0));
    }
    let files = median(of, |common| common.files);
    if files >= 0.5 {
        said.push(format!("Their attachments hold much the same ({:.0} % is common).", files * 100.0));
    }
    let shown = shown(of);
    one("sender's address", &shown, |s| vec![s.sender.clone()], &mut said);
    one("name that the sender shows", &shown, |s| vec![s.sender_name.clone()], &mut said);
    one("subject", &shown, |s| vec![s.subject.clone()], &mut said);
    one("host that links lead to", &shown, |s| s.link_hosts.clone(), &mut said);
    one("attachment's name", &shown, |s| s.file_names.clone(), &mut said);
    said
}

/// What differs.
pub(super) fn varies(of: &[&Sketch]) -> Vec<String> {
    let shown = shown(of);
    let mut said = Vec::new();
    several("sender's address", &shown, |s| s.sender.clone(), &mut said);
    several("name that the sender shows", &shown, |s| s.sender_name.clone(), &mut said);
    several("subject", &shown, |s| s.subject.clone(), &mut said);
    several("hosts that links lead to", &shown, |s| s.link_hosts.join(", "), &mut said);
    several("attachment's name", &shown, |s| s.file_names.join(", "), &mut said);
    let html = shown.iter().filter(|s| s.is_html).count();
    if html > 0 && html < shown.len() {
        said.push(format!("{html} of {} are written in HTML, the others in plain text.", shown.len()));
    }
    said
}

fn shown<'a>(of: &[&'a Sketch]) -> Vec<&'a Shown> {
    of.iter().filter_map(|sketch| sketch.shown.as_deref()).collect()
}

/// Says which value at least nine in ten have.
fn one(what: &str, shown: &[&Shown], values: impl Fn(&Shown) -> Vec<String>, said: &mut Vec<String>) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for value in shown.iter().flat_map(|s| values(s).into_iter().collect::<BTreeSet<String>>()) {
        *counts.entry(value).or_default() += 1;
    }
    let most = counts.iter().filter(|(value, count)| !value.is_empty() && *count * 10 >= shown.len() * 9);
    for (value, count) in most.take(NAMED) {
        let whom = if *count == shown.len() { "All".to_owned() } else { format!("{count} of {}", shown.len()) };
        said.push(format!("{whom} have the same {what}: {value}."));
    }
}

fn several(what: &str, shown: &[&Shown], value: impl Fn(&Shown) -> String, said: &mut Vec<String>) {
    let values: BTreeSet<String> = shown.iter().map(|s| value(s)).filter(|value| !value.is_empty()).collect();
    let named: Vec<&str> = values.iter().take(NAMED).map(String::as_str).collect();
    match values.len() {
        0 | 1 => {}
        2..=NAMED => said.push(format!("Different {what}: {}.", named.join("; "))),
        more => said.push(format!("Different {what}: {more}, such as {}.", named.join("; "))),
    }
}

/// The middle of what members have in common with the first one.
fn median(of: &[&Sketch], part: impl Fn(&Common) -> f64) -> f64 {
    let step = of.len().div_ceil(COMPARED).max(1);
    let mut values: Vec<f64> = of.iter().skip(1).step_by(step).map(|other| part(&Common::of(of[0], other))).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
