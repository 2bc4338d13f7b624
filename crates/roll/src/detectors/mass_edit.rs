//! Many voters changed by one hand: from one address of the internet, to one place, on one document, at night, or
//! beyond a batch's list.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use arrow::array::RecordBatch;
use pollwarden_core::{
    About, Confidence, Detector, DetectorError, Finding, Findings, ObservableKind, Outcome, Plan, Question, Reference,
    Scope, Severity, Stability, Tables,
};

use crate::change_row::{COLUMNS, ChangeRow, draft, sorted, voters};
use crate::rate::{too_many, too_many_for_one, too_many_of_shared};

/// The detector.
#[derive(Debug)]
pub(crate) struct MassEdit;

static ABOUT: About = About {
    id: "roll/mass-edit",
    title: "Many voters changed by one hand",
    question: Question::Roll,
    since: "0.1",
    stability: Stability::Stable,
    tables: &["changes"],
    looks_for: "One internet address, or one network, behind many voters' changes, many voters sent to one address or phone, one document \
                behind many changes, one operator's many acts at night or faster \
                than a hand can, a batch that went beyond its authorised list; \
                each held against how often the office's own rows have it. Acts on paper that an operator saw, and \
                authorised batches, are left out.",
    why: "An intruder or a dishonest insider with working access leaves a complete log behind, but one hand changes many \
          voters where many hands change one each.",
    cannot_see: "Changes spread over as many addresses, networks and documents as ordinary ones, and an insider who invents \
                 documents during office hours. Addresses inside the office's own network are not held against anyone.",
    do_next: "Call some of the voters. If they know nothing of the change, treat all of the group alike.",
    techniques: &["T1565.001", "T1078"],
    references: &[Reference {
        title: "L. Sweeney, J. Yoo, J. Zang: Voter Identity Theft. Technology Science 2017090601",
        place: "https://techscience.org/a/2017090601/",
    }],
};

impl Detector for MassEdit {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _scope: &Scope) -> Result<Plan, DetectorError> {
        tables.need("changes")?;
        Ok(Plan::sql(format!(
            "SELECT {COLUMNS} FROM changes WHERE verdict <> 'format-only' AND class <> 'label-recode' ORDER BY voter_id, field"
        )))
    }

    fn judge(&self, batches: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        let all = sorted(batches, |row| row.verdict != "format-only" && row.class != "label-recode");
        one_address_of_the_internet(&all, found);
        one_target(&all, found);
        one_document(&all, found);
        at_night(&all, found);
        faster_than_a_hand(&all, found);
        beyond_the_list(&all, found);
    }
}

/// What count is too many among others.
type Limit = fn(&mut dyn Iterator<Item = u64>) -> Option<u64>;
type Groups<'a> = BTreeMap<(&'a str, &'a str), Vec<&'a ChangeRow>>;

/// Rows by a kind of thing and the thing.
fn group<'a>(
    rows: &'a [ChangeRow],
    pass: impl Fn(&ChangeRow) -> bool,
    by: impl Fn(&'a ChangeRow) -> (&'a str, &'a str),
) -> Groups<'a> {
    let mut groups = Groups::new();
    for row in rows.iter().filter(|row| pass(row)) {
        groups.entry(by(row)).or_default().push(row);
    }
    groups
}

/// Groups with too many voters, each held against the others of its kind.
fn outstanding<'a>(groups: &Groups<'a>, limit: Limit) -> Vec<((&'a str, &'a str), u64, Vec<&'a ChangeRow>)> {
    let kinds: BTreeSet<&str> = groups.keys().map(|(kind, _)| *kind).collect();
    let limits: BTreeMap<&str, u64> = kinds
        .into_iter()
        .filter_map(|kind| {
            let of_kind = groups.range((kind, "")..).take_while(|((k, _), _)| *k == kind);
            Some((kind, limit(&mut of_kind.map(|(_, rows)| voters(rows) as u64))?))
        })
        .collect();
    let over = groups.iter().filter_map(|(key, rows)| {
        let limit = *limits.get(key.0)?;
        (voters(rows) as u64 >= limit).then(|| (*key, limit, rows.clone()))
    });
    over.collect()
}

fn one_address_of_the_internet(rows: &[ChangeRow], found: &mut Findings) {
    let office = found.scope().office.clone();
    let outside = |row: &ChangeRow| is_outside(&row.ip) && office.known(&row.ip).is_none();
    let groups = group(rows, |row| outside(row) && !row.seen_by_person, |row| (&row.log_source, &row.ip));
    let outstanding = outstanding(&groups, |counts| too_many(counts));
    let told: BTreeSet<&str> = outstanding.iter().map(|((_, ip), _, _)| *ip).collect();
    one_network(rows, &|row| outside(row) && !row.seen_by_person && !told.contains(row.ip.as_str()), found);
    for ((source, ip), limit, rows) in outstanding {
        let title = format!(
            "{} voters' registrations were changed through {source} from one internet address, {ip}",
            voters(&rows)
        );
        let expected = format!("Fewer than {limit} voters for one address, as with all others of {source}.");
        push(found, &title, &expected, &rows, (ObservableKind::Ip, ip));
    }
}

/// Many addresses of one network, which one hand may hold: a provider gives its customers a /24 or a /48.
fn one_network(rows: &[ChangeRow], pass: &dyn Fn(&ChangeRow) -> bool, found: &mut Findings) {
    let passed: Vec<(&ChangeRow, String)> =
        rows.iter().filter(|row| pass(row)).filter_map(|row| Some((row, network(&row.ip)?))).collect();
    let mut groups = Groups::new();
    for (row, network) in &passed {
        groups.entry((&row.log_source, network)).or_default().push(row);
    }
    for ((source, network), limit, rows) in outstanding(&groups, |counts| too_many_of_shared(counts)) {
        let title = format!(
            "{} voters' registrations were changed through {source} from one network, {network}",
            voters(&rows)
        );
        let expected = format!("Fewer than {limit} voters for one network, as with all others of {source}.");
        push(found, &title, &expected, &rows, (ObservableKind::Ip, network));
    }
}

fn network(ip: &str) -> Option<String> {
    match ip.parse::<IpAddr>().ok()?.to_canonical() {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            Some(format!("{a}.{b}.{c}.0/24"))
        }
        IpAddr::V6(ip) => {
            let [a, b, c, ..] = ip.segments();
            Some(format!("{a:x}:{b:x}:{c:x}::/48"))
        }
    }
}

/// An address that belongs to nobody's inside network.
fn is_outside(ip: &str) -> bool {
    match ip.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(IpAddr::V4(ip)) => !(ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified()),
        Ok(IpAddr::V6(ip)) => !(ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()),
        Err(_) => false,
    }
}

/// Acts on paper that an operator saw set the rate along with the others, but are not held against anyone.
fn one_target(rows: &[ChangeRow], found: &mut Findings) {
    let groups =
        group(rows, |row| !row.target.is_empty() && row.class != "confidential", |row| (&row.field, &row.target));
    for ((field, target), limit, rows) in outstanding(&groups, |counts| too_many_for_one(counts)) {
        let rows: Vec<&ChangeRow> = rows.into_iter().filter(|r| !r.seen_by_person && r.batch.is_empty()).collect();
        if (voters(&rows) as u64) < limit {
            continue;
        }
        let what = if field == "*" { "new registrations are" } else { "voters were given" };
        let whose = if field == "*" { "at one address".to_owned() } else { format!("one and the same {field}") };
        let title = format!("{} {what} {whose}", voters(&rows));
        let expected = format!("Fewer than {limit} voters sharing it, as with all other values.");
        let _ = target;
        push(found, &title, &expected, &rows, (ObservableKind::Field, field));
    }
}

fn one_document(rows: &[ChangeRow], found: &mut Findings) {
    let pass = |row: &ChangeRow| !row.document.is_empty() && row.batch.is_empty();
    let groups = group(rows, pass, |row| (&row.log_source, &row.document));
    for ((source, document), limit, rows) in outstanding(&groups, |counts| too_many_for_one(counts)) {
        let title = format!("{} voters' changes rest on one document, {document}", voters(&rows));
        let expected = format!("Fewer than {limit} voters for one document, as with all others of {source}.");
        push(found, &title, &expected, &rows, (ObservableKind::Document, document));
    }
}

/// Documented acts outside office hours: now and then at any office, many by one operator at none.
fn at_night(rows: &[ChangeRow], found: &mut Findings) {
    let mut operators = group(rows, |row| row.seen_by_person, |row| ("", &row.operator));
    for rows in operators.values_mut() {
        rows.retain(|row| row.off_hours);
    }
    for ((_, operator), limit, rows) in outstanding(&operators, |counts| too_many(counts)) {
        let title = format!("operator {operator} changed {} voters' registrations outside office hours", voters(&rows));
        let expected = format!("Fewer than {limit} voters, as with all other operators.");
        push(found, &title, &expected, &rows, (ObservableKind::Account, operator));
    }
}

/// A person who opens a record, reads a paper and types takes longer than this, in seconds, for one voter...
const HAND: i64 = 20;
/// ...and does not do it faster for so many voters in a row.
const IN_A_ROW: usize = 20;

fn faster_than_a_hand(rows: &[ChangeRow], found: &mut Findings) {
    let operators =
        group(rows, |row| row.seen_by_person && row.timed && row.logged.is_some(), |row| ("", &row.operator));
    for ((_, operator), mut rows) in operators {
        rows.sort_by_key(|row| (row.logged, &row.voter_id));
        for run in rows.chunk_by(|a, b| follows_at_once(a, b)).filter(|run| voters(run) >= IN_A_ROW) {
            let title =
                format!("operator {operator} changed {} voters' registrations faster than a person can", voters(run));
            let expected = format!("At least {HAND} seconds from one voter to the next.");
            push(found, &title, &expected, run, (ObservableKind::Account, operator));
        }
    }
}

fn follows_at_once(a: &ChangeRow, b: &ChangeRow) -> bool {
    let apart = a.logged.zip(b.logged).map(|(a, b)| b.as_second() - a.as_second());
    apart.is_some_and(|seconds| seconds < HAND)
}

fn beyond_the_list(rows: &[ChangeRow], found: &mut Findings) {
    let groups = group(rows, |row| row.cause_kind == "not-on-list", |row| ("", &row.batch));
    for ((_, batch), rows) in groups {
        let title = format!("batch {batch} changed {} voters who are not on its authorised list", voters(&rows));
        push(
            found,
            &title,
            "A batch changes the voters on its authorised list and no others.",
            &rows,
            (ObservableKind::Document, batch),
        );
    }
}

fn push(found: &mut Findings, title: &str, expected: &str, rows: &[&ChangeRow], (kind, value): (ObservableKind, &str)) {
    let drafted = draft(Finding::new(ABOUT.id, title, Severity::High, Confidence::Medium), rows, found)
        .observable(kind, value)
        .outcome(Outcome::Success)
        .expected_seen(expected, title)
        .next_step("Call some of these voters. If they know nothing of the change, restore all of the group from the original documents and keep the portal's access log for these times.")
        .techniques(ABOUT.techniques);
    found.push(drafted.done());
}
