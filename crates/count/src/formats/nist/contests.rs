//! What a document defines: contests with their selections, candidates, parties, units.

use std::collections::HashMap;

use indexmap::IndexMap;
use pollwarden_core::Complaint;

use super::super::document::Node;
use crate::{Choice, Contest};

/// The most contests of one document. The largest counties have some hundreds.
pub(super) const MOST_CONTESTS: usize = 20_000;
/// A selection for whoever was written in has no name of its own.
pub(super) const WRITE_IN: &str = "Write-in";

/// Everything that was defined so far, by id.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    contests: IndexMap<String, Definition>,
    candidates: HashMap<String, Candidate>,
    parties: HashMap<String, String>,
    units: HashMap<String, String>,
}

/// A contest as it stands in the document.
#[derive(Debug, Default)]
pub(super) struct Definition {
    name: String,
    votes_allowed: Option<u32>,
    winners: Option<u32>,
    /// Whether its votes are ranked by rule.
    pub(super) ranked: bool,
    selections: Vec<Selection>,
}

#[derive(Debug)]
struct Selection {
    id: String,
    words: String,
    candidates: Vec<String>,
    parties: Vec<String>,
    write_in: bool,
}

#[derive(Debug)]
struct Candidate {
    name: String,
    party: String,
}

impl Definitions {
    /// Whether this record defines something.
    pub(super) fn wants(parent: &str, name: &str) -> bool {
        match parent {
            "" => matches!(name, "GpUnit" | "Party"),
            _ => matches!(name, "Contest" | "Candidate"),
        }
    }

    /// Takes a definition.
    ///
    /// # Errors
    /// Where it can't be one.
    pub(super) fn take(&mut self, node: Node<'_>) -> Result<(), Box<Complaint>> {
        let id = node.field("@id");
        match node.name() {
            "Contest" => return self.take_contest(id, node),
            "Candidate" => {
                let name = [node.words("Name"), node.words("BallotName")].join("");
                let candidate = Candidate { name, party: node.field("PartyId").to_owned() };
                self.candidates.insert(id.to_owned(), candidate);
            }
            "Party" => {
                self.parties.insert(id.to_owned(), node.words("Name").to_owned());
            }
            _ => {
                self.units.insert(id.to_owned(), node.words("Name").to_owned());
            }
        }
        Ok(())
    }

    fn take_contest(&mut self, id: &str, node: Node<'_>) -> Result<(), Box<Complaint>> {
        if id.is_empty() {
            return Err(Box::new(node.complaint("a contest with an id", "one without")));
        }
        if self.contests.len() >= MOST_CONTESTS {
            return Err(Box::new(node.complaint(&format!("at most {MOST_CONTESTS} contests"), "more")));
        }
        let definition = Definition {
            name: node.words("Name").to_owned(),
            votes_allowed: node.number("VotesAllowed")?,
            winners: node.number("NumberElected")?,
            ranked: node.field("VoteVariation") == "rcv",
            selections: node.all("ContestSelection").map(Selection::read).collect(),
        };
        match self.contests.insert(id.to_owned(), definition) {
            None => Ok(()),
            Some(_) => Err(Box::new(node.complaint("each contest once", format!("{id} again")))),
        }
    }

    /// All contests, in the document's order, as far as the document defines them.
    pub(super) fn contests(&self) -> impl Iterator<Item = (&Definition, Contest)> {
        self.contests.iter().map(|(id, definition)| (definition, self.contest(id, definition)))
    }

    fn contest(&self, id: &str, definition: &Definition) -> Contest {
        Contest {
            name: if definition.name.is_empty() { id.to_owned() } else { definition.name.clone() },
            external_id: id.to_owned(),
            choices: definition.selections.iter().map(|selection| self.choice(selection)).collect(),
            votes_allowed: definition.votes_allowed,
            winners: definition.winners,
            ranks: 0,
            shared_names: Vec::new(),
        }
    }

    fn choice(&self, selection: &Selection) -> Choice {
        let candidates: Vec<_> = selection.candidates.iter().filter_map(|id| self.candidates.get(id)).collect();
        let parties: Vec<_> = selection.parties.iter().map(|id| self.party(id)).collect();
        let named = candidates.iter().map(|c| c.name.as_str()).collect::<Vec<_>>().join(" and ");
        let party = candidates.first().map_or("", |candidate| self.party(&candidate.party));
        let name = [named, selection.words.clone(), parties.join(" and ")].into_iter().find(|name| !name.is_empty());
        let nameless = || if selection.write_in { WRITE_IN.to_owned() } else { selection.id.clone() };
        Choice {
            name: name.unwrap_or_else(nameless),
            external_id: selection.id.clone(),
            party: if party.is_empty() { parties.join(" and ") } else { party.to_owned() },
            write_in: selection.write_in,
        }
    }

    /// A party's name; its id where the document names none.
    fn party<'a>(&'a self, id: &'a str) -> &'a str {
        self.parties.get(id).map(String::as_str).filter(|name| !name.is_empty()).unwrap_or(id)
    }

    /// A unit's name; its id where the document names none.
    pub(super) fn unit<'a>(&'a self, id: &'a str) -> &'a str {
        self.units.get(id).map(String::as_str).filter(|name| !name.is_empty()).unwrap_or(id)
    }
}

impl Selection {
    fn read(node: Node<'_>) -> Self {
        Self {
            id: node.field("@id").to_owned(),
            words: node.words("Selection").to_owned(),
            candidates: ids(node, "CandidateIds"),
            parties: ids(node, "PartyIds"),
            write_in: node.says("IsWriteIn"),
        }
    }
}

/// A list of ids: several elements, or several ids in one (XML's `IDREFS`).
pub(super) fn ids<'a>(node: Node<'a>, name: &'a str) -> Vec<String> {
    node.all(name).flat_map(|child| child.text().split_ascii_whitespace()).map(str::to_owned).collect()
}
