//! What a column is, told from its name: the words that state and county extracts use for the same things.
//!
//! Sources: the published layouts of North Carolina, Ohio, Florida, Washington, Colorado and Michigan.

use crate::layout::{Column, Role};

/// Columns from their names: roles, and which column puts which code into words.
pub(crate) fn columns(names: &[String]) -> Vec<Column> {
    let words: Vec<String> = names.iter().map(|n| words(n)).collect();
    let roles: Vec<Role> = words.iter().map(|w| role(w)).collect();
    // A name beside a number is no word for it: "voter name" and "voter id", "street name" and "street number".
    let is_code = |at: &usize| !matches!(roles[*at], Role::VoterId | Role::Street);
    let describes = |at: usize| described(&words, at).filter(is_code);
    names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let describes = describes(at);
            let role = match (roles[at], describes) {
                (Role::Other | Role::District, Some(code)) => roles[code],
                (role, _) => role,
            };
            Column { name: name.clone(), role, describes }
        })
        .collect()
}

/// The columns, with what is known of some by name.
pub(crate) fn with_roles(mut columns: Vec<Column>, roles: &[(&str, Role)]) -> Vec<Column> {
    for column in &mut columns {
        if let Some((_, role)) = roles.iter().find(|(name, _)| column.name.eq_ignore_ascii_case(name)) {
            column.role = *role;
        }
    }
    columns
}

/// Lower-case words, separated and surrounded by one blank: `RegStName` and `REG_ST_NAME` have the same three.
pub(crate) fn words(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut spaced = String::new();
    for (at, &c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| chars[at]);
        let begins = match before {
            Some(before) if c.is_ascii_uppercase() => {
                let after = chars.get(at + 1).is_some_and(char::is_ascii_lowercase);
                before.is_ascii_lowercase() || (before.is_ascii_uppercase() && after)
            }
            Some(before) => c.is_ascii_digit() && before.is_ascii_lowercase(),
            None => false,
        };
        if begins || !c.is_alphanumeric() {
            spaced.push(' ');
        }
        if c.is_alphanumeric() {
            spaced.push(c.to_ascii_lowercase());
        }
    }
    format!(" {} ", spaced.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The first rule whose words are all there. More particular rules stand first.
const RULES: &[(&[&str], Role)] = &[
    (&["county", "voter", "id"], Role::Other),
    (&["ncid"], Role::VoterId),
    (&["sos", "voterid"], Role::VoterId),
    (&["statevoterid"], Role::VoterId),
    (&["state", "voter", "id"], Role::VoterId),
    (&["voter", "id"], Role::VoterId),
    (&["voterid"], Role::VoterId),
    (&["voter", "identification", "number"], Role::VoterId),
    (&["id", "voter"], Role::VoterId),
    (&["voter", "registration", "number"], Role::VoterId),
    (&["registration", "number"], Role::Other),
    (&["confidential"], Role::Confidential),
    (&["exemption"], Role::Confidential),
    (&["last", "voted"], Role::History),
    (&["lastvoted"], Role::History),
    (&["primary"], Role::History),
    (&["general"], Role::History),
    (&["special"], Role::History),
    (&["mail"], Role::Mail),
    (&["mailing"], Role::Mail),
    (&["email"], Role::Contact),
    (&["phone"], Role::Contact),
    (&["telephone"], Role::Contact),
    (&["daytime"], Role::Contact),
    (&["suffix"], Role::NameSuffix),
    (&["namesuffix"], Role::NameSuffix),
    (&["sufx"], Role::NameSuffix),
    (&["prefx"], Role::NameSuffix),
    (&["name", "prefix"], Role::NameSuffix),
    (&["last", "name"], Role::LastName),
    (&["name", "last"], Role::LastName),
    (&["lastname"], Role::LastName),
    (&["surname"], Role::LastName),
    (&["lname"], Role::LastName),
    (&["l", "name"], Role::LastName),
    (&["first", "name"], Role::FirstName),
    (&["name", "first"], Role::FirstName),
    (&["firstname"], Role::FirstName),
    (&["fname"], Role::FirstName),
    (&["f", "name"], Role::FirstName),
    (&["middle"], Role::MiddleName),
    (&["midl"], Role::MiddleName),
    (&["middlename"], Role::MiddleName),
    (&["mname"], Role::MiddleName),
    (&["m", "name"], Role::MiddleName),
    (&["birth", "state"], Role::BirthPlace),
    (&["birth", "place"], Role::BirthPlace),
    (&["age"], Role::Age),
    (&["birth", "age"], Role::Age),
    (&["birth"], Role::Birth),
    (&["birthyear"], Role::Birth),
    (&["birthdate"], Role::Birth),
    (&["dob"], Role::Birth),
    (&["gender"], Role::Sex),
    (&["sex"], Role::Sex),
    (&["race"], Role::Race),
    (&["ethnic"], Role::Race),
    (&["ethnicity"], Role::Race),
    (&["drivers"], Role::Licence),
    (&["license"], Role::Licence),
    (&["licence"], Role::Licence),
    (&["reason"], Role::StatusReason),
    (&["status"], Role::Status),
    (&["statuscode"], Role::Status),
    (&["party"], Role::Party),
    (&["congressional"], Role::District),
    (&["district"], Role::District),
    (&["dist"], Role::District),
    (&["precinct"], Role::Precinct),
    (&["precinctcode"], Role::Precinct),
    (&["pct"], Role::Precinct),
    (&["vtd"], Role::Precinct),
    (&["registr", "dt"], Role::Registered),
    (&["registration", "date"], Role::Registered),
    (&["registrationdate"], Role::Registered),
    (&["date", "registered"], Role::Registered),
    (&["reg", "date"], Role::Registered),
    (&["reg", "dt"], Role::Registered),
    (&["zip"], Role::Locality),
    (&["zipcode"], Role::Locality),
    (&["postal"], Role::Locality),
    (&["postalcode"], Role::Locality),
    (&["country"], Role::Locality),
    (&["regzipcode"], Role::Locality),
    (&["regcity"], Role::Locality),
    (&["regstname"], Role::Street),
    (&["regstnum"], Role::Street),
    (&["res", "city"], Role::Locality),
    (&["residential", "city"], Role::Locality),
    (&["residence", "city"], Role::Locality),
    (&["residential", "state"], Role::Locality),
    (&["residence", "state"], Role::Locality),
    (&["state", "cd"], Role::Locality),
    (&["unit"], Role::Locality),
    (&["reg", "state"], Role::Locality),
    (&["reg", "st"], Role::Street),
    (&["residential"], Role::Street),
    (&["residence"], Role::Street),
    (&["res", "street"], Role::Street),
    (&["street"], Role::Street),
    (&["house"], Role::Street),
    (&["address"], Role::Street),
    (&["addr"], Role::Street),
    (&["city"], Role::Locality),
    (&["county", "commiss"], Role::District),
    (&["county"], Role::County),
    (&["countycode"], Role::County),
    (&["municipality"], Role::District),
    (&["ward"], Role::District),
    (&["township"], Role::District),
    (&["village"], Role::District),
    (&["court"], Role::District),
    (&["senate"], Role::District),
    (&["house", "abbrv"], Role::District),
    (&["jurisdiction"], Role::District),
];

fn role(words: &str) -> Role {
    let all = |needed: &[&str]| needed.iter().all(|n| words.contains(&format!(" {n} ")));
    if all(&["house", "abbrv"]) || all(&["school"]) || all(&["fire"]) {
        return Role::District;
    }
    RULES.iter().find(|(needed, _)| all(needed)).map_or(Role::Other, |(_, role)| *role)
}

const IN_WORDS: &[&str] = &["desc", "description", "name"];
const IN_CODE: &[&str] = &["abbrv", "cd", "code", "id", "lbl", "label", "number"];

/// The code column that column `at` puts into words: the same name but for the last word.
fn described(words: &[String], at: usize) -> Option<usize> {
    let stem = stem(&words[at], IN_WORDS)?;
    let stem = stem.strip_prefix("voter ").unwrap_or(stem);
    let last = stem.rsplit(' ').next().unwrap_or(stem);
    let code = |wanted: &str| words.iter().position(|w| self::stem(w, IN_CODE) == Some(wanted));
    code(stem).or_else(|| code(last).filter(|_| stem.contains("reason")))
}

fn stem<'a>(words: &'a str, endings: &[&str]) -> Option<&'a str> {
    let words = words.trim();
    endings.iter().find_map(|e| words.strip_suffix(e)).map(str::trim_end).filter(|stem| !stem.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(names: &[&str]) -> Vec<Column> {
        columns(&names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn columns_of_several_states_are_recognised() {
        let roles = |names: &[&str]| of(names).into_iter().map(|c| c.role).collect::<Vec<_>>();
        assert_eq!(
            roles(&[
                "SOS_VOTERID",
                "LAST_NAME",
                "DATE_OF_BIRTH",
                "RESIDENTIAL_ADDRESS1",
                "MAILING_CITY",
                "GENERAL-11/05/2024"
            ]),
            [Role::VoterId, Role::LastName, Role::Birth, Role::Street, Role::Mail, Role::History]
        );
        assert_eq!(
            roles(&[
                "Voter ID",
                "Name Last",
                "Residence Zipcode",
                "Mailing Address Line 1",
                "Party Affiliation",
                "Voter Status"
            ]),
            [Role::VoterId, Role::LastName, Role::Locality, Role::Mail, Role::Party, Role::Status]
        );
        assert_eq!(
            roles(&["county_voter_id", "birth_state", "age_at_year_end", "registr_dt", "nc_house_abbrv"]),
            [Role::Other, Role::BirthPlace, Role::Age, Role::Registered, Role::District]
        );
    }

    #[test]
    fn a_description_knows_its_code() {
        let columns =
            of(&["status_cd", "voter_status_desc", "reason_cd", "voter_status_reason_desc", "vtd_abbrv", "vtd_desc"]);
        let pairs: Vec<_> = columns.iter().map(|c| c.describes).collect();
        assert_eq!(pairs, [None, Some(0), None, Some(2), None, Some(4)]);
        assert_eq!(columns[3].role, Role::StatusReason);
    }
}
