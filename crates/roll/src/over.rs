//! Whether a group has more of a kind of change than its share of the roll explains.
//!
//! Ordinary changes do not fall evenly: the young move more, one precinct grows. So a group's odds may differ from its
//! share's by a factor that is itself spread, and only what goes beyond that spread stands out. How many groups were looked at
//! is allowed for (Benjamini and Hochberg 1995).

use std::collections::{BTreeMap, HashMap, HashSet};

use arrow::array::RecordBatch;
use jiff::Timestamp;
use pollwarden_core::{Columns, FindingDraft, Findings, Measure, ObservableKind};
use statrs::distribution::{Binomial, DiscreteCDF as _};

use crate::strata::{OPERATOR, PATTERN, REGISTERED};

/// The share of groups named that may be there by chance.
const BY_CHANCE: f64 = 0.01;
/// How far odds are spread where nothing better is known, as the standard deviation of their natural logarithm: nineteen groups in
/// twenty then lie within a factor of seven of their share. An assumption on the safe side; docs/accuracy.md has what was measured.
const SPREAD: f64 = 1.0;
/// Peers (precincts, counties, days) never tell a smaller spread than this.
const LEAST_SPREAD: f64 = 0.3;
/// So many peers are needed to tell a spread, each with so many changes expected.
const PEERS: usize = 8;
const EXPECTED_OF_PEER: f64 = 5.0;
/// A group has at least so many voters more than its share.
const FEWEST: f64 = 8.0;
/// Voters are named where at least this share of the group is beyond twice what is ordinary.
const NAMED_FROM: f64 = 0.9;
/// Voters of a pattern are named where most of them are beyond what is usual.
const PATTERN_NAMED_FROM: f64 = 0.5;
/// Places shown.
const SITES_SHOWN: usize = 50;
/// Groups that overlap by this much are one.
const SAME: f64 = 0.8;

/// A group of table `groups`, with its voters.
#[derive(Debug, Clone, Default)]
pub(crate) struct Group {
    pub(crate) period: u64,
    pub(crate) snapshot: Option<Timestamp>,
    pub(crate) kind: String,
    pub(crate) by: String,
    pub(crate) county: String,
    pub(crate) value: String,
    pub(crate) voters: u64,
    pub(crate) of: u64,
    pub(crate) share: Option<f64>,
    pub(crate) sampled: u64,
    pub(crate) bearers: u64,
    pub(crate) members: Vec<Member>,
}

/// A voter of a group.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) voter_id: String,
    fields: String,
    source: String,
    line: u64,
}

/// The columns that [`read`] reads, in the order of their rows.
pub(crate) const QUERY: &str = "SELECT period, snapshot, kind, by, county, value, voters, of, share, sampled, bearers, voter_id, fields, source, line \
     FROM groups ORDER BY period, kind, by, county, value, voter_id NULLS FIRST";

/// The groups of table `groups` that pass, in the order of their rows: a group's own row, then its voters'.
pub(crate) fn read(batches: &mut dyn Iterator<Item = RecordBatch>, pass: impl Fn(&Group) -> bool) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    // Whether the group whose rows come now passed.
    let mut passed = false;
    for batch in batches {
        let columns = Columns::of(&batch);
        let [kind, by, county, value, voter, fields, source] =
            ["kind", "by", "county", "value", "voter_id", "fields", "source"].map(|name| columns.text(name));
        let counts = ["voters", "of", "sampled", "bearers", "line", "period"].map(|name| columns.integers(name));
        let (share, snapshot) = (columns.numbers("share"), columns.times("snapshot"));
        for at in 0..batch.num_rows() {
            let count = |n: usize| counts[n].count(at);
            let text = |column: &str| column.to_owned();
            if voter.or_empty(at).is_empty() {
                let group = Group {
                    period: count(5),
                    snapshot: snapshot.get(at),
                    kind: text(kind.or_empty(at)),
                    by: text(by.or_empty(at)),
                    county: text(county.or_empty(at)),
                    value: text(value.or_empty(at)),
                    voters: count(0),
                    of: count(1),
                    share: share.get(at),
                    sampled: count(2),
                    bearers: count(3),
                    members: Vec::new(),
                };
                passed = pass(&group);
                groups.extend(passed.then_some(group));
            } else if let Some(group) = groups.last_mut().filter(|_| passed) {
                group.members.push(Member {
                    voter_id: text(voter.or_empty(at)),
                    fields: text(fields.or_empty(at)),
                    source: text(source.or_empty(at)),
                    line: count(4),
                });
            }
        }
    }
    groups
}

/// The chance that a group of this share has so many of all changes, or more, where the logarithm of its odds is spread by `spread`
/// around its share's (a logistic-normal binomial, summed over the spread).
pub(crate) fn chance(voters: u64, of: u64, share: f64, spread: f64) -> f64 {
    const STEP: f64 = 0.25;
    const STEPS: i32 = 32;
    let logit = (share / (1.0 - share)).ln();
    let (mut sum, mut weight) = (0.0, 0.0);
    for z in (-STEPS..=STEPS).map(|step| f64::from(step) * STEP) {
        let density = (-z * z / 2.0).exp();
        let rate = 1.0 / (1.0 + (-(logit + spread * z)).exp());
        let tail = Binomial::new(rate, of).map_or(1.0, |b| if voters == 0 { 1.0 } else { b.sf(voters - 1) });
        sum += density * tail;
        weight += density;
    }
    sum / weight
}

/// A group that stands out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing<'a> {
    pub(crate) group: &'a Group,
    pub(crate) share: f64,
    pub(crate) chance: f64,
}

/// The groups that stand out beyond chance, the clearest first; of groups of (nearly) the same voters, the clearest alone.
/// `share` gives the share of all changes that a group should have; `None` leaves it out.
pub(crate) fn standing<'a>(groups: &'a [Group], share: impl Fn(&Group) -> Option<f64>) -> Vec<Standing<'a>> {
    let (spreads, history) = (spreads(groups), History::of(groups));
    let mut all: Vec<Standing<'_>> = groups
        .iter()
        .filter(|group| group.period == 0)
        .filter_map(|group| Some((group, share(group).filter(|share| *share > 0.0 && *share < 1.0)?)))
        .map(|(group, share)| {
            // A pattern's usual share is on the high side already.
            let usual = if group.by == PATTERN { LEAST_SPREAD } else { SPREAD };
            let known = spreads.get(&peers(group)).copied().unwrap_or(usual);
            // What the sample leaves open about the share.
            let open = if group.sampled == 0 { 0.0 } else { 1.0 / (group.sampled as f64 * share * (1.0 - share)) };
            let across = (share, known.hypot(open.sqrt()));
            let (share, spread) = history.usual(group, share).unwrap_or(across);
            let mut one = Standing { group, share, chance: 1.0 };
            // Most groups are too small to be told, whatever their chance: they count as looked at.
            if one.excess() >= FEWEST {
                one.chance = chance(group.voters, group.of, share, spread);
            }
            one
        })
        .collect();
    all.sort_by(|a, b| a.chance.total_cmp(&b.chance).then_with(|| b.group.voters.cmp(&a.group.voters)));
    let tests = all.len() as f64;
    let within = |at: usize, one: &Standing<'_>| one.chance <= BY_CHANCE * (at + 1) as f64 / tests;
    let kept = all.iter().enumerate().rposition(|(at, one)| within(at, one)).map_or(0, |last| last + 1);
    all.truncate(kept);
    all.retain(|one| one.excess() >= FEWEST);
    distinct(all)
}

type Peers<'a> = (&'a str, &'a str, &'a str);

fn peers(group: &Group) -> Peers<'_> {
    (&group.kind, &group.by, &group.county)
}

/// How far the odds of precincts, counties or days are spread around their shares, beyond what small numbers explain: from the
/// middle half of them, so that a few that were tampered with do not hide themselves.
fn spreads(groups: &[Group]) -> BTreeMap<Peers<'_>, f64> {
    let mut ratios: BTreeMap<Peers<'_>, Vec<(f64, f64)>> = BTreeMap::new();
    let geographic = |group: &&Group| {
        group.period == 0 && matches!(group.by.as_str(), "county" | "precinct" | REGISTERED | OPERATOR)
    };
    for group in groups.iter().filter(geographic) {
        let expected = group.share.unwrap_or_default() * group.of as f64;
        if expected >= EXPECTED_OF_PEER {
            let ratio = (group.voters as f64 / expected).ln();
            ratios.entry(peers(group)).or_default().push((ratio, 1.0 / group.voters as f64));
        }
    }
    ratios.retain(|_, ratios| ratios.len() >= PEERS);
    ratios.into_iter().map(|(peers, ratios)| (peers, spread(ratios))).collect()
}

/// What groups had in the periods before.
struct History<'a> {
    groups: HashMap<([&'a str; 4], u64), u64>,
    /// Changes of a kind in a county, by period.
    of: HashMap<[&'a str; 2], BTreeMap<u64, u64>>,
}

impl<'a> History<'a> {
    /// A period with fewer changes of a kind tells nothing.
    const FEWEST: u64 = 20;
    /// What one period, and what several, leave open about the next, as a standard deviation of the odds' logarithm.
    const AFTER_ONE: f64 = 0.5;

    fn of(groups: &'a [Group]) -> Self {
        let mut history = Self { groups: HashMap::new(), of: HashMap::new() };
        for group in groups.iter().filter(|group| group.period > 0 && group.of >= Self::FEWEST) {
            history.groups.insert((Self::key(group), group.period), group.voters);
            history.of.entry([&group.kind, &group.county]).or_default().insert(group.period, group.of);
        }
        history
    }

    fn key(group: &Group) -> [&str; 4] {
        [&group.kind, &group.by, &group.county, &group.value]
    }

    /// The share a group had before, and how far it may lie from it now. `share` is its share of the roll, for periods in which it had too few
    /// to be counted.
    fn usual(&self, group: &Group, share: f64) -> Option<(f64, f64)> {
        let periods = self.of.get(&[group.kind.as_str(), group.county.as_str()])?;
        let logits: Vec<f64> = periods
            .iter()
            .map(|(period, of)| {
                let counted = self.groups.get(&(Self::key(group), *period)).map(|voters| *voters as f64);
                // Fewer than are counted: as the roll has it, but no more than could have gone uncounted.
                let voters = counted.unwrap_or_else(|| (share * *of as f64).min(2.0));
                ((voters + 0.5) / (*of as f64 - voters + 0.5).max(0.5)).ln()
            })
            .collect();
        let count = logits.len() as f64;
        let mean = logits.iter().sum::<f64>() / count;
        let variance = logits.iter().map(|logit| (logit - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
        let spread =
            if logits.len() < 2 { Self::AFTER_ONE } else { variance.sqrt().hypot(Self::AFTER_ONE / count.sqrt()) };
        Some((1.0 / (1.0 + (-mean).exp()), spread.max(LEAST_SPREAD)))
    }
}

fn spread(mut ratios: Vec<(f64, f64)>) -> f64 {
    /// The middle half of a normal distribution spans so many standard deviations.
    const MIDDLE_HALF: f64 = 1.349;
    ratios.sort_by(|a, b| a.0.total_cmp(&b.0));
    let quarter = |n: usize| ratios[(ratios.len() - 1) * n / 4].0;
    let noise = ratios.iter().map(|(_, noise)| noise).sum::<f64>() / ratios.len() as f64;
    let all = ((quarter(3) - quarter(1)) / MIDDLE_HALF).powi(2);
    (all - noise).max(0.0).sqrt().max(LEAST_SPREAD)
}

fn distinct(all: Vec<Standing<'_>>) -> Vec<Standing<'_>> {
    let mut kept: Vec<(Standing<'_>, HashSet<&str>)> = Vec::new();
    for one in all {
        let ids: HashSet<&str> = one.group.members.iter().map(|m| m.voter_id.as_str()).collect();
        let is_known = kept.iter().any(|(other, known)| {
            let both = known.intersection(&ids).count() as f64;
            other.group.holds(one.group) || both >= SAME * known.len().min(ids.len()) as f64
        });
        if !is_known {
            kept.push((one, ids));
        }
    }
    kept.into_iter().map(|(one, _)| one).collect()
}

impl Group {
    /// Whether another group is a county's part of this one. Not all voters of a large group are at hand to tell it by them.
    fn holds(&self, other: &Self) -> bool {
        let same = [(&self.kind, &other.kind), (&self.by, &other.by), (&self.value, &other.value)];
        self.county.is_empty() && same.into_iter().all(|(ours, theirs)| ours == theirs)
    }
}

impl Standing<'_> {
    /// How many the group's share of the roll explains.
    pub(crate) fn expected(&self) -> f64 {
        self.share * self.group.of as f64
    }

    /// How many of the group belong to the ordinary changes: as many as those outside the group, and its share, let expect.
    fn ordinary(&self) -> f64 {
        (self.group.of - self.group.voters.min(self.group.of)) as f64 * self.share / (1.0 - self.share)
    }

    /// How many more there are.
    pub(crate) fn excess(&self) -> f64 {
        (self.group.voters as f64 - self.ordinary()).max(0.0)
    }

    /// Whether nearly all of the group are beyond what is ordinary, so that each may be named.
    pub(crate) fn is_nearly_all(&self) -> bool {
        let voters = self.group.voters as f64;
        // A pattern marks each of its voters; its usual share is on the high side.
        let (times, from) = if self.group.by == PATTERN { (1.0, PATTERN_NAMED_FROM) } else { (2.0, NAMED_FROM) };
        voters - times * self.ordinary() >= from * voters
    }

    /// Adds the group's places, what was measured, and its voters where they may be named.
    pub(crate) fn draft(&self, mut draft: FindingDraft, found: &Findings) -> FindingDraft {
        let group = self.group;
        for member in group.members.iter().take(SITES_SHOWN) {
            draft = draft.at(&member.source, member.line);
        }
        if self.is_nearly_all() {
            let fields: HashSet<&str> = group.members.iter().flat_map(|m| m.fields.split(' ')).collect();
            let mut fields: Vec<&str> = fields.into_iter().collect();
            fields.sort_unstable();
            for field in fields {
                draft = draft.observable(ObservableKind::Field, field);
            }
            for member in &group.members {
                draft = draft.observable(ObservableKind::VoterKey, found.scope().keyer.key(&member.voter_id));
            }
        }
        if !group.county.is_empty() {
            draft = draft.observable(ObservableKind::Place, format!("county {}", group.county));
        }
        let voters = group.voters as f64;
        let low = (voters - 2.0 * self.ordinary()).max(0.0);
        draft = draft.measure(Measure::between("records", low, self.excess(), voters, "voters"));
        match group.snapshot {
            Some(at) => draft.noticed(at),
            None => draft,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(by: &str, value: &str, voters: u64, of: u64, share: f64, first: u64) -> Group {
        let member = |n: u64| Member { voter_id: format!("V{n}"), fields: "f".into(), source: "a".into(), line: n };
        Group {
            kind: "party".into(),
            by: by.into(),
            value: value.into(),
            voters,
            of,
            share: Some(share),
            sampled: 10_000,
            members: (first..first + voters).map(member).collect(),
            ..Group::default()
        }
    }

    #[test]
    fn without_spread_the_chance_is_the_binomial_one() {
        // 1 - (1 - 0.5^3): three of three at one half.
        assert!((chance(3, 3, 0.5, 0.0) - 0.125).abs() < 1e-9);
        assert!(chance(30, 100, 0.1, 0.75) > chance(30, 100, 0.1, 0.3));
        assert!((chance(0, 10, 0.1, 0.5) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn one_precinct_among_many_stands_out_and_an_uneven_one_does_not() {
        let of = 30 * 20 + 300;
        let mut groups: Vec<Group> =
            (0..29).map(|n| group("precinct", &format!("P{n}"), 15 + n % 10, of, 1.0 / 30.0, n * 1000)).collect();
        groups.push(group("precinct", "P29", 300, of, 1.0 / 30.0, 50_000));
        let standing = standing(&groups, |g| g.share);
        assert_eq!(standing.iter().map(|s| s.group.value.as_str()).collect::<Vec<_>>(), ["P29"]);
    }

    #[test]
    fn groups_of_the_same_voters_are_one() {
        let groups = [group("precinct", "P1", 140, 140, 0.03, 0), group("race", "W", 130, 140, 0.2, 0)];
        assert_eq!(standing(&groups, |g| g.share).len(), 1);
    }

    #[test]
    fn a_countys_part_of_a_group_is_not_told_again() {
        let whole = group("pattern", "moved by +10 years", 900, 1000, 0.1, 0);
        let part = Group { county: "7".into(), ..group("pattern", "moved by +10 years", 90, 100, 0.1, 50_000) };
        let groups = [whole, part];
        let standing = standing(&groups, |g| g.share);
        assert_eq!(standing.iter().map(|s| s.group.county.as_str()).collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn what_was_so_before_is_usual_now() {
        let now = group("party", "REP", 90, 100, 0.2, 0);
        let before =
            |period, voters| Group { period, members: Vec::new(), ..group("party", "REP", voters, 100, 0.2, 0) };
        assert_eq!(standing(std::slice::from_ref(&now), |g| g.share).len(), 1);
        assert!(standing(&[now.clone(), before(1, 88), before(2, 91)], |g| g.share).is_empty());
        assert_eq!(standing(&[now, before(1, 22), before(2, 18), before(3, 20)], |g| g.share).len(), 1);
    }

    #[test]
    fn a_skew_that_life_has_is_no_finding() {
        // The young are a tenth of the roll and four in ten of those who move.
        let groups = [group("decade of birth", "2000s", 400, 1000, 0.1, 0)];
        assert!(standing(&groups, |g| g.share).is_empty());
    }
}
