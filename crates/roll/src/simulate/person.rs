//! An invented voter, and the record of one in North Carolina's layout of 67 columns.

use std::io::Write;

use super::dice::Dice;
use super::words::{BIRTH_STATES, COUNTIES, ENDS, FIRST, PARTIES, RACES, STEMS, STREETS, WAYS};

/// The year that ages are counted to.
const YEAR: u64 = 2026;

/// The columns, in order.
pub(super) const COLUMNS: &str = "county_id county_desc voter_reg_num ncid last_name first_name middle_name name_suffix_lbl \
    status_cd voter_status_desc reason_cd voter_status_reason_desc res_street_address res_city_desc state_cd zip_code \
    mail_addr1 mail_addr2 mail_addr3 mail_addr4 mail_city mail_state mail_zipcode full_phone_number confidential_ind \
    registr_dt race_code ethnic_code party_cd gender_code birth_year age_at_year_end birth_state drivers_lic \
    precinct_abbrv precinct_desc municipality_abbrv municipality_desc ward_abbrv ward_desc cong_dist_abbrv \
    super_court_abbrv judic_dist_abbrv nc_senate_abbrv nc_house_abbrv county_commiss_abbrv county_commiss_desc \
    township_abbrv township_desc school_dist_abbrv school_dist_desc fire_dist_abbrv fire_dist_desc water_dist_abbrv \
    water_dist_desc sewer_dist_abbrv sewer_dist_desc sanit_dist_abbrv sanit_dist_desc rescue_dist_abbrv \
    rescue_dist_desc munic_dist_abbrv munic_dist_desc dist_1_abbrv dist_1_desc vtd_abbrv vtd_desc";

/// Status code, its words, reason code, its words.
pub(super) type Status = [&'static str; 4];
pub(super) const ACTIVE: Status = ["A", "ACTIVE", "AV", "VERIFIED"];
pub(super) const INACTIVE: Status = ["I", "INACTIVE", "IN", "CONFIRMATION NOT RETURNED"];
pub(super) const DECEASED: Status = ["R", "REMOVED", "RD", "DECEASED"];
pub(super) const REMOVED: Status = ["R", "REMOVED", "RM", "REMOVED AFTER 2 FED GENERAL ELECTIONS IN INACTIVE STATUS"];

/// A voter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) number: u64,
    pub(super) county: usize,
    pub(super) last: String,
    pub(super) first: &'static str,
    pub(super) middle: String,
    pub(super) status: Status,
    pub(super) street: String,
    pub(super) mail: String,
    pub(super) phone: String,
    pub(super) confidential: bool,
    pub(super) registered: String,
    pub(super) race: &'static str,
    pub(super) party: &'static str,
    pub(super) sex: &'static str,
    pub(super) birth_year: u64,
    pub(super) birth_state: &'static str,
    pub(super) precinct: u64,
    pub(super) ward: u64,
}

impl Person {
    /// The voter of a number; `counties` and `precincts` say how many there are to live in.
    pub(super) fn invent(seed: u64, number: u64, counties: u64, precincts: u64) -> Self {
        let dice = &mut Dice::of(seed, number);
        let street = street(dice);
        let mail = if dice.chance(0.04) { format!("PO BOX {}", 100 + dice.below(9_900)) } else { street.clone() };
        let middle = if dice.chance(0.12) { "" } else { dice.pick(&FIRST) };
        let phone = if dice.chance(0.4) { String::new() } else { format!("919555{:04}", dice.below(10_000)) };
        Self {
            number,
            county: dice.below(counties) as usize,
            last: last_name(dice),
            first: dice.pick(&FIRST),
            middle: middle.to_owned(),
            status: if dice.chance(0.12) { INACTIVE } else { ACTIVE },
            street,
            mail,
            phone,
            confidential: false,
            registered: format!("{:02}/{:02}/{}", 1 + dice.below(12), 1 + dice.below(28), 1990 + dice.below(36)),
            race: dice.weighed(&RACES),
            party: dice.weighed(&PARTIES),
            sex: dice.weighed(&[("F", 51), ("M", 45), ("U", 4)]),
            birth_year: YEAR - 18 - dice.below(75),
            birth_state: dice.weighed(&BIRTH_STATES),
            precinct: 1 + dice.below(precincts),
            ward: 1 + dice.below(6),
        }
    }

    /// The voter's id: two letters for the county of first registration, eight digits.
    pub(super) fn id(&self) -> String {
        format!("{}{:08}", ["QA", "QB", "QC", "QD", "QE", "QF"][self.number as usize % 6], 10_000_000 + self.number)
    }

    pub(super) fn precinct_code(&self) -> String {
        format!("P{:02}", self.precinct)
    }

    pub(super) fn precinct_words(&self) -> String {
        format!("{} PRECINCT {}", COUNTIES[self.county], self.precinct)
    }

    pub(super) fn age(&self) -> u64 {
        YEAR - self.birth_year
    }

    /// The record, with its line end.
    pub(super) fn write(&self, out: &mut impl Write) -> std::io::Result<()> {
        let (county, precinct) = (COUNTIES[self.county], self.precinct);
        let city = &county[..county.len().min(8)];
        let shown = |value| if self.confidential { "" } else { value };
        let [code, words, reason, reason_words] = self.status;
        write!(
            out,
            "\"{}\"\t\"{county}\"\t\"{:012}\"\t\"{}\"\t\"{}\"\t\"{}\"\t\"{}\"\t\"\"\t\"{code}\"\t\"{words}\"\t\"{reason}\"\t\"{reason_words}\"\t",
            self.county + 1,
            self.number,
            self.id(),
            self.last,
            self.first,
            self.middle,
        )?;
        write!(
            out,
            "\"{}\"\t\"{city} CITY\"\t\"NC\"\t\"{}\"\t\"{}\"\t\"\"\t\"\"\t\"\"\t\"{city} CITY\"\t\"NC\"\t\"{}\"\t\"{}\"\t\"{}\"\t\"{}\"\t",
            shown(&self.street),
            27_000 + self.county,
            shown(&self.mail),
            27_000 + self.county,
            shown(&self.phone),
            if self.confidential { "Y" } else { "N" },
            self.registered,
        )?;
        write!(
            out,
            "\"{}\"\t\"UN\"\t\"{}\"\t\"{}\"\t\"{}\"\t\"{}\"\t\"{}\"\t\"Y\"\t\"P{precinct:02}\"\t\"{county} PRECINCT {precinct}\"\t",
            self.race,
            self.party,
            self.sex,
            self.birth_year,
            self.age(),
            self.birth_state,
        )?;
        let ward = self.ward;
        write!(
            out,
            "\"{}\"\t\"{city} CITY\"\t\"W{ward}\"\t\"WARD {ward}\"\t\"{c}\"\t\"{c}A\"\t\"{c}\"\t\"{c}\"\t\"{c}\"\t\"{ward}\"\t\"COMMISSIONERS {ward}\"\t\"T{ward}\"\t\"TOWNSHIP {ward}\"\t\"S{ward}\"\t\"SCHOOL #{ward}\"\t",
            &county[..4],
            c = self.county + 1,
        )?;
        for _ in 0..12 {
            out.write_all(b"\"\"\t")?;
        }
        let c = self.county + 1;
        write!(out, "\"{c}\"\t\"{c}TH PROSECUTORIAL\"\t\"P{precinct:02}\"\t\"P{precinct:02}\"\r\n")
    }
}

/// The header, with its line end.
pub(super) fn write_header(out: &mut impl Write) -> std::io::Result<()> {
    let names: Vec<String> = COLUMNS.split_whitespace().map(|name| format!("\"{name}\"")).collect();
    write!(out, "{}\r\n", names.join("\t"))
}

pub(super) fn last_name(dice: &mut Dice) -> String {
    let stem = dice.pick(&STEMS);
    [stem, dice.pick(&ENDS)].concat()
}

pub(super) fn street(dice: &mut Dice) -> String {
    let (number, street, way) = (1 + dice.below(9_998), dice.pick(&STREETS), dice.pick(&WAYS));
    if dice.chance(0.2) {
        return format!("{number} {street} {way}  #{}", 1 + dice.below(400));
    }
    format!("{number} {street} {way}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_has_67_columns() {
        let mut record = Vec::new();
        write_header(&mut record).expect("memory");
        Person::invent(1, 7, 12, 30).write(&mut record).expect("memory");
        let widths: Vec<_> = record.split(|&b| b == b'\n').map(|line| line.split(|&b| b == b'\t').count()).collect();
        assert_eq!(widths, [67, 67, 1]);
    }

    #[test]
    fn no_two_voters_share_an_id() {
        let ids: std::collections::HashSet<_> = (0..5_000).map(|n| Person::invent(1, n, 3, 9).id()).collect();
        assert_eq!(ids.len(), 5_000);
    }
}
