//! A contest and its choices, as an export names them.

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
    /// The place of the choice of that name or external id.
    pub fn choice(&self, name: &str) -> Option<usize> {
        let named = self.choices.iter().position(|c| c.name == name);
        named.or_else(|| self.choices.iter().position(|c| !c.external_id.is_empty() && c.external_id == name))
    }
}
