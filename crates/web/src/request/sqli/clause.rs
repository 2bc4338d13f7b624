//! Filter clauses that honest clients send: map services take `where=WARD='3' AND POP>100` (ArcGIS REST API, *Query*), OGC
//! services `CQL_FILTER`, OData services `$filter`. There the value is meant to be a condition, so only what goes beyond a
//! condition is a sign.

use super::tokens::{Context, Token, Word, tokens};

/// Whether a parameter of this name takes a clause, and the value is a whole one that stays within what a filter is for.
pub(crate) fn is_filter(name: &str, lower: &str) -> bool {
    const NAMES: [&str; 17] = [
        "where",
        "cql_filter",
        "ecql_filter",
        "filter",
        "$filter",
        "$having",
        "$where",
        "$orderby",
        "$order",
        "$select",
        "$group",
        "orderbyfields",
        "definitionexpression",
        "layerdefs",
        "having",
        "havingclause",
        "timedefinition",
    ];
    NAMES.contains(&name) && is_whole(&tokens(lower, Context::Bare))
}

/// Balanced, every text closed, and of nothing but fields, literals, comparisons and what joins them.
fn is_whole(tokens: &[Token<'_>]) -> bool {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Open => depth += 1,
            Token::Close if depth == 0 => return false,
            Token::Close => depth -= 1,
            Token::Or if is_always_true(&tokens[at + 1..]) => return false,
            Token::Text { open: true, .. } | Token::Semicolon | Token::Tail(_) | Token::Variable(_) | Token::Other => {
                return false;
            }
            Token::Word(word, text) if !is_of_filters(*word, text) => return false,
            _ => {}
        }
    }
    depth == 0
}

/// `or 1=1`: whoever asks for everything leaves the clause away, or sends `1=1` alone.
fn is_always_true(tokens: &[Token<'_>]) -> bool {
    let past = tokens.iter().take_while(|t| matches!(t, Token::Open | Token::Not)).count();
    matches!(
        &tokens[past..],
        [Token::Number(_) | Token::Text { .. }, Token::Compare, Token::Number(_) | Token::Text { .. }, ..]
            | [Token::Number(_) | Token::Word(Word::Null, _)]
    )
}

fn is_of_filters(word: Word, text: &str) -> bool {
    /// Of ArcGIS's standardised queries, OGC filters and OData.
    const FUNCTIONS: &str = "upper lower length len left right trim ltrim rtrim position locate char_length substring \
        substr cast concat replace extract coalesce nullif round floor ceiling abs power mod truncate log sin cos tan exp \
        count sum avg min max stddev variance current_date current_time current_timestamp date_part date_trunc \
        date_extract_y year month day hour minute second date time now tolower toupper indexof to_date to_timestamp to_char \
        dateadd datepart datediff getdate isnull substringof";
    match word {
        Word::Plain | Word::Null | Word::Like | Word::Between | Word::In | Word::Is | Word::Order | Word::By => true,
        Word::Group | Word::Limit | Word::Object | Word::As | Word::From => true,
        Word::Function | Word::RareFunction => FUNCTIONS.split_ascii_whitespace().any(|name| name == text),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_and_what_breaks_out_of_them() {
        for clause in [
            "precinct='12'",
            "1=1",
            "ward = 3 and status <> 'closed'",
            "upper(name) like '%grant%'",
            "county in ('wake','durham') or pop > 1000",
            "name='o''brien'",
            "objectid between 1 and 50",
            "date_moved >= timestamp '2026-01-01 00:00:00'",
            "1=1 and (type = 'early' or type is null)",
            "name eq 'o''neil' and age gt 5",
            "intersects(geom, point(-78.6 35.7))",
            "extract(year from opened) = 2024",
            "coalesce(ward,0)>3 and round(pop,0)<5000",
            "editdate > current_timestamp - 7",
        ] {
            assert!(is_filter("where", clause), "{clause}");
        }
        for clause in [
            "precinct='12' or 1=1",
            "precinct='12' union select null",
            "1=1; drop table voters",
            "precinct='12'--",
            "precinct='12' or ''='",
            "ward=3 and sleep(5)=0",
            "1=(select count(*) from voters)",
            "name='x' or (1=1)",
        ] {
            assert!(!is_filter("where", clause), "{clause}");
        }
        assert!(!is_filter("id", "precinct='12'"));
    }
}
