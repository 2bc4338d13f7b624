//! A report's elements, from results.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::Heading;
use super::element::Element;
use crate::{ReportedChoice, ReportedContest, ReportedPart, Results};

/// Ways of voting that the standard knows; others are `other`, with their name.
const WAYS: &[&str] = &[
    "absentee",
    "absentee-fwab",
    "absentee-in-person",
    "absentee-mail",
    "early",
    "election-day",
    "provisional",
    "uocava",
    "write-in",
];
/// What a selection for whoever was written in is called where it has no name of its own.
const WRITE_IN: &str = "Write-in";

/// The whole report.
pub(super) fn report(results: &Results, heading: &Heading) -> Element {
    let mut ids = Ids::default();
    let scope = ids.new_id("", "scope");
    // Contests' own ids go before made ones.
    let contest_ids: Vec<String> =
        results.contests.iter().map(|contest| ids.new_id(&contest.external_id, "contest")).collect();
    let mut writer = Writer { ids, scope, units: IndexMap::new(), parties: IndexMap::new(), candidates: Vec::new() };
    let contests: Vec<_> =
        results.contests.iter().zip(&contest_ids).map(|(contest, id)| writer.contest(contest, id)).collect();
    let detail = if writer.units.is_empty() { "summary-contest" } else { "precinct-level" };
    let ballots = writer.ballots(results);
    let units = writer.units(results);
    let election = Element::new("Election")
        .all("BallotCounts", ballots)
        .all("Candidate", writer.candidates)
        .all("Contest", contests)
        .text("ElectionScopeId", &writer.scope)
        .words("Name", &results.election)
        .text("StartDate", &heading.start_date)
        .text("EndDate", &heading.end_date)
        .text("Type", heading.election.name());
    Element::new("ElectionReport")
        .all("Election", [election])
        .text("Format", detail)
        .text("GeneratedDate", &heading.generated)
        .all("GpUnit", units)
        .text("Issuer", &heading.issuer)
        .text("IssuerAbbreviation", &heading.issuer_abbreviation)
        .all("Party", writer.parties.iter().map(|(name, id)| Element::with_id("Party", id).words("Name", name)))
        .number("SequenceStart", Some(1))
        .number("SequenceEnd", Some(1))
        .text("Status", heading.status.name())
        .text("VendorApplicationId", &heading.application)
}

/// Ids that were given: each once in a document, and an XML name.
#[derive(Default)]
struct Ids {
    given: HashSet<String>,
    made: u64,
}

impl Ids {
    fn new_id(&mut self, wanted: &str, kind: &str) -> String {
        let starts = wanted.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let name = starts && wanted.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
        if name && self.given.insert(wanted.to_owned()) {
            return wanted.to_owned();
        }
        loop {
            self.made += 1;
            let id = format!("{kind}-{}", self.made);
            if self.given.insert(id.clone()) {
                return id;
            }
        }
    }
}

struct Writer {
    ids: Ids,
    scope: String,
    /// By name: the id, and registered voters.
    units: IndexMap<String, (String, Option<u64>)>,
    parties: IndexMap<String, String>,
    candidates: Vec<Element>,
}

/// The standard's kinds of contests that hold counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Candidates,
    Measure,
    Parties,
}

impl Kind {
    fn of(contest: &ReportedContest) -> Self {
        let all = |is: fn(&ReportedChoice) -> bool| contest.choices.iter().all(is);
        match contest.votes_allowed {
            Some(_) => Self::Candidates,
            None if contest.winners.is_some() => Self::Candidates,
            None if all(|choice| choice.name == choice.party && !choice.name.is_empty()) => Self::Parties,
            None if all(|choice| choice.party.is_empty() && !choice.write_in) => Self::Measure,
            None => Self::Candidates,
        }
    }
}

impl Writer {
    fn contest(&mut self, contest: &ReportedContest, id: &str) -> Element {
        let kind = Kind::of(contest);
        let units: Vec<String> = contest.parts.iter().map(|part| self.unit(part)).collect();
        let selections: Vec<_> =
            (0..contest.choices.len()).map(|at| self.selection(contest, at, kind, &units)).collect();
        let name = match kind {
            Kind::Candidates => "CandidateContest",
            Kind::Measure => "BallotMeasureContest",
            Kind::Parties => "PartyContest",
        };
        let element = Element::with_id(name, id)
            .all("ContestSelection", selections)
            .text("ElectionDistrictId", &self.scope)
            .text("Name", &contest.name)
            .all("OtherCounts", self.others(contest, &units));
        if kind != Kind::Candidates {
            return element;
        }
        // These two stand behind those of every contest in XML's sequence: an extension's fields come after its base's.
        element
            .number("NumberElected", contest.winners.map(i64::from))
            .number("VotesAllowed", Some(contest.votes_allowed.map_or(1, i64::from)))
    }

    fn selection(&mut self, contest: &ReportedContest, at: usize, kind: Kind, units: &[String]) -> Element {
        let choice = &contest.choices[at];
        let id = self.ids.new_id(&choice.external_id, "selection");
        let whole = Element::new("VoteCounts").text("GpUnitId", &self.scope).text("Type", "total");
        let parts = contest.parts.iter().zip(units).filter_map(|(part, unit)| {
            let votes = part.votes.get(at).copied().flatten()?;
            Some(counted("VoteCounts", unit, &part.group).number("Count", Some(votes)))
        });
        let counts: Vec<_> = [whole.number("Count", Some(choice.votes))].into_iter().chain(parts).collect();
        match kind {
            Kind::Measure => Element::with_id("BallotMeasureSelection", &id)
                .all("VoteCounts", counts)
                .words("Selection", &choice.name),
            Kind::Parties => {
                let party = self.party(&choice.party);
                Element::with_id("PartySelection", &id).all("VoteCounts", counts).text("PartyIds", &party)
            }
            Kind::Candidates => {
                let element = Element::with_id("CandidateSelection", &id).all("VoteCounts", counts);
                let named = !(choice.write_in && choice.name == WRITE_IN && choice.party.is_empty());
                let candidate = named.then(|| self.candidate(choice));
                let element = candidate.iter().fold(element, |element, id| element.text("CandidateIds", id));
                element.yes("IsWriteIn", choice.write_in)
            }
        }
    }

    fn candidate(&mut self, choice: &ReportedChoice) -> String {
        let id = self.ids.new_id("", "candidate");
        let element = Element::with_id("Candidate", &id).words("BallotName", &choice.name);
        let party = (!choice.party.is_empty()).then(|| self.party(&choice.party));
        self.candidates.push(party.iter().fold(element, |element, party| element.text("PartyId", party)));
        id
    }

    fn party(&mut self, name: &str) -> String {
        let ids = &mut self.ids;
        self.parties.entry(name.to_owned()).or_insert_with(|| ids.new_id("", "party")).clone()
    }

    /// The id of a part's unit.
    fn unit(&mut self, part: &ReportedPart) -> String {
        if part.unit.is_empty() {
            return self.scope.clone();
        }
        let ids = &mut self.ids;
        let unit = self.units.entry(part.unit.clone()).or_insert_with(|| (ids.new_id("", "unit"), None));
        unit.1 = unit.1.or(part.registered);
        unit.0.clone()
    }

    fn others(&self, contest: &ReportedContest, units: &[String]) -> Vec<Element> {
        let whole = (self.scope.as_str(), contest.overvotes, contest.undervotes);
        let parts = contest.parts.iter().zip(units).filter(|(part, _)| part.group.is_empty());
        let parts = parts.map(|(part, unit)| (unit.as_str(), part.overvotes, part.undervotes));
        let all = [whole].into_iter().chain(parts).filter(|(_, over, under)| over.is_some() || under.is_some());
        all.map(|(unit, over, under)| {
            let element = Element::new("OtherCounts").text("GpUnitId", unit);
            element.number("Overvotes", over).number("Undervotes", under)
        })
        .collect()
    }

    /// Ballots cast, of the whole and of each part once.
    fn ballots(&mut self, results: &Results) -> Vec<Element> {
        let mut counts: IndexMap<(String, String), i64> = IndexMap::new();
        let whole = results.ballots.and_then(|ballots| i64::try_from(ballots).ok());
        counts.extend(whole.map(|ballots| ((self.scope.clone(), String::new()), ballots)));
        for part in results.contests.iter().flat_map(|contest| &contest.parts) {
            if let Some(ballots) = part.ballots {
                counts.entry((self.unit(part), part.group.clone())).or_insert(ballots);
            }
        }
        let element = |((unit, group), ballots): ((String, String), i64)| {
            counted("BallotCounts", &unit, &group).number("BallotsCast", Some(ballots))
        };
        counts.into_iter().map(element).collect()
    }

    fn units(&self, results: &Results) -> Vec<Element> {
        let name = if results.election.is_empty() { "All" } else { &results.election };
        let scope = (&self.scope, name, results.registered);
        let parts = self.units.iter().map(|(name, (id, voters))| (id, name.as_str(), *voters));
        let element = |(id, name, voters): (&String, &str, Option<u64>)| {
            let voters = voters.and_then(|voters| i64::try_from(voters).ok());
            let element = Element::with_id("ReportingUnit", id).words("Name", name);
            element.text("Type", "other").number("VotersRegistered", voters)
        };
        [scope].into_iter().chain(parts).map(element).collect()
    }
}

/// A count's element, with its unit and way of voting.
fn counted(kind: &'static str, unit: &str, group: &str) -> Element {
    let element = Element::new(kind).text("GpUnitId", unit);
    match group {
        "" => element.text("Type", "total"),
        group if WAYS.contains(&group) => element.text("Type", group),
        group => element.text("Type", "other").text("OtherType", group),
    }
}
