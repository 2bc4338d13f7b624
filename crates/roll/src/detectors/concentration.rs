//! Changes that fall on one part of the roll: one precinct, party, race, age, surname.

use std::collections::BTreeSet;

use arrow::array::RecordBatch;
use pollwarden_core::{
    About, Confidence, Detector, DetectorError, Finding, Findings, ObservableKind, Outcome, Plan, Question, Reference,
    Scope, Severity, Stability, Tables,
};

use crate::over::{Group, QUERY, Standing, read, standing};
use crate::strata::{OPERATOR, REGISTERED};

/// The detector.
#[derive(Debug)]
pub(crate) struct Concentration;

/// With fewer changes of a kind there is nothing to hold a group against.
const FEWEST_OF_KIND: u64 = 20;
/// A precinct or district of which at least this share changed was renumbered, by whatever order.
const AS_A_WHOLE: f64 = 0.9;

static ABOUT: About = About {
    id: "roll/concentration",
    title: "Changes that fall on one part of the roll",
    question: Question::Roll,
    since: "0.1",
    stability: Stability::Stable,
    tables: &["groups"],
    looks_for: "Kinds of change (records gone, one status to another, party, address and so on) of which one county, precinct, \
                party, sex, race, decade of birth, place of birth, surname or street has far more than its share of the roll, beyond what \
                parts of a roll ordinarily differ by; days with far more new registrations than others. Counted are changes that no person is known to have seen: all of them where there is \
                no log, else those that a system entered by itself. Kinds of act on paper of which one operator has far more than \
                that operator's share of all other acts on paper, and at least half; new registrations are left out.",
    why: "Whoever wants to change an outcome picks the voters: by where they live, what party they are of, or what their name \
          sounds like. Ordinary life picks differently.",
    cannot_see: "Changes spread over the roll as ordinary ones are, and those of fewer voters than ordinary life varies by. Marriages \
                 (names by sex), deaths and first registrations (by age) are skewed in any year and left out. Whether an operator invented documents, or has the task of that kind of act, only the \
                 documents tell.",
    do_next: "Ask what happened there: a new development, a court's order, a registration drive. Where nobody knows, call some of \
              the voters.",
    techniques: &["T1565.001"],
    references: &[
        Reference {
            title: "Y. Benjamini, Y. Hochberg: Controlling the False Discovery Rate (1995)",
            place: "Journal of the Royal Statistical Society B 57, 289-300",
        },
        Reference {
            title: "S. S. Kim, S. Schneider, R. M. Alvarez: Evaluating the Quality of Changes in Voter Registration Databases (2020)",
            place: "American Politics Research 48, 670-676",
        },
    ],
};

impl Detector for Concentration {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _scope: &Scope) -> Result<Plan, DetectorError> {
        tables.need("groups")?;
        Ok(Plan::sql(QUERY))
    }

    fn judge(&self, batches: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        let groups = read(batches, |group| group.share.is_some() && !is_skewed_by_life(group));
        let renumbered = |group: &Group| {
            matches!(group.kind.as_str(), "precinct" | "district")
                && group.by == "precinct"
                && group.voters as f64 >= AS_A_WHOLE * group.bearers as f64
        };
        let all = standing(&groups, |group| group.share.filter(|_| group.of >= FEWEST_OF_KIND));
        let divided = is_divided(&groups, &all);
        if divided {
            found.note(
                "Operators have each their own kinds of act on paper: theirs were not held against each other."
                    .to_owned(),
            );
        }
        // Who works off a backlog has more than a share, and still not most.
        let is_one_hand = |group: &Group| !divided && group.voters * 2 >= group.of;
        for one in all.into_iter().filter(|one| one.group.by != OPERATOR || is_one_hand(one.group)) {
            if renumbered(one.group) {
                found.note(format!(
                    "Precinct {} of county {} was renumbered as a whole ({} voters).",
                    one.group.value, one.group.county, one.group.voters
                ));
            } else {
                push(found, &one);
            }
        }
    }
}

/// Whether the office divides its labour: of at least half of the kinds of act on paper, one operator has most, and not always the
/// same one.
fn is_divided(groups: &[Group], standing: &[Standing<'_>]) -> bool {
    let of_operators = |group: &&Group| group.period == 0 && group.by == OPERATOR && group.of >= FEWEST_OF_KIND;
    let kinds: BTreeSet<&str> = groups.iter().filter(of_operators).map(|group| group.kind.as_str()).collect();
    let one_hand = || standing.iter().map(|one| one.group).filter(of_operators);
    let theirs: BTreeSet<&str> = one_hand().map(|group| group.kind.as_str()).collect();
    let operators: BTreeSet<&str> = one_hand().map(|group| group.value.as_str()).collect();
    operators.len() > 1 && theirs.len() * 2 >= kinds.len()
}

/// Skews that every year has.
fn is_skewed_by_life(group: &Group) -> bool {
    let by = group.by.as_str();
    let is = |kind: &str| group.kind == kind;
    let by_age = ["DECEASED", "DEATH", "DEAD"].iter().any(|word| group.kind.contains(word));
    (is("name") && by == "sex")
        || (by == "decade of birth" && (by_age || is("new registration") || is("record gone")))
        || (is("new registration") && by == "place of birth")
        || (is("another person") && by == "surname")
}

fn push(found: &mut Findings, one: &Standing<'_>) {
    let group = one.group;
    match group.by.as_str() {
        REGISTERED => return push_burst(found, one),
        OPERATOR => return push_operator(found, one),
        _ => {}
    }
    let place = if group.county.is_empty() || group.by == "county" {
        String::new()
    } else {
        format!(" in county {}", group.county)
    };
    let title = format!(
        "{} of {} voters with the change \u{201c}{}\u{201d}{place} are of {} {}, which has {} of the roll",
        group.voters,
        group.of,
        group.kind,
        group.by,
        group.value,
        percent(one.share)
    );
    let (severity, confidence) = match one.is_nearly_all() {
        true => (Severity::High, Confidence::Medium),
        false => (Severity::Medium, Confidence::Low),
    };
    let expected = format!(
        "About {:.0} of {}, as the share of the roll is. By chance alone, ordinary differences between parts of a roll allowed for, so many \
         or more come about once in {:.0} such groups.",
        one.expected(),
        group.of,
        1.0 / one.chance.max(1e-12)
    );
    let seen = if group.sampled > 0 && group.bearers > group.sampled {
        format!("{title} (by a sample of {} records).", group.sampled)
    } else {
        format!("{title}.")
    };
    let draft = one
        .draft(Finding::new(ABOUT.id, title, severity, confidence), found)
        .outcome(Outcome::Unknown)
        .expected_seen(expected, seen)
        .next_step(ABOUT.do_next)
        .techniques(ABOUT.techniques);
    found.push(draft.done());
}

/// Many registered on one day.
fn push_burst(found: &mut Findings, one: &Standing<'_>) {
    let group = one.group;
    let place = if group.county.is_empty() { String::new() } else { format!(" in county {}", group.county) };
    let title = format!("{} of {} new registrations{place} are of one day, {}", group.voters, group.of, group.value);
    let expected = format!("About {:.0}, as on other days; a deadline or a drive brings more.", one.expected());
    let draft = one
        .draft(Finding::new(ABOUT.id, &title, Severity::Medium, Confidence::Low), found)
        .outcome(Outcome::Unknown)
        .expected_seen(expected, &title)
        .next_step(ABOUT.do_next)
        .techniques(ABOUT.techniques);
    found.push(draft.done());
}

/// One operator's kind of act on paper.
fn push_operator(found: &mut Findings, one: &Standing<'_>) {
    let group = one.group;
    let title = format!(
        "{} of {} voters with the change \u{201c}{}\u{201d} on paper are of one operator, {}, who has {} of all other acts on paper",
        group.voters,
        group.of,
        group.kind,
        group.value,
        percent(one.share)
    );
    let expected = format!("About {:.0} of {}, as of other acts on paper.", one.expected(), group.of);
    let draft = one
        .draft(Finding::new(ABOUT.id, &title, Severity::High, Confidence::Low), found)
        .observable(ObservableKind::Account, &group.value)
        .outcome(Outcome::Unknown)
        .expected_seen(expected, &title)
        .next_step(
            "Ask whether such acts are this operator's task. If not, take the documents out of their file, and call some of the voters.",
        )
        .techniques(ABOUT.techniques);
    found.push(draft.done());
}

fn percent(share: f64) -> String {
    if share < 0.001 { "less than 0.1 %".into() } else { format!("{:.1} %", share * 100.0) }
}
