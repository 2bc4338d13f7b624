//! From an export's numbers to contests and choices, and from a session to cards.

use std::borrow::Cow;

use hashbrown::{HashMap, HashSet};

use super::manifests::Manifests;
use super::session::{Marked, OnCard, Session, Side, Sides};
use crate::formats::marks::Marks;
use crate::write_in::is_write_in;
use crate::{CardPlace, Choice, Contest, ContestId, CvrBuilder, Mark};

/// The most contests and candidates that no manifest lists; a state's election has about five thousand.
const MOST_UNNAMED: usize = 20_000;

/// What the numbers of one export stand for.
#[derive(Debug, Default)]
pub(super) struct Tables {
    manifests: Manifests,
    /// Tells contests of several exports with the same numbers apart.
    folder: String,
    contests: HashMap<u64, Known>,
    choices: HashMap<(ContestId, u64), u32>,
    /// Choices that are this export's already.
    taken: HashSet<(ContestId, u32)>,
    marks: Marks,
    image: String,
    /// How many contests and candidates were met that no manifest lists.
    met: usize,
    /// Their names, where there are manifests that should list them.
    pub(super) unnamed: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    id: ContestId,
    /// `None` where no manifest says whether choices are ranked.
    ranks: Option<u16>,
}

impl Tables {
    /// Contests and choices as the manifests list them.
    pub(super) fn new(manifests: Manifests, folder: &str, cvrs: &mut CvrBuilder) -> Self {
        let mut tables = Self { folder: folder.to_owned(), ..Self::default() };
        for entry in &manifests.contests {
            let name = entry.description.as_deref().unwrap_or_default();
            let said = (entry.vote_for.filter(|n| *n > 0), entry.num_of_ranks.unwrap_or(0));
            let id = contest(cvrs, entry.id, name, folder, |there| (there.votes_allowed, there.ranks) == said);
            let contest = cvrs.contest_mut(id);
            (contest.votes_allowed, contest.ranks) = said;
            tables.contests.insert(entry.id, Known { id, ranks: Some(contest.ranks) });
        }
        for entry in &manifests.candidates {
            let Some(known) = tables.contests.get(&entry.contest_id).copied() else { continue };
            let choice = Choice {
                name: entry.description.clone().unwrap_or_default(),
                external_id: entry.id.to_string(),
                party: manifests.party(entry.id).to_owned(),
                write_in: entry.r#type.as_deref().is_some_and(|t| t.to_ascii_lowercase().contains("writein"))
                    || entry.description.as_deref().is_some_and(is_write_in),
            };
            // A manifest that is there twice lists nothing new.
            if tables.choices.contains_key(&(known.id, entry.id)) {
                continue;
            }
            let at = tables.choice_of(cvrs.contest_mut(known.id), known.id, choice);
            tables.choices.insert((known.id, entry.id), at);
        }
        Self { manifests, ..tables }
    }

    /// Adds a session's cards, or says what was expected in place of the session.
    pub(super) fn add(
        &mut self,
        session: &Session<'_>,
        sides: &Sides,
        cvrs: &mut CvrBuilder,
    ) -> Result<(), &'static str> {
        let side = sides.counted().ok_or("a session with “Original” or “Modified”")?;
        let mut contests = side.contests.as_slice();
        let mut marks_from = 0;
        // A card without contests is paper all the same.
        for card in 0..side.cards.max(1) {
            let here = contests.iter().take_while(|on| on.card == card).count();
            for on in &contests[..here] {
                self.contest_on_card(on, &side.marks[marks_from..on.marks_end], cvrs);
                marks_from = on.marks_end;
            }
            contests = &contests[here..];
            self.card(session, side, cvrs);
        }
        if self.met > MOST_UNNAMED {
            return Err("contests and candidates of the manifests, not thousands of others");
        }
        Ok(())
    }

    fn contest_on_card(&mut self, on: &OnCard, marks: &[Marked], cvrs: &mut CvrBuilder) {
        let known = self.known(on.contest, cvrs);
        self.marks.on_card(known.id);
        for mark in marks {
            let choice = self.choice(known.id, mark.candidate, cvrs);
            let mark = counted(*mark, known.ranks, choice);
            if known.ranks.is_none() && mark.rank > 1 {
                let ranks = &mut cvrs.contest_mut(known.id).ranks;
                *ranks = mark.rank.max(*ranks);
            }
            match known.ranks {
                Some(0) => self.marks.mark(known.id, mark),
                _ => self.marks.ranked(known.id, mark),
            }
        }
    }

    fn card(&mut self, session: &Session<'_>, side: &Side, cvrs: &mut CvrBuilder) {
        let unique = text(session.unique);
        let (imprinted, record) = image_record(session.image, &mut self.image);
        let group = named(&self.manifests.counting_groups, session.group);
        let precinct = named(&self.manifests.precinct_portions, side.precinct);
        let style = named(&self.manifests.ballot_types, side.style);
        let place = CardPlace {
            jurisdiction: "",
            tabulator: std::str::from_utf8(session.tabulator).unwrap_or_default(),
            batch: std::str::from_utf8(session.batch).unwrap_or_default(),
            record: match session.record {
                b"X" | b"" => record,
                record => std::str::from_utf8(record).unwrap_or_default(),
            },
            imprinted: if unique.is_empty() { imprinted } else { &unique },
            group: &group,
            precinct: &precinct,
            style: &style,
        };
        self.marks.add_card(place, cvrs);
    }

    fn known(&mut self, external: u64, cvrs: &mut CvrBuilder) -> Known {
        if let Some(known) = self.contests.get(&external) {
            return *known;
        }
        self.met += 1;
        if !self.manifests.contests.is_empty() {
            self.unnamed.push(format!("contest {external}"));
        }
        let known = Known { id: contest(cvrs, external, &external.to_string(), &self.folder, |_| true), ranks: None };
        self.contests.insert(external, known);
        known
    }

    fn choice(&mut self, contest: ContestId, candidate: u64, cvrs: &mut CvrBuilder) -> u32 {
        if let Some(choice) = self.choices.get(&(contest, candidate)) {
            return *choice;
        }
        self.met += 1;
        if !self.manifests.candidates.is_empty() {
            self.unnamed.push(format!("candidate {candidate}"));
        }
        let name = candidate.to_string();
        let choice = Choice { external_id: name.clone(), name, ..Choice::default() };
        let at = self.choice_of(cvrs.contest_mut(contest), contest, choice);
        self.choices.insert((contest, candidate), at);
        at
    }

    /// The choice's place in the contest: that of the same number and name, else of the same name, of another export; a new one
    /// where there is none. Numbers hold within one export: another may give them to other candidates. No two of this export are one.
    fn choice_of(&mut self, there: &mut Contest, contest: ContestId, choice: Choice) -> u32 {
        let free = |at: &usize| !self.taken.contains(&(contest, *at as u32));
        let find = |same: &dyn Fn(&Choice) -> bool| {
            (0..there.choices.len())
                .find(|at| there.choices[*at].name == choice.name && same(&there.choices[*at]) && free(at))
        };
        let same = find(&|c| c.external_id == choice.external_id);
        let same = same.or_else(|| find(&|c| c.party == choice.party)).or_else(|| find(&|_| true));
        let at = same.unwrap_or_else(|| {
            there.choices.push(choice);
            there.choices.len() - 1
        }) as u32;
        self.taken.insert((contest, at));
        at
    }
}

/// The name of a number, or the number where there is none.
fn named(names: &HashMap<u64, String>, id: u64) -> Cow<'_, str> {
    names.get(&id).map_or_else(|| Cow::Owned(id.to_string()), |name| Cow::Borrowed(name.as_str()))
}

/// The contest of that number. Another export in the same run may give the number to another contest, or say that voters may choose
/// otherwise in it: then the folder tells them apart.
fn contest(
    cvrs: &mut CvrBuilder,
    external: u64,
    name: &str,
    folder: &str,
    alike: impl Fn(&Contest) -> bool,
) -> ContestId {
    let id = cvrs.contest(&external.to_string(), name);
    let there = cvrs.contest_mut(id);
    let new = there.choices.is_empty() && there.votes_allowed.is_none() && there.ranks == 0;
    if there.name == name && (new || alike(there)) {
        return id;
    }
    cvrs.contest(&format!("{folder}:{external}"), name)
}

/// What a mark counts. `IsVote` is said of first ranks alone where choices are ranked.
fn counted(mark: Marked, ranks: Option<u16>, choice: u32) -> Mark {
    let rank = u16::try_from(mark.rank).unwrap_or(u16::MAX).max(1);
    let clear = !mark.ambiguous;
    match ranks {
        Some(0) => Mark { rank: 1, choice, votes: u16::from(mark.vote) },
        Some(_) => Mark { rank, choice, votes: u16::from(mark.vote || clear) },
        None => Mark { rank, choice, votes: u16::from(mark.vote || clear && rank > 1) },
    }
}

/// A text with its escapes undone.
fn text(raw: &[u8]) -> Cow<'_, str> {
    if raw.contains(&b'\\') {
        let quoted = [b"\"", raw, b"\""].concat();
        return serde_json::from_slice::<String>(&quoted).map_or(Cow::Borrowed(""), Cow::Owned);
    }
    pollwarden_intake::text::decode(raw)
}

/// From the images' name, `00001_00005_000119*.*`: what is printed on the card, `1-5-119`, and the record's number in it.
/// Both empty where the name is another.
fn image_record<'a>(image: &[u8], imprinted: &'a mut String) -> (&'a str, &'a str) {
    imprinted.clear();
    let from = image.iter().rposition(|b| *b == b'\\' || *b == b'/').map_or(0, |at| at + 1);
    let stem = image[from..].split(|b| *b == b'*' || *b == b'.').next().unwrap_or_default();
    let mut last = 0;
    for (at, digits) in stem.split(|b| *b == b'_').enumerate() {
        let number = std::str::from_utf8(digits).unwrap_or_default();
        if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
            imprinted.clear();
            return ("", "");
        }
        if at > 0 {
            imprinted.push('-');
        }
        last = imprinted.len();
        let number = number.trim_start_matches('0');
        imprinted.push_str(if number.is_empty() { "0" } else { number });
    }
    (imprinted, &imprinted[last..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_name_the_record() {
        let mut imprinted = String::new();
        let image = br"D:\\NAS\\GENERAL\\Results\\Tabulator01\\Images\\00001_00005_000119*.*";
        assert_eq!(image_record(image, &mut imprinted), ("1-5-119", "119"));
        assert_eq!(image_record(br"D:\\scan.tif", &mut imprinted), ("", ""));
        assert_eq!(image_record(b"", &mut imprinted), ("", ""));
    }
}
