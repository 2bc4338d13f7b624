//! Cards of a CVR document: the current snapshot of each, its contests, its marks (SP 1500-103, section 3.4).

use std::collections::{BTreeSet, HashMap};

use pollwarden_core::Complaint;

use super::super::document::Node;
use super::contests::{Definitions, MOST_CONTESTS, WRITE_IN};
use crate::{CardPlace, Choice, Contest, ContestId, CvrBuilder, Mark, Votes};

/// Undefined ids that are named in a complaint.
const NAMED: usize = 5;

/// Reads cards into a builder.
pub(super) struct Cards<'b> {
    definitions: Definitions,
    into: &'b mut CvrBuilder,
    placed: HashMap<String, Placed>,
    votes: Votes,
    marks: Vec<(u16, u32, u32)>,
    /// Contests and selections that cards name and the document doesn't define.
    undefined: BTreeSet<String>,
}

/// A contest of the document and where it is in the builder.
struct Placed {
    id: ContestId,
    /// By selection id; `""` for a write-in that was not matched with a selection.
    choices: HashMap<String, u32>,
    allowed: u32,
    ranked: bool,
    most_rank: u16,
}

impl<'b> Cards<'b> {
    pub(super) fn new(definitions: Definitions, into: &'b mut CvrBuilder) -> Self {
        let mut placed = HashMap::new();
        let mut used = Vec::new();
        for (definition, contest) in definitions.contests() {
            let place = place(into, contest, definition.ranked, &mut used);
            placed.insert(place.0, place.1);
        }
        let (votes, marks, undefined) = Default::default();
        Self { definitions, into, placed, votes, marks, undefined }
    }

    /// Adds a card.
    ///
    /// # Errors
    /// Where it is none.
    pub(super) fn card(&mut self, cvr: Node<'_>) -> Result<(), Box<Complaint>> {
        let snapshot = current(cvr)?;
        self.votes.clear();
        for contest in snapshot.all("CVRContest") {
            self.contest(contest)?;
        }
        let unit = cvr.field("BallotStyleUnitId");
        let place = CardPlace {
            jurisdiction: "",
            tabulator: cvr.field("CreatingDeviceId"),
            batch: cvr.field("BatchId"),
            record: first([cvr.field("BatchSequenceId"), cvr.field("UniqueId")]),
            imprinted: first([cvr.field("BallotAuditId"), cvr.field("BallotPrePrintedId")]),
            group: "",
            precinct: self.definitions.unit(unit),
            style: cvr.field("BallotStyleId"),
        };
        self.into.card(place, &mut self.votes);
        Ok(())
    }

    /// Says how contests are ranked, and what was not defined.
    pub(super) fn finish(self, source: &str) -> Option<Complaint> {
        for placed in self.placed.values() {
            let contest = self.into.contest_mut(placed.id);
            // A rank of 1 alone is what some exports write for a plain vote.
            if placed.ranked || placed.most_rank > 1 {
                contest.ranks = contest.ranks.max(placed.most_rank).max(1);
            }
        }
        if self.undefined.is_empty() {
            return None;
        }
        let named: Vec<_> = self.undefined.iter().take(NAMED).map(String::as_str).collect();
        let more = self.undefined.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let found = format!("cards that name {}{more}", named.join(", "));
        let complaint = Complaint::about(source, "definitions of all contests and selections", found);
        Some(complaint.mend("They are shown under their ids; ask the vendor for a complete export"))
    }

    fn contest(&mut self, node: Node<'_>) -> Result<(), Box<Complaint>> {
        let id = node.field("ContestId");
        if id.is_empty() {
            return Err(Box::new(node.complaint("a ContestId", "none")));
        }
        if !self.placed.contains_key(id) {
            if self.placed.len() >= MOST_CONTESTS {
                return Err(Box::new(node.complaint(&format!("at most {MOST_CONTESTS} contests"), "more")));
            }
            self.undefined.insert(id.to_owned());
            let contest = Contest { name: id.to_owned(), external_id: id.to_owned(), ..Contest::default() };
            let (id, placed) = place(self.into, contest, false, &mut Vec::new());
            self.placed.insert(id, placed);
        }
        let Some(placed) = self.placed.get_mut(id) else { return Ok(()) };
        self.marks.clear();
        for selection in node.all("CVRContestSelection") {
            let choice = choice_of(selection, placed, self.into, &mut self.undefined);
            positions(selection, choice, &mut placed.most_rank, &mut self.marks)?;
        }
        self.marks.sort_unstable();
        self.votes.on_card(placed.id);
        let distinct = add_marks(&self.marks, placed.id, &mut self.votes);
        let ranked = placed.ranked || placed.most_rank > 1;
        if overvoted(node)? && (distinct == 0 || (!ranked && distinct <= placed.allowed as usize)) {
            self.votes.mark(placed.id, Mark::overvote(1));
        }
        Ok(())
    }
}

/// The contest's place in the builder: that of the same id and name, read from another file, or a new one.
///
/// Ids hold within one document: another may use them for something else.
fn place(into: &mut CvrBuilder, contest: Contest, ranked: bool, used: &mut Vec<ContestId>) -> (String, Placed) {
    let (external, name) = (contest.external_id.as_str(), contest.name.as_str());
    let same = |id: ContestId, into: &mut CvrBuilder| {
        let there = into.contest_mut(id);
        there.name == name && (there.external_id == external || there.external_id.is_empty()) && !used.contains(&id)
    };
    let mut id = into.contest(external, name);
    if !same(id, into) {
        id = into.contest("", name);
    }
    if !same(id, into) {
        // A name that no file can have: it is replaced at once.
        id = into.contest("", &format!("\0{external}\0{name}"));
    }
    used.push(id);
    let (key, allowed) = (contest.external_id.clone(), contest.votes_allowed.unwrap_or(1).max(1));
    let choices = fill(into.contest_mut(id), contest);
    (key, Placed { id, choices, allowed, ranked, most_rank: 0 })
}

/// Fills in what the document says, and gives each selection's place.
fn fill(there: &mut Contest, contest: Contest) -> HashMap<String, u32> {
    there.name = contest.name;
    there.external_id = contest.external_id;
    there.votes_allowed = there.votes_allowed.or(contest.votes_allowed);
    there.winners = there.winners.or(contest.winners);
    let known: HashMap<(String, String), usize> =
        there.choices.iter().enumerate().map(|(at, c)| ((c.external_id.clone(), c.name.clone()), at)).collect();
    let mut places = HashMap::new();
    for choice in contest.choices {
        let key = (choice.external_id.clone(), choice.name.clone());
        let at = known.get(&key).copied().unwrap_or_else(|| {
            there.choices.push(choice);
            there.choices.len() - 1
        });
        places.insert(key.0, at as u32);
    }
    places
}

/// The choice of a selection; a new one where the document doesn't define it.
fn choice_of(selection: Node<'_>, placed: &mut Placed, into: &mut CvrBuilder, undefined: &mut BTreeSet<String>) -> u32 {
    let id = selection.field("ContestSelectionId");
    if let Some(choice) = placed.choices.get(id) {
        return *choice;
    }
    let choices = &mut into.contest_mut(placed.id).choices;
    let at = choices.len() as u32;
    if id.is_empty() {
        choices.push(Choice { name: WRITE_IN.to_owned(), write_in: true, ..Choice::default() });
    } else {
        undefined.insert(id.to_owned());
        choices.push(Choice { name: id.to_owned(), external_id: id.to_owned(), ..Choice::default() });
    }
    placed.choices.insert(id.to_owned(), at);
    at
}

/// Marks of one selection: rank, choice and counted votes.
fn positions(
    selection: Node<'_>,
    choice: u32,
    most_rank: &mut u16,
    marks: &mut Vec<(u16, u32, u32)>,
) -> Result<(), Box<Complaint>> {
    let total: Option<u32> = selection.number("TotalNumberVotes")?;
    for position in selection.all("SelectionPosition") {
        let allocable = position.field("IsAllocable");
        let marked = match position.field("HasIndication") {
            "yes" => true,
            "no" => false,
            _ => allocable == "yes",
        };
        if !marked {
            continue;
        }
        let rank: Option<u16> = position.number("Rank")?;
        if rank == Some(0) {
            return Err(Box::new(position.complaint("a Rank from 1", "0")));
        }
        let number: u32 = position.number("NumberVotes")?.unwrap_or(1);
        let votes = match (allocable, rank) {
            ("yes", _) => number,
            ("no", _) => 0,
            // Nothing says whether a rank counts: that is for the rules of the count.
            (_, Some(_)) => number,
            (_, None) => total.map_or(number, |total| total.min(number)),
        };
        *most_rank = (*most_rank).max(rank.unwrap_or(0));
        marks.push((rank.unwrap_or(1), choice, votes));
    }
    Ok(())
}

/// Adds marks, each rank and choice once with its votes together; how many these are.
fn add_marks(marks: &[(u16, u32, u32)], contest: ContestId, into: &mut Votes) -> usize {
    let groups = marks.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1));
    groups
        .map(|group| {
            let votes = group.iter().fold(0_u32, |sum, mark| sum.saturating_add(mark.2));
            let votes = u16::try_from(votes).unwrap_or(u16::MAX);
            into.mark(contest, Mark { rank: group[0].0, choice: group[0].1, votes });
        })
        .count()
}

/// Whether the export says that the contest is overvoted.
fn overvoted(contest: Node<'_>) -> Result<bool, Box<Complaint>> {
    let counted: Option<u32> = contest.number("Overvotes")?;
    Ok(counted.unwrap_or(0) > 0 || contest.all("Status").any(|status| status.text() == "overvoted"))
}

/// The snapshot that counts.
fn current<'a>(cvr: Node<'a>) -> Result<Node<'a>, Box<Complaint>> {
    let id = cvr.field("CurrentSnapshotId");
    let mut snapshots = cvr.all("CVRSnapshot");
    if let Some(snapshot) = snapshots.find(|snapshot| snapshot.field("@id") == id && !id.is_empty()) {
        return Ok(snapshot);
    }
    let mut all = cvr.all("CVRSnapshot");
    match (all.next(), all.next(), id) {
        (Some(only), None, "") => Ok(only),
        (None, ..) => Err(Box::new(cvr.complaint("a CVRSnapshot", "none"))),
        _ => {
            Err(Box::new(cvr.complaint("the snapshot that CurrentSnapshotId names", format!("none of the id {id:?}"))))
        }
    }
}

fn first(texts: [&str; 2]) -> &str {
    if texts[0].is_empty() { texts[1] } else { texts[0] }
}
