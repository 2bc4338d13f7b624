//! What an injected query would read if it ran: which rows of which table, judged by its tokens.
//!
//! Only the shape of the query is read: the table, the columns, which of its rows, what stands around their values. That is
//! enough to size a theft, not to run it.

use super::framing::framing;
use super::place::{Place, place};
use super::width::{Width, width};

/// What a query reaches.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reach {
    /// No rows of a table that could hold voters: a probe, the schema, a count.
    Nothing,
    /// Some rows, by their position in the table.
    Rows { table: String, from: u64, count: u64, blind: bool, shape: Shape },
    /// As many rows as there are, or as fit a condition, which is told apart from others by a number.
    Bulk { table: String, part: Option<u64>, shape: Shape },
}

/// How large the answer to a query is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Shape {
    /// Bytes of a row, with what stands around its values.
    pub(crate) record: Width,
    /// Bytes beside the rows.
    pub(crate) once: f64,
}

/// Most rows that one `LIMIT` is taken at its word for.
const MOST_ROWS: u64 = 100_000;

/// Words of SQL that are no columns.
const KEYWORDS: [&str; 41] = [
    "select",
    "union",
    "all",
    "from",
    "where",
    "and",
    "or",
    "not",
    "null",
    "as",
    "is",
    "in",
    "like",
    "between",
    "case",
    "when",
    "then",
    "else",
    "end",
    "distinct",
    "limit",
    "offset",
    "order",
    "group",
    "by",
    "having",
    "text",
    "char",
    "varchar",
    "nvarchar",
    "integer",
    "int",
    "unsigned",
    "signed",
    "numeric",
    "top",
    "desc",
    "asc",
    "on",
    "xor",
    "separator",
];

/// Reads the shape of a query from its decoded text.
pub(crate) fn reach(decoded: &str) -> Reach {
    let plain = without_comments(&decoded.to_lowercase());
    let tokens = tokens(&plain);
    let Some(from) = tokens.iter().rposition(|t| *t == "from").filter(|_| has(&tokens, "select")) else {
        return Reach::Nothing;
    };
    let Some(table) = table(&tokens[from + 1..]) else { return Reach::Nothing };
    let last = list_before(&tokens, from);
    let in_band = has(&tokens, "union");
    let (shape, one_value) = shape(&tokens, from);
    let place = place(&tokens, last, from);
    if let Some(Place { from, count: Some(count) }) = place {
        return Reach::Rows { table, from, count: count.min(MOST_ROWS), blind: !in_band, shape };
    }
    let counted = has(&tokens, "count") || has(&tokens, "max") || has(&tokens, "min");
    if in_band && (one_value || !counted) {
        return Reach::Bulk { table, part: place.map(|p| p.from), shape };
    }
    Reach::Nothing
}

/// How large the answer is, and whether all rows come as one value: by the list of columns before the last `FROM` but, where
/// that is a subquery's, by the longest list before it.
fn shape(tokens: &[&str], last: usize) -> (Shape, bool) {
    let ends = (0..=last).filter(|&i| tokens[i] == "from");
    let lists = ends.map(|from| list_before(tokens, from));
    let listed = lists.max_by_key(|list| names(list).count()).unwrap_or_default();
    let columns = names(listed).count();
    let framing = framing(listed, tokens, columns);
    let values = names(listed).map(width).fold(Width::default(), Width::plus).longer_by(framing.per_row);
    let record = if framing.one_value { values } else { values.plus(markup(columns)) };
    (Shape { record, once: framing.once }, framing.one_value)
}

/// A row of its own stands in the page's markup: at least a line's end, likely a table's row, at most a list with classes.
fn markup(columns: usize) -> Width {
    let columns = columns as f64;
    Width { low: 1.0, likely: 9.0 + 9.0 * columns, high: 40.0 + 30.0 * columns }
}

/// The select list that ends at a place.
fn list_before<'a, 't>(tokens: &'a [&'t str], from: usize) -> &'a [&'t str] {
    tokens[..from].iter().rposition(|t| *t == "select").map_or(&tokens[..from], |s| &tokens[s + 1..from])
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

/// Words, numbers, and one token per other character; quotes and backquotes around names fall away.
pub(super) fn tokens(text: &str) -> Vec<&str> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Option<(String, u64, u64, bool)> {
        match reach(text) {
            Reach::Rows { table, from, count, blind, .. } => Some((table, from, count, blind)),
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
            Reach::Bulk {
                table: "people".into(),
                part: None,
                shape: Shape { record: width("a").plus(width("b")).longer_by(6.0), once: 2.0 }
            }
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
