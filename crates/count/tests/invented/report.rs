//! Invented reports of results by NIST SP 1500-100: a sheriff's contest by units and ways of voting.

use pollwarden_count::{ReportedChoice, ReportedContest, ReportedPart, Results, err_v2};

/// A unit (none: the whole), a way of voting (none: all), and the votes of each choice there.
pub(crate) type Part = (&'static str, &'static str, i64);

/// Two units that are the whole of 240 votes for each choice.
pub(crate) const HALVES: &[Part] = &[("North", "", 120), ("South", "", 120)];

/// A report whose whole has so many votes for each choice.
pub(crate) fn of(whole: i64, parts: &[Part]) -> String {
    let choice = |name: &str| ReportedChoice { name: name.to_owned(), votes: whole, ..ReportedChoice::default() };
    let part = |(unit, group, votes): &Part| ReportedPart {
        unit: (*unit).to_owned(),
        group: (*group).to_owned(),
        votes: vec![Some(*votes), Some(*votes)],
        ..ReportedPart::default()
    };
    let contest = ReportedContest {
        name: "Sheriff".to_owned(),
        votes_allowed: Some(1),
        choices: vec![choice("Lena Orr"), choice("Ivo Ames")],
        parts: parts.iter().map(part).collect(),
        ..ReportedContest::default()
    };
    let heading = err_v2::Heading {
        generated: "2026-11-04T09:00:00-05:00".to_owned(),
        issuer: "Example County".to_owned(),
        issuer_abbreviation: "EX".to_owned(),
        application: "none".to_owned(),
        start_date: "2026-11-03".to_owned(),
        end_date: "2026-11-03".to_owned(),
        election: err_v2::ElectionType::General,
        status: err_v2::Status::UnofficialComplete,
    };
    err_v2::json(&Results { contests: vec![contest], ..Results::default() }, &heading)
}

/// The halves are precincts, and the report says so.
pub(crate) fn of_precincts(whole: i64) -> String {
    let text = of(whole, HALVES);
    let (before, units) = text.split_at(text.find("\"North\"").expect("the first unit"));
    before.to_owned() + &units.replace("\"Type\": \"other\"", "\"Type\": \"precinct\"")
}

/// Absentee voters stand there all together and by how they voted.
pub(crate) fn by_way() -> String {
    let ways = [("absentee", 40), ("absentee-mail", 30), ("absentee-in-person", 10), ("election-day", 60)];
    of(100, &ways.map(|(way, votes)| ("", way, votes)))
}

/// Two counties, and precincts of one of them.
pub(crate) fn of_one_county() -> String {
    let text = of(240, &[("Hill", "", 120), ("Lake", "", 120), ("Lake 1", "", 50), ("Lake 2", "", 70)]);
    let lake = "\"@id\": \"unit-4\",";
    assert!(text.contains(lake), "{text}");
    text.replace(lake, &format!("{lake}\n      \"ComposingGpUnitIds\": [\"unit-5\", \"unit-6\"],"))
}
