//! A contest and its choices, as an export names them.

use crate::alike::the_one;

/// A contest by its place among the contests of one [`Cvrs`](crate::Cvrs).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContestId(pub u32);

/// What is voted on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contest {
    /// Its name as the export writes it, without the part that says how many may be chosen.
    pub name: String,
    /// The export's own id of it, where it has one; else empty.
    pub external_id: String,
    /// What can be chosen, in the export's order.
    pub choices: Vec<Choice>,
    /// How many a voter may choose; `None` where the export doesn't say.
    pub votes_allowed: Option<u32>,
    /// How many are elected; `None` where the export doesn't say.
    pub winners: Option<u32>,
    /// How many ranks a voter may give; 0 where choices are not ranked.
    pub ranks: u16,
    /// Names that stand over several columns of the export with different parties, whose votes were put together: one person whom
    /// several parties nominated, or several of one name.
    pub shared_names: Vec<String>,
}

/// What can be chosen in a contest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// Its name as the export writes it.
    pub name: String,
    /// The export's own id of it, where it has one; else empty.
    pub external_id: String,
    /// The party, where the export has one; else empty.
    pub party: String,
    /// Whether it stands for whoever was written in.
    pub write_in: bool,
}

impl Contest {
    /// Votes by choice, in its order, from votes by name. Names that it doesn't have are left out.
    pub(crate) fn by_choice<'a>(&self, by_name: impl IntoIterator<Item = (&'a str, i64)>) -> Vec<u64> {
        let mut votes = vec![0i64; self.choices.len()];
        for (name, counted) in by_name {
            if let Some(at) = self.find(name) {
                votes[at] = votes[at].saturating_add(counted);
            }
        }
        votes.into_iter().map(|votes| u64::try_from(votes).unwrap_or(0)).collect()
    }

    /// The name of several choices, where there is one: nobody can say whether they are one person on several lines or
    /// several people. Lines for whoever was written in are one choice.
    pub(crate) fn shared_name(&self) -> Option<&str> {
        let mut seen = std::collections::HashSet::new();
        let mut named = self.choices.iter().filter(|c| !c.write_in).map(|c| c.name.as_str());
        named.find(|name| !seen.insert(*name))
    }

    /// The place of the choice of that name or external id.
    pub fn choice(&self, name: &str) -> Option<usize> {
        let named = self.choices.iter().position(|c| c.name == name);
        named.or_else(|| self.choices.iter().position(|c| !c.external_id.is_empty() && c.external_id == name))
    }

    /// The same; else of the one choice whose name is written alike, as people type names.
    pub(crate) fn choice_alike(&self, name: &str) -> Option<usize> {
        self.choice(name).or_else(|| the_one(self.choices.iter().map(|choice| choice.name.as_str()), name))
    }
}
