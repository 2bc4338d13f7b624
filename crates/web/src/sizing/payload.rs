//! What an injected query would read if it ran: which rows of which table, judged by its tokens.
//!
//! Only the shape of the query is read (`FROM`, `LIMIT`, `OFFSET`, `TOP`, aggregates): enough to size a theft, not to run it.

use super::width::{Width, width};

/// What a query reaches.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reach {
    /// No rows of a table that could hold voters: a probe, the schema, a count.
    Nothing,
    /// Some rows, by their position in the table.
    Rows { table: String, from: u64, count: u64, blind: bool },
    /// As many rows as there are.
    Bulk { table: String, record: Width },
}

/// Most rows that one `LIMIT` is taken at its word for.
const MOST_ROWS: u64 = 100_000;

/// Functions that put many rows into one value.
const AGGREGATES: [&str; 10] = [
    "json_group_array",
    "group_concat",
    "string_agg",
    "array_agg",
    "json_agg",
    "json_arrayagg",
    "listagg",
    "xmlagg",
    "wm_concat",
    "json_group_object",
];

/// Words of SQL that are no columns.
const KEYWORDS: [&str; 40] = [
    "select", "union", "all", "from", "where", "and", "or", "not", "null", "as", "is", "in", "like", "between", "case",
    "when", "then", "else", "end", "distinct", "limit", "offset", "order", "group", "by", "having", "text", "char",
    "varchar", "nvarchar", "integer", "int", "unsigned", "signed", "numeric", "top", "desc", "asc", "on", "xor",
];

/// Reads the shape of a query from its decoded text.
pub(crate) fn reach(decoded: &str) -> Reach {
    let plain = without_comments(&decoded.to_lowercase());
    let tokens = tokens(&plain);
    let Some(from) = tokens.iter().rposition(|t| *t == "from").filter(|_| has(&tokens, "select")) else {
        return Reach::Nothing;
    };
    let Some(table) = table(&tokens[from + 1..]) else { return Reach::Nothing };
    let listed = tokens[..from].iter().rposition(|t| *t == "select").map_or(&tokens[..from], |s| &tokens[s + 1..from]);
    let in_band = has(&tokens, "union");
    if let Some((start, count)) = rows(&tokens, listed) {
        return Reach::Rows { table, from: start, count: count.min(MOST_ROWS), blind: !in_band };
    }
    let aggregate = tokens.iter().any(|t| AGGREGATES.contains(t)) || pair(&tokens, "for", &["json", "xml"]);
    let counted = has(&tokens, "count") || has(&tokens, "max") || has(&tokens, "min");
    if in_band && (aggregate || !counted) {
        let values = names(listed).map(width).fold(Width::default(), Width::plus);
        // Around a record stand the separators that the query asks for, and quotes and a comma.
        return Reach::Bulk { table, record: values.longer_by(f64::from(literal_bytes(listed)) + 3.0) };
    }
    Reach::Nothing
}

/// Comments stand for blanks: `union/**/select`.
fn without_comments(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        plain.push_str(before);
        plain.push(' ');
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    plain
}

fn has(tokens: &[&str], word: &str) -> bool {
    tokens.contains(&word)
}

fn pair(tokens: &[&str], first: &str, second: &[&str]) -> bool {
    tokens.windows(2).any(|w| w[0] == first && second.contains(&w[1]))
}

/// Words, numbers, and one token per other character; quotes and backquotes around names fall away.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.');
        let length = rest.find(|c| !word(c)).unwrap_or(rest.len()).max(if word(first) { 0 } else { first.len_utf8() });
        if !first.is_whitespace() && !matches!(first, '`' | '"' | '[' | ']') {
            tokens.push(&rest[..length]);
        }
        rest = &rest[length..];
    }
    tokens
}

/// The table named after `FROM`, unless it is the database's own catalogue.
fn table(after_from: &[&str]) -> Option<String> {
    let name = after_from.first()?.rsplit('.').next()?;
    let qualified = after_from[0];
    let own =
        ["sqlite_", "information_schema", "pg_", "mysql.", "sys", "all_", "user_tab", "dba_", "dual", "v$", "msys"];
    let named = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    (named && !own.iter().any(|o| qualified.starts_with(o) || name.starts_with(o))).then(|| name.to_owned())
}

/// `LIMIT a,b`, `LIMIT b OFFSET a`, `OFFSET a ROWS FETCH NEXT b`, `TOP b`, `ROWNUM = n`.
fn rows(tokens: &[&str], listed: &[&str]) -> Option<(u64, u64)> {
    let number = |i: usize| tokens.get(i).and_then(|t| t.parse::<u64>().ok());
    let after = |word: &str| tokens.iter().rposition(|t| *t == word).map(|i| i + 1);
    if let Some(i) = after("limit") {
        let first = number(i)?;
        return match tokens.get(i + 1) {
            Some(&",") => Some((first, number(i + 2)?)),
            Some(&"offset") => Some((number(i + 2)?, first)),
            _ => Some((0, first)),
        };
    }
    if let Some(i) = after("offset") {
        let count = after("fetch").and_then(|f| number(f + 1)).unwrap_or(1);
        return Some((number(i)?, count));
    }
    if let Some(i) = after("rownum").filter(|&i| tokens.get(i) == Some(&"=")) {
        return Some((number(i + 1)?.saturating_sub(1), 1));
    }
    (listed.first() == Some(&"top")).then(|| listed.get(1).and_then(|t| t.parse().ok())).flatten().map(|n| (0, n))
}

/// The columns that a select list names, each once.
fn names<'a>(listed: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    let is_name = |i: usize| {
        let (token, next) = (listed[i], listed.get(i + 1));
        let word = token.starts_with(|c: char| c.is_alphabetic() || c == '_');
        word && next != Some(&"(") && !KEYWORDS.contains(&token)
    };
    let names: std::collections::BTreeSet<&str> =
        (0..listed.len()).filter(|&i| is_name(i)).map(|i| listed[i]).collect();
    names.into_iter()
}

/// Bytes of separators inside an aggregate: `CHAR(118,118,113)` is three.
fn literal_bytes(listed: &[&str]) -> u32 {
    let inside = listed.iter().position(|t| AGGREGATES.contains(t)).map_or(listed, |i| &listed[i..]);
    let mut bytes = 0;
    for i in inside.iter().enumerate().filter(|(_, t)| matches!(**t, "char" | "chr")).map(|(i, _)| i) {
        let numbers = inside[i + 1..].iter().take_while(|t| **t != ")").filter(|t| t.parse::<u32>().is_ok()).count();
        // A list of one is a replacement for an empty value rather than a separator.
        bytes += if numbers > 1 { u32::try_from(numbers).unwrap_or(0) } else { 0 };
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Option<(String, u64, u64, bool)> {
        match reach(text) {
            Reach::Rows { table, from, count, blind } => Some((table, from, count, blind)),
            _ => None,
        }
    }

    #[test]
    fn rows_are_told_by_their_place_in_the_table() {
        let of = |t: &str, from, count, blind| Some((t.to_owned(), from, count, blind));
        assert_eq!(rows("7 union all select name,null from people limit 40,1-- x"), of("people", 40, 1, false));
        assert_eq!(rows("7 union select name from people limit 1 offset 12"), of("people", 12, 1, false));
        assert_eq!(rows("1 and substr((select `n` from people limit 3,1),1,1)>char(65)"), of("people", 3, 1, true));
        assert_eq!(
            rows("1 union select n from dbo.people order by n offset 9 rows fetch next 5 rows only"),
            of("people", 9, 5, false)
        );
        assert_eq!(rows("1 union select top 10 n from people"), of("people", 0, 10, false));
    }

    #[test]
    fn everything_at_once_is_bulk() {
        let text = "1 union all select char(113,98)||json_group_array(coalesce(a,char(32))||char(1,2,3)||coalesce(b,char(32))),null from people-- x";
        assert_eq!(
            reach(text),
            Reach::Bulk { table: "people".into(), record: width("a").plus(width("b")).longer_by(6.0) }
        );
        assert!(matches!(reach("1 union select a,b from people"), Reach::Bulk { .. }));
    }

    #[test]
    fn the_schema_a_count_and_a_probe_reach_no_voter() {
        for text in [
            "1 union select sql from sqlite_master limit 1,1",
            "1 union select count(*) from people",
            "1 and 1=1",
            "1 union select null,null-- x",
            "select from",
            "",
        ] {
            assert_eq!(reach(text), Reach::Nothing, "{text}");
        }
    }
}
