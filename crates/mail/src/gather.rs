//! From a folder's files to rows: all messages are judged, on all cores, and then looked at together.
//!
//! Files are gone through twice: first for whom the office writes with, by headers alone; then each message is judged.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::Timestamp;
use pollwarden_authentication::{DnsSnapshot, authenticate};
use pollwarden_core::{Complaint, Coverage, Interval, Office, Source, TableRows};
use pollwarden_intake::{Found, Input};

use crate::campaign::{GroupKey, OfficeSketches};
use crate::contacts::Contacts;
use crate::desk::Desk;
use crate::folder::Folder;
use crate::formats::{Kept, Kind, kind};
use crate::gaps::Gaps;
use crate::hands::{Done, each};
use crate::in_our_name::{Brought, in_our_name};
use crate::judged::{Judged, judge};
use crate::letter::{Head, registrable};
use crate::mailings::{Brief, Mailing, mailings};
use crate::phish::Vouching;
use crate::{beside, followed, rows};

/// How a run is to be done.
pub struct Wanted<'a> {
    /// The office.
    pub office: &'a Office,
    /// Under which sketches are made; that of other offices where theirs are to be compared.
    pub key: GroupKey,
    /// Threads that judge.
    pub threads: usize,
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// By so many messages it was learned whom the office writes with.
    Learned(u64),
    /// So many messages are judged.
    Judged(u64),
    /// Messages are compared with each other.
    Comparing,
}

/// What came of a run besides rows.
pub struct Gathered {
    /// What was read and what was not.
    pub coverage: Coverage,
    /// The desk, to judge further messages at.
    pub desk: Desk,
    pub(crate) briefs: Vec<Brief>,
    pub(crate) mailings: Vec<Mailing>,
}

/// Takes rows.
pub type RowSink<'a> = &'a mut dyn FnMut(TableRows) -> Result<(), String>;

/// Reads and judges everything that was found.
///
/// # Errors
/// Where rows can't be stored, in the words of `sink`.
pub fn gather(
    found: &Found,
    wanted: Wanted<'_>,
    sink: RowSink<'_>,
    watch: &mut dyn FnMut(Step),
) -> Result<Gathered, String> {
    let mut coverage = Coverage::default();
    for complaint in &found.complaints {
        coverage.blind(None, complaint.to_string());
    }
    let inputs = Inputs::sort(found, wanted.office);
    let dns = beside::dns(&inputs.of(Kind::DnsSnapshot), &mut coverage);
    let contacts = learn(&inputs, &wanted, &dns, watch);
    let desk = Desk::new(wanted.office, contacts, dns, wanted.key);
    let mut taking = Taking {
        briefs: Vec::new(),
        times: Vec::new(),
        number: 0,
        gaps: Gaps::default(),
        reports: Vec::new(),
        failed: Vec::new(),
        selectors: BTreeMap::new(),
        sink,
    };
    let (sources, complaints) =
        each(&inputs.with_messages(), wanted.threads, &|kept| judge(&desk, kept), &mut |done| {
            taking.take(done)?;
            watch(Step::Judged(taking.briefs.len() as u64));
            Ok(())
        })?;
    cover(sources, complaints, &mut coverage);
    let Taking { briefs, times, gaps, reports, failed, selectors, sink, .. } = taking;
    gaps.tell(&mut coverage);
    for (source, line) in failed {
        let at = line.map(|line| format!(", line {line}")).unwrap_or_default();
        coverage.blind(
            None,
            format!("A message could not be judged, by a fault of this program: {source}{at}. Please report it"),
        );
    }
    coverage.watched.extend(watched(times));
    watch(Step::Comparing);
    let mut mailings = mailings(&briefs);
    beside::others(&inputs.of(Kind::Sketches), wanted.office, &briefs, &mut mailings, &mut coverage);
    let is_shared = |host: &str| desk.protected().owner(host).is_some();
    let acted =
        followed::follow(&inputs.of(Kind::Log), wanted.office, &briefs, &mut mailings, &is_shared, &mut coverage);
    let named = in_our_name(&inputs.of(Kind::DmarcReport), &wanted.office.domains, reports, &mut coverage);
    let posture = beside::posture(wanted.office, &inputs.of(Kind::DnsSnapshot), &desk, &selectors, &mut coverage);
    needs(wanted.office, &desk, &inputs, &mut coverage);
    for rows in crate::mailings::of_mailings(&mailings).into_iter().chain(acted).chain(named).chain(posture) {
        sink(rows)?;
    }
    for input in inputs.of(Kind::Other) {
        coverage.blind(
            None,
            format!("{} was not read: it is no message, mailbox, log, report or list that is known", input.name()),
        );
    }
    Ok(Gathered { coverage, desk, briefs, mailings })
}

fn same_file(a: &Path, b: &Path) -> bool {
    a.canonicalize().ok().zip(b.canonicalize().ok()).is_some_and(|(a, b)| a == b)
}

/// What the answer lacks where the office has not said who it is.
fn needs(office: &Office, desk: &Desk, inputs: &Inputs<'_>, coverage: &mut Coverage) {
    if office.domains.is_empty() {
        let why = "office.toml names no domain of the office's own (domains = [\"county.example\"]): whether somebody wrote in its \
            own name can't be told";
        coverage.blind(None, why);
    }
    if office.mail.receivers.is_empty() {
        let why = "office.toml does not name your own mail servers (mail.receivers): what messages say of who vouches for them \
            may have been written by anybody";
        coverage.dim(None, why);
    }
    if !inputs.with_messages().iter().any(|(_, input)| Folder::of(input.name()) == Folder::Sent) {
        coverage.dim(
            None,
            "No folder of sent mail was there: whom the office writes with is learned from received mail alone",
        );
    }
    let (protected, people) = (desk.protected().len(), desk.contacts().people());
    coverage.notes.push(format!(
        "Imitations were looked for of {protected} names, {people} of them people whom the office writes with."
    ));
    let doubted = desk.contacts().doubted();
    if !doubted.is_empty() {
        let some: Vec<&str> = doubted.iter().take(5).map(String::as_str).collect();
        let more = if doubted.len() > some.len() { " and others" } else { "" };
        coverage.notes.push(format!(
            "Of the addresses that the office writes with, or often hears from, {} are like somebody else's and count as strangers: {}{more}.",
            doubted.len(),
            some.join(", ")
        ));
    }
    for suffix in &office.mail.names_hold_all {
        coverage.notes.push(format!(
            "By office.toml (mail.names_hold_all) the list of names holds every name under .{suffix}: a near one that is not \
             on it counts as an imitation in full."
        ));
    }
}

/// Inputs by what they are.
struct Inputs<'a>(BTreeMap<Kind, Vec<&'a Input>>);

impl<'a> Inputs<'a> {
    /// The offices' shared key may lie beside the mail: it is no input.
    fn sort(found: &'a Found, office: &Office) -> Self {
        let is_key =
            |input: &Input| office.mail.key.as_deref().is_some_and(|key| same_file(input.path(), Path::new(key)));
        let mut by_kind: BTreeMap<Kind, Vec<&Input>> = BTreeMap::new();
        for input in &found.inputs {
            if !is_key(input) {
                by_kind.entry(kind(input)).or_default().push(input);
            }
        }
        Self(by_kind)
    }

    fn of(&self, kind: Kind) -> Vec<&'a Input> {
        self.0.get(&kind).cloned().unwrap_or_default()
    }

    fn with_messages(&self) -> Vec<(Kind, &'a Input)> {
        let kinds = self.0.iter().filter(|(kind, _)| kind.holds_messages());
        let mut all: Vec<(Kind, &Input)> =
            kinds.flat_map(|(kind, inputs)| inputs.iter().map(move |input| (*kind, *input))).collect();
        all.sort_by(|a, b| a.1.name().cmp(b.1.name()));
        all
    }
}

fn learn(inputs: &Inputs<'_>, wanted: &Wanted<'_>, dns: &DnsSnapshot, watch: &mut dyn FnMut(Step)) -> Contacts {
    let mut contacts = Contacts::of(&wanted.office.domains);
    let whom_to_believe = Desk::whom_to_believe(wanted.office);
    // Without the DNS and without anybody to believe, nothing is known to be vouched for.
    let can_be_vouched = !dns.is_empty() || whom_to_believe.names_someone();
    let read = |kept: &Kept| {
        let head = Head::read(&kept.raw);
        let is_sent = Folder::of(&kept.source) == Folder::Sent;
        let is_vouched = !is_sent
            && can_be_vouched
            && Vouching::of(&authenticate(&kept.raw, None, dns, None, &whom_to_believe)).is_known();
        (head, is_sent, is_vouched)
    };
    let mut count = 0;
    // What can't be read is said when it is judged.
    let _ = each(&inputs.with_messages(), wanted.threads, &read, &mut |done| {
        count += done.results.len() as u64;
        for (head, is_sent, is_vouched) in &done.results {
            contacts.learn(head, *is_sent);
            if let Some(writer) = head.from.first().filter(|_| !is_sent) {
                contacts.learn_vouching(registrable(writer.domain()), *is_vouched);
            }
        }
        watch(Step::Learned(count));
        Ok(())
    });
    contacts
}

struct Taking<'a> {
    briefs: Vec<Brief>,
    times: Vec<Timestamp>,
    number: i64,
    gaps: Gaps,
    reports: Vec<Brought>,
    failed: Vec<(String, Option<u64>)>,
    /// The keys that signed mail in the office's own name, by domain.
    selectors: BTreeMap<String, BTreeSet<String>>,
    sink: RowSink<'a>,
}

impl Taking<'_> {
    fn take(&mut self, done: Done<Vec<Judged>>) -> Result<(), String> {
        self.failed.extend(done.failed);
        let judged: Vec<Judged> = done.results.into_iter().flatten().collect();
        for rows in rows::of_messages(&judged, self.number) {
            (self.sink)(rows)?;
        }
        self.number += i64::try_from(judged.len()).unwrap_or_default();
        for mut message in judged {
            self.times.extend(message.at);
            self.gaps.note(&message);
            for check in &message.authenticated.dkim {
                if let (Some(domain), Some(selector)) = (&check.domain, &check.selector) {
                    self.selectors.entry(domain.clone()).or_default().insert(selector.clone());
                }
            }
            if let Some(reading) = message.report.take() {
                let is_vouched = message.vouches_for_itself();
                self.reports.push(Brought { source: message.source.clone(), reading, is_vouched });
            }
            self.briefs.push(Brief::of(message));
        }
        Ok(())
    }
}

fn cover(sources: Vec<Source>, complaints: Vec<Complaint>, coverage: &mut Coverage) {
    for source in sources {
        coverage.rows += source.rows;
        coverage.sources.push(source);
    }
    for complaint in complaints {
        coverage.rejected += 1;
        coverage.blind(None, format!("Not read to its end: {complaint}"));
        coverage.complain(complaint);
    }
}

/// Days with mail, those next to each other put together: a mailbox says nothing of days on which nothing came.
fn watched(mut times: Vec<Timestamp>) -> Vec<Interval> {
    const LONGEST_PAUSE: i64 = 4 * 86_400;
    times.sort_unstable();
    let mut watched: Vec<Interval> = Vec::new();
    for at in times {
        match watched.last_mut() {
            Some(last) if at.as_second() - last.to.as_second() <= LONGEST_PAUSE => last.to = at,
            _ => watched.push(Interval { from: at, to: at }),
        }
    }
    watched
}

/// Sketches of what was judged a lure, for other offices.
///
/// # Errors
/// Where the office's name can't be written.
pub fn sketches(
    gathered: &Gathered,
    name: &str,
    made: jiff::civil::Date,
    zone: &jiff::tz::TimeZone,
) -> Result<OfficeSketches, crate::campaign::SketchError> {
    beside::own_sketches(name, made, zone, &gathered.briefs, &gathered.mailings)
}
