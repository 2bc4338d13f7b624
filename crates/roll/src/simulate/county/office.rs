//! The office's own account: entries of the log with their hash chain, batches, operators, orders, calendar.

use std::io::Write;

use jiff::Span;
use jiff::civil::{Date, DateTime, Weekday};

use super::super::dice::Dice;
use super::super::person::Person;
use super::CountyPlan;
use crate::log::{List, chain_digest};

/// The operators on the office's list.
pub(super) const OPERATORS: [&str; 4] = ["C01-OP1", "C01-OP2", "C01-OP3", "C01-OP4"];
/// Systems' accounts on the office's list.
pub(super) const SYSTEMS: [&str; 4] = ["SYS-DMV", "SYS-PORTAL", "SYS-VITAL", "SYS-NCOA"];

/// An entry, before it is numbered.
#[derive(Debug, Clone, Default)]
pub(super) struct Act {
    pub(super) at: DateTime,
    pub(super) operator: String,
    pub(super) ip: String,
    pub(super) source: &'static str,
    pub(super) batch: String,
    pub(super) document: String,
}

/// A batch that was authorised.
struct Authorised {
    id: String,
    kind: &'static str,
    by: &'static str,
    run: DateTime,
    list: Vec<String>,
}

/// The office's log, as it is written.
pub(super) struct Office {
    from: Date,
    to: Date,
    time_zone: String,
    entries: Vec<(DateTime, [String; 11])>,
    batches: Vec<Authorised>,
    orders: Vec<String>,
    documents: u64,
}

impl Office {
    pub(super) fn new(plan: &CountyPlan) -> Self {
        Self {
            from: plan.date_a,
            to: plan.date_b,
            time_zone: plan.time_zone.clone(),
            entries: Vec::new(),
            batches: Vec::new(),
            orders: Vec::new(),
            documents: 100_000,
        }
    }

    /// A day between the snapshots.
    pub(super) fn day(&self, dice: &mut Dice) -> Date {
        let days = (self.to - self.from).get_days().max(3) as u64;
        self.from.saturating_add(Span::new().days(1 + dice.below(days - 2) as i64))
    }

    /// A moment within office hours.
    pub(super) fn in_hours(&self, dice: &mut Dice) -> DateTime {
        loop {
            let day = self.day(dice);
            if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
                return day.at(8 + dice.below(9) as i8, dice.below(60) as i8, dice.below(60) as i8, 0);
            }
        }
    }

    pub(super) fn document(&mut self, source: &str) -> String {
        self.documents += 7;
        format!("{source}-{}", self.documents)
    }

    /// Logs one field of a voter.
    pub(super) fn log(&mut self, act: &Act, voter: &Person, field: &str, old: &str, new: &str) {
        let entry = [
            act.operator.clone(),
            act.ip.clone(),
            act.source.to_owned(),
            act.batch.clone(),
            "1".to_owned(),
            voter.id(),
            field.to_owned(),
            old.to_owned(),
            new.to_owned(),
            act.document.clone(),
            String::new(),
        ];
        self.entries.push((act.at, entry));
    }

    /// A batch that was authorised the day before it runs; gives its id.
    pub(super) fn authorise(
        &mut self,
        kind: &'static str,
        by: &'static str,
        run: DateTime,
        list: Vec<String>,
    ) -> String {
        let id = format!("BATCH-{:04}", self.batches.len() + 1);
        self.batches.push(Authorised { id: id.clone(), kind, by, run, list });
        id
    }

    /// The last batch of a kind: its id and when it ran.
    pub(super) fn batch(&self, kind: &str) -> Option<(String, DateTime)> {
        self.batches.iter().rev().find(|b| b.kind == kind).map(|b| (b.id.clone(), b.run))
    }

    pub(super) fn order(&mut self, id: &str, kind: &str, field: &str, old: &str, new: &str, effective: Date) {
        self.orders.push(format!("{id},{kind},county 1,{field},{old},{new},{effective}"));
    }

    pub(super) fn middle(&self) -> Date {
        let days = (self.to - self.from).get_days();
        self.from.saturating_add(Span::new().days(days / 2))
    }

    pub(super) fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut files = vec![
            ("transactions.csv".to_owned(), self.transactions()),
            ("batches.csv".to_owned(), self.batches_file()),
            ("operators.csv".to_owned(), operators()),
            ("orders.csv".to_owned(), self.orders_file()),
            ("calendar.json".to_owned(), self.calendar()),
        ];
        let lists =
            self.batches.iter().map(|b| (format!("{}.list.txt", b.id), (b.list.join("\n") + "\n").into_bytes()));
        files.extend(lists);
        files
    }

    fn transactions(&self) -> Vec<u8> {
        let mut entries: Vec<&(DateTime, [String; 11])> = self.entries.iter().collect();
        entries.sort_by_key(|(at, _)| *at);
        let header = "seq,ts,operator,ip,source,batch_id,county_id,voter_id,field,old_value,new_value,document_ref,chain_sha256\n";
        let mut writer = csv::Writer::from_writer(header.as_bytes().to_vec());
        let mut previous = "0".repeat(64);
        for (seq, (at, entry)) in entries.into_iter().enumerate() {
            let head = [(seq + 1).to_string(), at.strftime("%Y-%m-%dT%H:%M:%S").to_string()];
            let fields: Vec<&str> = head.iter().chain(&entry[..10]).map(String::as_str).collect();
            previous = chain_digest(&previous, fields.iter().copied());
            writer.write_record(fields.iter().copied().chain([previous.as_str()])).expect("memory takes all rows");
        }
        writer.into_inner().expect("memory takes all rows")
    }

    fn batches_file(&self) -> Vec<u8> {
        let mut out = b"batch_id,kind,authorised_by,approved_ts,run_ts,planned_count,list_sha256\n".to_vec();
        for b in &self.batches {
            let approved = b.run.saturating_sub(Span::new().days(1));
            let (digest, planned) = (List::of(b.list.clone()).digest, b.list.len());
            let (approved, run) = (approved.strftime("%Y-%m-%dT%H:%M:%S"), b.run.strftime("%Y-%m-%dT%H:%M:%S"));
            writeln!(out, "{},{},{},{approved},{run},{planned},{digest}", b.id, b.kind, b.by).expect("memory");
        }
        out
    }

    fn orders_file(&self) -> Vec<u8> {
        format!("order_id,kind,scope,field,old,new,effective\n{}\n", self.orders.join("\n")).into_bytes()
    }

    fn calendar(&self) -> Vec<u8> {
        let (from, to, zone) = (self.from, self.to, &self.time_zone);
        serde_json::json!({ "snapshot_a": from.to_string(), "snapshot_b": to.to_string(), "timezone": zone })
            .to_string()
            .into_bytes()
    }
}

fn operators() -> Vec<u8> {
    let mut out = String::from("operator,county_id,office_hours\n");
    for name in OPERATORS {
        out += &format!("{name},1,Mon-Fri 08:00-17:00\n");
    }
    for name in SYSTEMS {
        out += &format!("{name},,any\n");
    }
    out.into_bytes()
}
