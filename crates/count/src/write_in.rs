//! Lines for whoever was written in: which names are such lines, and which line of a contest one of them means.
//!
//! Records, results and boards name them in many ways: `Write-in`, `WRITE IN:`, `Qualified Write In`, `Write-in: Cy Dee`,
//! `Cy Dee (W)`. An exact name goes first, always.

use crate::formats::rows::plain;
use crate::{Choice, Contest, ReportedChoice, ReportedContest};

/// The line that a contest gets where people typed a write-in and it has none.
const LINE: &str = "Write-in";

/// Words of a line that name nobody.
const NOBODY: [&str; 20] = [
    "all",
    "assigned",
    "candidate",
    "candidates",
    "certified",
    "declared",
    "miscellaneous",
    "other",
    "others",
    "qualified",
    "resolved",
    "scattered",
    "scattering",
    "total",
    "totals",
    "undeclared",
    "unqualified",
    "unresolved",
    "vote",
    "votes",
];

/// Whether a name is that of a line for a write-in.
pub(crate) fn is_write_in(name: &str) -> bool {
    whom(name).is_some()
}

/// Whether a name is that of a line for whoever was written in.
pub(crate) fn is_for_anybody(name: &str) -> bool {
    whom(name).is_some_and(|whom| whom.is_empty())
}

/// Whether a line for a write-in is that of a person, whose name stands alone.
pub(crate) fn names_person(line: &str, name: &str) -> bool {
    whom(line).is_some_and(|whom| !whom.is_empty() && plain(&whom) == plain(name))
}

/// Who a line for a write-in names, in small letters; empty where it is for anybody. `None`: it is no such line.
fn whom(name: &str) -> Option<String> {
    let lower = name.to_lowercase();
    let words = |text: &'_ str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let parenthesis = lower.trim_end().strip_suffix(')').and_then(|text| text.rsplit_once('('));
    let marked =
        parenthesis.filter(|(before, mark)| !plain(before).is_empty() && matches!(plain(mark).as_str(), "w" | "wi"));
    if let Some((before, _)) = marked {
        return Some(words(before).join(" "));
    }
    let words = words(&lower);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let number = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
    let is_in = |word: &str| matches!(word.trim_end_matches(|c: char| c.is_ascii_digit()), "in" | "ins");
    let (mut rest, mut at, mut met) = (Vec::new(), 0, None);
    while at < words.len() {
        let two = words[at] == "write" && words.get(at + 1).is_some_and(|next| is_in(next));
        if two || words[at].starts_with("writein") {
            met = met.or(Some(rest.len()));
            at += if two { 2 } else { 1 };
            continue;
        }
        if !NOBODY.contains(&words[at]) && !number(words[at]) {
            rest.push(words[at]);
        }
        at += 1;
    }
    // In the midst of other words it is a sentence, such as a measure's.
    met.filter(|before| *before == 0 || *before == rest.len()).map(|_| rest.join(" "))
}

impl Choice {
    /// Some exports list the line for write-ins among the candidates, and only its name tells.
    pub(crate) fn is_written_in(&self) -> bool {
        self.write_in || is_write_in(&self.name)
    }
}

impl ReportedChoice {
    /// The same of results.
    pub(crate) fn is_written_in(&self) -> bool {
        self.write_in || is_write_in(&self.name)
    }
}

impl Contest {
    /// The place of the choice of that name; of a write-in, the line that it is counted on, where only one can be meant: the one of
    /// the same letters, the one of the same person, the only one for anybody. A write-in without a name is the only one there is.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        if let Some(at) = self.choice(name) {
            return Some(at);
        }
        let whom_of = |name: &str| whom(name).unwrap_or_else(|| name.to_lowercase());
        let wanted = whom(name)?;
        let lines = self.choices.iter().enumerate().filter(|(_, c)| c.is_written_in());
        let lines: Vec<(usize, &str, String)> = lines
            .filter(|(at, c)| self.choice(&c.name) == Some(*at))
            .map(|(at, c)| (at, c.name.as_str(), whom_of(&c.name)))
            .collect();
        let one = |is: &dyn Fn(&str, &str) -> bool| {
            let mut all = lines.iter().filter(|(_, name, whom)| is(name, whom));
            let first = all.next().map(|(at, ..)| *at);
            first.filter(|_| all.next().is_none())
        };
        let letters = plain(name);
        let alike = one(&|line, _| plain(line) == letters);
        let same = || one(&|_, whom| !wanted.is_empty() && whom == wanted);
        let anybody = || one(&|_, whom| whom.is_empty());
        let nameless = wanted.is_empty() && !lines.iter().any(|(.., whom)| whom.is_empty());
        alike.or_else(same).or_else(anybody).or_else(|| one(&|_, _| true).filter(|_| nameless))
    }

    /// Whether a name that people typed counts for this choice without saying that it does: a write-in of no name for one that is
    /// named, or the other way round. That must not count for a winner.
    pub(crate) fn is_presumed(&self, name: &str, at: usize) -> bool {
        let line = self.choices.get(at).map_or("", |c| c.name.as_str());
        self.choice(name).is_none() && whom(name).is_some_and(|typed| whom(line).is_none_or(|line| line != typed))
    }

    /// With a line for write-ins where people typed one and the contest has none: whoever they are, that the winners got more votes
    /// than they did must be tested.
    pub(crate) fn with_write_ins<'a>(mut self, mut typed: impl Iterator<Item = &'a str>) -> Self {
        let has = self.choices.iter().any(Choice::is_written_in);
        if !has && !self.choices.is_empty() && typed.any(|name| is_write_in(name) && self.choice(name).is_none()) {
            self.choices.push(Choice { name: LINE.to_owned(), write_in: true, ..Choice::default() });
        }
        self
    }

    /// Lines for anybody whose reported votes are several people's, or not those of the only one named: the place, and the most
    /// votes that either says. Nobody can say of them that one person has them.
    pub(crate) fn unresolved(&self, reported: &ReportedContest, recorded: Option<&[u64]>) -> Vec<(usize, u64)> {
        let lines = self.choices.iter().enumerate().filter(|(_, c)| c.is_written_in() && is_for_anybody(&c.name));
        let unresolved = |(at, _): (usize, &Choice)| {
            let rows = reported.choices.iter().filter(|c| c.votes > 0 && self.find(&c.name) == Some(at));
            let (named, all) = rows.fold((0usize, (0usize, 0u64)), |(named, (rows, votes)), row| {
                let is_named = usize::from(!is_for_anybody(&row.name));
                (named + is_named, (rows + 1, votes.saturating_add(row.votes.unsigned_abs())))
            });
            let recorded = recorded.and_then(|votes| votes.get(at)).copied();
            let several = named > 0 && (all.0 > 1 || recorded.is_some_and(|votes| votes != all.1));
            several.then(|| (at, all.1.max(recorded.unwrap_or(0))))
        };
        lines.filter_map(unresolved).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contest(names: &[&str]) -> Contest {
        let choice = |name: &&str| Choice { name: (*name).to_owned(), ..Choice::default() };
        Contest { choices: names.iter().map(choice).collect(), ..Contest::default() }
    }

    #[test]
    fn lines_for_write_ins_are_known_by_their_names() {
        for name in [
            "Write-in",
            "WRITE IN",
            "write-in:",
            "Writein",
            "Write-ins",
            "Qualified Write In",
            "Unresolved Write-In",
            "Write-in 2",
            "Write-in: Scattered",
            "Total Write-Ins",
        ] {
            assert_eq!(whom(name).as_deref(), Some(""), "{name}");
        }
        for name in ["Write-in: Cy Dee", "Cy Dee (W)", "Cy Dee (Write-in)", "CY DEE (W/I)", "WRITE-IN Cy Dee"] {
            assert_eq!(whom(name).as_deref(), Some("cy dee"), "{name}");
        }
        for name in ["Cy Dee", "(W)", "Cy W", "Underwriter Ins", "To write in ink", "Rewrite in full"] {
            assert_eq!(whom(name), None, "{name}");
        }
    }

    #[test]
    fn a_write_in_is_counted_on_the_only_line_that_can_be_meant() {
        let find = |names: &[&str], name: &str| contest(names).find(name);
        assert_eq!(find(&["Ada", "Write-in"], "Write-in: Cy Dee"), Some(1));
        assert_eq!(find(&["Ada", "write-in:"], "Write-in"), Some(1));
        assert_eq!(find(&["Ada", "Cy Dee (W)", "Write-in"], "Write-in: Cy Dee"), Some(1));
        assert_eq!(find(&["Ada", "Cy Dee (W)"], "Write-in"), Some(1));
        assert_eq!(find(&["Ada", "Cy Dee (W)"], "Write-in: Di Poe"), None, "somebody else");
        assert_eq!(find(&["Ada", "Qualified Write In", "Write-in"], "WRITE IN"), Some(2));
        assert_eq!(find(&["Ada", "Qualified Write In", "Write-in"], "Write-in: Cy Dee"), None);
        assert_eq!(find(&["Ada", "Ada (W)"], "Ada"), Some(0), "exact names go first");
        assert_eq!(find(&["Ada"], "Write-in"), None);
    }

    #[test]
    fn a_line_is_added_where_people_typed_a_write_in() {
        let with = |names: &[&str], typed: &[&str]| contest(names).with_write_ins(typed.iter().copied()).choices.len();
        assert_eq!(with(&["Ada", "Ben"], &["Ada", "Write-in: Cy"]), 3);
        assert_eq!(with(&["Ada", "Ben"], &["Ada", "Cy"]), 2);
        assert_eq!(with(&["Ada", "write-in:"], &["Write-in"]), 2);
    }
}
