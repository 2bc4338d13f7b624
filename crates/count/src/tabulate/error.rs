//! Why a contest can't be tabulated.

/// Why a contest can't be tabulated. Nothing was counted then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TabulateError {
    /// The configuration is no RCTab configuration, or a field of it has no meaning.
    #[error("the configuration can't be read: {what}. Mend it, or write it again with RCTab")]
    Config {
        /// Field and value.
        what: String,
    },
    /// Rules that can't be applied together.
    #[error("the rules contradict each other: {what}. Compare the configuration with the ordinance")]
    Rules {
        /// Which.
        what: String,
    },
    /// A contest that the records do not have.
    #[error("the cast vote records have no contest “{contest}”. Check contestId in the configuration")]
    NoContest {
        /// The contest's id in the configuration.
        contest: String,
    },
    /// A choice that the configuration does not know.
    #[error(
        "“{name}” is ranked on {cards} cards and is no candidate of the configuration. Add it as a candidate or an alias, or \
         name it as undeclaredWriteInLabel, overvoteLabel or skippedRankLabel"
    )]
    UnknownCandidate {
        /// As the records write it.
        name: String,
        /// How often.
        cards: u64,
    },
    /// Cards with several votes, in a contest whose export doesn't say how many are allowed.
    #[error(
        "{contest}: {cards} cards have several votes, and the export doesn't say how many a voter may give: they may be valid \
         or overvoted. Export the records with the number of votes allowed (a CSV export has it beside the contest's name)"
    )]
    VotesAllowedUnknown {
        /// The contest's name.
        contest: String,
        /// How many cards.
        cards: u64,
    },
    /// A rank that no ballot may have.
    #[error("a card has rank {rank}, and the configuration allows {allowed}. Check maxRankingsAllowed")]
    RankNotAllowed {
        /// The rank.
        rank: u16,
        /// What is allowed: `1 to 5`.
        allowed: String,
    },
    /// An overvote whose choices are not in the records, under a rule that needs them.
    #[error(
        "the records say “overvote” and not for whom, which overvoteRule exhaustIfMultipleContinuing has to know. Export \
         the choices, or use another rule"
    )]
    OvervoteWithoutChoices,
    /// A breakdown that the records can't give.
    #[error("a breakdown by {by} is asked for, and {cards} cards have none. Name its column, or ask for no breakdown")]
    NoSlice {
        /// `precinct` or `batch`.
        by: &'static str,
        /// Cards without one.
        cards: u64,
    },
    /// No card has the contest.
    #[error("no card has the contest. Check contestId and the files in the configuration")]
    NoCards,
    /// A tie that people have to break.
    #[error(
        "round {round} has a tie for {} between {}. Break it as the law says, and order the candidates in the configuration \
         by the result with tiebreakMode useCandidateOrder",
        if *.to_win { "the seat" } else { "elimination" }, .tied.join(", ")
    )]
    TieToBreak {
        /// From 1.
        round: u32,
        /// Candidates, by name.
        tied: Vec<String>,
        /// Whether the one chosen wins; else is eliminated.
        to_win: bool,
    },
    /// The rules leave nobody to elect or eliminate, while seats are open.
    #[error(
        "round {round} can elect and eliminate nobody, and seats are open. The rules don't fit the number of candidates"
    )]
    Stuck {
        /// From 1.
        round: u32,
    },
}
