//! The manifests beside an export: what its numbers stand for.

use std::io::Read;

use hashbrown::HashMap;
use pollwarden_core::Complaint;
use pollwarden_intake::{Input, IntakeError};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::kind_of;

/// The largest manifest that is read. A large county's are below 10 MB.
const LARGEST: u64 = 256 << 20;
/// The most contests, and the most candidates. A large state has about five thousand candidates.
const MOST: usize = 20_000;

/// All manifests that help to read the records.
#[derive(Debug, Default)]
pub(super) struct Manifests {
    pub(super) contests: Vec<ContestEntry>,
    pub(super) candidates: Vec<CandidateEntry>,
    pub(super) parties: HashMap<u64, String>,
    pub(super) candidates_parties: HashMap<u64, u64>,
    pub(super) precinct_portions: HashMap<u64, String>,
    pub(super) ballot_types: HashMap<u64, String>,
    pub(super) counting_groups: HashMap<u64, String>,
    /// Names of manifests that should be there and are not.
    pub(super) missing: Vec<&'static str>,
}

/// A line of ContestManifest.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ContestEntry {
    #[serde(default)]
    pub(super) description: Option<String>,
    pub(super) id: u64,
    pub(super) vote_for: Option<u32>,
    pub(super) num_of_ranks: Option<u16>,
}

/// A line of CandidateManifest.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CandidateEntry {
    #[serde(default)]
    pub(super) description: Option<String>,
    pub(super) id: u64,
    pub(super) contest_id: u64,
    #[serde(default)]
    pub(super) r#type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    #[serde(default)]
    description: Option<String>,
    id: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CandidateParty {
    candidate_id: u64,
    party_id: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed<T> {
    list: Vec<T>,
}

impl Manifests {
    /// Reads those among an export's files.
    pub(super) fn read(inputs: &[Input]) -> Result<Self, Box<Complaint>> {
        let mut manifests = Self::default();
        if !manifests.list(inputs, "contestmanifest", |m, list| m.contests = list)? {
            manifests.missing.push("ContestManifest.json");
        }
        if !manifests.list(inputs, "candidatemanifest", |m, list| m.candidates = list)? {
            manifests.missing.push("CandidateManifest.json");
        }
        if !manifests.list(inputs, "precinctportionmanifest", |m, list| m.precinct_portions = by_id(list))? {
            manifests.missing.push("PrecinctPortionManifest.json");
        }
        if !manifests.list(inputs, "ballottypemanifest", |m, list| m.ballot_types = by_id(list))? {
            manifests.missing.push("BallotTypeManifest.json");
        }
        if !manifests.list(inputs, "countinggroupmanifest", |m, list| m.counting_groups = by_id(list))? {
            manifests.missing.push("CountingGroupManifest.json");
        }
        for (kind, count) in [("contests", manifests.contests.len()), ("candidates", manifests.candidates.len())] {
            if count > MOST {
                let source = inputs.first().map_or("", Input::name);
                let complaint =
                    Complaint::about(source, format!("manifests of at most {MOST} {kind}"), count.to_string());
                return Err(Box::new(complaint.mend("Export the manifests of one election.")));
            }
        }
        manifests.list(inputs, "partymanifest", |m, list| m.parties = by_id(list))?;
        manifests.list(inputs, "candidatepartymanifest", |m, list: Vec<CandidateParty>| {
            m.candidates_parties = list.into_iter().map(|line| (line.candidate_id, line.party_id)).collect();
        })?;
        Ok(manifests)
    }

    /// The party of a candidate; empty where no manifest says.
    pub(super) fn party(&self, candidate: u64) -> &str {
        let party = self.candidates_parties.get(&candidate).and_then(|party| self.parties.get(party));
        party.map_or("", String::as_str)
    }

    /// Whether there is a manifest of the kind; if so, it is read and kept.
    fn list<T: DeserializeOwned>(
        &mut self,
        inputs: &[Input],
        kind: &str,
        keep: impl FnOnce(&mut Self, Vec<T>),
    ) -> Result<bool, Box<Complaint>> {
        let Some(input) = inputs.iter().find(|input| kind_of(input.name()) == kind) else { return Ok(false) };
        keep(self, parse(input)?);
        Ok(true)
    }
}

fn by_id(list: Vec<Named>) -> HashMap<u64, String> {
    list.into_iter().map(|line| (line.id, line.description.unwrap_or_default())).collect()
}

fn parse<T: DeserializeOwned>(input: &Input) -> Result<Vec<T>, Box<Complaint>> {
    let mut text = Vec::new();
    let reader = input.reader().map_err(|fault| fault.complaint())?;
    let read = reader.take(LARGEST + 1).read_to_end(&mut text);
    let read = read.map_err(|fault| IntakeError::complaint_of(input.name(), fault))?;
    if read as u64 > LARGEST {
        let expected = format!("a manifest of at most {LARGEST} bytes");
        return Err(Box::new(Complaint::about(input.name(), expected, "more").mend("Export the manifests again.")));
    }
    let listed: Listed<T> = serde_json::from_slice(&text).map_err(|fault| {
        Complaint::about(input.name(), "a Dominion manifest with its “List”", fault.to_string())
            .line(fault.line() as u64)
            .column(fault.column().to_string())
            .mend("Fetch the file again, or export it again: it is cut off or was changed.")
    })?;
    Ok(listed.list)
}
