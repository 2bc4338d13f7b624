//! Follows a field from its old value to its new one through the log.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::Fault;
use super::same::same_meaning;
use crate::layout::Role;
use crate::log::{Order, Transaction};

/// The entries that led from the old value to the new one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Traced<'a> {
    pub(crate) steps: Vec<usize>,
    pub(crate) orders: Vec<&'a Order>,
}

/// What is to be traced.
pub(crate) struct Question<'a> {
    pub(crate) role: Role,
    pub(crate) old: &'a str,
    pub(crate) new: &'a str,
    /// Orders that cover the voter and the field.
    pub(crate) orders: Vec<&'a Order>,
    /// What a renamed code is called now.
    pub(crate) renamed: &'a dyn Fn(&str) -> Option<String>,
}

/// The entries, of one voter and field and in order, that lead from old to new; else the nearest entry and what is
/// wrong with it.
pub(crate) fn trace<'a>(
    entries: &[(usize, &Transaction)],
    question: &Question<'a>,
) -> Result<Traced<'a>, (Fault, Option<usize>)> {
    if let Some(order) = question.order(question.old, question.new) {
        return Ok(Traced { steps: Vec::new(), orders: vec![order] });
    }
    let reaches = entries.iter().rev().find(|(_, t)| question.ends(&t.new).is_some());
    if let Some(mut traced) = (0..entries.len()).rev().find_map(|from| question.walk(&entries[from..])) {
        // Whoever set the value last made what the newer extract shows, whether or not it stood there before.
        traced.steps.extend(reaches.map(|(at, _)| *at).filter(|at| traced.steps.last() != Some(at)));
        return Ok(traced);
    }
    match (reaches, entries.last()) {
        (Some((at, _)), _) => Err((Fault::OldValue, Some(*at))),
        (None, Some((at, _))) => Err((Fault::NewValue, Some(*at))),
        (None, None) => Err((Fault::NoTransaction, None)),
    }
}

impl<'a> Question<'a> {
    fn walk(&self, entries: &[(usize, &Transaction)]) -> Option<Traced<'a>> {
        let (mut now, mut traced) = (self.old.to_owned(), Traced::default());
        for (at, entry) in entries {
            if !self.same(&entry.old, &now) {
                traced.orders.push(self.order(&now, &entry.old)?);
            }
            traced.steps.push(*at);
            now.clone_from(&entry.new);
            if let Some(order) = self.ends(&now) {
                traced.orders.extend(order);
                return Some(traced);
            }
        }
        None
    }

    /// Whether a value is the new one: as it stands, by an order, or renamed.
    fn ends(&self, value: &str) -> Option<Option<&'a Order>> {
        let renamed = || (self.renamed)(value).is_some_and(|now| self.same(&now, self.new));
        if self.same(value, self.new) || renamed() { Some(None) } else { self.order(value, self.new).map(Some) }
    }

    fn order(&self, old: &str, new: &str) -> Option<&'a Order> {
        self.orders.iter().find(|o| self.same(&o.old, old) && self.same(&o.new, new)).copied()
    }

    fn same(&self, a: &str, b: &str) -> bool {
        same_meaning(self.role, a, b)
    }
}

/// How many days an office may take to carry out an order.
const LAG_DAYS: i64 = 90;

/// Whether an order covers a county, and took effect between the days of two extracts, or so shortly before that it may have been
/// carried out between them.
pub(crate) fn covers(order: &Order, county: &[&str], (from, by): (Option<Date>, Option<Date>)) -> bool {
    let in_time = order.effective.is_none_or(|effective| {
        let latest = effective.saturating_add(LAG_DAYS.days());
        by.is_none_or(|by| effective <= by) && from.is_none_or(|from| from <= latest)
    });
    in_time && in_scope(&order.scope, county)
}

fn in_scope(scope: &str, county: &[&str]) -> bool {
    let scope = scope.trim().to_ascii_lowercase();
    if scope.is_empty() || ["statewide", "state", "all"].contains(&scope.as_str()) {
        return true;
    }
    let named = scope.trim_start_matches("county").trim_end_matches("county").trim();
    named.split([',', ';']).any(|one| county.iter().any(|c| same_code(one, c)))
}

/// Codes are the same whatever zeros and blanks stand before them.
pub(crate) fn same_code(a: &str, b: &str) -> bool {
    let bare = |code: &str| code.trim().trim_start_matches('0').to_ascii_lowercase();
    bare(a) == bare(b) && !a.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn entry(old: &str, new: &str) -> Transaction {
        Transaction { old: old.into(), new: new.into(), ..Transaction::default() }
    }

    fn order(old: &str, new: &str, scope: &str) -> Order {
        let (id, kind, field) = ("O1".into(), "precinct".into(), "precinct".into());
        Order { line: 2, id, kind, scope: scope.into(), field, old: old.into(), new: new.into(), effective: None }
    }

    fn ask(entries: &[Transaction], orders: &[Order], old: &str, new: &str) -> Result<Vec<usize>, Fault> {
        let numbered: Vec<_> = entries.iter().enumerate().collect();
        let orders = orders.iter().collect();
        let question = Question { role: Role::Precinct, old, new, orders, renamed: &|_| None };
        trace(&numbered, &question).map(|t| t.steps).map_err(|(fault, _)| fault)
    }

    #[test]
    fn several_entries_may_follow_each_other() {
        let log = [entry("X", "A"), entry("A", "B"), entry("B", "C")];
        assert_eq!(ask(&log, &[], "A", "C"), Ok(vec![1, 2]));
        let again = [entry("A", "B"), entry("B", "A"), entry("A", "B")];
        assert_eq!(ask(&again, &[], "A", "B"), Ok(vec![2]));
        assert_eq!(ask(&[entry("A", "B"), entry("X", "B")], &[], "A", "B"), Ok(vec![0, 1]));
        assert_eq!(ask(&log, &[], "A", "D"), Err(Fault::NewValue));
        assert_eq!(ask(&log, &[], "Z", "C"), Err(Fault::OldValue));
        assert_eq!(ask(&[], &[], "Z", "C"), Err(Fault::NoTransaction));
    }

    #[test]
    fn an_order_may_come_between_and_at_the_end() {
        let orders = [order("P7", "P31", "county 3")];
        assert_eq!(ask(&[], &orders, "P7", "P31"), Ok(vec![]));
        assert_eq!(ask(&[entry("P1", "P7")], &orders, "P1", "P31"), Ok(vec![0]));
        assert_eq!(ask(&[entry("P31", "P2")], &orders, "P7", "P2"), Ok(vec![0]));
        assert!(covers(&orders[0], &["03"], (None, None)) && !covers(&orders[0], &["13"], (None, None)));
    }

    #[test]
    fn an_order_of_long_ago_explains_nothing() {
        let in_effect = |effective| {
            let order = Order { effective: Some(effective), ..order("P7", "P31", "") };
            covers(&order, &[], (Some(date(2026, 8, 15)), Some(date(2026, 9, 19))))
        };
        assert!(in_effect(date(2026, 8, 20)) && in_effect(date(2026, 7, 1)));
        assert!(!in_effect(date(2025, 2, 1)) && !in_effect(date(2026, 9, 20)));
    }
}
