//! The audit of one contest, by whichever method it is audited.

use std::collections::BTreeMap;

use super::asked::{contest_of, reported_winners, several, totals, unresolved_write_ins, with_write_ins};
use super::assertions::{Ballots, Decided};
use super::batches::{BatchAudit, Batches};
use super::card_draw::{CardDraw, method};
use super::contest::{Look, Looked, Measured, Replays};
use super::hand_count::{Said, hand_counted, single};
use super::poll::Tests;
use super::reported::{Reported, recorded_by_batch};
use super::untold::{hand_count_of, untold};
use super::{AuditSettings, ContestAudit, ContestSettings, Drawn, Files, Method, Paper, Replay};
use crate::{Contest, ContestId, Mark};

/// What all contests share.
#[derive(Clone, Copy)]
pub(super) struct Run<'a> {
    pub(super) settings: &'a AuditSettings,
    pub(super) files: Files<'a>,
    pub(super) paper: &'a Paper,
    pub(super) replay: &'a Replay,
    pub(super) drawn: &'a [Drawn],
    pub(super) draw: &'a CardDraw<'a>,
}

/// What is known of a contest's votes before any card is looked at.
struct Known<'a> {
    settings: &'a ContestSettings,
    method: Method,
    /// By the records.
    recorded: Option<Ballots>,
    /// By choice, as reported.
    totals: Option<Vec<u64>>,
    by_batch: BTreeMap<usize, Vec<u64>>,
}

impl Run<'_> {
    pub(super) fn contest(self, settings: &ContestSettings) -> ContestAudit {
        let Self { files, .. } = self;
        let id = files.cvrs.find_contest(&settings.name);
        let contest = id.map(|id| Contest { name: files.cvrs.label(id), ..files.cvrs.contest(id).clone() });
        let names: Vec<&str> = contest.iter().map(|c| c.name.as_str()).chain([settings.name.as_str()]).collect();
        let reported = Reported::new(&names, files.results, files.manifest);
        let contest = contest.unwrap_or_else(|| contest_of(settings, reported.whole.as_ref()));
        let contest = with_write_ins(reported.complete(contest), settings, files.board);
        let mut decided = Decided::new(&contest, settings);
        let unclear = id.and_then(|id| decided.unclear_records(files.cvrs, id));
        let known = Known {
            settings,
            method: method(settings, files),
            recorded: id.map(|id| self.on_cards(&decided, id)),
            totals: totals(&decided, settings, reported.whole.as_ref()),
            by_batch: reported.by_batch(&contest),
        };
        let pools = self.pools(&known);
        let all = id.map(|id| decided.ballots(files.cvrs, id));
        let recorded = all.as_ref().map(|all| decided.totals(all));
        let recorded_winners = all
            .and_then(|all| self.with_pools(all, &pools))
            .map(|ballots| unclear.clone().map_or_else(|| decided.winners_of(&ballots), Err));
        let (winners, reported_by) =
            reported_winners(&decided, settings, reported.whole.as_ref(), recorded_winners.as_ref());
        let typed = !settings.reported.is_empty() || !settings.reported_winners.is_empty();
        let several = several(&settings.name, files.cvrs).or_else(|| reported.several.clone().filter(|_| !typed));
        let winners = several.map_or(winners, Err);
        let winners = winners.and_then(|winners| {
            let whole = reported.whole.as_ref().filter(|_| settings.reported.is_empty());
            let votes = known.totals.as_deref().unwrap_or_default();
            let why = whole.and_then(|w| unresolved_write_ins(&decided, &winners, votes, w, recorded.as_deref()));
            why.map_or(Ok(winners), Err)
        });
        decided.winners = winners.clone().unwrap_or_default();
        let wanted = if self.settings.style { Some(self.draw.wanted(settings)) } else { None };
        let by_style = wanted.clone().and_then(Result::ok);
        let look = Look {
            decided: &decided,
            id,
            cvrs: files.cvrs,
            paper: self.paper,
            board: files.board,
            replay: self.replay,
            pools: &pools,
            cards: by_style.map_or(self.paper.cards(), |w| w.phantoms + w.held),
            style: by_style.is_some(),
            replacement: self.settings.replacement,
            limit: self.settings.risk_limit,
            rounds: if settings.rounds.is_empty() { &self.settings.rounds } else { &settings.rounds },
            replays: &Replays::default(),
        };
        let winners_reported = winners.is_ok();
        let (whole, votes) = (reported.whole.as_ref(), known.totals.as_deref().unwrap_or_default());
        let untold = untold(&decided, settings, files, whole, votes, self.paper.cards());
        let unclear = unclear.or_else(|| look.unclear_rows());
        let refused = winners.err().or(unclear).or_else(|| wanted.and_then(Result::err));
        let (looked, batches, measured) = match known.method {
            Method::BatchComparison => self.by_batches(look, &known, id, refused),
            _ => self.by_cards(look, &known, by_style.is_some(), refused),
        };
        let recorded = known.recorded.as_ref().map(|ballots| decided.totals(ballots));
        let said = Said { recorded, reported: known.totals.clone() };
        let hand_counted = hand_counted(&look, settings, batches.as_ref(), &said);
        let hand_counted = hand_count_of(hand_counted, &decided, untold.as_deref());
        let (method, reported) = (known.method, known.totals.unwrap_or_default());
        ContestAudit {
            method,
            reported_by,
            winners_reported,
            reported,
            recorded_winners,
            hand_counted,
            looked,
            batches,
            measured,
            untold,
            decided,
        }
    }

    fn by_batches(
        self,
        look: Look<'_>,
        known: &Known<'_>,
        id: Option<ContestId>,
        refused: Option<String>,
    ) -> (Vec<Looked>, Option<BatchAudit>, Result<Vec<Measured>, String>) {
        let reported = match id {
            Some(id) if known.by_batch.is_empty() => {
                recorded_by_batch(self.files.cvrs, self.files.manifest, look.decided, id)
            }
            _ => known.by_batch.clone(),
        };
        let batches =
            Batches { settings: self.settings, manifest: self.files.manifest, reported, most: known.settings.cards };
        match refused.map_or_else(|| look.by_batch(&batches), Err) {
            Ok((audit, measured)) => (Vec::new(), Some(audit), Ok(measured)),
            Err(why) => (Vec::new(), None, Err(why)),
        }
    }

    fn by_cards(
        self,
        look: Look<'_>,
        known: &Known<'_>,
        style: bool,
        refused: Option<String>,
    ) -> (Vec<Looked>, Option<BatchAudit>, Result<Vec<Measured>, String>) {
        let wanted = if style { self.draw.wanted(known.settings).ok() } else { None };
        let looked = look.cards(self.draw.of_contest(self.drawn, wanted).into_iter());
        let measured = refused.map_or_else(|| self.measure(look, known, &looked), Err);
        (looked, None, measured)
    }

    fn measure(self, look: Look<'_>, known: &Known<'_>, looked: &[Looked]) -> Result<Vec<Measured>, String> {
        let reported =
            || known.totals.as_ref().ok_or("no file says how many votes were reported").map_err(str::to_owned);
        let ballots = || known.recorded.clone().unwrap_or_else(|| known.totals.clone().map(single).unwrap_or_default());
        match (known.method, known.settings.polling_rule) {
            (Method::Polling, Some(rule)) => look.poll_rounds(rule, reported()?, looked),
            (Method::Polling, None) if look.decided.is_ranked() && look.id.is_none() => look.poll_rankings(looked),
            (Method::Stratified, _) => {
                let ballots =
                    known.recorded.as_ref().ok_or("a stratified audit needs cast vote records of some batches")?;
                look.stratified(reported()?, ballots, looked)
            }
            (Method::Comparison, _) if known.recorded.is_none() => {
                // Every card would be a phantom, and the margin what was reported: nothing people read would count.
                Err("ballot comparison needs cast vote records of the contest".to_owned())
            }
            (method, _) => {
                // Where records are of some batches only, what is expected of all cards is what was reported.
                let partial = method == Method::Polling && self.is_partial() && !look.decided.is_ranked();
                let ballots = match &known.totals {
                    Some(totals) if partial => single(totals.clone()),
                    _ => ballots(),
                };
                let assertions = look.decided.assertions(&ballots, self.paper.cards())?.into_iter();
                let mut tests = Tests::default();
                let each = assertions.map(|assertion| match method {
                    Method::Polling => look.poll(assertion, &ballots, looked, &mut tests),
                    _ => look.compare(assertion, &ballots, looked),
                });
                Ok(each.collect())
            }
        }
    }

    /// Batches whose cards have no records, with their reported votes.
    fn pools(self, known: &Known<'_>) -> BTreeMap<usize, Vec<u64>> {
        if known.recorded.is_none() || known.method != Method::Comparison {
            return BTreeMap::new();
        }
        let without = known.by_batch.iter().filter(|(batch, _)| !self.paper.has_records(**batch));
        without.map(|(batch, votes)| (*batch, votes.clone())).collect()
    }

    /// Whether the manifest says that batches have no records.
    fn is_partial(self) -> bool {
        let batches = self.files.manifest.batches.iter().enumerate();
        let mut without = batches.filter(|(at, batch)| batch.has_cvrs == Some(false) && !self.paper.has_records(*at));
        without.any(|(_, batch)| batch.cards > 0)
    }

    /// The ballots of records that are of a card. A record that is of none (of a batch that the manifest doesn't have, or one too many)
    /// would add to the margin and could never be drawn: the measured risk would be too small.
    fn on_cards(self, decided: &Decided, id: ContestId) -> Ballots {
        let cvrs = self.files.cvrs;
        let mut ways: indexmap::IndexMap<&[Mark], u64> = cvrs.ways(id).collect();
        for record in self.paper.of_no_card().filter_map(|at| cvrs.card(at)) {
            if let Some(cards) = record.marks(id).and_then(|marks| ways.get_mut(marks)) {
                *cards = cards.saturating_sub(1);
            }
        }
        decided.ballots_of(ways.into_iter().filter(|(_, cards)| *cards > 0))
    }

    /// Ballots with those of batches that have no records; `None` where some of these have no totals either.
    fn with_pools(self, mut ballots: Ballots, pools: &BTreeMap<usize, Vec<u64>>) -> Option<Ballots> {
        let declared = self.files.manifest.batches.iter().enumerate();
        let mut without =
            declared.filter(|(at, b)| b.has_cvrs == Some(false) && b.cards > 0 && !self.paper.has_records(*at));
        if without.any(|(at, _)| !pools.contains_key(&at)) {
            return None;
        }
        pools.values().for_each(|votes| ballots.extend(single(votes.clone())));
        Some(ballots)
    }
}
