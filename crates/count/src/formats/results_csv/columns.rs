//! Which column of a table of results is what.

/// Ways of voting that stand in columns of their own.
const WAYS: &[&str] = &[
    "election_day",
    "early_voting",
    "early",
    "absentee",
    "absentee_by_mail",
    "mail",
    "mail_in",
    "provisional",
    "in_person",
    "advance",
    "advanced_voting",
    "one_stop",
    "uocava",
    "military",
    "emergency",
    "vote_by_mail",
    "polls",
];

/// The columns, by place.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) names: Vec<String>,
    pub(super) contest: usize,
    pub(super) choice: usize,
    pub(super) votes: usize,
    pub(super) district: Option<usize>,
    pub(super) party: Option<usize>,
    pub(super) county: Option<usize>,
    pub(super) precinct: Option<usize>,
    pub(super) group: Option<usize>,
    pub(super) ways: Vec<usize>,
}

impl Columns {
    /// The columns that a header names; `None` where contest, choice or votes are missing.
    pub(super) fn of(header: &csv::StringRecord) -> Option<Self> {
        let plain: Vec<String> = header.iter().map(plain).collect();
        let find = |names: &[&str]| names.iter().find_map(|name| plain.iter().position(|there| there == name));
        Some(Self {
            contest: find(&["contest", "contest_name", "contest_title", "office", "race"])?,
            choice: find(&["choice", "choice_name", "candidate", "candidate_name", "selection", "option"])?,
            votes: find(&["votes", "total_votes", "vote_count", "total", "count"])?,
            district: find(&["district"]),
            party: find(&["party", "party_name"]),
            county: find(&["county", "county_name", "jurisdiction"]),
            precinct: find(&["precinct", "precinct_name", "unit", "reporting_unit", "batch"]),
            group: find(&["group", "vote_type", "counting_group", "way_of_voting", "mode"]),
            ways: (0..plain.len()).filter(|at| WAYS.contains(&plain[*at].as_str())).collect(),
            names: header.iter().map(|name| name.trim().to_owned()).collect(),
        })
    }
}

fn plain(name: &str) -> String {
    name.trim().trim_start_matches('\u{feff}').to_lowercase().replace([' ', '-'], "_")
}

/// What a row counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Votes,
    Overvotes,
    Undervotes,
    Registered,
    Ballots,
    /// All votes of a contest together.
    Total,
    /// Cards left blank, shares of voters: no votes of anybody.
    Beside,
}

impl Kind {
    /// By the office's or the candidate's name.
    pub(super) fn of(contest: &str, choice: &str) -> Self {
        let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>().to_lowercase();
        match letters(if choice.is_empty() { contest } else { choice }).as_str() {
            "overvotes" | "overvote" | "numberofovervotes" => Self::Overvotes,
            "undervotes" | "undervote" | "numberofundervotes" => Self::Undervotes,
            "registeredvoters" | "voterregistration" => Self::Registered,
            "ballotscast" | "ballotscasttotal" | "totalballotscast" => Self::Ballots,
            "total" | "totals" | "totalvotes" | "totalvotescast" | "contesttotal" => Self::Total,
            // How many cards had it, where the rows above say how many votes.
            "timesovervoted" | "timesundervoted" | "timesblankvoted" => Self::Beside,
            "blank"
            | "blanks"
            | "blankvotes"
            | "numberofblankvotes"
            | "blankballots"
            | "uncastvotes"
            | "numberofuncastvotes" => Self::Beside,
            "turnout" | "voterturnout" | "turnoutpercent" | "percentturnout" => Self::Beside,
            _ => Self::Votes,
        }
    }
}

/// Whether a unit's name stands for all units.
pub(super) fn is_whole(unit: &str) -> bool {
    let plain = unit.trim().to_lowercase();
    matches!(
        plain.as_str(),
        "total" | "totals" | "grand total" | "county total" | "county totals" | "all" | "all precincts"
    )
}

/// A count; `None` where the cell says that there is none.
pub(super) fn number(cell: &str) -> Result<Option<i64>, ()> {
    let cell = cell.trim();
    if matches!(cell, "" | "-" | "–" | "*" | "N/A" | "n/a") {
        return Ok(None);
    }
    if let Ok(number) = cell.parse() {
        return Ok(Some(number));
    }
    // 1,204 and 12.0 are what spreadsheets make of counts.
    let (digits, fraction) = cell.split_once('.').unwrap_or((cell, ""));
    let mut groups = digits.split(',');
    let first = groups.next().unwrap_or_default();
    let grouped = (1..=4).contains(&first.len()) && groups.all(|group| group.len() == 3);
    let plain = grouped || !digits.contains(',');
    if !plain || !fraction.bytes().all(|b| b == b'0') {
        return Err(());
    }
    digits.replace(',', "").parse().map(Some).map_err(|_| ())
}
