//! The log as tables.

use std::collections::{BTreeSet, HashMap};

use arrow::array::RecordBatch;
use pollwarden_core::Table;

use super::{Batch, Log, Operator};
use crate::RollError;
use crate::rows::Rows;
use crate::tables::{BATCHES, OPERATORS, ORDERS, TRANSACTIONS};

/// Rows in a batch of table `transactions`.
const BATCH_ROWS: usize = 8192;

/// What ran under a batch's name.
#[derive(Default)]
struct Ran<'a> {
    voters: BTreeSet<&'a str>,
}

impl Log {
    /// Hands on the tables of those files that were given. `fault` names what stands against an entry by itself.
    pub(crate) fn tables(
        &self,
        fault: &dyn Fn(usize) -> Option<&'static str>,
        each: &mut dyn FnMut(&'static Table, RecordBatch) -> Result<(), RollError>,
    ) -> Result<(), RollError> {
        self.transactions_table(fault, each)?;
        if let Some(batches) = &self.batches {
            each(&BATCHES, self.batches_table(batches)?)?;
        }
        if let Some(operators) = &self.operators {
            each(&OPERATORS, self.operators_table(operators)?)?;
        }
        if self.orders.is_some() {
            each(&ORDERS, self.orders_table()?)?;
        }
        Ok(())
    }

    fn transactions_table(
        &self,
        fault: &dyn Fn(usize) -> Option<&'static str>,
        each: &mut dyn FnMut(&'static Table, RecordBatch) -> Result<(), RollError>,
    ) -> Result<(), RollError> {
        let Some(transactions) = &self.transactions else { return Ok(()) };
        let mut rows = Rows::new(&TRANSACTIONS);
        for (at, t) in transactions.iter().enumerate() {
            rows.push([
                t.time.into(),
                t.seq.into(),
                (&t.operator).into(),
                (&t.ip).into(),
                (&t.source).into(),
                (&t.batch).into(),
                (&t.county).into(),
                (&t.voter_id).into(),
                (&t.field).into(),
                (&t.old).into(),
                (&t.new).into(),
                (&t.document).into(),
                fault(at).into(),
                (&*t.file).into(),
                t.line.into(),
            ]);
            if rows.len() == BATCH_ROWS {
                each(&TRANSACTIONS, rows.take()?)?;
            }
        }
        each(&TRANSACTIONS, rows.take()?)
    }

    fn batches_table(&self, batches: &HashMap<String, Batch>) -> Result<RecordBatch, RollError> {
        let mut ran: HashMap<&str, Ran<'_>> = HashMap::new();
        for t in self.transactions.iter().flatten().filter(|t| !t.batch.is_empty()) {
            ran.entry(&t.batch).or_default().voters.insert(&t.voter_id);
        }
        let mut rows = Rows::new(&BATCHES);
        let mut all: Vec<&Batch> = batches.values().collect();
        all.sort_by_key(|batch| batch.line);
        for batch in all {
            let empty = Ran::default();
            let ran = ran.get(batch.id.as_str()).unwrap_or(&empty);
            let beyond = |list: &super::List| ran.voters.iter().filter(|v| !list.voters.contains(**v)).count() as u64;
            let differs = |list: &&super::List| !batch.list_digest.is_empty() && list.digest != batch.list_digest;
            rows.push([
                (&batch.id).into(),
                (&batch.kind).into(),
                (&batch.authorised_by).into(),
                batch.approved.into(),
                batch.run.into(),
                batch.planned.into(),
                batch.list.as_ref().map(|list| list.voters.len() as u64).into(),
                (ran.voters.len() as u64).into(),
                batch.list.as_ref().map(beyond).into(),
                batch.list.as_ref().filter(differs).map(|_| "list-differs").into(),
                (&self.files.batches).into(),
                batch.line.into(),
            ]);
        }
        rows.take()
    }

    fn operators_table(&self, operators: &HashMap<String, Operator>) -> Result<RecordBatch, RollError> {
        let mut rows = Rows::new(&OPERATORS);
        let mut all: Vec<&Operator> = operators.values().collect();
        all.sort_by_key(|operator| operator.line);
        for o in all {
            let file = (&self.files.operators).into();
            let counties = o.counties.join(", ");
            rows.push([(&o.name).into(), (&counties).into(), (&o.hours_text).into(), file, o.line.into()]);
        }
        rows.take()
    }

    fn orders_table(&self) -> Result<RecordBatch, RollError> {
        let mut rows = Rows::new(&ORDERS);
        for order in self.orders.iter().flatten() {
            let effective = order.effective.map(|day| day.to_string());
            rows.push([
                (&order.id).into(),
                (&order.kind).into(),
                (&order.scope).into(),
                (&order.field).into(),
                (&order.old).into(),
                (&order.new).into(),
                effective.as_ref().into(),
                (&self.files.orders).into(),
                order.line.into(),
            ]);
        }
        rows.take()
    }
}
