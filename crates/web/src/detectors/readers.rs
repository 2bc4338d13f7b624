//! Who read how many records of which page, and what that means: the judgement behind `web/record-harvest`.

use std::collections::{BTreeMap, HashMap};

use arrow::array::RecordBatch;
use pollwarden_core::{Columns, Integers, Office, Text, Times};

use super::actors::{self, Traces};
use super::evidence::Trail;
use super::together::together;
use crate::sizing::{Harvest, NOTICED_AT, Peers, READ_AT_MOST, Readership, Reading, Together, Window};

/// Readers of fewer records than this are not looked at one by one, unless many read so.
pub(super) const LOOKED_AT: usize = 30;
/// So many reads, of more than one record, are several.
pub(super) const SEVERAL: u32 = 3;
/// Whoever opens fewer than one other page for so many records opens records and nothing else.
pub(super) const OTHER_PAGES: u64 = 3;
/// What else a reader opens: pages, as people do.
pub(super) const BROWSING: i64 = 0;
/// A page now and then.
pub(super) const HARDLY_ELSE: i64 = 1;
/// Nothing.
pub(super) const NOTHING_ELSE: i64 = 2;
/// No page, but the pictures of the record or two that it opens: so do people who follow a link.
pub(super) const PICTURES: i64 = 3;
/// Fewer clients than this are looked at one by one.
pub(super) const FEWEST_TOGETHER: usize = 10;
/// A harvester reads at least so many times what nineteen in twenty visitors read.
const TIMES_ORDINARY: u64 = 10;
/// Many people behind one address open other pages between records; so many times more before they are reported.
const TIMES_SHARED: u64 = 20;
/// One of many who reads so many times what most of them read acts for himself.
const TIMES_OTHERS: usize = 10;
/// What many reads are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Voters' records, read by a machine.
    Theft,
    /// Voters' records, read by many clients together, each only some.
    Spread,
    /// Many clients read several records each and open nothing else, and nothing shows that this is extraordinary.
    Strangers,
    /// Voters' records, counted through by somebody signed in, faster than people read.
    Account,
    /// Somebody signed in reads far more than colleagues do.
    Colleague,
    /// Perhaps many people behind one address.
    Shared,
    /// Numbered pages that nothing shows to be voters' records.
    Pages,
}

impl Kind {
    /// Whether it counts as records that left.
    pub(super) fn is_theft(self) -> bool {
        matches!(self, Self::Theft | Self::Spread | Self::Account)
    }
}

/// An actor who read much on one route.
pub(super) struct Suspect {
    pub(super) clients: Vec<String>,
    pub(super) account: String,
    pub(super) route: String,
    pub(super) kind: Kind,
    pub(super) harvest: Harvest,
    pub(super) trail: Trail,
    /// All requests of these clients, those for other pages among them.
    pub(super) requests: u64,
    pub(super) peers: Readership,
}

/// Gathers readers, one after the other, from rows in order of client, account, route and time.
pub(super) struct Readers {
    office: Office,
    pages: HashMap<(i64, bool), Readership>,
    reader: Reader,
    suspects: Vec<Suspect>,
    together: BTreeMap<(String, i64), Vec<Reader>>,
}

impl Readers {
    pub(super) fn new(office: Office) -> Self {
        let (pages, suspects, together) = Default::default();
        Self { office, pages, reader: Reader::default(), suspects, together }
    }

    pub(super) fn add(&mut self, batch: &RecordBatch) {
        let rows = Rows::of(batch);
        for row in 0..batch.num_rows() {
            if rows.kind.get(row) == Some(0) {
                let key = (rows.page.get(row).unwrap_or(0), rows.signed_in.get(row) == Some(1));
                let readership = self.pages.entry(key).or_default();
                let readers = match rows.bare.get(row) {
                    Some(NOTHING_ELSE) => &mut readership.bare,
                    Some(HARDLY_ELSE) => &mut readership.hardly,
                    _ => &mut readership.browsing,
                };
                *readers = readers.with(&rows.peers(row));
                if let (Some(first), Some(last)) = (rows.time.get(row), rows.last.get(row)) {
                    readership.came(first.as_microsecond(), last.as_microsecond());
                }
                continue;
            }
            if !self.reader.is(&rows, row) {
                let next = Reader::begin(&rows, row);
                let done = std::mem::replace(&mut self.reader, next);
                self.conclude(done);
            }
            self.reader.add(&rows, row);
        }
    }

    /// Everybody who read much; clients that act as one are one.
    pub(super) fn suspects(mut self) -> Vec<Suspect> {
        let last = std::mem::take(&mut self.reader);
        self.conclude(last);
        for ((route, page), readers) in std::mem::take(&mut self.together) {
            self.conclude_together(&route, page, readers);
        }
        put_together(self.suspects, &self.office)
    }

    fn peers(&self, page: i64, account: &str) -> Readership {
        self.pages.get(&(page, !account.is_empty())).cloned().unwrap_or_default()
    }

    fn conclude(&mut self, reader: Reader) {
        if reader.trail.rows == 0 {
            return;
        }
        let stranger = reader.opens != BROWSING && self.office.known(&reader.client).is_none();
        let peers = self.peers(reader.page, &reader.account);
        let several = peers.bare.several + peers.hardly.several;
        let many = several >= FEWEST_TOGETHER as u64 && peers.together() != Together::Ordinary;
        if stranger && (many || reader.reading.len() < LOOKED_AT || reader.opens == PICTURES) {
            self.together.entry((reader.route.clone(), reader.page)).or_default().push(reader);
        } else {
            self.suspects.extend(reader.alone(peers));
        }
    }

    /// Clients that open nothing but records, on one route.
    fn conclude_together(&mut self, route: &str, page: i64, readers: Vec<Reader>) {
        let peers = self.peers(page, "");
        let mut counts: Vec<usize> = readers.iter().filter(|r| r.opens != PICTURES).map(|r| r.reading.len()).collect();
        counts.sort_unstable();
        let middle = counts.get(counts.len() / 2).copied().unwrap_or(0);
        let apart = |r: &Reader| r.reading.len() >= NOTICED_AT && r.reading.len() > TIMES_OTHERS * middle;
        let (alone, many): (Vec<Reader>, Vec<Reader>) = readers.into_iter().partition(apart);
        self.suspects.extend(alone.into_iter().filter_map(|reader| reader.alone(peers.clone())));
        self.suspects.extend(together(route, many, peers));
    }
}

/// One client, or one account of a client, on one route.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) client: String,
    account: String,
    route: String,
    page: i64,
    pub(super) requests: u64,
    /// What else it opens.
    pub(super) opens: i64,
    pub(super) reading: Reading,
    pub(super) trail: Trail,
}

impl Reader {
    fn begin(rows: &Rows, row: usize) -> Self {
        Self {
            client: rows.client.or_empty(row).to_owned(),
            account: rows.account.or_empty(row).to_owned(),
            route: rows.route.or_empty(row).to_owned(),
            page: rows.page.get(row).unwrap_or(0),
            requests: rows.requests.count(row),
            opens: rows.bare.get(row).unwrap_or(BROWSING),
            ..Self::default()
        }
    }

    fn is(&self, rows: &Rows, row: usize) -> bool {
        self.client == rows.client.or_empty(row)
            && rows.page.get(row) == Some(self.page)
            && self.account == rows.account.or_empty(row)
    }

    fn add(&mut self, rows: &Rows, row: usize) {
        let (Some(at), Some(record)) = (rows.time.get(row), rows.record.get(row)) else { return };
        let bytes = rows.bytes.get(row).and_then(|b| u64::try_from(b).ok());
        self.reading.add(at, record, bytes);
        self.trail.add(at, rows.source.or_empty(row), rows.line.count(row), rows.agent.get(row));
    }

    /// Keeps the reads of a stretch of time; `false` where there are none.
    pub(super) fn keep(&mut self, (from, to): (i64, i64)) -> bool {
        let first = self.reading.first();
        if first.is_some_and(|first| first < from) || self.reading.times().last().is_some_and(|last| *last > to) {
            self.reading = self.reading.within((from, to));
        }
        self.reading.len() > 0
    }

    fn alone(self, peers: Readership) -> Option<Suspect> {
        let mut harvest = self.reading.harvest();
        let kind = self.judge(&harvest, &peers)?;
        // Behind one address there may be others, who read before and after.
        if let Some(window) = Window::of(&self.reading.times()).filter(|_| kind == Kind::Theft) {
            let of_others = (window.of_others, window.of_others_at_most());
            harvest = Harvest { of_others, ..self.reading.within(window.span).harvest() };
        }
        let Self { client, account, route, trail, requests, .. } = self;
        Some(Suspect { clients: vec![client], account, route, kind, harvest, trail, requests, peers })
    }

    fn judge(&self, harvest: &Harvest, peers: &Readership) -> Option<Kind> {
        let records = harvest.records.len() as u64;
        let ordinary = peers.ordinary();
        let many = records >= NOTICED_AT as u64 && records >= TIMES_ORDINARY * ordinary;
        if !self.account.is_empty() {
            let taken = harvest.is_machine_walk() && peers.is_personal(&self.route);
            return match taken {
                true => Some(Kind::Account),
                false => (many && peers.readers() >= 5).then_some(Kind::Colleague),
            };
        }
        if !many {
            return None;
        }
        // People open the pages around a record: the search, pictures, styles. Whoever only opens records is a machine.
        if self.opens == BROWSING && records < TIMES_SHARED * TIMES_ORDINARY * ordinary {
            return Some(Kind::Shared);
        }
        Some(if peers.is_personal(&self.route) { Kind::Theft } else { Kind::Pages })
    }
}

/// Thieves that act as one become one suspect.
fn put_together(suspects: Vec<Suspect>, office: &Office) -> Vec<Suspect> {
    let unknown = |s: &Suspect| s.clients.iter().all(|c| office.known(c).is_none());
    let (thieves, mut others): (Vec<Suspect>, Vec<Suspect>) =
        suspects.into_iter().partition(|s| s.kind == Kind::Theft && unknown(s));
    let groups = actors::groups(thieves.len(), |a, b| thieves[a].same_actor(&thieves[b]));
    let mut thieves: Vec<Option<Suspect>> = thieves.into_iter().map(Some).collect();
    for group in groups {
        let members = group.into_iter().filter_map(|i| thieves[i].take());
        others.extend(members.reduce(Suspect::join));
    }
    others
}

impl Suspect {
    fn same_actor(&self, other: &Self) -> bool {
        let (one, two) = (self.traces(), other.traces());
        self.route == other.route
            && (actors::neighbours(one, two)
                || actors::successors(one, two)
                || actors::divide_a_list((&self.harvest, one), (&other.harvest, two)))
    }

    fn traces(&self) -> Traces<'_> {
        Traces { client: &self.clients[0], agents: &self.trail.agents, span: self.trail.span }
    }

    fn join(mut self, other: Self) -> Self {
        self.clients.extend(other.clients);
        self.harvest.join(other.harvest);
        self.trail.join(other.trail);
        self.requests += other.requests;
        self
    }
}

struct Rows {
    kind: Integers,
    page: Integers,
    route: Text,
    client: Text,
    account: Text,
    requests: Integers,
    time: Times,
    last: Times,
    record: Text,
    bytes: Integers,
    agent: Text,
    source: Text,
    line: Integers,
    signed_in: Integers,
    first_records: Integers,
    light: Integers,
    bare: Integers,
    several: Integers,
    reads: Integers,
    refused: Integers,
    classes: Vec<Integers>,
}

impl Rows {
    fn of(batch: &RecordBatch) -> Self {
        let c = Columns::of(batch);
        Self {
            kind: c.integers("kind"),
            page: c.integers("page"),
            route: c.text("route"),
            client: c.text("client"),
            account: c.text("account"),
            requests: c.integers("requests"),
            time: c.times("time"),
            last: c.times("last"),
            record: c.text("record"),
            bytes: c.integers("bytes"),
            agent: c.text("agent"),
            source: c.text("source"),
            line: c.integers("line"),
            signed_in: c.integers("signed_in"),
            first_records: c.integers("first_records"),
            light: c.integers("light"),
            bare: c.integers("bare"),
            several: c.integers("several"),
            reads: c.integers("reads"),
            refused: c.integers("refused"),
            classes: (0..=READ_AT_MOST.len()).map(|i| c.integers(&format!("c{i}"))).collect(),
        }
    }

    fn peers(&self, row: usize) -> Peers {
        Peers {
            classes: std::array::from_fn(|i| self.classes[i].count(row)),
            first_records: self.first_records.count(row),
            light: self.light.count(row),
            several: self.several.count(row),
            reads: self.reads.count(row),
            refused: self.refused.count(row),
        }
    }
}
