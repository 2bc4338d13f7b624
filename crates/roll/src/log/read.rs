//! Reads the log's files, each as what it is.

use std::collections::hash_map::Entry;
use std::sync::Arc;

use jiff::tz::TimeZone;
use pollwarden_core::{Complaint, RollSettings, Source};
use pollwarden_intake::Input;

use super::kind::{Kind, base_name};
use super::sheet::{self, Beginning};
use super::{Batch, Headings, List, Log, Meaning, Operator, Order, Sheet, Suppressed, Transaction, chain, unread};

/// How many entries without a time are complained about; the gap counts them all.
const UNTIMED_SHOWN: usize = 20;

impl Log {
    pub(super) fn take(&mut self, kind: &Kind, input: &Input, settings: &RollSettings) {
        let zone = self.zone();
        match kind {
            Kind::Transactions(beginning, headings) => self.take_transactions(input, beginning, headings, &zone),
            Kind::Batches(beginning) => {
                let batches = self.batches.get_or_insert_default();
                let read = sheet::read(input, beginning, "batches", &mut |row| {
                    let batch = Batch::read(row, &zone);
                    let known = batches.entry(batch.id.clone()).or_insert_with(|| batch.clone());
                    known.differs |= !known.says_the_same(&batch);
                });
                self.files.batches.clone_from(&input.name);
                self.note(read);
            }
            Kind::Operators(beginning) => self.take_operators(input, beginning),
            Kind::Orders(beginning) => {
                let orders = self.orders.get_or_insert_default();
                let read = sheet::read(input, beginning, "orders", &mut |row| orders.push(Order::read(row)));
                self.files.orders.clone_from(&input.name);
                self.note(read);
            }
            Kind::Suppressed(beginning, voter_column) => self.take_suppressed(input, beginning, voter_column),
            Kind::List => self.take_list(input),
            Kind::Stranger => self.unread.extend(unread::gap(input, settings)),
            Kind::Calendar => {}
        }
    }

    fn take_transactions(&mut self, input: &Input, beginning: &Beginning, headings: &Headings, zone: &TimeZone) {
        let (mut chain, mut all) = (chain::Chain::default(), Vec::new());
        let file: Arc<str> = input.name.as_str().into();
        let read = sheet::read(input, beginning, "transactions", &mut |row| {
            let transaction = Transaction::read(row, headings, &file, zone);
            chain.take(row);
            all.push(transaction);
        });
        let chain::Chained { digests, missing, unjudged } = chain.mark(&mut all);
        // Where each time is a midnight, a system wrote the day alone.
        let at_midnight = |t: &Transaction| t.local.is_none_or(|local| local.time() == jiff::civil::Time::midnight());
        if all.len() > 1 && all.iter().all(at_midnight) {
            all.iter_mut().for_each(|t| t.timed = false);
        }
        let untimed = all.iter().filter(|t| t.time.is_none()).take(UNTIMED_SHOWN);
        let time = headings.at(Meaning::Time).and_then(|at| beginning.header.names.get(at));
        self.complaints.extend(untimed.filter_map(|t| {
            let complaint = Complaint::about(&input.name, "a time such as 10/3/2026 2:15 PM", "none").line(t.line);
            Some(complaint.column(time?))
        }));
        let count = |pass: fn(&Transaction) -> bool| all.iter().filter(|t| pass(t)).count() as u64;
        self.sheets.push(Sheet {
            name: input.name.clone(),
            headings: headings.clone(),
            numbered: all.iter().any(|t| t.seq.is_some()),
            chained: digests,
            unjudged,
            unused: headings.unused(&beginning.header.names).into_iter().map(str::to_owned).collect(),
            entries: all.len() as u64,
            without_time: count(|t| t.time.is_none()),
            timed: count(|t| t.timed),
        });
        newest_last(&mut all);
        self.transactions.get_or_insert_default().append(&mut all);
        self.missing += missing;
        self.note(read);
    }

    fn take_operators(&mut self, input: &Input, beginning: &Beginning) {
        let operators = self.operators.get_or_insert_default();
        let mut unclear = Vec::new();
        let read = sheet::read(input, beginning, "operators", &mut |row| {
            let (operator, [hours, until]) = Operator::read(row);
            if hours {
                unclear.push(
                    Complaint::about(&input.name, "hours such as Mon-Fri 08:00-17:00, or any", &operator.hours_text)
                        .line(row.line)
                        .mend("This account is taken to be in at any hour."),
                );
            }
            if until {
                unclear.push(
                    Complaint::about(&input.name, "an account's last day such as 2026-10-03", &operator.name)
                        .line(row.line)
                        .mend("This account is taken to be in use still."),
                );
            }
            match operators.entry(operator.name.clone()) {
                Entry::Occupied(mut known) => known.get_mut().add(operator),
                Entry::Vacant(new) => drop(new.insert(operator)),
            }
        });
        self.complaints.extend(unclear);
        let unused = beginning.header.names.iter().filter(|name| !Operator::reads(&sheet::plain_name(name))).cloned();
        self.unused_of_operators.extend(unused);
        self.files.operators.clone_from(&input.name);
        self.note(read);
    }

    fn take_suppressed(&mut self, input: &Input, beginning: &Beginning, voter_column: &str) {
        let suppressed = self.suppressed.get_or_insert_default();
        let read = sheet::read(input, beginning, "suppression-list", &mut |row| {
            let new = Suppressed::read(row);
            let known = suppressed.entry(row.get(&[voter_column]).to_owned()).or_insert_with(|| new.clone());
            // On several lists: since the earliest day, where all say one.
            if known.since > new.since {
                *known = new;
            }
        });
        suppressed.remove("");
        self.note(read);
    }

    fn take_list(&mut self, input: &Input) {
        let mut voters: Vec<String> = Vec::new();
        let blocks = input.open().map(|opened| opened.blocks(pollwarden_intake::BlockOptions::default()));
        let read: Result<_, pollwarden_intake::IntakeError> = blocks.and_then(|mut blocks| {
            for block in blocks.by_ref() {
                let ids = block?;
                let ids = ids.bytes.split(|&b| b == b'\n').map(|id| pollwarden_intake::text::decode(id.trim_ascii()));
                voters.extend(ids.filter(|id| !id.is_empty()).map(std::borrow::Cow::into_owned));
            }
            Ok(blocks.received())
        });
        match read {
            Err(cause) => self.complaints.push(Complaint::about(&input.name, "a batch's list", cause.to_string())),
            Ok(received) => {
                let rows = voters.len() as u64;
                self.lists.push((base_name(&input.name).to_owned(), List::of(voters)));
                let source =
                    Source { digest: received.digest, length: received.length, rows, ..Source::named(&input.name) };
                self.sources.push(Source { format: "batch-list".into(), ..source });
            }
        }
    }

    fn note(&mut self, read: sheet::SheetRead) {
        self.sources.push(read.source);
        self.complaints.extend(read.complaints);
    }
}

/// Turns a log around that begins with what happened last: of two acts of one moment the lower one came first then.
fn newest_last(entries: &mut [Transaction]) {
    let pairs = || entries.windows(2).filter_map(|pair| Some((pair[0].time?, pair[1].time?)));
    let falls = pairs().filter(|(above, below)| above > below).count();
    if falls > pairs().filter(|(above, below)| above < below).count() {
        entries.reverse();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_that_begins_with_the_last_is_turned_around() {
        let entry = |second: i64, line| Transaction {
            time: jiff::Timestamp::from_second(second).ok(),
            line,
            ..Transaction::default()
        };
        let mut entries = [entry(9, 2), entry(5, 3), entry(5, 4), entry(1, 5)];
        newest_last(&mut entries);
        assert_eq!(entries.map(|t| t.line), [5, 4, 3, 2]);
    }
}
