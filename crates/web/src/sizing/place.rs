//! Which rows of a table a query asks for: by their place (`LIMIT`, `OFFSET`, `TOP`, `ROWNUM`), or picked out by a
//! condition (`WHERE`).

use xxhash_rust::xxh3::xxh3_64;

/// Rows as a query names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// The first; rows picked out by a condition get a number of their own.
    pub(super) from: u64,
    /// How many at most; `None` for all that fit the condition.
    pub(super) count: Option<u64>,
}

impl Place {
    /// From here on numbers are those of conditions.
    pub(super) const OF_CONDITIONS: u64 = 1 << 63;
}

/// Reads it from the tokens of a query whose last `FROM` is at `last`, behind the select list `listed`. `None` where all rows
/// are asked for.
pub(super) fn place(tokens: &[&str], listed: &[&str], last: usize) -> Option<Place> {
    let condition = condition(&tokens[last + 1..]);
    if let Some((from, count)) = by_position(tokens, listed) {
        // Whoever pages by key (`WHERE id > 4711 LIMIT 500`) begins at place 0 each time.
        let from = condition.filter(|c| !c.single).map_or(from, |c| c.number.wrapping_add(from));
        return Some(Place { from, count: Some(count) });
    }
    condition.map(|c| Place { from: c.number, count: c.single.then_some(1) })
}

/// `LIMIT a,b`, `LIMIT b OFFSET a`, `OFFSET a LIMIT b`, `OFFSET a ROWS FETCH NEXT b`, `TOP b … NOT IN (SELECT TOP a`,
/// `TOP b`, `ROWNUM = n`, and `LIMIT = n` where that is the name of Oracle's row number.
fn by_position(tokens: &[&str], listed: &[&str]) -> Option<(u64, u64)> {
    let number = |i: usize| tokens.get(i).and_then(|t| t.parse::<u64>().ok());
    let after = |word: &str| tokens.iter().rposition(|t| *t == word).map(|i| i + 1);
    let is_row = |i: &usize| tokens.get(*i) == Some(&"=");
    if let Some(i) = after("rownum").filter(is_row).or(after("limit").filter(is_row)) {
        return Some((number(i + 1)?.saturating_sub(1), 1));
    }
    let offset = after("offset").and_then(number);
    if let Some(i) = after("limit") {
        let first = number(i)?;
        return match tokens.get(i + 1) {
            Some(&",") => Some((first, number(i + 2)?)),
            _ => Some((offset.unwrap_or(0), first)),
        };
    }
    if let Some(offset) = offset {
        return Some((offset, after("fetch").and_then(|f| number(f + 1)).unwrap_or(1)));
    }
    let tops: Vec<u64> =
        (1..tokens.len()).filter(|&i| tokens[i - 1] == "top").filter_map(|i| tokens[i].parse().ok()).collect();
    if let ([count, skipped], true) = (&tops[..], tokens.windows(2).any(|w| w == ["not", "in"])) {
        return Some((*skipped, *count));
    }
    (listed.first() == Some(&"top")).then(|| listed.get(1).and_then(|t| t.parse().ok())).flatten().map(|n| (0, n))
}

/// A condition on the table's rows.
#[derive(Debug, Clone, Copy)]
struct Condition {
    /// Says it apart from other conditions; far beyond the places that rows have.
    number: u64,
    /// Whether it is `name = value` alone, which picks out one row where the name is a key's.
    single: bool,
}

/// The condition behind a table, which ends where the subquery does, or the query.
fn condition(behind: &[&str]) -> Option<Condition> {
    let begin = behind.iter().position(|t| *t == "where")? + 1;
    if behind[..begin].contains(&")") {
        return None;
    }
    let mut depth = 0;
    let ends = |i: &usize| {
        match behind[*i] {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        let comment = behind[*i] == "-" && behind.get(i + 1) == Some(&"-");
        depth < 0 || comment || matches!(behind[*i], "limit" | "order" | "offset" | "union" | "group" | "#" | ";")
    };
    let end = (begin..behind.len()).find(ends).unwrap_or(behind.len());
    let text = behind[begin..end].join(" ");
    let named = behind.get(begin).is_some_and(|t| t.starts_with(|c: char| c.is_alphabetic() || c == '_'));
    let single = named && matches!(behind[begin..end], [_, "=", _] | [_, "=", "'", _] | [_, "=", "'", _, "'"]);
    (begin < end).then(|| Condition { number: xxh3_64(text.as_bytes()) | Place::OF_CONDITIONS, single })
}

#[cfg(test)]
mod tests {
    use super::super::payload::tokens;
    use super::*;

    fn of(text: &str) -> Option<(u64, Option<u64>)> {
        let tokens = tokens(text);
        let last = tokens.iter().rposition(|t| *t == "from").expect("a query has one");
        let select = tokens[..last].iter().rposition(|t| *t == "select").expect("and the other");
        place(&tokens, &tokens[select + 1..last], last).map(|p| (p.from, p.count))
    }

    #[test]
    fn each_database_has_its_own_words_for_a_place() {
        for (text, from, count) in [
            ("select n from people limit 40,1-- x", 40, 1),
            ("select n from people limit 1 offset 12", 12, 1),
            ("select n from people offset 12 limit 1", 12, 1),
            ("select n from people order by n offset 9 rows fetch next 5 rows only", 9, 5),
            ("select top 10 n from people", 0, 10),
            ("select top 1 n from people where n not in (select top 7 n from people)", 7, 1),
            ("select n from (select q.*,rownum as limit from people q) where limit=8", 7, 1),
        ] {
            assert_eq!(of(text), Some((from, Some(count))), "{text}");
        }
        assert_eq!(of("select n from people-- x"), None);
    }

    #[test]
    fn rows_that_are_picked_out_by_conditions_are_told_apart() {
        let (one, other) = (of("select n from people where id=7-- "), of("select n from people where id=8-- "));
        assert!(one != other && one.is_some_and(|(_, count)| count == Some(1)), "{one:?} {other:?}");
        let page = |after: u32| of(&format!("select n from people where id>{after} limit 500"));
        assert!(page(0) != page(500) && page(0).is_some_and(|(_, count)| count == Some(500)));
        assert_eq!(of("select n from people where 1=1").map(|(_, count)| count), Some(None));
        assert_eq!(of("select n from people where last like 'a%'").map(|(_, count)| count), Some(None));
        assert_eq!(of("(select n from people),(select 1 where 1=1").map(|(_, count)| count), None);
    }
}
