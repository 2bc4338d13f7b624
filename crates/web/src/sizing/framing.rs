//! What a query puts around the values that it reads: separators between columns, markers at both ends, and what a
//! function that puts many rows into one value adds of its own (SQLite's `json_group_array`, MySQL's `GROUP_CONCAT` and
//! `JSON_ARRAYAGG`, PostgreSQL's `string_agg`, SQL Server's `FOR JSON`).
//!
//! An answer's bytes are markers once, and for each row its values and what stands around them: what is known to the byte
//! need not be guessed.

/// Functions that put many rows into one value, and how many bytes each adds to a row: quotes, commas, brackets.
const AGGREGATES: [(&str, f64); 14] = [
    ("json_group_array", 3.0),
    ("json_group_object", 6.0),
    // MySQL and PostgreSQL write a blank after the comma.
    ("json_arrayagg", 4.0),
    ("json_agg", 4.0),
    ("jsonb_agg", 4.0),
    // These separate rows by what they are given; it is counted where it stands.
    ("array_to_string", 0.0),
    ("string_agg", 0.0),
    ("listagg", 0.0),
    // By a comma, unless they are given something else.
    ("group_concat", 1.0),
    ("array_agg", 1.0),
    ("wm_concat", 1.0),
    ("xmlagg", 7.0),
    // `FOR JSON` and `FOR XML`, which stand behind the table, repeat each column's name.
    ("for json", 2.0),
    ("for xml", 11.0),
];

/// Functions whose second value stands in for one that is missing.
const REPLACING: [&str; 4] = ["coalesce", "ifnull", "isnull", "nvl"];

/// Bytes around values.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Framing {
    /// In each row.
    pub(super) per_row: f64,
    /// In the whole answer.
    pub(super) once: f64,
    /// Whether all rows come as one value; else each stands in the page's own markup.
    pub(super) one_value: bool,
}

/// Reads the framing of a select list of so many columns; `tokens` are all of the query's.
pub(super) fn framing(listed: &[&str], tokens: &[&str], columns: usize) -> Framing {
    let behind = tokens.windows(2).find(|w| w[0] == "for" && matches!(w[1], "json" | "xml")).map(|w| w[1]);
    let inside = AGGREGATES.iter().find(|(name, _)| listed.contains(name)).map(|&(name, bytes)| (name, bytes));
    let mut framing = Framing { one_value: behind.is_some() || inside.is_some(), ..Framing::default() };
    if let Some((_, bytes)) = inside {
        framing.per_row += bytes;
    } else if behind.is_some() {
        let kind = if behind == Some("json") { "for json" } else { "for xml" };
        framing.per_row += AGGREGATES.iter().find(|(name, _)| *name == kind).map_or(0.0, |&(_, bytes)| bytes);
    }
    for literal in literals(listed) {
        literal.count(&mut framing, inside, columns);
    }
    framing
}

/// A text that the query gives.
#[derive(Debug, PartialEq)]
struct Literal<'t> {
    bytes: f64,
    /// The calls it stands in, outermost first.
    calls: Vec<&'t str>,
    /// The token before it.
    before: &'t str,
}

impl Literal<'_> {
    fn count(&self, framing: &mut Framing, aggregate: Option<(&str, f64)>, columns: usize) {
        let innermost = self.calls.last().copied().unwrap_or_default();
        if REPLACING.contains(&innermost) {
            return;
        }
        if framing.one_value && !self.calls.iter().any(|call| aggregate.is_some_and(|(name, _)| *call == name)) {
            framing.once += self.bytes;
            return;
        }
        // A separator that is given takes the place of the comma.
        let instead = self.before == "separator" || (self.before == "," && innermost == "group_concat");
        if let Some((_, comma)) = aggregate.filter(|_| instead && innermost == "group_concat") {
            framing.per_row -= comma;
        }
        let times = if innermost == "concat_ws" { columns.saturating_sub(1) as f64 } else { 1.0 };
        framing.per_row += self.bytes * times;
    }
}

/// Texts as `CHAR(118,118)`, `CHR(118)`, `0x7676` and `'vv'`, in order.
fn literals<'t>(listed: &[&'t str]) -> Vec<Literal<'t>> {
    let (mut found, mut calls) = (Vec::new(), Vec::new());
    let mut i = 0;
    while i < listed.len() {
        let before = if i == 0 { "" } else { listed[i - 1] };
        let (bytes, length) = literal(&listed[i..]);
        if length > 0 {
            found.push(Literal { bytes, calls: calls.clone(), before });
            i += length;
            continue;
        }
        match listed[i] {
            "(" => calls.push(before),
            ")" => drop(calls.pop()),
            _ => {}
        }
        i += 1;
    }
    found
}

/// Bytes of the literal that begins here, and of how many tokens it is made: none where there is none.
fn literal(listed: &[&str]) -> (f64, usize) {
    let until = |end: &str, from: usize| listed.iter().skip(from).position(|t| *t == end).map(|i| from + i);
    match listed[0] {
        "char" | "chr" | "nchar" if listed.get(1) == Some(&"(") => match until(")", 2) {
            Some(end) => (listed[2..end].iter().filter(|t| t.parse::<u32>().is_ok()).count() as f64, end + 1),
            None => (0.0, 0),
        },
        "'" => match until("'", 1) {
            Some(end) => (listed[1..end].iter().map(|t| t.len()).sum::<usize>() as f64, end + 1),
            None => (0.0, 0),
        },
        hex if hex.len() > 3 && hex.starts_with("0x") => ((hex.len() / 2 - 1) as f64, 1),
        _ => (0.0, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::super::payload::tokens;
    use super::*;

    fn of(list: &str, columns: usize) -> (f64, f64, bool) {
        let tokens = tokens(list);
        let framing = framing(&tokens, &tokens, columns);
        (framing.per_row, framing.once, framing.one_value)
    }

    #[test]
    fn markers_at_both_ends_come_once_and_separators_in_each_row() {
        let sqlite = "char(113,98,107)||json_group_array(coalesce(a,char(32))||char(118,118)||coalesce(b,char(32)))||char(113,118,120),null";
        assert_eq!(of(sqlite, 2), (5.0, 6.0, true));
        let mysql = "concat(0x716b71,json_arrayagg(concat_ws(0x7676,a,b,c)),0x717871),null";
        assert_eq!(of(mysql, 3), (8.0, 6.0, true));
        let postgres =
            "chr(113)||chr(98)||array_to_string(array_agg(coalesce(a,chr(32))||chr(118)||chr(118)||b),chr(44))";
        assert_eq!(of(postgres, 2), (3.0, 2.0, true));
        assert_eq!(of("1,group_concat(concat_ws(0x7c,a,b) separator 0x0a0a),3", 2), (3.0, 0.0, true));
        assert_eq!(of("group_concat(a)", 1), (1.0, 0.0, true));
    }

    #[test]
    fn without_an_aggregate_every_literal_stands_in_every_row() {
        assert_eq!(of("concat(0x7171,a,0x7c,b,0x7171),'no'", 2), (7.0, 0.0, false));
    }
}
