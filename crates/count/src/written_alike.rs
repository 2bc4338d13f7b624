//! Names of contests and choices that files write a little differently: where it is clear which is meant, all are written as the
//! records have them, or else the results, before anything is compared.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::alike::{alike, the_one};
use crate::audit::AuditSettings;
use crate::{Contest, Evidence, ReportedContest};

/// Names as one file writes them, and as another: both are in the answer's notes.
type Pairs = BTreeSet<(String, String)>;

/// Writes names alike, and says which.
pub(crate) fn write_alike(evidence: &mut Evidence, settings: Option<&mut AuditSettings>) -> Vec<String> {
    let mut pairs = Pairs::new();
    let recorded: Vec<Contest> = evidence.cvrs.contests().map(|(_, contest)| contest.clone()).collect();
    for results in &mut evidence.results {
        let mut names: Vec<&mut String> = results.contests.iter_mut().map(|contest| &mut contest.name).collect();
        rename(&mut names, &recorded.iter().flat_map(known).collect::<Vec<_>>(), &mut pairs);
        for contest in &mut results.contests {
            let mut same = recorded.iter().filter(|c| c.name == contest.name);
            if let (Some(of_records), None) = (same.next(), same.next()) {
                rename_choices(contest, of_records, &mut pairs);
            }
        }
    }
    let labels: Vec<String> = evidence.cvrs.contests().map(|(id, _)| evidence.cvrs.label(id)).collect();
    let reported = evidence.results.iter().flat_map(|results| &results.contests);
    let reported = reported.flat_map(|contest| [contest.name.clone(), contest.external_id.clone()]);
    let known: Vec<String> = recorded.iter().flat_map(known).map(str::to_owned).chain(labels).chain(reported).collect();
    let known: BTreeSet<&str> = known.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
    let known: Vec<&str> = known.into_iter().collect();
    rename(&mut evidence.board.contests.iter_mut().collect::<Vec<_>>(), &known, &mut pairs);
    if let Some(settings) = settings {
        rename(&mut settings.contests.iter_mut().map(|c| &mut c.name).collect::<Vec<_>>(), &known, &mut pairs);
        rename(&mut settings.left_out.iter_mut().collect::<Vec<_>>(), &known, &mut pairs);
    }
    let note = |(one, other): (String, String)| {
        format!("“{one}” was taken for “{other}”: the two names differ only in how they are written.")
    };
    pairs.into_iter().map(note).collect()
}

fn known(contest: &Contest) -> impl Iterator<Item = &str> {
    [contest.name.as_str(), contest.external_id.as_str()].into_iter().filter(|name| !name.is_empty())
}

/// Renames those that nobody knows as they are, and that are alike to one known name which none of the others has or is alike to.
fn rename(names: &mut [&mut String], known: &[&str], pairs: &mut Pairs) {
    let keys: Vec<String> = names.iter().map(|name| alike(plain(name))).collect();
    let mut times: HashMap<&str, usize> = HashMap::new();
    keys.iter().for_each(|key| *times.entry(key).or_default() += 1);
    for (name, key) in names.iter_mut().zip(&keys) {
        if known.contains(&name.as_str()) || times[key.as_str()] > 1 {
            continue;
        }
        if let Some(at) = the_one(known.iter().copied(), plain(name)) {
            pairs.insert((name.clone(), known[at].to_owned()));
            known[at].clone_into(name);
        }
    }
}

/// A contest's name without what some exports write after it: how many may be chosen.
fn plain(name: &str) -> &str {
    let before = name.trim_end().strip_suffix(')').and_then(|name| name.rsplit_once('('));
    match before {
        Some((before, within)) if alike(within).starts_with("vote for") => before.trim_end(),
        _ => name,
    }
}

fn rename_choices(reported: &mut ReportedContest, recorded: &Contest, pairs: &mut Pairs) {
    let known: Vec<&str> = recorded.choices.iter().map(|choice| choice.name.as_str()).collect();
    let mut written: HashMap<String, HashSet<String>> = HashMap::new();
    for choice in &reported.choices {
        written.entry(alike(&choice.name)).or_default().insert(choice.name.clone());
    }
    for choice in reported.choices.iter_mut().filter(|choice| !choice.write_in) {
        // Lines of one name are one choice's, as of several parties; of two names that are alike nobody can say.
        if recorded.choice(&choice.name).is_some() || written[&alike(&choice.name)].len() > 1 {
            continue;
        }
        if let Some(at) = the_one(known.iter().copied(), &choice.name) {
            pairs.insert((choice.name.clone(), known[at].to_owned()));
            known[at].clone_into(&mut choice.name);
        }
    }
}
