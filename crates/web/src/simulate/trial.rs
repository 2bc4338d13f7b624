//! One simulated attack on a real portal, as rows of the sensor's tables: read, judged and routed exactly as logged rows are.

use std::{collections::HashSet, sync::Arc};

use arrow::array::RecordBatch;
use pollwarden_core::{Finding, Observable, ObservableKind, Part, Table};
use pollwarden_intake::Parsed;

use super::{Likeness, attacks::Stage, hit::Hit, threats::Threat};
use crate::{
    DERIVED, REQUESTS,
    formats::{Row, Rows, Take as _},
};

/// The name of the source that simulated rows seem to come from.
const SOURCE: &str = "(simulated)";

/// One simulated attack.
#[derive(Debug)]
pub struct Trial {
    /// Its rows, by table, derived tables among them.
    pub rows: Vec<(&'static Table, RecordBatch)>,
    /// The addresses that it comes from.
    pub clients: HashSet<String>,
}

impl Trial {
    /// The attack of a threat, of that size. The same seed gives the same rows.
    pub fn of(threat: &Threat, size: u64, likeness: &Arc<Likeness>, seed: u64) -> Self {
        let attack = (threat.make)(size, likeness, seed);
        let stage = Stage::at(Arc::clone(likeness) as _, seed);
        let (mut rows, mut clients) = (Rows::default(), HashSet::new());
        for (line, hit) in attack.hits(stage).enumerate() {
            let client = hit.client.to_string();
            rows.take(&row(&hit, &client, likeness.sized), SOURCE, line as u64 + 1);
            clients.insert(client);
        }
        let mut parsed = Parsed::default();
        rows.block(SOURCE, &mut parsed);
        let mut rows = parsed.also;
        rows.extend(derived(&parsed.batches));
        rows.extend(parsed.batches.into_iter().map(|batch| (&REQUESTS, batch)));
        Self { rows, clients }
    }

    /// Whether a finding is about this attack: it names one of its addresses, which are nobody else's.
    pub fn is_in(&self, finding: &Finding) -> bool {
        let is_ours = |o: &Observable| o.kind == ObservableKind::Ip && self.clients.contains(&o.value);
        finding.observables.iter().any(is_ours)
    }
}

/// The derived tables of some requests, settled.
fn derived(requests: &[RecordBatch]) -> Vec<(&'static Table, RecordBatch)> {
    let (mut derive, mut parts) = ((DERIVED.begin)(), Vec::new());
    requests.iter().for_each(|batch| derive.add(batch, &mut parts));
    derive.finish(&mut parts);
    let (to_settle, ready): (Vec<Part>, Vec<Part>) = parts.into_iter().partition(|part| part.share.is_some());
    let rows = |parts: Vec<Part>| parts.into_iter().map(|part| (part.table, part.rows)).collect::<Vec<_>>();
    let mut settled = (DERIVED.settle)(&rows(to_settle));
    settled.extend(rows(ready));
    settled
}

fn row<'a>(hit: &'a Hit, client: &'a str, sized: bool) -> Row<'a> {
    let (path, query) = match hit.target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (hit.target.as_str(), None),
    };
    Row {
        // Logs count seconds.
        time: hit.at.div_euclid(1_000_000) * 1_000_000,
        client,
        method: hit.method,
        path,
        query,
        status: Some(hit.status),
        bytes: sized.then_some(hit.bytes),
        referer: (!hit.referer.is_empty()).then_some(&*hit.referer),
        agent: (!hit.agent.is_empty()).then_some(&*hit.agent),
        ..Row::default()
    }
}
