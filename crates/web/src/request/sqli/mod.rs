//! SQL injection: whether a value, put into a statement, would change what the statement does.
//!
//! The value is read as SQL in each context it may stand in (bare, within single quotes, within double quotes), and judged
//! by what it would do there, by grammar and not by words: `Union` is a surname, `12 SELECT DR` an address, `O'Brien` a
//! person, but `union` + `select` + an expression is none of them. libinjection (Galbraith, *New techniques in SQLi
//! obfuscation*, Black Hat 2012) is asked as a second opinion, which alone never suffices.

mod call;
mod clause;
mod condition;
mod dialect;
mod json;
mod probe;
mod quotes;
mod shape;
mod statement;
mod tokens;
mod words;

pub(crate) use clause::is_filter;
pub(crate) use probe::broken_number;

use super::decode::Decoded;
use shape::Tokens;
use tokens::{Context, Token, Word, tokens};

/// How sure one can be, from 0 to 1, that a value is an injection.
pub(crate) fn score(value: &Decoded) -> f32 {
    let lower = value.lower.as_str();
    let mut best = 0.0_f32;
    // What holds a quote was mostly written to break out of it.
    for context in [Context::Within(b'\''), Context::Within(b'"'), Context::Bare, Context::Within(b'`')] {
        let possible = match context {
            Context::Bare => true,
            Context::Within(quote) => memchr::memchr(quote, lower.as_bytes()).is_some(),
        };
        if best < SURE && possible {
            best = best.max(in_context(lower, context));
        }
    }
    if best < SURE {
        let quoted = value.has(b"'\"`");
        best = if quoted { best.max(quotes::broken_quotes(lower)).max(json::operator(value)) } else { best };
        best = best.max(dialect::score(value)).max(probe::score(value));
    }
    if (0.15..STRONG).contains(&best) && libinjectionrs::detect_sqli(lower.as_bytes()).is_injection() {
        best = either(best, 0.35);
    }
    best
}

/// From here on, a second opinion would change nothing.
const STRONG: f32 = 0.75;

/// From here on, further readings would add nothing.
const SURE: f32 = 0.9;

fn in_context(lower: &str, context: Context) -> f32 {
    statement(&tokens(lower, context), context)
}

/// Two signs that do not rest on one another.
fn either(a: f32, b: f32) -> f32 {
    1.0 - (1.0 - a) * (1.0 - b)
}

/// What finds one kind of sign at one token.
type Sign = fn(Tokens<'_, '_>, usize, Context) -> f32;

/// The score of a value in one context: the strongest sign of each kind, together.
fn statement(tokens: Tokens<'_, '_>, context: Context) -> f32 {
    if matches!((context, tokens), (Context::Within(_), [Token::Text { open: true, .. }, ..])) {
        return 0.0;
    }
    let mut strongest = [0.0_f32; KINDS];
    for (at, token) in tokens.iter().enumerate() {
        for (kind, sign) in signs(*token) {
            strongest[*kind] = strongest[*kind].max(sign(tokens, at, context));
        }
    }
    if !tokens.is_empty() {
        strongest[LEADING] = statement::leading_statement(tokens, context);
        strongest[JOINED] =
            condition::joined_condition(tokens, context).max(condition::leading_comparison(tokens, context));
    }
    strongest.into_iter().fold(0.0, either)
}

const LEADING: usize = 0;
const JOINED: usize = 1;
const KINDS: usize = 16;

/// The signs that may begin with a token.
fn signs(token: Token<'_>) -> &'static [(usize, Sign)] {
    match token {
        Token::And | Token::Or => &[(2, condition::condition)],
        Token::Semicolon => &[(3, statement::stacked)],
        Token::Tail(_) => &[(4, quotes::comment_tail)],
        Token::Open => &[(5, statement::subselect)],
        Token::Variable(_) => &[(6, call::catalogue)],
        Token::Comma => &[(7, call::null_list)],
        Token::Number(_) => &[(8, condition::equal_numbers)],
        Token::Word(word, _) => word_signs(word),
        _ => &[],
    }
}

fn word_signs(word: Word) -> &'static [(usize, Sign)] {
    match word {
        Word::Union => &[(9, statement::union_select)],
        Word::Having | Word::Where => &[(2, condition::condition)],
        Word::Like => &[(2, condition::condition), (10, condition::unended_pattern)],
        Word::Case => &[(11, statement::case_when)],
        Word::Order | Word::Group | Word::Limit | Word::Procedure => &[(12, statement::order_by)],
        Word::Into => &[(13, statement::written_file)],
        Word::Waitfor => &[(14, statement::waiting)],
        Word::Catalogue => &[(6, call::catalogue)],
        Word::RareFunction => &[(15, call::function_call), (6, call::catalogue), (10, call::char_chain)],
        Word::Object => &[(15, call::function_call)],
        Word::Function => &[(15, call::function_call), (10, call::char_chain)],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::decode::decode;

    fn score_of(value: &str) -> f32 {
        score(&decode(value, false))
    }

    #[test]
    fn injections() {
        for value in [
            "1 union select null,null--",
            "7' UNION ALL SELECT name FROM voters-- x",
            "5/**/And/**/sUbStr((sElect/**/dob/**/fRom/**/voters),1,1)>'5'",
            "' or '1'='1",
            "x' or 1=1#",
            "12) and 41=41",
            "1; drop table voters",
            "1';waitfor delay '0:0:5'--",
            "admin'-- ",
            "1 and sleep(5)",
            "1' order by 7-- ",
            "(select case when (1=1) then 1 else 2 end)",
            "1 and (select count(*) from information_schema.tables)>0",
            "'||(select 1 from dual)||'",
            "char(113,98,107)||char(118)",
            "1 procedure analyse(1,2)",
            "1 having 1=1",
            "1e0union select null",
            "1 is not null",
            "'a'<'b'",
            "limit 1 offset 1",
            "copy a from program 'id'",
            "1` or `1`=`1",
            "now()",
            "conv(10,2,3)",
            "select top 1 a from b",
        ] {
            assert!(score_of(value) >= 0.5, "{value}: {}", score_of(value));
        }
    }

    #[test]
    fn people_addresses_and_notes() {
        for value in [
            "O'Brien",
            "D'Angelo-O'Neil",
            "2104 GRANT AVE #A",
            "12 SELECT DR",
            "Null",
            "Union",
            "Or",
            "And",
            "moved from 12 Union St to 9 Drop Ln; please update",
            "I'd like to order by mail, and 'yes' I am 18",
            "select board meeting or town hall",
            "Smith & Sons' #5",
            "union select committee",
            "5'10\" tall",
            "ann@example.org",
            "is it 1 or 2?",
            "call me (after 5)",
            "rock 'n' roll",
            "Case: when I moved",
            "100% sure",
            "delete my record",
            "What's the address? It's 'closed'",
            "a -- b",
            "Apt 4 -- rear",
            "C# and F#",
            "max(3)",
            "Max(12) and Eve(9)",
            "It's either 'yes' or 'no'",
            "insert into envelope",
            "delete from the list, please",
            "create table tents",
            "uuid(s)",
            "log(in)",
        ] {
            assert!(score_of(value) < 0.5, "{value}: {}", score_of(value));
        }
    }
}
