//! Any delimited extract with a header and a key column: named in office.toml, or known by its name.

use pollwarden_intake::{Fit, Sample};

use super::by_content::ByContent;
use super::{Header, below_titles, names};
use crate::layout::{Column, Cut, Layout, Role};

pub(super) static FORMAT: ByContent = ByContent { name: "delimited", layout: of_sample, fit: Fit::Maybe, quotes: true };

fn of_sample(sample: &Sample) -> Option<Layout> {
    below_titles(sample, &|sample| layout(&Header::read(&sample.bytes)?, None))
}

/// The layout. Without a named key, a header is a voter roll's only where it has a voter's id, a name, and two more
/// things that rolls say of voters: logs and vote histories have ids too.
pub(super) fn layout(header: &Header, key: Option<&str>) -> Option<Layout> {
    let columns = names::columns(&header.names);
    let has = |role: Role| columns.iter().any(|c| c.role == role);
    let named = |key: &str| columns.iter().position(|c| c.name.eq_ignore_ascii_case(key.trim()));
    let telling = [Role::Birth, Role::Age, Role::Status, Role::Party, Role::Street, Role::Precinct, Role::Registered];
    let says = telling.into_iter().filter(|role| has(*role)).count();
    let key = match key.and_then(named) {
        Some(at) if says >= 1 => at,
        _ if has(Role::LastName) && says >= 2 => {
            columns.iter().position(|c| c.role == Role::VoterId).or_else(|| only_number(&columns))?
        }
        _ => return None,
    };
    Some(Layout { name: "delimited", cut: Cut::At(header.delimiter), above: 1, columns, key, bare_ids: false })
}

/// The one column that is called the voter's number: beside a voter's id, or another such number, it may be the county's own.
fn only_number(columns: &[Column]) -> Option<usize> {
    const NUMBERS: [&str; 12] = [
        "registration number",
        "registration no",
        "registration id",
        "reg number",
        "reg no",
        "reg num",
        "registrant id",
        "registrant number",
        "voter number",
        "voter no",
        "voter num",
        "vuid",
    ];
    let is_one = |column: &Column| NUMBERS.contains(&names::words(&column.name).trim());
    let mut all = (0..columns.len()).filter(|at| is_one(&columns[*at]));
    all.next().filter(|_| all.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str, key: Option<&str>) -> Option<Layout> {
        layout(&Header::read(line.as_bytes()).expect("a header"), key)
    }

    #[test]
    fn a_roll_is_told_from_a_log() {
        let roll = of("voter_id|last_name|first_name|party|precinct\n", None).expect("a roll");
        assert_eq!((roll.key, roll.cut), (0, Cut::At(b'|')));
        assert!(of("seq,ts,operator,ip,source,batch_id,county_id,ncid,field,old_value,new_value\n", None).is_none());
        assert!(of("county_id\tncid\telection_lbl\tvoted_party_cd\tpct_label\n", None).is_none());
    }

    #[test]
    fn a_voters_number_is_the_id_where_it_is_the_only_one() {
        let key = |line: &str| of(line, None).map(|layout| layout.key);
        assert_eq!(key("Last Name,Registration No,Party,Precinct\n"), Some(1));
        assert_eq!(key("Reg No,Last Name,Voter ID,Party,Precinct\n"), Some(2));
        assert_eq!(key("Reg No,Last Name,Voter Number,Party,Precinct\n"), None);
    }

    #[test]
    fn the_office_names_the_key() {
        let roll = of("number;surname;party\n", Some("number")).expect("a roll");
        assert_eq!((roll.key, roll.cut), (0, Cut::At(b';')));
        assert!(of("number;surname;party\n", None).is_none());
    }
}
