//! The draw of batches: with replacement by Arlo's rule, or one after the other without (Efraimidis and Spirakis 2006).

use std::collections::HashMap;

use pollwarden_rla::batch::BatchComparison;
use pollwarden_rla::draw::{ArloBatch, ppeb, weighted};

use super::batches::{BatchAudit, Batches, DrawnBatch};
use super::contest::Look;
use super::{DrawRule, sum};
use crate::BallotManifest;

impl Look<'_> {
    /// The draw of all rounds, and how many of it from the first were drawn at random; without rounds, as much of it as the board has
    /// counted.
    ///
    /// # Errors
    /// Where batches can't be drawn by their bounds, in words.
    pub(super) fn draw(
        &self,
        batches: &Batches<'_>,
        comparison: &BatchComparison,
        audit: &BatchAudit,
    ) -> Result<(Vec<DrawnBatch>, usize), String> {
        let Some(seed) = &batches.settings.seed else { return Ok((Vec::new(), 0)) };
        let ids = ids(batches.manifest, &audit.listed);
        let named: Vec<(ArloBatch<'_>, f64)> = ids
            .iter()
            .map(|(jurisdiction, batch)| ArloBatch { jurisdiction, batch })
            .zip(comparison.bounds())
            .collect();
        let all = named.len();
        let full = audit.is_full_count();
        let until_counted = [if full { all } else { all.saturating_sub(1) } as u64];
        let rounds = if self.rounds.is_empty() { &until_counted[..] } else { self.rounds };
        let (mut drawn, at_random) = drawn(batches.settings.draw, seed, &named, rounds)?;
        if self.rounds.is_empty() {
            let counted = drawn.iter().position(|(at, _)| !audit.counted.contains_key(&audit.listed[*at]));
            drawn.truncate(counted.unwrap_or(drawn.len()));
        }
        let at_random = at_random.min(drawn.len());
        Ok((drawn.into_iter().map(|(at, ticket)| DrawnBatch { batch: audit.listed[at], ticket }).collect(), at_random))
    }
}

/// Places with tickets, and how many of them from the first were drawn at random.
type Places = (Vec<(usize, String)>, usize);

/// Places among `named`, round by round. Arlo's rule draws what is left by name once all rounds together reach the number of batches:
/// from there on it is a full count, and no draw.
fn drawn(rule: DrawRule, seed: &str, named: &[(ArloBatch<'_>, f64)], rounds: &[u64]) -> Result<Places, String> {
    // No draw is longer than every batch drawn several times over: a slip of the finger must not fill the memory.
    let most = named.len().saturating_mul(4);
    if rule == DrawRule::Consistent {
        let order = weighted::order(named, seed).map_err(|e| e.to_string())?;
        let size = usize::try_from(sum(rounds)).unwrap_or(usize::MAX);
        let drawn: Vec<_> = order.into_iter().take(size).zip(1u64..).map(|(at, nth)| (at, nth.to_string())).collect();
        let at_random = drawn.len();
        return Ok((drawn, at_random));
    }
    let (mut places, mut drawn, mut at_random) = (Vec::new(), Vec::new(), None);
    for size in rounds {
        let size = usize::try_from(*size).unwrap_or(usize::MAX).min(most);
        let round = ppeb::draw(seed, named, &places, size).map_err(|e| e.to_string())?;
        if round.full_count {
            at_random.get_or_insert(places.len());
        }
        for batch in round.batches {
            places.push(batch.batch);
            drawn.push((batch.batch, batch.ticket.to_string()));
        }
    }
    let at_random = at_random.unwrap_or(drawn.len());
    Ok((drawn, at_random))
}

/// Jurisdiction and name of each batch: with the tabulator where the name alone is that of several.
fn ids(manifest: &BallotManifest, listed: &[usize]) -> Vec<(String, String)> {
    let keys = || listed.iter().map(|at| &manifest.batches[*at].key);
    let mut times: HashMap<(&str, &str), u64> = HashMap::new();
    keys().for_each(|key| *times.entry((&key.jurisdiction, &key.batch)).or_default() += 1);
    let name = |key: &crate::BatchKey| match times.get(&(key.jurisdiction.as_str(), key.batch.as_str())) {
        Some(1) => key.batch.clone(),
        _ => format!("{} - {}", key.tabulator, key.batch),
    };
    keys().map(|key| (key.jurisdiction.clone(), name(key))).collect()
}
