//! What the board's rows don't say: names that no choice has, and cells that nobody filled. Both count as votes against every
//! reported winner.

use pollwarden_core::Coverage;

use crate::Contest;
use crate::audit::ContestAudit;
use crate::evidence::{list, of};

/// What people write between two names, where the sheet asks for `;`.
const BETWEEN: [&str; 7] = [",", "/", "|", "&", "+", "\n", " and "];

/// Names that no choice has, each once.
pub(crate) fn unknown_names(contest: &ContestAudit) -> Vec<&str> {
    let mut unknown: Vec<&str> = contest.each_card().filter_map(|looked| looked.unknown_name.as_deref()).collect();
    unknown.sort_unstable();
    unknown.dedup();
    unknown
}

/// Says which names no choice has, and how to mend them.
pub(crate) fn say_unknown_names(contest: &ContestAudit, coverage: &mut Coverage) {
    let unknown = unknown_names(contest);
    if unknown.is_empty() {
        return;
    }
    let quoted: Vec<String> = unknown.iter().map(|name| quoted(name)).collect();
    let why = format!(
        "{}: the audit board typed names that no choice has: {}. {}",
        contest.name(),
        list(&quoted, 4),
        mend(&contest.decided.contest, &unknown)
    );
    coverage.blind(None, why);
}

/// A name in quotation marks, on one line and not longer than one. What begins with such a mark is a word of the sheet's own, with
/// what is wrong with it.
fn quoted(name: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    if name.starts_with('“') {
        return name.chars().take(120).map(plain).collect();
    }
    format!("“{}”", name.chars().take(60).map(plain).collect::<String>())
}

fn mend(contest: &Contest, unknown: &[&str]) -> &'static str {
    if unknown.iter().any(|name| name.contains('\u{fffd}')) {
        return "Some of their letters can't be read: save the sheet as UTF-8";
    }
    if unknown.iter().any(|name| is_several(contest, name)) {
        return "Correct the rows: write ; between the names";
    }
    "Correct the rows"
}

/// Whether a name is those of several choices with something else than `;` between.
fn is_several(contest: &Contest, name: &str) -> bool {
    BETWEEN.iter().any(|between| {
        let mut parts = name.split(between).peekable();
        let first = parts.next();
        parts.peek().is_some() && first.into_iter().chain(parts).all(|part| contest.choice_alike(part).is_some())
    })
}

/// Says how many drawn cards nobody filled in.
pub(crate) fn say_unread(contest: &ContestAudit, coverage: &mut Coverage) {
    let unread =
        contest.each_card().filter(|l| l.row.is_some() && l.read.is_none() && l.unknown_name.is_none()).count();
    if unread > 0 {
        let cards = of(unread as u64, "drawn card", "drawn cards");
        let why = format!(
            "{}: nobody filled in what {cards} say; they count as votes against every reported winner",
            contest.name()
        );
        coverage.dim(None, why);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Choice;

    #[test]
    fn what_to_correct_is_said() {
        let choice = |name: &str| Choice { name: name.to_owned(), ..Choice::default() };
        let contest = Contest { choices: ["Ada Zed", "Ben Yew"].map(choice).to_vec(), ..Contest::default() };
        for name in
            ["Ada Zed, Ben Yew", "ada zed/Ben Yew", "Ada Zed | Ben Yew", "Ada Zed & Ben Yew", "Ada Zed\nBen Yew"]
        {
            assert_eq!(mend(&contest, &[name]), "Correct the rows: write ; between the names", "{name:?}");
        }
        assert_eq!(mend(&contest, &["Ada Zed, Cy"]), "Correct the rows");
        assert!(mend(&contest, &["Jos\u{fffd}"]).ends_with("UTF-8"));
    }
}
