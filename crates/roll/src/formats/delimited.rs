//! Any delimited extract with a header and a key column: named in office.toml, or known by its name.

use pollwarden_core::{RollSettings, Table};
use pollwarden_intake::{BlockOptions, Fit, Format, Parser, Sample};

use super::{Header, names, voters};
use crate::layout::{Cut, Layout, Role};

/// The format.
#[derive(Debug)]
pub(super) struct Delimited;

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
        _ if has(Role::LastName) && says >= 2 => columns.iter().position(|c| c.role == Role::VoterId)?,
        _ => return None,
    };
    Some(Layout { name: "delimited", cut: Cut::At(header.delimiter), header: true, columns, key })
}

impl Format for Delimited {
    fn name(&self) -> &'static str {
        "delimited"
    }

    fn table(&self) -> &'static Table {
        &crate::tables::VOTERS
    }

    fn sniff(&self, sample: &Sample) -> Fit {
        if Header::read(&sample.bytes).and_then(|h| layout(&h, None)).is_some() { Fit::Maybe } else { Fit::No }
    }

    fn blocks(&self) -> BlockOptions {
        voters::blocks()
    }

    fn begin(&self, sample: &Sample, _: Option<&[u8]>) -> Box<dyn Parser> {
        voters::begin(
            sample,
            Header::read(&sample.bytes).and_then(|header| layout(&header, None)),
            &RollSettings::default(),
        )
    }
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
    fn the_office_names_the_key() {
        let roll = of("number;surname;party\n", Some("number")).expect("a roll");
        assert_eq!((roll.key, roll.cut), (0, Cut::At(b';')));
        assert!(of("number;surname;party\n", None).is_none());
    }
}
