//! How many bytes the values of a voter table's columns have on average, judged by the columns' names.
//!
//! A bulk answer is divided by these. The ends are averages over a whole roll, not single values: no county's surnames
//! average three letters or ten. Names are those that registration systems and published roll layouts use.

/// Bytes on average: at least, likely, at most.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Width {
    pub(crate) low: f64,
    pub(crate) likely: f64,
    pub(crate) high: f64,
}

impl Width {
    const fn of(low: f64, likely: f64, high: f64) -> Self {
        Self { low, likely, high }
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self::of(self.low + other.low, self.likely + other.likely, self.high + other.high)
    }

    pub(crate) fn longer_by(self, bytes: f64) -> Self {
        self.plus(Self::of(bytes, bytes, bytes))
    }
}

/// Words in columns' names, the more special before the more general.
const WIDTHS: [(&[&str], Width); 16] = [
    (&["ssn4", "last4", "last_four", "lastfour", "year", "yob"], Width::of(4.0, 4.0, 4.0)),
    // Not every voter gives one of these.
    (&["email", "e_mail"], Width::of(9.0, 22.0, 30.0)),
    (&["phone", "mobile", "tel"], Width::of(4.0, 11.0, 14.0)),
    (&["ssn"], Width::of(9.0, 10.0, 11.0)),
    (&["created", "updated", "modified", "timestamp"], Width::of(10.0, 19.0, 26.0)),
    (&["dob", "birth", "date", "fecha", "nacim"], Width::of(8.0, 10.0, 10.0)),
    // The states' own formats (AAMVA, DL/ID Card Design Standard, annex on number formats) have 7 to 15 characters, 10 on
    // average by population; with the hyphens or blanks that some print, up to 17.
    (&["license", "licence", "dln", "driver", "dmv"], Width::of(7.0, 10.0, 17.0)),
    (&["password", "passwd", "pwd", "hash"], Width::of(32.0, 60.0, 64.0)),
    (&["zip", "postal", "postcode"], Width::of(5.0, 5.5, 10.0)),
    (&["addr", "street", "direccion", "calle"], Width::of(13.0, 18.0, 26.0)),
    (&["city", "town", "county", "ciudad", "munic"], Width::of(6.0, 8.5, 11.0)),
    (&["first", "fname", "given", "middle", "mname", "forename"], Width::of(3.0, 6.0, 7.0)),
    (&["last", "lname", "surname", "family", "apellido"], Width::of(5.5, 6.5, 8.5)),
    (&["party", "gender", "sex", "race", "status", "suffix", "state", "flag"], Width::of(1.0, 2.0, 8.0)),
    (&["name", "nombre"], Width::of(6.0, 13.0, 18.0)),
    (&["id", "num", "key", "precinct", "code"], Width::of(3.0, 8.0, 12.0)),
];
/// Any other column: flags are short, notes long.
const ANY: Width = Width::of(2.0, 9.0, 40.0);

/// The width of a column of that name, in lower case.
pub(crate) fn width(column: &str) -> Width {
    let name = column.rsplit('.').next().unwrap_or(column);
    let of = |words: &&[&str]| words.iter().any(|word| name.contains(word));
    WIDTHS.iter().find(|(words, _)| of(words)).map_or(ANY, |&(_, width)| width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_their_names() {
        assert_eq!(width("v.res_street_address"), width("addr"));
        assert_eq!(width("birth_date").likely, 10.0);
        assert_eq!(width("voter_reg_num"), width("voter_id"));
        assert_eq!(width("xq"), ANY);
        assert!(WIDTHS.iter().all(|(_, w)| w.low <= w.likely && w.likely <= w.high));
    }
}
