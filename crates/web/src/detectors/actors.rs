//! Who is behind several addresses: groups of clients that act as one.
//!
//! An address is not a person. Addresses are put together only for a reason that can be told to a reader: they lie in one
//! network and use the same browser or tool; or they divide one list between them, each reading what the others leave out.
//! Where no such reason is seen they stay apart: three attackers at once come out as three.

use std::net::IpAddr;

use jiff::Timestamp;

use crate::sizing::Harvest;

/// What is known of one client.
#[derive(Debug, Clone, Copy)]
pub(super) struct Traces<'t> {
    /// Its address or name.
    pub(super) client: &'t str,
    /// What it said its browser was.
    pub(super) agents: &'t [String],
    /// First and last request.
    pub(super) span: Option<(Timestamp, Timestamp)>,
}

/// Groups of indices below `count` that are the same by `same`, directly or by way of others; each group in order.
pub(super) fn groups(count: usize, same: impl Fn(usize, usize) -> bool) -> Vec<Vec<usize>> {
    let mut group: Vec<usize> = (0..count).collect();
    for a in 0..count {
        for b in a + 1..count {
            if group[a] != group[b] && same(a, b) {
                let (from, to) = (group[a].max(group[b]), group[a].min(group[b]));
                group.iter_mut().filter(|g| **g == from).for_each(|g| *g = to);
            }
        }
    }
    let mut groups: std::collections::BTreeMap<usize, Vec<usize>> = std::collections::BTreeMap::new();
    group.into_iter().enumerate().for_each(|(i, g)| groups.entry(g).or_default().push(i));
    groups.into_values().collect()
}

/// Whether two addresses lie in one network (IPv4 /24, IPv6 /48) and use the same browser or tool.
pub(super) fn neighbours(a: Traces<'_>, b: Traces<'_>) -> bool {
    network(a.client).is_some_and(|n| network(b.client) == Some(n)) && a.agents.iter().any(|x| b.agents.contains(x))
}

/// Whether one begins where the other ends, with the same tool, within a day: an address was changed.
pub(super) fn successors(a: Traces<'_>, b: Traces<'_>) -> bool {
    const SOON: i64 = 86_400;
    let (Some(a_span), Some(b_span)) = (a.span, b.span) else { return false };
    let (first, second) = if a_span.0 <= b_span.0 { (a_span, b_span) } else { (b_span, a_span) };
    let pause = second.0.as_second() - first.1.as_second();
    (0..=SOON).contains(&pause) && a.agents.iter().any(|x| b.agents.contains(x))
}

/// Whether two readers divide a list: the same range of numbers at the same time, and hardly a record in common, though by
/// chance there would be many.
pub(super) fn divide_a_list(a: (&Harvest, Traces<'_>), b: (&Harvest, Traces<'_>)) -> bool {
    /// So many records in common would be expected of two who read independently of each other.
    const EXPECTED: f64 = 10.0;
    let (Some((a_low, a_high)), Some((b_low, b_high))) = (a.0.range, b.0.range) else { return false };
    let common = a_high.min(b_high).saturating_sub(a_low.max(b_low)) as f64 + 1.0;
    let all = a_high.max(b_high).saturating_sub(a_low.min(b_low)) as f64 + 1.0;
    let at_once = a.1.span.zip(b.1.span).is_some_and(|(a, b)| a.0 <= b.1 && b.0 <= a.1);
    if !at_once || common < 0.8 * all {
        return false;
    }
    let shared = a.0.records.intersection(&b.0.records).count() as f64;
    let expected = a.0.records.len() as f64 * b.0.records.len() as f64 / all;
    expected >= EXPECTED && shared <= 0.1 * expected
}

fn network(client: &str) -> Option<IpAddr> {
    match client.parse::<IpAddr>().ok()?.to_canonical() {
        IpAddr::V4(v4) => Some(IpAddr::V4((u32::from(v4) & 0xffff_ff00).into())),
        IpAddr::V6(v6) => Some(IpAddr::V6((u128::from(v6) >> 80 << 80).into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traces<'t>(client: &'t str, agents: &'t [String], from: i64, to: i64) -> Traces<'t> {
        let at = |hour: i64| pollwarden_core::from_micros(hour * 3_600_000_000);
        Traces { client, agents, span: Some((at(from), at(to))) }
    }

    #[test]
    fn a_network_and_a_tool_in_common_are_one_actor() {
        let (tool, other) = (["curl/8".to_owned()], ["wget".to_owned()]);
        assert!(neighbours(traces("192.0.2.7", &tool, 0, 1), traces("192.0.2.200", &tool, 0, 1)));
        assert!(!neighbours(traces("192.0.2.7", &tool, 0, 1), traces("192.0.2.200", &other, 0, 1)));
        assert!(!neighbours(traces("192.0.2.7", &tool, 0, 1), traces("198.51.100.7", &tool, 0, 1)));
        assert!(neighbours(traces("2001:db8:1::1", &tool, 0, 1), traces("2001:db8:1:9::2", &tool, 0, 1)));
    }

    #[test]
    fn an_address_that_takes_over_is_the_same_actor_and_one_beside_it_is_not() {
        let tool = ["curl/8".to_owned()];
        assert!(successors(traces("192.0.2.7", &tool, 0, 10), traces("198.51.100.7", &tool, 12, 20)));
        assert!(!successors(traces("192.0.2.7", &tool, 0, 10), traces("198.51.100.7", &tool, 5, 20)));
        assert!(!successors(traces("192.0.2.7", &tool, 0, 10), traces("198.51.100.7", &tool, 50, 60)));
    }

    #[test]
    fn who_divides_a_list_leaves_out_what_the_other_read() {
        let harvest = |records: Vec<u64>| Harvest {
            range: Some((records[0], records[records.len() - 1])),
            records: records.into_iter().collect(),
            ..Harvest::default()
        };
        let who = traces("192.0.2.7", &[], 0, 10);
        let (even, odd) = (harvest((0..400).map(|i| i * 2).collect()), harvest((0..400).map(|i| i * 2 + 1).collect()));
        assert!(divide_a_list((&even, who), (&odd, who)));
        let all = harvest((0..800).collect());
        assert!(!divide_a_list((&even, who), (&all, who)));
        let elsewhere = harvest((5_000..5_800).collect());
        assert!(!divide_a_list((&even, who), (&elsewhere, who)));
    }

    #[test]
    fn groups_follow_links() {
        let same = |a: usize, b: usize| matches!((a, b), (0, 2) | (2, 3));
        assert_eq!(groups(5, same), [vec![0, 2, 3], vec![1], vec![4]]);
    }
}
