//! Reported parts whose sum is another number than the stated total.

use indexmap::IndexMap;
use pollwarden_core::{About, Audience, Confidence, Finding, FindingError, Findings, Question, Severity, Stability};

use super::CountDetector;
use crate::evidence::{list, of};
use crate::{Evidence, Nesting, ReportedContest, ReportedPart};

pub(super) struct PartsDontAddUp;

static ABOUT: About = About {
    id: "count/parts-dont-add-up",
    title: "Parts that don't add up to the stated total",
    question: Question::Count,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &[],
    looks_for: "Precincts whose counts don't add up to the contest's total, ways of voting that don't add up to their precinct's count, \
        and choices that together have more votes than were counted for all.",
    why: "A total that isn't the sum of its parts was typed or changed by itself: one of the two is wrong. Where parts may share voters, \
        or the file may leave some out, that is a question for an analyst.",
    cannot_see: "Totals and parts that were changed alike. Counts that the file leaves out, and units of one name.",
    do_next: "Add up the tabulators' tapes for the parts named, and mend the file that is wrong.",
    techniques: &[],
    references: &[],
};

/// As many are named as people would look up.
const NAMED: usize = 8;

impl CountDetector for PartsDontAddUp {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, evidence: &Evidence, found: &mut Findings) {
        for results in &evidence.results {
            for contest in &results.contests {
                let sums: Vec<Sum> = sums(contest).collect();
                let said = |which: fn(&Sum) -> bool| {
                    sums.iter().filter(|sum| which(sum)).map(Sum::to_string).collect::<Vec<_>>()
                };
                let clerks = [said(Sum::is_too_much), crate::leads_otherwise::leads_otherwise(contest)].concat();
                let kinds = [(clerks, Audience::Clerk), (said(Sum::is_doubtful), Audience::Analyst)];
                for (said, audience) in kinds.into_iter().filter(|(said, _)| !said.is_empty()) {
                    found.push(finding(contest, &results.source, &said, audience));
                }
            }
        }
    }
}

/// A whole and the sum of its parts.
struct Sum {
    what: String,
    whole: i64,
    parts: i64,
    /// The sum of those parts of which no two can share a vote; `None` where that isn't known of any.
    apart: Option<i64>,
    /// Whether the file is thought to list every part.
    all_listed: bool,
}

impl Sum {
    /// Parts that share nothing are more than their whole, which can't be.
    fn is_too_much(&self) -> bool {
        self.apart.is_some_and(|apart| apart > self.whole)
    }

    /// Another number, which parts that share votes, or that the file doesn't list, would explain.
    fn is_doubtful(&self) -> bool {
        let differs = self.parts != self.whole && self.apart != Some(self.whole);
        differs && !self.is_too_much() && (self.all_listed || self.parts > self.whole)
    }
}

impl std::fmt::Display for Sum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} stated, {} by its parts", self.what, self.whole, self.parts)
    }
}

fn sums(contest: &ReportedContest) -> impl Iterator<Item = Sum> {
    let choices = choices_of_parts(contest);
    units_of_contest(contest).into_iter().chain(stated(contest)).chain(ways_of_units(contest)).chain(choices)
}

/// What a file states of the whole against the sum of its parts, where a reader kept both.
fn stated(contest: &ReportedContest) -> impl Iterator<Item = Sum> {
    let wholes = contest.parts.iter().filter(|part| part.unit.is_empty() && part.group.is_empty());
    let share_nothing = contest.parts.iter().filter(|part| !part.unit.is_empty()).all(|p| p.nesting == Nesting::Apart);
    wholes.flat_map(|whole| contest.choices.iter().zip(&whole.votes)).filter_map(move |(choice, stated)| {
        let apart = share_nothing.then_some(choice.votes);
        Some(Sum { what: choice.name.clone(), whole: (*stated)?, parts: choice.votes, apart, all_listed: true })
    })
}

/// Units that lie in no other against the contest's totals. Where the file doesn't say how they lie and each choice has its votes
/// twice, they lie in each other.
fn units_of_contest(contest: &ReportedContest) -> Vec<Sum> {
    let all = contest.parts.iter().filter(|p| !p.unit.is_empty() && p.group.is_empty());
    let units: Vec<&ReportedPart> = all.filter(|p| p.nesting != Nesting::Within).collect();
    let apart = units.iter().all(|part| part.nesting == Nesting::Apart);
    let sum = |at: usize| units.iter().try_fold(0i64, |sum, part| Some(sum.saturating_add((*part.votes.get(at)?)?)));
    let sums = contest.choices.iter().enumerate().filter_map(|(at, choice)| {
        let parts = sum(at).filter(|_| units.len() > 1)?;
        let apart = apart.then_some(parts);
        Some(Sum { what: choice.name.clone(), whole: choice.votes, parts, apart, all_listed: true })
    });
    let sums: Vec<Sum> = sums.collect();
    let nested = !apart && sums.iter().filter(|s| s.whole > 0).all(|s| s.parts >= s.whole.saturating_mul(2));
    if nested { Vec::new() } else { sums }
}

/// A unit of the file by its name: its own counts, and those of each way of voting.
#[derive(Default)]
struct Unit<'c> {
    whole: Option<&'c ReportedPart>,
    ways: Vec<&'c ReportedPart>,
    /// Several units have this name, such as precinct 1 of two counties.
    several: bool,
}

/// Ways of voting against their unit's count, or the contest's.
fn ways_of_units(contest: &ReportedContest) -> Vec<Sum> {
    let mut units: IndexMap<&str, Unit<'_>> = IndexMap::new();
    for part in &contest.parts {
        let unit = units.entry(&part.unit).or_default();
        if part.group.is_empty() {
            unit.several |= unit.whole.replace(part).is_some();
        } else {
            unit.several |= unit.ways.iter().any(|way| way.group == part.group);
            unit.ways.push(part);
        }
    }
    let with_ways = units.into_iter().filter(|(_, unit)| !unit.ways.is_empty() && !unit.several);
    with_ways.flat_map(|(name, unit)| ways_of_unit(contest, name, &unit)).collect()
}

fn ways_of_unit(contest: &ReportedContest, name: &str, unit: &Unit<'_>) -> Vec<Sum> {
    let ways: Vec<&ReportedPart> = unit.ways.iter().copied().filter(|way| !is_sum_of_finer(way, &unit.ways)).collect();
    let sum = |at: usize, which: &dyn Fn(&ReportedPart) -> bool| {
        let votes = ways.iter().filter(|way| which(way)).filter_map(|way| way.votes.get(at).copied().flatten());
        votes.fold(0, i64::saturating_add)
    };
    let each = contest.choices.iter().enumerate().filter_map(|(at, choice)| {
        let whole = match unit.whole {
            _ if name.is_empty() => choice.votes,
            whole => whole?.votes.get(at).copied().flatten()?,
        };
        let (parts, apart) = (sum(at, &|_| true), sum(at, &|way| !may_lie_in_another(way, &ways)));
        let what = format!("{} {name}", choice.name).trim_end().to_owned();
        Some(Sum { what, whole, parts, apart: Some(apart), all_listed: true })
    });
    each.collect()
}

/// `absentee` beside `absentee-mail` and `absentee-in-person` is what they are together (SP 1500-100 version 2, `CountItemType`).
fn is_sum_of_finer(way: &ReportedPart, ways: &[&ReportedPart]) -> bool {
    way.group == "absentee" && ways.iter().any(|finer| finer.group.starts_with("absentee-"))
}

/// Voters abroad and those who wrote a name in also voted by mail or at the polls: some files count them in both, some don't. So do
/// some with absentee voters and those of them who voted by mail.
fn may_lie_in_another(way: &ReportedPart, ways: &[&ReportedPart]) -> bool {
    let plain = |part: &ReportedPart| part.group.to_lowercase().replace(['_', ' '], "-");
    match plain(way).as_str() {
        "uocava" | "military" | "absentee-fwab" | "write-in" => true,
        "absentee" => ways.iter().any(|other| plain(other).contains("mail") || plain(other).starts_with("absentee-")),
        _ => false,
    }
}

/// Choices against the votes for all of them; choices that the file doesn't list have the rest.
fn choices_of_parts(contest: &ReportedContest) -> impl Iterator<Item = Sum> {
    contest.parts.iter().filter_map(|part| {
        let parts = part.votes.iter().flatten().fold(0i64, |sum, v| sum.saturating_add(*v));
        let what = format!("all choices in {} {}", part.unit, part.group).trim_end().to_owned();
        Some(Sum { what, whole: part.total?, parts, apart: Some(parts), all_listed: false })
    })
}

fn finding(
    contest: &ReportedContest,
    source: &str,
    sums: &[String],
    audience: Audience,
) -> Result<Finding, FindingError> {
    let title =
        format!("{}: {} the sum of their parts", contest.name, of(sums.len() as u64, "total isn't", "totals aren't"));
    let (severity, confidence, next) = match audience {
        Audience::Clerk => (Severity::Medium, Confidence::High, ABOUT.do_next),
        _ => (Severity::Low, Confidence::Low, DOUBTFUL),
    };
    Finding::new(ABOUT.id, title, severity, confidence)
        .at_source(source)
        .audience(audience)
        .expected_seen("totals that are the sum of their parts", list(sums, NAMED))
        .next_step(next)
        .done()
}

const DOUBTFUL: &str = "Ask whether the file lists every part, and whether some of them lie within others, such as precincts within a county or \
    voters abroad within those by mail. If not, add up the tabulators' tapes for the parts named.";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ReportedChoice;

    fn part(unit: &str, group: &str, votes: [i64; 2], total: Option<i64>) -> ReportedPart {
        let votes = votes.iter().copied().map(Some).collect();
        ReportedPart { unit: unit.into(), group: group.into(), votes, total, ..ReportedPart::default() }
    }

    fn apart(unit: &str, votes: [i64; 2]) -> ReportedPart {
        ReportedPart { nesting: Nesting::Apart, ..part(unit, "", votes, None) }
    }

    fn contest(totals: [i64; 2], parts: Vec<ReportedPart>) -> ReportedContest {
        let choice =
            |(name, votes): (&str, i64)| ReportedChoice { name: name.into(), votes, ..ReportedChoice::default() };
        let choices = ["Ada", "Ben"].into_iter().zip(totals).map(choice).collect();
        ReportedContest { name: "Clerk".into(), choices, parts, ..ReportedContest::default() }
    }

    fn found(contest: &ReportedContest) -> (Vec<String>, Vec<String>) {
        let said = |which: fn(&Sum) -> bool| sums(contest).filter(which).map(|sum| sum.to_string()).collect();
        (said(Sum::is_too_much), said(Sum::is_doubtful))
    }

    #[test]
    fn what_adds_up_is_quiet() {
        let parts = vec![
            part("East", "", [3, 4], Some(9)),
            part("East", "Mail", [1, 1], None),
            part("East", "Polls", [2, 3], None),
        ];
        let nested = [parts.clone(), vec![part("West", "", [5, 1], None)]].concat();
        assert_eq!(found(&contest([8, 5], nested)), (vec![], vec![]));
        let twice =
            vec![part("Lake", "", [3, 4], None), part("East", "", [1, 4], None), part("West", "", [2, 0], None)];
        assert_eq!(found(&contest([3, 4], twice)), (vec![], vec![]), "precincts lie in the county");
    }

    #[test]
    fn what_does_not_is_named() {
        let parts = || vec![apart("East", [3, 4]), apart("West", [5, 1])];
        assert_eq!(found(&contest([7, 5], parts())).0, ["Ada: 7 stated, 8 by its parts"]);
        assert_eq!(found(&contest([8, 6], parts())).1, ["Ben: 6 stated, 5 by its parts"]);
        let ways = vec![part("East", "", [3, 4], Some(6)), part("East", "Mail", [1, 5], None)];
        let (more, fewer) = found(&contest([3, 4], ways));
        assert_eq!(more, ["Ben East: 4 stated, 5 by its parts", "all choices in East: 6 stated, 7 by its parts"]);
        assert_eq!(fewer, ["Ada East: 3 stated, 1 by its parts"]);
        let kept = [parts(), vec![part("", "", [5, 8], None)]].concat();
        let (more, fewer) = found(&contest([8, 5], kept));
        assert_eq!(
            (more, fewer),
            (vec!["Ada: 5 stated, 8 by its parts".to_owned()], vec!["Ben: 8 stated, 5 by its parts".to_owned()])
        );
    }

    #[test]
    fn units_that_may_share_voters_are_for_the_analyst() {
        let parts = || vec![part("East", "", [3, 4], None), part("West", "", [5, 1], None)];
        assert_eq!(found(&contest([7, 5], parts())), (vec![], vec!["Ada: 7 stated, 8 by its parts".into()]));
        let within = |unit, votes| ReportedPart { nesting: Nesting::Within, ..part(unit, "", votes, None) };
        let counties =
            [vec![apart("A", [3, 4]), apart("B", [5, 1])], vec![within("A 1", [2, 2]), within("A 2", [1, 2])]];
        assert_eq!(found(&contest([8, 5], counties.concat())), (vec![], vec![]), "precincts of one county only");
    }

    #[test]
    fn units_that_share_none_and_have_twice_the_votes_are_named() {
        assert_eq!(found(&contest([3, 4], vec![apart("East", [3, 4]), apart("West", [3, 4])])).0.len(), 2);
    }

    #[test]
    fn ways_that_lie_in_others_are_not_added_twice() {
        let ways = |named: &[(&str, i64)], whole: i64| {
            let parts = named.iter().map(|(way, votes)| part("", way, [*votes, 0], None)).collect();
            let (more, doubtful) = found(&contest([whole, 0], parts));
            (more.len(), doubtful.len())
        };
        let absentee = [("absentee", 40), ("absentee-mail", 30), ("absentee-in-person", 10), ("election-day", 60)];
        assert_eq!(ways(&absentee, 100), (0, 0));
        assert_eq!(ways(&absentee, 99), (1, 0), "forty and sixty are more all the same");
        let abroad = [("Absentee", 40), ("UOCAVA", 5), ("Polls", 60)];
        assert_eq!([105, 100, 103, 99].map(|whole| ways(&abroad, whole)), [(0, 0), (0, 0), (0, 1), (1, 0)]);
        assert_eq!(ways(&[("absentee", 40), ("mail", 30), ("polls", 60)], 100), (0, 1));
    }

    #[test]
    fn units_of_one_name_are_left_aside() {
        let of = |mail| [part("Precinct 1", "", [9, 9], None), part("Precinct 1", "Mail", mail, None)];
        let two = [of([9, 9]), of([9, 9])].concat();
        assert_eq!(found(&contest([18, 18], two)), (vec![], vec![]), "each county has a precinct 1");
    }
}
