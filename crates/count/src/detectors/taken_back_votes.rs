//! Published counts that went down, told apart into corrections that the feed itself explains and those that it doesn't.

use hashbrown::HashMap;
use pollwarden_core::{
    About, Audience, Confidence, Finding, FindingError, Findings, Mark, Measure, Question, Reference, Severity,
    Stability,
};

use super::CountDetector;
use crate::{Evidence, FeedContest, Update};

pub(super) struct TakenBackVotes;

static ABOUT: About = About {
    id: "count/taken-back-votes",
    title: "Published votes that were taken back",
    question: Question::Count,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &[],
    looks_for: "Publications of live results in which a choice, or the total, has fewer votes than before; whether they undo another \
        publication exactly, whether votes moved from one choice to another, and whether only votes for others are fewer. Clerks are \
        shown those that nothing in the feed explains and that lower a count or change the lead by 0.5 % of the votes counted, or \
        after which another choice leads.",
    why: "Corrections are ordinary: of 1,924 publications of state results in November 2020, 91 lowered a total. Each looks like \
        manipulation to those who watch, so an office should know of each, with its reason, before it is asked.",
    cannot_see: "Corrections within one publication, and votes that were added wrongly and never taken back.",
    do_next: "Write down which file or typing mistake was corrected, by whom, and when; publish it beside the results.",
    techniques: &[],
    references: &[FEEDS],
};

const FEEDS: Reference =
    Reference { title: "State results of 3 November 2020 as they were published", place: "docs/accuracy.md" };

/// A correction that lowers a count, or changes the lead, by a smaller share of the votes counted so far is for analysts.
const LARGE: f64 = 0.005;
/// Votes that one choice lost and another gained are the same votes, up to this share of them.
const SAME: f64 = 0.02;
/// Fewer votes are alike by chance: neither moved, nor added again.
const LEAST: u64 = 10;
/// As many contests are drawn as are looked at.
const PICTURES: usize = 3;

impl CountDetector for TakenBackVotes {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, evidence: &Evidence, found: &mut Findings) {
        let mut drawn = Vec::new();
        for feed in &evidence.feeds {
            for contest in &feed.contests {
                let updates = contest.updates();
                let mut marks = Vec::new();
                for correction in corrections(&updates) {
                    if correction.is_for_clerks() {
                        let at = contest.states[correction.update.at].at;
                        marks.push(Mark { at, label: format!("{} votes taken back", correction.update.lost()) });
                    }
                    found.push(finding(&feed.source, contest, &correction));
                }
                if !marks.is_empty() {
                    drawn.push((contest, marks));
                }
            }
        }
        for (contest, marks) in drawn.into_iter().take(PICTURES) {
            found.picture(contest.timeline(marks));
        }
    }
}

/// What a publication adds to choices and to all votes.
type Change<'a> = (&'a [(usize, i64)], i64);

/// A publication that lowers a count.
struct Correction<'a> {
    update: &'a Update,
    kind: Kind<'a>,
}

/// What a correction is.
enum Kind<'a> {
    /// It takes back exactly what an earlier publication added.
    Undoes(&'a Update),
    /// A later publication adds exactly what it takes back.
    AddedAgain(&'a Update),
    /// Votes moved: from a choice, to a choice, how many.
    Moved(usize, usize, u64),
    /// No choice that the feed names lost a vote, only all votes together did.
    OthersOnly,
    /// Nothing in the feed explains it.
    Unexplained,
}

fn corrections(updates: &[Update]) -> impl Iterator<Item = Correction<'_>> {
    let mut places: HashMap<Change<'_>, Vec<usize>> = HashMap::new();
    for (place, update) in updates.iter().enumerate() {
        places.entry((&update.votes, update.total)).or_default().push(place);
    }
    updates.iter().enumerate().filter(|(_, update)| update.lowers()).map(move |(place, update)| {
        let (votes, total) = update.undoing();
        let opposite = places.get(&(votes.as_slice(), total)).map_or(&[][..], Vec::as_slice);
        let (earlier, later) = opposite.split_at(opposite.partition_point(|other| *other < place));
        let beside = |other: usize| place.abs_diff(other) == 1;
        let alike = |other: &&usize| beside(**other) || update.changed() >= LEAST;
        let kind = if let Some(undone) = earlier.last().filter(alike) {
            Kind::Undoes(&updates[*undone])
        } else if let Some(again) = later.first().filter(|_| update.changed() >= LEAST) {
            Kind::AddedAgain(&updates[*again])
        } else {
            moved(update).unwrap_or(Kind::Unexplained)
        };
        Correction { update, kind }
    })
}

fn moved(update: &Update) -> Option<Kind<'static>> {
    if update.votes.iter().all(|(_, v)| *v >= 0) {
        return Some(Kind::OthersOnly);
    }
    let (from, lost) = *update.votes.iter().min_by_key(|(_, v)| *v)?;
    let (to, gained) = *update.votes.iter().max_by_key(|(_, v)| *v)?;
    let lost = lost.unsigned_abs();
    let near = |a: u64, b: u64| a.abs_diff(b) as f64 <= SAME * lost as f64;
    let same = lost >= LEAST && gained > 0 && near(lost, gained.unsigned_abs()) && near(update.total.unsigned_abs(), 0);
    same.then_some(Kind::Moved(from, to, lost))
}

impl Correction<'_> {
    fn is_explained(&self) -> bool {
        matches!(self.kind, Kind::Undoes(_) | Kind::AddedAgain(_))
    }

    /// Large corrections that the feed doesn't explain, and those after which another choice leads.
    fn is_for_clerks(&self) -> bool {
        let (lead, another) = self.update.lead().unwrap_or((0, false));
        let weight = self.update.lost().max(lead.unsigned_abs());
        !self.is_explained() && (another || weight as f64 >= LARGE * self.update.counted.max(1) as f64)
    }

    fn said(&self, contest: &FeedContest) -> String {
        let line = |update: &Update| contest.states[update.at].line;
        let another =
            if self.update.lead().is_some_and(|(_, another)| another) { ", and another choice leads" } else { "" };
        let said = match self.kind {
            Kind::Undoes(undone) => format!("they are exactly those that line {} added", line(undone)),
            Kind::AddedAgain(again) => format!("line {} adds exactly the same again", line(again)),
            Kind::Moved(from, to, votes) => {
                format!("{votes} moved from {} to {}", contest.choices[from], contest.choices[to])
            }
            Kind::OthersOnly => "no choice that is named lost any, only all votes together did".to_owned(),
            Kind::Unexplained => "nothing in the feed explains it".to_owned(),
        };
        said + another
    }
}

fn finding(source: &str, contest: &FeedContest, correction: &Correction<'_>) -> Result<Finding, FindingError> {
    let update = correction.update;
    let (before, after) = (&contest.states[update.at - 1], &contest.states[update.at]);
    let (audience, severity) = match correction.is_for_clerks() {
        true => (Audience::Clerk, Severity::Medium),
        false => (Audience::Analyst, Severity::Informational),
    };
    let title = format!("{}: published votes were taken back; {}", contest.name, correction.said(contest));
    Finding::new(ABOUT.id, title, severity, Confidence::Medium)
        .at(source, after.line)
        .against(source, Some(before.line))
        .audience(audience)
        .between(before.at, after.at)
        .measure(Measure::exact("votes-taken-back", update.lost() as f64, "votes"))
        .expected_seen("counts that only grow", changes(contest, update))
        .next_step(ABOUT.do_next)
        .done()
}

fn changes(contest: &FeedContest, update: &Update) -> String {
    let each = update.votes.iter().map(|(choice, v)| format!("{} {v:+}", contest.choices[*choice]));
    let all: Vec<String> = [format!("all votes {:+}", update.total)].into_iter().chain(each).collect();
    crate::evidence::list(&all, 6)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use pollwarden_core::Scope;

    use super::*;
    use crate::{Feed, FeedState};

    /// Titles and audiences over the counts of Ada, Ben and all votes, hour by hour.
    fn found(counts: &[(i64, i64, i64)]) -> Vec<(String, Audience)> {
        let state = |(hour, (ada, ben, total)): (usize, &(i64, i64, i64))| FeedState {
            at: Timestamp::from_second(3600 * hour as i64).expect("a time"),
            votes: vec![(0, *ada), (1, *ben)],
            total: Some(*total),
            line: hour as u64 + 2,
        };
        let states = counts.iter().enumerate().map(state).collect();
        let contest = FeedContest { name: "Clerk".into(), choices: vec!["Ada".into(), "Ben".into()], states };
        let evidence =
            Evidence { feeds: vec![Feed { source: "f".into(), contests: vec![contest] }], ..Evidence::default() };
        let mut findings = Findings::new(Scope::unnamed(&[0; 32]));
        TakenBackVotes.judge(&evidence, &mut findings);
        let said = |f: &Finding| (f.title.split_once("; ").expect("a reason").1.to_owned(), f.audience);
        findings.findings().iter().map(said).collect()
    }

    #[test]
    fn what_only_grows_is_quiet() {
        assert_eq!(found(&[(10, 5, 16), (10, 5, 16), (900, 700, 1700)]), []);
    }

    #[test]
    fn corrections_are_told_apart() {
        let twice = found(&[(1000, 900, 2000), (1400, 1000, 2500), (1800, 1100, 3000), (1400, 1000, 2500)]);
        assert_eq!(twice, [("they are exactly those that line 4 added".to_owned(), Audience::Analyst)]);
        let moved = found(&[(1000, 900, 2000), (980, 920, 2000)]);
        assert_eq!(moved, [("20 moved from Ada to Ben".to_owned(), Audience::Clerk)]);
        let small = found(&[(10_000, 9000, 20_000), (9990, 8997, 19_987)]);
        assert_eq!(small, [("nothing in the feed explains it".to_owned(), Audience::Analyst)]);
        let others = found(&[(10_000, 9000, 20_000), (10_002, 9000, 19_995)]);
        assert_eq!(
            others,
            [("no choice that is named lost any, only all votes together did".to_owned(), Audience::Analyst)]
        );
        let later = found(&[(1000, 900, 2000), (900, 850, 1840), (1000, 900, 2000)]);
        assert_eq!(later, [("line 4 adds exactly the same again".to_owned(), Audience::Analyst)]);
    }

    #[test]
    fn a_small_one_after_which_another_leads_is_for_clerks() {
        let another = found(&[(10_001, 10_000, 20_100), (9998, 9999, 20_096)]);
        assert_eq!(
            another,
            [("nothing in the feed explains it, and another choice leads".to_owned(), Audience::Clerk)]
        );
    }
}
